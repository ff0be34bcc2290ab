"""Networks from a list of layers, and what any network costs, without its weights (Lecture 13).

PyTorch's device "meta" knows shapes and holds no numbers: a network built there takes no memory,
and a pass through it takes no arithmetic. `torch.fx` writes the pass down as a graph, whose nodes
are layers and the few functions that join them.
"""

import math
import operator

import torch
from torch import fx, nn

from dlcourse.twins import arguments
from dlcourse.twins.conv_shapes import pair
from dlcourse.twins.geometry import Geometry, geometry

# what a layer of each type may say about itself
KEYS = {
    "conv": {"type", "kernel_size", "filters", "stride", "padding", "dilation", "groups", "bias"},
    "pool": {"type", "kernel_size", "stride", "padding", "dilation", "ceil_mode"},
    "dense": {"type", "units", "bias"},
}
NEEDED = {"conv": {"kernel_size", "filters"}, "pool": {"kernel_size"}, "dense": {"units"}}
# functions and methods that join, reshape or bend maps pixel by pixel
POINTWISE = {
    *(operator.add, operator.iadd, operator.mul, torch.add, torch.cat, torch.flatten),
    *(torch.relu, torch.tanh, torch.sigmoid, nn.functional.relu, arguments.images),
    *("relu", "tanh", "sigmoid", "flatten", "view", "reshape", "contiguous"),
}


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
    modules, kinds = [], [_kind(layer) for layer in layers]
    for layer, kind, before in zip(layers, kinds, [None, *kinds], strict=False):
        if before == "dense" and kind != "dense":
            raise ValueError(f"a {kind} layer needs maps (C, H, W); got {layer} after a dense one")
        options = {name: value for name, value in layer.items() if name != "type"}
        if kind == "conv":
            modules += [nn.LazyConv2d(options.pop("filters"), **options), nn.ReLU()]
        elif kind == "pool":
            modules += [nn.MaxPool2d(**{"stride": 1} | options)]
        else:
            modules += [nn.Flatten(), nn.LazyLinear(options.pop("units"), **options), nn.ReLU()]
    if modules and isinstance(modules[-1], nn.ReLU):
        modules.pop()
    network = nn.Sequential(*modules)
    try:
        network(torch.zeros(1, *input_shape))  # lazy layers learn the size of their input here
    except (RuntimeError, TypeError) as error:
        raise ValueError(f"no such network for input_shape {tuple(input_shape)}: {error}") from None
    return network


def _kind(layer):
    if not isinstance(layer, dict):
        raise ValueError(f"a layer is a dictionary; got {layer!r}")
    kind = layer.get("type")
    if not isinstance(kind, str) or kind not in KEYS:
        raise ValueError(f"got a layer of type {kind!r}; use conv, pool or dense")
    if unknown := sorted(layer.keys() - KEYS[kind]):
        raise ValueError(f"a {kind} layer knows {sorted(KEYS[kind])}; got {unknown}")
    if missing := sorted(NEEDED[kind] - layer.keys()):
        raise ValueError(f"a {kind} layer needs {missing}; got {layer}")
    for key in ("kernel_size", "stride", "dilation", "filters", "units", "groups"):
        single = key in ("filters", "units", "groups")
        sizes = (layer.get(key, 1),) if single else pair(layer.get(key, 1), key)
        for n in sizes:
            arguments.whole_numbers(**{key: n})
    return kind


def _image_shape(input_shape):
    """Return the shape (C, H, W) of an image, whole numbers from 1."""
    if len(input_shape) != 3:
        raise ValueError(f"input_shape is (channels, height, width); got {input_shape!r}")
    channels, height, width = input_shape
    return tuple(arguments.whole_numbers(channels=channels, height=height, width=width))


