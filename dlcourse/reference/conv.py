"""Convolution of images, forward and backward (Lecture 12); signals: `dlcourse.reference.conv1d`.

A layer slides K filters over its input and takes a dot product at every position. Deep learning
calls this convolution although the filter is not flipped: mathematics calls it cross-correlation.
`flip_kernel` turns the one into the other.

Two dimensions become one matrix product. `im2col` lays the window under each filter position
out as a column, C F F numbers long; a filter, laid out as a row, times all columns is its output
map. Backwards the same matrix gives the gradient of the filters, and `col2im` adds the gradient
of each column back to the pixels it was copied from. A pixel stands in up to F F columns, so the
matrix is made for a few images at a time, small enough to stay in the processor's cache.
"""

import math

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dlcourse.reference.arguments import floats, in_own_order, output_gradient, plain
from dlcourse.reference.conv_shapes import conv_output_size, padding_amounts, pair

NUMBERS_AT_ONCE = 2**18  # of an im2col matrix: 1 MiB in float32


def conv2d(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    """Slide K filters over a batch of images.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
    w : ndarray, shape (K, C / groups, F_h, F_w)
    b : ndarray, shape (K,), or None
    stride, dilation : int or pair of int
        Pixels from one position to the next, and from one filter tap to the next; a pair is for
        (rows, columns).
    padding : int, "valid", "same", "same_lower" or "full", or a pair of these
        Zeros around the image, as many before as after; or a mode of `conv_shapes`. In a pair, a
        pair in its turn gives the zeros (before, after).
    groups : int
        Channels and filters are cut into that many parts that do not see each other.

    Returns
    -------
    ndarray, shape (N, K, H', W')
        Sizes by `dlcourse.reference.conv_shapes.conv_output_size`.

    Raises
    ------
    ValueError
        If the shapes do not belong together or the filter does not fit.

    Notes
    -----
    Cross-correlation, as in PyTorch: ``out[n, k, i, j]`` is ``b[k]`` plus the sum over c, u, v of
    ``w[k, c, u, v] * x[n, c, i * stride + u, j * stride + v]``.
    "same" with an odd number of zeros puts the extra one at the end, as PyTorch does; "same_lower"
    at the start.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.conv.conv2d`.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d(x, np.ones((1, 1, 2, 2)), [100.0])
    array([[[[108., 112.],
             [120., 124.]]]])
    """
    x, w, b = (*floats(x, w), None) if b is None else floats(x, w, b)
    groups = plain(groups)
    _check_shapes(x.shape, w.shape, groups)
    if b is not None and b.shape != w.shape[:1]:
        raise ValueError(f"one bias a filter: w {w.shape} takes b ({len(w)},); got b {b.shape}")
    N, K = len(x), len(w)
    height, width = _output_sizes(x.shape, w.shape, stride, padding, dilation)
    filters = w.reshape(groups, K // groups, -1)
    out = np.empty((N, groups, K // groups, height * width), np.result_type(x, w))
    for images, columns in _columns(x, w.shape, stride, padding, dilation, groups):
        np.matmul(filters, columns, out=out[images])
        if b is not None:
            out[images] += b.reshape(groups, -1, 1)
    return out.reshape(N, K, height, width)


def conv2d_backward(dout, x, w, stride=1, padding=0, dilation=1, groups=1):
    """Carry a gradient through a convolution.

    Parameters
    ----------
    dout : ndarray, shape (N, K, H', W')
        Gradient of the loss with respect to ``conv2d(x, w, b, ...)``.
    x, w, stride, padding, dilation, groups
        The inputs given to `conv2d`.

    Returns
    -------
    dx, dw : ndarray, shapes of x and w
    db : ndarray, shape (K,)

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if x (N, C, H, W) and w (K, C / groups, F_h, F_w)
        do not fit, if groups does not divide K, or if the filter does not fit into the padded
        image.

    Notes
    -----
    A first layer needs no dx: call `conv2d_weight_gradient` alone.

    References
    ----------
    Lecture 12. Twin: autograd through `dlcourse.twins.conv.conv2d`.

    Examples
    --------
    >>> x, w = np.arange(9.0).reshape(1, 1, 3, 3), np.ones((1, 1, 2, 2))
    >>> dx, dw, db = conv2d_backward(np.ones((1, 1, 2, 2)), x, w)
    >>> dx[0, 0]
    array([[1., 2., 1.],
           [2., 4., 2.],
           [1., 2., 1.]])
    >>> dw[0, 0]
    array([[ 8., 12.],
           [20., 24.]])
    >>> db
    array([4.])
    """
    dw = conv2d_weight_gradient(
        dout, x, np.shape(w), stride, padding, dilation, groups
    )  # (K, C / groups, F_h, F_w)
    dx = conv2d_input_gradient(
        dout, w, np.shape(x), stride, padding, dilation, groups
    )  # (N, C, H, W)
    db = floats(dout, w)[0].sum(axis=(0, 2, 3))  # (K,): one bias serves every pixel of every image
    return dx, dw, db


def conv2d_weight_gradient(dout, x, w_shape, stride=1, padding=0, dilation=1, groups=1):
    """Return the gradient of the filters: each output's gradient times the window it saw.

    Arguments are those of `conv2d_backward`; of the filters only the shape `w_shape` matters.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if x (N, C, H, W) and w (K, C / groups, F_h, F_w)
        do not fit, if groups does not divide K, or if the filter does not fit into the padded
        image.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> conv2d_weight_gradient(np.ones((1, 1, 2, 2)), x, (1, 1, 2, 2))
    array([[[[ 8., 12.],
             [20., 24.]]]])
    """
    dout, x, groups = *floats(dout, x), plain(groups)
    _check_dout(dout, x.shape, w_shape, stride, padding, dilation, groups)
    N, K, height, width = dout.shape
    dout = dout.reshape(N, groups, K // groups, height * width)  # from (N, K, H', W')
    dw = np.zeros((groups, K // groups, math.prod(w_shape[1:])), np.result_type(dout, x))
    for images, columns in _columns(x, w_shape, stride, padding, dilation, groups):
        dw += (dout[images] @ columns.swapaxes(2, 3)).sum(axis=0)  # (groups, K / groups, taps)
    return dw.reshape(w_shape)  # (K, C / groups, F_h, F_w)


def conv2d_input_gradient(dout, w, x_shape, stride=1, padding=0, dilation=1, groups=1):
    """Return the gradient of the image: every pixel collects from all windows it stood in.

    Arguments are those of `conv2d_backward`; of the image only the shape `x_shape` matters.

    Raises
    ------
    ValueError
        If dout has not the shape of the output, if x (N, C, H, W) and w (K, C / groups, F_h, F_w)
        do not fit, if groups does not divide K, or if the filter does not fit into the padded
        image.

    Examples
    --------
    >>> dout, w = np.ones((1, 1, 2, 2)), np.ones((1, 1, 2, 2))
    >>> conv2d_input_gradient(dout, w, (1, 1, 3, 3))
    array([[[[1., 2., 1.],
             [2., 4., 2.],
             [1., 2., 1.]]]])
    """
    dout, w, groups = *floats(dout, w), plain(groups)
    _check_dout(dout, x_shape, w.shape, stride, padding, dilation, groups)
    N, K, height, width = dout.shape
    filters = w.reshape(groups, K // groups, -1).swapaxes(1, 2)  # (groups, taps, K / groups)
    fold = col2im
    if pair(stride) == (1, 1) and np.isfinite(w).all():
        fold = _col2im_long_rows  # the common case has a faster sum, with rows as wide as padded
        width = x_shape[3] + sum(_pads(x_shape, w.shape[2:], stride, padding, dilation)[1])
    dx = np.empty(x_shape, np.result_type(dout, w))
    for images in _few_images(N, groups * filters.shape[1] * height * width):
        upstream = _pad(dout[images], (0, 0), (0, width - dout.shape[3]))
        upstream = upstream.reshape(-1, groups, K // groups, height * width)  # n images of N
        columns = (filters @ upstream).reshape(len(upstream), -1, height * width)  # (n, C taps, P)
        shape = (len(upstream), *x_shape[1:])
        dx[images] = fold(columns, shape, w.shape[2:], stride, padding, dilation)  # (n, C, H, W)
    return dx


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    """Lay the window under each filter position out as a column.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
    kernel_size : int or pair of int
    stride, padding, dilation
        As in `conv2d`.

    Returns
    -------
    ndarray, shape (N, C * F_h * F_w, H' * W')
        Rows go through channels, then filter rows, then filter columns: the order of
        ``w.reshape(K, -1)``. Columns go through the positions row by row. For a 1 x 1 filter
        this is a view of x.

    Raises
    ------
    ValueError
        If x is not (N, C, H, W), or if the window does not fit into the padded image.

    References
    ----------
    Lecture 12. Oracle: `torch.nn.functional.unfold`.

    Examples
    --------
    >>> im2col(np.arange(9).reshape(1, 1, 3, 3), kernel_size=2)
    array([[[0, 1, 3, 4],
            [1, 2, 4, 5],
            [3, 4, 6, 7],
            [4, 5, 7, 8]]])
    """
    x, (F_h, F_w) = in_own_order(np.asarray(x)), pair(kernel_size, "kernel_size")
    height, width = _output_sizes(x.shape, (1, 1, F_h, F_w), stride, padding, dilation)
    windows = _windows(x, (F_h, F_w), stride, padding, dilation)
    return windows.reshape(len(x), x.shape[1] * F_h * F_w, height * width)


def col2im(columns, x_shape, kernel_size, stride=1, padding=0, dilation=1):
    """Add each column back to the pixels of its window: the transpose of `im2col`.

    Parameters
    ----------
    columns : ndarray, shape (N, C * F_h * F_w, H' * W')
    x_shape : tuple
        (N, C, H, W) of the images to make.
    kernel_size, stride, padding, dilation
        As in `im2col`.

    Returns
    -------
    ndarray, shape x_shape

    Raises
    ------
    ValueError
        If `columns` is not what `im2col` makes of images of that shape, or if the window does not
        fit.

    Notes
    -----
    Not the inverse of `im2col`: a pixel that stood in four windows comes back four times.

    References
    ----------
    Lecture 12. Oracle: `torch.nn.functional.fold`.

    Examples
    --------
    >>> col2im(np.ones((1, 4, 4)), (1, 1, 3, 3), kernel_size=2)
    array([[[[1., 2., 1.],
             [2., 4., 2.],
             [1., 2., 1.]]]])
    """
    columns = floats(columns)
    (N, C, H, W), (F_h, F_w) = x_shape, pair(kernel_size, "kernel_size")
    height, width = _output_sizes(x_shape, (1, 1, F_h, F_w), stride, padding, dilation)
    if columns.shape != (N, C * F_h * F_w, height * width):
        raise ValueError(
            f"images {x_shape} have columns of shape {(N, C * F_h * F_w, height * width)}; "
            f"got {columns.shape}"
        )
    columns = columns.reshape(N, C, F_h, F_w, height, width)
    (top, bottom), (left, right) = _pads(x_shape, (F_h, F_w), stride, padding, dilation)
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    x = np.zeros((N, C, top + H + bottom, left + W + right), columns.dtype)
    for u, v in np.ndindex(F_h, F_w):
        rows = slice(u * D_h, u * D_h + S_h * height, S_h)
        cols = slice(v * D_w, v * D_w + S_w * width, S_w)
        x[:, :, rows, cols] += columns[:, :, u, v]
    return x[:, :, top : top + H, left : left + W]


def _col2im_long_rows(columns, x_shape, kernel_size, stride, padding, dilation):
    """Do `col2im` for stride 1, faster, on columns whose rows are as wide as the padded image.

    Then the tap (u, v) is ``D_h u width + D_w v`` pixels further on for the flattened image as a
    whole: one long sum instead of one a row. The surplus columns hold zeros and add nothing, unless
    a filter is infinite: 0 times infinity is NaN.
    """
    (N, C, H, W), (F_h, F_w) = x_shape, kernel_size
    (top, bottom), (left, right) = _pads(x_shape, kernel_size, 1, padding, dilation)
    D_h, D_w = pair(dilation)
    height, width = top + H + bottom, left + W + right
    columns = columns.reshape(N, C, F_h, F_w, -1)
    x = np.zeros((N, C, height * width), columns.dtype)
    for u, v in np.ndindex(F_h, F_w):
        start = D_h * u * width + D_w * v
        length = min(columns.shape[-1], height * width - start)
        x[:, :, start : start + length] += columns[:, :, u, v, :length]
    return x.reshape(N, C, height, width)[:, :, top : top + H, left : left + W]


def flip_kernel(w):
    """Turn filters by half a turn: ``conv2d(x, flip_kernel(w), b)`` is the true convolution.

    Raises
    ------
    ValueError
        If w has fewer than two axes.

    Examples
    --------
    >>> flip_kernel([[1, 2], [3, 4]])
    array([[4, 3],
           [2, 1]])
    """
    w = in_own_order(np.asarray(w))
    if w.ndim < 2:
        raise ValueError(f"filters have two axes or more, the last two are turned; got {w.shape}")
    return w[..., ::-1, ::-1]


def _windows(x, kernel_size, stride, padding, dilation):
    """View the image under each filter tap: (N, C, F_h, F_w, H', W'), nothing copied but pads."""
    (F_h, F_w), (S_h, S_w), (D_h, D_w) = kernel_size, pair(stride), pair(dilation)
    padded = _pad(x, *_pads(x.shape, kernel_size, stride, padding, dilation))
    span = (D_h * (F_h - 1) + 1, D_w * (F_w - 1) + 1)
    windows = sliding_window_view(padded, span, axis=(2, 3))
    windows = windows[:, :, ::S_h, ::S_w, ::D_h, ::D_w]
    return windows.transpose(0, 1, 4, 5, 2, 3)


def _columns(x, w_shape, stride, padding, dilation, groups):
    """Yield a slice of a few images and their columns, (n, groups, C / groups F_h F_w, H' W')."""
    windows = _windows(x, w_shape[2:], stride, padding, dilation)
    one = groups, math.prod(w_shape[1:]), math.prod(windows.shape[4:])
    for images in _few_images(len(x), math.prod(windows.shape[1:])):
        yield images, windows[images].reshape(-1, *one)


def _few_images(n, numbers_an_image):
    """Cut a batch into slices whose im2col matrix has about NUMBERS_AT_ONCE entries."""
    step = max(1, NUMBERS_AT_ONCE // max(1, numbers_an_image))
    return [slice(start, start + step) for start in range(0, n, step)]


def _pad(x, rows, cols):
    """Put zeros around the last two axes: `rows` is (top, bottom), `cols` is (left, right)."""
    if not any(rows + cols):
        return x
    (top, bottom), (left, right) = rows, cols
    N, C, H, W = x.shape
    padded = np.zeros((N, C, top + H + bottom, left + W + right), x.dtype)
    padded[:, :, top : top + H, left : left + W] = x
    return padded


def _output_sizes(x_shape, w_shape, stride, padding, dilation):
    """Return (H', W')."""
    if len(x_shape) != 4:
        raise ValueError(f"images come as (N, C, H, W); got shape {tuple(x_shape)}")
    pads = _pads(x_shape, w_shape[2:], stride, padding, dilation)
    along = zip(x_shape[2:], w_shape[2:], pair(stride), pads, pair(dilation), strict=True)
    return tuple(conv_output_size(size, F, S, *pad, D) for size, F, S, pad, D in along)


def _pads(x_shape, kernel_size, stride, padding, dilation):
    """Return the zeros (top, bottom) and (left, right)."""
    along = zip(
        pair(padding, "padding"), x_shape[2:], kernel_size,
        pair(stride, "stride"), pair(dilation, "dilation"), strict=True,
    )  # fmt: skip
    return [padding_amounts(*axis) for axis in along]


def _check_shapes(x_shape, w_shape, groups):
    fits = (
        len(x_shape) == len(w_shape) == 4
        and min(w_shape[:2]) > 0 < groups
        and x_shape[1] == groups * w_shape[1]
        and w_shape[0] % groups == 0
    )
    if not fits:
        raise ValueError(
            f"images (N, C, H, W) take filters (K, C / groups, F_h, F_w), none of them 0, with K a "
            f"multiple of groups; got x {tuple(x_shape)}, w {tuple(w_shape)}, groups={groups}"
        )


def _check_dout(dout, x_shape, w_shape, stride, padding, dilation, groups):
    _check_shapes(x_shape, w_shape, groups)
    sizes = _output_sizes(x_shape, w_shape, stride, padding, dilation)
    output_gradient(dout, (x_shape[0], w_shape[0], *sizes))
