"""Arguments that other libraries' users report: small integers, mixed types, sums that overflow.

The right values are PyTorch's, or numbers that can be read off.
"""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812
from scipy import special

from dlcourse.reference import (
    adaptive,
    attention,
    augmentation,
    average_pooling,
    conv,
    evaluation,
    generative,
    gradient_check,
    graph,
    losses,
    metrics,
    network,
    optimizers,
    regularization,
    response_norm,
    training,
    weighted_losses,
)
from dlcourse.twins import augmentation as twin_augmentation
from dlcourse.twins import generative as twin_generative
from dlcourse.twins import gradient_check as twin_check
from dlcourse.twins import losses as twin_losses
from dlcourse.twins import metrics as twin_metrics
from dlcourse.twins import regularization as twin_regularization
from dlcourse.twins import training as twin_training
from dlcourse.twins import weighted_losses as twin_weighted


# ------------------------------------------------------------------------------------ convolution
@pytest.mark.parametrize("small", [np.int8, np.uint8])
def test_strides_dilations_and_groups_of_small_integers_do_not_wrap_round(small):
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(1, 2, 5, 301)), rng.normal(size=(2, 1, 2, 3))
    numbers = {"stride": (1, 2), "dilation": (1, 100), "groups": 2}
    given = {name: tuple(map(small, n)) if name != "groups" else small(n)
             for name, n in numbers.items()}  # fmt: skip
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, w)]
    expected = F.conv2d(*tensors, **numbers)
    np.testing.assert_allclose(conv.conv2d(x, w, None, **given), expected.detach(), rtol=1e-10)
    dout = rng.normal(size=expected.shape)
    gradients = torch.autograd.grad(expected, tensors, torch.tensor(dout))
    ours = conv.conv2d_backward(dout, x, w, **given)
    for a, b in zip(ours, gradients, strict=False):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)


def test_an_infinite_filter_spoils_no_pixel_that_it_does_not_touch():
    dout, w = np.ones((1, 1, 2, 2)), np.array([[[[1.0, np.inf]]]])
    expected = F.conv_transpose2d(torch.tensor(dout), torch.tensor(w))
    ours = conv.conv2d_backward(dout, np.ones((1, 1, 2, 3)), w)[0]
    np.testing.assert_array_equal(ours, expected)
    np.testing.assert_array_equal(ours[0, 0], [[1, np.inf, np.inf]] * 2)


def test_a_nan_value_at_a_forbidden_key_comes_through_as_in_torch():
    q, k, v = np.zeros((1, 3, 2)), np.zeros((1, 3, 2)), np.ones((1, 3, 1))
    v[0, 2] = np.nan
    allowed = attention.causal_mask(3)
    tensors = [torch.tensor(a) for a in (q, k, v, allowed)]
    expected = F.scaled_dot_product_attention(*tensors).numpy()
    np.testing.assert_array_equal(attention.attention(q, k, v, allowed), expected)
    assert np.isnan(expected).all()


def test_subsampling_keeps_float32_beside_lists():
    x = np.ones((1, 1, 2, 2), np.float32)
    assert average_pooling.subsample(x, [10], [0]).dtype == np.float32
    dx, dw, db = average_pooling.subsample_backward(np.ones((1, 1, 1, 1), np.float32), x, [10])
    assert dx.dtype == dw.dtype == db.dtype == np.float32


# ------------------------------------------------------------------------------------- sums, means
@pytest.mark.parametrize("size", [1e308, 1.0, 1e-300])
def test_weights_of_every_size_give_the_same_mean(size):
    scores, labels = np.array([[0.0, 1.0], [2.0, 0.0]]), np.array([1, 1])
    expected = (np.log1p(np.exp(-1.0)) + np.log1p(np.exp(2.0))) / 2
    for dtype in (np.float64, np.float32):
        z, weight = scores.astype(dtype), np.array([size, size])
        ours = weighted_losses.weighted_cross_entropy(z, labels, weight)
        tensor = torch.tensor(z, requires_grad=True)
        twin = twin_weighted.weighted_cross_entropy(
            tensor, torch.tensor(labels), torch.tensor(weight)
        )
        twin.backward()
        assert ours == pytest.approx(expected, rel=1e-6)
        assert twin.item() == pytest.approx(expected, rel=1e-6)
        gradient = weighted_losses.weighted_cross_entropy_backward(z, labels, weight)
        np.testing.assert_allclose(gradient, tensor.grad, rtol=1e-6)


