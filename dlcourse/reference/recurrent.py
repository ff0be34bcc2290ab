"""Recurrent networks and backpropagation through time (lecture 14).

Time is the first axis: a sequence of T batches is xs (T, N, D), and its states hs (T + 1, N, H)
start with the one given, so that step t turns ``hs[t]`` into ``hs[t + 1]``. A forward pass
multiplies all inputs by Wx before the loop, and a backward pass adds up the products for the
weights after it: only what waits for the state of the step before stays inside.

Long sequences explode as easily as they vanish (`gradient_through_time`). Before an update, clip:
``dlcourse.reference.optimizers.clip_by_norm([dWx, dWh, db], max_norm)``.
"""

import numpy as np

from dlcourse.reference.arguments import floats


# ------------------------------------------------------------------------ Elman's network
def rnn_step(x, h, Wx, Wh, b):
    """Take one step of a simple recurrent network.

    Parameters
    ----------
    x : ndarray, shape (N, D)
        The input of this step.
    h : ndarray, shape (N, H)
        The state after the step before.
    Wx, Wh, b : ndarray, shapes (D, H), (H, H), (H,)

    Returns
    -------
    ndarray, shape (N, H)
        ``tanh(x Wx + h Wh + b)``.

    Notes
    -----
    PyTorch keeps the transposed matrices and two biases, which add up to this one.

    References
    ----------
    Lecture 14. Twin: `dlcourse.twins.recurrent.rnn_step`.
    """
    x, h, Wx, Wh, b = floats(x, h, Wx, Wh, b)
    _check_step(x, h, Wx, Wh, b, gates=1)
    return np.tanh(x @ Wx + h @ Wh + b)


def rnn_forward(xs, h0, Wx, Wh, b):
    """Run `rnn_step` along a sequence.

    Parameters
    ----------
    xs : ndarray, shape (T, N, D)
    h0 : ndarray, shape (N, H)
    Wx, Wh, b
        As in `rnn_step`, the same at every step.

    Returns
    -------
    ndarray, shape (T + 1, N, H)
        The states, h0 first.
    """
    xs, h0, Wx, Wh, b = floats(xs, h0, Wx, Wh, b)
    _check_sequence(xs, h0, Wx, Wh, b, gates=1)
    scores = _scores(xs, Wx, b)
    hs = _states(h0, scores)
    for t in range(len(xs)):
        hs[t + 1] = np.tanh(scores[t] + hs[t] @ Wh)
    return hs


def rnn_backward(dhs, xs, hs, Wx, Wh):
    """Backpropagate through time.

    Parameters
    ----------
    dhs : ndarray, shape (T, N, H)
        Gradient of the loss with respect to each state, h0 left out, as far as the loss reads it
        directly: what it does to later states is added here.
    xs : ndarray, shape (T, N, D)
    hs : ndarray, shape (T + 1, N, H)
        What `rnn_forward` returned.
    Wx, Wh
        As in `rnn_step`.

    Returns
    -------
    dWx, dWh, db, dh0 : ndarray
        One matrix served every step, so its gradients add up over time.

    References
    ----------
    Lecture 14. Twin: autograd through `dlcourse.twins.recurrent.rnn_forward`.
    """
    dhs, xs, hs, Wx, Wh = floats(dhs, xs, hs, Wx, Wh)
    _check_sequence(xs, hs[0], Wx, Wh, np.empty(len(Wh)), gates=1)
    _check_states(dhs, hs)
    deltas = np.empty_like(dhs)  # gradients of what entered the tanh
    dh = np.zeros_like(hs[0])
    for t in reversed(range(len(xs))):
        dh = dh + dhs[t]
        deltas[t] = dh * (1 - hs[t + 1] ** 2)
        dh = deltas[t] @ Wh.T
    return *_weight_gradients(deltas, xs, hs[:-1]), dh


def gradient_through_time(hs, Wh):
    """Measure how strongly the last state depends on each earlier one.

    Parameters
    ----------
    hs : ndarray, shape (T + 1, H)
        The states of one sequence, h0 first, of a tanh network.
    Wh : ndarray, shape (H, H)

    Returns
    -------
    list of T + 1 floats
        Frobenius norms of ``dh_T / dh_t`` for t = 0 to T; the last is that of the identity.

    References
    ----------
    Lecture 14: a product of T Jacobians ``diag(1 - h^2) Wh^T`` vanishes or explodes.
    """
    hs, Wh = floats(hs, Wh)
    if hs.ndim != 2 or len(hs) < 1 or Wh.shape != hs.shape[1:] * 2:
        raise ValueError(f"states (T + 1, H) take Wh (H, H); got {hs.shape} and {Wh.shape}")
    jacobian = np.eye(len(Wh), dtype=Wh.dtype)
    norms = [float(np.linalg.norm(jacobian))]
    for h in hs[:0:-1]:
        jacobian = (jacobian * (1 - h**2)) @ Wh.T
        norms.append(float(np.linalg.norm(jacobian)))
    return norms[::-1]


