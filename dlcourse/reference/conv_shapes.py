"""The arithmetic of convolution shapes: sizes, pads, receptive field (Lecture 12).

All of it counts along one axis, which height and width then do separately, and none of it needs an
image. Notation of the lecture: input size I, filter size F (`kernel_size`), stride S, output size
O; `dilation` is the distance between neighbouring taps of a filter. Costs:
`dlcourse.reference.conv_costs`.
"""

import operator

from dlcourse.reference.arguments import plain, quoted, whole_numbers


def pair(size, name="a size"):
    """Read a number, meant for both axes, or a pair (rows, columns); `name` is for the error.

    Raises
    ------
    ValueError
        If `size` is neither.

    Examples
    --------
    >>> pair(3), pair((1, 2))
    ((3, 3), (1, 2))
    """
    alone = isinstance(size, str) or not hasattr(size, "__len__") or getattr(size, "ndim", 1) == 0
    both = (size, size) if alone else tuple(size)
    if len(both) != 2:
        raise ValueError(f"{name} is a number or a pair (rows, columns); got {quoted(size)}")
    return tuple(plain(*both))  # an int8 would wrap round


def conv_output_size(
    size, kernel_size, stride=1, pad_start=0, pad_end=0, dilation=1, ceil_mode=False
):
    """Count the positions that a filter takes along one axis.

    Parameters
    ----------
    size, kernel_size, stride : int
        Length of the axis, of the filter along it, and of one step.
    pad_start, pad_end : int
        Zeros added before and after.
    dilation : int
        Distance between neighbouring filter taps; 1 is a filter without holes.
    ceil_mode : bool
        Whether a last position counts where the filter reaches beyond the padded axis, as in
        pooling layers; it must begin before the pads at the end.

    Returns
    -------
    int
        ``floor((size - F + pad_start + pad_end) / stride) + 1``, F being the dilated filter's span;
        with `ceil_mode` the fraction is rounded up.

    Raises
    ------
    ValueError
        If a size makes no sense or the filter does not fit into the padded axis.

    Notes
    -----
    The floor drops pixels: where the stride does not divide, the last ones are never looked at.

    References
    ----------
    Lecture 12.

    Examples
    --------
    >>> conv_output_size(32, 5)
    28
    >>> conv_output_size(13, 6, stride=5, pad_start=1, pad_end=2)
    3
    >>> conv_output_size(8, 3, stride=2), conv_output_size(8, 3, stride=2, ceil_mode=True)
    (3, 4)
    """
    size, kernel_size, stride, pad_start, pad_end, dilation = _whole(
        size, kernel_size, stride, pad_start, pad_end, dilation
    )
    span = dilation * (kernel_size - 1) + 1
    padded = size + pad_start + pad_end
    if min(size, kernel_size, stride, dilation) < 1 or min(pad_start, pad_end) < 0:
        raise ValueError(
            f"sizes, strides and dilations start at 1, pads at 0; got size={size}, "
            f"kernel_size={kernel_size}, stride={stride}, pads ({pad_start}, {pad_end}), "
            f"dilation={dilation}"
        )
    steps = -((span - padded) // stride) if ceil_mode else (padded - span) // stride
    if ceil_mode and steps * stride >= size + pad_start:
        steps -= 1  # the last position would begin among the pads at the end
    if steps < 0:
        raise ValueError(
            f"a filter that spans {span} does not fit into {size} + {pad_start} + {pad_end} = "
            f"{padded} pixels; pad more, or take a smaller filter"
        )
    return steps + 1


def _whole(*numbers):
    """Read whole numbers of any integer type as Python's; refuse 2.0, a pair and text."""
    try:
        return [operator.index(n) for n in numbers]
    except TypeError:
        raise ValueError(
            "sizes, strides, pads and dilations along an axis are whole numbers; "
            f"got {quoted(numbers)}"
        ) from None


def same_padding(size, kernel_size, stride=1, dilation=1):
    """Return the pads (start, end) that leave ``ceil(size / stride)`` outputs.

    An odd number of zeros is split with the larger half at the end. Where the stride outruns the
    filter no zeros are needed: (0, 0).

    Raises
    ------
    ValueError
        If one of these is no whole number from 1.

    References
    ----------
    Lecture 12: 13 pixels, filter 6, stride 5 take (1, 2).

    Examples
    --------
    >>> same_padding(13, 6, 5)
    (1, 2)
    """
    size, kernel_size, stride, dilation = whole_numbers(
        size=size, kernel_size=kernel_size, stride=stride, dilation=dilation
    )
    span = dilation * (kernel_size - 1) + 1
    outputs = -(-size // stride)
    missing = max((outputs - 1) * stride + span - size, 0)
    return missing // 2, missing - missing // 2


def full_padding(kernel_size, dilation=1):
    """Return the pads (start, end) with which the filter meets every pixel at every tap.

    Raises
    ------
    ValueError
        If one of these is no whole number from 1.

    Examples
    --------
    >>> full_padding(3)
    (2, 2)
    """
    kernel_size, dilation = whole_numbers(kernel_size=kernel_size, dilation=dilation)
    return (dilation * (kernel_size - 1),) * 2


def padding_amounts(padding, size, kernel_size, stride=1, dilation=1):
    """Turn a padding as a layer names it into zeros (start, end) along one axis.

    `padding` is a number of zeros on either side, or a pair (start, end) of them, or "valid"
    (none), "same" (see `same_padding`), "same_lower" (the same with the larger half at the start,
    ONNX's SAME_LOWER) or "full" (see `full_padding`).

    Raises
    ------
    ValueError
        If padding is neither a whole number from 0, a pair of such, nor one of the four words, or
        if a size is not whole.

    Examples
    --------
    >>> padding_amounts("same", 13, 6, 5), padding_amounts("same_lower", 13, 6, 5)
    ((1, 2), (2, 1))
    """
    padding = padding if isinstance(padding, str) else pair(padding, "padding")
    if padding == "valid":
        return 0, 0
    if padding == "same":
        return same_padding(size, kernel_size, stride, dilation)
    if padding == "same_lower":
        return same_padding(size, kernel_size, stride, dilation)[::-1]
    if padding == "full":
        return full_padding(kernel_size, dilation)
    if isinstance(padding, str) or min(_whole(*padding)) < 0:
        raise ValueError(
            "padding is a number from 0, 'valid', 'same', 'same_lower' or 'full'; "
            f"got {quoted(padding)}"
        )
    return tuple(_whole(*padding))


def receptive_field(kernels, strides, dilations=None):
    """Return how wide the stretch of input pixels is that one output of a stack of layers sees.

    It goes from the first to the last pixel along one axis, gaps between windows included.

    Parameters
    ----------
    kernels, strides : sequence of int
        Filter size and stride of each layer, convolution or pooling, the input's side first.
    dilations : sequence of int, optional
        Distance between neighbouring taps of each layer; 1 if not given.

    Returns
    -------
    int
        ``1 + sum_j D_j (F_j - 1) S_1 ... S_(j-1)``: the stride of a layer counts for later layers
        only, so the last one has no say.

    Raises
    ------
    ValueError
        If there is not one stride and one dilation a layer, or if one of the numbers is not whole
        or below 1.

    References
    ----------
    Lecture 12.

    Examples
    --------
    >>> receptive_field([3, 3], [1, 1])
    5
    >>> receptive_field([3, 3], [1, 1], dilations=[2, 4])
    13
    """
    if not hasattr(kernels, "__len__") or not hasattr(strides, "__len__"):
        raise ValueError(f"one kernel and one stride a layer, as lists: got {kernels}, {strides}")
    kernels, strides = _whole(*kernels), _whole(*strides)
    dilations = [1] * len(kernels) if dilations is None else _whole(*dilations)
    if not len(kernels) == len(strides) == len(dilations):
        raise ValueError(
            f"one stride and one dilation a layer: got {len(kernels)} kernels and {len(strides)} "
            f"strides, {len(dilations)} dilations"
        )
    if min([*kernels, *strides, *dilations], default=1) < 1:
        raise ValueError(
            f"filters, strides and dilations start at 1; got {quoted(kernels)}, {quoted(strides)}, "
            f"{quoted(dilations)}"
        )
    field, step = 1, 1  # step: distance on the input between neighbouring outputs so far
    for kernel_size, stride, dilation in zip(kernels, strides, dilations, strict=True):
        field += dilation * (kernel_size - 1) * step
        step *= stride
    return field
