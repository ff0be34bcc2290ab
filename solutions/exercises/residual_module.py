import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A residual block in PyTorch
#
# Return a module (a `torch.nn.Module`) that carries images `x` (N, C, H, W), with C = `channels`,
# to the same shape:
#
# $$y = \mathrm{relu}\bigl(x + \mathrm{norm}_2(\mathrm{conv}_2(\mathrm{relu}(
# \mathrm{norm}_1(\mathrm{conv}_1(x)))))\bigr)$$
#
# Each $\mathrm{conv}$ is a `torch.nn.Conv2d` of side 3 from C to C maps that keeps H and W by a
# padding of 1, with or without biases. Each $\mathrm{norm}$ is a `torch.nn.BatchNorm2d` of its own,
# with PyTorch's defaults. There are no other parameters: $18 C^2 + 4C$, and C more for each
# convolution with biases. The input `x` stays as it is, and its gradient flows back along both
# paths. `torch` is there, as `np` is; `nn` alone is not.

# %% [markdown] tags=["hint"]
# Build it with 2 channels and print `[(n, tuple(p.shape)) for n, p in m.named_parameters()]`. Then
# set all parameters to 0 and send an image with negative numbers through: what should come out?


# %% tags=["solution"] kind="torch" points=2
def residual_module(channels):
    """Return an nn.Module of two 3x3 convolutions with batch norm and an identity shortcut."""
    from torch import nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.path = nn.Sequential(
                nn.Conv2d(channels, channels, 3, padding=1, bias=False),
                nn.BatchNorm2d(channels),
                nn.ReLU(),
                nn.Conv2d(channels, channels, 3, padding=1, bias=False),
                nn.BatchNorm2d(channels),
            )
            self.relu = nn.ReLU()

        def forward(self, x):
            return self.relu(x + self.path(x))

    return Block()


# %% tags=["probe"]
def collect(fn, case):
    import contextlib

    import torch

    filters, norms, x, upstream = case
    module = fn(filters.shape[1])
    if not isinstance(module, torch.nn.Module):
        return {"odd": module} if isinstance(module, dict) else module

    def found(kind):
        return [m for m in module.modules() if isinstance(m, kind)]

    images = torch.tensor(x)
    if found(torch.nn.Conv2d):  # else its layers may be of another precision: they hear of nothing
        with contextlib.suppress(RuntimeError):  # as a norm in a plain list, which is not found
            module.double().eval()(images.clone())  # what is lazy takes its form
    convs, batch_norms = found(torch.nn.Conv2d), found(torch.nn.BatchNorm2d)
    parts = [(conv.weight, conv.bias) for conv in convs]
    parts += [(m.weight, m.bias, m.running_mean, m.running_var) for m in batch_norms]
    due = [(f, np.zeros(len(f))) for f in filters[: len(convs)]]
    due += [None] * (len(convs) - len(due)) + [*norms]
    with torch.no_grad():
        for tensors, values in zip(parts, due, strict=False):
            for tensor, value in zip(tensors, () if values is None else values, strict=False):
                if tensor is not None and tensor.shape == value.shape:
                    tensor.copy_(torch.tensor(value))

    def plain(tensor):
        return tensor if tensor is None else tensor.detach().numpy().copy()

    raw = {
        "parameters": [p.numel() for p in module.parameters()],
        "convs": [(list(conv.weight.shape), conv.bias is not None) for conv in convs],
        "norms": [
            (norm.running_mean is not None, norm.weight is not None, norm.momentum)
            for norm in batch_norms
        ],
        "outputs": [],
    }
    if len(convs) != 2 or len(batch_norms) != 2:
        return raw
    given = images.clone().requires_grad_()
    try:
        score = (module(given.clone()) * torch.tensor(upstream)).sum()
        raw["slope"] = plain(torch.autograd.grad(score, given, allow_unused=True)[0])
    except RuntimeError as error:  # no graph, or one that was written over
        raw["slope"] = str(error)
    for training in (False, True):  # in this order: training moves the statistics
        given = images.clone()
        with torch.no_grad():
            raw["outputs"] += [plain(module.train(training)(given)), plain(given)]
    return raw