# ------------------------------------------------------------------------ LSTM
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

    Notes
    -----
    The order i, f, g, o is PyTorch's; ONNX stores i, o, f, g.

    References
    ----------
    Lecture 14. Twin: `dlcourse.twins.recurrent.lstm_step`.
    """
    x, h, c, Wx, Wh, b = floats(x, h, c, Wx, Wh, b)
    _check_step(x, h, Wx, Wh, b, gates=4)
    _check_cell(c, h)
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
    """
    xs, h0, c0, Wx, Wh, b = floats(xs, h0, c0, Wx, Wh, b)
    _check_sequence(xs, h0, Wx, Wh, b, gates=4)
    _check_cell(c0, h0)
    gates = _scores(xs, Wx, b)
    hs, cs = _states(h0, gates), _states(c0, gates)
    for t in range(len(xs)):
        gates[t] = _lstm_gates(gates[t] + hs[t] @ Wh)
        i, f, g, o = _parts(gates[t], 4)
        cs[t + 1] = f * cs[t] + i * g
        hs[t + 1] = o * np.tanh(cs[t + 1])
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

    Notes
    -----
    The cell hands its gradient to the step before times f: while the forget gate is open nothing
    shrinks it, which is the point of an LSTM.

    References
    ----------
    Lecture 14. Twin: autograd through `dlcourse.twins.recurrent.lstm_forward`.
    """
    dhs, dcs, xs, hs, cs, gates, Wx, Wh = floats(dhs, dcs, xs, hs, cs, gates, Wx, Wh)
    _check_sequence(xs, hs[0], Wx, Wh, np.empty(Wh.shape[-1]), gates=4)
    _check_states(dhs, hs, gates, Wh)
    _check_states(dcs, cs, gates, Wh)
    deltas = np.empty_like(gates)  # gradients of what entered the gates
    dh, dc = np.zeros_like(hs[0]), np.zeros_like(cs[0])
    for t in reversed(range(len(xs))):
        i, f, g, o = _parts(gates[t], 4)
        tanh_c = np.tanh(cs[t + 1])
        dh = dh + dhs[t]
        dc = dc + dcs[t] + dh * o * (1 - tanh_c**2)
        delta_i = dc * g * i * (1 - i)
        delta_f = dc * cs[t] * f * (1 - f)
        delta_g = dc * i * (1 - g**2)
        delta_o = dh * tanh_c * o * (1 - o)
        np.concatenate([delta_i, delta_f, delta_g, delta_o], axis=-1, out=deltas[t])
        dh, dc = deltas[t] @ Wh.T, dc * f
    return deltas @ Wx.T, dh, dc, *_weight_gradients(deltas, xs, hs[:-1])


def _lstm_gates(scores):
    H = scores.shape[-1] // 4
    gates = _sigmoid(scores)
    gates[..., 2 * H : 3 * H] = np.tanh(scores[..., 2 * H : 3 * H])
    return gates


# ------------------------------------------------------------------------ GRU
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

    Notes
    -----
    z = 1 takes the candidate, z = 0 keeps the state; PyTorch has it the other way round. The reset
    gate acts before the matrix product; PyTorch's acts after it, so no choice of weights makes
    its GRU equal to this one.

    References
    ----------
    Lecture 14, the four equations. Twin: `dlcourse.twins.recurrent.gru_step`.
    """
    x, h, Wx, Wh, b = floats(x, h, Wx, Wh, b)
    _check_step(x, h, Wx, Wh, b, gates=3)
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
    """
    xs, h0, Wx, Wh, b = floats(xs, h0, Wx, Wh, b)
    _check_sequence(xs, h0, Wx, Wh, b, gates=3)
    gates = _scores(xs, Wx, b)
    hs = _states(h0, gates)
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

    References
    ----------
    Lecture 14. Twin: autograd through `dlcourse.twins.recurrent.gru_forward`.
    """
    dhs, xs, hs, gates, Wx, Wh = floats(dhs, xs, hs, gates, Wx, Wh)
    _check_sequence(xs, hs[0], Wx, Wh, np.empty(Wh.shape[-1]), gates=3)
    _check_states(dhs, hs, gates, Wh)
    H = len(Wh)
    Wh_rz, Wh_n = Wh[:, : 2 * H], Wh[:, 2 * H :]
    deltas = np.empty_like(gates)  # gradients of what entered the gates
    dh = np.zeros_like(hs[0])
    for t in reversed(range(len(xs))):
        h, (r, z, n) = hs[t], _parts(gates[t], 3)
        dh = dh + dhs[t]
        delta_n = dh * z * (1 - n**2)
        dreset = delta_n @ Wh_n.T  # gradient of r h
        delta_r = dreset * h * r * (1 - r)
        delta_z = dh * (n - h) * z * (1 - z)
        np.concatenate([delta_r, delta_z, delta_n], axis=-1, out=deltas[t])
        dh = dh * (1 - z) + dreset * r + deltas[t, :, : 2 * H] @ Wh_rz.T
    dWx, dWh, db = _weight_gradients(deltas, xs, hs[:-1])
    r_h = gates[..., :H] * hs[:-1]  # what the candidate's matrix was multiplied with
    dWh[:, 2 * H :] = _weight_gradients(deltas[..., 2 * H :], xs, r_h)[1]
    return deltas @ Wx.T, dh, dWx, dWh, db


