"""Every row of docs/conventions.md, checked by the test that it names."""

import math
import re
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as functional
from onnx_operator import run_onnx
from sklearn.exceptions import UndefinedMetricWarning
from sklearn.linear_model import ElasticNet, Ridge
from sklearn.metrics import confusion_matrix as confusion_matrix_of_scikit_learn
from sklearn.metrics import hinge_loss as hinge_loss_of_scikit_learn
from sklearn.metrics import log_loss, precision_score
from sklearn.utils.class_weight import compute_class_weight
from torch.nn.utils import prune

from dlcourse.reference import (
    activation_variants,
    activations,
    adaptive,
    augmentation,
    average_pooling,
    conv,
    conv1d,
    conv_shapes,
    gated,
    generative,
    initializers,
    losses,
    metrics,
    neurons,
    normalization,
    optimizers,
    pooling,
    regularization,
    response_norm,
    sampling,
    schedules,
    sequence_conv,
)
from dlcourse.reference.gradient_check import numerical_gradient
from dlcourse.reference.linear import linear

TABLE = Path(__file__).parents[2] / "docs" / "conventions.md"
RNG = np.random.default_rng(0)


def rows():
    lines = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_every_row_names_a_test_and_every_test_has_a_row():
    named = [re.fullmatch(r"`(test_\w+)`", row[-1])[1] for row in rows()]
    here = [name for name in globals() if name.startswith("test_")]
    here.remove("test_every_row_names_a_test_and_every_test_has_a_row")
    assert named == here
    assert all(len(row) == 5 for row in rows())


def close(actual, expected, rtol=1e-10, atol=1e-12):
    np.testing.assert_allclose(
        *(t.detach().numpy() if isinstance(t, torch.Tensor) else t for t in (actual, expected)),
        rtol=rtol,
        atol=atol,
    )


def tensors(*arrays):
    return [torch.tensor(a, requires_grad=np.asarray(a).dtype.kind == "f") for a in arrays]


def torch_step(optimizer, w, g, steps=1, **flags):
    p = torch.nn.Parameter(torch.tensor(w))
    made = optimizer([p], **flags)
    for _ in range(steps):
        p.grad = torch.tensor(g)
        made.step()
    return p.detach().numpy()


# --- layers, activations and losses --------------------------------------------------------------
def test_dense_weights_are_the_transpose_of_torch():
    x, W, b = RNG.normal(size=(2, 3)), RNG.normal(size=(3, 4)), RNG.normal(size=4)
    close(linear(x, W, b), functional.linear(*tensors(x, W.T, b)))


def test_relu_has_slope_0_at_0():
    (z,) = tensors(np.zeros(1))
    torch.relu(z).sum().backward()
    assert activations.relu_backward(np.ones(1), np.zeros(1))[0] == z.grad.item() == 0
    central = numerical_gradient(lambda z: activations.relu(z).sum(), np.zeros(1))
    close(central, [0.5])


def slope_at(function, z, **keywords):
    """The slope that torch's autograd takes."""
    (t,) = tensors(np.array([z]))
    function(t, **keywords).sum().backward()
    return t.grad.item()


def test_leaky_relu_has_its_left_slope_at_0():
    one, zero = np.ones(1), np.zeros(1)
    assert activations.leaky_relu_backward(one, zero)[0] == 0.01
    assert slope_at(functional.leaky_relu, 0.0) == 0.01


def test_elu_has_its_left_slope_at_0():
    assert activations.elu_backward(np.ones(1), np.zeros(1), alpha=0.3)[0] == 0.3
    assert slope_at(functional.elu, 0.0, alpha=0.3) == pytest.approx(0.3)
    central = numerical_gradient(lambda z: activations.elu(z, alpha=0.3).sum(), np.zeros(1))
    close(central, [(1 + 0.3) / 2], rtol=1e-5)


def test_prelu_has_a_slope_a_channel():
    z, slopes = -np.ones((1, 2, 3)), np.array([0.1, 0.5])
    close(activation_variants.prelu(z, slopes)[0], [[-0.1] * 3, [-0.5] * 3])
    close(activation_variants.prelu(z, slopes), functional.prelu(*tensors(z, slopes)))


