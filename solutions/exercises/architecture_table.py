import math

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Read a network off its layers
#
# A network is a chain of layers, each a dict. Its `"type"` is `"conv"` (with `"kernel_size"` and
# `"filters"`), `"pool"` (with `"kernel_size"`) or `"dense"` (with `"units"`). A conv and a pool
# layer may also have `"stride"` and `"padding"`. **A missing stride is 1, even for a pool
# layer**; a missing padding is 0. All are integers, the same for rows and columns; there are
# no other keys. `input_shape` is (C, H, W), of
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
#   layers before it; where there is padding it may exceed the image. A dense layer sees the whole
#   image: $\max(H, W)$ of `input_shape`.
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
            weights, biases, uses = int(np.prod(shape)) * layer["units"], layer["units"], 1
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
    strided = conv(3, 4, stride=2, padding=1)
    yield [strided, conv(3, 5, padding=1), pool(2), dense(2)], (3, 9, 12)
    yield [conv(3, 2, padding=1), conv(5, 3, padding=2)], (1, 5, 4)
    lenet = [conv(5, 6), pool(2, stride=2), conv(5, 16), pool(2, stride=2), conv(5, 120)]
    yield [*lenet, dense(84), dense(10)], (1, 32, 32)
    yield [pool(3), dense(2)], (6, 4, 5)


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
    yield [conv(5, 3, padding=2), conv(5, 2, padding=2), pool(3), dense(3)], (2, 6, 4)
    yield [dense(5), dense(2)], (7, 3, 4)
    yield [pool(3, stride=3), conv(1, 7), pool(2, stride=1, padding=1)], (4, 10, 16)


# %% tags=["mistakes"]
def rows_of(table):
    """Rows as dicts, from tuples of shape, parameters, multiplications and field."""
    keys = ["shape", "parameters", "multiplications", "receptive_field"]
    return [dict(zip(keys, row, strict=True)) for row in table]


def settings(layer):
    """Side, stride and padding of a conv or pool layer."""
    return layer["kernel_size"], layer.get("stride", 1), layer.get("padding", 0)


def with_sides(side, order=tuple):
    """The solution with another output size; `side` gets n, F, S and P, `order` both sides."""

    def answer(layers, input_shape):
        table, shape = [], tuple(input_shape)
        fields = [row["receptive_field"] for row in architecture_table(layers, input_shape)]
        for layer, field in zip(layers, fields, strict=True):
            if layer["type"] == "dense":
                inputs, units = math.prod(shape), layer["units"]
                shape = (units,)
                table.append((shape, (inputs + 1) * units, inputs * units, field))
                continue
            (C, *sides), (F, S, P) = shape, settings(layer)
            K = layer.get("filters", 0)
            shape = (K or C, *order([side(n, F, S, P) for n in sides]))
            weights = F * F * C * K
            table.append((shape, weights + K, weights * shape[1] * shape[2], field))
        return rows_of(table)

    return answer


def output_size(n, F, S, P):
    return (n + 2 * P - F) // S + 1


def with_row(row):
    """The solution with other rows; `row` gets the layer, what comes in and the right row."""

    def answer(layers, input_shape):
        table = architecture_table(layers, input_shape)
        shapes = [tuple(input_shape), *(right["shape"] for right in table)]
        found = zip(layers, shapes[:-1], table, strict=True)
        return [{**right, **row(layer, shape, right)} for layer, shape, right in found]

    return answer


def with_conv(**changes):
    """The solution with other numbers of conv layers, each made of F, C, K, H' and W'."""

    def row(layer, shape, right):
        if layer["type"] != "conv":
            return {}
        K, H, W = right["shape"]
        return {key: f(layer["kernel_size"], shape[0], K, H, W) for key, f in changes.items()}

    return with_row(row)


def with_dense(**changes):
    """The solution with other numbers of dense layers, made of the shape that comes in and out."""

    def row(layer, shape, right):
        if layer["type"] != "dense":
            return {}
        return {key: f(shape, layer["units"]) for key, f in changes.items()}

    return with_row(row)


def with_pool(**changes):
    """The solution with other numbers of pool layers, made of F and the shape in and out."""

    def row(layer, shape, right):
        if layer["type"] != "pool":
            return {}
        return {k: f(layer["kernel_size"], shape, right["shape"]) for k, f in changes.items()}

    return with_row(row)


