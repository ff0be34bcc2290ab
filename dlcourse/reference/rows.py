"""Sums and statistics along the last axis, also of many and of large numbers (Lectures 3 and 8)."""

import numpy as np

from dlcourse.reference.arguments import floats, real_numbers
from dlcourse.reference.lengths import MANY, power_of_two


def add_up(subscripts, count, *factors):
    """Sum products by `np.einsum`, without making them, in float64 where `count` numbers are many.

    A large float32 loses what is added to it, and float64 takes twice the time. `subscripts` and
    `factors` are those of einsum; the sum has the type of the factors.

    Examples
    --------
    >>> add_up("nd,nd->d", 2, np.ones((2, 3)), np.ones((2, 3)))
    array([2., 2., 2.])
    """
    dtype = np.result_type(*factors)
    wide = np.result_type(dtype, np.float64) if count > MANY else dtype
    return np.einsum(subscripts, *factors, dtype=wide).astype(dtype, copy=False)


def row_sum(*factors):
    """Sum an array, or the product of two `factors`, over the last axis, which stays with size 1.

    Examples
    --------
    >>> row_sum(np.ones((2, 3))), row_sum(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    (array([[3.],
           [3.]]), array([11.]))
    """
    count = factors[0].shape[-1]
    if len(factors) == 2 and count <= MANY:
        return np.vecdot(*factors)[..., None]  # the same sum, in half of einsum's time
    return add_up(",".join(["...d"] * len(factors)) + "->...", count, *factors)[..., None]


def normalize_rows(x, eps):
    """Shift and scale each row, the last axis, to mean 0 and variance 1.

    Parameters
    ----------
    x : array_like, shape (..., D)
    eps : float
        Added to the biased variance, inside the root.

    Returns
    -------
    x_hat : ndarray, shape of x
    s : ndarray, shape (..., 1)
        What the centered rows were divided by: the root of variance plus eps.

    Raises
    ------
    ValueError
        If x has no rows of one number or more.

    Notes
    -----
    Where squares do not fit, above 1e19 in float32, or lose digits and eps is 0, the rows are first
    divided by a power of 2 near their largest number, which rounds nothing. PyTorch's gives 0 and
    NaN there.

    Examples
    --------
    >>> normalize_rows([[0.0, 2.0], [-1e200, 1e200]], eps=0.0)
    (array([[-1.,  1.],
           [-1.,  1.]]), array([[1.e+000],
           [1.e+200]]))
    """
    x, (eps,) = floats(x), real_numbers(0, eps=eps)
    if x.ndim < 1 or x.shape[-1] == 0:
        raise ValueError(f"a row needs a number to have a mean, got shape {x.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        centered, var = _centered(x)
    unit, fits = 1, has_its_digits(var, eps)
    if not np.all(fits):
        unit = np.where(fits, 1, power_of_two(x, axis=-1))
        centered, var = _centered(x / unit)
    s = np.sqrt(var + eps / unit / unit)
    centered /= s  # ours: no further copy
    return centered, s * unit


def has_its_digits(var, eps):
    """Tell where `var`, a mean of squares, fits and has lost no digits that `eps` does not hide.

    Examples
    --------
    >>> has_its_digits(np.array([np.inf, 1e-310, 1.0]), 0.0)
    array([False, False,  True])
    """
    kind = np.finfo(var.dtype)
    return np.isfinite(var) & (var + eps > kind.tiny / kind.eps)


def _centered(x):
    D = x.shape[-1]
    centered = x - row_sum(x) / D
    return centered, row_sum(centered, centered) / D
