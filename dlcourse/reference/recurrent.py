"""Elman's recurrent network and backpropagation through time (Lecture 14).

Time is the first axis: a sequence of T batches is xs (T, N, D), and its states hs (T + 1, N, H)
start with the one given, so that step t turns ``hs[t]`` into ``hs[t + 1]``. A forward pass
multiplies all inputs by Wx before the loop, and a backward pass adds up the products for the
weights after it: only what waits for the state of the step before stays inside.

Long sequences explode as easily as they vanish (`gradient_through_time`). Before an update, clip:
``dlcourse.reference.optimizers.clip_by_norm([dWx, dWh, db], max_norm)``.
"""

import numpy as np

from dlcourse.reference.arguments import floats
from dlcourse.reference.lengths import euclidean_norm
from dlcourse.reference.sequences import (
    check_sequence,
    check_states,
    check_step,
    make_states,
    multiply_steps,
    tanh_slope,
    weight_gradients,
)


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

    Raises
    ------
    ValueError
        If x, h, the matrices and b do not fit.

    Notes
    -----
    PyTorch keeps the transposed matrices and two biases, which add up to this one.

    References
    ----------
    Lecture 14. Twin: `dlcourse.twins.recurrent.rnn_step`.

    Examples
    --------
    >>> rnn_step([[0.0]], [[1000.0]], [[1.0]], [[1.0]], [0.0])
    array([[1.]])
    """
    x, h, Wx, Wh, b = floats(x, h, Wx, Wh, b)
    check_step(x, h, Wx, Wh, b, gates=1)
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

    Raises
    ------
    ValueError
        If xs, h0, the matrices and b do not fit.

    Examples
    --------
    >>> rnn_forward(np.zeros((2, 1, 1)), [[0.0]], [[1.0]], [[1.0]], [1000.0]).ravel()
    array([0., 1., 1.])
    """
    xs, h0, Wx, Wh, b = floats(xs, h0, Wx, Wh, b)
    check_sequence(xs, h0, Wx, Wh, b, gates=1)
    scores = multiply_steps(xs, Wx) + b  # what the inputs add, for all steps at once
    hs = make_states(h0, scores)
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
        What `rnn_forward` returned for these xs and weights. States of other inputs are not
        noticed: the gradient is then that at a point where the network never was.
    Wx, Wh
        As in `rnn_step`.

    Returns
    -------
    dWx, dWh, db, dh0 : ndarray
        One matrix served every step, so its gradients add up over time.

    Raises
    ------
    ValueError
        If dhs, xs, hs and the matrices do not fit.

    References
    ----------
    Lecture 14. Twin: autograd through `dlcourse.twins.recurrent.rnn_forward`.

    Examples
    --------
    >>> xs, hs = np.ones((2, 1, 1)), np.zeros((3, 1, 1))
    >>> dWx, dWh, db, dh0 = rnn_backward(np.ones((2, 1, 1)), xs, hs, [[1.0]], [[1.0]])
    >>> dWx, db, dh0
    (array([[3.]]), array([3.]), array([[2.]]))
    """
    dhs, xs, hs, Wx, Wh = floats(dhs, xs, hs, Wx, Wh)
    check_states(xs, dhs, hs)
    check_sequence(xs, hs[0], Wx, Wh, np.empty(Wh.shape[-1:]), gates=1)
    deltas = np.empty_like(dhs)  # (T, N, H): gradients of what entered the tanh
    dh = np.zeros_like(hs[0])  # (N, H)
    for t in reversed(range(len(xs))):
        dh = dh + dhs[t]  # (N, H)
        deltas[t] = dh * tanh_slope(hs[t + 1])  # (N, H)
        dh = deltas[t] @ Wh.T  # (N, H)
    dWx, dWh, db = weight_gradients(deltas, xs, hs[:-1])  # (D, H), (H, H), (H,)
    return dWx, dWh, db, dh


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

    Raises
    ------
    ValueError
        If hs is not (T + 1, H) or Wh not (H, H).

    References
    ----------
    Lecture 14: a product of T Jacobians ``diag(1 - h^2) Wh^T`` vanishes or explodes.

    Examples
    --------
    >>> gradient_through_time(np.zeros((4, 1)), [[0.5]])
    [0.125, 0.25, 0.5, 1.0]
    """
    hs, Wh = floats(hs, Wh)
    if hs.ndim != 2 or len(hs) < 1 or Wh.shape != hs.shape[1:] * 2:
        raise ValueError(f"states (T + 1, H) take Wh (H, H); got {hs.shape} and {Wh.shape}")
    jacobian = np.eye(len(Wh), dtype=Wh.dtype)
    norms = [float(euclidean_norm(jacobian))]
    for h in hs[:0:-1]:
        jacobian = (jacobian * tanh_slope(h)) @ Wh.T
        norms.append(float(euclidean_norm(jacobian)))
    return norms[::-1]
