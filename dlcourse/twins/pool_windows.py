"""The windows of a pooling layer, on tensors (Lecture 12)."""

import torch
from torch.nn import functional

from dlcourse.twins.conv_shapes import conv_output_size, padding_amounts, pair


class Windows:
    """All windows on maps (N, C, H, W), as `dlcourse.reference.pool_windows` has them.

    Attributes
    ----------
    rows, columns : tensor of int, shapes (H', F_h) and (W', F_w)
        The pixel on which each tap of each window stands, below 0 or beyond the last on pads.
    pads : list of pair
        The layer's pads (before, after) of rows and columns.
    """

    def __init__(self, x, kernel_size, stride, padding=0, dilation=1, ceil_mode=False):
        self.stride, self.dilation, self.sizes = pair(stride), pair(dilation), x.shape[2:]
        self.pads, pixels = [], []
        for size, F, S, pad, D in zip(
            self.sizes, pair(kernel_size), self.stride, pair(padding), self.dilation, strict=True
        ):
            start, end = padding_amounts(pad, size, F, S, D)
            n = conv_output_size(size, F, S, start, end, D, ceil_mode)
            firsts = torch.arange(n, device=x.device) * S - start
            pixels.append(firsts[:, None] + torch.arange(F, device=x.device) * D)
            self.pads.append((start, end))
        self.rows, self.columns = pixels

    def view(self, x, fill):
        """View (N, C, H', W', F_h, F_w), with the number `fill` for pads."""
        around, spans = [], []
        for size, S, D, (start, _), pixels in zip(
            self.sizes, self.stride, self.dilation, self.pads, (self.rows, self.columns),
            strict=True,
        ):  # fmt: skip
            n, F = pixels.shape
            spans.append(D * (F - 1) + 1)
            around.append((start, max((n - 1) * S - start + spans[-1] - size, 0)))
        x = functional.pad(x, (*around[1], *around[0]), value=fill)
        x = x.unfold(2, spans[0], self.stride[0]).unfold(3, spans[1], self.stride[1])
        return x[..., :: self.dilation[0], :: self.dilation[1]]

    def counted(self, pads):
        """Count what each window sees, with or without the layer's pads: (H', W')."""
        rows, columns = (
            (((-start if pads else 0) <= pixels) & (pixels < (size + end if pads else size))).sum(1)
            for size, pixels, (start, end) in zip(
                self.sizes, (self.rows, self.columns), self.pads, strict=True
            )
        )
        return rows[:, None] * columns
