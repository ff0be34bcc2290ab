ANSWERS = {
    "one branch a type": """
def architecture_table(layers, input_shape):
    rows = []
    C, H, W = input_shape
    flat = None
    field = 1
    jump = 1
    for layer in layers:
        row = {}
        if layer["type"] == "conv":
            F = layer["kernel_size"]
            K = layer["filters"]
            S = layer.get("stride", 1)
            P = layer.get("padding", 0)
            H = (H + 2 * P - F) // S + 1
            W = (W + 2 * P - F) // S + 1
            row["shape"] = (K, H, W)
            row["parameters"] = F * F * C * K + K
            row["multiplications"] = F * F * C * K * H * W
            field = field + (F - 1) * jump
            jump = jump * S
            row["receptive_field"] = field
            C = K
        elif layer["type"] == "pool":
            F = layer["kernel_size"]
            S = layer["stride"] if "stride" in layer else 1
            P = layer["padding"] if "padding" in layer else 0
            H = (H + 2 * P - F) // S + 1
            W = (W + 2 * P - F) // S + 1
            row["shape"] = (C, H, W)
            row["parameters"] = 0
            row["multiplications"] = 0
            field = field + (F - 1) * jump
            jump = jump * S
            row["receptive_field"] = field
        else:
            if flat is None:
                flat = C * H * W
            units = layer["units"]
            row["shape"] = (units,)
            row["parameters"] = flat * units + units
            row["multiplications"] = flat * units
            row["receptive_field"] = max(input_shape[1], input_shape[2])
            flat = units
        rows.append(row)
    return rows
""",
    "fields by their definition, backwards": """
def field_of(layers):
    pixels = 1
    for layer in reversed(layers):
        pixels = (pixels - 1) * layer.get("stride", 1) + layer["kernel_size"]
    return pixels


def architecture_table(layers, input_shape):
    table, shape = [], list(input_shape)
    for n, layer in enumerate(layers):
        match layer:
            case {"type": "dense", "units": units}:
                inputs = int(np.prod(shape))
                shape = [units]
                row = dict(parameters=(inputs + 1) * units, multiplications=inputs * units)
                row["receptive_field"] = max(input_shape[1:])
            case {"kernel_size": F}:
                S, P = layer.get("stride", 1), layer.get("padding", 0)
                C, *sides = shape
                K = layer.get("filters", 0)
                sides = [(side + 2 * P - F) // S + 1 for side in sides]
                weights = F * F * C * K
                row = dict(parameters=weights + K, multiplications=weights * int(np.prod(sides)))
                row["receptive_field"] = field_of(layers[: n + 1])
                shape = [K or C, *sides]
        table.append({"shape": list(shape), **row})
    return table
""",
    "a generator of rows, in two cells, with more keys": [
        '''
import math


def rows(layers, input_shape):
    """One row a layer."""
    shape, r, strides = np.array(input_shape), 1, []
    for layer in layers:
        layer = {"stride": 1, "padding": 0, **layer}
        if layer["type"] == "dense":
            n, shape = math.prod(shape.tolist()), np.array([layer["units"]])
            yield shape, (n + 1) * layer["units"], n * layer["units"], max(input_shape[1:])
            continue
        F = layer["kernel_size"]
        sides = 1 + (shape[1:] + 2 * layer["padding"] - F) // layer["stride"]
        r += (F - 1) * math.prod(strides)
        strides.append(layer["stride"])
        if layer["type"] == "conv":
            K, weights = layer["filters"], F**2 * int(shape[0]) * layer["filters"]
            shape = np.array([K, *sides])
            yield shape, weights + K, weights * int(sides.prod()), r
        else:
            shape = np.array([shape[0], *sides])
            yield shape, 0, 0, r
''',
        """
def architecture_table(layers, input_shape):
    names = ["shape", "parameters", "multiplications", "receptive_field"]
    table = [dict(zip(names, row)) for row in rows(layers, input_shape)]
    for row, layer in zip(table, layers):
        row["type"] = layer["type"]
        print(row)
    return table
""",
    ],
    "a class": """
class Chain:
    def __init__(self, shape):
        self.image, self.shape, self.field, self.step = shape, shape, 1, 1

    def dense(self, units):
        inputs = 1
        for n in self.shape:
            inputs *= n
        self.shape = (units,)
        return inputs * units + units, inputs * units, max(self.image[1], self.image[2])

    def slide(self, kernel_size, stride=1, padding=0):
        C, H, W = self.shape
        self.field += (kernel_size - 1) * self.step
        self.step *= stride
        H, W = ((n + padding + padding - kernel_size) // stride + 1 for n in (H, W))
        self.shape = (C, H, W)

    def pool(self, **how):
        self.slide(**how)
        return 0, 0, self.field

    def conv(self, filters, **how):
        weights = how["kernel_size"] ** 2 * self.shape[0] * filters
        self.slide(**how)
        self.shape = (filters, *self.shape[1:])
        uses = self.shape[1] * self.shape[2]
        return weights + filters, weights * uses, self.field


def architecture_table(layers, input_shape):
    chain, table = Chain(tuple(input_shape)), []
    for layer in layers:
        how = dict(layer)
        numbers = getattr(chain, how.pop("type"))(**how)
        table.append({"shape": chain.shape})
        table[-1].update(zip(("parameters", "multiplications", "receptive_field"), numbers))
    return tuple(table)
""",
}
