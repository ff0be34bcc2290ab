"""Convolution of a signal: one axis, one channel, nothing but the definition (Lecture 12).

Images, strides and pads: `dlcourse.reference.conv`.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dlcourse.reference.arguments import floats, output_gradient


def conv1d(x, w, flip=False):
    """Slide a filter along a signal, without padding.

    Parameters
    ----------
    x : ndarray, shape (I,)
    w : ndarray, shape (F,), F <= I
    flip : bool
        True gives the convolution of mathematics, which reads the filter from its end.

    Returns
    -------
    ndarray, shape (I - F + 1,)

    Raises
    ------
    ValueError
        If x is not (I,) or w not (F,), or if the filter is longer than the signal, or empty.

    References
    ----------
    Lecture 12.

    Examples
    --------
    >>> conv1d([1.0, 2.0, 4.0], [1.0, -1.0])
    array([-1., -2.])
    >>> conv1d([1.0, 2.0, 4.0], [1.0, -1.0], flip=True)
    array([1., 2.])
    """
    x, w = floats(x, w)
    _check_signal(x, w)
    return sliding_window_view(x, len(w)) @ (w[::-1] if flip else w)


def conv1d_backward(dout, x, w, flip=False):
    """Carry the gradient `dout`, shape (I - F + 1,), through `conv1d`; return (dx, dw).

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if x and w are none that `conv1d` takes.

    Examples
    --------
    >>> dx, dw = conv1d_backward([1.0, 1.0], [1.0, 2.0, 4.0], [1.0, -1.0])
    >>> dx
    array([ 1.,  0., -1.])
    >>> dw
    array([3., 6.])
    """
    dout, x, w = floats(dout, x, w)
    _check_signal(x, w)
    output_gradient(dout, (len(x) - len(w) + 1,))
    dx = np.convolve(dout, w[::-1] if flip else w, mode="full")  # (I,)
    dw = sliding_window_view(x, len(dout)) @ dout  # (F,)
    return dx, (dw[::-1] if flip else dw)


def _check_signal(x, w):
    if x.ndim != 1 or w.ndim != 1 or not 1 <= len(w) <= len(x):
        raise ValueError(
            f"a signal (I,) takes a filter (F,) that is not longer; got x {x.shape}, w {w.shape}"
        )
