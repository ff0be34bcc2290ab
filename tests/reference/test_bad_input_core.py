"""Bad input is refused with what was received, or means what it should.

Activations, losses, metrics, dense layers and networks, the referee, neurons, approximation.
"""

import re

import numpy as np
import pytest
import torch

from dlcourse.reference import (
    activation_variants,
    activations,
    adaptive,
    approximation,
    arguments,
    average_pooling,
    losses,
    metrics,
    network,
    neurons,
    normalization,
    optimizers,
)
from dlcourse.reference.gradient_check import numerical_gradient, relative_error
from dlcourse.reference.linear import linear, linear_backward
from dlcourse.twins import adaptive as twin_adaptive
from dlcourse.twins import losses as twin_losses
from dlcourse.twins import metrics as twin_metrics
from dlcourse.twins import normalization as twin_normalization

NAN, INF = np.nan, np.inf
A23, A32, A2, A3 = np.ones((2, 3)), np.ones((3, 2)), np.ones(2), np.ones(3)
ELEMENTWISE = [
    *(f"activations.{name}" for name in
      ["sigmoid", "tanh", "softsign", "relu", "leaky_relu", "elu", "softplus"]),
    *(f"activation_variants.{name}" for name in ["relu6", "hardtanh", "hardsigmoid", "hardswish"]),
]  # fmt: skip


def look_up(name):
    module, function = name.split(".")
    found = {"activations": activations, "activation_variants": activation_variants}[module]
    return getattr(found, function), getattr(found, f"{function}_backward")


