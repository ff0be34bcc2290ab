"""Convolution and pooling of sequences with channels, on tensors (Lecture 12).

The same names as in `dlcourse.reference.sequence_conv`; a sequence is an image one pixel high.
"""

from dlcourse.twins.arguments import fit
from dlcourse.twins.average_pooling import avg_pool2d
from dlcourse.twins.conv import conv2d
from dlcourse.twins.pooling import max_pool2d


def sequence_conv(x, w, b, stride=1, padding=0, dilation=1, groups=1):
    """Slide K filters along a batch of sequences (N, C, L)."""
    fit("x (N, C, L), w (K+, C_g, F)", x, w)
    tall = x.unsqueeze(2), w.unsqueeze(2)
    return conv2d(*tall, b, (1, stride), (0, padding), (1, dilation), groups).squeeze(2)


def max_pool1d(
    x, kernel_size=2, stride=2, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """Keep the largest number under each window of a sequence."""
    fit("x (N, C, L)", x)
    window = (1, kernel_size), (1, stride), (0, padding), (1, dilation), ceil_mode
    maxima, indices = max_pool2d(x.unsqueeze(2), *window, return_indices=True)
    return (maxima.squeeze(2), indices.squeeze(2)) if return_indices else maxima.squeeze(2)


def avg_pool1d(
    x, kernel_size=2, stride=2, padding=0, ceil_mode=False, count_include_pad=True, dilation=1
):
    """Average the numbers under each window of a sequence."""
    fit("x (N, C, L)", x)
    steps = (1, stride), (0, padding), ceil_mode, count_include_pad, (1, dilation)
    return avg_pool2d(x.unsqueeze(2), (1, kernel_size), *steps).squeeze(2)
