"""The arithmetic of convolution shapes: what the twins need of `dlcourse.reference.conv_shapes`."""

import math

from dlcourse.twins.arguments import one_of


def pair(size, name="a size"):
    """Read a number, meant for both axes, or a pair (rows, columns); `name` is for the error."""
    both = (size, size) if isinstance(size, str) or not hasattr(size, "__len__") else tuple(size)
    if len(both) != 2:
        raise ValueError(f"{name} is a number or a pair (rows, columns); got {size!r}")
    return both


def conv_output_size(
    size, kernel_size, stride=1, pad_start=0, pad_end=0, dilation=1, ceil_mode=False
):
    """Count the positions that a filter takes along one axis.

    Same contract as `dlcourse.reference.conv_shapes.conv_output_size`.
    """
    _whole(size, kernel_size, stride, pad_start, pad_end, dilation)
    if min(size, kernel_size, stride, dilation) < 1 or min(pad_start, pad_end) < 0:
        raise ValueError(
            f"sizes, strides and dilations start at 1, pads at 0; got size={size}, "
            f"kernel_size={kernel_size}, stride={stride}, pads ({pad_start}, {pad_end}), "
            f"dilation={dilation}"
        )
    way = size + pad_start + pad_end - dilation * (kernel_size - 1) - 1
    outputs = (math.ceil if ceil_mode else math.floor)(way / stride) + 1
    if ceil_mode and (outputs - 1) * stride >= size + pad_start:
        outputs -= 1  # the last one would begin among the pads at the end
    if outputs < 1:
        raise ValueError(f"a filter of {kernel_size} does not fit into {size} pixels and the pads")
    return outputs


def padding_amounts(padding, size, kernel_size, stride=1, dilation=1):
    """Turn a padding as a layer names it into zeros (start, end) along one axis.

    Same contract as `dlcourse.reference.conv_shapes.padding_amounts`.
    """
    _whole(size, kernel_size, stride, dilation)
    if isinstance(padding, str):
        one_of(padding, ("valid", "same", "same_lower", "full"), "padding")
    spread = dilation * (kernel_size - 1)
    if padding in ("same", "same_lower"):
        missing = max((math.ceil(size / stride) - 1) * stride + spread + 1 - size, 0)
        halves = missing // 2, missing - missing // 2
        return halves if padding == "same" else halves[::-1]
    pads = pair({"valid": 0, "full": spread}[padding] if isinstance(padding, str) else padding)
    _whole(*pads)
    return pads


def _whole(*numbers):
    if not all(hasattr(n, "__index__") for n in numbers):
        raise ValueError(
            "sizes, strides, pads and dilations along an axis are whole numbers; "
            f"got {', '.join(map(repr, numbers))}"
        )
