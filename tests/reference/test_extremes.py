"""Numbers far out: slopes where a saturated unit's own output is 1, lengths whose squares overflow.

The right values are formulas without a difference of equals, in longdouble, or powers of 10.
"""

import numpy as np
import pytest
import torch
from scipy import special

from dlcourse.reference import (
    activation_variants,
    activations,
    adaptive,
    diagnostics,
    graph,
    lenet_layers,
    lengths,
    losses,
    network,
    normalization,
    normalization_variants,
    optimizers,
    recurrent,
    regularization,
    rows,
    weighted_losses,
)
from dlcourse.twins import activation_variants as twin_variants
from dlcourse.twins import activations as twin_activations
from dlcourse.twins import adaptive as twin_adaptive
from dlcourse.twins import diagnostics as twin_diagnostics
from dlcourse.twins import lengths as twin_lengths
from dlcourse.twins import losses as twin_losses
from dlcourse.twins import network as twin_network
from dlcourse.twins import normalization as twin_normalization
from dlcourse.twins import normalization_variants as twin_normalization_variants
from dlcourse.twins import optimizers as twin_optimizers
from dlcourse.twins import recurrent as twin_recurrent
from dlcourse.twins import regularization as twin_regularization
from dlcourse.twins import rows as twin_rows
from dlcourse.twins import weighted_losses as twin_weighted

FAR_OUT = np.array([-300.0, -40.0, -17.0, -5.0, -0.1, 0.0, 0.1, 5.0, 17.0, 19.5, 40.0, 300.0])


def far(dtype):
    """Scores whose slopes are normal numbers of the type."""
    return FAR_OUT[np.abs(FAR_OUT) < (700 if dtype == np.float64 else 43)].astype(dtype)


def assert_exact(actual, expected, units=16):
    """Within so many units in the last place of what was computed, at every size."""
    actual, expected = np.asarray(actual), np.asarray(expected, np.longdouble)
    wrong = np.abs(actual - expected) > units * np.finfo(actual.dtype).eps * np.abs(expected)
    assert not wrong.any(), (actual[wrong], expected[wrong])


# ------------------------------------------------------------------------------------------- slopes
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_slope_of_a_saturated_unit_is_small_and_not_zero(dtype):
    z = far(dtype)
    far_z, one = z.astype(np.longdouble), np.ones_like(z)
    e = np.exp(-np.abs(far_z))
    assert_exact(activations.sigmoid_backward(one, z), e / (1 + e) ** 2)
    near = z[np.abs(z) < 300 if dtype == np.float64 else np.abs(z) < 20]
    expected = 1 / np.cosh(near.astype(np.longdouble)) ** 2
    assert_exact(activations.tanh_backward(np.ones_like(near), near), expected)


def test_what_is_made_of_tanh_has_its_slope_too():
    z = np.array([-19.5, 20.0])
    expected = 1 / np.cosh(z.astype(np.longdouble)) ** 2
    node = graph.Node(z)
    assert_exact(graph.accumulate_gradients(node.tanh().sum())[node], expected)
    scale = np.longdouble(lenet_layers.AMPLITUDE * lenet_layers.SLOPE)
    ours = lenet_layers.scaled_tanh_backward(np.ones(2), z * 1.5)
    assert_exact(ours, scale * expected, units=64)


def test_slopes_compare_by_their_last_digits():
    with pytest.raises(AssertionError):
        assert_exact(np.array([1e-17]), [1.001e-17])
    with pytest.raises(AssertionError):
        assert_exact(np.array([0.0]), [4e-18])


def phi_far_below(z):
    """The share of a normal distribution below z < -4, by a continued fraction in longdouble."""
    z = np.asarray(z, np.longdouble)
    tail = -z
    for k in range(200, 0, -1):
        tail = -z + k / tail
    return np.exp(-z * z / 2) / np.sqrt(2 * np.longdouble(np.pi)) / tail


BELOW = np.array([-37.0, -20.0, -9.0, -8.3, -6.0, -5.0])


