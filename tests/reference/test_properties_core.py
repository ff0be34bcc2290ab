"""Identities that hold for all inputs: activations, losses, metrics, dense layers."""

import numpy as np
import pytest
from cases import for_all
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from dlcourse.reference import activation_variants as variants
from dlcourse.reference import activations as act
from dlcourse.reference import losses, metrics
from dlcourse.reference.linear import linear, linear_backward

NUMBERS = st.floats(-60, 60, allow_subnormal=False)
Z = arrays(np.float64, array_shapes(min_dims=1, max_dims=3, max_side=5), elements=NUMBERS)
ROWS = arrays(np.float64, st.tuples(st.integers(1, 5), st.integers(1, 5)), elements=NUMBERS)


@st.composite
def classified(draw, min_classes=1):
    shape = (draw(st.integers(1, 5)), draw(st.integers(min_classes, 5)))
    logits = draw(arrays(np.float64, shape, elements=NUMBERS))
    return logits, draw(arrays(np.int64, shape[0], elements=st.integers(0, shape[1] - 1)))


@st.composite
def decided(draw):
    """Scores and sides of one shape."""
    scores = draw(ROWS)
    return scores, draw(arrays(np.int64, scores.shape, elements=st.integers(0, 1)))


@st.composite
def ranked(draw):
    """Labels with both classes, and scores with ties."""
    y = draw(arrays(np.int64, st.integers(2, 12), elements=st.integers(0, 1)))
    assume(0 < y.sum() < len(y))
    return y, draw(arrays(np.float64, y.shape, elements=st.integers(-4, 4).map(float)))


def close(a, b, rtol=1e-12, atol=1e-12):
    np.testing.assert_allclose(a, b, rtol=rtol, atol=atol)


# ------------------------------------------------------------------------------ activations
@for_all(Z, st.floats(-1000, 1000))
def test_softmax_does_not_see_a_shift(z, shift):
    close(act.softmax(z + shift), act.softmax(z), rtol=1e-9)


@for_all(Z)
def test_softmax_gives_a_distribution_and_log_softmax_its_logarithm(z):
    p = act.softmax(z)
    close(p.sum(axis=-1), 1)
    close(np.exp(act.log_softmax(z)), p)
    assert np.all(act.log_softmax(z) <= 0)


@for_all(Z)
def test_softmax_moves_with_a_permutation_of_the_classes(z):
    close(act.softmax(z[..., ::-1]), act.softmax(z)[..., ::-1])


@for_all(Z)
def test_softmax_of_two_classes_is_a_sigmoid(z):
    pairs = np.stack([z, np.zeros_like(z)], axis=-1)
    close(act.softmax(pairs)[..., 0], act.sigmoid(z))


@for_all(ROWS)
def test_softmax_backward_is_the_jacobian_times_dout(z):
    dout = np.cos(z)
    expected = [act.softmax_jacobian(act.softmax(row)) @ d for row, d in zip(z, dout, strict=True)]
    close(act.softmax_backward(dout, z), expected)


@for_all(Z)
def test_curves_mirror_at_zero(z):
    close(act.sigmoid(z) + act.sigmoid(-z), 1)
    close(act.tanh(z), 2 * act.sigmoid(2 * z) - 1)
    close(act.softplus(z) - act.softplus(-z), z)
    close(act.relu(z) - act.relu(-z), z)
    close(act.softsign(-z), -act.softsign(z))
    close(variants.hardsigmoid(z) + variants.hardsigmoid(-z), 1)
    close(variants.hardswish(z) - variants.hardswish(-z), z)


@for_all(Z)
def test_bounds_hold(z):
    assert np.all((act.sigmoid(z) >= 0) & (act.sigmoid(z) <= 1))
    assert np.all(act.sigmoid_backward(np.ones_like(z), z) <= 0.25 + np.finfo(float).eps)  # rounded
    assert np.all(np.abs(act.softsign(z)) < 1)
    assert np.all(act.elu(z, alpha=0.7) >= -0.7)
    assert np.all((act.softplus(z) >= act.relu(z)) & (act.softplus(z) <= act.relu(z) + np.log(2)))
    assert np.all((variants.relu6(z) >= 0) & (variants.relu6(z) <= 6))
    assert np.all(variants.hardswish(z) >= -0.375)


