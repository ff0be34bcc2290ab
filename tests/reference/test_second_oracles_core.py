"""Activations, losses and networks against SciPy, scikit-learn, SymPy and ONNX.

PyTorch is the oracle of the table; these were written by others, and read the same names.
"""

from itertools import pairwise

import numpy as np
import pytest
import sympy
from onnx_operator import run_onnx
from scipy import differentiate, special
from sklearn import metrics
from sklearn.neural_network import MLPClassifier, MLPRegressor

from dlcourse.reference import activation_variants, activations, losses, network
from dlcourse.reference.gradient_check import numerical_gradient, relative_error

Z = np.random.default_rng(0).normal(0, 3, size=(6, 4))
FAR = np.array([[-700.0, -100.0, -36.0, 0.0], [1.0, 36.0, 100.0, 700.0]])
LABELS = np.array([0, 3, 1, 1, 2, 0])
SIDES = np.array([[0, 1, 1, 0], [1, 0, 0, 1]] * 3)


@pytest.mark.parametrize("z", [Z, FAR], ids=["near", "far"])
@pytest.mark.parametrize(
    ("ours", "scipys"),
    [
        (activations.sigmoid, special.expit),
        (activations.softmax, lambda z: special.softmax(z, axis=-1)),
        (activations.log_softmax, lambda z: special.log_softmax(z, axis=-1)),
        (activations.softplus, lambda z: -special.log_expit(-z)),
        (activations.tanh, np.tanh),
        (activations.elu, lambda z: np.maximum(z, 0) + special.expm1(np.minimum(z, 0))),
    ],
    ids=["sigmoid", "softmax", "log_softmax", "softplus", "tanh", "elu"],
)
def test_values_are_scipys(ours, scipys, z):
    np.testing.assert_allclose(ours(z), scipys(z), rtol=1e-12, atol=0)


ELEMENTWISE = {
    **{name: getattr(activations, name) for name in
       ["sigmoid", "tanh", "softsign", "relu", "leaky_relu", "elu", "softplus"]},
    **{name: getattr(activation_variants, name) for name in
       ["relu6", "hardtanh", "hardsigmoid", "hardswish"]},
}  # fmt: skip


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_slopes_are_those_that_scipy_measures(name):
    f = ELEMENTWISE[name]
    module = activations if hasattr(activations, name) else activation_variants
    z = np.array([-7.3, -2.2, -0.9, -0.4, 0.3, 0.8, 2.4, 4.1, 8.0])  # no kink within 0.05
    measured = differentiate.derivative(f, z, initial_step=0.02)
    slope = getattr(module, f"{name}_backward")(np.ones_like(z), z)
    np.testing.assert_allclose(slope, measured.df, rtol=1e-9, atol=1e-10)


SLOPES = np.array([0.1, -0.5, 2.0, 0.0])


