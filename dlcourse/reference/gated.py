"""Gated recurrent networks: LSTM and GRU, and backpropagation through time (Lecture 14).

Shapes are those of `dlcourse.reference.recurrent`. Gates stand side by side along the last axis of
the weights and come back, as they were at each step, for the backward pass and for a look at them.
"""

import numpy as np

from dlcourse.reference.activations import sigmoid
from dlcourse.reference.arguments import floats, same_shape
from dlcourse.reference.sequences import (
    check_sequence,
    check_states,
    check_step,
    make_states,
    multiply_steps,
    tanh_slope,
    weight_gradients,
)


def lstm_step(x, h, c, Wx, Wh, b):
    """Take one step of a long short-term memory.

    Parameters
    ----------
    x : ndarray, shape (N, D)
    h, c : ndarray, shape (N, H)
        State and memory cell after the step before.
    Wx, Wh, b : ndarray, shapes (D, 4H), (H, 4H), (4H,)
        Input, forget, cell and output gate side by side along the last axis: i, f, g, o.

    Returns
    -------
    h, c : ndarray, shape (N, H)
        ``c = f c + i g`` and ``h = o tanh(c)``; i, f, o are sigmoids and g is a tanh of
        ``x Wx + h Wh + b``.

    Raises
    ------
    ValueError
        If x, h, the matrices and b do not fit, or if h and c differ in shape.

    Notes
    -----
    The order i, f, g, o is PyTorch's; ONNX stores i, o, f, g.

    References
    ----------
    Lecture 14. Twin: `dlcourse.twins.gated.lstm_step`.

    Examples
    --------
    >>> zero = np.zeros((1, 1))
    >>> h, c = lstm_step(zero, zero, [[2.0]], np.zeros((1, 4)), np.zeros((1, 4)), np.zeros(4))
    >>> c
    array([[1.]])
    """
    x, h, c, Wx, Wh, b = floats(x, h, c, Wx, Wh, b)
    check_step(x, h, Wx, Wh, b, gates=4)
    same_shape(h=h, c=c)
    i, f, g, o = _parts(_lstm_gates(x @ Wx + h @ Wh + b), 4)
    c = f * c + i * g
    return o * np.tanh(c), c


def lstm_forward(xs, h0, c0, Wx, Wh, b):
    """Run `lstm_step` along a sequence.

    Parameters
    ----------
    xs : ndarray, shape (T, N, D)
    h0, c0 : ndarray, shape (N, H)
    Wx, Wh, b
        As in `lstm_step`, the same at every step.

    Returns
    -------
    hs, cs : ndarray, shape (T + 1, N, H)
        States and memory cells, h0 and c0 first.
    gates : ndarray, shape (T, N, 4H)
        What i, f, g, o were at each step: to be looked at, and for `lstm_backward`.

    Raises
    ------
    ValueError
        If xs, h0, the matrices and b do not fit, or if h0 and c0 differ in shape.

    Examples
    --------
    >>> xs, h0, W = np.zeros((3, 1, 1)), np.zeros((1, 1)), np.zeros((1, 4))
    >>> hs, cs, gates = lstm_forward(xs, h0, [[8.0]], W, W, np.zeros(4))
    >>> cs.ravel()
    array([8., 4., 2., 1.])
    """
    xs, h0, c0, Wx, Wh, b = floats(xs, h0, c0, Wx, Wh, b)
    check_sequence(xs, h0, Wx, Wh, b, gates=4)
    same_shape(h0=h0, c0=c0)
    gates = multiply_steps(xs, Wx)  # what the inputs add, for all steps at once
    gates += b
    hs, cs = make_states(h0, gates), make_states(c0, gates)
    i, f, g, o = _parts(gates, 4)  # views of what the loop writes
    for t in range(len(xs)):
        gates[t] = _lstm_gates(gates[t] + hs[t] @ Wh)
        cs[t + 1] = f[t] * cs[t] + i[t] * g[t]
        hs[t + 1] = o[t] * np.tanh(cs[t + 1])
    return hs, cs, gates


