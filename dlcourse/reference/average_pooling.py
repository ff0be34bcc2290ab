"""Average pooling, and LeNet-5's pooling by sums, forward and backward (Lectures 12 and 13).

Windows lie as in `dlcourse.reference.pooling`, and are added up by rows and then by columns.
"""

import numpy as np

from dlcourse.reference.arguments import floats, output_gradient
from dlcourse.reference.pool_windows import Windows


def avg_pool2d(
    x,
    kernel_size=2,
    stride=2,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    dilation=1,
):
    """Average the numbers under each window.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
    kernel_size, stride, padding, ceil_mode, dilation
        As in `dlcourse.reference.pooling.max_pool2d`, the order as in PyTorch, whose avg_pool2d
        knows no dilation.
    count_include_pad : bool
        Whether the layer's pads, which are zeros, count as numbers. False divides by the pixels
        that the window sees.

    Returns
    -------
    ndarray, shape (N, C, H', W')

    Raises
    ------
    ValueError
        If x is not (N, C, H, W), or if a window would see no pixel or fits nowhere.

    Notes
    -----
    Where a window of ``ceil_mode`` reaches beyond image and pads, nothing is counted.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.average_pooling.avg_pool2d`.

    Examples
    --------
    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    >>> avg_pool2d(np.ones((1, 1, 1, 2)), padding=(1, 0), stride=1)
    array([[[[0.5],
             [0.5]]]])
    >>> avg_pool2d(np.ones((1, 1, 1, 2)), padding=(1, 0), stride=1, count_include_pad=False)
    array([[[[1.],
             [1.]]]])
    """
    x = floats(x)
    windows = Windows(x, kernel_size, stride, padding, dilation, ceil_mode)
    sums = windows.combine(np.add, windows.pad(x, 0))
    return sums / _counted(windows, count_include_pad, x.dtype)


def avg_pool2d_backward(
    dout,
    x,
    kernel_size=2,
    stride=2,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    dilation=1,
):
    """Share each gradient in `dout` equally among what `avg_pool2d` counted; shape of x.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if x is not (N, C, H, W), or if a window would see
        no pixel or fits nowhere.

    Examples
    --------
    >>> avg_pool2d_backward([[[[4.0]]]], np.zeros((1, 1, 2, 2)))
    array([[[[1., 1.],
             [1., 1.]]]])
    """
    x = floats(x)
    windows = Windows(x, kernel_size, stride, padding, dilation, ceil_mode)
    dout = output_gradient(dout, windows.shape, x.dtype)  # (N, C, H', W')
    shares = dout / _counted(windows, count_include_pad, x.dtype)  # (N, C, H', W')
    return windows.spread(shares)  # (N, C, H, W)


def _counted(windows, count_include_pad, dtype):
    """Count the numbers of each window: one number if none reaches for pads, else (H', W')."""
    rows, columns = windows.rows, windows.columns
    if not any(rows.around() + columns.around()):
        return int(rows.kernel_size) * int(columns.kernel_size)
    counts = (
        axis.taps_between(-axis.start, axis.size + axis.end)
        if count_include_pad
        else axis.taps_between(0, axis.size)
        for axis in (rows, columns)
    )
    return np.outer(*counts).astype(dtype)


def global_average_pool(x):
    """Average each feature map of x to one number: (N, C, H, W) becomes (N, C).

    Raises
    ------
    ValueError
        If x is not (N, C, H, W), or if its maps have no pixels.

    References
    ----------
    Lecture 13.

    Examples
    --------
    >>> global_average_pool(np.arange(4.0).reshape(1, 1, 2, 2))
    array([[1.5]])
    """
    x = _images(x)
    if 0 in x.shape[2:]:
        raise ValueError(f"an empty feature map has no average; got shape {x.shape}")
    return x.mean(axis=(2, 3))


def global_average_pool_backward(dout, x):
    """Share each gradient in `dout`, (N, C), equally among all pixels of its map; shape of x.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if x is not (N, C, H, W).

    Examples
    --------
    >>> global_average_pool_backward([[4.0]], np.zeros((1, 1, 2, 2)))
    array([[[[1., 1.],
             [1., 1.]]]])
    """
    x = _images(x)
    dout = output_gradient(dout, x.shape[:2], x.dtype)  # (N, C)
    share = dout[:, :, None, None] / (x.shape[2] * x.shape[3])  # (N, C, 1, 1)
    return np.broadcast_to(share, x.shape).copy()  # (N, C, H, W)


def subsample(x, w, b, kernel_size=2, stride=2):
    """Add up each window, times a weight plus a bias of its channel: LeNet-5's pooling.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
    w, b : ndarray, shape (C,)
        Two trained numbers a map, so that a layer can blur (small w) or switch hard (large w).
    kernel_size, stride : int or pair of int

    Returns
    -------
    ndarray, shape (N, C, H', W')
        The squashing function that follows in LeNet-5 is not applied here.

    Raises
    ------
    ValueError
        If x is not (N, C, H, W), if a window fits nowhere, or if there is not one coefficient and
        bias a channel.

    Notes
    -----
    The window's sum, not its mean, as LeCun et al. (1998) write it.

    References
    ----------
    Lecture 13. Twin: `dlcourse.twins.average_pooling.subsample`.

    Examples
    --------
    >>> subsample(np.ones((1, 1, 2, 2)), [10.0], [0.5])
    array([[[[40.5]]]])
    """
    x, w, b = floats(x, w, b)
    sums = Windows(x, kernel_size, stride).combine(np.add, x)
    _check_a_number_a_channel(sums, w, b)
    return sums * w[:, None, None] + b[:, None, None]


def subsample_backward(dout, x, w, kernel_size=2, stride=2):
    """Carry the gradient `dout` through `subsample`; return (dx, dw, db).

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if x is not (N, C, H, W), or if there is not one
        coefficient a channel.

    Examples
    --------
    >>> dx, dw, db = subsample_backward([[[[1.0]]]], np.ones((1, 1, 2, 2)), [10.0])
    >>> dx[0, 0], dw, db
    (array([[10., 10.],
           [10., 10.]]), array([4.]), array([1.]))
    """
    x, w = floats(x, w)
    windows = Windows(x, kernel_size, stride)
    dout = output_gradient(dout, windows.shape, x.dtype)  # (N, C, H', W')
    _check_a_number_a_channel(x, w)
    sums = windows.combine(np.add, x)  # (N, C, H', W')
    dx = windows.spread(dout * w[:, None, None])  # (N, C, H, W), w (C,)
    dw = (dout * sums).sum(axis=(0, 2, 3))  # (C,)
    db = dout.sum(axis=(0, 2, 3))  # (C,)
    return dx, dw, db


def _images(x):
    x = floats(x)
    if x.ndim != 4:
        raise ValueError(f"images come as (N, C, H, W); got shape {x.shape}")
    return x


def _check_a_number_a_channel(x, *vectors):
    for values in vectors:
        if values.shape != x.shape[1:2]:
            raise ValueError(f"one number for each of {x.shape[1]} channels; got {values.shape}")
