"""Activations: what a unit makes of its score z, forward and backward (Lectures 3 and 6).

All but `softmax`, `log_softmax` and `maxout` act on each number alone and return the shape of z.
A backward takes `dout`, the gradient of the loss with respect to the activation's output, and the
forward's own inputs; it returns the gradient with respect to z. Where a slope jumps, at z = 0, the
Notes say which side counts. Less common variants: `dlcourse.reference.activation_variants`.

At an infinite score each gives what it tends to. A NaN score gives NaN; its slope is NaN too or,
where slopes are constant, one of them and never 0, which would hide it. Slopes multiply `dout`: 0
times an infinite gradient is NaN, and shows that training has diverged.

`np.clip` between two numbers takes a third of the time of `np.maximum` with one.
"""

import numpy as np

from dlcourse.reference.arguments import finite, floats, plain, same_shape
from dlcourse.reference.rows import row_sum


def sigmoid(z):
    """Squash each score into (0, 1): 1 / (1 + e^-z), also called the logistic function.

    Notes
    -----
    e^-z overflows for z far below 0, so the same is written e^z / (1 + e^z), and e^z, which
    overflows far above, is stopped at z = 40: from there on the quotient rounds to 1.

    References
    ----------
    Lecture 3. Slope at most 1/4, at z = 0; outputs are not centred at 0 (Lecture 6).

    Examples
    --------
    >>> sigmoid([-1000.0, 0.0, np.log(3)])
    array([0.  , 0.5 , 0.75])
    """
    z = floats(z)
    e = np.exp(np.clip(z, -np.inf, 40))
    e /= 1 + e
    return e


def sigmoid_backward(dout, z):
    """Multiply by the slope s (1 - s), where s = sigmoid(z).

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Notes
    -----
    Written e / (1 + e)^2 with e = e^-|z|, since the slopes at z and -z are the same. On the right,
    from z = 37 on, s rounds to 1 and 1 - s to 0.

    Examples
    --------
    >>> sigmoid_backward([1.0, 1.0], [0.0, 1000.0])
    array([0.25, 0.  ])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    e = np.exp(-np.abs(z))  # all in the shape of z
    e /= (1 + e) ** 2
    e *= dout
    return e


def tanh(z):
    """Squash each score into (-1, 1), centred at 0: 2 sigmoid(2z) - 1.

    Examples
    --------
    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.])
    """
    return np.tanh(floats(z))


def tanh_backward(dout, z):
    """Multiply by the slope 1 - tanh(z)^2.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Notes
    -----
    z is the score, not the output: with a = tanh(z) at hand the slope is 1 - a^2. From |z| = 19 on
    a rounds to 1. Since tanh(z) = 2 sigmoid(2z) - 1, the slope is also 4 e / (1 + e)^2, with e =
    e^-2|z|, which has no such loss (`sigmoid_backward`).

    Examples
    --------
    >>> tanh_backward([2.0, 2.0], [0.0, 1000.0])
    array([2., 0.])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    e = np.exp(-2 * np.clip(np.abs(z), 0, 1000))  # all in the shape of z; 2 |z| may overflow
    e /= (1 + e) ** 2
    e *= 4
    e *= dout
    return e


def softsign(z):
    """Squash each score into (-1, 1) as tanh does, but slowly: z / (1 + |z|).

    Examples
    --------
    >>> softsign([-1.0, 0.0, 3.0])
    array([-0.5 ,  0.  ,  0.75])
    """
    z = finite(floats(z))
    return z / (1 + np.abs(z))


def softsign_backward(dout, z):
    """Multiply by the slope 1 / (1 + |z|)^2, which fades with z^-2, not exponentially.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> softsign_backward([1.0, 1.0], [0.0, 3.0])
    array([1.    , 0.0625])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    return dout / (1 + np.abs(z)) / (1 + np.abs(z))  # shape of z


def relu(z):
    """Keep positive scores, set the others to 0: max(z, 0).

    Examples
    --------
    >>> relu([-2.0, 0.0, 3.0])
    array([0., 0., 3.])
    """
    return np.clip(floats(z), 0, np.inf)


def relu_backward(dout, z):
    """Let the gradient through where z > 0.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Notes
    -----
    The slope at z = 0 is taken to be 0, as PyTorch does. At NaN it is 1, as PyTorch's is.

    Examples
    --------
    >>> relu_backward([10.0, 20.0, 30.0], [-1.0, 0.0, 2.0])
    array([ 0.,  0., 30.])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    slope = (~(z <= 0)).astype(z.dtype)  # shape of z, 1 or 0
    slope *= dout
    return slope


def leaky_relu(z, negative_slope=0.01):
    """Keep positive scores, shrink the others: z where z > 0, else negative_slope z.

    Notes
    -----
    max(negative_slope z, z), often seen, is the same for slopes up to 1 only. It needs no sum, so
    it is taken where it is right. A slope of 0 is ReLU, also at minus infinity.

    Examples
    --------
    >>> leaky_relu([-2.0, 3.0], negative_slope=0.1)
    array([-0.2,  3. ])
    """
    z, negative_slope = floats(z), plain(negative_slope)
    if 0 < negative_slope <= 1:
        out = np.multiply(negative_slope, z, out=np.empty_like(z))
        return np.maximum(z, out, out=out)  # out is ours: no further copy
    if negative_slope == 0:
        return relu(z)
    out = np.clip(z, -np.inf, 0)  # the two halves are added: choosing number by number is slower
    out *= negative_slope
    out += np.clip(z, 0, np.inf)
    return out