def with_field(grow, dense=None, first=1, pool=None):
    """The solution with other receptive fields.

    `grow` (`pool` for pool layers) gets field, step, strides so far, F and S, and returns field
    and step; `dense` gets field, image and what comes in.
    """

    def answer(layers, input_shape):
        field, step, strides, shape = first, 1, [], input_shape
        table = architecture_table(layers, input_shape)
        for layer, row in zip(layers, table, strict=True):
            if layer["type"] != "dense":
                F, S, _ = settings(layer)
                how = pool if pool and layer["type"] == "pool" else grow
                field, step = how(field, step, strides, F, S)
                strides = [*strides, S]
                row["receptive_field"] = field
            elif dense:
                row["receptive_field"] = dense(field, input_shape, shape)
            shape = row["shape"]
        return table

    return answer


def grown(field, step, strides, F, S):
    return field + (F - 1) * step, step * S


counts_the_padding_once = mistake(
    "With padding a side is off: there are zeros at both of its ends."
)(with_sides(lambda n, F, S, P: (n + P - F) // S + 1))
ignores_the_padding = mistake("The padding makes no difference to your shapes.")(
    with_sides(lambda n, F, S, P: (n - F) // S + 1)
)
ignores_the_stride = mistake("The stride makes no difference to your shapes.")(
    with_sides(lambda n, F, S, P: n + 2 * P - F + 1)
)
forgets_the_first_place = mistake("Each side is one too short: a filter has a first place, too.")(
    with_sides(lambda n, F, S, P: (n + 2 * P - F) // S)
)
rounds_up = mistake("A filter that hangs over the edge was counted: round down, not up.")(
    with_sides(lambda n, F, S, P: -(-(n + 2 * P - F) // S) + 1)
)
divides_the_whole_side = mistake(
    "The whole side was divided by the stride: where does F come off?"
)(with_sides(lambda n, F, S, P: (n + 2 * P) // S - F + 1))


adds_1_before_it_divides = mistake("The 1 was divided, too: it is added behind the division.")(
    with_sides(lambda n, F, S, P: (n + 2 * P - F + 1) // S)
)
divides_without_rounding = mistake("A side is no whole number here: the formula rounds it down.")(
    with_sides(lambda n, F, S, P: (n + 2 * P - F) / S + 1)
)
takes_the_rows_for_both_sides = mistake("Both sides came from the rows: maps need not be square.")(
    with_sides(output_size, lambda sides: (sides[0], sides[0]))
)
takes_the_columns_for_both_sides = mistake(
    "Both sides came from the columns: maps need not be square."
)(with_sides(output_size, lambda sides: (sides[1], sides[1])))
swaps_the_sides_at_each_layer = mistake(
    "Rows and columns change places from layer to layer: (K, H', W') is asked."
)(with_sides(output_size, lambda sides: sides[::-1]))


@mistake("A pool layer without a stride has moved by its side, as in PyTorch: here it is 1.")
def strides_a_pool_by_its_side(layers, input_shape):
    return architecture_table(
        [{"stride": one["kernel_size"], **one} if one["type"] == "pool" else one for one in layers],
        input_shape,
    )


@mistake("A layer without padding got zeros that keep its sides: what is missing is 0 here.")
def pads_by_itself(layers, input_shape):
    return architecture_table(
        [{"padding": (one.get("kernel_size", 1) - 1) // 2, **one} for one in layers], input_shape
    )


@mistake("The zeros at the edge make the fields larger here: F - 1 steps are added with them, too.")
def adds_the_padding_to_the_fields(layers, input_shape):
    table, wide = architecture_table(layers, input_shape), []
    for layer in layers:
        F, _, P = settings(layer) if layer["type"] != "dense" else (1, 1, 0)
        wide.append({**layer, "kernel_size": F + 2 * P, "padding": 2 * P})
    fields = [row["receptive_field"] for row in architecture_table(wide, input_shape)]
    return [{**row, "receptive_field": f} for row, f in zip(table, fields, strict=True)]


gives_a_batch_axis = mistake("A shape has an axis too many: it is that of one image.")(
    with_row(lambda layer, shape, row: {"shape": (1, *row["shape"])})
)
swaps_the_sides = mistake("Rows and columns have changed places: (K, H', W') is asked.")(
    with_row(lambda layer, shape, row: {"shape": (*row["shape"][:1], *row["shape"][:0:-1])})
)
puts_the_maps_last = mistake("The number of maps stands last: (K, H', W') is asked.")(
    with_row(lambda layer, shape, row: {"shape": (*row["shape"][1:], row["shape"][0])})
)
gives_a_number_for_a_shape = mistake("A dense layer's shape is a number here: (units,) is asked.")(
    with_dense(shape=lambda shape, units: units)
)
gives_a_dense_layer_three_axes = mistake("A dense layer has no maps: its shape is (units,).")(
    with_dense(shape=lambda shape, units: (units, 1, 1))
)
gives_a_dense_layer_two_axes = mistake(
    "A dense layer's shape has one entry for one image: (units,)."
)(with_dense(shape=lambda shape, units: (1, units)))
forgets_the_biases = mistake("The biases are missing from the parameters.")(
    with_row(
        lambda layer, shape, row: {
            "parameters": row["parameters"] - layer.get("filters", layer.get("units", 0))
        }
    )
)
forgets_the_biases_of_filters = mistake("The biases of the filters are missing: each has one.")(
    with_conv(parameters=lambda F, C, K, H, W: F * F * C * K)
)
forgets_the_biases_of_units = mistake("The biases of the dense units are missing: each has one.")(
    with_dense(parameters=lambda shape, units: math.prod(shape) * units)
)
gives_a_conv_one_bias = mistake("A conv layer has one bias here: each filter has one.")(
    with_conv(parameters=lambda F, C, K, H, W: F * F * C * K + 1)
)
gives_a_layer_one_bias = mistake("A layer has one bias here: each filter and each unit has one.")(
    with_row(
        lambda layer, shape, row: {
            "parameters": row["parameters"]
            - layer.get("filters", layer.get("units", 1))
            + (layer["type"] != "pool")
        }
    )
)
gives_an_input_one_bias = mistake(
    "A conv layer has a bias for each map that comes in: there is one for each filter."
)(with_conv(parameters=lambda F, C, K, H, W: F * F * C * K + C))
gives_each_pair_a_bias = mistake(
    "A filter has a bias for each map that comes in: it has one in all."
)(with_conv(parameters=lambda F, C, K, H, W: (F * F + 1) * C * K))
gives_a_pixel_one_bias = mistake("A conv layer has a bias for each output: a filter has one.")(
    with_conv(parameters=lambda F, C, K, H, W: F * F * C * K + K * H * W)
)
unshares_the_filters = mistake(
    "The filters were counted anew at each place: their weights are shared."
)(with_conv(parameters=lambda F, C, K, H, W: F * F * C * K * H * W + K))
forgets_the_maps_in_parameters = mistake(
    "A filter has weights for every map that comes in, not for one alone."
)(with_conv(parameters=lambda F, C, K, H, W: F * F * K + K))
forgets_the_square_in_parameters = mistake("A filter is square: how many weights for each map?")(
    with_conv(parameters=lambda F, C, K, H, W: F * C * K + K)
)
forgets_the_maps = mistake(
    "A filter reads every map that comes in: parameters and multiplications are those of one map."
)(
    with_conv(
        parameters=lambda F, C, K, H, W: F * F * K + K,
        multiplications=lambda F, C, K, H, W: F * F * K * H * W,
    )
)
forgets_the_square = mistake("A filter is square: its side was counted once, not squared.")(
    with_conv(
        parameters=lambda F, C, K, H, W: F * C * K + K,
        multiplications=lambda F, C, K, H, W: F * C * K * H * W,
    )
)
forgets_the_maps_in_multiplications = mistake(
    "The parameters are right, but each place multiplies the pixels of all maps that come in."
)(with_conv(multiplications=lambda F, C, K, H, W: F * F * K * H * W))
forgets_the_filters_in_multiplications = mistake(
    "The multiplications of one filter were counted: all of them work at each place."
)(with_conv(multiplications=lambda F, C, K, H, W: F * F * C * H * W))
uses_each_weight_once = mistake("Each weight of a conv layer was counted once: where is it used?")(
    with_conv(multiplications=lambda F, C, K, H, W: F * F * C * K)
)
counts_outputs = mistake(
    "The outputs of a conv layer were counted: each of them takes many products."
)(with_conv(multiplications=lambda F, C, K, H, W: K * H * W))
takes_the_rows_twice = mistake("Rows times rows were counted: a map need not be square.")(
    with_conv(multiplications=lambda F, C, K, H, W: F * F * C * K * H * H)
)
takes_the_columns_twice = mistake("Columns times columns were counted: maps need not be square.")(
    with_conv(multiplications=lambda F, C, K, H, W: F * F * C * K * W * W)
)
multiplies_at_all_inputs = mistake(
    "The multiplications were counted at every pixel that comes in: how many come out?"
)(
    with_row(
        lambda layer, shape, row: {
            "multiplications": row["multiplications"]
            * (math.prod(shape[1:]) if layer["type"] == "conv" else 1)
            // (math.prod(row["shape"][1:]) if layer["type"] == "conv" else 1)
        }
    )
)
multiplies_the_biases = mistake("The biases were multiplied: they are added.")(
    with_row(
        lambda layer, shape, row: {
            "multiplications": row["parameters"]
            * (math.prod(row["shape"][1:]) if layer["type"] == "conv" else 1)
        }
    )
)
multiplies_the_biases_of_filters = mistake(
    "The biases of the filters were multiplied: they are added."
)(with_conv(multiplications=lambda F, C, K, H, W: (F * F * C + 1) * K * H * W))
multiplies_the_biases_of_units = mistake(
    "The biases of the units were multiplied: they are added."
)(with_dense(multiplications=lambda shape, units: (math.prod(shape) + 1) * units))
counts_additions = mistake("The multiplications came out twofold: additions do not count.")(
    with_row(lambda layer, shape, row: {"multiplications": 2 * row["multiplications"]})
)
gives_a_pool_layer_weights = mistake("A pool layer has got weights: it has none.")(
    with_pool(parameters=lambda F, shape, out: F * F * shape[0])
)
gives_a_pool_layer_multiplications = mistake("A pool layer has got products: it takes none.")(
    with_pool(multiplications=lambda F, shape, out: F * F * math.prod(out))
)
forgets_the_maps_of_a_dense_layer = mistake(
    "A dense layer behind maps took the pixels of one map: it takes all numbers that come in."
)(
    with_dense(
        parameters=lambda shape, units: (math.prod(shape[1:] or shape) + 1) * units,
        multiplications=lambda shape, units: math.prod(shape[1:] or shape) * units,
    )
)
forgets_the_pixels_of_a_dense_layer = mistake(
    "A dense layer behind maps took a number a map: it takes all numbers that come in."
)(
    with_dense(
        parameters=lambda shape, units: (shape[0] + 1) * units,
        multiplications=lambda shape, units: shape[0] * units,
    )
)
ignores_the_strides_before = mistake("The fields are too small: which strides lie before a layer?")(
    with_field(lambda field, step, strides, F, S: (field + F - 1, 1))
)
adds_the_whole_side = mistake("A field grows by F - 1 steps a layer: here it grows by F.")(
    with_field(lambda field, step, strides, F, S: (field + F * step, step * S))
)
counts_the_own_stride = mistake(
    "A layer's own stride is in its field: only those before it count."
)(with_field(lambda field, step, strides, F, S: (field + (F - 1) * step * S, step * S)))
takes_the_own_stride_alone = mistake("A field took the layer's own stride: those before it count.")(
    with_field(lambda field, step, strides, F, S: (field + (F - 1) * S, step))
)
takes_the_last_stride_alone = mistake("A field took one stride: the product of all before counts.")(
    with_field(
        lambda field, step, strides, F, S: (field + (F - 1) * (strides[-1] if strides else 1), step)
    )
)
adds_the_strides = mistake("The strides before a layer were added: they are multiplied.")(
    with_field(
        lambda field, step, strides, F, S: (
            field + (F - 1) * (sum(strides) if strides else 1),
            step,
        )
    )
)
multiplies_the_sides = mistake("The fields were multiplied: each layer adds to what was there.")(
    with_field(lambda field, step, strides, F, S: (field * F, step))
)
takes_the_side_alone = mistake(
    "A field is that of the layer alone: it reaches through all before."
)(with_field(lambda field, step, strides, F, S: (F, step)))
begins_with_zero = mistake("The fields are one too small: with what do they begin?")(
    with_field(grown, first=0)
)
leaves_the_dense_field = mistake(
    "A dense layer kept the field before it: it sees the whole image."
)(with_field(grown, dense=lambda field, image, shape: field))
gives_a_dense_layer_1 = mistake("A dense layer has a field of 1 here: it sees the whole image.")(
    with_field(grown, dense=lambda field, image, shape: 1)
)
gives_a_dense_layer_its_inputs = mistake("A dense layer's field is the number of its inputs here.")(
    with_field(grown, dense=lambda field, image, shape: math.prod(shape))
)
gives_a_dense_layer_all_pixels = mistake(
    "A dense layer's field is the number of pixels here: it is counted along one axis."
)(with_field(grown, dense=lambda field, image, shape: math.prod(image[1:])))
gives_a_dense_layer_the_shorter_side = mistake(
    "A dense layer got the shorter side of the image: it sees the longer one, too."
)(with_field(grown, dense=lambda field, image, shape: min(image[1:])))
gives_a_dense_layer_the_rows = mistake("A dense layer got the rows: may a side be longer?")(
    with_field(grown, dense=lambda field, image, shape: image[1])
)
gives_a_dense_layer_the_columns = mistake("A dense layer got the columns: may a side be longer?")(
    with_field(grown, dense=lambda field, image, shape: image[2])
)
takes_the_channels_for_a_side = mistake(
    "A dense layer got the largest number of input_shape: the channels are no side."
)(with_field(grown, dense=lambda field, image, shape: max(image)))
takes_the_sides_that_come_in = mistake(
    "A dense layer's field is the side of the maps that come in: the image's is asked."
)(with_field(grown, dense=lambda field, image, shape: max(shape[1:] or shape)))


@mistake("A field was cut off at the image's side: by the formula it may be longer.")
def stops_at_the_edge(layers, input_shape):
    table = architecture_table(layers, input_shape)
    longest = max(input_shape[1:])
    return [{**row, "receptive_field": min(row["receptive_field"], longest)} for row in table]


leaves_pool_layers_out_of_the_fields = mistake(
    "Pool layers change no field here: they reach over pixels as conv layers do."
)(with_field(grown, pool=lambda field, step, strides, F, S: (field, step)))
leaves_the_sides_of_pool_layers_out = mistake(
    "The field of a pool layer is that before it: it reaches over pixels as a conv layer does."
)(with_field(grown, pool=lambda field, step, strides, F, S: (field, step * S)))
leaves_the_strides_of_pool_layers_out = mistake(
    "The strides of pool layers are missing from the fields behind them."
)(with_field(grown, pool=lambda field, step, strides, F, S: (field + (F - 1) * step, step)))


@mistake("Every conv layer took the image's channels: it takes the maps of the layer before it.")
def always_takes_the_images_channels(layers, input_shape):
    def row(layer, shape, right):
        if layer["type"] != "conv":
            return {}
        weights = layer["kernel_size"] ** 2 * input_shape[0] * layer["filters"]
        places = math.prod(right["shape"][1:])
        return {"parameters": weights + layer["filters"], "multiplications": weights * places}

    return with_row(row)(layers, input_shape)


@mistake("Every layer took the image itself: it takes what the layer before it gives.")
def always_takes_the_image(layers, input_shape):
    table = architecture_table(layers, input_shape)
    alone = [architecture_table([layer], input_shape)[0] for layer in layers]
    return [
        {**one, "receptive_field": row["receptive_field"]}
        for one, row in zip(alone, table, strict=True)
    ]


@mistake("Each row holds the sum of all parameters so far: those of its layer alone are asked.")
def adds_the_parameters_up(layers, input_shape):
    table, total = architecture_table(layers, input_shape), 0
    for row in table:
        total += row["parameters"]
        row["parameters"] = total
    return table


@mistake("Each row holds sums over all layers so far: the numbers of its layer alone are asked.")
def adds_both_up(layers, input_shape):
    table, totals = architecture_table(layers, input_shape), [0, 0]
    for row in table:
        totals = [totals[0] + row["parameters"], totals[1] + row["multiplications"]]
        row["parameters"], row["multiplications"] = totals
    return table


@mistake("All rows are the last one: each layer needs a dict of its own.")
def lists_one_dict(layers, input_shape):
    return architecture_table(layers, input_shape)[-1:] * len(layers)


@mistake("Only one row has come back: a list with one dict a layer is asked.")
def returns_from_the_loop(layers, input_shape):
    return architecture_table(layers, input_shape)[:1]


@mistake("The image has a row of its own: there is one a layer.")
def begins_with_the_image(layers, input_shape):
    image = {"shape": tuple(input_shape), "parameters": 0, "multiplications": 0}
    return [{**image, "receptive_field": 1}, *architecture_table(layers, input_shape)]


@mistake("The rows are right, but the layers were changed: read them, write nothing into them.")
def fills_in_what_is_missing(layers, input_shape):
    table = architecture_table(layers, input_shape)
    for layer in layers:
        if layer["type"] != "dense":
            layer.setdefault("stride", 1)
            layer.setdefault("padding", 0)
    return table