# a call, and words of the sentence that must refuse it
REFUSED = {
    "text": (lambda: activations.relu("three"), "dtype <U5"),
    "complex": (lambda: activations.sigmoid(1j), "complex128"),
    "objects": (lambda: activations.tanh([None, 1]), "object"),
    "dout of another shape": (
        lambda: activations.relu_backward(A2, A23), "dout (2,) and z (2, 3)"),
    "dout that would broadcast": (
        lambda: activations.softmax_backward(np.ones((1, 3)), A23), "dout (1, 3) and z (2, 3)"),
    "softmax of a number": (lambda: activations.softmax(3.0), "got shape ()"),
    "softmax of no class": (lambda: activations.softmax(np.ones((2, 0))), "(2, 0)"),
    "log_softmax of no class": (lambda: activations.log_softmax([]), "(0,)"),
    "jacobian of a batch": (lambda: activations.softmax_jacobian(A23), "shape (2, 3)"),
    "maxout of 2-D weights": (lambda: activations.maxout(A23, A32, A2), "(3, 2)"),
    "maxout with one bias": (
        lambda: activations.maxout(A23, np.ones((4, 3, 2)), A2), "b (P, M)"),
    "maxout without pieces": (
        lambda: activations.maxout(A23, np.ones((0, 3, 2)), np.ones((0, 2))), "(0, 3, 2)"),
    "dead units of nothing": (lambda: activations.dead_fraction(np.ones((0, 3))), "(0, 3)"),
    "prelu slopes of wrong number": (
        lambda: activation_variants.prelu(A23, A2), "weight (2,) for z (2, 3)"),
    "rrelu upside down": (
        lambda: activation_variants.rrelu(A23, None, 0.5, 0.1), "0.5 and 0.1"),
    "hardtanh upside down": (
        lambda: activation_variants.hardtanh(A23, 1.0, -1.0), "1.0 and -1.0"),
    "(N,) against (N, 1)": (
        lambda: losses.mse_loss(A3, A3[:, None]), "pred (3,) and target (3, 1)"),
    "mean of nothing": (lambda: losses.mse_loss([], []), "at least one row"),
    "mean of no row": (lambda: losses.bce_with_logits(np.ones((0, 3)), np.ones((0, 3))), "(0, 3)"),
    "cross-entropy of no row": (
        lambda: losses.cross_entropy(np.ones((0, 3)), np.ones(0, int)), "(0, 3)"),
    "cross-entropy of one row's scores": (lambda: losses.cross_entropy(A3, [1]), "(3,)"),
    "a label too many": (lambda: losses.cross_entropy(A23, [0, 1, 2]), "3 labels for 2 rows"),
    "a label out of range": (
        lambda: losses.cross_entropy(A23, [0, 3]), "0 ... 2, got 0 ... 3"),
    "a negative label": (lambda: losses.cross_entropy(A23, [0, -1]), "got -1 ... 0"),
    "float labels": (lambda: losses.cross_entropy(A23, [0.0, 1.0]), "float64"),
    "one-hot labels": (
        lambda: losses.softmax_cross_entropy_backward(A23, np.eye(3, dtype=int)[:2]), "argmax"),
    "a probability of 1.2": (lambda: losses.binary_cross_entropy([1.2], [1]), "1.2"),
    "scores for probabilities": (
        lambda: losses.binary_cross_entropy_backward([-3.0], [0]), "-3.0"),
    "too much smoothing": (lambda: losses.smooth_labels([0], 3, 1.5), "1.5"),
    "smoothing labels out of range": (lambda: losses.smooth_labels([3], 3, 0.1), "0 ... 2"),
    "accuracy of nothing": (lambda: metrics.accuracy([], []), "(0,)"),
    "accuracy of two lengths": (lambda: metrics.accuracy([1, 0], [1]), "(2,) and (1,)"),
    "confusion of two lengths": (
        lambda: metrics.confusion_matrix([1, 0], [1], 2), "1 labels for 2 rows"),
    "precision of three classes": (lambda: metrics.precision([0, 2], [0, 1]), "0 ... 1"),
    "AUC of one class": (lambda: metrics.roc_auc([1, 1], [0.1, 0.2]), "only [1]"),
    "AUC of nothing": (lambda: metrics.roc_auc(np.ones(0, int), []), "only []"),
    "AUC of NaN": (lambda: metrics.roc_auc([0, 1], [NAN, 1]), "1 NaN"),
    "weights turned round": (lambda: linear(A23, A23, A3), "(2, 3), (2, 3) and (3,)"),
    "one sample without a batch": (lambda: linear(A3, A32, A2), "(3,)"),
    "a bias column": (lambda: linear(A23, A32, A2[:, None]), "(2, 1)"),
    "dout of the input's shape": (
        lambda: linear_backward(A23, A23, A32, A2), "(2, 2); got (2, 3)"),
    "no layer": (lambda: network.backpropagate(A23, [0, 1], [], []), "0 weights"),
    "a bias missing": (
        lambda: network.mlp_forward(A23, [A32, np.ones((2, 2))], [A2]), "2 weights and 1 biases"),
    "a chain with a bias missing": (lambda: network.chain_gradients(1, 1, [1.0], []), "0 biases"),
    "layers that do not fit": (
        lambda: network.backpropagate(A23, [0, 1], [A32, A32], [A2, A2]), "(2, 2), (3, 2)"),
    "gradient of a vector": (
        lambda: numerical_gradient(lambda x: x, A2), "one number, got shape (2,)"),
    "errors of two shapes": (lambda: relative_error(A2, A3), "a (2,) and b (3,)"),
    "perceptron of float labels": (lambda: neurons.perceptron_fit(A23, [0.0, 1.0]), "float64"),
    "perceptron of sides -1 and 1": (lambda: neurons.perceptron_fit(A23, [-1, 1]), "-1 ... 1"),
    "perceptron of other features": (
        lambda: neurons.perceptron_predict(A23, A2, 0.0), "(2, 3) and (2,)"),
    "inhibition of other inputs": (lambda: neurons.mcculloch_pitts(A23, [True], 1), "(1,)"),
    "Hebb across lengths": (lambda: neurons.hebb_step(A32, A23, A32), "(3, 2), (2, 3), (3, 2)"),
    "regression on a column": (
        lambda: neurons.normal_equation(A23, A2[:, None]), "(2, 3) and (2, 1)"),
    "regression on nothing": (
        lambda: neurons.normal_equation(np.ones((0, 3)), []), "(0, 3) and (0,)"),
    "an interval turned round": (
        lambda: approximation.approximate_1d(np.cos, 3, 1.0, 0.0), "1.0 and 0.0"),
    "no bumps": (lambda: approximation.approximate_1d(np.cos, 0, 0.0, 1.0), "got 0"),
    "epsilon 0": (lambda: approximation.network_1d(np.cos, 0.0, 0.0, 1.0), "got 0.0"),
    "no features": (
        lambda: approximation.random_features_fit(A23, A2, 0, 1.0, None), "from 1; got 0"),
    "waves of a matrix": (lambda: approximation.fourier_features(A23, 2, 1.0), "(2, 3)"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_with_what_was_received(name):
    call, words = REFUSED[name]
    with pytest.raises(ValueError, match=re.escape(words)):
        call()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_nan_stays_where_it_is_and_huge_scores_report_nothing(name):
    forward, backward = look_up(name)
    z = np.array([[1.0, NAN], [1e300, -1e300]])
    with np.errstate(all="raise", under="ignore"):
        np.testing.assert_array_equal(np.isnan(forward(z)), np.isnan(z))
        assert np.isfinite(backward(np.ones_like(z), z)[~np.isnan(z)]).all()


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_empty_batches_lists_and_numbers_are_fine(name):
    forward, backward = look_up(name)
    assert forward(np.ones((0, 3))).shape == backward(np.ones((0, 3)), np.ones((0, 3))).shape
    assert forward([[1, -2]]).shape == (1, 2)
    assert forward(2).shape == ()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", [*ELEMENTWISE, "activations.softmax", "activations.log_softmax"])
def test_the_float_type_is_kept(name, dtype):
    forward, backward = look_up(name)
    z = np.array([[-2, 0.5, 3]], dtype)
    assert forward(z).dtype == backward(z, z).dtype == dtype


@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64])
def test_labels_of_any_integer_type_leave_float32_alone(dtype):
    z, y = np.array([0.5, -2.0], np.float32), np.array([1, 0], dtype)
    for loss in ["bce_with_logits", "hinge_loss", "logistic_loss", "mse_loss"]:
        value = getattr(losses, loss)(z, y)
        assert value.dtype == getattr(losses, f"{loss}_backward")(z, y).dtype == np.float32
        assert value == pytest.approx(getattr(losses, loss)(z, y.astype(np.float64)), rel=1e-6)