def leaky_relu_backward(dout, z, negative_slope=0.01):
    """Let the gradient through where z > 0, times `negative_slope` elsewhere, z = 0 included.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> leaky_relu_backward([10.0, 20.0, 30.0], [-1.0, 0.0, 2.0], negative_slope=0.1)
    array([ 1.,  2., 30.])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    negative_slope = plain(negative_slope)
    if negative_slope == 0:
        return relu_backward(dout, z)  # at NaN 1: a slope of 0 would hide it
    slope = _one_or(negative_slope, z)
    slope *= dout
    return slope


def _one_or(left, z):
    """Return 1 where z > 0 and `left` elsewhere: not 1 - left + left, where 1 drowns in 1e17."""
    right = z > 0
    if 0 <= left <= 1:
        return np.clip(right.astype(z.dtype), left, 1)
    slope = (~right).astype(z.dtype)
    slope *= left
    slope += right
    return slope


def elu(z, alpha=1.0):
    """Bend negative scores towards -alpha: z where z > 0, else alpha (e^z - 1).

    Notes
    -----
    The slope is continuous at 0 for alpha = 1 only: it comes from alpha on the left, 1 on the
    right. e^z is computed for z <= 0 alone, so large scores do not overflow.

    Examples
    --------
    >>> elu([-1000.0, 0.0, 3.0])
    array([-1.,  0.,  3.])
    """
    z, alpha = floats(z), plain(alpha)
    out = np.expm1(np.clip(z, -np.inf, 0))
    out *= alpha
    out += np.clip(z, 0, np.inf)
    return out


def elu_backward(dout, z, alpha=1.0):
    """Multiply by 1 where z > 0 and by alpha e^z elsewhere; at z = 0 that is alpha.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> elu_backward([1.0, 1.0], [0.0, 3.0], alpha=0.5)
    array([0.5, 1. ])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    alpha = plain(alpha)
    slope = np.exp(np.clip(z, -np.inf, 0))  # all in the shape of z; 1 on the right
    if alpha != 1:
        slope *= _one_or(alpha, z)
    slope *= dout
    return slope


def softplus(z):
    """Smooth the corner of ReLU: log(1 + e^z), between ReLU and ReLU + log 2.

    Notes
    -----
    Written max(z, 0) + log(1 + e^-|z|), which is the same and cannot overflow.

    Examples
    --------
    >>> softplus([-1000.0, 0.0, 1000.0]) - [0.0, np.log(2), 1000.0]
    array([0., 0., 0.])
    """
    z = floats(z)
    out = np.log1p(np.exp(-np.abs(z)))
    out += np.clip(z, 0, np.inf)
    return out


def softplus_backward(dout, z):
    """Multiply by the slope, which is sigmoid(z).

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> softplus_backward([1.0, 1.0], [0.0, 1000.0])
    array([0.5, 1. ])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    slope = sigmoid(z)  # shape of z
    slope *= dout
    return slope


def softmax(z):
    """Turn scores into probabilities along the last axis: e^z_k / sum_j e^z_j.

    Parameters
    ----------
    z : array_like, shape (..., K)

    Returns
    -------
    ndarray, shape (..., K)
        Positive, the last axis sums to 1.

    Raises
    ------
    ValueError
        If z is a single number, or its rows are empty.

    Notes
    -----
    Adding a number to all scores of a row changes nothing. Subtracting the row's own maximum makes
    every exponent at most 0, so nothing overflows, and every row keeps a 1 in its sum.

    References
    ----------
    Lecture 3. For the logarithm of these use `log_softmax`: np.log(softmax(z)) meets log 0.

    Examples
    --------
    >>> softmax([[0.0, np.log(3)], [1000.0, 1000.0]])
    array([[0.25, 0.75],
           [0.5 , 0.5 ]])
    """
    z = _rows(z)
    e = z - z.max(axis=-1, keepdims=True)
    np.exp(e, out=e)  # e is ours: no further copy
    e /= row_sum(e)
    return e


def softmax_backward(dout, z):
    """Multiply each row by the Jacobian: p_i (dout_i - sum_j p_j dout_j).

    Every score moves every probability, so the slope p (1 - p) alone is wrong.

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> softmax_backward([1.0, 0.0], [0.0, 0.0])
    array([ 0.25, -0.25])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    p = softmax(z)  # (..., K)
    dz = dout - row_sum(p, dout)  # (..., K) less (..., 1)
    dz *= p
    return dz


