import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Freeze a part of a model
#
# `model` is a `torch.nn.Module`, `names` a list of names of its children, as
# `model.named_children()` gives them. Freeze the children named: no parameter in them, however
# deep, needs a gradient, and every batch norm in them (`torch.nn.BatchNorm1d` and its relatives)
# stays in eval mode, also after the next `model.train()`, and the one after that. Then its
# statistics do not move, and it uses the stored ones. The other children train as before: their
# parameters need gradients, and their modes follow `model.train()` and `model.eval()`. What the
# model gives in eval mode stays the same. Return `model`. `torch` is there, as `np` is.

# %% [markdown] tags=["hint"]
# After your function and `model.train()`, print `[(n, p.requires_grad) for n, p in
# model.named_parameters()]` and `[(n, m.training) for n, m in model.named_modules()]`. What calls
# the method `train` of a child?


# %% tags=["solution"] kind="torch" points=2
def torch_freeze(model, names):
    """Freeze the children named: no gradients, batch norms in eval mode for good; the model."""
    for name, child in model.named_children():
        if name in names:
            child.requires_grad_(False).eval()
            child.train = lambda mode=True, child=child: child
    return model


# %% tags=["probe"]
def collect(fn, given):
    import torch
    from torch import nn

    names, (d, h, h2, k), seed, x, upstream = given

    def block(layer, norm):
        return nn.Sequential(layer, nn.Sequential(norm, nn.Tanh()))

    model = nn.Sequential()
    model.add_module("block", block(nn.Linear(d, h), nn.BatchNorm1d(h)))
    model.add_module("image", nn.Unflatten(1, (h, 1, 1)))
    model.add_module("block2", block(nn.Conv2d(h, h2, 1), nn.BatchNorm2d(h2)))
    model.add_module("flat", nn.Flatten())
    model.add_module("head", nn.Linear(h2, k, bias=False))
    model.double()
    rng = np.random.default_rng(seed)
    for numbers in model.state_dict().values():
        if numbers.dim():  # not the count of batches
            numbers.copy_(torch.tensor(rng.uniform(0.2, 1.5, numbers.shape)))
    made = fn(model, list(names))
    if not isinstance(made, nn.Module):
        return {"odd": made} if isinstance(made, dict) else made
    for mode in (True, False, True):
        made.train(mode)
    images, raw = torch.tensor(x), {}
    made.zero_grad()
    out = made(images.clone())
    raw["output"] = out.detach().numpy().copy()
    if out.requires_grad:
        (out * torch.tensor(upstream)).sum().backward()
    found = dict(made.named_parameters())
    parts = ("0.weight", "0.bias", "1.0.weight", "1.0.bias")
    due = [f"{child}.{part}" for child in ("block", "block2") for part in parts]
    raw["grads"] = [
        None if name not in found or found[name].grad is None else found[name].grad.numpy().copy()
        for name in [*due, "head.weight"]
    ]
    if raw["grads"][4] is not None:  # the weights of the convolution, as a matrix
        raw["grads"][4] = raw["grads"][4].reshape(h2, h)
    state = made.state_dict()
    kept = ("1.0.running_mean", "1.0.running_var")
    raw["statistics"] = [
        state[f"{child}.{name}"].numpy().copy() if f"{child}.{name}" in state else None
        for child in ("block", "block2")
        for name in kept
    ]
    made.eval()
    with torch.no_grad():
        raw["eval"] = made(images.clone()).numpy().copy()
        model.train()  # the one that was given, if another came back
        raw["given"] = model(images.clone()).numpy().copy()
    return raw


def numbers_of(sizes, seed):
    """The parameters and statistics of both blocks, and the weights of the head."""
    (d, h, h2, k), rng = sizes, np.random.default_rng(seed)
    shapes = [((out, into), *[(out,)] * 5) for into, out in ((d, h), (h, h2))]
    blocks = [[rng.uniform(0.2, 1.5, shape) for shape in block] for block in shapes]
    return blocks, rng.uniform(0.2, 1.5, (k, h2))


def forward(blocks, weights, x, batch):
    """The output, and the batch statistics of each block; `batch` says who uses its own."""
    statistics = []
    for (W, b, gamma, beta, mean, var), own in zip(blocks, batch, strict=True):
        s = x @ W.T + b
        m = s.mean(axis=0)
        v = ((s - m) ** 2).mean(axis=0)
        statistics.append((m, v))
        mean, var = (m, v) if own else (mean, var)
        x = np.tanh((s - mean) / np.sqrt(var + 1e-5) * gamma + beta)
    return x @ weights.T, statistics