def test_unsigned_labels_do_not_wrap_round():
    assert losses.hinge_loss([-3.0], np.array([0], np.uint8)) == 0.0
    assert losses.mse_loss(np.array([0], np.uint8), np.array([1], np.uint8)) == 1.0
    many = np.array([15] * 300, np.uint8)
    assert metrics.confusion_matrix(many, many, 16)[15, 15] == 300


def test_a_nan_in_one_row_does_not_reach_the_others():
    z = np.array([[1.0, 2.0], [NAN, 0.0]])
    for f in [activations.softmax, activations.log_softmax]:
        np.testing.assert_array_equal(f(z)[0], f(z[:1])[0])
        assert np.isnan(f(z)[1]).all()


def test_an_impossible_class_has_probability_zero():
    np.testing.assert_array_equal(activations.softmax([0.0, -INF, 0.0]), [0.5, 0, 0.5])


def test_a_loss_of_nan_is_nan():
    assert np.isnan(losses.cross_entropy([[NAN, 0.0]], [0]))
    assert np.isnan(losses.bce_with_logits([NAN], [1]))


def test_certain_mistakes_cost_100_and_not_infinity():
    assert losses.binary_cross_entropy([0.0], [1]) == 100.0
    assert losses.binary_cross_entropy([1.0, 0.0], [1, 0]) == 0.0
    assert np.isfinite(losses.binary_cross_entropy_backward([0.0, 1.0], [1, 0])).all()


def test_size_one_axes_are_not_squeezed():
    X, labels = np.ones((1, 1)), np.array([0])
    loss, (dW,), (db,) = network.backpropagate(X, labels, [np.ones((1, 1))], [np.ones(1)])
    assert (loss, dW.shape, db.shape) == (0.0, (1, 1), (1,))


def test_strided_and_fortran_weights_give_the_same_gradients():
    rng = np.random.default_rng(0)
    X, W, b = rng.normal(size=(6, 8))[:, ::2], rng.normal(size=(4, 6))[:, ::-2], np.zeros(3)
    labels = rng.integers(3, size=12)[::2]
    ours = network.backpropagate(X, labels, [W], [b])
    copied = network.backpropagate(X.copy(), labels.copy(), [np.asfortranarray(W)], [b])
    np.testing.assert_allclose(ours[1][0], copied[1][0], rtol=1e-12)


# the arguments themselves
def test_integers_take_the_type_of_the_floats_beside_them():
    x, y = arguments.floats(np.ones(2, np.float32), [0, 1])
    assert x.dtype == y.dtype == np.float32
    assert arguments.floats([0, 1]).dtype == np.float64


