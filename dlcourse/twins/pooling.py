"""Pooling on tensors: the same names as `dlcourse.reference.pooling` (Lecture 12).

Here the windows themselves are the last two axes of a view, and are reduced as a lecture says it.
"""

import torch
from torch.nn import functional


def max_pool2d(x, kernel_size=2, stride=2, padding=0, return_indices=False):
    """Keep the largest number under each window.

    Same contract as `dlcourse.reference.pooling.max_pool2d`, on tensors of any device.
    """
    windows = _windows(x, kernel_size, stride, padding, -torch.inf)
    winner = _first_maximum(windows.flatten(-2))
    top, left = (
        torch.arange(n, device=x.device) * step - pad
        for n, step, pad in zip(winner.shape[2:], _pair(stride), _pair(padding), strict=True)
    )
    F_w = _pair(kernel_size)[1]
    rows, columns = top[:, None] + winner // F_w, left + winner % F_w
    # a pad wins only where all is minus infinity: the first pixel stands for it
    indices = rows.clamp(min=0) * x.shape[3] + columns.clamp(min=0)
    # gather sends the gradient to one pixel; amax would share it on a tie
    maxima = x.flatten(2).gather(-1, indices.flatten(2)).view_as(indices)
    return (maxima, indices) if return_indices else maxima


def avg_pool2d(x, kernel_size=2, stride=2, padding=0):
    """Average the numbers under each window; pads are zeros and are counted."""
    return _windows(x, kernel_size, stride, padding, 0.0).mean(dim=(-2, -1))


def global_average_pool(x):
    """Average each feature map to one number: (N, C, H, W) becomes (N, C)."""
    return x.mean(dim=(2, 3))


def subsample(x, w, b, kernel_size=2, stride=2):
    """Add up each window, times a weight plus a bias of its channel: LeNet-5's pooling."""
    sums = _windows(x, kernel_size, stride, 0, 0.0).sum(dim=(-2, -1))
    return sums * w[:, None, None] + b[:, None, None]


def _windows(x, kernel_size, stride, padding, fill):
    """View (N, C, H', W', F_h, F_w)."""
    (F_h, F_w), (S_h, S_w), (P_h, P_w) = _pair(kernel_size), _pair(stride), _pair(padding)
    x = functional.pad(x, (P_w, P_w, P_h, P_h), value=fill)
    return x.unfold(2, F_h, S_h).unfold(3, F_w, S_w)


def _pair(size):
    return tuple(size) if hasattr(size, "__len__") else (size, size)


def _first_maximum(windows):
    """Return the position of the first maximum along the last axis, or of the last NaN.

    `torch.argmax` promises no particular one on a tie.
    """
    positions = torch.arange(windows.shape[-1], device=windows.device)
    is_largest = windows == windows.amax(-1, keepdim=True)
    first_maximum = torch.where(is_largest, positions, windows.shape[-1] - 1).amin(-1)
    last_nan = torch.where(windows.isnan(), positions, -1).amax(-1)
    return torch.where(last_nan < 0, first_maximum, last_nan)