def test_rows_that_weigh_nothing_are_refused_by_the_twin_too():
    with pytest.raises(ValueError, match="no row weighs anything: got 1 rows"):
        twin_weighted.weighted_cross_entropy(
            torch.zeros(1, 2), torch.tensor([0]), torch.tensor([0.0, 1.0])
        )


def test_sums_of_two_large_numbers_fit():
    large = np.array([1e308])
    np.testing.assert_allclose(generative.optimal_discriminator(large, large), [0.5])
    twin = twin_generative.optimal_discriminator(*[torch.tensor(large)] * 2)
    np.testing.assert_allclose(twin, [0.5])
    assert gradient_check.relative_error(large, -large) == 2
    assert twin_check.relative_error(torch.tensor(large), -torch.tensor(large)) == 2


def test_the_mean_of_numbers_whose_sum_overflows_is_infinite_as_in_torch():
    x = np.full((1, 1, 2, 2), 1e308)
    with np.errstate(over="ignore"):
        assert (
            losses.l1_loss(x, 0 * x) == np.inf == F.l1_loss(torch.tensor(x), torch.zeros(x.shape))
        )
        assert average_pooling.global_average_pool(x) == np.inf
    assert F.adaptive_avg_pool2d(torch.tensor(x), 1).item() == np.inf


# ------------------------------------------------------------------------------------ small slopes
@pytest.mark.parametrize(("dtype", "lead"), [(np.float32, 20), (np.float64, 40)])
def test_the_true_class_keeps_its_small_gradient_and_rows_sum_to_0(dtype, lead):
    expected = special.expit(-float(lead))
    z = np.array([[lead, 0]], dtype)
    for delta in (
        losses.softmax_cross_entropy_backward(z, [0]),
        weighted_losses.weighted_cross_entropy_backward(z, [0]),
    ):
        assert delta.dtype == dtype
        np.testing.assert_allclose(delta, [[-expected, expected]], rtol=1e-6)


def test_a_chain_of_saturated_units_has_its_small_gradient():
    dw, db = network.chain_gradients(1.0, 0.0, [40.0], [0.0])
    expected = special.expit(40.0) * special.expit(-40.0)
    assert dw == db == [pytest.approx(expected, rel=1e-12, abs=0)]


def test_response_norm_of_squares_that_do_not_fit_is_0_as_in_torch():
    x = np.full((1, 1, 2, 2), 1e30, np.float32)
    with np.errstate(over="ignore"):
        assert not response_norm.local_response_norm(x).any()
    assert not F.local_response_norm(torch.tensor(x), 5).any()


@pytest.mark.parametrize("p", [0.0, 1e-20, 1e-6, 0.5, 1 - 1e-16, 1.0])
@pytest.mark.parametrize("y", [0.0, 1.0, 0.25])
def test_the_slope_of_binary_cross_entropy_is_torchs_in_both_worlds(p, y):
    tensors = [torch.tensor([p], dtype=torch.float64, requires_grad=True) for _ in range(2)]
    target = torch.tensor([y], dtype=torch.float64)
    F.binary_cross_entropy(tensors[0], target).backward()
    twin_losses.binary_cross_entropy(tensors[1], target).backward()
    expected = tensors[0].grad.item()
    assert tensors[1].grad.item() == pytest.approx(expected, rel=1e-8, abs=1e-12)
    ours = losses.binary_cross_entropy_backward([p], [y])
    assert ours[0] == pytest.approx(expected, rel=1e-8, abs=1e-12)


# ------------------------------------------------------------------------------------------ images
@pytest.mark.parametrize("turns", range(-5, 6))
@pytest.mark.parametrize("shape", [(2, 2), (3, 3), (2, 4, 4)])
def test_quarter_turns_move_pixels_exactly(turns, shape):
    img = np.random.default_rng(1).normal(size=shape)
    img[..., 0, 0] = np.nan  # leaks nowhere
    expected = np.rot90(img, turns, axes=(-2, -1))
    np.testing.assert_array_equal(augmentation.rotate(img, 90 * turns), expected)
    twin = twin_augmentation.rotate(torch.tensor(img), 90 * turns)
    np.testing.assert_array_equal(twin, expected)


