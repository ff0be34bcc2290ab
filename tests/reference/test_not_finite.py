"""NaN and the infinities through every loss and every metric, in both worlds.

A loss that hides them lets training go on with a broken network. So a NaN gives NaN (or a refusal),
in the loss and in the gradient, and an infinity gives what the loss tends to, or NaN.
"""

import numpy as np
import parity
import pytest
import sklearn.metrics
import torch
from test_operations import OPS

from dlcourse.reference import (
    activation_variants,
    activations,
    arguments,
    attention,
    augmentation,
    losses,
    metrics,
    residual,
    weighted_losses,
)
from dlcourse.twins import activation_variants as twin_variants
from dlcourse.twins import activations as twin_activations
from dlcourse.twins import augmentation as twin_augmentation
from dlcourse.twins import losses as twin_losses
from dlcourse.twins import metrics as twin_metrics
from dlcourse.twins import weighted_losses as twin_weighted

NAN, INF = np.nan, np.inf
LOSSES = [
    row
    for row in OPS
    if row.answers_a_loss and row.topic in ("losses", "generative", "lenet_layers")
]
OUTPUTS = {"pred", "p", "z", "logits", "scores", "penalties", "real_logits", "fake_logits"}
of_losses = pytest.mark.parametrize("row", LOSSES, ids=lambda row: row.id)