def test_rrelu_draws_the_slope_and_takes_its_mean_at_test():
    z = -np.ones(10_000)
    out, _ = activation_variants.rrelu(z, np.random.default_rng(0))
    assert -1 / 3 <= out.min() < -0.33
    assert -0.13 < out.max() <= -1 / 8
    out, _ = activation_variants.rrelu(z, None, train=False)
    close(out, functional.rrelu(torch.tensor(z)))
    close(-out[0], (1 / 8 + 1 / 3) / 2)
    assert abs(-out[0] - 2 / (3 + 8)) > 0.04  # the paper's


def test_clipped_units_have_slope_0_at_both_corners():
    ones = np.ones(2)
    close(activation_variants.relu6_backward(ones, [0.0, 6.0]), 0)
    close(activation_variants.hardtanh_backward(ones, [-1.0, 1.0]), 0)
    assert slope_at(functional.relu6, 0.0) == slope_at(functional.relu6, 6.0) == 0
    assert slope_at(functional.hardtanh, -1.0) == slope_at(functional.hardtanh, 1.0) == 0


def test_hardsigmoid_is_straight_from_minus_3_to_3():
    z = np.array([-3.0, -1.0, 0.0, 2.75, 3.0])
    ours = activation_variants.hardsigmoid(z)
    close(ours, np.clip(z / 6 + 0.5, 0, 1))
    close(ours, functional.hardsigmoid(torch.tensor(z)))
    theirs = run_onnx("HardSigmoid", z)
    close(theirs, np.clip(z / 5 + 0.5, 0, 1), rtol=1e-6)


def test_softplus_of_torch_gives_up_at_20():
    z = np.array([20.1, 30.0])
    assert np.all(functional.softplus(torch.tensor(z)).numpy() == z)
    gap = activations.softplus(z) - z
    close(gap, np.log1p(np.exp(-z)), rtol=1e-4)
    assert 1e-9 < gap[0] < 2.1e-9


def test_softmax_runs_along_the_last_axis():
    z = RNG.normal(size=(2, 3, 4))
    close(activations.softmax(z).sum(axis=-1), np.ones((2, 3)))
    close(activations.softmax(z), functional.softmax(torch.tensor(z), dim=-1))


def test_tanh_backward_takes_the_score():
    z = np.array([0.5])
    close(activations.tanh_backward(np.ones(1), z), 1 - np.tanh(z) ** 2)
    close(activations.tanh_backward(np.ones(1), z), slope_at(torch.tanh, 0.5))


def test_the_first_of_equal_pieces_gets_the_gradient():
    x, W, b = np.ones((1, 1)), np.ones((2, 1, 1)), np.zeros((2, 1))
    _, _, db = activations.maxout_backward(np.ones((1, 1)), x, W, b)
    close(db, [[1], [0]])
    (t,) = tensors(np.ones((2, 1)))
    t.amax(dim=0).sum().backward()
    close(t.grad, [[0.5], [0.5]])


def test_a_threshold_unit_at_0_does_not_fire():
    assert neurons.step(np.zeros(1))[0] == 0
    assert neurons.perceptron_predict(np.zeros((1, 2)), np.ones(2), 0.0)[0] == 0
    assert neurons.heaviside(np.zeros(1))[0] == 0.5
    zero, answer = torch.zeros(1), torch.full((1,), 0.25)
    assert torch.heaviside(zero, answer).item() == 0.25


def test_cross_entropy_is_a_mean_over_the_batch():
    logits, labels = RNG.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    ours = losses.cross_entropy(logits, labels)
    close(ours, functional.cross_entropy(*tensors(logits, labels)))
    close(5 * ours, functional.cross_entropy(*tensors(logits, labels), reduction="sum"))


def test_binary_cross_entropy_is_a_mean_over_all_elements():
    z, y = RNG.normal(size=(5, 3)), RNG.integers(2, size=(5, 3)).astype(float)
    ours = losses.bce_with_logits(z, y)
    close(ours, functional.binary_cross_entropy_with_logits(*tensors(z, y)))
    close(losses.multilabel_cross_entropy(z, y), 3 * ours)


def test_squared_error_has_no_half():
    pred, target = RNG.normal(size=(2, 5, 3))
    ours = losses.mse_loss(pred, target)
    close(ours, functional.mse_loss(*tensors(pred, target)))
    close(losses.euclidean_loss(pred, target), ours * 3 / 2)


def test_smoothing_spreads_over_all_classes():
    logits, labels = RNG.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    ours = losses.soft_cross_entropy(logits, losses.smooth_labels(labels, 3, 0.3))
    close(ours, functional.cross_entropy(*tensors(logits, labels), label_smoothing=0.3))


