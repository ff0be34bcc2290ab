"""Pooling: one number for each window of a feature map, forward and backward (Lecture 12).

No function walks over the windows. Each walks over the rows of a window, then over its columns, and
does all windows at once: row u of all of them is the slice ``x[:, :, u::stride]``. Sizes, strides
and pads are a number for both axes, or a pair (rows, columns).
"""

import numpy as np

from dlcourse.reference.arguments import floats, output_gradient
from dlcourse.reference.conv_shapes import conv_output_size, pair

NUMBERS_AT_ONCE = 2**18  # of the maps whose maxima are located together: 1 MiB in float32


def max_pool2d(x, kernel_size=2, stride=2, padding=0, return_indices=False):
    """Keep the largest number under each window.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
    kernel_size, stride : int or pair of int
        Sides of the window and its steps; windows overlap where the step is smaller. The step is 2
        unless you give another: PyTorch's default is the window's side.
    padding : int or pair of int, at most half of kernel_size
        Rows and columns around the image, which never win.
    return_indices : bool
        Whether to tell where the winners stand, too. `max_pool2d_backward` then need not look for
        them again.

    Returns
    -------
    ndarray, shape (N, C, H', W')
    indices : ndarray of int, shape (N, C, H', W'), if return_indices
        Of each winner in its own map, counted row by row without the pads: row * W + column.

    Raises
    ------
    ValueError
        If x is not a batch of images or no window fits.

    Notes
    -----
    Pads count as minus infinity, not as zero: the maximum of negative numbers stays negative.
    Rows and columns that the last step does not reach are dropped, as in PyTorch. The maximum of
    rows and then of columns is that of the window, from 2 F slices instead of F F.

    On a tie the first maximum of the window wins, row by row, as in PyTorch on a CPU. A NaN counts
    as larger than any number, and of several the last one wins.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.pooling.max_pool2d`.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> max_pool2d(x)
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    """
    window = _window(kernel_size, stride, padding)
    padded, height, width = _prepare(x, *window, fill=-np.inf)
    if not return_indices:
        return _combine(np.maximum, padded, *window[:2], height, width)
    maps = padded.reshape(-1, *padded.shape[2:])
    maxima = np.empty((len(maps), height, width), padded.dtype)
    indices = np.empty(maxima.shape, np.intp)
    for few in _blocks(maps):
        maxima[few], indices[few] = _locate(maps[few], *window, height, width)
    shape = (*padded.shape[:2], height, width)
    return maxima.reshape(shape), indices.reshape(shape)


def max_pool2d_backward(dout, x, kernel_size=2, stride=2, padding=0, indices=None):
    """Carry a gradient to the pixel that won each window.

    Parameters
    ----------
    dout : ndarray, shape (N, C, H', W')
    x, kernel_size, stride, padding
        The inputs given to `max_pool2d`.
    indices : ndarray of int, shape (N, C, H', W'), optional
        What ``max_pool2d(x, ..., return_indices=True)`` gave beside the maxima. Without them the
        winners are looked for again, which takes four times as long as the rest.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If dout or indices have another shape, or an index points outside of the map.

    Notes
    -----
    One pixel of each window takes all, `max_pool2d` says which. What it gets from several windows
    adds up.

    References
    ----------
    Lecture 12.

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0], [5.0, 0.0]]]])
    >>> max_pool2d_backward([[[[10.0]]]], x)
    array([[[[ 0., 10.],
             [ 0.,  0.]]]])
    """
    window = _window(kernel_size, stride, padding)
    padded, height, width = _prepare(x, *window, fill=-np.inf)
    N, C, H, W = np.shape(x)
    dout = output_gradient(dout, (N, C, height, width)).reshape(N * C, height * width)
    maps = padded.reshape(N * C, *padded.shape[2:])  # (N C, padded H, padded W)
    if indices is not None:
        indices = _indices(indices, (N, C, height, width), H, W).reshape(N * C, height, width)
    dx = np.zeros((N * C, H * W), np.result_type(padded, dout))
    for few in _blocks(maps):
        if indices is None:
            _, winners = _locate(maps[few], *window, height, width)  # (n, H', W')
        else:
            winners = indices[few]
        first_pixels = np.arange(len(winners)) * (H * W)  # (n,): the maps stand in one long row
        winners = winners.reshape(dout[few].shape) + first_pixels[:, None]  # (n, H' W')
        np.add.at(dx[few].reshape(-1), winners.reshape(-1), dout[few].reshape(-1))
    return dx.reshape(N, C, H, W)  # shape of x


