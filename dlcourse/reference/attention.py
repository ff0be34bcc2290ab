"""Attention: each position asks, all positions answer, a softmax decides who is heard (Lecture 18).

Sequences are (..., T, D): T positions of D numbers, behind any batch axes. A `mask` holds True
where attention is *allowed*, as in torch's `scaled_dot_product_attention`; torch's
`MultiheadAttention` means the opposite by True.
"""

import numpy as np

from dlcourse.reference.activations import softmax
from dlcourse.reference.arguments import floats, output_gradient, whole_numbers


def causal_mask(T):
    """Allow each of T positions to see itself and those before it.

    Returns
    -------
    ndarray of bool, shape (T, T)
        Row t is True in columns 0 ... t.

    Raises
    ------
    ValueError
        If T is no whole number from 0.

    Examples
    --------
    >>> causal_mask(3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """
    return np.tri(*whole_numbers(0, T=T), dtype=bool)


def attention_weights(q, k, mask=None):
    """Return how much each query hears of each key: softmax(q k^T / sqrt(D)).

    Parameters
    ----------
    q : array_like, shape (..., T, D)
        Queries.
    k : array_like, shape (..., S, D)
        Keys.
    mask : array_like of bool, shape (T, S) or (..., T, S), optional
        True where a key may be heard; every query must be allowed at least one.

    Returns
    -------
    ndarray, shape (..., T, S)
        Each row sums to 1; what the mask forbids is exactly 0.

    Raises
    ------
    ValueError
        If the shapes do not fit, or a row of the mask allows nothing.

    Notes
    -----
    The root of D keeps the variance of a score at 1 when the numbers of q and k are independent,
    with mean 0 and variance 1; without it the softmax of a wide model starts saturated.

    Examples
    --------
    >>> attention_weights([[0.0], [0.0]], [[1.0], [2.0]], causal_mask(2))
    array([[1. , 0. ],
           [0.5, 0.5]])
    """
    q, k = floats(q, k)
    _check_sequences(q, k)
    scores = q @ np.swapaxes(k, -1, -2) / q.dtype.type(np.sqrt(q.shape[-1]))  # (..., T, S)
    if mask is not None:
        scores = np.where(_allowed(mask, scores.shape), scores, -np.inf).astype(scores.dtype)
    return softmax(scores)


def attention(q, k, v, mask=None):
    """Mix the values by `attention_weights`: softmax(q k^T / sqrt(D)) v.

    Parameters
    ----------
    q, k, mask
        As for `attention_weights`.
    v : array_like, shape (..., S, D_v)
        What each key has to say.

    Returns
    -------
    ndarray, shape (..., T, D_v)

    Raises
    ------
    ValueError
        If q (..., T, D) and k (..., S, D) do not fit, if v has not one row for each key, if mask
        has another shape than the scores, or if a row of it allows nothing.

    Notes
    -----
    A forbidden key weighs 0, and 0 times a NaN or infinite value is NaN, as in PyTorch: fill
    padding with zeros.

    Examples
    --------
    >>> attention([[0.0]], [[1.0], [2.0]], [[10.0], [30.0]])
    array([[20.]])
    """
    q, k, v = floats(q, k, v)
    _check_values(k, v)
    return attention_weights(q, k, mask) @ v


def attention_backward(dout, q, k, v, mask=None):
    """Carry a gradient through `attention`.

    Parameters
    ----------
    dout : array_like, shape (..., T, D_v)
        Gradient of the loss with respect to the output.
    q, k, v, mask
        The inputs given to `attention`.

    Returns
    -------
    dq, dk, dv : ndarray
        In the shapes of q, k and v.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if q, k, v and mask are none that `attention`
        takes.

    Examples
    --------
    >>> dq, dk, dv = attention_backward([[1.0]], [[0.0]], [[1.0], [2.0]], [[10.0], [30.0]])
    >>> dq, dv
    (array([[5.]]), array([[0.5],
           [0.5]]))
    """
    q, k, v = floats(q, k, v)
    _check_values(k, v)
    weights = attention_weights(q, k, mask)  # (..., T, S)
    dout = output_gradient(dout, (*q.shape[:-1], v.shape[-1]), q.dtype)  # (..., T, D_v)
    dv = np.swapaxes(weights, -1, -2) @ dout  # (..., S, D_v)
    dweights = dout @ np.swapaxes(v, -1, -2)  # (..., T, S)
    along = (dweights * weights).sum(axis=-1, keepdims=True)  # (..., T, 1)
    dscores = weights * (dweights - along)  # (..., T, S), 0 where the mask forbids
    dscores /= q.dtype.type(np.sqrt(q.shape[-1]))  # (..., T, S)
    dq = dscores @ np.where(np.isfinite(k), k, k.dtype.type(0))  # 0 * NaN would be NaN: (..., T, D)
    dk = np.swapaxes(dscores, -1, -2) @ q  # (..., S, D)
    return dq, dk, dv