def convolved(x, w, b):
    """Convolutions of side 3 that keep the sides."""
    (H, W), out = x.shape[2:], b[:, None, None]
    x = np.pad(x, [(0, 0), (0, 0), (1, 1), (1, 1)])
    for i, j in np.ndindex(3, 3):
        out = out + np.einsum("kc,nchw->nkhw", w[:, :, i, j], x[:, :, i : i + H, j : j + W])
    return out


def normalized(s, norm, training):
    """Maps after batch norm, and what each was multiplied by."""
    gamma, beta, mean, var = (a[:, None, None] for a in norm)
    if training:
        mean, var = (m(axis=(0, 2, 3), keepdims=True) for m in (s.mean, s.var))
    scale = gamma / np.sqrt(var + 1e-5)
    return scale * (s - mean) + beta, scale


def block(x, convs, norms, training=False):
    """A residual block's output."""
    inner = normalized(convolved(x, *convs[0]), norms[0], training)[0]
    inner = normalized(convolved(np.maximum(inner, 0), *convs[1]), norms[1], training)[0]
    return np.maximum(x + inner, 0)


def slope(x, upstream, convs, norms):
    """The gradient of sum(upstream * block(x)) at test."""

    def back(d, w):
        return convolved(d, w.transpose(1, 0, 2, 3)[:, :, ::-1, ::-1], np.zeros(len(w)))

    first, scale1 = normalized(convolved(x, *convs[0]), norms[0], False)
    scale2 = normalized(x, norms[1], False)[1]
    d = upstream * (block(x, convs, norms) > 0)
    return d + back(back(d * scale2, convs[1][0]) * (first > 0) * scale1, convs[0][0])


def judge(case, raw):
    filters, norms, x, upstream = case
    C = filters.shape[1]
    assert isinstance(raw, dict), "an nn.Module"
    assert "odd" not in raw, "an nn.Module"
    whole = all(type(n) is int for n in raw["parameters"])  # a tensor's answer may be any
    assert whole, "an nn.Module whose parameters are tensors"
    counts = {"nn.Conv2d in the module": (len(raw["convs"]), 2)}
    counts["nn.BatchNorm2d in the module"] = (len(raw["norms"]), 2)
    if any(n != due for n, due in counts.values()):
        return counts
    shapes = [tuple(shape) for shape, _ in raw["convs"]]
    if any(shape != (C, C, 3, 3) for shape in shapes):
        return {"shapes of the filters": (f"{shapes}", f"{(C, C, 3, 3)} each")}
    statistics, scales, momenta = zip(*raw["norms"], strict=True)
    if not all(statistics):
        return {"batch norms that keep no statistics": ("there are some", "none")}
    if not all(scales):
        return {"batch norms without scale and shift": ("there are some", "none")}
    if any(momentum != 0.1 for momentum in momenta):
        return {"momentum of the batch norms": (f"{list(momenta)}", "0.1 each")}
    biases = sum(bias for _, bias in raw["convs"])
    counts["parameters"] = (sum(raw["parameters"]), 18 * C**2 + (4 + biases) * C)
    if any(n != due for n, due in counts.values()):
        return counts
    test, after_test, trained, after_training = map(np.asarray, raw["outputs"])

    def off(order):
        made = block(x, *order), block(x, *order, training=True)
        pairs = [(a, b) for a, b in zip((test, trained), made, strict=True) if a.shape == b.shape]
        return sum(np.abs(a - b).max() for a, b in pairs)

    # by what was put in: a state that came out might be one that leaves nothing to compute.
    # The order in which a module lists its parts need not be that in which they are used
    convs = [(w, np.zeros(C)) for w in filters]
    orders = [(c, n) for c in (convs, convs[::-1]) for n in (norms, norms[::-1])]
    order = min(orders, key=off)
    return {
        "output in test mode": (test, block(x, *order)),
        "output in training mode": (trained, block(x, *order, training=True)),
        "x after the call": (after_test, x),
        "x after the call in training mode": (after_training, x),
        "gradient of x": (raw["slope"], slope(x, upstream, *order)),
    }


