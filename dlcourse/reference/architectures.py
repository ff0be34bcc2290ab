"""What a convolutional network costs, layer by layer, and its building blocks (Lecture 13).

A network that is one chain of layers is a list of dictionaries here. Counting needs no weights, so
a table of AlexNet takes no memory.
"""

import math

from dlcourse.reference.arguments import quoted, whole_numbers
from dlcourse.reference.conv_costs import conv_multiplications, conv_parameters, feature_map_bytes
from dlcourse.reference.conv_shapes import conv_output_size, padding_amounts, pair, receptive_field

LENET5_LAYERS = [  # the modern form, 61,706 parameters, for (1, 32, 32)
    {"type": "conv", "kernel_size": 5, "filters": 6},
    {"type": "pool", "kernel_size": 2, "stride": 2},
    {"type": "conv", "kernel_size": 5, "filters": 16},
    {"type": "pool", "kernel_size": 2, "stride": 2},
    {"type": "conv", "kernel_size": 5, "filters": 120},
    {"type": "dense", "units": 84},
    {"type": "dense", "units": 10},
]

ALEXNET_LAYERS = [  # one tower, 62,378,344 parameters, for (3, 227, 227)
    {"type": "conv", "kernel_size": 11, "filters": 96, "stride": 4},
    {"type": "pool", "kernel_size": 3, "stride": 2},
    {"type": "conv", "kernel_size": 5, "filters": 256, "padding": 2},
    {"type": "pool", "kernel_size": 3, "stride": 2},
    {"type": "conv", "kernel_size": 3, "filters": 384, "padding": 1},
    {"type": "conv", "kernel_size": 3, "filters": 384, "padding": 1},
    {"type": "conv", "kernel_size": 3, "filters": 256, "padding": 1},
    {"type": "pool", "kernel_size": 3, "stride": 2},
    {"type": "dense", "units": 4096},
    {"type": "dense", "units": 4096},
    {"type": "dense", "units": 1000},
]


# what a layer of each type may say about itself
KEYS = {
    "conv": {"type", "kernel_size", "filters", "stride", "padding", "dilation", "groups", "bias"},
    "pool": {"type", "kernel_size", "stride", "padding", "dilation", "ceil_mode"},
    "dense": {"type", "units", "bias"},
}
NEEDED = {"conv": {"kernel_size", "filters"}, "pool": {"kernel_size"}, "dense": {"units"}}


def _vgg16():
    for filters, convolutions in [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)]:
        for _ in range(convolutions):
            yield {"type": "conv", "kernel_size": 3, "filters": filters, "padding": 1}
        yield {"type": "pool", "kernel_size": 2, "stride": 2}
    for units in (4096, 4096, 1000):
        yield {"type": "dense", "units": units}


VGG16_LAYERS = list(_vgg16())  # 138,357,544 parameters, for (3, 224, 224)


def architecture_table(layers, input_shape):
    """Compute shape, cost and receptive field of each layer of a chain.

    Parameters
    ----------
    layers : sequence of dict
        Each has a ``type``: "conv" (``kernel_size``, ``filters``), "pool" (``kernel_size``) or
        "dense" (``units``). Convolution and pooling take a ``stride`` (1), a ``padding`` (0, or a
        mode of `dlcourse.reference.conv_shapes`) and a ``dilation`` (1), each a number or a pair
        (rows, columns); a pooling takes ``ceil_mode`` (False), a convolution ``groups`` (1), a
        convolution and a dense layer ``bias`` (True).
    input_shape : (C, H, W)
        Of one image.

    Returns
    -------
    list of dict, one a layer
        ``shape`` of the output, (K, H', W') or (units,); ``parameters``, biases included;
        ``multiplications`` for one image; ``receptive_field``, in input pixels along one axis, of
        one output; ``flops``, two a multiplication (its addition counts too); ``memory`` of the
        output of one image in bytes of float32. Where the two axes differ, the field is a pair;
        that of a dense layer is one number, the larger side of the image.

    Raises
    ------
    ValueError
        If a layer says what its type does not know, such as ``strides``, lacks what it needs, has a
        size that is no whole number from 1, or cannot follow the one before it.

    Notes
    -----
    Pooling multiplies nothing and has no parameters here. A dense layer sees the whole input. The
    receptive field of a convolution counts padding, so that it can exceed the image. ReLU, dropout
    and normalization without weights change none of the columns and have no rows.

    References
    ----------
    Lecture 13. Twin: `dlcourse.twins.architectures.architecture_table` builds the network and
    counts its weights.

    Examples
    --------
    >>> first = architecture_table(LENET5_LAYERS, (1, 32, 32))[0]
    >>> first["shape"], first["parameters"], first["receptive_field"]
    ((6, 28, 28), 156, 5)
    """
    if len(input_shape) != 3:
        raise ValueError(f"input_shape is (channels, height, width); got {quoted(input_shape)}")
    channels, height, width = input_shape
    shape = tuple(whole_numbers(channels=channels, height=height, width=width))
    table, below, larger_side = [], [], max(shape[1:])
    for layer in layers:
        _check_keys(layer)
        if layer["type"] == "dense":
            row, field = _dense(layer, shape), larger_side
        else:
            below.append(layer)
            row, field = _sliding(layer, shape), _field(below)
        shape = row["shape"]
        row |= {"flops": 2 * row["multiplications"], "receptive_field": field}
        row["memory"] = feature_map_bytes(*shape, *(1,) * (3 - len(shape)))
        table.append(row)
    return table


