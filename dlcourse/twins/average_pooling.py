"""Average pooling on tensors: the same names as `dlcourse.reference.average_pooling`.

Lectures 12 and 13.
"""

from dlcourse.twins.arguments import fit
from dlcourse.twins.pool_windows import Windows


def avg_pool2d(
    x,
    kernel_size=2,
    stride=2,
    padding=0,
    ceil_mode=False,
    count_include_pad=True,
    dilation=1,
):
    """Average the numbers under each window.

    Same contract as `dlcourse.reference.average_pooling.avg_pool2d`, on tensors of any device.
    """
    fit("x (N, C, H, W)", x)
    windows = Windows(x, kernel_size, stride, padding, dilation, ceil_mode)
    return windows.view(x, 0.0).sum(dim=(-2, -1)) / windows.counted(count_include_pad)


def global_average_pool(x):
    """Average each feature map to one number: (N, C, H, W) becomes (N, C)."""
    fit("x (N, C, H+, W+)", x)
    return x.mean(dim=(2, 3))


def subsample(x, w, b, kernel_size=2, stride=2):
    """Add up each window, times a weight plus a bias of its channel: LeNet-5's pooling."""
    fit("x (N, C, H, W), w (C), b (C)", x, w, b)
    sums = Windows(x, kernel_size, stride).view(x, 0.0).sum(dim=(-2, -1))
    return sums * w[:, None, None] + b[:, None, None]
