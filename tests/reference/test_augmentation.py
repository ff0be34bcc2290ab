"""Augmentation against SciPy, on a real photograph's terms, and its refusals."""

import re
from fractions import Fraction

import numpy as np
import pytest
import scipy.ndimage
import scipy.stats
import torch

from dlcourse.reference import augmentation
from dlcourse.twins import augmentation as twin

IMG = np.random.default_rng(0).normal(size=(7, 9))
ARROW = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [0.0, 0.0, 0.5]])


@pytest.mark.parametrize("degrees", [-200.0, -45.0, 10.0, 33.3, 90.0, 180.0])
def test_rotation_is_that_of_scipy(degrees):
    expected = scipy.ndimage.rotate(IMG, degrees, reshape=False, order=1, mode="grid-constant")
    np.testing.assert_allclose(augmentation.rotate(IMG, degrees), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("factor", [0.3, 0.8, 1.0, 1.5, 4.0])
def test_zoom_is_an_affine_map_about_the_centre(factor):
    centre = (np.array(IMG.shape) - 1) / 2
    expected = scipy.ndimage.affine_transform(
        IMG, np.eye(2) / factor, offset=centre - centre / factor, order=1, mode="grid-constant"
    )
    np.testing.assert_allclose(augmentation.zoom(IMG, factor), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("dy", "dx"), [(0, 0), (2, -3), (-6, 8), (-9, 1), (3, 20)])
def test_shift_is_that_of_scipy(dy, dx):
    expected = scipy.ndimage.shift(IMG, (dy, dx), order=0, mode="constant")
    np.testing.assert_array_equal(augmentation.shift_image(IMG, dy, dx), expected)


def test_positive_shifts_go_down_and_right():
    dot = np.zeros((3, 3))
    dot[0, 0] = 1
    assert augmentation.shift_image(dot, 1, 2)[1, 2] == 1


def test_rotation_by_90_degrees_turns_counter_clockwise():
    np.testing.assert_allclose(
        augmentation.rotate(ARROW, 90), [[0, 1, 0.5], [0, 1, 0], [0, 1, 0]], atol=1e-12
    )


def test_a_batch_of_colour_images_moves_as_one():
    batch = np.random.default_rng(1).normal(size=(2, 3, 6, 5))
    for change in (
        lambda img: augmentation.rotate(img, 20),
        lambda img: augmentation.zoom(img, 1.3),
        lambda img: augmentation.shift_image(img, 1, -1),
        lambda img: augmentation.contrast(img, 0.5),
        augmentation.flip,
    ):
        whole = change(batch)
        for n in range(2):
            for c in range(3):
                np.testing.assert_allclose(whole[n, c], change(batch[n, c]), rtol=1e-12)


def test_results_never_share_memory_with_the_image():
    img = np.ones((4, 4))
    for out in (
        augmentation.flip(img),
        augmentation.crop(img, 0, 0, 4, 4),
        augmentation.shift_image(img, 0, 0),
        augmentation.rotate(img, 0),
        augmentation.contrast(img, 1),
        augmentation.noise(img, 0, np.random.default_rng(0)),
    ):
        assert not np.shares_memory(out, img)


def test_whole_pixels_stay_integers_and_interpolated_ones_become_floats():
    img = np.arange(12).reshape(3, 4)
    assert augmentation.shift_image(img, 1, 0).dtype == img.dtype
    assert augmentation.flip(img).dtype == img.dtype
    assert augmentation.rotate(img, 5).dtype == np.float64
    assert augmentation.contrast(img.astype(np.uint8), 2.0).min() < 0


@pytest.mark.parametrize("world", ["reference", "twin"])
def test_noise_has_the_standard_deviation_asked_for(world):
    """The sum of n squares of a standard normal is chi-squared: 4e-10 on each side."""
    shape, std = (200, 300), 0.25
    if world == "reference":
        out = augmentation.noise(np.full(shape, 3.0), std, np.random.default_rng(0))
    else:
        rng = torch.Generator().manual_seed(0)
        out = twin.noise(torch.full(shape, 3.0, dtype=torch.float64), std, rng).numpy()
    n = out.size
    low, high = scipy.stats.chi2.ppf([4e-10, 1 - 4e-10], n)
    assert low <= np.sum(((out - 3.0) / std) ** 2) <= high
    # the mean of n is normal with std / sqrt(n): beyond 6.2 of them with probability 6e-10
    assert abs(out.mean() - 3.0) < 6.2 * std / np.sqrt(n)


@pytest.mark.parametrize("hole", [np.nan, np.inf])
def test_a_pixel_that_is_no_number_does_not_reach_those_that_have_no_share_of_it(hole):
    img = np.array([[1.0, 2.0, 3.0], [4.0, hole, 6.0], [7.0, 8.0, 9.0]])
    for world, given in ((augmentation, img), (twin, torch.tensor(img))):
        np.testing.assert_array_equal(world.rotate(given, 0.0), img)
        np.testing.assert_array_equal(world.zoom(given, 1.0), img)
        np.testing.assert_array_equal(world.zoom(given, 0.5)[0], np.zeros(3))


def test_noise_keeps_float32_and_follows_its_seed():
    img = np.zeros((3, 3), dtype=np.float32)
    a, b, c = (augmentation.noise(img, 1.0, np.random.default_rng(s)) for s in (0, 0, 1))
    assert a.dtype == np.float32
    assert np.array_equal(a, b)
    assert not np.array_equal(a, c)


@pytest.mark.parametrize(
    ("call", "quoted"),
    [
        (lambda: augmentation.shift_image(np.ones(3), 1, 1), r"got \(3,\)"),
        (lambda: augmentation.flip(np.ones((3, 3)), axis=0), "got 0"),
        (lambda: augmentation.crop(np.ones((3, 4)), 1, 0, 3, 4), "rows 1 to 4"),
        (lambda: augmentation.crop(np.ones((3, 4)), 0, -1, 2, 2), "left must be .* from 0; got -1"),
        (lambda: augmentation.zoom(np.ones((3, 3)), 0), "got 0"),
        (lambda: augmentation.rotate(np.ones((3, 3)), np.nan), "a number, got nan"),
        (lambda: twin.rotate(torch.ones(3, 3), np.inf), "finite number, got inf"),
        (lambda: augmentation.noise(np.ones((3, 3)), -1, None), "got -1"),
        (lambda: augmentation.mixup(np.ones((3, 2)), np.ones((2, 2)), 0.5, None), r"\(3, 2\)"),
        (lambda: augmentation.mixup(np.ones((3, 2)), np.ones((3, 2)), 1.5, None), "lam=1.5"),
    ],
)
def test_bad_input_is_quoted_back(call, quoted):
    with pytest.raises(ValueError, match=quoted):
        call()


@pytest.mark.parametrize("world", ["reference", "twin"])
def test_mixup_blends_a_row_and_its_target_with_the_same_partner(world):
    x, targets = np.arange(20.0)[:, None] ** 2, np.eye(20)
    if world == "reference":
        out, blended = augmentation.mixup(x, targets, 0.75, np.random.default_rng(0))
    else:
        rng = torch.Generator().manual_seed(0)
        parts = twin.mixup(torch.tensor(x), torch.tensor(targets), 0.75, rng)
        out, blended = (part.numpy() for part in parts)
    np.testing.assert_allclose(out, blended @ x, rtol=1e-14)  # the target says whose pixels
    np.testing.assert_allclose(blended.sum(axis=0), 1, rtol=1e-14)  # everybody is one partner
    assert np.sum(blended.diagonal() == 0.75) >= 15  # a permutation keeps 1 in its place on average


def test_mixup_keeps_float32_and_leaves_a_batch_alone_at_one():
    x = np.ones((4, 3), np.float32)
    out, _ = augmentation.mixup(x, np.eye(4), np.float64(1.0), np.random.default_rng(0))
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, x)


