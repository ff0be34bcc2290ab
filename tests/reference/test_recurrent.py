"""Recurrent networks against ONNX, their identities, and what they refuse."""

import re
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx_operator import run_onnx

from dlcourse.reference import gated, gated_after, recurrent
from dlcourse.reference.gated import lstm_forward
from dlcourse.reference.optimizers import clip_by_norm
from dlcourse.reference.recurrent import rnn_forward
from dlcourse.reference.recurrent_training import lstm_biases, truncated_backward
from dlcourse.reference.sequences import tanh_slope

T, N, D, H = 5, 3, 2, 4


def parameters(rng, gates, scale=1.0):
    shapes = (D, gates * H), (H, gates * H), (gates * H,)
    return [scale * rng.normal(size=shape) for shape in shapes]


def onnx_weights(Wx, Wh, b, order):
    """ONNX keeps W (1, gates * H, D), two biases, and its own order of gates."""

    def turned(a):
        parts = np.split(a.T, len(order))
        return np.concatenate([parts[i] for i in order])[None]

    return turned(Wx), turned(Wh), np.concatenate([turned(b), np.zeros((1, b.size))], axis=1)


# ------------------------------------------------------------------------ a second oracle
def test_rnn_is_that_of_onnx():
    rng = np.random.default_rng(1)
    xs, h0, (Wx, Wh, b) = rng.normal(size=(T, N, D)), rng.normal(size=(N, H)), parameters(rng, 1)
    inputs = [xs, *onnx_weights(Wx, Wh, b, [0]), None, h0[None]]
    theirs, _ = run_onnx("RNN", *inputs, n_outputs=2, hidden_size=H)
    hs = recurrent.rnn_forward(xs, h0, Wx, Wh, b)
    np.testing.assert_allclose(hs[1:], theirs[:, 0], rtol=1e-10)


def test_lstm_is_that_of_onnx_with_its_order_of_gates():
    rng = np.random.default_rng(2)
    xs, h0, c0 = rng.normal(size=(T, N, D)), rng.normal(size=(N, H)), rng.normal(size=(N, H))
    Wx, Wh, b = parameters(rng, 4)
    inputs = [xs, *onnx_weights(Wx, Wh, b, [0, 3, 1, 2]), None, h0[None], c0[None]]
    theirs, last = run_onnx("LSTM", *inputs, n_outputs=2, hidden_size=H)
    hs, _, _ = gated.lstm_forward(xs, h0, c0, Wx, Wh, b)
    np.testing.assert_allclose(hs[1:], theirs[:, 0], rtol=1e-10)
    np.testing.assert_allclose(hs[-1], last[0], rtol=1e-10)


def test_gru_is_that_of_onnx_with_the_update_gate_turned_round():
    """1 - sigmoid(s) = sigmoid(-s): our z is ONNX's for the opposite weights."""
    rng = np.random.default_rng(3)
    xs, h0, (Wx, Wh, b) = rng.normal(size=(T, N, D)), rng.normal(size=(N, H)), parameters(rng, 3)
    sign = np.repeat([1.0, -1.0, 1.0], H)
    weights = onnx_weights(Wx * sign, Wh * sign, b * sign, [1, 0, 2])
    inputs = [xs, *weights, None, h0[None]]
    theirs, _ = run_onnx("GRU", *inputs, n_outputs=2, hidden_size=H, linear_before_reset=0)
    hs, _ = gated.gru_forward(xs, h0, Wx, Wh, b)
    np.testing.assert_allclose(hs[1:], theirs[:, 0], rtol=1e-10)


# ------------------------------------------------------------------------ identities
def test_forward_is_the_steps_one_after_another():
    rng = np.random.default_rng(4)
    xs, h0, c0 = rng.normal(size=(T, N, D)), rng.normal(size=(N, H)), rng.normal(size=(N, H))
    for step, forward, gates in [
        (recurrent.rnn_step, recurrent.rnn_forward, 1),
        (gated.gru_step, lambda *a: gated.gru_forward(*a)[0], 3),
    ]:
        weights = parameters(rng, gates)
        h = h0
        for t, after in enumerate(forward(xs, h0, *weights)[1:]):
            h = step(xs[t], h, *weights)
            np.testing.assert_allclose(after, h, rtol=1e-12, err_msg=step.__name__)
    weights = parameters(rng, 4)
    hs, cs, _ = gated.lstm_forward(xs, h0, c0, *weights)
    h, c = h0, c0
    for t in range(T):
        h, c = gated.lstm_step(xs[t], h, c, *weights)
        np.testing.assert_allclose(hs[t + 1], h, rtol=1e-12)
        np.testing.assert_allclose(cs[t + 1], c, rtol=1e-12)


