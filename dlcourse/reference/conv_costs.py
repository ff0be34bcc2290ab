"""What a convolution costs: parameters, multiplications, operations, memory (Lecture 12).

All of it is counted from sizes; none of it needs an image. Notation of the lecture: filter size F
(`kernel_size`), C channels in, K out, an output of H' x W' positions.
"""

import math

from dlcourse.reference.arguments import whole_numbers
from dlcourse.reference.conv_shapes import pair


def conv_parameters(kernel_size, in_channels, out_channels, bias=True, groups=1):
    """Count the weights of a layer: ``(F F C + 1) K``.

    Parameters
    ----------
    kernel_size, in_channels, out_channels : int
        F, C and K; for filters that are not square, F is a pair.
    bias : bool
        Without biases there is no + 1.
    groups : int
        Into so many parts channels and filters are cut: a filter sees C / groups channels.

    Raises
    ------
    ValueError
        If a number is not whole, or if groups does not divide channels and filters.

    References
    ----------
    Lecture 12: 200 filters of 5 x 5 on three channels have 15,200 parameters.

    Examples
    --------
    >>> conv_parameters(5, 3, 200)
    15200
    """
    weights, out_channels = _filters(kernel_size, in_channels, out_channels, groups)
    return (weights + bool(bias)) * out_channels


def _filters(kernel_size, in_channels, out_channels, groups):
    """Return the weights of one filter, and how many filters there are."""
    F_h, F_w = pair(kernel_size, "kernel_size")
    F_h, F_w, in_channels, out_channels, groups = whole_numbers(
        kernel_size=F_h, width=F_w, in_channels=in_channels, out_channels=out_channels,
        groups=groups,
    )  # fmt: skip
    if in_channels % groups or out_channels % groups:
        raise ValueError(
            f"groups cuts channels and filters into equal parts; got groups={groups} for "
            f"{in_channels} channels and {out_channels} filters"
        )
    return F_h * F_w * (in_channels // groups), out_channels


def conv_multiplications(kernel_size, in_channels, out_channels, height, width, groups=1):
    """Count the multiplications of one image: F F C for each of the K H' W' outputs.

    Parameters
    ----------
    kernel_size, in_channels, out_channels : int
        F, C and K.
    height, width : int
        Of the output.
    groups : int
        As in `conv_parameters`.

    Raises
    ------
    ValueError
        If a number is not whole, if groups does not divide channels and filters, or if the filter
        does not fit.

    References
    ----------
    Lecture 12: 225 million for 200 maps of 150 x 100 from 5 x 5 filters on three channels.

    Examples
    --------
    >>> conv_multiplications(5, 3, 200, 100, 150)
    225000000
    """
    weights, out_channels = _filters(kernel_size, in_channels, out_channels, groups)
    height, width = whole_numbers(height=height, width=width)
    return weights * out_channels * height * width


def conv_flops(kernel_size, in_channels, out_channels, height, width, groups=1):
    """Count floating-point operations: every multiplication has its addition.

    Arguments are those of `conv_multiplications`.

    Notes
    -----
    Papers that write "FLOPs" often mean multiply-adds, that is half of this:
    `conv_multiplications`.

    Examples
    --------
    >>> conv_flops(5, 3, 200, 100, 150)
    450000000
    """
    return 2 * conv_multiplications(kernel_size, in_channels, out_channels, height, width, groups)


def feature_map_bytes(channels, height, width, batch_size=1, bytes_per_number=4):
    """Return the memory that a layer's output takes, in bytes.

    Parameters
    ----------
    channels, height, width : int
        Of the output.
    batch_size : int
    bytes_per_number : int
        4 is float32.

    Raises
    ------
    ValueError
        If one of these is no whole number from 1.

    References
    ----------
    Lecture 12: 200 maps of 150 x 100 take 12 million bytes, 11.4 MiB, an image.

    Examples
    --------
    >>> feature_map_bytes(200, 150, 100)
    12000000
    """
    return math.prod(
        whole_numbers(
            channels=channels, height=height, width=width, batch_size=batch_size,
            bytes_per_number=bytes_per_number,
        )
    )  # fmt: skip
