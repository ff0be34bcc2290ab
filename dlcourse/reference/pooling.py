"""Max pooling: the largest number of each window of a map, forward and backward (Lecture 12).

No function walks over the windows. Each walks over the rows of a window, then over its columns, and
does all windows at once: row u of all of them is the slice ``x[:, :, u::stride]``. Sizes, strides,
pads and dilations are a number for both axes, or a pair (rows, columns). Means:
`dlcourse.reference.average_pooling`.
"""

import numpy as np

from dlcourse.reference.arguments import floats, output_gradient
from dlcourse.reference.pool_windows import Windows

NUMBERS_AT_ONCE = 2**18  # of the maps whose maxima are located together: 1 MiB in float32


def max_pool2d(
    x, kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """Keep the largest number under each window.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
    kernel_size, stride : int or pair of int
        Sides of the window and its steps; windows overlap where the step is smaller. The step is 2
        unless you give another: PyTorch's default is the window's side.
    padding : int, mode, or a pair of these
        Rows and columns around the image, which never win: as many before as after, or a mode of
        `dlcourse.reference.conv_shapes.padding_amounts`, such as "same". In a pair, a pair in its
        turn gives the pads (before, after).
    dilation : int or pair of int
        Pixels from one tap of a window to the next: 2 skips every other pixel.
    ceil_mode : bool
        Whether a last window counts that reaches beyond image and pads, as long as it begins before
        the image ends. Without it, rows and columns that the last step does not reach are dropped.
    return_indices : bool
        Whether to tell where the winners stand, too. `max_pool2d_backward` then need not look for
        them again.

    Returns
    -------
    ndarray, shape (N, C, H', W')
        Sizes by `dlcourse.reference.conv_shapes.conv_output_size`.
    indices : ndarray of int, shape (N, C, H', W'), if return_indices
        Of each winner in its own map, counted row by row without the pads: row * W + column.

    Raises
    ------
    ValueError
        If x is not a batch of images, no window fits, or one would see nothing but pads.

    Notes
    -----
    Pads count as minus infinity, not as zero: the maximum of negative numbers stays negative. The
    maximum of rows and then of columns is that of the window, from 2 F slices instead of F F.

    On a tie the first maximum of the window wins, row by row, as in PyTorch on a CPU. A NaN counts
    as larger than any number, and of several the last one wins.

    PyTorch takes pads up to half of the window, the same on both sides.

    References
    ----------
    Lecture 12. Twin: `dlcourse.twins.pooling.max_pool2d`.

    Examples
    --------
    >>> x = np.arange(16.0).reshape(1, 1, 4, 4)
    >>> max_pool2d(x)
    array([[[[ 5.,  7.],
             [13., 15.]]]])
    >>> max_pool2d(x, kernel_size=3, ceil_mode=True)
    array([[[[10., 11.],
             [14., 15.]]]])
    """
    x = floats(x)
    windows = Windows(x, kernel_size, stride, padding, dilation, ceil_mode)
    padded = windows.pad(x, -np.inf)
    if not return_indices:
        return windows.combine(np.maximum, padded)
    maps = padded.reshape(-1, *padded.shape[2:])
    maxima = np.empty((len(maps), *windows.shape[2:]), padded.dtype)
    indices = np.empty(maxima.shape, np.intp)
    for few in _blocks(maps):
        maxima[few], indices[few] = _locate(maps[few], windows.rows, windows.columns)
    return maxima.reshape(windows.shape), indices.reshape(windows.shape)


def max_pool2d_backward(
    dout, x, kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False, indices=None
):
    """Carry a gradient to the pixel that won each window.

    Parameters
    ----------
    dout : ndarray, shape (N, C, H', W')
    x, kernel_size, stride, padding, dilation, ceil_mode
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
    x = floats(x)
    windows = Windows(x, kernel_size, stride, padding, dilation, ceil_mode)
    padded = windows.pad(x, -np.inf)
    (N, C, H, W), (height, width) = x.shape, windows.shape[2:]
    dout = output_gradient(dout, windows.shape, x.dtype)  # (N, C, H', W')
    dout = dout.reshape(N * C, height * width)  # (N C, H' W')
    maps = padded.reshape(N * C, *padded.shape[2:])  # (N C, padded H, padded W)
    if indices is not None:
        indices = _indices(indices, windows.shape, H, W).reshape(N * C, height, width)
    dx = np.zeros((N * C, H * W), np.result_type(padded, dout))  # a map a row
    for few in _blocks(maps):
        if indices is None:
            _, winners = _locate(maps[few], windows.rows, windows.columns)  # (n, H', W')
        else:
            winners = indices[few]  # (n, H', W')
        first_pixels = np.arange(len(winners)) * (H * W)  # (n,): the maps stand in one long row
        winners = winners.reshape(dout[few].shape) + first_pixels[:, None]  # (n, H' W')
        np.add.at(dx[few].reshape(-1), winners.reshape(-1), dout[few].reshape(-1))
    return dx.reshape(N, C, H, W)  # shape of x


def _locate(maps, rows, columns):
    """Return the maxima of the windows of a few padded maps (n, H, W), and their indices.

    A tap (u, v) of a window has the number u F_w + v. Along each row of pixels we keep the best of
    F_w neighbours and the column v where it first stood; then, down the columns, the best of F_h
    such bests and the number of its tap. For the window [[1, 5], [5, 0]] the rows give 5 at v = 1
    and 5 at v = 0, numbers 1 and 2; of the two fives the first is kept: tap number 1.
    """
    F_h, F_w, W = rows.kernel_size, columns.kernel_size, columns.size
    numbers = np.arange(F_h * F_w).astype(np.min_scalar_type(F_h * F_w)).reshape(F_h, F_w)
    best_in_row, v = _first_maxima(columns.taps(maps, -1), numbers[0])
    rows_of_v = rows.taps(v, -2)
    tap_of_row = [v + first for v, first in zip(rows_of_v, numbers[:, 0], strict=True)]
    maxima, tap = _first_maxima(rows.taps(best_in_row, -2), tap_of_row)
    # from the window's first pixel to that of the tap
    steps = np.arange(F_h)[:, None] * (rows.dilation * W) + np.arange(F_w) * columns.dilation
    indices = steps.reshape(-1).take(tap)
    indices += rows.first_taps()[:, None] * W + columns.first_taps()
    if rows.start or columns.start:  # where all is minus infinity, no pixel has beaten the pads
        first_pixels = rows.first_pixels()[:, None] * W + columns.first_pixels()
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