def test_numbers_keep_their_type_and_text_is_refused_by_name():
    assert arguments.numbers(np.array([True, False])).dtype == bool
    with pytest.raises(ValueError, match=r"expected weights of numbers, got dtype <U1"):
        arguments.numbers(["a"], "weights")


def test_floats_are_not_copied():
    x = np.ones(3)
    assert arguments.floats(x) is x


def test_labels_are_read_from_any_integer_type_and_from_an_empty_list():
    assert arguments.class_labels(np.array([1], np.uint8), 2).dtype == np.intp
    assert arguments.class_labels([], 2).shape == (0,)
    np.testing.assert_array_equal(arguments.class_labels([True, False], 2), [1, 0])


def test_state_has_the_shape_of_the_parameter_or_is_a_number_and_steps_count_from_1():
    arguments.parameter_and_state(A23, 1, g=A23, v=0.0)
    with pytest.raises(ValueError, match=r"v has shape \(3,\) and the parameter w \(2, 3\)"):
        arguments.parameter_and_state(A23, 1, g=A23, v=A3)
    with pytest.raises(ValueError, match="t=0"):
        arguments.parameter_and_state(A23, 0)


def test_a_gradient_has_the_shape_of_the_output():
    assert arguments.output_gradient([1, 2], (2,)).dtype == np.float64
    with pytest.raises(ValueError, match=r"the output, \(2, 1\); got \(2,\)"):
        arguments.output_gradient(A2, (2, 1))


def test_equal_shapes_pass_and_the_sentence_names_the_arguments():
    arguments.same_shape(a=A2, b=[1, 2])
    with pytest.raises(ValueError, match=r"left \(2,\) and right \(3,\)"):
        arguments.same_shape(left=A2, right=A3)


def test_numpy_numbers_are_read_as_python_numbers_and_arrays_stay():
    assert [type(n) for n in arguments.plain(np.float64(0.5), np.int8(3), 2.0)] == [
        float,
        int,
        float,
    ]
    assert type(arguments.plain(np.array(0.5))) is float
    assert arguments.plain(A3) is A3


def test_sizes_are_whole_numbers_of_any_type_and_do_not_wrap_round():
    read = arguments.whole_numbers(height=np.int32(200_000), width=np.uint8(200), depth=True)
    assert read == [200_000, 200, 1]
    assert {type(n) for n in read} == {int}
    for bad in (0, -1, 2.0, 2.5, "3", None, (1, 2), NAN):
        with pytest.raises(ValueError, match=f"width .* from 1; got {re.escape(repr(bad))}"):
            arguments.whole_numbers(height=3, width=bad)
    assert arguments.whole_numbers(0, pads=0) == [0]


def test_an_error_quotes_a_line_of_whatever_it_got():
    assert arguments.quoted([1, 2]) == "[1, 2]"
    long = [np.zeros((100, 100)), list(range(10**6)), "x" * 1000, {i: [i] for i in range(1000)}]
    for thing in (*long, [long[0]] * 1000):
        words = arguments.quoted(thing)
        assert len(words) <= 80
        assert "\n" not in words


# ----------------------------------------------------------------------------------- half precision
@pytest.mark.parametrize(
    "call",
    [
        lambda x: activations.relu(x),
        lambda x: losses.mse_loss(x, x),
        lambda x: adaptive.adam_step(x, x, 0.0, 0.0, 1),
        lambda x: optimizers.sgd_step([x], [x], 0.1),
        lambda x: normalization.layer_norm(x, np.ones(2), np.ones(2)),
        lambda x: average_pooling.avg_pool2d(x[None, None]),
    ],
)
def test_float16_is_refused_by_name_and_told_what_to_take(call):
    with pytest.raises(ValueError, match=r"float16.*65,504.*float32"):
        call(np.zeros((2, 2), np.float16))


def test_statistics_of_half_precision_tensors_are_computed_in_float32():
    x = 200 + torch.randn(32, 4, 64, 64, generator=torch.manual_seed(0))
    state = torch.ones(4), torch.zeros(4), torch.zeros(4), torch.ones(4)
    halves = [a.half() for a in (x, *state)]
    ours, _, _ = twin_normalization.batch_norm(*halves)
    assert ours.dtype == torch.float16
    rounded = x.half().float()  # the same numbers, so only our own rounding is left
    exact, _, _ = twin_normalization.batch_norm(rounded, *state)
    torch.testing.assert_close(ours.float(), exact, rtol=2e-3, atol=2e-3)


