"""What recurrent networks share: shapes of sequences and states, sums over time (Lecture 14).

A sequence is xs (T, N, D), time first; its states are hs (T + 1, N, H), the given one first, so
that step t turns ``hs[t]`` into ``hs[t + 1]``. With G gates side by side the weights are (D, G H),
(H, G H) and (G H,): Wx for inputs, Wh for states, and the biases b.
"""

import numpy as np


def make_states(first, scores):
    """Make room for T + 1 states, of the type of `first` and `scores` (T, ...); enter the first.

    Examples
    --------
    >>> make_states(np.ones((1, 2)), np.zeros((3, 1, 2))).shape
    (4, 1, 2)
    """
    dtype = np.result_type(first, scores)
    states = np.empty((len(scores) + 1, *first.shape), dtype)
    states[0] = first
    return states


def multiply_steps(xs, W):
    """Multiply every step of a sequence (T, N, D) by W (D, M): one product of T N rows.

    ``xs @ W`` is the same in T small products, which takes up to three times as long.

    Examples
    --------
    >>> multiply_steps(np.ones((2, 1, 3)), np.ones((3, 1))).ravel()
    array([3., 3.])
    """
    T, N, D = xs.shape
    return (xs.reshape(T * N, D) @ W).reshape(T, N, W.shape[1])


def weight_gradients(deltas, xs, hs):
    """Sum over steps and batch: two products of tall matrices, T N rows each.

    `deltas` (T, N, G H) are the gradients of what entered the gates, `hs` (T, N, H) the states that
    the steps began with. Returns (dWx, dWh, db).

    Examples
    --------
    >>> dWx, dWh, db = weight_gradients(np.ones((2, 1, 1)), np.ones((2, 1, 3)), np.ones((2, 1,
    ...     1)))
    >>> dWx.ravel(), dWh, db
    (array([2., 2., 2.]), array([[2.]]), array([2.]))
    """
    rows = deltas.reshape(-1, deltas.shape[-1])  # (T N, G H)
    dWx = xs.reshape(-1, xs.shape[-1]).T @ rows  # (D, T N) @ (T N, G H) = (D, G H)
    dWh = hs.reshape(-1, hs.shape[-1]).T @ rows  # (H, G H)
    db = rows.sum(axis=0)  # (G H,)
    return dWx, dWh, db


def check_step(x, h, Wx, Wh, b, gates):
    """Refuse inputs x (N, D), states h (N, H) and weights of which no step can be computed.

    Raises
    ------
    ValueError
        If x (N, D), h (N, H), Wx, Wh and b do not fit.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> check_step(one, one, one, one, np.ones(1), gates=1)
    """
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


def check_sequence(xs, h0, Wx, Wh, b, gates):
    """Refuse xs and weights, for so many `gates`, that cannot be run from the state h0.

    Raises
    ------
    ValueError
        If xs is not (T, N, D), or if a step of it does not fit.

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> check_sequence(np.ones((5, 1, 1)), one, one, one, np.ones(1), gates=1)
    """
    if xs.ndim != 3:
        raise ValueError(f"a sequence comes as (T, N, D); got shape {xs.shape}")
    check_step(np.empty(xs.shape[1:], xs.dtype), h0, Wx, Wh, b, gates)


def check_states(xs, dhs, hs, gates=None, Wh=None):
    """Refuse inputs and gradients that are not one a state, and gates that are not Wh's.

    Shapes are all that is compared: that the states `hs` are those of these xs and of no others is
    for the caller to see to.

    Raises
    ------
    ValueError
        If there is not one input (N, D) and one gradient `dhs` (N, H) for each step after the first
        state, or the gates have not the shape (T, N, columns of Wh).

    Examples
    --------
    >>> check_states(np.ones((5, 1, 3)), np.ones((5, 1, 2)), np.ones((6, 1, 2)))
    """
    if hs.ndim != 3 or len(hs) != len(dhs) + 1 or dhs.shape[1:] != hs.shape[1:]:
        raise ValueError(
            f"states (T + 1, N, H) take gradients (T, N, H); got {hs.shape} and {dhs.shape}"
        )
    if xs.ndim != 3 or xs.shape[:2] != dhs.shape[:2]:
        raise ValueError(
            f"states (T + 1, N, H) are those of inputs (T, N, D); got {hs.shape} and {xs.shape}"
        )
    if gates is not None and gates.shape != (*dhs.shape[:2], *Wh.shape[-1:]):
        raise ValueError(
            f"gates of these states have the shape {(*dhs.shape[:2], *Wh.shape[-1:])}; "
            f"got {gates.shape}"
        )


def tanh_slope(h):
    """Return the slope of tanh where it is `h`, with the digits that 1 - h^2 loses near 1.

    Examples
    --------
    >>> tanh_slope(np.array([0.0, 0.5, -1.0]))
    array([1.  , 0.75, 0.  ])
    """
    return (1 - h) * (1 + h)
