"""Pooling: one number for each window of a feature map, forward and backward (lecture 12).

No function walks over the windows. Each walks over the F rows of a window, then over the F columns,
and does all windows at once: row u of all of them is the slice ``x[:, :, u::stride]``.
"""

import functools

import numpy as np

from dlcourse.reference.arguments import floats, output_gradient
from dlcourse.reference.conv_shapes import conv_output_size

NUMBERS_AT_ONCE = 2**17  # of the maps that go backwards together: 512 KiB in float32


def max_pool2d(x, kernel_size=2, stride=2, padding=0):
    """Keep the largest number under each window.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
    kernel_size, stride : int
        Side of the square window and its step; windows overlap where the step is smaller.
    padding : int, at most half of kernel_size
        Rows and columns around the image, which never win.

    Returns
    -------
    ndarray, shape (N, C, H', W')

    Raises
    ------
    ValueError
        If x is not a batch of images or no window fits.

    Notes
    -----
    Pads count as minus infinity, not as zero: the maximum of negative numbers stays negative.
    Rows and columns that the last step does not reach are dropped, as in PyTorch. The maximum of
    rows and then of columns is that of the window, from 2 F slices instead of F F.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.pooling.max_pool2d`.
    """
    x, height, width = _prepare(x, kernel_size, stride, padding, fill=-np.inf)
    return _combine(np.maximum, x, kernel_size, stride, height, width)


def max_pool2d_backward(dout, x, kernel_size=2, stride=2, padding=0):
    """Carry a gradient to the pixel that won each window.

    Parameters
    ----------
    dout : ndarray, shape (N, C, H', W')
    x, kernel_size, stride, padding
        The inputs given to `max_pool2d`.

    Returns
    -------
    ndarray, shape of x

    Notes
    -----
    On a tie the first maximum of the window takes all, row by row, as in PyTorch on a CPU. A pixel
    that won several windows gets the sum. An infinite gradient spoils its whole window; where a
    window holds a NaN, its gradient lands on one of its pixels, not always the NaN.

    References
    ----------
    Lecture 12.
    """
    padded, height, width = _prepare(x, kernel_size, stride, padding, fill=-np.inf)
    N, C, H, W = padded.shape
    dout = output_gradient(dout, (N, C, height, width)).reshape(N * C, height, width)
    maps = padded.reshape(N * C, H, W)
    dx = np.zeros(maps.shape, np.result_type(maps, dout))
    step = max(1, NUMBERS_AT_ONCE // (H * W))
    for start in range(0, N * C, step):
        few = slice(start, start + step)
        _hand_to_winners(dout[few], maps[few], dx[few], kernel_size, stride)
    return _crop(dx.reshape(N, C, H, W), padding)


def _hand_to_winners(dout, x, dx, kernel_size, stride):
    """Do the work of `max_pool2d_backward` for a few maps (n, H, W), into dx.

    The first maximum stands in the first row of the window that reaches it. So a gradient goes to
    a row of its window, and there to a pixel; what several windows send to the same stretch of a
    row goes on as one.
    """
    height, width = dout.shape[1:]
    pixels = [tap.copy() for tap in _taps(x, -1, kernel_size, stride, width)]  # no gaps: faster
    best_in_row = functools.reduce(np.maximum, pixels)
    rows = _taps(best_in_row, -2, kernel_size, stride, height)
    best = functools.reduce(np.maximum, rows)
    drow = np.zeros(best_in_row.shape, dx.dtype)
    _hand_to_the_first(dout, rows, best, _taps(drow, -2, kernel_size, stride, height), stride)
    _hand_to_the_first(drow, pixels, best_in_row, _taps(dx, -1, kernel_size, stride, width), stride)


def _hand_to_the_first(dout, taps, best, dtaps, stride):
    """Give each gradient to the first tap that is as large as the best; `dtaps` view zeros."""
    for u, (share, dtap) in enumerate(zip(_shares(dout, taps, best), dtaps, strict=True)):
        if u < stride:  # only later taps share pixels with the first ones, of the next window
            dtap[...] = share
        else:
            dtap += share


def _shares(dout, taps, best):
    for tap in taps[:-1]:
        passed_on = dout * (tap < best)
        yield dout - passed_on
        dout = passed_on
    yield dout


def avg_pool2d(x, kernel_size=2, stride=2, padding=0):
    """Average the numbers under each window.

    Parameters and shapes are those of `max_pool2d`; its pads lie around the image too.

    Notes
    -----
    Pads are zeros and are counted: always a division by F F, PyTorch's default.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.pooling.avg_pool2d`.
    """
    return _window_sums(x, kernel_size, stride, padding) / kernel_size**2


def avg_pool2d_backward(dout, x, kernel_size=2, stride=2, padding=0):
    """Share each gradient in `dout` equally among the pixels of its window; shape of x."""
    return _spread(dout, x, kernel_size, stride, padding) / kernel_size**2


def global_average_pool(x):
    """Average each feature map to one number: (N, C, H, W) becomes (N, C).

    References
    ----------
    Lecture 13.
    """
    x = _images(x)
    if 0 in x.shape[2:]:
        raise ValueError(f"an empty feature map has no average; got shape {x.shape}")
    return x.mean(axis=(2, 3))


def global_average_pool_backward(dout, x):
    """Share each gradient in `dout`, (N, C), equally among all pixels of its map; shape of x."""
    x = _images(x)
    dout = output_gradient(dout, x.shape[:2])
    return np.broadcast_to(dout[:, :, None, None] / (x.shape[2] * x.shape[3]), x.shape).copy()


def subsample(x, w, b, kernel_size=2, stride=2):
    """Add up each window, times a weight plus a bias of its channel: LeNet-5's pooling.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
    w, b : ndarray, shape (C,)
        Two trained numbers a map, so that a layer can blur (small w) or switch hard (large w).
    kernel_size, stride : int

    Returns
    -------
    ndarray, shape (N, C, H', W')
        The squashing function that follows in LeNet-5 is not applied here.

    Notes
    -----
    The window's sum, not its mean, as LeCun et al. (1998) write it.

    References
    ----------
    Lecture 13. Twin: `dlcourse.twins.pooling.subsample`.
    """
    sums = _window_sums(x, kernel_size, stride, 0)
    w, b = (_a_number_a_channel(a, sums) for a in (w, b))
    return sums * w[:, None, None] + b[:, None, None]


def subsample_backward(dout, x, w, kernel_size=2, stride=2):
    """Carry the gradient `dout` through `subsample`; return (dx, dw, db)."""
    sums = _window_sums(x, kernel_size, stride, 0)
    dout, w = output_gradient(dout, sums.shape), _a_number_a_channel(w, sums)
    dx = _spread(dout * w[:, None, None], x, kernel_size, stride, 0)
    return dx, (dout * sums).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))


