"""What training a recurrent network takes besides its gradients (Lecture 14)."""

import numpy as np

from dlcourse.reference.arguments import whole_numbers
from dlcourse.reference.recurrent import rnn_backward


def truncated_backward(dhs, xs, hs, Wx, Wh, length):
    """Backpropagate a tanh network through windows of `length` steps, and no further.

    Parameters
    ----------
    dhs, xs, hs, Wx, Wh
        As for `dlcourse.reference.recurrent.rnn_backward`.
    length : int
        Steps in a window; the last one may be shorter. As many as there are, or more, is no
        truncation.

    Returns
    -------
    dWx, dWh, db, dh0 : ndarray
        dh0 is that of the first window.

    Raises
    ------
    ValueError
        If `length` is below 1, or there are not as many gradients as inputs and one state more.

    Notes
    -----
    States are carried from window to window, gradients are not: memory and time of an update stay
    small, and what lies further back than the start of a window is never learned. In PyTorch:
    ``h = h.detach()`` between windows.

    Examples
    --------
    >>> xs = hs = np.zeros((4, 1, 1))
    >>> dhs, one = np.ones((3, 1, 1)), np.ones((1, 1))
    >>> truncated_backward(dhs, xs[1:], hs, one, one, length=1)[2]  # db: one step each
    array([3.])
    >>> truncated_backward(dhs, xs[1:], hs, one, one, length=3)[2]  # 1 + 2 + 3
    array([6.])
    """
    if length < 1:
        raise ValueError(f"length counts the steps of a window, at least 1: got {length}")
    if not len(dhs) == len(xs) == len(hs) - 1:
        raise ValueError(
            "T steps have T inputs, T gradients and T + 1 states; "
            f"got {len(xs)}, {len(dhs)} and {len(hs)}"
        )
    total = first = None
    for start in range(0, max(1, len(xs)), length):
        end = start + length
        *weights, dh0 = rnn_backward(dhs[start:end], xs[start:end], hs[start : end + 1], Wx, Wh)
        first = dh0 if first is None else first
        total = weights if total is None else [a + b for a, b in zip(total, weights, strict=True)]
    return *total, first


def lstm_biases(H, forget=1.0, dtype=np.float64):
    """Return biases with which an LSTM starts out remembering: `forget` for f, 0 for the others.

    Parameters
    ----------
    H : int
        Units.
    forget : float
        The forget gate's bias. With 0 the gate is half open and halves the memory at each step:
        after 30 steps 1e-9 is left; with 1 it is 8e-5, with 3 it is 0.23.
    dtype
        Float type.

    Returns
    -------
    ndarray, shape (4H,)
        In the order of `dlcourse.reference.gated.lstm_step`: i, f, g, o.

    Raises
    ------
    ValueError
        If H is no whole number from 0.

    Notes
    -----
    PyTorch's LSTM starts near 0 and has two biases, which add up: set one of them.

    Examples
    --------
    >>> lstm_biases(2, forget=3.0)
    array([0., 0., 3., 3., 0., 0., 0., 0.])
    """
    (H,) = whole_numbers(0, H=H)
    b = np.zeros(4 * H, dtype)
    b[H : 2 * H] = forget
    return b