@for_all(Z)
def test_special_cases_meet(z):
    np.testing.assert_array_equal(act.relu(act.relu(z)), act.relu(z))
    np.testing.assert_array_equal(act.leaky_relu(z, 1.0), z)
    np.testing.assert_array_equal(act.leaky_relu(z, 0.0), act.relu(z))
    np.testing.assert_array_equal(variants.prelu(z, 0.3), act.leaky_relu(z, 0.3))
    np.testing.assert_array_equal(variants.relu6(z), variants.hardtanh(z, 0.0, 6.0))


ELEMENTWISE = ["sigmoid", "tanh", "softsign", "relu", "leaky_relu", "elu", "softplus"]


@pytest.mark.parametrize("name", ELEMENTWISE)
@for_all(z=Z)
def test_activations_never_fall(name, z):
    z = np.sort(z.ravel())
    assert np.all(np.diff(getattr(act, name)(z)) >= 0)


@pytest.mark.parametrize("name", [*ELEMENTWISE, "softmax", "log_softmax"])
@for_all(z=Z)
def test_a_backward_is_linear_in_dout(name, z):
    backward = getattr(act, f"{name}_backward")
    a, b = np.sin(z), np.cos(3 * z)
    close(backward(2 * a - b, z), 2 * backward(a, z) - backward(b, z))


@for_all(ROWS)
def test_maxout_of_one_and_its_opposite_is_the_absolute_value(x):
    identity = np.eye(x.shape[1])
    W, b = np.stack([identity, -identity]), np.zeros((2, x.shape[1]))
    close(act.maxout(x, W, b), np.abs(x))


@for_all(st.integers(0, 1000), st.integers(0, 20))
def test_drawn_slopes_lie_between_the_bounds_and_their_mean_serves_at_test(seed, n):
    z = np.random.default_rng(seed).normal(size=(n, 3))
    out, slope = variants.rrelu(z, np.random.default_rng(seed), 0.2, 0.6)
    assert np.all(slope[z > 0] == 1)
    assert np.all((slope[z <= 0] >= 0.2) & (slope[z <= 0] <= 0.6))
    close(out, z * slope)
    close(variants.rrelu(z, None, 0.2, 0.6, train=False)[0], act.leaky_relu(z, 0.4))


# ----------------------------------------------------------------------------------- losses
@for_all(classified(), st.floats(-1000, 1000))
def test_cross_entropy_is_positive_and_does_not_see_a_shift(batch, shift):
    logits, labels = batch
    loss = losses.cross_entropy(logits, labels)
    assert loss >= 0
    close(losses.cross_entropy(logits + shift, labels), loss, atol=1e-9)
    delta = losses.softmax_cross_entropy_backward(logits, labels)
    close(delta.sum(axis=1), 0)


@for_all(st.integers(1, 6), st.integers(1, 9))
def test_equal_scores_cost_log_k(n, k):
    close(losses.cross_entropy(np.full((n, k), 7.0), np.zeros(n, int)), np.log(k))


@for_all(classified())
def test_a_loss_is_the_mean_over_the_batch(batch):
    logits, labels = batch
    twice = np.concatenate([logits, logits]), np.concatenate([labels, labels])
    close(losses.cross_entropy(*twice), losses.cross_entropy(logits, labels))
    for loss in [losses.mse_loss, losses.euclidean_loss, losses.l1_loss, losses.hinge_loss]:
        y = (logits > 0) * 1.0
        close(loss(*[np.concatenate([a, a]) for a in (logits, y)]), loss(logits, y))


@for_all(decided())
def test_turning_scores_and_sides_round_changes_no_loss(batch):
    z, y = batch
    for loss in [losses.bce_with_logits, losses.multilabel_cross_entropy,
                 losses.hinge_loss, losses.logistic_loss]:  # fmt: skip
        close(loss(-z, 1 - y), loss(z, y))


@for_all(decided())
def test_losses_of_scores_agree_where_they_should(batch):
    z, y = batch
    close(losses.multilabel_cross_entropy(z, y), losses.logistic_loss(z, y))
    close(losses.multilabel_cross_entropy(z, y), losses.bce_with_logits(z, y) * z.shape[1])
    pairs = np.stack([np.zeros(z.size), z.ravel()], axis=1)
    close(losses.cross_entropy(pairs, y.ravel()), losses.bce_with_logits(z, y))
    assert losses.hinge_loss(z, y) <= losses.logistic_loss(z, y) + z.shape[1]


