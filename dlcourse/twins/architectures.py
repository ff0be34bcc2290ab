"""Networks from a list of layers, and what any network costs, without its weights (Lecture 13).

PyTorch's device "meta" knows shapes and holds no numbers: a network built there takes no memory,
and a pass through it takes no arithmetic.
"""

import torch
from torch import nn
from torch.overrides import TorchFunctionMode


def sequential(layers, input_shape):
    """Build the chain that `architecture_table` describes, with ReLU after all but the last layer.

    Parameters
    ----------
    layers : sequence of dict
        As `architecture_table` takes them; padding as a number.
    input_shape : (C, H, W)

    Returns
    -------
    torch.nn.Sequential
    """
    modules = []
    for layer in layers:
        geometry = (layer.get("kernel_size"), layer.get("stride", 1), layer.get("padding", 0))
        if layer["type"] == "conv":
            modules += [nn.LazyConv2d(layer["filters"], *geometry), nn.ReLU()]
        elif layer["type"] == "pool":
            modules += [nn.MaxPool2d(*geometry)]
        elif layer["type"] == "dense":
            modules += [nn.Flatten(), nn.LazyLinear(layer["units"]), nn.ReLU()]
        else:
            raise ValueError(f"got a layer of type {layer['type']!r}; use conv, pool or dense")
    if isinstance(modules[-1], nn.ReLU):
        modules.pop()
    network = nn.Sequential(*modules)
    network(torch.zeros(1, *input_shape))  # lazy layers learn the size of their input here
    return network


def architecture_table(layers, input_shape):
    """Build the chain of `layers` without weights, and count in it.

    Same contract as `dlcourse.reference.architectures.architecture_table`, which computes by
    formula what is measured here.
    """
    rows = network_table(lambda: sequential(layers, input_shape), input_shape)
    columns = ("shape", "parameters", "multiplications", "flops", "receptive_field", "memory")
    counted = [row for row in rows if row["type"] not in ("ReLU", "Flatten")]
    return [{column: row[column] for column in columns} for row in counted]


def network_table(build, input_shape, train=False):
    """Measure every layer of any network, branches included, without allocating it.

    Parameters
    ----------
    build : callable
        Makes the network: a class, or ``lambda: ResNet(50)``. Never called with a device.
    input_shape : (C, H, W)
        Of one image.
    train : bool
        Run the network as in training, which for GoogLeNet includes the auxiliary heads.

    Returns
    -------
    list of dict, one a layer (a module without submodules) in the order of the pass
        ``layer`` its name in the network, ``type``, ``shape`` of the output of one image,
        ``parameters``, ``multiplications`` and ``flops`` of convolutions and dense layers,
        ``receptive_field`` along one axis, over the longest path, and ``memory``, the bytes of the
        output (0 where a layer gives its input in another shape).

    Notes
    -----
    A convolution's field counts padding and can exceed the image; a dense layer and a global
    average see the image itself.
    """
    with torch.device("meta"):
        network = build().train(train)
        images = torch.empty(2, *input_shape)  # batch norm refuses to train on one 1x1 map
    table = []
    for name, module in network.named_modules():
        if not list(module.children()):
            module.register_forward_hook(_measure(name, table, max(input_shape[1:])))
    images.field, images.step = 1, 1
    with torch.no_grad(), _TraceFields():
        network(images)
    return table


class _TraceFields(TorchFunctionMode):
    """Hands the receptive field of an operation's inputs on to its output: the largest wins."""

    def __torch_function__(self, func, types, args=(), kwargs=None):
        out = func(*args, **(kwargs or {}))
        inputs = [t for arg in args for t in (arg if isinstance(arg, (list, tuple)) else [arg])]
        traced = [t for t in inputs if hasattr(t, "field")]
        if isinstance(out, torch.Tensor) and traced:
            out.field = max(t.field for t in traced)
            out.step = traced[0].step  # branches that meet have stepped alike
        return out


def _measure(name, table, image_size):
    """Make the hook that writes a layer's row, and sets the field of what leaves it."""

    def hook(module, inputs, out):
        (x,) = inputs
        if isinstance(module, (nn.Linear, nn.AdaptiveAvgPool2d)):
            out.field = image_size
        elif hasattr(module, "kernel_size"):
            out.field = x.field + (_side(module.kernel_size) - 1) * x.step
            out.step = x.step * _side(module.stride)
        multiplications = _multiplications(module, out[0])
        view = out.untyped_storage()._cdata == x.untyped_storage()._cdata
        table.append(
            {
                "layer": name,
                "type": type(module).__name__,
                "shape": tuple(out.shape[1:]),
                "parameters": sum(p.numel() for p in module.parameters()),
                "multiplications": multiplications,
                "flops": 2 * multiplications,
                "receptive_field": out.field,
                "memory": 0 if view else out[0].numel() * out.element_size(),
            }
        )

    return hook


def _side(size):
    return size[0] if isinstance(size, tuple) else size


def _multiplications(module, out):
    """Count for one image: a weight of a filter works once at each position of its map."""
    if isinstance(module, nn.Linear):
        return module.weight.numel()
    if hasattr(module, "kernel_size") and hasattr(module, "weight"):
        return module.weight.numel() * out[0].numel()
    return 0
