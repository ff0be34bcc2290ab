"""Transposed convolution on tensors; as in `dlcourse.reference.conv_transpose`."""

from dlcourse.twins.conv import conv2d_input_gradient


def conv_transpose2d(x, w, b, stride=1, padding=0):
    """Let every pixel paint a filter onto the output, `stride` pixels from its neighbour's."""
    sizes = [
        (size - 1) * stride + F - 2 * padding
        for size, F in zip(x.shape[2:], w.shape[2:], strict=True)
    ]
    out = conv2d_input_gradient(x, w, (len(x), w.shape[1], *sizes), stride, padding)
    return out + b.reshape(-1, 1, 1)
