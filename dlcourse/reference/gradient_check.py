"""The referee: gradients by nudging every number up and down (Lecture 4)."""

import numpy as np

from dlcourse.reference.arguments import floats, plain, same_shape

LEAST = 1e-6  # of a number: a smaller nudge is lost when it is added


def numerical_gradient(f, x, h=1e-5):
    """Estimate the gradient of f at x by central differences.

    Parameters
    ----------
    f : callable
        Takes an array like x, returns a number.
    x : array_like, any shape
        Left as it is: f sees a copy in float64, whatever the type of x.
    h : float
        Half the distance between the two points, but at least 1e-6 of a number itself, since
        1e12 + 1e-5 rounds to 1e12. 1e-5 suits float64: the formula errs by about h^2 f''' / 6,
        rounding by about 1e-16 |f| / h.

    Returns
    -------
    ndarray, shape of x
        In the float type of x.

    Raises
    ------
    ValueError
        If h is not above 0, or if f returns more than one number.

    Notes
    -----
    The one-sided difference (f(x + h) - f(x)) / h errs by h f'' / 2, about 1e5 times more. At a
    kink the two sides are averaged: |x| has slope 0 at 0 here, ReLU one half.

    References
    ----------
    Lecture 4. Costs two evaluations of f for every number in x.

    Examples
    --------
    >>> numerical_gradient(lambda x: np.sum(x**2), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    x = floats(x)
    if not h > 0:
        raise ValueError(f"h must be above 0, got {h}")
    point = x.astype(np.float64)  # a copy, and precise enough for a difference of 1e-5
    gradient = np.zeros_like(point)
    for i in np.ndindex(point.shape):
        kept = point[i]
        nudge = max(plain(h), LEAST * abs(kept))
        point[i] = kept + nudge
        above = _number(f(point))
        point[i] = kept - nudge
        below = _number(f(point))
        point[i] = kept
        gradient[i] = (above - below) / (2 * nudge)
    return gradient.astype(x.dtype)


def _number(result):
    if np.size(result) != 1:
        raise ValueError(
            f"f must return one number, got shape {np.shape(result)}: take a mean or a sum"
        )
    return float(np.reshape(result, ()))


def relative_error(a, b):
    """Compare two gradients: the largest |a - b| / max(|a|, |b|), and 0 where both are 0.

    Raises
    ------
    ValueError
        If a and b differ in shape.

    Notes
    -----
    For a right gradient in float64 and h = 1e-5 expect below 1e-7; between 1e-4 and 1e-2 look for
    a kink or a small factor; above that the formula is wrong. An absolute error says nothing:
    1e-6 is much for gradients of size 1e-6.

    References
    ----------
    Lecture 4. Returns a float; an empty array has error 0.

    Examples
    --------
    >>> relative_error([1.0, 0.0], [0.5, 0.0])
    0.5
    """
    a, b = floats(a, b)
    same_shape(a=a, b=b)
    size = np.maximum(np.abs(a), np.abs(b))
    size = np.where(size == 0, 1, size)  # divide first: a - b may overflow
    return float(np.max(np.abs(a / size - b / size), initial=0.0))