def multi_head(x, Wq, Wk, Wv, Wo, heads, mask=None):
    """Let several attentions look at a sequence, each in its own D / heads numbers.

    Parameters
    ----------
    x : array_like, shape (N, T, D)
    Wq, Wk, Wv, Wo : array_like, shape (D, D)
        Applied from the right, without biases. Heads are consecutive blocks of D / heads columns
        of the first three, and are joined in that order before `Wo`.
    heads : int
        Divides D.
    mask : array_like of bool, shape (T, T) or (N, T, T), optional
        True where attention is allowed.

    Returns
    -------
    ndarray, shape (N, T, D)

    Raises
    ------
    ValueError
        If the shapes do not fit, or `heads` does not divide D.

    Examples
    --------
    >>> x = np.ones((1, 2, 4))
    >>> multi_head(x, np.eye(4), np.eye(4), np.eye(4), 2 * np.eye(4), heads=2)[0, 0]
    array([2., 2., 2., 2.])
    """
    x, Wq, Wk, Wv, Wo = floats(x, Wq, Wk, Wv, Wo)
    _check_heads(x, heads, Wq=Wq, Wk=Wk, Wv=Wv, Wo=Wo)
    q, k, v = (_split(x @ W, heads) for W in (Wq, Wk, Wv))  # (N, heads, T, D / heads)
    return _join(attention(q, k, v, _for_heads(mask, x, heads))) @ Wo  # (N, T, D)


def multi_head_backward(dout, x, Wq, Wk, Wv, Wo, heads, mask=None):
    """Carry a gradient through `multi_head`.

    Parameters
    ----------
    dout : array_like, shape (N, T, D)
        Gradient of the loss with respect to the output.
    x, Wq, Wk, Wv, Wo, heads, mask
        The inputs given to `multi_head`.

    Returns
    -------
    dx : ndarray, shape (N, T, D)
    dWq, dWk, dWv, dWo : ndarray, shape (D, D)

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if x, the matrices, heads and mask are none that
        `multi_head` takes.

    Examples
    --------
    >>> x, one = np.ones((1, 2, 1)), np.ones((1, 1))
    >>> multi_head_backward(x, x, one, one, one, one, heads=1)[0]
    array([[[1.],
            [1.]]])
    """
    x, Wq, Wk, Wv, Wo = floats(x, Wq, Wk, Wv, Wo)
    _check_heads(x, heads, Wq=Wq, Wk=Wk, Wv=Wv, Wo=Wo)
    dout, mask = output_gradient(dout, x.shape, x.dtype), _for_heads(mask, x, heads)  # (N, T, D)
    q, k, v = (_split(x @ W, heads) for W in (Wq, Wk, Wv))  # (N, heads, T, D / heads)
    joined = _join(attention(q, k, v, mask))  # (N, T, D)
    djoined = dout @ Wo.T  # (N, T, D)
    dparts = attention_backward(_split(djoined, heads), q, k, v, mask)
    dq, dk, dv = map(_join, dparts)  # each (N, T, D), from (N, heads, T, D / heads)
    dx = dq @ Wq.T + dk @ Wk.T + dv @ Wv.T  # (N, T, D): x is used three times
    dWq, dWk, dWv = (_over_positions(x, d) for d in (dq, dk, dv))  # each (D, D)
    dWo = _over_positions(joined, dout)  # (D, D)
    return dx, dWq, dWk, dWv, dWo