def test_gelu_far_below_0_keeps_its_digits():
    expected = BELOW.astype(np.longdouble) * phi_far_below(BELOW)
    # the argument of an exponential of -z^2 / 2 is rounded: z^2 / 2 units, and those of erfc
    assert_exact(activation_variants.gelu(BELOW), expected, units=2000)
    assert_exact(twin_variants.gelu(torch.tensor(BELOW)).numpy(), expected, units=2000)
    z = np.linspace(-8, 8, 101)
    np.testing.assert_allclose(activation_variants.gelu(z), z * special.ndtr(z), rtol=1e-13)


def test_the_slope_of_gelu_far_below_0_keeps_its_digits():
    z = BELOW.astype(np.longdouble)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.longdouble(np.pi))
    expected = phi_far_below(BELOW) + z * density
    assert_exact(activation_variants.gelu_backward(np.ones(6), BELOW), expected, units=4000)
    x = torch.tensor(BELOW, requires_grad=True)
    twin_variants.gelu(x).sum().backward()
    assert_exact(x.grad.numpy(), expected, units=4000)


def test_gelu_by_tanh_far_below_0_keeps_its_digits():
    z = np.array([-10.0, -6.0, -5.0, -1.0, 3.0])
    wide = z.astype(np.longdouble)
    slope = 2 * np.sqrt(2 / np.longdouble(np.pi))
    cube = np.longdouble(activation_variants.GELU_CUBE)
    u, du = slope * (wide + cube * wide**3), slope * (1 + 3 * cube * wide**2)
    share = 1 / (1 + np.exp(-u))
    gradient = share + wide * du * np.exp(-np.abs(u)) / (1 + np.exp(-np.abs(u))) ** 2
    ours = activation_variants.gelu(z, approximate="tanh")
    assert_exact(ours, wide * share, units=500)
    twins = twin_variants.gelu(torch.tensor(z), approximate="tanh").numpy()
    assert_exact(twins, wide * share, units=500)
    slopes = activation_variants.gelu_backward(np.ones(5), z, approximate="tanh")
    assert_exact(slopes, gradient, units=1000)


def test_twins_have_the_slopes_of_saturated_units_by_autograd():
    z = torch.tensor([-40.0, 36.0, 40.0], dtype=torch.float64, requires_grad=True)
    twin_activations.sigmoid(z).sum().backward()
    e = np.exp(-np.abs(z.detach().numpy().astype(np.longdouble)))
    assert_exact(z.grad.numpy(), e / (1 + e) ** 2, units=64)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", ["elu", "selu"])
def test_a_bent_unit_far_below_0_keeps_its_slope(name, dtype):
    z = far(dtype)
    z = z[z <= 0]
    alpha, scale = (1.0, 1.0) if name == "elu" else (1.6732632423543772, 1.0507009873554805)
    expected = scale * alpha * np.exp(z.astype(np.longdouble))
    home, twin = (activations, twin_activations) if name == "elu" else (
        activation_variants, twin_variants
    )  # fmt: skip
    scores = torch.tensor(z, requires_grad=True)
    out = getattr(twin, name)(scores)
    out.sum().backward()
    assert_exact(scores.grad.numpy(), expected)
    assert_exact(getattr(home, f"{name}_backward")(np.ones_like(z), z), expected)
    assert_exact(out.detach().numpy(), scale * alpha * np.expm1(z.astype(np.longdouble)))


def test_the_largest_scores_have_a_slope_without_a_report():
    for dtype in (np.float32, np.float64):
        z = np.array([-1, 1], dtype) * np.finfo(dtype).max
        with np.errstate(all="raise", under="ignore"):
            np.testing.assert_array_equal(activations.tanh_backward(np.ones_like(z), z), [0, 0])