def lstm_backward(dhs, dcs, xs, hs, cs, gates, Wx, Wh):
    """Backpropagate through time.

    Parameters
    ----------
    dhs, dcs : ndarray, shape (T, N, H)
        Gradients of the loss with respect to each state and cell, the first ones left out, as far
        as the loss reads them directly.
    xs, hs, cs, gates, Wx, Wh
        What `lstm_forward` was given and what it returned.

    Returns
    -------
    dxs, dh0, dc0, dWx, dWh, db : ndarray

    Raises
    ------
    ValueError
        If dhs, dcs, xs, hs, cs, gates and the matrices do not fit.

    Notes
    -----
    The cell hands its gradient to the step before times f: while the forget gate is open nothing
    shrinks it, which is the point of an LSTM.

    References
    ----------
    Lecture 14. Twin: autograd through `dlcourse.twins.gated.lstm_forward`.

    Examples
    --------
    >>> xs, h0, W = np.zeros((3, 1, 1)), np.zeros((1, 1)), np.zeros((1, 4))
    >>> hs, cs, gates = lstm_forward(xs, h0, [[8.0]], W, W, np.zeros(4))
    >>> dcs = np.zeros((3, 1, 1))
    >>> dcs[-1] = 1.0
    >>> lstm_backward(np.zeros((3, 1, 1)), dcs, xs, hs, cs, gates, W, W)[2]
    array([[0.125]])
    """
    dhs, dcs, xs, hs, cs, gates, Wx, Wh = floats(dhs, dcs, xs, hs, cs, gates, Wx, Wh)
    check_states(xs, dhs, hs, gates, Wh)
    check_states(xs, dcs, cs, gates, Wh)
    check_sequence(xs, hs[0], Wx, Wh, np.empty(Wh.shape[-1:]), gates=4)
    i, f, g, o = _parts(gates, 4)  # (T, N, H) each
    tanh_c = np.tanh(cs[1:])  # (T, N, H)
    c_to_h = o * tanh_slope(tanh_c)  # (T, N, H): slope of h in c
    slopes = [g * i * (1 - i), cs[:-1] * f * (1 - f), i * tanh_slope(g), tanh_c * o * (1 - o)]
    deltas = np.concatenate(slopes, axis=-1)  # (T, N, 4H): slopes of c and h in what enters a gate
    dh, dc = np.zeros_like(hs[0]), np.zeros_like(cs[0])  # (N, H) each
    back = Wh.T.copy()  # (4H, H): read T times, and twice as fast row by row
    for t in reversed(range(len(xs))):  # only this waits for the step after
        dh = dh + dhs[t]  # (N, H)
        dc = dc + dcs[t] + dh * c_to_h[t]  # (N, H)
        deltas[t] *= np.concatenate([dc, dc, dc, dh], axis=-1)  # (N, 4H): now gradients
        dh, dc = deltas[t] @ back, dc * f[t]  # (N, H) each
    dxs = multiply_steps(deltas, Wx.T)  # (T, N, D)
    dWx, dWh, db = weight_gradients(deltas, xs, hs[:-1])  # (D, 4H), (H, 4H), (4H,)
    return dxs, dh, dc, dWx, dWh, db


def _lstm_gates(scores):
    H = scores.shape[-1] // 4
    gates = sigmoid(scores)
    gates[..., 2 * H : 3 * H] = np.tanh(scores[..., 2 * H : 3 * H])
    return gates


def gru_step(x, h, Wx, Wh, b):
    """Take one step of a gated recurrent unit.

    Parameters
    ----------
    x : ndarray, shape (N, D)
    h : ndarray, shape (N, H)
    Wx, Wh, b : ndarray, shapes (D, 3H), (H, 3H), (3H,)
        Reset gate, update gate and candidate side by side along the last axis: r, z, n.

    Returns
    -------
    ndarray, shape (N, H)
        ``(1 - z) h + z n`` with ``n = tanh(x Wx_n + (r h) Wh_n + b_n)``.

    Raises
    ------
    ValueError
        If x, h, the matrices and b do not fit.

    Notes
    -----
    z = 1 takes the candidate, z = 0 keeps the state; PyTorch has it the other way round. The reset
    gate acts before the matrix product; PyTorch's acts after it, so no choice of weights makes
    its GRU equal to this one.

    References
    ----------
    Lecture 14, the four equations. Twin: `dlcourse.twins.gated.gru_step`.

    Examples
    --------
    >>> gru_step([[0.0]], [[2.0]], np.zeros((1, 3)), np.zeros((1, 3)), np.zeros(3))
    array([[1.]])
    """
    x, h, Wx, Wh, b = floats(x, h, Wx, Wh, b)
    check_step(x, h, Wx, Wh, b, gates=3)
    _, z, n = _parts(_gru_gates(x @ Wx + b, h, Wh), 3)
    return (1 - z) * h + z * n