@for_all(classified(min_classes=2), st.floats(0, 1))
def test_smoothing_mixes_the_true_class_with_all_classes(batch, epsilon):
    logits, labels = batch
    targets = losses.smooth_labels(labels, logits.shape[1], epsilon)
    close(targets.sum(axis=1), 1)
    spread = -np.mean(act.log_softmax(logits))
    mixed = (1 - epsilon) * losses.cross_entropy(logits, labels) + epsilon * spread
    close(losses.soft_cross_entropy(logits, targets), mixed, rtol=1e-10)


def test_cross_entropy_is_no_distance():
    p, q = np.log([[0.9, 0.1]]), np.array([[0.5, 0.5]])
    assert losses.soft_cross_entropy(np.log(q), q) == pytest.approx(np.log(2))  # H(q, q) > 0
    swapped = losses.soft_cross_entropy(np.log(q), np.exp(p))
    assert losses.soft_cross_entropy(p, q) != pytest.approx(swapped)


# ---------------------------------------------------------------------------------- metrics
@for_all(classified())
def test_the_confusion_matrix_counts_every_row_once(batch):
    logits, y_true = batch
    k = logits.shape[1]
    y_pred = logits.argmax(axis=1)
    counts = metrics.confusion_matrix(y_true, y_pred, k)
    np.testing.assert_array_equal(counts.sum(axis=1), np.bincount(y_true, minlength=k))
    np.testing.assert_array_equal(counts.T, metrics.confusion_matrix(y_pred, y_true, k))
    assert np.trace(counts) / len(y_true) == pytest.approx(metrics.accuracy(y_true, y_pred))


@for_all(ranked())
def test_f1_lies_between_precision_and_recall(batch):
    y, scores = batch
    p, r, f1 = metrics.precision_recall_f1(y, (scores > 0).astype(int))
    assert min(p, r) - 1e-12 <= f1 <= max(p, r) + 1e-12


@for_all(ranked())
def test_specificity_is_the_recall_of_the_other_class(batch):
    y, scores = batch
    called = (scores > 0).astype(int)
    assert metrics.specificity(y, called) == metrics.recall(1 - y, 1 - called)


@for_all(ranked())
def test_auc_sees_the_order_of_the_scores_only(batch):
    y, scores = batch
    auc = metrics.roc_auc(y, scores)
    assert metrics.roc_auc(y, np.arctan(scores)) == pytest.approx(auc)
    assert metrics.roc_auc(y, -scores) == pytest.approx(1 - auc)
    assert metrics.roc_auc(1 - y, scores) == pytest.approx(1 - auc)


@for_all(ranked())
def test_auc_is_the_chance_to_order_a_pair_right(batch):
    y, scores = batch
    gaps = scores[y == 1][:, None] - scores[y == 0]
    assert metrics.roc_auc(y, scores) == pytest.approx(np.mean((np.sign(gaps) + 1) / 2))


@for_all(ranked())
def test_the_roc_curve_climbs_from_corner_to_corner(batch):
    fpr, tpr, thresholds = metrics.roc_curve(*batch)
    assert (fpr[0], tpr[0], fpr[-1], tpr[-1]) == (0, 0, 1, 1)
    assert np.all(np.diff(fpr) >= 0)
    assert np.all(np.diff(tpr) >= 0)
    assert np.all(np.diff(thresholds) < 0)


# ----------------------------------------------------------------------------- dense layers
@for_all(ROWS, st.integers(0, 99))
def test_the_gradients_of_a_layer_are_the_adjoint_of_its_forward(x, seed):
    """<dout, layer(x)> changes by <dx, h> when x changes by h: exact, since a layer is linear."""
    rng = np.random.default_rng(seed)
    W, b = rng.normal(size=(x.shape[1], 3)), rng.normal(size=3)
    dout, hx, hW, hb = (rng.normal(size=s) for s in [(len(x), 3), x.shape, W.shape, b.shape])
    dx, dW, db = linear_backward(dout, x, W, b)
    base = linear(x, W, b)
    close(np.sum(dout * (linear(x + hx, W, b) - base)), np.sum(dx * hx), rtol=1e-9, atol=1e-9)
    close(np.sum(dout * (linear(x, W + hW, b) - base)), np.sum(dW * hW), rtol=1e-9, atol=1e-9)
    close(np.sum(dout * (linear(x, W, b + hb) - base)), np.sum(db * hb), rtol=1e-9, atol=1e-9)