def positional_encoding(T, d):
    """Tell positions apart by waves: sin(t / 10000^(2i/d)) in column 2i, the cosine in 2i + 1.

    Parameters
    ----------
    T : int
        Number of positions, from t = 0.
    d : int
        Number of columns, even.

    Returns
    -------
    ndarray, shape (T, d)

    Raises
    ------
    ValueError
        If T or d is no whole number, or d is odd.

    Notes
    -----
    The encoding of t + s is a rotation of that of t, the same for every t: distances can be read
    by a matrix. The wave lengths grow from 2 pi towards 10000 times that, which they do not reach:
    the last is 10000^(2/d) times shorter, and with d = 2 it is the first.

    Examples
    --------
    >>> positional_encoding(2, 2)
    array([[0.        , 1.        ],
           [0.84147098, 0.54030231]])
    """
    T, d = whole_numbers(0, T=T, d=d)
    if d % 2 or d < 2:
        raise ValueError(f"d must be even and at least 2, one sine and one cosine each: got {d}")
    angles = np.arange(T)[:, None] / 10_000 ** (np.arange(0, d, 2) / d)  # (T, d / 2)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(T, d)


def _check_sequences(q, k):
    same = q.ndim >= 2 and q.ndim == k.ndim and q.shape[:-2] == k.shape[:-2]
    if not same or q.shape[-1] != k.shape[-1] or 0 in (q.shape[-1], k.shape[-2]):
        raise ValueError(f"q (..., T, D) and k (..., S, D) do not fit: got {q.shape} and {k.shape}")


def _check_values(k, v):
    if v.ndim < 2 or k.shape[:-1] != v.shape[:-1]:
        raise ValueError(f"v has one row for each key: got k {k.shape} and v {v.shape}")


def _check_heads(x, heads, **matrices):
    for name, W in matrices.items():
        if x.ndim != 3 or W.shape != (x.shape[-1], x.shape[-1]):
            raise ValueError(f"x (N, T, D) and {name} (D, D) do not fit: got {x.shape}, {W.shape}")
    whole_numbers(heads=heads)
    if x.shape[-1] % heads or 0 in x.shape[1:]:
        raise ValueError(f"heads must divide D, and T and D be at least 1: got {heads}, {x.shape}")


def _allowed(mask, shape):
    """Read a mask for scores of that shape."""
    mask = np.asarray(mask)
    if mask.dtype.kind not in "biu" or mask.shape not in (shape[-2:], shape):
        raise ValueError(
            f"mask must be True where attention is allowed, shape {shape[-2:]} or {shape}: "
            f"got {mask.dtype} {mask.shape}"
        )
    if not np.isin(mask, (0, 1)).all():
        raise ValueError(
            "mask holds True or 1 where attention is allowed, False or 0 elsewhere: "
            f"got {mask.min()} ... {mask.max()}"
        )
    if not mask.any(axis=-1).all():
        raise ValueError(f"mask {mask.shape} has a row that allows nothing: a softmax needs one")
    return mask.astype(bool)


def _for_heads(mask, x, heads):
    """Give a mask (N, T, T) an axis of heads, which all have the same."""
    N, T, _ = x.shape
    if mask is None or np.ndim(mask) == 2:
        return mask
    if np.shape(mask) != (N, T, T):
        raise ValueError(f"mask must be (T, T) or (N, T, T): got {np.shape(mask)} for x {x.shape}")
    return np.broadcast_to(np.asarray(mask)[:, None], (N, heads, T, T))


def _split(x, heads):
    """Cut (N, T, D) into (N, heads, T, D / heads)."""
    N, T, D = x.shape
    return np.swapaxes(x.reshape(N, T, heads, D // heads), 1, 2)


def _join(x):
    """Undo `_split`."""
    N, heads, T, D = x.shape
    return np.swapaxes(x, 1, 2).reshape(N, T, heads * D)


def _over_positions(x, dout):
    """Sum x^T dout over all positions of all sequences: a matrix serves every one."""
    return x.reshape(-1, x.shape[-1]).T @ dout.reshape(-1, dout.shape[-1])