BOTH = [(augmentation, np.array), (twin, torch.tensor)]


@pytest.mark.parametrize(("world", "array"), BOTH)
def test_an_image_moves_out_of_its_frame_by_any_whole_number(world, array):
    img = array([[1.0, 2.0], [3.0, 4.0]])
    for far in (10**30, -(10**30), 1e300):
        np.testing.assert_array_equal(world.shift_image(img, far, 0), np.zeros((2, 2)))
    np.testing.assert_array_equal(world.shift_image(img, 1.0, 0), [[0, 0], [1, 2]])


@pytest.mark.parametrize(("world", "array"), BOTH)
@pytest.mark.parametrize("amount", ["90", None, [1, 2], float("nan")])
def test_an_amount_that_is_no_number_is_quoted_back(world, array, amount):
    img, said = array([[1.0, 2.0], [3.0, 4.0]]), re.escape(repr(amount))
    rng = np.random.default_rng(0) if world is augmentation else torch.Generator()
    calls = [
        lambda: world.shift_image(img, amount, 0),
        lambda: world.rotate(img, amount),
        lambda: world.zoom(img, amount),
        lambda: world.contrast(img, amount),
        lambda: world.noise(img, amount, rng),
        lambda: world.mixup(img, img, amount, rng),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=said):
            call()


@pytest.mark.parametrize(("world", "array"), BOTH)
def test_a_turn_by_a_huge_whole_number_keeps_its_rest(world, array):
    img = np.arange(9.0).reshape(3, 3)
    np.testing.assert_array_equal(world.rotate(array(img), 360 * 10**30 + 90), np.rot90(img))


@pytest.mark.parametrize(("world", "array"), BOTH)
def test_contrast_of_the_largest_numbers_is_that_of_their_exact_mean(world, array):
    img = [[1.5e308, 1e308], [-1e308, 1.7e308]]
    mean = sum(Fraction(v) for row in img for v in row) / 4
    due = [[float(mean + (Fraction(v) - mean) / 2) for v in row] for row in img]
    found = world.contrast(array(np.array(img)), 0.5)
    np.testing.assert_allclose(found, due, rtol=1e-15)


def test_images_in_another_byte_order_come_back_in_this_machine_s():
    img = np.array([[1, 2], [3, 4]], ">i2")
    for out in (
        augmentation.shift_image(img, 1, 0),
        augmentation.flip(img),
        augmentation.crop(img, 0, 0, 1, 1),
    ):
        assert out.dtype == np.int16
        assert out.dtype.isnative