# ------------------------------------------------------------------------------ certain and right
def a_minus_label(dtype):
    """Scores, labels of 0 and 1, and sigmoid(z) - y without a difference, in longdouble."""
    z = np.linspace(-60, 60, 2401).astype(dtype).repeat(2)
    y = np.tile(np.array([0, 1], dtype), 2401)
    wide = z.astype(np.longdouble)
    return z, y, (1 - y) / (1 + np.exp(-wide)) - y / (1 + np.exp(wide))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_p_minus_y_may_round_to_0_but_never_turns_round(dtype):
    z, y, truth = a_minus_label(dtype)
    scores = torch.tensor(z, requires_grad=True)
    (twin_losses.bce_with_logits(scores, torch.tensor(y)) * z.size).backward()
    two_classes = np.stack([np.zeros_like(z), z], axis=1)
    found = {
        "with logits": losses.bce_with_logits_backward(z, y) * z.size,
        "labels": losses.multilabel_cross_entropy_backward(z[None], y[None])[0],
        "classes": losses.softmax_cross_entropy_backward(two_classes, y.astype(int))[:, 1] * z.size,
        "twin": scores.grad.numpy(),
    }
    for name, gradient in found.items():
        assert not np.any(gradient * np.sign(truth) < 0), name
        assert np.abs(gradient - truth).max() < 2 * np.finfo(dtype).eps, name
    assert found["with logits"][-1] == 0 > truth[-1]  # z = 60, y = 1: -e^-60 is lost


def test_the_logistic_loss_keeps_the_digits_that_p_minus_y_loses():
    z, y, truth = a_minus_label(np.float64)
    assert_exact(losses.logistic_loss_backward(z, y) * z.size, truth)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_loss_of_a_right_answer_keeps_its_digits_for_both_classes(dtype):
    z, y, _ = a_minus_label(dtype)
    wide = z.astype(np.longdouble)
    truth = np.log1p(np.exp(np.where(y == 1, -wide, wide)))
    for library, read in [(losses, np.asarray), (twin_losses, torch.tensor)]:
        each = [
            float(library.bce_with_logits(read(z[[i]]), read(y[[i]]))) for i in range(0, len(z), 7)
        ]
        assert_exact(np.array(each, dtype), truth[::7])
        of_a_row = library.multilabel_cross_entropy(read(z[None, -2:]), read(y[None, -2:]))
        assert_exact(np.array(float(of_a_row), dtype), truth[-2:].sum())
        certain = read(np.array([np.inf, -np.inf], dtype)), read(np.array([1, 0], dtype))
        assert float(library.bce_with_logits(*certain)) == 0


def test_a_certain_and_right_answer_costs_0_and_not_minus_0():
    for library, weighted, read in [
        (losses, weighted_losses, np.array),
        (twin_losses, twin_weighted, torch.tensor),
    ]:
        scores, label, one_hot = read([[1000.0, 0.0]]), read([0]), read([[1.0, 0.0]])
        for loss in [
            library.cross_entropy(scores, label),
            library.soft_cross_entropy(scores, one_hot),
            library.binary_cross_entropy(one_hot, one_hot),
            weighted.weighted_cross_entropy(scores, label),
        ]:
            assert float(loss) == 0
            assert not np.signbit(float(loss))


def test_the_gradient_of_soft_targets_keeps_its_digits_and_its_sum_of_0():
    z = np.array([[40.0, 0, 0], [0, 41, 1], [38, 38, 0], [1, 2, 3]])
    targets = np.array([[1.0, 0, 0], [0, 1, 0], [0.5, 0.5, 0], [0.25, 0.25, 0.5]])
    e = np.exp(z.astype(np.longdouble) - z.max(axis=1, keepdims=True))
    wide, rest = targets.astype(np.longdouble), e @ (1 - np.eye(3, dtype=np.longdouble))
    # p (1 - t) - t (1 - p), where one of the two terms is 0 for a certain target
    truth = (e * (1 - wide) - wide * rest) / e.sum(axis=1, keepdims=True) / 4
    ours = losses.soft_cross_entropy_backward(z, targets)
    assert_exact(ours[:2], truth[:2])
    np.testing.assert_allclose(ours, truth.astype(float), rtol=0, atol=1e-16)
    assert np.isnan(losses.soft_cross_entropy_backward([[np.nan]], [[1.0]])).all()