def test_cross_entropy_takes_logits():
    logits, labels = RNG.normal(size=(5, 3)), np.array([0, 2, 1, 1, 0])
    ours = losses.cross_entropy(logits, labels)
    close(ours, log_loss(labels, activations.softmax(logits)))
    close(ours, functional.nll_loss(*tensors(activations.log_softmax(logits), labels)))


def test_soft_cross_entropy_keeps_the_entropy_of_its_targets():
    logits, t = RNG.normal(size=(5, 3)), activations.softmax(RNG.normal(size=(5, 3)))
    entropy = -np.sum(t * np.log(t)) / 5
    close(losses.soft_cross_entropy(np.log(t), t), entropy)
    ours = losses.soft_cross_entropy(logits, t)
    close(ours, functional.cross_entropy(*tensors(logits, t)))
    divergence = functional.kl_div(
        *tensors(activations.log_softmax(logits), t), reduction="batchmean"
    )
    close(divergence, ours - entropy)


def test_a_certain_mistake_costs_100():
    p, y = np.zeros(1), np.ones(1)
    assert losses.binary_cross_entropy(p, y) == 100
    assert functional.binary_cross_entropy(*tensors(p, y)).item() == 100
    close(log_loss([1], [[1.0, 0.0]], labels=[0, 1]), -math.log(np.finfo(float).eps))


def test_hinge_turns_0_and_1_into_sides():
    scores, y = RNG.normal(size=6), np.array([0, 1, 1, 0, 1, 0])
    ours = losses.hinge_loss(scores, y)
    close(ours, np.mean(np.maximum(0, 1 - (2 * y - 1) * scores)))
    close(ours, hinge_loss_of_scikit_learn(y, scores))
    two = np.stack([scores, scores], axis=1), np.stack([y, y], axis=1)
    close(losses.hinge_loss(*two), 2 * ours)


def test_hinge_has_slope_0_at_its_margin():
    at, y = np.ones(1), np.ones(1)
    assert losses.hinge_loss_backward(at, y)[0] == 0
    close(numerical_gradient(lambda s: losses.hinge_loss(s, y), at), -0.5, rtol=1e-5)


def test_logistic_loss_sums_over_the_outputs():
    scores, y = RNG.normal(size=(5, 3)), RNG.integers(2, size=(5, 3))
    theirs = functional.soft_margin_loss(torch.tensor(scores), torch.tensor(2 * y - 1))
    close(losses.logistic_loss(scores, y), 3 * theirs)


def test_absolute_error_has_slope_0_where_it_is_0():
    pred, target = np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([[1.0, 5.0], [1.0, 2.0]])
    p, t = tensors(pred, target)
    theirs = functional.l1_loss(p, t)
    theirs.backward()
    close(losses.l1_loss(pred, target), theirs)
    close(losses.l1_loss_backward(pred, target), [[0, -1 / 4], [1 / 4, -1 / 4]])
    close(p.grad, [[0, -1 / 4], [1 / 4, -1 / 4]])


# --- metrics and initializers --------------------------------------------------------------------
def test_a_ratio_of_nothing_is_0():
    y_true, y_pred = [0, 1], [0, 0]
    assert metrics.precision(y_true, y_pred) == 0
    with pytest.warns(UndefinedMetricWarning):
        assert precision_score(y_true, y_pred) == 0


def test_confusion_has_true_rows():
    y_true, y_pred = [0, 0, 0, 1], [1, 1, 0, 1]
    ours = metrics.confusion_matrix(y_true, y_pred, 2)
    close(ours, [[1, 2], [0, 1]])
    close(ours, confusion_matrix_of_scikit_learn(y_true, y_pred))


def test_he_and_xavier_count_inputs_on_the_first_axis():
    # 4e5 weights: the standard deviation of an estimated one is a thousandth of it
    n_in, n_out = 200, 2000
    he = initializers.he_normal(n_in, n_out, np.random.default_rng(0))
    assert he.shape == (n_in, n_out)
    close(he.std(), math.sqrt(2 / n_in), rtol=0.01)
    xavier = initializers.xavier_uniform(n_in, n_out, np.random.default_rng(0))
    close(np.abs(xavier).max(), math.sqrt(6 / (n_in + n_out)), rtol=0.01)
    torch.manual_seed(0)
    theirs = torch.nn.init.kaiming_normal_(torch.empty(n_out, n_in))
    close(theirs.std(), math.sqrt(2 / n_in), rtol=0.01)