@pytest.mark.parametrize("value", [1.0, 0.0])
def test_gru_update_gate_takes_the_candidate_at_one_and_keeps_the_state_at_zero(value):
    rng = np.random.default_rng(5)
    x, h, (Wx, Wh, b) = rng.normal(size=(N, D)), rng.normal(size=(N, H)), parameters(rng, 3)
    b[H : 2 * H] = 1e4 * (2 * value - 1)
    after = gated.gru_step(x, h, Wx, Wh, b)
    r = 1 / (1 + np.exp(-(x @ Wx[:, :H] + h @ Wh[:, :H] + b[:H])))
    n = np.tanh(x @ Wx[:, 2 * H :] + (r * h) @ Wh[:, 2 * H :] + b[2 * H :])
    np.testing.assert_allclose(after, n if value else h, rtol=1e-10)


def test_lstm_with_open_forget_and_closed_input_gate_remembers_for_ever():
    b = np.repeat([-1e4, 1e4, 0.0, 1e4], H)  # i = 0, f = 1, o = 1
    c0 = np.random.default_rng(6).normal(size=(N, H))
    xs, h0 = np.ones((50, N, D)), np.zeros((N, H))
    weights = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), b
    hs, cs, gates = gated.lstm_forward(xs, h0, c0, *weights)
    np.testing.assert_array_equal(cs[-1], c0)
    dcs = np.zeros((50, N, H))
    dcs[-1] = 1
    _, _, dc0, *_ = gated.lstm_backward(0 * dcs, dcs, xs, hs, cs, gates, *weights[:2])
    np.testing.assert_array_equal(dc0, np.ones((N, H)))  # nor does the gradient fade


