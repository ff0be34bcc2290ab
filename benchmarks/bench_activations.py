"""Activations, forward and backward, beside torch's own, on a million float32 scores.

The signs are random, so that no branch of a processor can be guessed. Torch's backward reuses what
its forward kept; ours computes it again from z. "both" is a forward and a backward, what a training
step pays for.
"""

from benchmarks.measure import compare, geometric_mean, report  # first: it sets the thread counts

import numpy as np  # isort: skip
import torch  # isort: skip
from torch.nn import functional as F  # isort: skip  # noqa: N812

from dlcourse.reference import activation_variants, activations

ROWS, COLUMNS = 1024, 1024
PAIRS = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "softsign": F.softsign,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "softplus": F.softplus,
    "softmax": lambda z: torch.softmax(z, -1),
    "log_softmax": lambda z: torch.log_softmax(z, -1),
    "relu6": F.relu6,
    "hardtanh": F.hardtanh,
    "hardsigmoid": F.hardsigmoid,
    "hardswish": F.hardswish,
    "selu": F.selu,
    "silu": F.silu,
    "gelu, tanh": lambda z: F.gelu(z, approximate="tanh"),
    "gelu": F.gelu,
}
WORDS = {"gelu, tanh": {"approximate": "tanh"}}
WAYS = "forward", "backward", "both"


def rows(name):
    """Return the rows of one activation: forward, backward, both."""
    rng = np.random.default_rng(0)
    z, dout = rng.normal(size=(2, ROWS, COLUMNS)).astype(np.float32)
    function, words, theirs = name.split(",")[0], WORDS.get(name, {}), PAIRS[name]
    world = activations if hasattr(activations, function) else activation_variants
    forward, backward = getattr(world, function), getattr(world, f"{function}_backward")
    tensor, upstream = torch.tensor(z, requires_grad=True), torch.tensor(dout)
    out = theirs(tensor)
    pairs = (
        (lambda: forward(z, **words), lambda: theirs(tensor)),
        (
            lambda: backward(dout, z, **words),
            lambda: torch.autograd.grad(out, tensor, upstream, retain_graph=True),
        ),
        (
            lambda: (forward(z, **words), backward(dout, z, **words)),
            lambda: torch.autograd.grad(theirs(tensor), tensor, upstream),
        ),
    )
    for way, pair in zip(WAYS, pairs, strict=True):
        turns = 3 if name == "gelu" else 15  # Python's erfc for each number: half a second a call
        yield compare(f"{way} {name}", *pair, turns, memory=False)


if __name__ == "__main__":
    table = [row for name in PAIRS for row in rows(name)]
    means = {
        f"geometric mean without exact GELU, {way}": geometric_mean(
            [r for r in table if r["name"].startswith(way) and not r["name"].endswith(" gelu")]
        )
        for way in WAYS
    }
    report("activations", table, summary=means)
