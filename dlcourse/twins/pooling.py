"""Max pooling on tensors: the same name as in `dlcourse.reference.pooling` (Lecture 12).

Here the windows themselves are the last two axes of a view, and are reduced as a lecture says it.
"""

import torch

from dlcourse.twins.pool_windows import Windows


def max_pool2d(
    x, kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """Keep the largest number under each window.

    Same contract as `dlcourse.reference.pooling.max_pool2d`, on tensors of any device.
    """
    windows = Windows(x, kernel_size, stride, padding, dilation, ceil_mode)
    winner = _first_maximum(windows.view(x, -torch.inf).flatten(-2))  # (N, C, H', W')
    F_w, (D_h, D_w) = windows.columns.shape[1], windows.dilation
    rows = windows.rows[:, :1] + winner // F_w * D_h
    columns = windows.columns[:, 0] + winner % F_w * D_w
    # a pad wins only where all is minus infinity: the first pixel of the window stands for it
    rows, columns = (
        torch.where(place < 0, place % D, place) for place, D in ((rows, D_h), (columns, D_w))
    )
    indices = rows * x.shape[3] + columns
    # gather sends the gradient to one pixel; amax would share it on a tie
    maxima = x.flatten(2).gather(-1, indices.flatten(2)).view_as(indices)
    return (maxima, indices) if return_indices else maxima


def _first_maximum(windows):
    """Return the position of the first maximum along the last axis, or of the last NaN.

    `torch.argmax` promises no particular one on a tie.
    """
    positions = torch.arange(windows.shape[-1], device=windows.device)
    is_largest = windows == windows.amax(-1, keepdim=True)
    first_maximum = torch.where(is_largest, positions, windows.shape[-1] - 1).amin(-1)
    last_nan = torch.where(windows.isnan(), positions, -1).amax(-1)
    return torch.where(last_nan < 0, first_maximum, last_nan)