def slopes(blocks, weights, x, upstream, batch):
    """Gradients of sum(upstream * output), by a step into the complex plane."""
    arrays = [part for block in blocks for part in block[:4]] + [weights]
    found = []
    for k, array in enumerate(arrays):
        slope = np.zeros_like(array)
        for at in np.ndindex(array.shape):
            moved = [a.astype(complex) for a in arrays]
            moved[k][at] += 1e-30j
            inner = [(*moved[4 * b : 4 * b + 4], *block[4:]) for b, block in enumerate(blocks)]
            out, _ = forward(inner, moved[-1], x, batch)
            slope[at] = (upstream * out).sum().imag / 1e-30
        found.append(slope)
    return found


def listed(names):
    return ", ".join(names) or "none"


def judge(case, raw):
    names, sizes, seed, x, upstream = case
    blocks, weights = numbers_of(sizes, seed)
    assert isinstance(raw, dict), "an nn.Module"
    assert "odd" not in raw, "an nn.Module"
    children = ("block", "block2", "head")
    batch = [name not in names for name in children[:2]]
    out, batches = forward(blocks, weights, x, batch)
    due = slopes(blocks, weights, x, upstream, batch)
    shares = {"block": raw["grads"][:4], "block2": raw["grads"][4:8], "head": raw["grads"][8:]}
    told = {}
    for name in children:
        every = ("0.weight", "0.bias", "1.0.weight", "1.0.bias")
        parts = ("weight",) if name == "head" else every
        pairs = zip(parts, shares[name], strict=True)
        learn = [part for part, grad in pairs if grad is not None]
        what = f"parameters of {name} that got a gradient"
        told[what] = (listed(learn), listed([] if name in names else parts))
    if any(value != expected for value, expected in told.values()):
        return told
    statistics = raw["statistics"]
    kept = len(statistics) == 4 and all(part is not None for part in statistics)
    assert kept, "a model with the statistics it had"
    n = len(x)
    for k, name in enumerate(children[:2]):
        mean, var = blocks[k][4:]
        if batch[k]:
            mean = 0.9 * mean + 0.1 * batches[k][0]
            var = 0.9 * var + 0.1 * batches[k][1] * n / (n - 1)
        told[f"means of {name} after a forward pass"] = (statistics[2 * k], mean)
        told[f"variances of {name} after a forward pass"] = (statistics[2 * k + 1], var)
    told["output in training mode"] = (raw["output"], out)
    for k, name in enumerate(children):
        for own, expected in zip(shares[name], due[4 * k : 4 * k + 4], strict=True):
            if own is not None and f"gradient in {name}" not in told:
                told[f"gradient in {name}"] = (own, expected)
    after = [(*block[:4], *statistics[2 * k : 2 * k + 2]) for k, block in enumerate(blocks)]
    told["output in eval mode"] = (raw["eval"], forward(after, weights, x, (False, False))[0])
    told["output in training mode of the model that was given"] = (raw["given"], out)
    return told


def call(case):
    names, (d, h, h2, k), seed, *_ = case
    return (
        "from torch import nn\n"
        "def block(layer, norm):\n"
        "    return nn.Sequential(layer, nn.Sequential(norm, nn.Tanh()))\n"
        "model = nn.Sequential()\n"
        f"model.add_module('block', block(nn.Linear({d}, {h}), nn.BatchNorm1d({h})))\n"
        f"model.add_module('image', nn.Unflatten(1, ({h}, 1, 1)))\n"
        f"model.add_module('block2', block(nn.Conv2d({h}, {h2}, 1), nn.BatchNorm2d({h2})))\n"
        "model.add_module('flat', nn.Flatten())\n"
        f"model.add_module('head', nn.Linear({h2}, {k}, bias=False))\n"
        f"rng = np.random.default_rng({seed})\n"
        "for numbers in model.double().state_dict().values():\n"
        "    if numbers.dim():\n"
        "        numbers.copy_(torch.tensor(rng.uniform(0.2, 1.5, numbers.shape)))\n"
        "model = torch_freeze(model, {}).train()\n"
        "print([(n, p.requires_grad) for n, p in model.named_parameters()])\n"
        "print([(n, m.training) for n, m in model.named_modules()])"
    ), list(names)


# %% tags=["cases"]
def batch(rng, sizes):
    """Sizes, a seed of the parameters, rows, and gradients for the output."""
    d, *_, k = sizes
    return sizes, int(rng.integers(1000)), rng.normal(size=(5, d)), rng.normal(size=(5, k))


