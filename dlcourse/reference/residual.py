"""The residual block: what layers learn is added to what they were given (Lecture 13)."""

import numpy as np

from dlcourse.reference.activations import relu, relu_backward
from dlcourse.reference.arguments import floats, output_gradient
from dlcourse.reference.conv import conv2d, conv2d_backward
from dlcourse.reference.linear import linear, linear_backward


def residual_block(x, w1, b1, w2, b2, shortcut=None):
    """Add the input of two layers to their output, then rectify.

    Parameters
    ----------
    x : ndarray, shape (N, D) or (N, C, H, W)
    w1, w2 : ndarray
        Dense weights (D, M) and (M, D), or odd-sized filters (M, C, F, F) and (C, M, F, F).
    b1, b2 : ndarray, shapes (M,) and (D,) or (C,)
    shortcut : callable or None
        What x passes on its way around the layers; None is the identity.

    Returns
    -------
    ndarray
        ``relu(relu(x w1 + b1) w2 + b2 + shortcut(x))``; convolutions have stride 1 and 'same'
        padding.

    Raises
    ------
    ValueError
        If the shortcut's shape is not that of the second layer's output.

    Notes
    -----
    The sum comes before the last rectifier. With w2 = 0 and b2 = 0 a rectified x passes unchanged:
    a block can only add to what is there.

    References
    ----------
    Lecture 13; He et al. (2015). Twin: `dlcourse.twins.residual.residual_block`.

    Examples
    --------
    >>> residual_block([[1.0]], [[1.0]], [0.0], [[2.0]], [0.0])
    array([[3.]])
    """
    _, sums = _forward(x, w1, b1, w2, b2, shortcut)
    return relu(sums)


def residual_block_backward(dout, x, w1, b1, w2, b2, shortcut=None, shortcut_backward=None):
    """Carry a gradient through `residual_block`.

    Parameters
    ----------
    dout : ndarray, shape of the output
    x, w1, b1, w2, b2, shortcut
        The inputs given to `residual_block`.
    shortcut_backward : callable or None
        Takes a gradient and x, returns the gradient of x; needed where there is a shortcut.

    Returns
    -------
    dx, dw1, db1, dw2, db2 : ndarray

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if only one of shortcut and shortcut_backward is
        given, or if the shortcut has not the shape of the layers' output.

    Notes
    -----
    The gradient reaches x on two paths, which add: through the layers, and around them unweakened.

    Examples
    --------
    >>> residual_block_backward([[1.0]], [[1.0]], [[1.0]], [0.0], [[2.0]], [0.0])[0]
    array([[3.]])
    """
    if (shortcut is None) != (shortcut_backward is None):
        raise ValueError("give shortcut and shortcut_backward, or neither")
    hidden, sums = _forward(x, w1, b1, w2, b2, shortcut)
    dsums = output_gradient(dout, sums.shape, sums.dtype)  # (N, D); as for dense layers
    dsums = relu_backward(dsums, sums)  # (N, D)
    dhidden, dw2, db2 = _layer_backward(dsums, relu(hidden), w2, b2)  # (N, M), (M, D), (D,)
    dhidden = relu_backward(dhidden, hidden)  # (N, M)
    dx, dw1, db1 = _layer_backward(dhidden, x, w1, b1)  # (N, D), (D, M), (M,)
    around = dsums if shortcut is None else shortcut_backward(dsums, x)  # (N, D)
    dx = dx + around  # (N, D)
    return dx, dw1, db1, dw2, db2


def _forward(x, w1, b1, w2, b2, shortcut):
    """Return what enters the first and the second rectifier."""
    x = floats(x)
    hidden = _layer(x, w1, b1)
    out = _layer(relu(hidden), w2, b2)
    around = np.asarray(x if shortcut is None else shortcut(x))
    if around.shape != out.shape:
        raise ValueError(
            f"the layers give {out.shape} and the shortcut {around.shape}: a shortcut that changes "
            f"the shape, such as a 1 x 1 convolution, makes them equal"
        )
    return hidden, out + around


def _layer(x, w, b):
    return conv2d(x, w, b, padding="same") if np.ndim(w) == 4 else linear(x, w, b)


def _layer_backward(dout, x, w, b):
    if np.ndim(w) == 4:
        return conv2d_backward(dout, x, w, padding="same")
    return linear_backward(dout, x, w, b)
