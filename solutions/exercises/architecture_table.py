import math

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Read a network off its layers
#
# A network is a chain of layers, each a dict. Its `"type"` is `"conv"` (with `"kernel_size"` and
# `"filters"`), `"pool"` (with `"kernel_size"`) or `"dense"` (with `"units"`). A conv and a pool
# layer may also have `"stride"` (1 if it is missing) and `"padding"` (0 if it is missing). All are
# integers, the same for rows and columns; there are no other keys. `input_shape` is (C, H, W), of
# one image. Every layer fits, and behind a dense layer there are only dense ones.
#
# Return a list with one dict a layer:
#
# - `"shape"` of the output, $(K, H', W')$ or $(\text{units},)$, with
#   $H' = \lfloor (H + 2P - F) / S \rfloor + 1$;
# - `"parameters"`: weights, and one bias a filter or unit. A pool layer has none;
# - `"multiplications"` for one image: one a weight, each time that it is used. Biases are added,
#   and pooling multiplies nothing;
# - `"receptive_field"`: how many pixels of the image, along one axis, one output depends on. It
#   begins with 1, and each conv or pool layer adds $F - 1$ times the product of the strides of all
#   layers before it. A dense layer sees the whole image: $\max(H, W)$ of `input_shape`.
#
# For example, an image (1, 8, 6) goes through 2 filters of side 3, a pool layer of side 2 with
# stride 2, and 3 dense units. The shapes are (2, 6, 4), (2, 3, 2) and (3,), the parameters 20, 0
# and 39, the multiplications 432, 0 and 36, and the receptive fields 3, 4 and 8.

# %% [markdown] tags=["hint"]
# Work the first example out on paper, one row a layer, and note beside each row the shape that
# comes in and the product of the strides so far. In which row and column does yours differ first?


# %% tags=["solution"] points=2
def architecture_table(layers, input_shape):
    """Return one dict a layer: its shape, parameters, multiplications and receptive_field."""
    shape, field, step, table = tuple(input_shape), 1, 1, []
    for layer in layers:
        weights = biases = uses = 0
        if layer["type"] == "dense":
            weights, biases, uses = math.prod(shape) * layer["units"], layer["units"], 1
            shape, field = (layer["units"],), max(input_shape[1:])
        else:
            F, S, P = layer["kernel_size"], layer.get("stride", 1), layer.get("padding", 0)
            C, H, W = shape[0], *((n + 2 * P - F) // S + 1 for n in shape[1:])
            field, step = field + (F - 1) * step, step * S
            if layer["type"] == "conv":
                weights, biases, uses = F * F * C * layer["filters"], layer["filters"], H * W
            shape = (biases or C, H, W)
        row = {"shape": shape, "parameters": weights + biases, "multiplications": weights * uses}
        table.append({**row, "receptive_field": field})
    return table


# %% tags=["probe"]
def collect(fn, case):
    layers, input_shape = case
    return fn(layers, input_shape)


def judge(case, raw):
    layers, (C, H, W) = case
    keys = ["shape", "parameters", "multiplications", "receptive_field"]
    listed = isinstance(raw, list | tuple) and all(isinstance(row, dict) for row in raw)
    assert listed, "a list of dicts"
    if len(raw) != len(layers):
        return {"dicts in the list": (len(raw), len(layers))}
    numbers, shape, fields, strides = {}, (C, H, W), [1], [1]
    for number, (layer, row) in enumerate(zip(layers, raw, strict=True), 1):
        name = f"{layer['type']} layer {number}"
        if lacks := [key for key in keys if key not in row]:
            return {f"{name}, keys that are missing": (", ".join(lacks), "none")}
        if layer["type"] == "dense":
            inputs = int(np.prod(shape))
            shape, field = (layer["units"],), max(H, W)
            due = shape, (inputs + 1) * shape[0], inputs * shape[0], field
        else:
            F, S, P = (
                layer.get(key, n) for key, n in [("kernel_size", 1), ("stride", 1), ("padding", 0)]
            )
            sides = tuple((n + 2 * P - F) // S + 1 for n in shape[1:])
            fields.append((F - 1) * int(np.prod(strides)))
            strides.append(S)
            maps, weights = shape[0], 0
            if layer["type"] == "conv":
                maps, weights = layer["filters"], F * F * shape[0] * layer["filters"]
            shape = (maps, *sides)
            parameters = weights + maps if weights else 0
            due = shape, parameters, weights * sides[0] * sides[1], sum(fields)
        numbers |= {f"{name}, {k}": (row[k], d) for k, d in zip(keys, due, strict=True)}
    return numbers


def call(case):
    return "architecture_table({}, {})", *case


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def conv(kernel_size, filters, **more):
    return {"type": "conv", "kernel_size": kernel_size, "filters": filters, **more}


def pool(kernel_size, **more):
    return {"type": "pool", "kernel_size": kernel_size, **more}


def dense(units):
    return {"type": "dense", "units": units}


def visible():
    yield [conv(3, 2), pool(2, stride=2), dense(3)], (1, 8, 6)
    yield [conv(3, 4, stride=2, padding=1), conv(3, 5, padding=1), pool(2)], (3, 9, 12)
    lenet = [conv(5, 6), pool(2, stride=2), conv(5, 16), pool(2, stride=2), conv(5, 120)]
    yield [*lenet, dense(84), dense(10)], (1, 32, 32)


def hidden(rng):
    alexnet = [
        *(conv(11, 96, stride=4), pool(3, stride=2), conv(5, 256, padding=2), pool(3, stride=2)),
        *(conv(3, 384, padding=1), conv(3, 384, padding=1), conv(3, 256, padding=1)),
        *(pool(3, stride=2), dense(4096), dense(4096), dense(1000)),
    ]
    yield alexnet, (3, 227, 227)
    for sides in [(17, 23), (26, 19), (21, 21)]:
        layers = []
        for _ in range(3):
            F, S, P = (int(n) for n in rng.integers([2, 1, 0], [5, 3, 3]))
            layers.append(conv(F, int(rng.integers(2, 9)), stride=S, padding=P))
            layers.append(pool(2 if len(layers) > 3 else 3, padding=int(rng.integers(2))))
        yield [*layers, dense(int(rng.integers(2, 9))), dense(4)], (int(rng.integers(1, 5)), *sides)
    yield [dense(5), dense(2)], (2, 3, 4)
    yield [pool(3, stride=3), conv(1, 7), pool(2, stride=1, padding=1)], (4, 10, 16)


# %% tags=["mistakes"]
def changed(change):
    """The solution's table with each row changed; `change` gets row, layer and number."""

    def answer(layers, input_shape):
        table = architecture_table(layers, input_shape)
        return [{**row, **change(row, layer)} for row, layer in zip(table, layers, strict=True)]

    return answer


adds_count = mistake("Multiplications came out too many: are additions among them?")(
    changed(lambda row, layer: {"multiplications": 2 * row["multiplications"]})
)


@mistake("The fields are too small: which strides lie before a layer?")
def ignores_the_strides_before(layers, input_shape):
    table, field = architecture_table(layers, input_shape), 1
    for row, layer in zip(table, layers, strict=True):
        if layer["type"] != "dense":
            row["receptive_field"] = field = field + layer["kernel_size"] - 1
    return table


@mistake("The biases are missing from the parameters.")
def forgets_the_biases(layers, input_shape):
    return changed(
        lambda row, layer: {
            "parameters": row["parameters"] - layer.get("filters", layer.get("units", 0))
        }
    )(layers, input_shape)
