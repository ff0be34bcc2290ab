"""Pooling: one number for each window of a feature map, forward and backward (lecture 12).

Every function walks over the F F taps of the window, not over the windows: tap (u, v) of all
windows at once is the slice ``x[:, :, u::stride, v::stride]``.
"""

import numpy as np

from dlcourse.reference.arguments import floats
from dlcourse.reference.conv_shapes import conv_output_size

NUMBERS_AT_ONCE = 2**18  # of the maps that go backwards together: 1 MiB in float32


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
    rows and then of columns is the maximum of the window, with 2 F slices instead of F F.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.pooling.max_pool2d`.
    """
    x, height, width = _prepare(x, kernel_size, stride, padding, fill=-np.inf)
    rows = x[:, :, : stride * height : stride].copy()
    for u in range(1, kernel_size):
        np.maximum(rows, x[:, :, u : u + stride * height : stride], out=rows)
    out = rows[:, :, :, : stride * width : stride].copy()
    for v in range(1, kernel_size):
        np.maximum(out, rows[:, :, :, v : v + stride * width : stride], out=out)
    return out


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
    that won several windows gets the sum. A window that holds a NaN hands no gradient on, and an
    infinite gradient spoils its whole window.

    References
    ----------
    Lecture 12.
    """
    padded, height, width = _prepare(x, kernel_size, stride, padding, fill=-np.inf)
    N, C, H, W = padded.shape
    dout = _same_shape(dout, np.empty((N, C, height, width))).reshape(1, N * C, height, width)
    maps = padded.reshape(1, N * C, H, W)
    dx = np.zeros(maps.shape, np.result_type(maps, dout))
    step = max(1, NUMBERS_AT_ONCE // (H * W))
    for start in range(0, N * C, step):
        few = slice(None), slice(start, start + step)
        _hand_to_winners(dout[few], maps[few], dx[few], kernel_size, stride)
    return _crop(dx.reshape(N, C, H, W), padding)


def _hand_to_winners(dout, x, dx, kernel_size, stride):
    """Do the work of `max_pool2d_backward` for a few maps, into dx."""
    out = max_pool2d(x, kernel_size, stride)
    waiting = np.ones(out.shape, bool)  # windows whose winner has not been met yet
    for tap in _taps(kernel_size, stride, *out.shape[2:]):
        wins = (x[tap] == out) & waiting
        waiting ^= wins
        if stride < kernel_size:
            dx[tap] += dout * wins
        else:  # no pixel stands in two windows
            np.multiply(dout, wins, out=dx[tap])


def avg_pool2d(x, kernel_size=2, stride=2, padding=0):
    """Average the numbers under each window.

    Parameters and shapes are those of `max_pool2d`.

    Notes
    -----
    Pads are zeros and are counted: always a division by F F, PyTorch's default.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.pooling.avg_pool2d`.
    """
    return _window_sums(x, kernel_size, stride, padding) / kernel_size**2


def avg_pool2d_backward(dout, x, kernel_size=2, stride=2, padding=0):
    """Share each gradient equally among the pixels of its window; shape of x."""
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
    """Share each gradient equally among all pixels of its map; shape of x."""
    x = _images(x)
    dout = _same_shape(dout, np.empty(x.shape[:2], x.dtype))
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
    """Carry a gradient through `subsample`; return (dx, dw, db)."""
    sums = _window_sums(x, kernel_size, stride, 0)
    dout, w = _same_shape(dout, sums), _a_number_a_channel(w, sums)
    dx = _spread(dout * w[:, None, None], x, kernel_size, stride, 0)
    return dx, (dout * sums).sum(axis=(0, 2, 3)), dout.sum(axis=(0, 2, 3))


def _window_sums(x, kernel_size, stride, padding):
    x, height, width = _prepare(x, kernel_size, stride, padding, fill=0)
    rows = x[:, :, : stride * height : stride].copy()
    for u in range(1, kernel_size):
        rows += x[:, :, u : u + stride * height : stride]
    sums = rows[:, :, :, : stride * width : stride].copy()
    for v in range(1, kernel_size):
        sums += rows[:, :, :, v : v + stride * width : stride]
    return sums


def _spread(dout, x, kernel_size, stride, padding):
    """Add each window's gradient to all of its pixels: the transpose of `_window_sums`."""
    padded, height, width = _prepare(x, kernel_size, stride, padding, fill=0)
    dout = _same_shape(dout, np.empty((*padded.shape[:2], height, width), padded.dtype))
    dx = np.zeros_like(padded)
    for tap in _taps(kernel_size, stride, height, width):
        dx[tap] += dout
    return _crop(dx, padding)


def _taps(kernel_size, stride, height, width):
    """List the slices that one tap each of all windows takes, row by row through the window."""
    for u, v in np.ndindex(kernel_size, kernel_size):
        rows = slice(u, u + stride * height, stride)
        cols = slice(v, v + stride * width, stride)
        yield slice(None), slice(None), rows, cols


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


def _same_shape(dout, out):
    if np.shape(dout) != out.shape:
        raise ValueError(f"dout has the shape of the output, {out.shape}; got {np.shape(dout)}")
    return floats(dout)


def _a_number_a_channel(values, x):
    if np.shape(values) != x.shape[1:2]:
        raise ValueError(f"one number for each of {x.shape[1]} channels; got {np.shape(values)}")
    return floats(values)