def _gru_gates(scores, h, Wh):
    H = len(Wh)
    gates = np.empty_like(scores)
    gates[..., : 2 * H] = _sigmoid(scores[..., : 2 * H] + h @ Wh[:, : 2 * H])
    r = gates[..., :H]
    gates[..., 2 * H :] = np.tanh(scores[..., 2 * H :] + (r * h) @ Wh[:, 2 * H :])
    return gates


# ------------------------------------------------------------------------ shared by the three
def _sigmoid(s):
    with np.errstate(over="ignore"):  # far below 0 e^-s is infinite, and its fraction rightly 0
        return 1 / (1 + np.exp(-s))


def _parts(gates, n):
    """View gates that stand side by side along the last axis one by one."""
    return np.moveaxis(gates.reshape(*gates.shape[:-1], n, gates.shape[-1] // n), -2, 0)


def _scores(xs, Wx, b):
    """Return what the inputs add to the scores, for all steps at once."""
    scores = xs @ Wx
    scores += b
    return scores


def _states(first, scores):
    """Make room for T + 1 states and enter the first."""
    dtype = np.result_type(first, scores)
    states = np.empty((len(scores) + 1, *first.shape), dtype)
    states[0] = first
    return states


def _weight_gradients(deltas, xs, hs):
    """Sum over steps and batch: two products of tall matrices, T N rows each."""
    rows = deltas.reshape(-1, deltas.shape[-1])
    dWx = xs.reshape(-1, xs.shape[-1]).T @ rows
    dWh = hs.reshape(-1, hs.shape[-1]).T @ rows
    return dWx, dWh, rows.sum(axis=0)


def _check_step(x, h, Wx, Wh, b, gates):
    fits = x.ndim == h.ndim == Wx.ndim == Wh.ndim == 2 and b.ndim == 1
    if fits:
        (N, D), H = x.shape, h.shape[1]
        width = gates * H
        fits = len(h) == N and Wx.shape == (D, width) and Wh.shape == (H, width)
        fits = fits and b.shape == (width,)
    if not fits:
        G = "" if gates == 1 else gates
        raise ValueError(
            f"x (N, D) and h (N, H) take Wx (D, {G}H), Wh (H, {G}H) and b ({G}H,); "
            f"got x {x.shape}, h {h.shape}, Wx {Wx.shape}, Wh {Wh.shape}, b {b.shape}"
        )


def _check_sequence(xs, h0, Wx, Wh, b, gates):
    if xs.ndim != 3:
        raise ValueError(f"a sequence comes as (T, N, D); got shape {xs.shape}")
    _check_step(np.empty(xs.shape[1:], xs.dtype), h0, Wx, Wh, b, gates)


def _check_cell(c, h):
    if c.shape != h.shape:
        raise ValueError(f"the cell has the shape of the state, {h.shape}; got {c.shape}")


def _check_states(dhs, hs, gates=None, Wh=None):
    if len(hs) != len(dhs) + 1 or dhs.shape[1:] != hs.shape[1:]:
        raise ValueError(
            f"states (T + 1, N, H) take gradients (T, N, H); got {hs.shape} and {dhs.shape}"
        )
    if gates is not None and gates.shape != (*dhs.shape[:2], Wh.shape[1]):
        raise ValueError(
            f"gates of these states have the shape {(*dhs.shape[:2], Wh.shape[1])}; "
            f"got {gates.shape}"
        )