def test_linear_of_torch_starts_within_one_over_root_n():
    torch.manual_seed(0)
    W = torch.nn.Linear(400, 1000).weight.detach()
    close(W.abs().max(), 1 / 20, rtol=1e-3)
    close(W.var(), 1 / 400 / 3, rtol=0.01)  # a sixth of what He asks for


# --- penalties and optimizers --------------------------------------------------------------------
def test_l2_has_a_half_and_no_n():
    w, g = RNG.normal(size=(2, 4))
    penalty, (slope,) = regularization.l2_penalty([w], 0.3)
    close(penalty, 0.15 * np.sum(w**2))
    (ours,) = optimizers.sgd_step([w], [g + slope], 0.1)
    close(ours, torch_step(torch.optim.SGD, w, g, lr=0.1, weight_decay=0.3))
    X, y = RNG.normal(size=(30, 4)), RNG.normal(size=30)
    w = Ridge(alpha=0.15, fit_intercept=False, tol=1e-12).fit(X, y).coef_
    _, (slope,) = regularization.l2_penalty([w], 0.3)
    close(2 * X.T @ (X @ w - y) + slope, 0, atol=1e-9)  # Ridge sums the squared errors, no 1/2


def test_elastic_halves_only_the_squares():
    X = RNG.normal(size=(30, 4))
    y = X @ [1.0, -1.0, 2.0, 0.5]
    w = ElasticNet(alpha=0.05, l1_ratio=0.4, fit_intercept=False, tol=1e-14).fit(X, y).coef_
    _, (slope,) = regularization.elastic_penalty([w], 0.05, l1_ratio=0.4)
    assert np.all(w != 0)
    close(X.T @ (X @ w - y) / 30 + slope, 0, atol=1e-8)


def test_coupled_and_decoupled_decay_differ_in_adam_and_agree_in_sgd():
    w, g = RNG.normal(size=(2, 4))
    coupled = optimizers.decay_gradient(w, g, 0.5)
    adam = adaptive.adam_step(w, coupled, 0.0, 0.0, 1, lr=0.1)[0]
    adamw = adaptive.adamw_step(w, g, 0.0, 0.0, 1, lr=0.1, weight_decay=0.5)[0]
    close(adam, torch_step(torch.optim.Adam, w, g, lr=0.1, weight_decay=0.5))
    close(adamw, torch_step(torch.optim.AdamW, w, g, lr=0.1, weight_decay=0.5))
    assert np.abs(adam - adamw).max() > 1e-3
    close(
        optimizers.sgd_step([w], [coupled], 0.1)[0],
        optimizers.sgd_step([w - 0.1 * 0.5 * w], [g], 0.1)[0],
    )


def test_momentum_forms_part_when_the_rate_changes():
    a = b = RNG.normal(size=3)
    v, u = 0.0, None
    for t, lr in enumerate([0.1, 0.1, 0.01]):
        g = np.ones(3)
        a, v = optimizers.momentum_step(a, g, v, lr)
        b, u = optimizers.momentum_outside_step(b, g, u, lr)
        if t == 1:
            close(a, b)
    close(v, -0.1 * 1.9 * 0.9 - 0.01)  # the old velocity keeps its rate
    assert np.abs(a - b).max() > 0.1


def test_nesterov_of_torch_stands_ahead():
    lr, mu = 0.1, 0.9
    w = ahead = np.array([1.0, -2.0])
    v = 0.0
    p = torch.nn.Parameter(torch.tensor(ahead))
    made = torch.optim.SGD([p], lr=lr, momentum=mu, nesterov=True)
    for _ in range(4):
        w, v = optimizers.nesterov_step(w, lambda x: 2 * x, v, lr, mu)
        p.grad = 2 * p.detach()
        made.step()
        close(p, w + mu * v)


def test_eps_stands_outside_the_root():
    w, g, eps = np.zeros(1), np.full(1, 1e-6), 1e-8
    outside = -0.1 * 1e-6 / (1e-6 + eps)
    inside = -0.1 * 1e-6 / math.sqrt(1e-12 + eps)
    assert outside / inside == pytest.approx(99, rel=1e-3)
    close(adaptive.adagrad_step(w, g, 0.0, 0.1, eps)[0], outside)
    close(adaptive.rmsprop_step(w, g, 0.0, 0.1, 0.0, eps)[0], outside)
    close(adaptive.adam_step(w, g, 0.0, 0.0, 1, 0.1, eps=eps)[0], outside)
    close(torch_step(torch.optim.Adagrad, w, g, lr=0.1, eps=eps), outside)
    close(torch_step(torch.optim.RMSprop, w, g, lr=0.1, alpha=0.0, eps=eps), outside)
    close(torch_step(torch.optim.Adam, w, g, lr=0.1, eps=eps), outside)


