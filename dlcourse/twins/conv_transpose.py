"""Transposed convolution on tensors; as in `dlcourse.reference.conv_transpose`."""

from dlcourse.twins.arguments import fit
from dlcourse.twins.conv import conv2d_input_gradient
from dlcourse.twins.conv_shapes import pair


def conv_transpose2d(x, w, b, stride=1, padding=0):
    """Let every pixel paint a filter onto the output, `stride` pixels from its neighbour's."""
    fit("x (N, C+, H+, W+), w (C, K+, F_h+, F_w+), b (K)", x, w, b)
    axes = zip(x.shape[2:], w.shape[2:], pair(stride), pair(padding), strict=True)
    sizes = [(size - 1) * S + F - 2 * P for size, F, S, P in axes]
    out = conv2d_input_gradient(x, w, (len(x), w.shape[1], *sizes), stride, padding)
    return out if b is None else out + b.reshape(-1, 1, 1)
