"""Where the windows of a pooling layer lie on its maps (Lecture 12).

Along an axis, tap u of window i stands on the pixel ``i * stride - start + u * dilation``. Before
the first pixel stand `start` pads; past the last one stand as many as the windows reach for,
whether they are the layer's pads or come with `ceil_mode`.
"""

import operator
from typing import NamedTuple

import numpy as np

from dlcourse.reference.conv_shapes import conv_output_size, padding_amounts, pair


class Axis(NamedTuple):
    """How `n` windows lie along an axis of `size` pixels, with the layer's pads start and end."""

    size: int
    kernel_size: int
    stride: int
    dilation: int
    start: int
    end: int
    n: int

    def first_taps(self):
        """Return the pixel on which each window begins, (n,); pads before the image are < 0."""
        return np.arange(self.n) * self.stride - self.start

    def first_pixels(self):
        """Return the first pixel that each window sees, (n,)."""
        first = self.first_taps()
        return np.where(first < 0, first % self.dilation, first)

    def taps_between(self, low, high):
        """Count for each window its taps that stand on low, ..., high - 1: (n,)."""
        pixels = self.first_taps()[:, None] + np.arange(self.kernel_size) * self.dilation  # (n, F)
        return ((low <= pixels) & (pixels < high)).sum(axis=1)

    def around(self):
        """Return how many pads the windows reach for: (before the image, after it)."""
        reach = (self.n - 1) * self.stride - self.start + (self.kernel_size - 1) * self.dilation
        return self.start, max(0, reach + 1 - self.size)

    def taps(self, x, axis):
        """View what each tap of all windows meets along an axis, -2 or -1, of padded maps."""
        after = (slice(None),) * (-1 - axis)
        firsts = range(0, self.kernel_size * self.dilation, self.dilation)
        return [x[(..., slice(u, u + self.stride * self.n, self.stride), *after)] for u in firsts]


class Windows:
    """All windows on maps (N, C, H, W); sizes, strides and the like are a number or a pair.

    Attributes
    ----------
    rows, columns : Axis
    shape : tuple
        (N, C, H', W') of the output.
    """

    def __init__(self, x, kernel_size, stride, padding=0, dilation=1, ceil_mode=False):
        if x.ndim != 4:
            raise ValueError(f"images come as (N, C, H, W); got shape {x.shape}")
        self.rows, self.columns = (
            _axis(*along, ceil_mode)
            for along in zip(
                x.shape[2:], pair(kernel_size, "kernel_size"), pair(stride, "stride"),
                pair(padding, "padding"), pair(dilation, "dilation"), strict=True,
            )
        )  # fmt: skip
        self.shape = (*x.shape[:2], self.rows.n, self.columns.n)

    def pad(self, x, fill):
        """Return the maps with pads of the number `fill` wherever a window reaches for them."""
        rows, columns = self.rows.around(), self.columns.around()
        if not any(rows + columns):
            return x
        return np.pad(x, ((0, 0), (0, 0), rows, columns), constant_values=fill)

    def crop(self, padded):
        """Take the pads off again."""
        (top, H), (left, W) = ((axis.start, axis.size) for axis in (self.rows, self.columns))
        return padded[:, :, top : top + H, left : left + W]

    def combine(self, operation, padded):
        """Reduce each window by `np.maximum` or `np.add`: its rows first, then what they gave."""
        for axis, along in ((-2, self.rows), (-1, self.columns)):
            first, *others = along.taps(padded, axis)
            padded = first.copy()
            for tap in others:
                operation(padded, tap, out=padded)
        return padded

    def spread(self, dout):
        """Add each window's number to all of its pixels: the transpose of summing windows up."""
        (top, bottom), (left, right) = self.rows.around(), self.columns.around()
        H, W = top + self.rows.size + bottom, left + self.columns.size + right
        drow = np.zeros((*self.shape[:2], H, self.columns.n), dout.dtype)  # (N, C, padded H, W')
        for tap in self.rows.taps(drow, -2):
            tap += dout  # (N, C, H', W')
        dx = np.zeros((*self.shape[:2], H, W), dout.dtype)  # (N, C, padded H, padded W)
        for tap in self.columns.taps(dx, -1):
            tap += drow  # (N, C, padded H, W')
        return self.crop(dx)  # (N, C, H, W)


def _axis(size, kernel_size, stride, padding, dilation, ceil_mode):
    start, end = padding_amounts(padding, size, kernel_size, stride, dilation)
    n = conv_output_size(size, kernel_size, stride, start, end, dilation, ceil_mode)
    kernel_size, stride, dilation = map(operator.index, (kernel_size, stride, dilation))
    axis = Axis(size, kernel_size, stride, dilation, start, end, n)
    if any(axis.around()) and not axis.taps_between(0, size).all():
        raise ValueError(
            f"pads ({start}, {end}) on {size} pixels make windows of {kernel_size} with dilation "
            f"{dilation} that see no pixel; pad less"
        )
    return axis