def test_eps_stands_inside_the_roots_of_adadelta():
    w, g, eps = np.zeros(1), np.full(1, 1e-3), 1e-6
    inside = -math.sqrt(eps) / math.sqrt(0.1 * 1e-6 + eps) * 1e-3
    close(adaptive.adadelta_step(w, g, 0.0, 0.0, eps=eps)[0], inside)
    close(torch_step(torch.optim.Adadelta, w, g, eps=eps), inside)


def test_eps_stands_inside_the_maximum_of_adamax():
    w, g = np.zeros(1), np.full(1, 0.5)
    inside = -0.1 * 0.5 / (0.5 + 0.25)
    close(adaptive.adamax_step(w, g, 0.0, 0.0, 1, 0.1, eps=0.25)[0], inside)
    close(torch_step(torch.optim.Adamax, w, g, lr=0.1, eps=0.25), inside)


def test_amsgrad_keeps_the_uncorrected_maximum():
    w, m, v, v_max = np.zeros(1), 0.0, 0.0, 0.0
    p = torch.nn.Parameter(torch.zeros(1, dtype=torch.float64))
    made = torch.optim.Adam([p], lr=0.1, amsgrad=True)
    for t, g in enumerate([1.0, 0.01, 0.01], 1):
        w, m, v, v_max = adaptive.amsgrad_step(w, np.full(1, g), m, v, v_max, t, lr=0.1)
        p.grad = torch.full((1,), g, dtype=torch.float64)
        made.step()
    close(w, p)
    close(v_max, 1e-3)  # v after the first step; corrected it was 1


def test_beta_of_rmsprop_is_alpha_of_torch():
    w, g = RNG.normal(size=(2, 3))
    close(
        adaptive.rmsprop_step(w, g, 0.0, 0.1, beta=0.7)[0],
        torch_step(torch.optim.RMSprop, w, g, lr=0.1, alpha=0.7),
    )
    assert torch.optim.RMSprop([torch.zeros(1)]).defaults["alpha"] == 0.99


def test_adam_counts_from_1():
    w, g = RNG.normal(size=(2, 3))
    close(adaptive.adam_step(w, g, 0.0, 0.0, 1)[0], torch_step(torch.optim.Adam, w, g))
    with pytest.raises(ValueError, match="t=0"):
        adaptive.adam_step(w, g, 0.0, 0.0, 0)
    zeros = np.zeros(3)
    at_0, at_1 = (
        run_onnx(
            "Adam", np.float64(0.001), np.int64(t), w, g, zeros, zeros, n_outputs=3,
            domain="ai.onnx.preview.training", opset=1, alpha=0.9, beta=0.999, epsilon=1e-8,
        )[0]
        for t in (0, 1)
    )  # fmt: skip
    close(at_1, adaptive.adam_step(w, g, 0.0, 0.0, 1)[0], rtol=1e-4)  # its numbers are float32
    assert np.abs(at_0 - at_1).max() > 1e-3


def test_clipping_has_no_eps_and_one_norm():
    grads = [np.array([3e-7]), np.array([4e-7])]
    close(optimizers.clip_by_norm(grads, 1e-7)[0], 0.6e-7, atol=0)
    p, q = (torch.nn.Parameter(torch.zeros(1, dtype=torch.float64)) for _ in grads)
    p.grad, q.grad = (torch.tensor(g) for g in grads)
    torch.nn.utils.clip_grad_norm_([p, q], 1e-7)
    close(p.grad, 3e-7 * 1e-7 / (5e-7 + 1e-6), atol=0)


def test_schedules_count_from_0():
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=0.3)
    torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=10)
    assert schedules.cosine(0, 10, 0.3) == optimizer.param_groups[0]["lr"] == 0.3


# --- normalization and regularization ------------------------------------------------------------
def normed(x, eps=0.0, momentum=0.1):
    ones, zeros = np.ones(x.shape[1]), np.zeros(x.shape[1])
    return normalization.batch_norm(x, ones, zeros, zeros, ones, momentum=momentum, eps=eps)