def _locate(x, kernel_size, stride, padding, height, width):
    """Return the maxima of the windows of a few padded maps (n, H, W), and their indices.

    A tap (u, v) of a window has the number u F_w + v. Along each row of pixels we keep the best of
    F_w neighbours and the column v where it first stood; then, down the columns, the best of F_h
    such bests and the number of its tap. For the window [[1, 5], [5, 0]] the rows give 5 at v = 1
    and 5 at v = 0, numbers 1 and 2; of the two fives the first is kept: tap number 1.
    """
    (F_h, F_w), (S_h, S_w), (P_h, P_w) = kernel_size, stride, padding
    W = x.shape[2] - 2 * P_w
    numbers = np.arange(F_h * F_w).astype(np.min_scalar_type(F_h * F_w)).reshape(F_h, F_w)
    best_in_row, v = _first_maxima(_taps(x, -1, F_w, S_w, width), numbers[0])
    rows_of_v = _taps(v, -2, F_h, S_h, height)
    tap_of_row = [v + first for v, first in zip(rows_of_v, numbers[:, 0], strict=True)]
    maxima, tap = _first_maxima(_taps(best_in_row, -2, F_h, S_h, height), tap_of_row)
    pixel_of_tap = np.arange(F_h)[:, None] * W + np.arange(F_w)  # from the window's first pixel
    indices = pixel_of_tap.reshape(-1).take(tap)
    top, left = np.arange(height) * S_h - P_h, np.arange(width) * S_w - P_w
    indices += top[:, None] * W + left
    if P_h or P_w:  # where all is minus infinity, no pixel has beaten the pads
        first_pixels = np.maximum(top, 0)[:, None] * W + np.maximum(left, 0)
        np.copyto(indices, first_pixels, where=maxima == -np.inf)
    return maxima, indices


def _first_maxima(taps, places):
    """Reduce taps to their maximum; return it and the place of the first tap that reaches it.

    A tap "beats" if it is larger than all taps before it: the last one to beat is the first
    maximum. Since places grow from tap to tap, that one's place is the largest among those that
    beat. So ``max(place, beats * its_place)`` does without a choice ``where(beats, ...)``, whose
    outcome no processor can predict.
    """
    best, *others = (tap.copy() for tap in taps)  # without gaps they are read faster
    place = np.broadcast_to(places[0], best.shape).copy()
    for tap, its_place in zip(others, places[1:], strict=True):
        beats = (tap > best) | np.isnan(tap)
        np.maximum(place, beats * its_place, out=place)
        np.maximum(best, tap, out=best)
    return best, place