def with_one(row, number):
    """The row's inputs with one number of each array of outputs replaced, one array at a time."""
    for name in OUTPUTS & set(row.parameters):
        at = row.parameters.index(name)
        inputs = row.inputs()
        inputs[at] = np.array(inputs[at], dtype=float)
        inputs[at].flat[inputs[at].size // 2] = number
        yield at, inputs


def by_both(row, inputs):
    """The loss as the reference and as the twin give it; None where it refuses."""
    found = []
    for function, ready in [(row.reference, parity.for_reference), (row.twin, parity.for_torch)]:
        try:
            with np.errstate(all="ignore"):
                found.append(float(function(*ready(inputs), **row.keywords)))
        except ValueError:  # an infinite probability
            found.append(None)
    return found


def test_every_loss_is_sent_numbers_that_are_not_finite():
    assert len({row.name for row in LOSSES}) == 13
    assert all(OUTPUTS & set(row.parameters) for row in LOSSES)


@of_losses
def test_a_nan_among_the_outputs_makes_the_loss_nan(row):
    for _, inputs in with_one(row, NAN):
        for loss in by_both(row, inputs):
            assert np.isnan(loss)


@of_losses
def test_a_nan_among_the_outputs_makes_its_gradient_nan_or_pushes(row):
    for at, inputs in with_one(row, NAN):
        with np.errstate(all="ignore"):
            gradients = parity.reference_gradients(row, inputs, [])
        own = gradients[at].flat[inputs[at].size // 2]
        assert np.isnan(own) or (row.function == "hinge_loss" and own != 0)


@pytest.mark.parametrize("number", [INF, -INF])
@of_losses
def test_an_infinite_output_gives_what_the_loss_tends_to_or_nan(row, number):
    for at, inputs in with_one(row, number):
        far = list(inputs)
        far[at] = np.where(np.isinf(inputs[at]), np.sign(number) * 1e30, inputs[at])
        if row.name != "losses.binary_cross_entropy":
            tends_to = float(row.reference(*parity.for_reference(far), **row.keywords))
            tends_to = np.sign(tends_to) * INF if abs(tends_to) > 1e25 else tends_to
        for loss in by_both(row, inputs):
            if loss is None:
                assert row.name == "losses.binary_cross_entropy"
            else:
                assert np.isnan(loss) or loss == pytest.approx(tends_to, rel=1e-9)


def test_a_probability_that_is_nan_costs_no_hundred():
    assert np.isnan(losses.binary_cross_entropy([NAN], [1.0]))
    assert np.isnan(losses.binary_cross_entropy_backward([NAN], [1.0]))
    p = torch.tensor([NAN], requires_grad=True)
    loss = twin_losses.binary_cross_entropy(p, torch.tensor([1.0]))
    loss.backward()
    assert loss.isnan()
    assert p.grad.isnan()


# -------------------------------------------------------------------------------------- activations
LIMITS = {  # at minus infinity and at infinity: the value, the slope
    "sigmoid": ((0, 1), (0, 0)),
    "tanh": ((-1, 1), (0, 0)),
    "softsign": ((-1, 1), (0, 0)),
    "relu": ((0, INF), (0, 1)),
    "leaky_relu": ((-INF, INF), (0.01, 1)),
    "elu": ((-1, INF), (0, 1)),
    "softplus": ((0, INF), (0, 1)),
    "relu6": ((0, 6), (0, 0)),
    "hardtanh": ((-1, 1), (0, 0)),
    "hardsigmoid": ((0, 1), (0, 0)),
    "hardswish": ((0, INF), (0, 1)),
    "selu": ((-1.7580993408473766, INF), (0, 1.0507009873554805)),
    "silu": ((0, INF), (0, 1)),
    "gelu": ((0, INF), (0, 1)),
}


def activation(name, z, **words):
    """Value and slope in both worlds: those of the reference, then those of its twin."""
    home = activations if hasattr(activations, name) else activation_variants
    twin = getattr(twin_activations, name, None) or getattr(twin_variants, name)
    tensor = torch.tensor(z, requires_grad=True)
    out = twin(tensor, **words)
    out.backward(torch.ones_like(tensor))
    slope = getattr(home, f"{name}_backward")(np.ones_like(z), z, **words)
    return (getattr(home, name)(z, **words), slope), (out.detach().numpy(), tensor.grad.numpy())


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [*LIMITS, "gelu by_tanh", "leaky_relu slope_0"])
def test_an_activation_at_infinity_is_what_it_tends_to(name, dtype):
    name, _, form = name.partition(" ")
    words = {"by_tanh": {"approximate": "tanh"}, "slope_0": {"negative_slope": 0.0}, "": {}}[form]
    values, slopes = LIMITS["relu" if form == "slope_0" else name]
    with np.errstate(all="raise", under="ignore"):
        worlds = activation(name, np.array([-INF, INF], dtype), **words)
    for value, slope in worlds:
        np.testing.assert_allclose(value, values, rtol=1e-6)
        np.testing.assert_allclose(slope, slopes, rtol=1e-6)


@pytest.mark.parametrize("name", LIMITS)
def test_a_nan_score_is_hidden_neither_by_the_value_nor_by_the_slope(name):
    for value, slope in activation(name, np.array([NAN])):
        assert np.isnan(value[0])
        assert slope[0] != 0  # NaN, or a slope of this unit


def test_finite_keeps_nan_and_all_that_is_finite():
    z = np.array([-INF, -1.0, NAN, INF], np.float32)
    largest = np.finfo(np.float32).max
    np.testing.assert_array_equal(arguments.finite(z), np.float32([-largest, -1, NAN, largest]))
    np.testing.assert_array_equal(arguments.finite(z, upwards=False)[3], INF)


@pytest.mark.parametrize("z", [-INF, INF])
def test_prelu_has_gradients_at_infinity_in_both_worlds(z):
    expected = (0.25, -INF) if z < 0 else (1.0, 0.0)
    ours = activation_variants.prelu_backward([[1.0]], [[z]], [0.25])
    score = torch.tensor([[z]], requires_grad=True)
    weight = torch.tensor([0.25], requires_grad=True)
    twin_variants.prelu(score, weight).sum().backward()
    for gradients in (ours, (score.grad, weight.grad)):
        assert [float(g.reshape(())) for g in gradients] == list(expected)


# ------------------------------------------------------------------------------------------ metrics
@pytest.mark.parametrize("seed", range(20))
def test_infinite_scores_rank_as_the_largest_finite_ones_would(seed):
    rng = np.random.default_rng(seed)
    y = rng.permutation([0, 1, *rng.integers(2, size=10)])
    scores = rng.choice([-INF, -1.0, 0.0, 2.0, INF], size=12)
    finite = np.clip(scores, -9, 9)
    expected = sklearn.metrics.roc_auc_score(y, finite)
    fpr, tpr, thresholds = sklearn.metrics.roc_curve(y, finite, drop_intermediate=False)
    with np.errstate(all="raise"):
        assert metrics.roc_auc(y, scores) == pytest.approx(expected, abs=1e-12)
        ours = metrics.roc_curve(y, scores)
    y, scores = torch.tensor(y), torch.tensor(scores)
    assert twin_metrics.roc_auc(y, scores) == pytest.approx(expected, abs=1e-12)
    for curve in (ours, [rate.numpy() for rate in twin_metrics.roc_curve(y, scores)]):
        np.testing.assert_allclose(curve[0], fpr)
        np.testing.assert_allclose(curve[1], tpr)
        np.testing.assert_array_equal(np.clip(curve[2][1:], -9, 9), thresholds[1:])


def test_auc_does_not_depend_on_the_order_of_rows_with_equal_infinities():
    y, scores = np.array([1, 0, 0, 1]), np.array([-INF, -INF, -INF, 0.0])
    for order in ([0, 1, 2, 3], [1, 2, 0, 3], [3, 2, 1, 0]):
        assert metrics.roc_auc(y[order], scores[order]) == 0.75  # of four pairs 2 won, 2 tied
        in_torch = torch.tensor(y[order]), torch.tensor(scores[order])
        assert twin_metrics.roc_auc(*in_torch) == 0.75


@pytest.mark.parametrize("name", ["roc_curve", "roc_auc"])
def test_scores_that_are_nan_have_no_rank_and_are_refused(name):
    with pytest.raises(ValueError, match="1 NaN"):
        getattr(metrics, name)([0, 1], [NAN, 1.0])
    with pytest.raises(ValueError, match="1 NaN"):
        getattr(twin_metrics, name)(torch.tensor([0, 1]), torch.tensor([NAN, 1.0]))


@pytest.mark.parametrize("bad", [NAN, INF, -INF])
@pytest.mark.parametrize(
    "name", ["precision", "recall", "specificity", "f1_score", "precision_recall_f1"]
)
def test_labels_that_are_not_finite_are_refused(name, bad):
    with pytest.raises(ValueError, match="integers"):
        getattr(metrics, name)([0, 1], [bad, 1.0])
    with pytest.raises(ValueError, match="integers"):
        getattr(twin_metrics, name)(torch.tensor([0, 1]), torch.tensor([bad, 1.0]))


def test_confusion_refuses_labels_that_are_not_finite():
    with pytest.raises(ValueError, match="integers"):
        metrics.confusion_matrix([NAN, 1.0], [0, 1], 2)
    with pytest.raises(ValueError, match="integers"):
        twin_metrics.confusion_matrix(torch.tensor([NAN, 1.0]), torch.tensor([0, 1]), 2)


def test_a_prediction_that_is_nan_is_wrong():
    assert metrics.accuracy([0.0, 1.0], [NAN, 1.0]) == 0.5
    assert twin_metrics.accuracy(torch.tensor([0.0, 1.0]), torch.tensor([NAN, 1.0])) == 0.5


# -------------------------------------------------------------------- what does not count at all
@pytest.mark.parametrize("number", [NAN, INF, -INF])
def test_the_scores_of_an_ignored_row_do_not_matter(number):
    logits, labels = np.array([[1.0, 2.0], [number, 0.5]]), np.array([0, -100])
    expected = weighted_losses.weighted_cross_entropy(logits[:1], labels[:1])
    assert weighted_losses.weighted_cross_entropy(logits, labels) == expected
    gradient = weighted_losses.weighted_cross_entropy_backward(logits, labels)
    assert not gradient[1].any()
    tensor = torch.tensor(logits, requires_grad=True)
    loss = twin_weighted.weighted_cross_entropy(tensor, torch.tensor(labels))
    assert loss.item() == pytest.approx(expected, rel=1e-14)
    loss.backward()
    np.testing.assert_allclose(tensor.grad.numpy(), gradient, rtol=1e-14)


@pytest.mark.parametrize("lam", [0, 1])
def test_a_partner_that_has_no_share_does_not_matter(lam):
    x = np.array([[1.0], [INF]])
    for rng in range(4):  # some of the permutations change places
        ours = augmentation.mixup(x, np.eye(2), lam, np.random.default_rng(rng))
        generator = torch.Generator().manual_seed(rng)
        theirs = twin_augmentation.mixup(torch.tensor(x), torch.eye(2), lam, generator)
        for mixed, targets in (ours, theirs):
            mixed, targets = np.asarray(mixed), np.asarray(targets)
            assert sorted(mixed[:, 0]) == [1.0, INF]
            assert np.array_equal(targets.argmax(axis=1), np.isinf(mixed[:, 0]))


def test_a_forbidden_key_has_no_influence_on_the_gradient_of_a_query():
    rng = np.random.default_rng(0)
    q, k, v, dout = (rng.normal(size=(3, 2)) for _ in range(4))
    mask = attention.causal_mask(3)
    expected = attention.attention_backward(dout, q, k, v, mask)[0]
    k[2] = NAN
    dq = attention.attention_backward(dout, q, k, v, mask)[0]
    np.testing.assert_array_equal(dq[:2], expected[:2])
    assert np.isnan(dq[2]).all()


def test_what_weighs_nothing_does_not_turn_infinity_into_nan():
    """Both sums are over what counts: log 2 of the one row, and 0 for what is certain."""
    for library, read in [(losses, np.array), (twin_losses, torch.tensor)]:
        certain = read([[0.0, -INF]])
        assert float(library.soft_cross_entropy(certain, read([[1.0, 0.0]]))) == 0
        assert float(library.soft_cross_entropy(certain, read([[0.5, 0.5]]))) == INF
    for library, read in [(weighted_losses, np.array), (twin_weighted, torch.tensor)]:
        scores, labels = read([[0.0, -INF], [0.0, 0.0]]), read([1, 0])
        loss = library.weighted_cross_entropy(scores, labels, read([1.0, 0.0]))
        assert float(loss) == pytest.approx(np.log(2))
        loss = library.weighted_cross_entropy(scores, labels, read([1.0, 0.5]))
        assert float(loss) == INF


def test_the_gradients_of_these_losses_are_finite_where_nothing_weighs():
    scores = torch.tensor([[0.0, -INF]], requires_grad=True)
    twin_losses.soft_cross_entropy(scores, torch.tensor([[1.0, 0.0]])).backward()
    np.testing.assert_array_equal(scores.grad, [[0, 0]])
    scores = torch.tensor([[0.0, -INF], [0.0, 0.0]], requires_grad=True)
    twin_weighted.weighted_cross_entropy(
        scores, torch.tensor([1, 0]), torch.tensor([1.0, 0.0])
    ).backward()
    np.testing.assert_array_equal(scores.grad, [[0, 0], [-0.5, 0.5]])


def test_a_penalty_of_strength_0_is_0_however_large_the_weights():
    from dlcourse.reference import regularization
    from dlcourse.twins import regularization as twins

    for library, weights in [
        (regularization, [np.array([1e200])]),
        (regularization, [np.float32([1e30])]),
        (twins, [torch.tensor([1e20], dtype=torch.float32)]),
    ]:
        assert float(library.l2_penalty(weights, 0.0)[0]) == 0
        mixed = float(library.elastic_penalty(weights, 1.0, l1_ratio=1.0)[0])
        assert mixed == pytest.approx(float(weights[0][0]))
        assert float(library.l2_penalty([], 1.0)[0]) == 0
        assert np.isnan(float(library.l2_penalty([weights[0] * NAN], 0.0)[0]))


def test_a_residual_block_hides_no_nan_from_its_gradients():
    inputs = [np.array(a) for a in ([[NAN]], [[1.0]], [0.0], [[1.0]], [0.0])]
    ours = residual.residual_block_backward(np.array([[1.0]]), *inputs)
    x, w1, b1, w2, b2 = (torch.tensor(a, requires_grad=True) for a in inputs)
    block = torch.relu(torch.relu(x @ w1 + b1) @ w2 + b2 + x)
    block.sum().backward()
    for gradient, tensor in zip(ours, (x, w1, b1, w2, b2), strict=True):
        np.testing.assert_array_equal(gradient, tensor.grad)
    assert ours[0] == 2
    assert np.isnan(residual.residual_block(*inputs)).all()


def test_neither_a_leak_of_0_nor_an_absolute_value_hides_a_nan_from_the_gradient():
    z = np.array([NAN, -1.0, 2.0])
    (_, ours), (_, twins) = activation("leaky_relu", z, negative_slope=0.0)
    np.testing.assert_array_equal(ours, [1, 0, 1])
    np.testing.assert_array_equal(twins, ours)
    for pred, target in [(NAN, 0.0), (INF, INF)]:
        with np.errstate(invalid="ignore"):
            assert np.isnan(losses.l1_loss_backward([pred], [target])).all()
        p = torch.tensor([pred, 3.0, 1.0, 0.0], requires_grad=True)
        loss = twin_losses.l1_loss(p, torch.tensor([target, 1.0, 1.0, 1.0]))
        loss.backward()
        assert loss.isnan()
        assert p.grad[0] != 0
        np.testing.assert_array_equal(p.grad[1:], [0.25, 0, -0.25])
