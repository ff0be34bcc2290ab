"""Transposed convolution: the way from small maps to large ones (Lectures 12 and 15)."""

import numpy as np

from dlcourse.reference.arguments import floats, output_gradient, whole_numbers
from dlcourse.reference.conv import col2im, conv2d, conv2d_weight_gradient
from dlcourse.reference.conv_shapes import pair


def conv_transpose2d(x, w, b, stride=1, padding=0):
    """Let every pixel paint a filter onto the output, `stride` pixels from its neighbour's.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
    w : array_like, shape (C, K, F_h, F_w)
        One filter from each input channel to each of K output channels, input first, as PyTorch
        has it.
    b : array_like, shape (K,), or None
    stride : int or pair of int
        Pixels of the output between two pixels of the input; a pair is for (rows, columns).
    padding : int or pair of int
        Pixels that are cut off all around the output.

    Returns
    -------
    ndarray, shape (N, K, (H - 1) stride + F_h - 2 padding, (W - 1) stride + F_w - 2 padding)
        With the stride and padding of each axis.

    Raises
    ------
    ValueError
        If the shapes do not belong together, or padding leaves nothing.

    Notes
    -----
    It is the gradient of a convolution with respect to its image, used forwards; it does not undo
    the convolution. Where the stride does not divide the filter, pixels are painted unequally
    often: a checkerboard.

    References
    ----------
    Lecture 15. Twin: `dlcourse.twins.conv_transpose.conv_transpose2d`.

    Examples
    --------
    >>> conv_transpose2d([[[[1.0, 10.0]]]], np.ones((1, 1, 1, 3)), [0.0], stride=2)
    array([[[[ 1.,  1., 11., 10., 10.]]]])
    """
    x, w, b = (*floats(x, w), None) if b is None else floats(x, w, b)
    size = _output_shape(x, w, stride, padding)
    if b is not None and b.shape != w.shape[1:2]:
        raise ValueError(f"one bias a filter: w {w.shape} takes b {w.shape[1:2]}; got b {b.shape}")
    filters = w.reshape(len(w), -1).T  # (K F_h F_w, C)
    pixels = x.reshape(*x.shape[:2], x.shape[2] * x.shape[3])  # (N, C, H W)
    painted = filters @ pixels  # (N, K F_h F_w, H W): a filter for each pixel
    out = col2im(painted, size, w.shape[2:], stride, padding)
    return out if b is None else out + b.reshape(-1, 1, 1)


def conv_transpose2d_backward(dout, x, w, stride=1, padding=0):
    """Carry a gradient through a transposed convolution: by a convolution.

    Parameters
    ----------
    dout : array_like, shape (N, K, H', W')
        Gradient of the loss with respect to the output.
    x, w, stride, padding
        The inputs given to `conv_transpose2d`.

    Returns
    -------
    dx, dw, db : ndarray
        In the shapes of x, w and b.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if x (N, C, H, W) and w (C, K, F_h, F_w) do not
        fit, or if padding leaves nothing.

    Examples
    --------
    >>> dout, w = np.ones((1, 1, 1, 5)), np.ones((1, 1, 1, 3))
    >>> conv_transpose2d_backward(dout, [[[[1.0, 10.0]]]], w, stride=2)[0]
    array([[[[3., 3.]]]])
    """
    x, w = floats(x, w)
    dout = output_gradient(dout, _output_shape(x, w, stride, padding), x.dtype)  # (N, K, H', W')
    dx = conv2d(dout, w, np.zeros(len(w), w.dtype), stride, padding)  # (N, C, H, W)
    dw = conv2d_weight_gradient(x, dout, w.shape, stride, padding)  # (C, K, F_h, F_w)
    return dx, dw, dout.sum(axis=(0, 2, 3))  # db: (K,)


def _output_shape(x, w, stride, padding):
    if x.ndim != 4 or w.ndim != 4 or x.shape[1] != w.shape[0]:
        raise ValueError(f"x (N, C, H, W) and w (C, K, F, F) do not fit: got {x.shape}, {w.shape}")
    strides = [whole_numbers(stride=S)[0] for S in pair(stride, "stride")]
    pads = [whole_numbers(0, padding=P)[0] for P in pair(padding, "padding")]
    sizes = [
        (size - 1) * S + F - 2 * P
        for size, F, S, P in zip(x.shape[2:], w.shape[2:], strides, pads, strict=True)
    ]
    if min(sizes) < 1 or 0 in x.shape[1:] or 0 in w.shape:
        raise ValueError(
            f"nothing is left: x {x.shape} and w {w.shape} with stride {stride} and padding "
            f"{padding} give {sizes}"
        )
    return len(x), w.shape[1], *sizes
