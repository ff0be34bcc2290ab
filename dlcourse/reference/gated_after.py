"""The GRU as PyTorch computes it: its reset gate acts after the matrix product (Lecture 14).

`dlcourse.reference.gated` has the form of the lecture, in which it acts before. Both are called GRU
(Cho 2014, versions 1 and 3); after the product all three matrices are multiplied at once, which is
why fast libraries do it so. Shapes are those of `dlcourse.reference.recurrent`. The two stand apart
and not behind a flag, so that each reads as its own formulas.
"""

import numpy as np

from dlcourse.reference.activations import sigmoid
from dlcourse.reference.arguments import floats
from dlcourse.reference.sequences import (
    check_sequence,
    check_states,
    check_step,
    make_states,
    multiply_steps,
    tanh_slope,
    weight_gradients,
)


def gru_after_step(x, h, Wx, Wh, b, b_reset):
    """Take one step of a gated recurrent unit, PyTorch's.

    Parameters
    ----------
    x : array_like, shape (N, D)
    h : array_like, shape (N, H)
    Wx, Wh, b : array_like, shapes (D, 3H), (H, 3H), (3H,)
        Reset gate, update gate and candidate side by side along the last axis: r, z, n.
    b_reset : array_like, shape (H,)
        A second bias of the candidate, inside the reset gate's reach.

    Returns
    -------
    ndarray, shape (N, H)
        ``(1 - z) n + z h`` with ``n = tanh(x Wx_n + b_n + r (h Wh_n + b_reset))``.

    Raises
    ------
    ValueError
        If x, h, the matrices and b do not fit, or if b_reset is not (H,).

    Notes
    -----
    z = 1 keeps the state and z = 0 takes the candidate: the other way round than in
    `dlcourse.reference.gated.gru_step`.

    References
    ----------
    Lecture 14. Twin: `dlcourse.twins.gated_after.gru_after_step`; oracle: torch.gru_cell.

    Examples
    --------
    >>> weights = np.zeros((1, 3)), np.zeros((1, 3)), np.array([0.0, 50.0, 0.0]), np.zeros(1)
    >>> gru_after_step([[7.0]], [[0.25]], *weights)  # z = 1
    array([[0.25]])
    """
    x, h, Wx, Wh, b, b_reset = floats(x, h, Wx, Wh, b, b_reset)
    check_step(x, h, Wx, Wh, b, gates=3)
    _check_bias(b_reset, Wh)
    _, z, n = _gates(x @ Wx + b, h @ Wh, b_reset)
    return (1 - z) * n + z * h


def gru_after_forward(xs, h0, Wx, Wh, b, b_reset):
    """Run `gru_after_step` along a sequence.

    Parameters
    ----------
    xs : array_like, shape (T, N, D)
    h0 : array_like, shape (N, H)
    Wx, Wh, b, b_reset
        As in `gru_after_step`, the same at every step.

    Returns
    -------
    hs : ndarray, shape (T + 1, N, H)
        The states, h0 first.
    gates : ndarray, shape (T, N, 3H)
        What r, z, n were at each step: to be looked at, and for `gru_after_backward`.

    Raises
    ------
    ValueError
        If xs, h0, the matrices and b do not fit, or if b_reset is not (H,).

    Examples
    --------
    >>> weights = np.zeros((1, 3)), np.zeros((1, 3)), np.zeros(3), np.zeros(1)
    >>> gru_after_forward(np.zeros((2, 1, 1)), [[1.0]], *weights)[0].ravel()  # z = 1/2, n = 0
    array([1.  , 0.5 , 0.25])
    """
    xs, h0, Wx, Wh, b, b_reset = floats(xs, h0, Wx, Wh, b, b_reset)
    check_sequence(xs, h0, Wx, Wh, b, gates=3)
    _check_bias(b_reset, Wh)
    gates = multiply_steps(xs, Wx)  # what the inputs add, for all steps at once
    gates += b
    hs = make_states(h0, gates)
    for t in range(len(xs)):
        r, z, n = _gates(gates[t], hs[t] @ Wh, b_reset)
        hs[t + 1] = (1 - z) * n + z * hs[t]
        np.concatenate([r, z, n], axis=-1, out=gates[t])
    return hs, gates