def call(case):
    filters, norms, x, _ = case
    if norms[:, 1:3].any():
        return "residual_module({})", filters.shape[1]
    return (
        (
            "x, filters = torch.tensor({}), torch.tensor({})\n"
            "m = residual_module({}).double().eval()\n"
            "convs = [p for p in m.modules() if isinstance(p, torch.nn.Conv2d)]\n"
            "norms = [p for p in m.modules() if isinstance(p, torch.nn.BatchNorm2d)]\n"
            "for conv, norm, w, scale in zip(convs, norms, filters, {}):\n"
            "    conv.weight.data, conv.bias, norm.weight.data[:] = w, None, scale\n"
            "m(x)"
        ),
        x,
        filters,
        filters.shape[1],
        norms[:, 0, 0].tolist(),
    )


# %% tags=["cases"]
def visible():
    first = [[0.0, 1.0, 0.0], [-1.0, 0.5, 0.0], [0.0, 0.0, 2.0]]
    second = [[1.0, 0.0, 0.0], [0.0, -0.5, 2.0], [0.0, 1.0, 0.0]]
    norms = np.array([[[1.0], [0.0], [0.0], [1.0]], [[0.5], [0.0], [0.0], [1.0]]])
    x = np.array([[[[1.0, -2.0, 0.5], [-3.0, 2.0, 1.5]]], [[[-1.0, 0.3, 2.0], [3.0, -0.8, -3.5]]]])
    upstream = np.array([[[[1.0, 2.0, -1.0], [0.5, -2.0, 1.5]]]] * 2)
    yield np.array([first, second])[:, None, None], norms, x, upstream
    # two maps: what mixes them shows; large numbers: what is cut off above shows
    filters = np.cos(7.0 * np.arange(72.0)).reshape(2, 2, 2, 3, 3)
    norms = np.array([[[3.0, -1.0], [0.5, 1.0], [1.0, -2.0], [0.5, 2.0]]] * 2)
    x = 4 * np.sin(5.0 * np.arange(32.0)).reshape(2, 2, 2, 4)
    yield filters, norms, x, np.cos(3.0 * np.arange(32.0)).reshape(x.shape)


def hidden(rng):
    for C, N, sides in [(2, 2, (3, 4)), (3, 3, (4, 2)), (1, 4, (2, 3))]:
        norms = rng.normal(size=(2, 4, C))
        norms[:, 0] += np.where(norms[:, 0] < 0, -0.5, 0.5)
        norms[:, 3] = rng.uniform(0.5, 2.0, size=(2, C))
        x, upstream = rng.normal(size=(2, N, C, *sides))
        yield rng.normal(size=(2, C, C, 3, 3)), norms, x, upstream


# %% tags=["mistakes"]
def built(forward, conv=(), norm=(), more=None):
    """An answer whose module has the parts asked, or others, and runs `forward(parts, x)`."""

    def answer(channels):
        from torch import nn

        class Block(nn.Module):
            def __init__(self):
                super().__init__()
                how = {"kernel_size": 3, "padding": 1, "bias": False, **dict(conv)}
                self.conv1, self.conv2 = (nn.Conv2d(channels, channels, **how) for _ in range(2))
                self.norm1, self.norm2 = (nn.BatchNorm2d(channels, **dict(norm)) for _ in range(2))
                if more:
                    more(self, channels, nn)

            def forward(self, x):
                return forward(self, x)

        return Block()

    return answer


def inner(m, x):
    return m.norm2(m.conv2(m.norm1(m.conv1(x)).relu()))


def right(m, x):
    return (x + inner(m, x)).relu()


def without(*names):
    """Takes parts away from the module."""

    def more(m, channels, nn):
        for name in names:
            delattr(m, name)

    return more


def with_part(name, part):
    def more(m, channels, nn):
        setattr(m, name, part(nn, channels))

    return more


def joined(m, x):
    """Both ways side by side."""
    import torch

    return torch.cat([x, inner(m, x)], 1).relu()


def capped(m, x):
    """The block with units that end at 6."""
    from torch.nn.functional import relu6

    return relu6(x + m.norm2(m.conv2(relu6(m.norm1(m.conv1(x))))))


def smooth(m, x):
    """The block with smooth units."""
    from torch.nn.functional import gelu

    return gelu(x + m.norm2(m.conv2(gelu(m.norm1(m.conv1(x))))))