def _window_sums(x, kernel_size, stride, padding):
    x, height, width = _prepare(x, kernel_size, stride, padding, fill=0)
    return _combine(np.add, x, kernel_size, stride, height, width)


def _combine(operation, x, kernel_size, stride, height, width):
    """Reduce each window by `np.maximum` or `np.add`: its rows first, then what they gave."""
    for axis, n in ((-2, height), (-1, width)):
        first, *others = _taps(x, axis, kernel_size, stride, n)
        x = first.copy()
        for tap in others:
            operation(x, tap, out=x)
    return x


def _spread(dout, x, kernel_size, stride, padding):
    """Add each window's gradient to all of its pixels: the transpose of `_window_sums`."""
    padded, height, width = _prepare(x, kernel_size, stride, padding, fill=0)
    dout = output_gradient(dout, (*padded.shape[:2], height, width))
    drow = np.zeros((*padded.shape[:3], width), padded.dtype)
    for tap in _taps(drow, -2, kernel_size, stride, height):
        tap += dout
    dx = np.zeros_like(padded)
    for tap in _taps(dx, -1, kernel_size, stride, width):
        tap += drow
    return _crop(dx, padding)


def _taps(x, axis, kernel_size, stride, n):
    """View what each tap of `n` windows along an axis, -2 or -1, meets: kernel_size arrays."""
    after = (slice(None),) * (-1 - axis)
    return [x[(..., slice(u, u + stride * n, stride), *after)] for u in range(kernel_size)]


def _prepare(x, kernel_size, stride, padding, fill):
    """Return the padded images as floats, and the output's height and width."""
    x = _images(x)
    if 2 * padding > kernel_size:
        raise ValueError(
            f"pads of {padding} make windows of {kernel_size} that see no pixel; "
            f"pad by at most {kernel_size // 2}"
        )
    height, width = (
        conv_output_size(size, kernel_size, stride, padding, padding) for size in x.shape[2:]
    )
    if padding:
        around = ((0, 0), (0, 0), (padding, padding), (padding, padding))
        x = np.pad(x, around, constant_values=fill)
    return x, height, width


def _images(x):
    x = floats(x)
    if x.ndim != 4:
        raise ValueError(f"images come as (N, C, H, W); got shape {x.shape}")
    return x


def _crop(x, padding):
    return x[:, :, padding : x.shape[2] - padding, padding : x.shape[3] - padding]


def _a_number_a_channel(values, x):
    if np.shape(values) != x.shape[1:2]:
        raise ValueError(f"one number for each of {x.shape[1]} channels; got {np.shape(values)}")
    return floats(values)