@pytest.mark.parametrize(
    ("ours", "kind", "attributes"),
    [
        (activations.sigmoid, "Sigmoid", {}),
        (activations.tanh, "Tanh", {}),
        (activations.softsign, "Softsign", {}),
        (activations.relu, "Relu", {}),
        (lambda z: activations.leaky_relu(z, 0.2), "LeakyRelu", {"alpha": 0.2}),
        (lambda z: activations.elu(z, 0.7), "Elu", {"alpha": 0.7}),
        (activations.softplus, "Softplus", {}),
        (activations.softmax, "Softmax", {"axis": -1}),
        (activations.log_softmax, "LogSoftmax", {"axis": -1}),
        (activation_variants.hardsigmoid, "HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
        (activation_variants.hardswish, "HardSwish", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_values_are_those_of_the_onnx_operators(ours, kind, attributes):
    np.testing.assert_allclose(ours(Z), run_onnx(kind, Z, **attributes), rtol=1e-6, atol=1e-7)


def test_prelu_takes_one_slope_a_channel_as_onnx_does():
    ours = activation_variants.prelu(Z, SLOPES)
    np.testing.assert_allclose(ours, run_onnx("PRelu", Z, SLOPES), rtol=1e-12)


def test_cross_entropy_is_the_log_loss_of_scikit_learn():
    theirs = metrics.log_loss(LABELS, special.softmax(Z, axis=1), labels=range(4))
    assert losses.cross_entropy(Z, LABELS) == pytest.approx(theirs, rel=1e-12)


def test_binary_losses_are_those_of_scipy_and_scikit_learn():
    p = special.expit(Z)
    expected = -np.mean(special.xlogy(SIDES, p) + special.xlog1py(1 - SIDES, -p))
    assert losses.bce_with_logits(Z, SIDES) == pytest.approx(expected, rel=1e-12)
    assert losses.binary_cross_entropy(p, SIDES) == pytest.approx(expected, rel=1e-12)
    assert losses.multilabel_cross_entropy(Z, SIDES) == pytest.approx(4 * expected, rel=1e-12)
    one = losses.bce_with_logits(Z[:, 0], SIDES[:, 0])
    assert one == pytest.approx(metrics.log_loss(SIDES[:, 0], p[:, 0]), rel=1e-12)


def test_the_hinge_is_that_of_scikit_learn():
    theirs = metrics.hinge_loss(2 * SIDES[:, 1] - 1, Z[:, 1])
    assert losses.hinge_loss(Z[:, 1], SIDES[:, 1]) == pytest.approx(theirs, rel=1e-12)


def test_squared_and_absolute_errors_are_those_of_scikit_learn():
    target = np.roll(Z, 1)
    assert losses.mse_loss(Z, target) == pytest.approx(metrics.mean_squared_error(target, Z))
    assert losses.l1_loss(Z, target) == pytest.approx(metrics.mean_absolute_error(target, Z))
    distances = np.linalg.norm(Z - target, axis=1)
    assert losses.euclidean_loss(Z, target) == pytest.approx(np.mean(distances**2) / 2)


def test_smoothing_is_that_of_pytorchs_cross_entropy():
    import torch
    from torch.nn import functional

    ours = losses.soft_cross_entropy(Z, losses.smooth_labels(LABELS, 4, 0.3))
    theirs = functional.cross_entropy(torch.tensor(Z), torch.tensor(LABELS), label_smoothing=0.3)
    assert ours == pytest.approx(float(theirs), rel=1e-12)


def test_the_softmax_jacobian_is_the_symbolic_one():
    z = sympy.symbols("z0:3")
    p = [sympy.exp(s) / sum(map(sympy.exp, z)) for s in z]
    at = dict(zip(z, (0.3, -1.2, 0.7), strict=True))
    symbolic = np.array(sympy.Matrix(p).jacobian(z).evalf(30, subs=at), dtype=float)
    ours = activations.softmax_jacobian(activations.softmax([0.3, -1.2, 0.7]))
    np.testing.assert_allclose(ours, symbolic, rtol=1e-13)


@pytest.mark.parametrize(
    ("output", "loss", "delta"),
    [
        ("s", "(h - y)**2 / 2", "h - y"),
        ("1 / (1 + exp(-s))", "(h - y)**2 / 2", "h * (1 - h) * (h - y)"),
        ("1 / (1 + exp(-s))", "-y * log(h) - (1 - y) * log(1 - h)", "h - y"),
        ("tanh(s)", "(h - y)**2 / 2", "(1 - h**2) * (h - y)"),
    ],
)
def test_the_delta_of_each_output_layer_is_the_symbolic_derivative(output, loss, delta):
    s, y, h = sympy.symbols("s y h", real=True)
    output = sympy.sympify(output, {"s": s})
    loss, delta = (sympy.sympify(e, {"h": h, "y": y}).subs(h, output) for e in (loss, delta))
    assert sympy.simplify(sympy.diff(loss, s) - delta) == 0


def weights_and_biases(rng, *widths):
    weights = [rng.normal(size=(a, b)) for a, b in pairwise(widths)]
    return weights, [rng.normal(size=width) for width in widths[1:]]


def test_a_tanh_network_is_scikit_learns_with_these_weights():
    rng = np.random.default_rng(1)
    weights, biases = weights_and_biases(rng, 4, 5, 3, 4)
    model = MLPClassifier((5, 3), activation="tanh").partial_fit(Z, LABELS, classes=range(4))
    model.coefs_, model.intercepts_ = weights, biases
    theirs = model.predict_proba(Z)
    ours = activations.softmax(network.mlp_scores(Z, weights, biases))
    np.testing.assert_allclose(ours, theirs, rtol=1e-12)
    loss, _, _ = network.backpropagate(Z, LABELS, weights, biases)
    assert loss == pytest.approx(metrics.log_loss(LABELS, theirs, labels=range(4)), rel=1e-12)


def test_a_sigmoid_network_is_scikit_learns_up_to_its_linear_output():
    rng = np.random.default_rng(2)
    weights, biases = weights_and_biases(rng, 4, 5, 3, 2)
    model = MLPRegressor(hidden_layer_sizes=(5, 3), activation="logistic").partial_fit(Z, Z[:, :2])
    model.coefs_, model.intercepts_ = weights, biases
    ours = network.mlp_forward(Z, weights, biases)[-1]
    np.testing.assert_allclose(ours, special.expit(model.predict(Z)), rtol=1e-12)


@pytest.mark.parametrize("depth", range(1, 7))
def test_the_referee_confirms_every_gradient_of_backpropagate(depth):
    rng = np.random.default_rng(depth)
    weights, biases = weights_and_biases(rng, 4, *[3] * (depth - 1), 4)
    _, dWs, dbs = network.backpropagate(Z, LABELS, weights, biases)
    parameters, gradients = weights + biases, dWs + dbs
    for i, gradient in enumerate(gradients):

        def loss(p, i=i):
            changed = [*parameters[:i], p, *parameters[i + 1 :]]
            return network.backpropagate(Z, LABELS, changed[:depth], changed[depth:])[0]

        referee = numerical_gradient(loss, parameters[i])
        np.testing.assert_allclose(gradient, referee, rtol=1e-6, atol=1e-9)


def test_the_referee_is_within_1e_10_of_the_truth_where_one_side_is_8e_6_off():
    x = np.linspace(-1, 1, 7)
    two_sided = numerical_gradient(lambda x: np.sum(np.exp(x)), x)
    one_sided = (np.exp(x + 1e-5) - np.exp(x)) / 1e-5
    assert relative_error(two_sided, np.exp(x)) < 1e-9
    assert relative_error(one_sided, np.exp(x)) > 4e-6


def test_the_referee_says_one_half_at_the_corner_of_relu():
    assert numerical_gradient(lambda x: activations.relu(x).sum(), [0.0]) == pytest.approx(0.5)


def test_the_referee_works_in_float64_on_float32_input_and_leaves_it_alone():
    x = np.array([1.0, 2.0], np.float32)
    seen = []

    def f(point):
        seen.append(point.dtype)
        return np.sum(point**3)

    gradient = numerical_gradient(f, x)
    assert gradient.dtype == np.float32
    assert set(seen) == {np.dtype(np.float64)}
    np.testing.assert_allclose(gradient, [3, 12], rtol=1e-6)
    np.testing.assert_array_equal(x, np.array([1, 2], np.float32))


# the sources' worked numbers
def test_the_two_layer_example_of_lecture_1():
    W1 = np.array([[0.8, 0.2, 0.7], [0.6, 0.9, 0.1]])
    W2 = np.array([[0.2], [0.8], [0.5]])
    _, hidden, out = network.mlp_forward([1, 1], [W1, W2], [np.zeros(3), np.zeros(1)])
    np.testing.assert_allclose(hidden, [0.80, 0.75, 0.69], atol=0.005)
    np.testing.assert_allclose(out, [0.75], atol=0.005)


def test_the_chain_example_of_lecture_4():
    score = special.logit(0.6)
    (dw,), (db,) = network.chain_gradients(1.0, 1.0, [score], [0.0])
    assert db == pytest.approx(-0.096, abs=1e-12)
    assert dw == pytest.approx(-0.096, abs=1e-12)
    assert losses.euclidean_loss([0.6], [1.0]) == pytest.approx(0.08)


def test_sigmoid_layers_lose_the_gradient_that_relu_layers_keep():
    rng = np.random.default_rng(3)
    X, labels = rng.normal(size=(50, 20)), rng.integers(5, size=50)
    weights = [rng.normal(size=(20, 20)) * np.sqrt(2 / 20) for _ in range(9)]
    weights.append(rng.normal(size=(20, 5)))
    ones = [np.ones_like(X)] * 2
    fading = network.layer_gradient_norms(
        X, labels, weights, activations.sigmoid,
        lambda s: activations.sigmoid_backward(ones[0], s),
    )  # fmt: skip
    kept = network.layer_gradient_norms(
        X, labels, weights, activations.relu, lambda s: activations.relu_backward(ones[1], s)
    )
    assert fading[0] < 1e-3 * fading[-1]
    assert kept[0] > 0.05 * kept[-1]