def leaking(m, x):
    """The block with leaky units."""
    from torch.nn.functional import leaky_relu

    return leaky_relu(x + m.norm2(m.conv2(leaky_relu(m.norm1(m.conv1(x))))))


def normed(m, x, training):
    """The block whose norms use the batch's statistics, or the stored ones, whatever the mode."""
    from torch.nn.functional import batch_norm

    def norm(n, s):
        stored = (None, None) if training else (n.running_mean, n.running_var)
        return batch_norm(s, *stored, n.weight, n.bias, training=training)

    return (x + norm(m.norm2, m.conv2(norm(m.norm1, m.conv1(x)).relu()))).relu()


def writing(m, x):
    """The block, its output written into x."""
    import torch

    out = right(m, x)
    with torch.no_grad():
        x.copy_(out)
    return out


rectifies_before_the_sum = mistake("ReLU came before the sum: add x first, then rectify.")(
    built(lambda m, x: x + inner(m, x).relu())
)
rectifies_before_and_after_the_sum = mistake(
    "There is one ReLU too many: the second norm's output goes into the sum as it is."
)(built(lambda m, x: (x + inner(m, x).relu()).relu()))
rectifies_what_comes_around = mistake("x was rectified before it was added.")(
    built(lambda m, x: (x.relu() + inner(m, x)).relu())
)
rectifies_the_input = mistake("x was rectified before both ways: it goes in as it is.")(
    built(lambda m, x: right(m, x.relu()))
)
rectifies_in_front_of_the_layers = mistake("The layers got a rectified x: they take x as it is.")(
    built(lambda m, x: (x + inner(m, x.relu())).relu())
)
forgets_the_last_relu = mistake("The last ReLU is missing: negative numbers came out.")(
    built(lambda m, x: x + inner(m, x))
)
forgets_the_first_relu = mistake("There is no ReLU between the two halves.")(
    built(lambda m, x: (x + m.norm2(m.conv2(m.norm1(m.conv1(x))))).relu())
)
forgets_both_relus = mistake("There is no ReLU in this module: two are asked.")(
    built(lambda m, x: x + m.norm2(m.conv2(m.norm1(m.conv1(x)))))
)
forgets_the_shortcut = mistake("x does not come around the layers: where is it added?")(
    built(lambda m, x: inner(m, x).relu())
)
forgets_shortcut_and_relu = mistake("That is what the two layers give: what comes around them?")(
    built(inner)
)
rectifies_before_the_norm = mistake("ReLU came before the first norm: it comes behind it.")(
    built(lambda m, x: (x + m.norm2(m.conv2(m.norm1(m.conv1(x).relu())))).relu())
)
normalizes_before_the_convolutions = mistake(
    "The norms stand before the convolutions: turn it round."
)(built(lambda m, x: (x + m.conv2(m.norm2(m.conv1(m.norm1(x)).relu()))).relu()))
normalizes_x = mistake("The first norm came before its convolution: it comes behind it.")(
    built(lambda m, x: (x + m.norm2(m.conv2(m.conv1(m.norm1(x)).relu()))).relu())
)
activates_before_the_convolutions = mistake(
    "Norm and ReLU stand before each convolution, as in a later kind of block: here behind it."
)(built(lambda m, x: x + m.conv2(m.norm2(m.conv1(m.norm1(x).relu())).relu())))
normalizes_the_sum = mistake("The second norm came after the sum: x comes around it, too.")(
    built(lambda m, x: m.norm2(x + m.conv2(m.norm1(m.conv1(x)).relu())).relu())
)
adds_before_the_second_layer = mistake("x was added between the two halves: it comes around both.")(
    built(lambda m, x: m.norm2(m.conv2((x + m.norm1(m.conv1(x))).relu())).relu())
)
adds_around_each_half = mistake("x was added around each half: one way leads around both.")(
    built(
        lambda m, x: (lambda h: (h + m.norm2(m.conv2(h))).relu())((x + m.norm1(m.conv1(x))).relu())
    )
)
adds_the_hidden_maps = mistake("What lies between the two halves was added: x comes around both.")(
    built(lambda m, x: (lambda h: (h + m.norm2(m.conv2(h))).relu())(m.norm1(m.conv1(x)).relu()))
)
adds_it_twice = mistake("x was added twice.")(built(lambda m, x: (2 * x + inner(m, x)).relu()))
subtracts_x = mistake("x was subtracted: it is added.")(
    built(lambda m, x: (inner(m, x) - x).relu())
)
subtracts_the_layers = mistake("What the layers give was subtracted: it is added.")(
    built(lambda m, x: (x - inner(m, x)).relu())
)
multiplies_the_ways = mistake("The two ways were multiplied: they are added.")(
    built(lambda m, x: (x * inner(m, x)).relu())
)
averages_the_ways = mistake("The two ways were averaged: they are added.")(
    built(lambda m, x: (x + inner(m, x)).relu() / 2)
)
joins_the_ways = mistake("The two ways stand side by side: they are added.")(built(joined))
uses_the_first_half_twice = mistake("The first half was used twice: the second one has its own.")(
    built(
        lambda m, x: (x + m.norm1(m.conv1(m.norm1(m.conv1(x)).relu()))).relu(),
    )
)
uses_the_first_convolution_twice = mistake(
    "The second convolution is there, but the first ran twice."
)(built(lambda m, x: (x + m.norm2(m.conv1(m.norm1(m.conv1(x)).relu()))).relu()))
uses_the_first_norm_twice = mistake("The second norm is there, but the first one ran twice.")(
    built(lambda m, x: (x + m.norm1(m.conv2(m.norm1(m.conv1(x)).relu()))).relu())
)
forgets_the_second_norm = mistake("The second norm is not used in forward.")(
    built(lambda m, x: (x + m.conv2(m.norm1(m.conv1(x)).relu())).relu())
)
forgets_the_first_norm = mistake("The first norm is not used in forward.")(
    built(lambda m, x: (x + m.norm2(m.conv2(m.conv1(x).relu()))).relu())
)
shares_one_norm = mistake("There is one batch norm: each convolution has one of its own.")(
    built(
        lambda m, x: (x + m.norm1(m.conv2(m.norm1(m.conv1(x)).relu()))).relu(),
        more=without("norm2"),
    )
)
shares_one_convolution = mistake(
    "There is one convolution: two are asked, with weights of their own."
)(
    built(
        lambda m, x: (x + m.norm2(m.conv1(m.norm1(m.conv1(x)).relu()))).relu(),
        more=without("conv2"),
    )
)
builds_one_half = mistake("There is one convolution with one norm: two of each are asked.")(
    built(
        lambda m, x: (x + m.norm1(m.conv1(x))).relu(),
        more=without("conv2", "norm2"),
    )
)
builds_no_norm = mistake(
    "The module knows of no batch norm: was it left out, made in forward, or put into a plain list?"
)(built(lambda m, x: (x + m.conv2(m.conv1(x).relu())).relu(), more=without("norm1", "norm2")))
projects_the_shortcut = mistake("There is a convolution too many: x comes around as it is.")(
    built(
        lambda m, x: (m.way(x) + inner(m, x)).relu(),
        more=with_part("way", lambda nn, C: nn.Conv2d(C, C, 1)),
    )
)
normalizes_the_shortcut = mistake("There is a batch norm too many: x comes around as it is.")(
    built(
        lambda m, x: (m.way(x) + inner(m, x)).relu(),
        more=with_part("way", lambda nn, C: nn.BatchNorm2d(C)),
    )
)
projects_and_normalizes_the_shortcut = mistake(
    "There is a convolution with a norm too many: x comes around as it is."
)(
    built(
        lambda m, x: (m.way(x) + inner(m, x)).relu(),
        more=with_part(
            "way", lambda nn, C: nn.Sequential(nn.Conv2d(C, C, 1, bias=False), nn.BatchNorm2d(C))
        ),
    )
)
hides_the_layers = mistake(
    "The module knows of no convolution: was it made in forward, or put into a plain list?"
)(
    built(
        lambda m, x: (x + m.layers[1](m.layers[0](x).relu())).relu(),
        more=lambda m, channels, nn: (
            without("conv1", "conv2", "norm1", "norm2")(m, channels, nn),
            setattr(m, "layers", [nn.Conv2d(channels, channels, 3, padding=1) for _ in "12"]),
        ),
    )
)
works_on_each_map_alone = mistake(
    "Each filter reads one map alone: leave groups as it is, and it reads all of them."
)(lambda channels: built(right, conv={"groups": channels})(channels))
takes_filters_of_side_1 = mistake("The filters have too few weights: side 3 is asked.")(
    built(right, conv={"kernel_size": 1, "padding": 0})
)
takes_filters_of_side_5 = mistake("The filters have too many weights: side 3 is asked.")(
    built(right, conv={"kernel_size": 5, "padding": 2})
)
leaves_scale_and_shift_out = mistake(
    "The norms have no scale and no shift: leave affine as it is."
)(built(right, norm={"affine": False}))
keeps_no_statistics = mistake("The norms keep no running statistics: what do they use at test?")(
    built(right, norm={"track_running_stats": False})
)
counts_the_momentum_the_other_way = mistake(
    "The norms have another momentum than PyTorch's default: leave it as it is."
)(built(right, norm={"momentum": 0.9}))
takes_the_momentum_of_another_library = mistake(
    "The norms have another momentum than PyTorch's default: leave it as it is."
)(built(right, norm={"momentum": 0.99}))
averages_all_batches = mistake(
    "The norms have another momentum than PyTorch's default: leave it as it is."
)(built(right, norm={"momentum": None}))
normalizes_by_the_batch_at_test = mistake(
    "In test mode the norms take the batch's own statistics: there the stored ones are used."
)(built(lambda m, x: normed(m, x, True)))
normalizes_by_stored_statistics_in_training = mistake(
    "In training mode the norms take the stored statistics: there those of the batch are used."
)(built(lambda m, x: normed(m, x, False)))
adds_a_large_eps = mistake("The norms have another eps than PyTorch's default.")(
    built(right, norm={"eps": 1e-3})
)
repeats_the_edge = mistake(
    "The pixels at the edge were repeated around each map: zeros are asked."
)(built(right, conv={"padding_mode": "replicate"}))
mirrors_the_edge = mistake("The map goes on in a mirror around its edge: zeros are asked.")(
    built(right, conv={"padding_mode": "reflect"})
)
goes_round = mistake("The map goes round at its edge to the other side: zeros are asked.")(
    built(right, conv={"padding_mode": "circular"})
)
spreads_the_filters = mistake(
    "The pixels of a filter lie apart, with gaps: they are neighbours, without dilation."
)(built(right, conv={"padding": 2, "dilation": 2}))
cuts_the_way_around = mistake("No gradient comes back around the layers: is x cut off there?")(
    built(lambda m, x: (x.detach() + inner(m, x)).relu())
)
cuts_the_way_through = mistake(
    "No gradient comes back through the layers: is their output cut off?"
)(built(lambda m, x: (x + inner(m, x).detach()).relu()))
cuts_both_ways = mistake("No gradient comes back to x: what cuts the graph off?")(
    built(lambda m, x: right(m, x).detach())
)
writes_into_x = mistake("The output is right, and it was written into x: leave x as it is.")(
    built(writing)
)
rectifies_x_in_place = mistake("ReLU was written into x: it changes what both ways get.")(
    built(lambda m, x: right(m, x.relu_()))
)
adds_into_x = mistake("The sum was written into x: make a new tensor of it.")(
    built(lambda m, x: x.add_(inner(m, x)).relu())
)
adds_and_rectifies_in_x = mistake(
    "Sum and ReLU were written into x: make a new tensor of the sum."
)(built(lambda m, x: x.add_(inner(m, x)).relu_()))
rectifies_x_in_place_before_the_sum = mistake(
    "ReLU was written into x before it was added: x is added as it is, and stays so."
)(built(lambda m, x: (inner(m, x) + x.relu_()).relu()))
caps_the_units = mistake("Large numbers were cut off above: a ReLU keeps them.")(built(capped))
smooths_the_units = mistake("The units bend smoothly around 0: plain ReLU is asked.")(built(smooth))
leaks = mistake("Negative numbers came through small: a ReLU makes them 0.")(built(leaking))


@mistake("That is no module: is there a return, and does it call the class that you wrote?")
def returns_the_class(channels):
    return type("Block", (), {})
