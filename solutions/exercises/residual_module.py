import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A residual block in PyTorch
#
# Return a module (an `nn.Module`) that carries images `x` (N, C, H, W), with C = `channels`, to the
# same shape:
#
# $$y = \mathrm{relu}\bigl(x + \mathrm{norm}_2(\mathrm{conv}_2(\mathrm{relu}(
# \mathrm{norm}_1(\mathrm{conv}_1(x)))))\bigr)$$
#
# Each $\mathrm{conv}$ is an `nn.Conv2d` of side 3 from C to C maps that keeps H and W by a padding
# of 1, with or without biases. Each $\mathrm{norm}$ is an `nn.BatchNorm2d` of its own, with
# PyTorch's defaults. There are no other parameters: $18 C^2 + 4C$, and C more for each convolution
# with biases. The input `x` stays as it is, and its gradient comes back on both ways. `torch` is
# there, as `np` is, and so is `torch.nn`.

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
    import torch

    filters, norms, x, upstream = case
    module = fn(filters.shape[1])
    if not isinstance(module, torch.nn.Module):
        return module
    images = torch.tensor(x)
    module.double().eval()(images.clone())  # what is lazy takes its form
    convs = [m for m in module.modules() if isinstance(m, torch.nn.Conv2d)]
    batch_norms = [m for m in module.modules() if isinstance(m, torch.nn.BatchNorm2d)]
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
        "convs": [list(map(plain, part)) for part in parts[: len(convs)]],
        "norms": [list(map(plain, part)) for part in parts[len(convs) :]],
        "outputs": [],
    }
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
    filters, _, x, upstream = case
    C = filters.shape[1]
    assert isinstance(raw, dict), "an nn.Module"
    counts = {"nn.Conv2d in the module": (len(raw["convs"]), 2)}
    counts["nn.BatchNorm2d in the module"] = (len(raw["norms"]), 2)
    if any(n != due for n, due in counts.values()):
        return counts
    biases = sum(b is not None for _, b in raw["convs"])
    counts["parameters"] = (sum(raw["parameters"]), 18 * C**2 + (4 + biases) * C)
    if any(n != due for n, due in counts.values()):
        return counts
    convs = [(w, np.zeros(C) if b is None else b) for w, b in raw["convs"]]
    if any(w.shape != (C, C, 3, 3) for w, _ in convs):
        return {"shapes of the filters": (f"{[w.shape for w, _ in convs]}", f"{(C, C, 3, 3)} each")}
    if any(a is None for norm in raw["norms"] for a in norm):
        return {"batch norms that keep no statistics": ("there are some", "none")}
    test, after_test, trained, after_training = raw["outputs"]

    def off(order):
        made = block(x, *order)
        return np.abs(test - made).max() if np.shape(test) == made.shape else 0.0

    # the order in which a module lists its parts need not be that in which they are used
    orders = [(c, n) for c in (convs, convs[::-1]) for n in (raw["norms"], raw["norms"][::-1])]
    order = min(orders, key=off)
    return {
        "output in test mode": (test, block(x, *order)),
        "output in training mode": (trained, block(x, *order, training=True)),
        "x after the call": (after_test, x),
        "x after the call in training mode": (after_training, x),
        "gradient of x": (raw["slope"], slope(x, upstream, *order)),
    }


def call(case):
    filters, _, x, _ = case
    if not np.array_equal(*filters):
        return "residual_module({})", filters.shape[1]
    return (
        (
            "x, w = torch.tensor({}), torch.tensor({})\n"
            "m = residual_module({}).double()\n"
            "for p in m.parameters():\n"
            "    p.data = w if p.dim() == 4 else p.data.round()  # biases 0, norms as they begin\n"
            "m.eval()(x)"
        ),
        x,
        filters[0],
        filters.shape[1],
    )


# %% tags=["cases"]
def visible():
    w = np.array([[[[0.0, 1.0, 0.0], [-1.0, 0.5, 0.0], [0.0, 0.0, 2.0]]]])
    fresh = np.array([[[1.0], [0.0], [0.0], [1.0]]] * 2)
    x = np.array([[[[1.0, -2.0, 0.5], [-3.0, 2.0, 1.5]]], [[[-1.0, 0.3, 2.0], [3.0, -0.5, -4.0]]]])
    yield np.stack([w, w]), fresh, x, np.array([[[[1.0, 2.0, -1.0], [0.5, -2.0, 1.5]]]] * 2)


def hidden(rng):
    for C, N, sides in [(2, 2, (3, 4)), (3, 3, (4, 2)), (1, 4, (2, 3))]:
        norms = rng.normal(size=(2, 4, C))
        norms[:, 0] += np.where(norms[:, 0] < 0, -0.5, 0.5)
        norms[:, 3] = rng.uniform(0.5, 2.0, size=(2, C))
        x, upstream = rng.normal(size=(2, N, C, *sides))
        yield rng.normal(size=(2, C, C, 3, 3)), norms, x, upstream


# %% tags=["mistakes"]
def built(channels, forward, bias=False):
    """A module of the parts asked whose forward is `forward(parts, x)`."""
    from torch import nn

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=bias)
            self.norm1 = nn.BatchNorm2d(channels)
            self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=bias)
            self.norm2 = nn.BatchNorm2d(channels)

        def forward(self, x):
            return forward(self, x)

    return Block()


def inner(m, x):
    return m.norm2(m.conv2(m.norm1(m.conv1(x)).relu()))


@mistake("ReLU came before the sum: add x first, then rectify.")
def rectifies_before_the_sum(channels):
    return built(channels, lambda m, x: x + inner(m, x).relu())


@mistake("The last ReLU is missing: negative numbers came out.")
def forgets_the_last_relu(channels):
    return built(channels, lambda m, x: x + inner(m, x))


@mistake("x does not come around the layers: where is it added?")
def forgets_the_shortcut(channels):
    return built(channels, lambda m, x: inner(m, x).relu())