def softmax_jacobian(p):
    """Return all slopes of a softmax, d p_i / d z_j = p_i ([i = j] - p_j), from its output.

    Parameters
    ----------
    p : array_like, shape (K,)
        One row of probabilities.

    Returns
    -------
    ndarray, shape (K, K)
        Symmetric; rows and columns sum to 0, since the probabilities keep their sum. Lecture 4.

    Raises
    ------
    ValueError
        If p is not one row, (K,).

    Examples
    --------
    >>> softmax_jacobian([0.5, 0.5])
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    p = floats(p)
    if p.ndim != 1:
        raise ValueError(f"p must be one row of probabilities (K,), got shape {p.shape}")
    return np.diag(p) - np.outer(p, p)


def log_softmax(z):
    """Return the logarithm of `softmax` along the last axis, without ever forming it.

    Raises
    ------
    ValueError
        If z is a single number, or its rows are empty.

    Notes
    -----
    z_k - log sum_j e^z_j, with the maximum subtracted first: exact where the probability itself
    would underflow to 0.

    Examples
    --------
    >>> log_softmax([0.0, 1000.0])
    array([-1000.,     0.])
    """
    z = _rows(z)
    shifted = z - z.max(axis=-1, keepdims=True)
    shifted -= np.log(row_sum(np.exp(shifted)))
    return shifted


def log_softmax_backward(dout, z):
    """Return dout_i - p_i sum_j dout_j for each row, with p = softmax(z).

    Raises
    ------
    ValueError
        If dout and z differ in shape.

    Examples
    --------
    >>> log_softmax_backward([1.0, 0.0], [0.0, 0.0])
    array([ 0.5, -0.5])
    """
    dout, z = floats(dout, z)
    same_shape(dout=dout, z=z)
    p = softmax(z)  # (..., K)
    p *= row_sum(dout)  # (..., 1)
    return dout - p  # (..., K)


def _rows(z):
    z = floats(z)
    if z.ndim == 0 or z.shape[-1] == 0:
        raise ValueError(f"softmax needs at least one score a row, got shape {z.shape}")
    return z


def maxout(x, W, b):
    """Give each unit P linear pieces and keep the largest: an activation that is learned.

    Parameters
    ----------
    x : array_like, shape (N, D)
    W : array_like, shape (P, D, M)
        Weights of the P pieces of M units.
    b : array_like, shape (P, M)

    Returns
    -------
    ndarray, shape (N, M)
        max over p of (x @ W[p] + b[p]), convex in x. ReLU is P = 2 with one piece constant 0.

    Raises
    ------
    ValueError
        If x is not (N, D), W not (P, D, M) or b not (P, M), or if there is no piece.

    References
    ----------
    Lecture 6.

    Examples
    --------
    >>> maxout([[2.0], [-3.0]], [[[1.0]], [[-1.0]]], [[0.0], [0.0]])
    array([[2.],
           [3.]])
    """
    return _pieces(x, W, b).max(axis=0)


def maxout_backward(dout, x, W, b):
    """Carry the gradient to the winning piece of each unit and row; return (dx, dW, db).

    Where pieces tie, the first one wins.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if x, W and b are none that `maxout` takes.

    Examples
    --------
    >>> dx, dW, db = maxout_backward([[1.0]], [[2.0]], [[[1.0]], [[-1.0]]], [[0.0], [0.0]])
    >>> dx
    array([[1.]])
    >>> dW.ravel()
    array([2., 0.])
    """
    dout, x, W, b = floats(dout, x, W, b)
    s = _pieces(x, W, b)  # (P, N, M)
    same_shape(dout=dout, output=s[0])
    wins = s.argmax(axis=0) == np.arange(len(W))[:, None, None]  # (P, N, M)
    ds = dout * wins  # (P, N, M)
    dx = (ds @ W.swapaxes(1, 2)).sum(axis=0)  # (N, D): every piece reads the same x
    dW = x.T @ ds  # (P, D, M)
    db = ds.sum(axis=1)  # (P, M)
    return dx, dW, db


def _pieces(x, W, b):
    x, W, b = floats(x, W, b)
    fits = x.ndim == 2 and W.ndim == 3 and x.shape[1] == W.shape[1]
    if not fits or b.shape != (len(W), W.shape[-1]) or not len(W):
        raise ValueError(
            f"maxout needs x (N, D), W (P, D, M) and b (P, M), got {x.shape}, {W.shape} "
            f"and {b.shape}"
        )
    return x @ W + b[:, None, :]


def dead_fraction(activations):
    """Return the share of units that are 0 on every row: ReLUs that no input wakes.

    Parameters
    ----------
    activations : array_like, shape (N, M)
        Outputs of M units on N rows, N at least 1.

    Returns
    -------
    float
        In [0, 1]. A unit dead on these rows may wake on others. Lecture 6.

    Raises
    ------
    ValueError
        If `activations` is not (N, M), or is empty.

    Examples
    --------
    >>> dead_fraction([[0.0, 1.0], [0.0, 0.0]])
    0.5
    """
    activations = floats(activations)
    if activations.ndim != 2 or activations.size == 0:
        raise ValueError(f"expected activations (N, M), not empty, got {activations.shape}")
    return float(np.mean(np.all(activations == 0, axis=0)))