def test_batch_variance_is_biased():
    x = np.array([[0.0], [2.0], [4.0]])
    out, *_ = normed(x)
    close(out, (x - 2) / math.sqrt(8 / 3))
    close(out, functional.batch_norm(torch.tensor(x), None, None, training=True, eps=1e-20))


def onnx_batch_norm(x, momentum):
    ones, zeros = np.ones(x.shape[1]), np.zeros(x.shape[1])
    return run_onnx(
        "BatchNormalization", x, ones, zeros, zeros, ones, n_outputs=3,
        training_mode=1, momentum=momentum, epsilon=1e-5,
    )  # fmt: skip


def test_running_variance_is_unbiased():
    x = np.array([[0.0], [2.0], [4.0]])
    _, _, var = normed(x)
    close(var, 0.9 + 0.1 * 4)
    running = torch.ones(1, dtype=torch.float64)
    functional.batch_norm(torch.tensor(x), torch.zeros(1).double(), running, training=True)
    close(var, running)
    close(onnx_batch_norm(x, 0.9)[2], 0.9 + 0.1 * 8 / 3, rtol=1e-6)  # biased


def test_momentum_is_the_weight_of_the_new_batch():
    x = RNG.normal(2.0, size=(6, 3))
    _, mean, _ = normed(x, momentum=0.2)
    close(mean, 0.2 * x.mean(axis=0))
    close(onnx_batch_norm(x, 0.8)[1], mean, rtol=1e-6)


def test_eps_of_the_norms_stands_inside_the_root():
    x = np.array([[0.0, 1.0], [2.0, 5.0]])
    out, *_ = normed(x, eps=0.5)
    close(out[:, 0], np.array([-1, 1]) / math.sqrt(1 + 0.5))
    row = normalization.layer_norm(x, np.ones(2), np.zeros(2), eps=0.5)
    close(row, functional.layer_norm(torch.tensor(x), (2,), eps=0.5))
    close(row[0], np.array([-0.5, 0.5]) / math.sqrt(0.25 + 0.5))


def test_standardize_uses_the_population_deviation():
    x = RNG.normal(size=(5, 2))
    out, _ = normalization.standardize(x, x)
    close(out.std(axis=0, ddof=0), 1)
    assert np.all(out.std(axis=0, ddof=1) > 1.1)


def test_p_is_the_probability_to_drop():
    # 10,000 elements: binomial, 7.4 standard deviations either way, false alarm below 1e-12
    _, mask = regularization.dropout(np.ones(10_000), 0.2, np.random.default_rng(0))
    assert 1700 < np.sum(mask == 0) < 2300
    torch.manual_seed(0)
    assert 1700 < int((functional.dropout(torch.ones(10_000), 0.2) == 0).sum()) < 2300


def test_dropout_scales_in_training():
    out, _ = regularization.dropout(np.ones(100), 0.2, np.random.default_rng(0))
    close(np.unique(out), [0, 1.25])
    torch.manual_seed(0)
    close(torch.unique(functional.dropout(torch.ones(100).double(), 0.2)), [0, 1.25])
    out, _ = regularization.dropout(np.ones(100), 0.2, None, train=False)
    close(out, 1)


def test_the_spread_of_mc_dropout_is_over_n():
    answers = iter([np.array([1.0]), np.array([3.0])])
    _, std = regularization.mc_dropout(lambda x, rng: next(answers), None, 2, None)
    close(std, [1.0])
    close(torch.tensor([1.0, 3.0]).std(), math.sqrt(2), rtol=1e-6)


def test_amount_is_a_share_that_is_rounded():
    W = np.array([4.0, 3.0, 2.0, 1.0, 5.0])
    for amount, kept in [(0.5, 3), (0.7, 1), (1.0, 0)]:
        layer = torch.nn.Linear(5, 1)
        prune.l1_unstructured(layer, "weight", amount)
        assert regularization.prune_smallest(W, amount)[1].sum() == kept
        assert layer.weight_mask.sum() == kept


def test_patience_counts_epochs_since_the_best():
    assert regularization.early_stopping([2.0, 1.0, 1.0, 1.0, 0.0], 2) == (1, 3)


def test_class_weights_have_mean_1():
    y = np.array([0, 0, 0, 1, 1, 2])
    weights = sampling.class_weights(y)
    close(weights[y].mean(), 1)
    close(weights, compute_class_weight("balanced", classes=np.arange(3), y=y))