def gru_forward(xs, h0, Wx, Wh, b):
    """Run `gru_step` along a sequence.

    Returns
    -------
    hs : ndarray, shape (T + 1, N, H)
        The states, h0 first.
    gates : ndarray, shape (T, N, 3H)
        What r, z, n were at each step: to be looked at, and for `gru_backward`.

    Raises
    ------
    ValueError
        If xs, h0, the matrices and b do not fit.

    Examples
    --------
    >>> W = np.zeros((1, 3))
    >>> hs, gates = gru_forward(np.zeros((3, 1, 1)), [[8.0]], W, W, np.zeros(3))
    >>> hs.ravel()
    array([8., 4., 2., 1.])
    """
    xs, h0, Wx, Wh, b = floats(xs, h0, Wx, Wh, b)
    check_sequence(xs, h0, Wx, Wh, b, gates=3)
    gates = multiply_steps(xs, Wx)  # what the inputs add, for all steps at once
    gates += b
    hs = make_states(h0, gates)
    for t in range(len(xs)):
        gates[t] = _gru_gates(gates[t], hs[t], Wh)
        _, z, n = _parts(gates[t], 3)
        hs[t + 1] = (1 - z) * hs[t] + z * n
    return hs, gates


def gru_backward(dhs, xs, hs, gates, Wx, Wh):
    """Backpropagate through time.

    Parameters
    ----------
    dhs : ndarray, shape (T, N, H)
        Gradient of the loss with respect to each state, h0 left out.
    xs, hs, gates, Wx, Wh
        What `gru_forward` was given and what it returned.

    Returns
    -------
    dxs, dh0, dWx, dWh, db : ndarray

    Raises
    ------
    ValueError
        If dhs, xs, hs, gates and the matrices do not fit.

    References
    ----------
    Lecture 14. Twin: autograd through `dlcourse.twins.gated.gru_forward`.

    Examples
    --------
    >>> xs, W = np.zeros((3, 1, 1)), np.zeros((1, 3))
    >>> hs, gates = gru_forward(xs, [[0.0]], W, W, np.zeros(3))
    >>> dhs = np.zeros((3, 1, 1))
    >>> dhs[-1] = 1.0
    >>> gru_backward(dhs, xs, hs, gates, W, W)[1]
    array([[0.125]])
    """
    dhs, xs, hs, gates, Wx, Wh = floats(dhs, xs, hs, gates, Wx, Wh)
    check_states(xs, dhs, hs, gates, Wh)
    check_sequence(xs, hs[0], Wx, Wh, np.empty(Wh.shape[-1:]), gates=3)
    H = len(Wh)
    Wh_rz, Wh_n = Wh[:, : 2 * H], Wh[:, 2 * H :]  # (H, 2H) and (H, H)
    deltas = np.empty_like(gates)  # (T, N, 3H): gradients of what entered the gates
    dh = np.zeros_like(hs[0])  # (N, H)
    for t in reversed(range(len(xs))):
        h, (r, z, n) = hs[t], _parts(gates[t], 3)  # (N, H) each
        dh = dh + dhs[t]  # (N, H)
        delta_n = dh * z * tanh_slope(n)  # (N, H)
        dreset = delta_n @ Wh_n.T  # (N, H): gradient of r h
        delta_r = dreset * h * r * (1 - r)  # (N, H)
        delta_z = dh * (n - h) * z * (1 - z)  # (N, H)
        np.concatenate([delta_r, delta_z, delta_n], axis=-1, out=deltas[t])  # (N, 3H)
        dh = dh * (1 - z) + dreset * r + deltas[t, :, : 2 * H] @ Wh_rz.T  # (N, H)
    dWx, dWh, db = weight_gradients(deltas, xs, hs[:-1])  # (D, 3H), (H, 3H), (3H,)
    r_h = gates[..., :H] * hs[:-1]  # (T, N, H): what the candidate's matrix was multiplied with
    dWh[:, 2 * H :] = weight_gradients(deltas[..., 2 * H :], xs, r_h)[1]  # (H, H)
    dxs = multiply_steps(deltas, Wx.T)  # (T, N, D)
    return dxs, dh, dWx, dWh, db


def _gru_gates(scores, h, Wh):
    H = len(Wh)
    gates = np.empty_like(scores)
    gates[..., : 2 * H] = sigmoid(scores[..., : 2 * H] + h @ Wh[:, : 2 * H])
    r = gates[..., :H]
    gates[..., 2 * H :] = np.tanh(scores[..., 2 * H :] + (r * h) @ Wh[:, 2 * H :])
    return gates


def _parts(gates, n):
    """View gates that stand side by side along the last axis one by one."""
    return np.moveaxis(gates.reshape(*gates.shape[:-1], n, gates.shape[-1] // n), -2, 0)