# ------------------------------------------------------------------------------------------ lengths
POWERS = [1e200, 1e300, 1e-200, 1e-300, 1.0]


@pytest.mark.parametrize("power", POWERS)
def test_three_and_four_are_five_at_every_size(power):
    a = np.array([3.0, -4.0]) * power
    with np.errstate(all="raise"):
        assert lengths.euclidean_norm(a) == pytest.approx(5 * power, rel=1e-15)
        table = np.stack([a, a[::-1], 0 * a], axis=1)
        of_columns = lengths.euclidean_norm(table, axis=0)
    np.testing.assert_allclose(of_columns, [5 * power, 5 * power, 0], rtol=1e-15)
    twins = twin_lengths.euclidean_norm(torch.tensor(table), axis=0)
    np.testing.assert_allclose(twins.numpy(), of_columns, rtol=1e-15)


@pytest.mark.parametrize("power", [1e30, 1e-30])
def test_float32_has_lengths_beyond_the_root_of_its_range(power):
    a = np.array([3.0, -4.0], np.float32) * np.float32(power)
    assert lengths.euclidean_norm(a) == pytest.approx(5 * power, rel=1e-6)
    assert twin_lengths.euclidean_norm(torch.tensor(a)).item() == pytest.approx(5 * power, rel=1e-6)


def test_float32_squares_are_not_lost_beside_a_large_one():
    a = np.ones((1001, 2), dtype=np.float32)
    a[0] = 4096  # its square is 2**24, and 2**24 + 1 no float32
    norm = lengths.euclidean_norm(a, axis=0)
    assert norm.dtype == np.float32
    np.testing.assert_array_equal(norm, np.float32(np.sqrt(2**24 + 1000)))


@pytest.mark.parametrize(("dtype", "large"), [(np.float32, 1e8), (np.float64, 1e17)])
def test_a_slope_of_1_stays_1_beside_a_large_or_an_odd_one(dtype, large):
    z = np.array([3.0, 0.0, -1.0], dtype=dtype)
    for left in [large, 0.3, 0.01, 1 / 3, *np.linspace(0, 2, 101)]:
        leaky = activations.leaky_relu_backward(np.ones_like(z), z, left)
        np.testing.assert_array_equal(leaky, np.array([1, left, left], dtype))
        elu = activations.elu_backward(np.ones_like(z), z, left)
        np.testing.assert_array_equal(elu[:2], np.array([1, left], dtype))
        np.testing.assert_allclose(elu[2], left * np.exp(-1.0), rtol=1e-6)


@pytest.mark.parametrize("order", ["C", "F"])
def test_many_float32_classes_have_probabilities_that_sum_to_1_in_any_order(order):
    z = np.random.default_rng(5).normal(size=(2, 50_257)).astype(np.float32)
    p = activations.softmax(np.array(z, order=order))
    assert p.dtype == np.float32
    np.testing.assert_allclose(p.sum(axis=1, dtype=np.float64), 1, rtol=5e-7)
    right = special.log_softmax(z.astype(float), axis=1)
    np.testing.assert_allclose(
        activations.log_softmax(np.array(z, order=order)), right, rtol=0, atol=2e-6
    )


def test_columns_of_very_different_sizes_do_not_disturb_each_other():
    columns = np.array([[3e200, 3e-200, 3.0], [4e200, 4e-200, 4.0]])
    np.testing.assert_allclose(
        lengths.euclidean_norm(columns, axis=0), [5e200, 5e-200, 5], rtol=1e-15
    )


@pytest.mark.parametrize(
    ("a", "norm"), [([], 0), ([0.0], 0), ([np.inf, 1e200], np.inf), ([np.nan, np.inf], np.nan)]
)
def test_lengths_of_nothing_of_infinity_and_of_nan(a, norm):
    np.testing.assert_equal(float(lengths.euclidean_norm(a)), norm)
    a = torch.tensor(a, dtype=torch.float64)
    np.testing.assert_equal(float(twin_lengths.euclidean_norm(a)), norm)