def test_positive_shifts_move_down_and_right():
    img = np.array([[1.0, 2.0], [3.0, 4.0]])
    close(augmentation.shift_image(img, 1, 0), [[0, 0], [1, 2]])
    close(augmentation.shift_image(img, 0, 1), [[0, 1], [0, 3]])
    close(torch.roll(torch.tensor(img), 1, 0), [[3, 4], [1, 2]])


def test_positive_angles_turn_counter_clockwise():
    img = np.array([[0.0, 1.0], [0.0, 0.0]])
    close(augmentation.rotate(img, 90), [[1, 0], [0, 0]])
    close(np.rot90(img), [[1, 0], [0, 0]])


def test_the_generator_does_not_saturate_by_default():
    close(generative.generator_loss(np.array([-30.0])), 30, rtol=1e-9)
    close(generative.generator_loss(np.array([-30.0]), saturating=True), 0, atol=1e-12)


# --- convolution and recurrence ------------------------------------------------------------------
def test_convolution_does_not_flip():
    x, w = RNG.normal(size=7), RNG.normal(size=3)
    ours = conv1d.conv1d(x, w)
    close(ours, functional.conv1d(*(t[None, None] for t in tensors(x, w)))[0, 0])
    close(ours, np.correlate(x, w, "valid"))
    close(conv1d.conv1d(x, w, flip=True), np.convolve(x, w, "valid"))


def test_the_first_of_equal_maxima_gets_the_gradient():
    x = np.ones((1, 1, 2, 2))
    ours = pooling.max_pool2d_backward(np.ones((1, 1, 1, 1)), x)
    (t,) = tensors(x)
    functional.max_pool2d(t, 2).sum().backward()
    close(ours, [[[[1, 0], [0, 0]]]])
    close(ours, t.grad)


