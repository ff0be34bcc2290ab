"""Convolution on tensors: the same names as `dlcourse.reference.conv` (Lecture 12).

Autograd supplies the backward passes; the two gradients are also written out, since a first
layer needs only one of them.
"""

import math

from torch.nn import functional

from dlcourse.twins.arguments import fit, whole_numbers
from dlcourse.twins.conv_shapes import conv_output_size, padding_amounts, pair


def conv2d(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    """Slide K filters over a batch of images.

    Same contract as `dlcourse.reference.conv.conv2d`, on tensors of any device.
    """
    fit("x (N, C, H, W), w (K+, C_g, F_h, F_w), b (K)", x, w, b)
    whole_numbers(groups=groups)
    if x.shape[1] != groups * w.shape[1] or len(w) % groups:
        raise ValueError(
            "images (N, C, H, W) take filters (K, C / groups, F_h, F_w), K a multiple of groups; "
            f"got x {tuple(x.shape)}, w {tuple(w.shape)}, groups={groups}"
        )
    N, (K, _, F_h, F_w) = len(x), w.shape
    height, width = _output_sizes(x.shape, w.shape[2:], stride, padding, dilation)
    columns = im2col(x, (F_h, F_w), stride, padding, dilation)
    columns = columns.reshape(N, groups, w[0].numel(), height * width)
    out = w.reshape(groups, K // groups, -1) @ columns
    out = out.reshape(N, K, height, width)
    return out if b is None else out + b.reshape(-1, 1, 1)


def conv2d_weight_gradient(dout, x, w_shape, stride=1, padding=0, dilation=1, groups=1):
    """Return the gradient of the filters: each output's gradient times the window it saw."""
    N, K, height, width = dout.shape
    columns = im2col(x, tuple(w_shape[2:]), stride, padding, dilation)
    columns = columns.reshape(N, groups, math.prod(w_shape[1:]), height * width)
    dout = dout.reshape(N, groups, K // groups, height * width)
    return (dout @ columns.mT).sum(dim=0).reshape(tuple(w_shape))


def conv2d_input_gradient(dout, w, x_shape, stride=1, padding=0, dilation=1, groups=1):
    """Return the gradient of the image: every pixel collects from all windows it stood in."""
    N, K, height, width = dout.shape
    filters = w.reshape(groups, K // groups, -1).mT
    columns = filters @ dout.reshape(N, groups, K // groups, height * width)
    columns = columns.reshape(N, groups * filters.shape[1], height * width)
    return col2im(columns, x_shape, tuple(w.shape[2:]), stride, padding, dilation)


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    """Lay the window under each filter position out as a column (N, C * F_h * F_w, H' * W')."""
    fit("x (N, C, H, W)", x)
    F_h, F_w = pair(kernel_size)
    rows, cols = _pads(x.shape, (F_h, F_w), stride, padding, dilation)
    x = functional.pad(x, (*cols, *rows))
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    windows = x.unfold(2, D_h * (F_h - 1) + 1, S_h).unfold(3, D_w * (F_w - 1) + 1, S_w)
    windows = windows[..., ::D_h, ::D_w]
    N, C, height, width = windows.shape[:4]
    columns = windows.permute(0, 1, 4, 5, 2, 3)
    return columns.reshape(N, C * F_h * F_w, height * width)


def col2im(columns, x_shape, kernel_size, stride=1, padding=0, dilation=1):
    """Add each column back to the pixels of its window: the transpose of `im2col`."""
    (N, C, H, W), (F_h, F_w) = x_shape, pair(kernel_size)
    rows, cols = _pads(x_shape, (F_h, F_w), stride, padding, dilation)
    height, width = _output_sizes(x_shape, (F_h, F_w), stride, padding, dilation)
    expected = (N, C * F_h * F_w, height * width)
    if tuple(columns.shape) != expected:
        raise ValueError(
            f"images {tuple(x_shape)} have columns of shape {expected}; got {tuple(columns.shape)}"
        )
    columns = columns.reshape(N, C, F_h, F_w, height, width)
    x = columns.new_zeros(N, C, H + sum(rows), W + sum(cols))
    (S_h, S_w), (D_h, D_w) = pair(stride), pair(dilation)
    for u in range(F_h):
        for v in range(F_w):
            top, left = u * D_h, v * D_w
            rows_seen = slice(top, top + S_h * height, S_h)
            cols_seen = slice(left, left + S_w * width, S_w)
            x[:, :, rows_seen, cols_seen] += columns[:, :, u, v]
    return x[:, :, rows[0] : rows[0] + H, cols[0] : cols[0] + W]


def flip_kernel(w):
    """Turn filters by half a turn: ``conv2d(x, flip_kernel(w), b)`` is the true convolution."""
    fit("w (..., F_h, F_w)", w)
    return w.flip(-2, -1)


def _pads(x_shape, kernel_size, stride, padding, dilation):
    """Return zeros (top, bottom), (left, right), from numbers or modes."""
    axes = pair(padding), x_shape[2:], kernel_size, pair(stride), pair(dilation)
    return [padding_amounts(*axis) for axis in zip(*axes, strict=True)]


def _output_sizes(x_shape, kernel_size, stride, padding, dilation):
    pads = _pads(x_shape, kernel_size, stride, padding, dilation)
    axes = zip(x_shape[2:], kernel_size, pair(stride), pads, pair(dilation), strict=True)
    return [conv_output_size(size, F, S, *pad, D) for size, F, S, pad, D in axes]
