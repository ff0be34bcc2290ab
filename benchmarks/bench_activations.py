"""Activations, forward and backward, beside torch's own, on a million float32 scores.

The signs are random, so that no branch of a processor can be guessed. Torch's backward reuses what
its forward kept; ours computes it again from z.
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
}


def rows(name):
    """Return the rows of one activation: forward, then backward."""
    rng = np.random.default_rng(0)
    z, dout = rng.normal(size=(2, ROWS, COLUMNS)).astype(np.float32)
    world = activations if hasattr(activations, name) else activation_variants
    forward, backward = getattr(world, name), getattr(world, f"{name}_backward")
    tensor, upstream = torch.tensor(z, requires_grad=True), torch.tensor(dout)
    out = PAIRS[name](tensor)
    yield compare(f"forward {name}", lambda: forward(z), lambda: PAIRS[name](tensor), memory=False)
    yield compare(
        f"backward {name}",
        lambda: backward(dout, z),
        lambda: torch.autograd.grad(out, tensor, upstream, retain_graph=True),
        memory=False,
    )


if __name__ == "__main__":
    table = [row for name in PAIRS for row in rows(name)]
    means = {
        f"geometric mean, {way}": geometric_mean([r for r in table if r["name"].startswith(way)])
        for way in ("forward", "backward")
    }
    report("activations", table, summary=means)