@pytest.mark.parametrize("power", POWERS)
def test_gradients_of_every_size_are_clipped_to_the_norm(power):
    grads = [np.array([3.0 * power]), np.array([[4.0 * power]])]
    with np.errstate(all="raise"):
        ours = optimizers.clip_by_norm(grads, power / 2)
    twins = twin_optimizers.clip_by_norm([torch.tensor(g) for g in grads], power / 2)
    for clipped in (ours, [g.numpy() for g in twins]):
        np.testing.assert_allclose(clipped[0], [0.3 * power], rtol=1e-14)
        np.testing.assert_allclose(clipped[1], [[0.4 * power]], rtol=1e-14)
    short = optimizers.clip_by_norm(grads, 6 * power)
    np.testing.assert_array_equal(short[0], grads[0])


@pytest.mark.parametrize("power", POWERS)
def test_columns_of_every_size_are_shortened_to_r(power):
    W = np.array([[3.0, 0.3, 0.0], [4.0, 0.4, 0.0]]) * power
    with np.errstate(all="raise"):
        ours = regularization.max_norm(W, power)
    twins = twin_regularization.max_norm(torch.tensor(W), power)
    for W in (ours, twins.numpy()):
        np.testing.assert_allclose(W / power, [[0.6, 0.3, 0], [0.8, 0.4, 0]], rtol=1e-14)


def test_float32_columns_longer_than_a_float32_are_shortened_too():
    W = np.full((4, 1), 3e38, np.float32)
    np.testing.assert_allclose(regularization.max_norm(W, 2.0), np.ones((4, 1)), rtol=1e-6)
    twins = twin_regularization.max_norm(torch.tensor(W), 2.0)
    np.testing.assert_allclose(twins.numpy(), np.ones((4, 1)), rtol=1e-6)


@pytest.mark.parametrize("power", POWERS)
def test_a_step_is_measured_by_its_parameter_at_every_size(power):
    before, after = np.array([3.0, 4.0]) * power, np.array([3.0, 4.5]) * power
    with np.errstate(all="raise"):
        ours = diagnostics.update_ratios([before], [after])
    twins = twin_diagnostics.update_ratios([torch.tensor(before)], [torch.tensor(after)])
    assert ours == pytest.approx([0.1], rel=1e-13)
    assert twins == pytest.approx([0.1], rel=1e-13)


def test_a_gradient_that_explodes_beyond_1e154_has_its_norm():
    hs, Wh = np.zeros((51, 1)), [[1e4]]
    expected = [1e4 ** (50 - t) for t in range(51)]
    np.testing.assert_allclose(recurrent.gradient_through_time(hs, Wh), expected, rtol=1e-12)
    twins = twin_recurrent.gradient_through_time(
        torch.tensor(hs), torch.tensor(Wh, dtype=torch.float64)
    )
    np.testing.assert_allclose(twins, expected, rtol=1e-12)


def test_gradients_of_layers_have_norms_at_every_size():
    weights = [np.array([[1e-170]]), np.array([[1e170, -1e170]])]  # scores 1 and -1
    s = 1 / (1 + np.exp(-2.0))
    expected = [2e170 * s, 1e-170 * s * np.sqrt(2)]
    ours = network.layer_gradient_norms([[1.0]], [1], weights, np.positive, np.ones_like)
    np.testing.assert_allclose(ours, expected, rtol=1e-12)
    twins = twin_network.layer_gradient_norms(
        torch.ones(1, 1).double(), torch.tensor([1]), list(map(torch.tensor, weights)),
        torch.positive, torch.ones_like,
    )  # fmt: skip
    np.testing.assert_allclose(twins, expected, rtol=1e-12)