def test_losses_of_half_precision_outputs_are_float32_also_beyond_65504_elements():
    pred, target = torch.full((70_000,), 3.0).half(), torch.zeros(70_000).half()
    assert twin_losses.euclidean_loss(pred, target) == 4.5
    assert twin_losses.mse_loss(pred, target) == 9.0
    with torch.autocast("cpu", torch.bfloat16):
        scores = torch.ones(2, 3) @ torch.ones(3, 4)
        assert scores.dtype == torch.bfloat16
        for loss in (
            twin_losses.cross_entropy(scores, torch.tensor([0, 1])),
            twin_losses.bce_with_logits(scores, torch.ones(2, 4)),
            twin_losses.hinge_loss(scores, torch.ones(2, 4)),
            twin_losses.l1_loss(scores, scores),
        ):
            assert loss.dtype == torch.float32


def test_adam_refuses_weights_in_float16():
    w = torch.ones(2).half()
    with pytest.raises(ValueError, match="float16"):
        twin_adaptive.adam_step(w, torch.zeros(2).half(), 0.0, 0.0, 1)


# ------------------------------------------------------------------------------------------ targets
SIDES = np.array([1, -1]), np.array([2.0, -3.0])
BINARY = {"hinge_loss", "logistic_loss", "bce_with_logits", "binary_cross_entropy"}


@pytest.mark.parametrize("name", sorted(BINARY))
def test_sides_for_targets_are_refused_and_told_how_to_become_targets(name):
    y, scores = SIDES
    scores = np.array([0.2, 0.7]) if name == "binary_cross_entropy" else scores
    arguments.zero_or_one((y + 1) // 2)
    for refused in (
        lambda: getattr(losses, name)(scores, y),
        lambda: getattr(losses, f"{name}_backward")(scores, y),
        lambda: getattr(twin_losses, name)(torch.tensor(scores), torch.tensor(y)),
    ):
        with pytest.raises(ValueError, match=r"got -1.*use \(y \+ 1\) / 2"):
            refused()
    assert np.isfinite(getattr(losses, name)(scores, (y + 1) / 2))


@pytest.mark.parametrize("bad", [2.0, -0.5, np.nan, np.inf])
def test_a_share_outside_0_and_1_is_refused(bad):
    with pytest.raises(ValueError, match=rf"lie in \[0, 1\], got {bad}"):
        losses.bce_with_logits([1.0, 2.0], [0.5, bad])
    with pytest.raises(ValueError, match=rf"lie in \[0, 1\], got {bad}"):
        twin_losses.bce_with_logits(torch.tensor([1.0, 2.0]), torch.tensor([0.5, bad]))
    with pytest.raises(ValueError, match=rf"are 0 or 1, got {bad}"):
        losses.hinge_loss([1.0, 2.0], [0.0, bad])


def test_labels_of_minus_1_and_1_are_refused_and_told_how_to_become_labels():
    for refused in (
        lambda: metrics.recall([1, -1], [1, 1]),
        lambda: losses.cross_entropy(np.zeros((2, 2)), [1, -1]),
        lambda: twin_losses.cross_entropy(torch.zeros(2, 2), torch.tensor([1, -1])),
        lambda: twin_metrics.recall(torch.tensor([1, -1]), torch.tensor([1, 1])),
    ):
        with pytest.raises(ValueError, match=r"got -1 \.\.\. 1: use \(y \+ 1\) / 2"):
            refused()
    with pytest.raises(ValueError, match=r"0 \.\.\. 2, got 0 \.\.\. 3$"):
        twin_losses.cross_entropy(torch.zeros(2, 3), torch.tensor([0, 3]))


def test_real_numbers_are_read_as_python_s_and_others_quoted_back():
    read = arguments.real_numbers(0, a=np.float32(0.5), b=np.int8(3), c=np.array(2.0), d=True)
    assert read == [0.5, 3, 2.0, True]
    assert [type(n) for n in read] == [float, int, float, bool]
    for bad in ("0.1", None, [1.0], np.array([1.0]), 1j, float("nan")):
        with pytest.raises(ValueError, match="rate must be a number, got"):
            arguments.real_numbers(rate=bad)
    with pytest.raises(ValueError, match=r"rate must be 0 or more, got -0\.5"):
        arguments.real_numbers(0, rate=-0.5)