def _check_keys(layer):
    if not isinstance(layer, dict):
        raise ValueError(f"a layer is a dictionary; got {quoted(layer)}")
    kind = layer.get("type")
    if not isinstance(kind, str) or kind not in KEYS:
        raise ValueError(f"got a layer of type {quoted(kind)}; use conv, pool or dense")
    if unknown := sorted(layer.keys() - KEYS[kind]):
        raise ValueError(f"a {kind} layer knows {sorted(KEYS[kind])}; got {unknown}")
    if missing := sorted(NEEDED[kind] - layer.keys()):
        raise ValueError(f"a {kind} layer needs {missing}; got {quoted(layer)}")


def _field(layers):
    """Receptive field of a chain of convolutions and pools: a number, or a pair if axes differ."""
    axes = [
        [pair(layer.get(key, 1), key) for layer in layers]
        for key in ("kernel_size", "stride", "dilation")
    ]
    rows, columns = (receptive_field(*([p[i] for p in axis] for axis in axes)) for i in (0, 1))
    return rows if rows == columns else (rows, columns)


def _sliding(layer, shape):
    """Shape, parameters and multiplications of a convolution or pooling layer."""
    if len(shape) != 3:
        raise ValueError(f"a {layer['type']} layer needs maps (C, H, W); got {shape} from dense")
    channels, size = shape[0], layer["kernel_size"]
    defaults = {"stride": 1, "dilation": 1, "padding": 0}
    ceil_mode = layer.get("ceil_mode", False)
    options = (pair(layer.get(key, default), key) for key, default in defaults.items())
    height, width = (
        conv_output_size(n, F, S, *padding_amounts(pad, n, F, S, D), D, ceil_mode)
        for n, F, S, D, pad in zip(shape[1:], pair(size), *options, strict=True)
    )
    if layer["type"] == "pool":
        return {"shape": (channels, height, width), "parameters": 0, "multiplications": 0}
    maps, groups = layer["filters"], layer.get("groups", 1)
    return {
        "shape": (maps, height, width),
        "parameters": conv_parameters(size, channels, maps, layer.get("bias", True), groups),
        "multiplications": conv_multiplications(size, channels, maps, height, width, groups),
    }


def _dense(layer, shape):
    inputs, (units,) = math.prod(shape), whole_numbers(units=layer["units"])
    return {
        "shape": (units,),
        "parameters": (inputs + bool(layer.get("bias", True))) * units,
        "multiplications": inputs * units,
    }


def inception_parameters(in_channels, branches):
    """Count the parameters of an inception module, biases included.

    Parameters
    ----------
    in_channels : int
        Maps that enter every branch.
    branches : sequence of sequences of (kernel_size, out_channels)
        The convolutions of each branch in order. A pooling layer has nothing to count: a branch
        that begins with one is its projection alone.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If a branch is no sequence of pairs, or one of the numbers is no whole number from 1.

    References
    ----------
    Lecture 13; GoogLeNet's first module has 163,696.

    Examples
    --------
    >>> reduced = [[(1, 96), (3, 128)], [(1, 16), (5, 32)]]
    >>> inception_parameters(192, [[(1, 64)], *reduced, [(1, 32)]])
    163696
    """
    total, (in_channels,) = 0, whole_numbers(in_channels=in_channels)
    for branch in _branches(branches):
        channels = in_channels
        for kernel_size, out_channels in branch:
            total += conv_parameters(kernel_size, channels, out_channels)
            channels = out_channels
    return total


def _branches(branches):
    """Read branches as lists of pairs."""
    try:
        read = [[tuple(layer) for layer in branch] for branch in branches]
    except TypeError:  # a number where a sequence is due
        read = [[()]]
    if any(len(layer) != 2 for branch in read for layer in branch):
        raise ValueError(
            "branches are sequences of (kernel_size, out_channels), such as [(1, 96), (3, 128)]; "
            f"got {quoted(branches)}"
        )
    return read
