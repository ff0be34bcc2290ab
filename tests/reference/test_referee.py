"""The referee far from 0, where a fixed step would round away; and calls that users got wrong."""

import numpy as np
import pytest
import torch

from dlcourse.reference import augmentation, conv
from dlcourse.reference.adaptive import adam_step
from dlcourse.reference.gradient_check import numerical_gradient
from dlcourse.reference.optimizers import momentum_step, sgd_step
from dlcourse.twins import augmentation as twin_augmentation
from dlcourse.twins import gradient_check as twin


@pytest.mark.parametrize("x", [0.0, 1e-9, 0.3, -4.0, 1e4, -1e8, 1e12])
def test_the_slope_of_a_square_is_twice_the_number_at_any_size(x):
    slope = numerical_gradient(lambda v: float(v[0] ** 2), np.array([x]))
    np.testing.assert_allclose(slope, [2 * x], rtol=1e-9, atol=1e-9)
    in_torch = twin.numerical_gradient(
        lambda v: (v**2).sum(), torch.tensor([x], dtype=torch.float64)
    )
    np.testing.assert_allclose(in_torch, [2 * x], rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("h", [0.0, -1e-5, np.nan])
def test_a_step_that_is_not_above_0_is_refused(h):
    with pytest.raises(ValueError, match=f"h must be above 0, got {h}"):
        numerical_gradient(np.sum, np.ones(2), h)


@pytest.mark.parametrize(("dy", "dx"), [(0.5, 0), (0, -1.25), (np.nan, 0), (0, np.inf)])
def test_an_image_is_not_shifted_by_part_of_a_pixel(dy, dx):
    with pytest.raises(ValueError, match=f"whole pixels, got dy={dy} and dx={dx}"):
        augmentation.shift_image(np.ones((3, 3)), dy, dx)
    if np.isfinite([dy, dx]).all():
        with pytest.raises(ValueError, match="whole pixels"):
            twin_augmentation.shift_image(torch.ones(3, 3), dy, dx)


def test_whole_numbers_of_any_type_shift_an_image():
    img = np.arange(9.0).reshape(3, 3)
    expected = augmentation.shift_image(img, 1, -1)
    np.testing.assert_array_equal(augmentation.shift_image(img, 1.0, np.int8(-1)), expected)


def test_optimizers_take_lists():
    w, g = [1.0, 2.0], [10.0, 20.0]
    np.testing.assert_allclose(sgd_step([w], [g], 0.1)[0], [0, 0])
    np.testing.assert_allclose(momentum_step(w, g, 0.0, 0.1)[0], [0, 0])
    arrays = adam_step(np.array(w), np.array(g), 0.0, 0.0, 1)
    for ours, theirs in zip(adam_step(w, g, 0.0, 0.0, 1), arrays, strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_convolution_without_biases_is_one_with_zeros():
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(2, 3, 5, 5)), rng.normal(size=(4, 3, 3, 3))
    np.testing.assert_array_equal(conv.conv2d(x, w, None), conv.conv2d(x, w, np.zeros(4)))