def test_an_index_counts_the_pixels_of_its_map():
    x = np.random.default_rng(3).normal(size=(2, 3, 4, 5))
    _, ours = pooling.max_pool2d(x, return_indices=True)
    close(ours, functional.max_pool2d(torch.tensor(x), 2, return_indices=True)[1])
    _, theirs = run_onnx("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2], n_outputs=2)
    maps_before = np.arange(6).reshape(2, 3, 1, 1)
    close(theirs, ours + maps_before * 20)


def test_the_step_of_pooling_is_2_unless_given():
    x = np.arange(36.0).reshape(1, 1, 6, 6)
    close(pooling.max_pool2d(x, 3), functional.max_pool2d(torch.tensor(x), 3, 2))
    assert functional.max_pool2d(torch.tensor(x), 3).shape == (1, 1, 2, 2)
    assert pooling.max_pool2d(x[..., :5], 3).shape == (1, 1, 2, 2)
    assert functional.max_pool2d(torch.tensor(x[..., :5]), 3).shape == (1, 1, 2, 1)


def test_average_pooling_counts_pads():
    x = np.ones((1, 1, 2, 2))
    ours = average_pooling.avg_pool2d(x, 2, 2, padding=1)
    close(ours, np.full((1, 1, 2, 2), 1 / 4))
    close(ours, functional.avg_pool2d(torch.tensor(x), 2, 2, padding=1))
    theirs = run_onnx("AveragePool", x, kernel_shape=[2, 2], strides=[2, 2], pads=[1] * 4)
    close(theirs, 1)
    close(average_pooling.avg_pool2d(x, 2, 2, padding=1, count_include_pad=False), theirs)


def test_pads_of_pooling_may_exceed_half_a_window():
    x = RNG.normal(size=(1, 1, 4, 4))
    ours = pooling.max_pool2d(x, 3, 1, padding=2)
    close(ours, run_onnx("MaxPool", x, kernel_shape=[3, 3], pads=[2] * 4))
    with pytest.raises(RuntimeError, match="half of"):
        functional.max_pool2d(torch.tensor(x), 3, 1, padding=2)


def test_convolution_of_sequences_is_conv1d_of_torch():
    x, w, b = RNG.normal(size=(2, 3, 7)), RNG.normal(size=(4, 3, 2)), RNG.normal(size=4)
    close(sequence_conv.sequence_conv(x, w, b), functional.conv1d(*tensors(x, w, b)))


def test_subsampling_adds_up():
    x = np.ones((1, 1, 2, 2))
    close(average_pooling.subsample(x, np.array([0.5]), np.array([3.0])), [[[[0.5 * 4 + 3]]]])


def test_same_padding_puts_the_odd_zero_at_the_end():
    x, w = RNG.normal(size=(1, 1, 4, 4)), RNG.normal(size=(1, 1, 2, 2))
    assert conv_shapes.same_padding(4, 2) == (0, 1)
    ours = conv.conv2d(x, w, np.zeros(1), padding="same")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # torch says that it copies for an odd pad
        close(ours, functional.conv2d(*tensors(x, w), padding="same"))
    for mode, same in [("SAME_UPPER", True), ("SAME_LOWER", False)]:
        theirs = run_onnx("Conv", x, w, auto_pad=mode)
        assert np.allclose(theirs, ours, atol=1e-6) is same
    close(conv.conv2d(x, w, None, padding="same_lower"), theirs)


def test_local_response_sums_and_torch_averages():
    x = RNG.normal(size=(2, 7, 3, 3))
    ours = response_norm.local_response_norm(x, size=5, alpha=0.01)
    close(ours, functional.local_response_norm(torch.tensor(x), 5, alpha=0.05, beta=0.75, k=2.0))


def recurrent_inputs(gates):
    n, d, h = 2, 3, 4
    return (RNG.normal(size=(n, d)), RNG.normal(size=(n, h)), RNG.normal(size=(n, h)),
            RNG.normal(size=(d, gates * h)), RNG.normal(size=(h, gates * h)),
            RNG.normal(size=gates * h))  # fmt: skip


def test_lstm_gates_stand_in_the_order_of_torch():
    x, h, c, Wx, Wh, b = recurrent_inputs(4)
    ours = gated.lstm_step(x, h, c, Wx, Wh, b)
    cell = torch.nn.LSTMCell(3, 4, dtype=torch.float64)
    with torch.no_grad():
        for name, value in {"weight_ih": Wx.T, "weight_hh": Wh.T, "bias_ih": b}.items():
            getattr(cell, name).copy_(torch.tensor(value))
        cell.bias_hh.zero_()
    theirs = cell(torch.tensor(x), (torch.tensor(h), torch.tensor(c)))
    for a, e in zip(ours, theirs, strict=True):
        close(a, e)

    def iofc(W):  # ONNX: i, o, f, c, a row a unit, and a bias for each of the two matrices
        i, f, g, o = np.split(W.T, 4)
        return np.concatenate([i, o, f, g])[None]

    bias = np.concatenate([iofc(b[None])[0].ravel(), np.zeros(16)])[None]
    _, last_h, last_c = run_onnx(
        "LSTM",
        x[None],
        iofc(Wx),
        iofc(Wh),
        bias,
        None,
        h[None],
        c[None],
        n_outputs=3,
        hidden_size=4,
    )
    close(last_h[0], ours[0], rtol=1e-6)
    close(last_c[0], ours[1], rtol=1e-6)


def test_gru_of_torch_swaps_z_and_applies_r_later():
    x, h, _, Wx, Wh, b = recurrent_inputs(3)
    ours = gated.gru_step(x, h, Wx, Wh, b)
    r, z, n = zip(*(np.split(W, 3, axis=-1) for W in (Wx, Wh, b)), strict=True)

    def gate(part, state):
        return x @ part[0] + state @ part[1] + part[2]

    r, z = activations.sigmoid(gate(r, h)), activations.sigmoid(gate(z, h))
    close(ours, (1 - z) * h + z * np.tanh(gate(n, r * h)))
    cell = torch.nn.GRUCell(3, 4, dtype=torch.float64)
    with torch.no_grad():
        for name, value in {"weight_ih": Wx.T, "weight_hh": Wh.T, "bias_ih": b}.items():
            getattr(cell, name).copy_(torch.tensor(value))
        cell.bias_hh.zero_()
    late = np.tanh(x @ n[0] + r * (h @ n[1]) + n[2])
    close(cell(torch.tensor(x), torch.tensor(h)), (1 - z) * late + z * h)

    def zrh(W):  # ONNX: z, r, h; linear_before_reset=0 puts r before the product
        r, z, n = np.split(W.T, 3)
        return np.concatenate([-z, r, n])[None]  # and 1 - z where we have z: sigmoid(-s)

    bias = np.concatenate([zrh(b[None])[0].ravel(), np.zeros(12)])[None]
    _, last = run_onnx(
        "GRU", x[None], zrh(Wx), zrh(Wh), bias, None, h[None], n_outputs=2, hidden_size=4
    )
    close(last[0], ours, rtol=1e-6)