@pytest.mark.parametrize(("dtype", "far"), [(np.float32, 80), (np.float64, 550)])
def test_norms_without_eps_do_not_depend_on_the_size_of_a_row(dtype, far):
    """A power of 2 rounds nothing, so the norm of a scaled row is the norm of the row."""
    row, one = np.array([[1, 2, 4, 8]], dtype), np.ones(4, dtype)
    for power in range(0, -far, -3):
        x = np.ldexp(row, power)
        for name, options in [("layer_norm", ()), ("rms_norm", ()), ("group_norm", (1,))]:
            ours = normalization if name == "layer_norm" else normalization_variants
            twins = twin_normalization if name == "layer_norm" else twin_normalization_variants
            shift = () if name == "rms_norm" else (0 * one,)
            right = getattr(ours, name)(row.astype(float), *options, one, *shift, eps=0.0)
            found = getattr(ours, name)(x, *options, one, *shift, eps=0.0)
            np.testing.assert_allclose(found, right, rtol=1e-6, err_msg=f"{name} at 2^{power}")
            tensors = torch.tensor(one), *(torch.tensor(a) for a in shift)
            scores = torch.tensor(x, requires_grad=True)
            found = getattr(twins, name)(scores, *options, *tensors, eps=0.0)
            found[0, 0].backward()
            np.testing.assert_allclose(found.detach(), right, rtol=1e-6)
            assert scores.grad.isfinite().all(), (name, power)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_mean_of_squares_is_trusted_down_to_where_its_last_digit_is_a_normal_number(dtype):
    """Squares lose digits below the smallest normal number, and `eps` hides what they lost."""
    kind = np.finfo(dtype)
    least = np.ldexp(dtype(1), kind.minexp + kind.nmant)  # its last digit: the smallest normal one
    var = np.array([0, least, 2 * least, 1, kind.max, np.inf, np.nan], dtype)
    for eps, right in [
        (0.0, [False, False, True, True, True, False, False]),
        (1e-5, [True, True, True, True, True, False, False]),
    ]:
        assert rows.has_its_digits(var, eps).tolist() == right
        assert twin_rows.has_its_digits(torch.tensor(var), eps).tolist() == right


@pytest.mark.parametrize("p", [1e-17, 1e-8, 1e-7, 0.25])
def test_a_small_probability_of_what_was_not_costs_about_itself(p):
    """log(1 - 1e-17) is 0, and in float32 log(1 - 1e-7) is 19 % off: log1p keeps the digits."""
    for dtype, rtol in [(np.float64, 1e-14), (np.float32, 1e-6)]:
        given = np.array([p], dtype)
        right = -np.log1p(-given.astype(np.longdouble))[0]
        ours = losses.binary_cross_entropy(given, [0])
        np.testing.assert_allclose(ours, float(right), rtol=rtol)
        twin = twin_losses.binary_cross_entropy(torch.tensor(given), torch.tensor([0]))
        np.testing.assert_allclose(twin, float(right), rtol=rtol)


@pytest.mark.parametrize(("dtype", "far"), [(np.float64, 1e160), (np.float32, 1e25)])
def test_a_gradient_whose_square_overflows_moves_no_weight_and_breaks_none(dtype, far):
    """As in torch.optim: divided by an infinite root, it is a step of 0, later ones too."""
    w, g, zero = (np.full(3, x, dtype) for x in (1.0, far, 0.0))
    with np.errstate(over="ignore", invalid="ignore"):
        state, centered = (w, zero, zero), (w, zero, zero, zero)
        for t in (1, 2, 3):
            state = adaptive.adam_step_in_blocks(state[0], g, *state[1:], t, block=2)
            at = centered
            centered = adaptive.rmsprop_centered_step(at[0], g, *at[1:], lr=0.1)
            twin = twin_adaptive.rmsprop_centered_step(
                *map(torch.tensor, (at[0], g)), *map(torch.tensor, at[1:]), lr=0.1
            )
            for moved in (state[0], centered[0], twin[0]):
                np.testing.assert_array_equal(moved, w)
