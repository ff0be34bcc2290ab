"""The length of an array of numbers, also where its squares do not fit (Lectures 9, 10 and 17)."""

import numpy as np

from dlcourse.reference.arguments import floats

MANY = 2**15  # float32 numbers: the sum of more may be off by a share of 2**15 roundings, 0.002


def euclidean_norm(a, axis=None):
    """Return the root of the sum of squares, over all numbers or along one axis.

    Parameters
    ----------
    a : array_like, any shape
    axis : int, optional
        Along which the squares are added; all of them if not given.

    Returns
    -------
    float or ndarray
        0 for no numbers, NaN where one is NaN.

    Raises
    ------
    ValueError
        If there is no such axis.

    Notes
    -----
    The square of 1e200 overflows in float64, that of 1e20 in float32, and those of 1e-200 and 1e-30
    vanish. Where that happened the numbers are first divided by a power of 2 near the largest,
    which rounds nothing. Squares are added up in float64: 2**24 + 1 is no float32.

    Examples
    --------
    >>> print(f"{euclidean_norm([3e200, 4e200]):.1e}")
    5.0e+200
    >>> euclidean_norm([[3.0, 0.0], [4.0, 0.0]], axis=0)
    array([5., 0.])
    """
    a = floats(a)
    if axis is None:
        a, axis = a.ravel(), 0
    _check_axis(a, axis)
    with np.errstate(over="ignore", under="ignore"):
        norm = _root_of_squares(a, axis)
        limits = np.finfo(a.dtype)
        if np.all((norm > np.sqrt(limits.tiny / limits.eps)) & (norm < np.inf)):
            return norm
        scale = power_of_two(a, axis)
        return _root_of_squares(a / scale, axis) * np.squeeze(scale, axis=axis)


def power_of_two(a, axis):
    """Return the power of 2 at or below the largest magnitude of `a` along `axis`, which stays.

    To divide by it rounds nothing but what vanishes, and then squares fit. Where there is no
    number, or the largest is 0, infinite or NaN, it is 1.

    Raises
    ------
    ValueError
        If there is no such axis.

    Examples
    --------
    >>> power_of_two(np.array([[3.0, -5.0], [0.0, 0.0]]), axis=1)
    array([[4.],
           [1.]])
    """
    a = floats(a)
    _check_axis(a, axis)
    largest = np.max(np.abs(a), axis=axis, keepdims=True, initial=0)
    usual = (largest > 0) & (largest < np.inf)
    exponent = np.frexp(np.where(usual, largest, 1))[1] - 1
    return np.ldexp(np.ones_like(largest), exponent)


def _check_axis(a, axis):
    if not -a.ndim <= axis < a.ndim:
        raise ValueError(f"there is no axis {axis} in an array of shape {a.shape}")


def _root_of_squares(a, axis):
    total = np.sum(a * a, axis=axis, dtype=np.result_type(a, np.float64))
    return np.sqrt(total).astype(a.dtype)