def architecture_table(layers, input_shape):
    """Build the chain of `layers` without weights, and count in it.

    Same contract as `dlcourse.reference.architectures.architecture_table`, which computes by
    formula what is measured here.
    """
    input_shape = _image_shape(input_shape)
    if not layers:
        return []
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
        ``parameters`` (0 where a layer is used again), ``multiplications`` and ``flops`` of
        convolutions and dense layers, ``receptive_field`` along one axis, over the longest path (a
        pair where the axes differ), and ``memory``, the bytes of the output (0 where a layer gives
        its input in another shape).

    Raises
    ------
    ValueError
        If the pass depends on numbers, so that it is no graph, if a layer's type has no function in
        `dlcourse.twins.geometry`, or if the pass holds what no row could count: a function that is
        more than pointwise, or a parameter outside of all layers.

    Notes
    -----
    A convolution's field counts padding and can exceed the image; a dense layer and a global
    average see the image itself, whose larger side is then the field. A dense layer on maps works
    along their last axis.
    """
    input_shape = _image_shape(input_shape)
    if isinstance(build, nn.Module):
        raise ValueError(
            f"got a {type(build).__name__} that is built: give what builds it, such as its class "
            "or a lambda"
        )
    with torch.device("meta"):
        network = build().train(train)
        images = torch.empty(2, *input_shape)  # batch norm refuses to train on one 1x1 map
    if not list(network.children()):
        network = nn.Sequential(network)  # a layer alone
    graph = _trace(network)
    shapes = _KeepOutputs(fx.GraphModule(network, graph))
    with torch.no_grad():
        shapes.run(images)
    for node, out in shapes.outputs.items():
        _refuse_what_no_row_counts(node, out, network)
    layers = {}
    for node in _layers(graph):
        sizes = (shapes.outputs[n].shape[1:] for n in (node.all_input_nodes[0], node))
        layers[node] = geometry(network.get_submodule(node.target)).of(*map(tuple, sizes))
    table, counted = [], set()
    for node, its in layers.items():
        module, out = network.get_submodule(node.target), shapes.outputs[node]
        multiplications = its.multiplications(its.x_shape, its.out_shape)
        parameters = 0 if module in counted else sum(p.numel() for p in module.parameters())
        counted.add(module)
        table.append(
            {
                "layer": node.target,
                "type": type(module).__name__,
                "shape": tuple(out.shape[1:]),
                "parameters": parameters,
                "multiplications": multiplications,
                "flops": 2 * multiplications,
                "receptive_field": _receptive_field(node, graph, layers, input_shape[1:]),
                "memory": 0 if its.view else out[0].numel() * out.element_size(),
            }
        )
    return table


class _LayersAsLeaves(fx.Tracer):
    """Traces down to the modules that have no submodules, whoever wrote them."""

    def is_leaf_module(self, module, name):
        return not list(module.children())


def _trace(network):
    """Write the pass through a network down as a graph."""
    try:
        return _LayersAsLeaves().trace(network)
    except fx.proxy.TraceError as error:
        raise ValueError(
            f"got a {type(network).__name__} whose pass depends on numbers or shapes, so that it "
            f"is no graph: {error}"
        ) from error


def _layers(graph):
    return [node for node in graph.nodes if node.op == "call_module"]


class _KeepOutputs(fx.Interpreter):
    """Runs a graph and keeps what comes out of every node."""

    def __init__(self, module):
        super().__init__(module)
        self.outputs = {}

    def run_node(self, node):
        self.outputs[node] = super().run_node(node)
        return self.outputs[node]


def _receptive_field(goal, graph, layers, image):
    """Go back from one pixel of `goal`: how many of each node's pixels does it see at most?"""
    before = list(graph.nodes)
    before = before[: before.index(goal) + 1]
    fields = []
    for axis in (0, 1):
        spans = dict.fromkeys(before, 0) | {goal: 1}
        for node in reversed(before):
            its = layers.get(node, Geometry())  # a function looks at one pixel for one
            seen = its.seen_by(spans[node], axis) if spans[node] else 0
            for source in node.all_input_nodes:
                spans[source] = max(spans[source], seen)  # of several paths the longest
        fields.append(spans[before[0]])
    if fields == [math.inf, math.inf]:
        return max(image)
    fields = [
        side if field == math.inf else field for field, side in zip(fields, image, strict=True)
    ]
    return fields[0] if fields[0] == fields[1] else tuple(fields)


def _refuse_what_no_row_counts(node, out, network):
    """Refuse functions that are no layers, and parameters that belong to none."""
    function = node.op in ("call_function", "call_method") and isinstance(out, torch.Tensor)
    if function and node.target not in POINTWISE:
        raise ValueError(
            f"got the function {node.name} in a network's pass: use the module of its kind, "
            "such as nn.MaxPool2d, whose geometry can be read"
        )
    if node.op == "get_attr" and isinstance(out, nn.Parameter):
        raise ValueError(
            f"got the parameter {node.target} {tuple(out.shape)} of a {type(network).__name__}, "
            "which no layer holds: move it into a module without submodules, such as nn.Linear"
        )