def test_half_a_turn_is_exact_for_any_image_and_so_is_a_turn_of_many():
    img = np.random.default_rng(2).normal(size=(3, 5))
    np.testing.assert_array_equal(augmentation.rotate(img, 180), img[::-1, ::-1])
    np.testing.assert_array_equal(augmentation.rotate(img, 360e15), img)
    np.testing.assert_array_equal(twin_augmentation.rotate(torch.tensor(img), 360e15), img)


def test_a_zoom_whose_inverse_is_infinite_is_refused():
    for rotate_world, img in [
        (augmentation, np.ones((2, 2))),
        (twin_augmentation, torch.ones(2, 2)),
    ]:
        with pytest.raises(ValueError, match="1 / factor finite, got 1e-310"):
            rotate_world.zoom(img, 1e-310)


# -------------------------------------------------------------------------------- clear sentences
def test_accuracy_refuses_probabilities_and_mixed_kinds():
    with pytest.raises(ValueError, match=r"by p >= 0.5"):
        metrics.accuracy([0, 1], [0.2, 0.9])
    with pytest.raises(ValueError, match=r"by p >= 0.5"):
        twin_metrics.accuracy(torch.tensor([0, 1]), torch.tensor([0.2, 0.9]))
    with pytest.raises(ValueError, match="labels of one kind: got y_true int64, y_pred <U1"):
        metrics.accuracy([0, 1], ["0", "1"])
    assert metrics.accuracy([0, 1], [0.0, 1.0]) == 1
    assert metrics.accuracy(["cat", "dog"], ["cat", "cat"]) == 0.5
    assert metrics.accuracy([0.5, 1.5], [0.5, 1.0]) == 0.5


def test_a_negative_weight_decay_is_refused_in_both_worlds():
    for world, W in [(regularization, np.ones((2, 1))), (twin_regularization, torch.ones(2, 1))]:
        with pytest.raises(ValueError, match="lam must be 0 or more, got -1"):
            world.regularized_step(W, W, lr=0.1, lam=-1, r=1.0)


def test_validation_losses_that_are_all_nan_stop_a_run():
    def gradients(params, X, y):
        return 1.0, [np.zeros(1)]

    with pytest.raises(ValueError, match="the validation loss is nan in all epochs up to 2"):
        training.fit(
            [np.zeros(1)], gradients, np.ones((4, 1)), np.ones(4),
            epochs=3, batch_size=2, rng=np.random.default_rng(0), val_loss=lambda params: math.nan,
        )  # fmt: skip
    X, y = torch.ones(4, 1), torch.zeros(4, dtype=torch.int64)
    with pytest.raises(ValueError, match="the validation loss is nan in all epochs up to 2"):
        twin_training.fit_module(
            torch.nn.Linear(1, 2), X, y, epochs=3, batch_size=2,
            rng=torch.Generator().manual_seed(0), validation=(X * math.nan, y),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: graph.Node([1.0, 2.0]) ** np.array([0, 2]), "exponent is a number, got array"),
        (lambda: graph.Node(2.0) ** graph.Node(2.0), r"exponent is a number, got Node\(2.0\)"),
        (lambda: optimizers.gradient_descent(np.copy, [1.0], lr=1, steps=2.0), "steps.*got 2.0"),
        (lambda: augmentation.crop(np.ones((2, 2)), 0.0, 0, 1, 1), "top must be.*got 0.0"),
        (lambda: regularization.top_k_gradient([[1.0]], k=1.0), "k must be.*got 1.0"),
        (lambda: metrics.confusion_matrix([0], [0], n_classes=2.0), "n_classes.*got 2.0"),
        (lambda: evaluation.calibration_error([1], [0.5], n_bins=2.5), "n_bins.*got 2.5"),
        (lambda: adaptive.dual_averaging_step([1.0], 0.0, t=1, gamma=0), "gamma.*above 0, got 0"),
        (
            lambda: adaptive.adam_step_in_blocks(*np.ones((4, 1)), t=1, block=-1),
            "block must be a whole number from 1; got -1",
        ),
    ],
)  # fmt: skip
def test_what_no_formula_knows_is_refused_in_our_own_words(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()