def test_gates_are_returned_in_the_order_that_their_names_say():
    rng = np.random.default_rng(7)
    xs, h0 = rng.normal(size=(T, N, D)), np.zeros((N, H))
    b = np.repeat([-1e4, 1e4, 0.0, 1e4], H)
    _, _, gates = gated.lstm_forward(xs, h0, h0, np.zeros((D, 16)), np.zeros((H, 16)), b)
    np.testing.assert_array_equal(gates[-1, 0], np.repeat([0.0, 1.0, 0.0, 1.0], H))
    b = np.repeat([1e4, -1e4, 1e4], H)
    _, gates = gated.gru_forward(xs, h0, np.zeros((D, 12)), np.zeros((H, 12)), b)
    np.testing.assert_array_equal(gates[-1, 0], np.repeat([1.0, 0.0, 1.0], H))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_gradient_through_time_is_the_size_of_rnn_backwards_dh0(seed, steps):
    """The Jacobian dh_T / dh_0, row by row, by backpropagating unit vectors."""
    rng = np.random.default_rng(seed)
    Wx, Wh, b = parameters(rng, 1)
    xs = rng.normal(size=(steps, 1, D))
    hs = recurrent.rnn_forward(xs, rng.normal(size=(1, H)), Wx, Wh, b)
    rows = []
    for unit in np.eye(H):
        dhs = np.zeros((steps, 1, H))
        dhs[-1, 0] = unit
        rows.append(recurrent.rnn_backward(dhs, xs, hs, Wx, Wh)[3][0])
    norms = recurrent.gradient_through_time(hs[:, 0], Wh)
    assert len(norms) == steps + 1
    np.testing.assert_allclose(norms[0], np.linalg.norm(rows), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(norms[-1], np.sqrt(H))


def test_gradient_through_time_vanishes_below_one_and_explodes_above():
    silent = np.zeros((31, H))  # tanh has slope 1 at 0
    for factor in (0.5, 2.0):
        norms = recurrent.gradient_through_time(silent, factor * np.eye(H))
        np.testing.assert_allclose(norms, [2 * factor**t for t in range(30, -1, -1)])


def test_clipping_tames_gradients_that_exploded_through_time():
    xs, h0 = np.zeros((30, N, D)), np.zeros((N, H))  # silence, where tanh has slope 1
    Wx, Wh, b = np.ones((D, H)), 3 * np.eye(H), np.zeros(H)
    hs = recurrent.rnn_forward(xs, h0, Wx, Wh, b)
    dhs = np.zeros((30, N, H))
    dhs[-1] = 1
    grads = recurrent.rnn_backward(dhs, xs, hs, Wx, Wh)[:3]
    assert np.linalg.norm(grads[2]) > 1e3
    clipped = clip_by_norm(grads, 1.0)
    total = np.sqrt(sum((g**2).sum() for g in clipped))
    np.testing.assert_allclose(total, 1.0)


# ------------------------------------------------------------------------ refusals
def refusals():
    xs, h0 = np.zeros((T, N, D)), np.zeros((N, H))
    rnn = np.zeros((D, H)), np.zeros((H, H)), np.zeros(H)
    lstm = np.zeros((D, 4 * H)), np.zeros((H, 4 * H)), np.zeros(4 * H)
    hs, gates = np.zeros((T + 1, N, H)), np.zeros((T, N, 4 * H))
    R, G = recurrent, gated
    return {
        "weights": (lambda: R.rnn_step(xs[0], h0, rnn[0], rnn[0], rnn[2]), r"Wh \(2, 4\)"),
        "batch": (lambda: R.rnn_step(xs[0], h0[:2], *rnn), r"x \(3, 2\), h \(2, 4\)"),
        "bias": (lambda: G.lstm_step(xs[0], h0, h0, *lstm[:2], rnn[2]), r"b \(4H,\).*b \(4,\)"),
        "gates": (lambda: G.gru_step(xs[0], h0, *lstm), r"Wx \(D, 3H\).*Wx \(2, 16\)"),
        "cell": (lambda: G.lstm_step(xs[0], h0, h0[:, :3], *lstm), r"h \(3, 4\) and c \(3, 3\)"),
        "one step": (lambda: R.rnn_forward(xs[0], h0, *rnn), r"\(T, N, D\); got shape \(3, 2\)"),
        "states": (lambda: R.rnn_backward(hs, xs, hs, *rnn[:2]), r"\(6, 3, 4\) and \(6, 3, 4\)"),
        "returned gates": (
            lambda: G.lstm_backward(hs[1:], hs[1:], xs, hs, hs, gates[:2], *lstm[:2]),
            r"\(5, 3, 16\); got \(2, 3, 16\)",
        ),
        "through time": (
            lambda: R.gradient_through_time(hs, rnn[1]),
            r"got \(6, 3, 4\) and \(4, 4\)",
        ),
    }


@pytest.mark.parametrize("case", refusals())
def test_bad_input_is_refused_with_what_was_received(case):
    call, quoted = refusals()[case]
    with pytest.raises(ValueError, match=quoted):
        call()


def backwards(xs):
    """Each network's backward, ready to be called with inputs, its forward's results at hand."""
    rng = np.random.default_rng(0)
    n, dim = xs.shape[1:]
    h0, ones = rng.normal(size=(n, H)), np.ones((len(xs), n, H))

    def weights(gates):
        return [rng.normal(size=s) for s in ((dim, gates * H), (H, gates * H), (gates * H,))]

    Wx, Wh, b = weights(1)
    hs = recurrent.rnn_forward(xs, h0, Wx, Wh, b)
    yield lambda xs: recurrent.rnn_backward(ones, xs, hs, Wx, Wh)
    Wx4, Wh4, b4 = weights(4)
    hs4, cs, gates = gated.lstm_forward(xs, h0, h0, Wx4, Wh4, b4)
    yield lambda xs: gated.lstm_backward(ones, ones, xs, hs4, cs, gates, Wx4, Wh4)
    Wx3, Wh3, b3 = weights(3)
    hs3, gates3 = gated.gru_forward(xs, h0, Wx3, Wh3, b3)
    yield lambda xs: gated.gru_backward(ones, xs, hs3, gates3, Wx3, Wh3)
    reset = rng.normal(size=H)
    hs5, gates5 = gated_after.gru_after_forward(xs, h0, Wx3, Wh3, b3, reset)
    yield lambda xs: gated_after.gru_after_backward(ones, xs, hs5, gates5, Wx3, Wh3, reset)


@pytest.mark.parametrize("network", range(4))
def test_inputs_that_are_not_one_a_state_are_refused(network):
    xs = np.random.default_rng(1).normal(size=(T, N, D))
    backward = list(backwards(xs))[network]
    backward(xs)
    for other in (xs[:-1], xs[:0], np.concatenate([xs, xs]), xs[:, :2], xs[0]):
        with pytest.raises(ValueError, match=re.escape(str(other.shape)[1:-1])):
            backward(other)


@pytest.mark.parametrize("network", range(4))
def test_states_of_other_inputs_of_the_same_shape_are_taken_at_their_word(network):
    """As the page says: only gradients that meet the inputs themselves, dWx, can differ."""
    xs = np.random.default_rng(1).normal(size=(T, N, D))
    backward = list(backwards(xs))[network]
    ours, others = backward(xs), backward(2 * xs)
    place = [0, 3, 2, 2][network]
    np.testing.assert_allclose(others[place], 2 * ours[place], rtol=1e-12)
    for i, (a, b) in enumerate(zip(ours, others, strict=True)):
        assert i == place or np.array_equal(a, b)


@pytest.mark.parametrize("states", [np.zeros((0, 3, 4)), np.zeros(4), np.zeros((4, 4))])
def test_no_state_at_all_is_refused(states):
    with pytest.raises(ValueError, match=re.escape(str(states.shape))):
        recurrent.rnn_backward(np.zeros((0, 3, 4)), np.zeros((0, 3, 2)), states,
                               np.zeros((2, 4)), np.zeros((4, 4)))  # fmt: skip


@pytest.mark.parametrize("length", [1, 2, 3, 7, 20])
def test_truncated_backpropagation_is_detach_between_windows(length):
    rng = np.random.default_rng(length)
    T, N, D, H = 7, 2, 3, 4
    xs, h0 = rng.normal(size=(T, N, D)), rng.normal(size=(N, H))
    Wx, Wh, b = rng.normal(size=(D, H)), rng.normal(size=(H, H)), rng.normal(size=H)
    dhs = rng.normal(size=(T, N, H))
    parameters = [torch.tensor(a, requires_grad=True) for a in (Wx, Wh, b, h0)]
    h, loss = parameters[3], 0
    for t in range(T):
        if t and t % length == 0:
            h = h.detach()
        h = torch.tanh(torch.tensor(xs[t]) @ parameters[0] + h @ parameters[1] + parameters[2])
        loss = loss + (h * torch.tensor(dhs[t])).sum()
    expected = torch.autograd.grad(loss, parameters)
    hs = rnn_forward(xs, h0, Wx, Wh, b)
    for ours, theirs in zip(truncated_backward(dhs, xs, hs, Wx, Wh, length), expected, strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), rtol=1e-10, atol=1e-12)