def _blocks(maps):
    """Cut the first axis into slices of NUMBERS_AT_ONCE, or of one map if it is larger."""
    n = max(1, NUMBERS_AT_ONCE // max(1, maps[:1].size))
    return [slice(start, start + n) for start in range(0, len(maps), n)]


def _indices(indices, shape, height, width):
    """Read the indices of winners in maps of that height and width; refuse all others."""
    indices = np.asarray(indices)
    if indices.shape != shape or indices.dtype.kind not in "iu":
        raise ValueError(
            f"indices are the integers {shape} that max_pool2d returned beside the maxima; "
            f"got {indices.dtype} {indices.shape}"
        )
    if indices.size and not (0 <= indices.min() and indices.max() < height * width):
        raise ValueError(
            f"indices point into maps of {height} x {width} pixels, 0 to {height * width - 1}; "
            f"got {indices.min()} to {indices.max()}"
        )
    return indices.astype(np.intp, copy=False)


def avg_pool2d(x, kernel_size=2, stride=2, padding=0):
    """Average the numbers under each window.

    Parameters and shapes are those of `max_pool2d`; its pads lie around the image too.

    Raises
    ------
    ValueError
        If a rule is broken: images come as (N, C, H, W).

    Notes
    -----
    Pads are zeros and are counted: always a division by F_h F_w, PyTorch's default.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.pooling.avg_pool2d`.

    Examples
    --------
    >>> avg_pool2d(np.arange(16.0).reshape(1, 1, 4, 4))
    array([[[[ 2.5,  4.5],
             [10.5, 12.5]]]])
    """
    return _window_sums(x, kernel_size, stride, padding) / _area(kernel_size)


def avg_pool2d_backward(dout, x, kernel_size=2, stride=2, padding=0):
    """Share each gradient in `dout` equally among the pixels of its window; shape of x.

    Raises
    ------
    ValueError
        If dout has not the shape of the output. If a rule is broken: images come as (N, C, H, W).

    Examples
    --------
    >>> avg_pool2d_backward([[[[4.0]]]], np.zeros((1, 1, 2, 2)))
    array([[[[1., 1.],
             [1., 1.]]]])
    """
    return _spread(dout, x, kernel_size, stride, padding) / _area(kernel_size)  # (N, C, H, W)


def _area(kernel_size):
    F_h, F_w = pair(kernel_size, "kernel_size")
    return int(F_h) * int(F_w)


def global_average_pool(x):
    """Average each feature map to one number: (N, C, H, W) becomes (N, C).

    Raises
    ------
    ValueError
        If a rule is broken: images come as (N, C, H, W); an empty feature map has no average.

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
        If dout has not the shape of the output. If a rule is broken: images come as (N, C, H, W).

    Examples
    --------
    >>> global_average_pool_backward([[4.0]], np.zeros((1, 1, 2, 2)))
    array([[[[1., 1.],
             [1., 1.]]]])
    """
    x = _images(x)
    dout = output_gradient(dout, x.shape[:2])  # (N, C)
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
        If a rule is broken: images come as (N, C, H, W).

    Notes
    -----
    The window's sum, not its mean, as LeCun et al. (1998) write it.

    References
    ----------
    Lecture 13. Twin: `dlcourse.twins.pooling.subsample`.

    Examples
    --------
    >>> subsample(np.ones((1, 1, 2, 2)), [10.0], [0.5])
    array([[[[40.5]]]])
    """
    sums = _window_sums(x, kernel_size, stride, 0)
    w, b = (_a_number_a_channel(a, sums) for a in (w, b))
    return sums * w[:, None, None] + b[:, None, None]


def subsample_backward(dout, x, w, kernel_size=2, stride=2):
    """Carry the gradient `dout` through `subsample`; return (dx, dw, db).

    Raises
    ------
    ValueError
        If dout has not the shape of the output. If a rule is broken: images come as (N, C, H, W).

    Examples
    --------
    >>> dx, dw, db = subsample_backward([[[[1.0]]]], np.ones((1, 1, 2, 2)), [10.0])
    >>> dx[0, 0], dw, db
    (array([[10., 10.],
           [10., 10.]]), array([4.]), array([1.]))
    """
    sums = _window_sums(x, kernel_size, stride, 0)  # (N, C, H', W')
    dout, w = output_gradient(dout, sums.shape), _a_number_a_channel(w, sums)
    dx = _spread(dout * w[:, None, None], x, kernel_size, stride, 0)  # (N, C, H, W)
    dw = (dout * sums).sum(axis=(0, 2, 3))  # (C,)
    db = dout.sum(axis=(0, 2, 3))  # (C,)
    return dx, dw, db


def _window_sums(x, kernel_size, stride, padding):
    window = _window(kernel_size, stride, padding)
    x, height, width = _prepare(x, *window, fill=0)
    return _combine(np.add, x, *window[:2], height, width)


def _window(kernel_size, stride, padding):
    return pair(kernel_size, "kernel_size"), pair(stride, "stride"), pair(padding, "padding")


def _combine(operation, x, kernel_size, stride, height, width):
    """Reduce each window by `np.maximum` or `np.add`: its rows first, then what they gave."""
    for axis, n in ((-2, height), (-1, width)):
        first, *others = _taps(x, axis, kernel_size[axis], stride[axis], n)
        x = first.copy()
        for tap in others:
            operation(x, tap, out=x)
    return x


def _spread(dout, x, kernel_size, stride, padding):
    """Add each window's gradient to all of its pixels: the transpose of `_window_sums`."""
    (F_h, F_w), (S_h, S_w), padding = window = _window(kernel_size, stride, padding)
    padded, height, width = _prepare(x, *window, fill=0)
    dout = output_gradient(dout, (*padded.shape[:2], height, width))
    drow = np.zeros((*padded.shape[:3], width), padded.dtype)  # (N, C, padded H, W')
    for tap in _taps(drow, -2, F_h, S_h, height):
        tap += dout  # (N, C, H', W')
    dx = np.zeros_like(padded)  # (N, C, padded H, padded W)
    for tap in _taps(dx, -1, F_w, S_w, width):
        tap += drow  # (N, C, padded H, W')
    return _crop(dx, padding)  # (N, C, H, W)


def _taps(x, axis, kernel_size, stride, n):
    """View what each tap of `n` windows along an axis, -2 or -1, meets: kernel_size arrays."""
    after = (slice(None),) * (-1 - axis)
    return [x[(..., slice(u, u + stride * n, stride), *after)] for u in range(kernel_size)]


def _prepare(x, kernel_size, stride, padding, fill):
    """Return the padded images as floats, and the output's height and width."""
    x = _images(x)
    for pad, F in zip(padding, kernel_size, strict=True):
        if 2 * pad > F:
            raise ValueError(
                f"pads of {pad} make windows of {F} that see no pixel; pad by at most {F // 2}"
            )
    height, width = (
        conv_output_size(size, F, S, pad, pad)
        for size, F, S, pad in zip(x.shape[2:], kernel_size, stride, padding, strict=True)
    )
    if any(padding):
        around = ((0, 0), (0, 0), *((pad, pad) for pad in padding))
        x = np.pad(x, around, constant_values=fill)
    return x, height, width


def _images(x):
    x = floats(x)
    if x.ndim != 4:
        raise ValueError(f"images come as (N, C, H, W); got shape {x.shape}")
    return x


def _crop(x, padding):
    (top, left), (H, W) = padding, x.shape[2:]
    return x[:, :, top : H - top, left : W - left]


def _a_number_a_channel(values, x):
    if np.shape(values) != x.shape[1:2]:
        raise ValueError(f"one number for each of {x.shape[1]} channels; got {np.shape(values)}")
    return floats(values)