def visible():
    rng = np.random.default_rng(0)
    for names in (["block"], ["block2"], ["block2", "block"]):
        yield names, *batch(rng, (2, 3, 2, 2))


def hidden(rng):
    for names in (["block"], ["block2"], ["block", "block2"], [], ["head", "block"]):
        yield names, *batch(rng, (3, 2, 3, 2))


# %% tags=["mistakes"]
def is_batch_norm(module):
    import torch

    return isinstance(module, (torch.nn.BatchNorm1d, torch.nn.BatchNorm2d))


def kept(module):
    """A module that stays in eval mode."""
    module.eval().train = lambda mode=True, module=module: module


def frozen(model, names, weights=True, norms=True, which=None):
    """The solution with its halves open; `which(model, names)` gives the children."""
    which = which or (lambda model, names: [c for n, c in model.named_children() if n in names])
    for child in which(model, names):
        if weights:
            child.requires_grad_(False)
        if norms:
            kept(child)
    return model


@mistake(
    "The frozen batch norms still move: after model.train() they count the new batches. Keep them "
    "in eval mode."
)
def freezes_weights_only(model, names):
    return frozen(model, names, norms=False)


@mistake("The frozen parameters still get gradients: `requires_grad` belongs to each parameter.")
def sets_eval_mode_only(model, names):
    return frozen(model, names, weights=False)


@mistake("The children that are not named were frozen, and the named ones train.")
def freezes_the_others(model, names):
    return frozen(
        model, names, which=lambda m, names: [c for n, c in m.named_children() if n not in names]
    )


@mistake("Everything is frozen: the children that are not named should train.")
def freezes_the_whole(model, names):
    return frozen(model, names, which=lambda m, names: m.children())


@mistake("A child that is not named was frozen: does its name only begin like one that is?")
def matches_beginnings(model, names):
    def beginning(m, names):
        return [c for n, c in m.named_children() if any(n.startswith(name) for name in names)]

    return frozen(model, names, which=beginning)


@mistake("Weights are frozen, biases and shifts are not: all parameters of the child are.")
def freezes_weights_without_biases(model, names):
    for name, child in model.named_children():
        if name in names:
            for full, p in child.named_parameters():
                p.requires_grad_("bias" in full)
            kept(child)
    return model


@mistake("Only the first child named is frozen: `names` may list several.")
def freezes_the_first_name(model, names):
    return frozen(model, list(names)[:1])


@mistake("The statistics stay, but in training mode these norms use the batch: eval mode is asked.")
def stops_the_momentum(model, names):
    frozen(model, names, norms=False)
    for name, child in model.named_children():
        for m in child.modules() if name in names else ():
            if is_batch_norm(m):
                m.momentum = 0.0
    return model


@mistake("A batch norm of another kind than BatchNorm1d still moves: BatchNorm2d is one, too.")
def forgets_the_relatives(model, names):
    import torch

    frozen(model, names, norms=False)
    for name, child in model.named_children():
        for m in child.modules() if name in names else ():
            if isinstance(m, torch.nn.BatchNorm1d):
                kept(m)
    return model


@mistake("Nothing came back: return the model.")
def returns_nothing(model, names):
    frozen(model, names)


@mistake("The batch norms of the other children stay in eval mode as well: they should train.")
def holds_all_norms(model, names):
    frozen(model, names, norms=False)
    for m in model.modules():
        if is_batch_norm(m):
            kept(m)
    return model


@mistake("The batch norms were frozen, the other layers of the child were not.")
def freezes_the_norms_only(model, names):
    for name, child in model.named_children():
        for m in child.modules() if name in names else ():
            if is_batch_norm(m):
                kept(m.requires_grad_(False))
    return model


@mistake("The frozen weights became zeros: they stay what they are and take no gradient.")
def empties_the_weights(model, names):
    frozen(model, names)
    for name, child in model.named_children():
        for p in child.parameters() if name in names else ():
            p.data.zero_()
    return model


@mistake("No gradient gets through the frozen child, so what lies before it does not learn.")
def stops_the_gradient(model, names):
    import torch

    frozen(model, names)
    for name, child in model.named_children():
        if name in names:
            child.forward = torch.no_grad()(child.forward)
    return model


@mistake("A frozen copy came back, and the model that was given trains on: freeze that one.")
def freezes_a_copy(model, names):
    from copy import deepcopy

    return frozen(deepcopy(model), names)