def test_a_window_without_steps_is_refused():
    with pytest.raises(ValueError, match="at least 1: got 0"):
        truncated_backward(None, None, None, None, None, 0)


def test_an_open_forget_gate_keeps_what_a_half_open_one_forgets():
    """sigmoid(b)^30, the numbers of the lecture: 1e-9, 8e-5, 0.23."""
    for forget, left in [(0, 9.3e-10), (1, 8.3e-5), (3, 0.2327)]:
        nothing = np.zeros((1, 4)), np.zeros((1, 4)), lstm_biases(1, forget)
        _, cs, _ = lstm_forward(np.zeros((30, 1, 1)), np.zeros((1, 1)), np.ones((1, 1)), *nothing)
        assert cs[-1, 0, 0] == pytest.approx(left, rel=0.02)
    assert lstm_biases(3, dtype=np.float32).dtype == np.float32


@pytest.mark.parametrize("shapes", [(4, 3, 4), (3, 4, 4), (3, 3, 5)])
def test_windows_of_other_lengths_than_the_states_are_told(shapes):
    dhs, xs, hs = (np.zeros((n, 1, 1)) for n in shapes)
    with pytest.raises(ValueError, match=r"T \+ 1 states; got \d, \d and \d"):
        truncated_backward(dhs, xs, hs, np.eye(1), np.eye(1), length=2)


def test_the_slope_of_a_saturated_tanh_keeps_its_digits():
    h = np.tanh(np.linspace(-18, 18, 37))
    exact = [float(1 - Fraction(number) ** 2) for number in h]
    np.testing.assert_allclose(tanh_slope(h), exact, rtol=1e-15)


def test_a_saturated_state_hands_its_gradient_on_with_all_its_digits():
    h = np.tanh([[[0.0]], [[17.0]], [[17.5]]])
    *_, dh0 = recurrent.rnn_backward(np.array([[[0.0]], [[1.0]]]), np.ones((2, 1, 1)), h, [[1.0]],
                                     [[1.0]])  # fmt: skip
    one, two = (1 - Fraction(number) ** 2 for number in h[1:].ravel())
    np.testing.assert_allclose(dh0.item(), float(one * two), rtol=1e-14)