def gru_after_backward(dhs, xs, hs, gates, Wx, Wh, b_reset):
    """Backpropagate through time.

    Parameters
    ----------
    dhs : array_like, shape (T, N, H)
        Gradient of the loss with respect to each state, h0 left out.
    xs, hs, gates, Wx, Wh, b_reset
        What `gru_after_forward` was given and what it returned.

    Returns
    -------
    dxs, dh0, dWx, dWh, db, db_reset : ndarray

    Raises
    ------
    ValueError
        If dhs, xs, hs, gates and the matrices do not fit, or if b_reset is not (H,).

    Examples
    --------
    >>> weights = np.zeros((1, 3)), np.zeros((1, 3)), np.zeros(3), np.zeros(1)
    >>> xs = np.zeros((2, 1, 1))
    >>> hs, gates = gru_after_forward(xs, [[1.0]], *weights)
    >>> dhs = np.array([[[0.0]], [[1.0]]])
    >>> gru_after_backward(dhs, xs, hs, gates, *weights[:2], weights[3])[1]  # z twice
    array([[0.25]])
    """
    dhs, xs, hs, gates, Wx, Wh, b_reset = floats(dhs, xs, hs, gates, Wx, Wh, b_reset)
    check_states(xs, dhs, hs, gates, Wh)
    check_sequence(xs, hs[0], Wx, Wh, np.empty(Wh.shape[-1:]), gates=3)
    _check_bias(b_reset, Wh)
    H = len(Wh)
    inputs = np.empty_like(gates)  # (T, N, 3H): gradients of what came from xs
    states = np.empty_like(gates)  # (T, N, 3H): gradients of what came from the states
    dh = np.zeros_like(hs[0])  # (N, H)
    for t in reversed(range(len(xs))):
        h, (r, z, n) = hs[t], np.split(gates[t], 3, axis=-1)  # (N, H) each
        dh = dh + dhs[t]  # (N, H)
        delta_n = dh * (1 - z) * tanh_slope(n)  # (N, H)
        delta_r = delta_n * (h @ Wh[:, 2 * H :] + b_reset) * r * (1 - r)  # (N, H)
        delta_z = dh * (h - n) * z * (1 - z)  # (N, H)
        np.concatenate([delta_r, delta_z, delta_n], axis=-1, out=inputs[t])  # (N, 3H)
        np.concatenate([delta_r, delta_z, delta_n * r], axis=-1, out=states[t])  # (N, 3H)
        dh = dh * z + states[t] @ Wh.T  # (N, H)
    dWx, _, db = weight_gradients(inputs, xs, hs[:-1])  # (D, 3H), (3H,)
    _, dWh, dbs = weight_gradients(states, xs, hs[:-1])  # (H, 3H), (3H,)
    dxs = multiply_steps(inputs, Wx.T)  # (T, N, D)
    return dxs, dh, dWx, dWh, db, dbs[2 * H :]


def _gates(from_input, from_state, b_reset):
    """Return r, z, n, from (N, 3H) of the input and (N, 3H) of the state."""
    H = b_reset.size
    both = sigmoid(from_input[..., : 2 * H] + from_state[..., : 2 * H])
    r, z = both[..., :H], both[..., H:]
    n = np.tanh(from_input[..., 2 * H :] + r * (from_state[..., 2 * H :] + b_reset))
    return r, z, n


def _check_bias(b_reset, Wh):
    if b_reset.shape != (len(Wh),):
        raise ValueError(f"b_reset has one number a unit, ({len(Wh)},): got {b_reset.shape}")
