"""Batch normalization in training and layer normalization, both ways, beside torch's own.

Torch's backward reuses the statistics of its forward pass; ours computes them again from x.
"""

from benchmarks.measure import compare, geometric_mean, report  # first: it sets the thread counts

import numpy as np  # isort: skip
import torch  # isort: skip
from torch.nn import functional  # isort: skip

from dlcourse.reference.normalization import (
    batch_norm,
    batch_norm_backward,
    layer_norm,
    layer_norm_backward,
)

SHAPES = [(512, 1024), (64, 64, 28, 28), (32, 16, 32, 32), (16, 256, 14, 14)]
LAYER_SHAPES = [(512, 1024), (4096, 128), (64, 32, 256)]


def rows(shape):
    """Return the rows of one shape: forward, then backward."""
    rng = np.random.default_rng(0)
    x, dout = rng.normal(size=(2, *shape)).astype(np.float32)
    gamma, beta = rng.normal(size=(2, shape[1])).astype(np.float32)
    mean, var = np.zeros(shape[1], np.float32), np.ones(shape[1], np.float32)
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, gamma, beta)]
    state, upstream = (torch.tensor(mean), torch.tensor(var)), torch.tensor(dout)

    def forward_of_torch():
        return functional.batch_norm(tensors[0], *state, *tensors[1:], training=True)

    out = forward_of_torch()
    name = "x".join(map(str, shape))
    yield compare(
        f"forward {name}", lambda: batch_norm(x, gamma, beta, mean, var), forward_of_torch
    )
    yield compare(
        f"backward {name}",
        lambda: batch_norm_backward(dout, x, gamma),
        lambda: torch.autograd.grad(out, tensors, upstream, retain_graph=True),
    )


def layer_rows(shape):
    """Return the rows of layer normalization in one shape: forward, then backward."""
    rng = np.random.default_rng(0)
    x, dout = rng.normal(size=(2, *shape)).astype(np.float32)
    gamma, beta = rng.normal(size=(2, shape[-1])).astype(np.float32)
    tensors = [torch.tensor(a, requires_grad=True) for a in (x, gamma, beta)]
    upstream = torch.tensor(dout)

    def forward_of_torch():
        return functional.layer_norm(tensors[0], shape[-1:], *tensors[1:])

    out = forward_of_torch()
    name = "x".join(map(str, shape))
    yield compare(f"layer forward {name}", lambda: layer_norm(x, gamma, beta), forward_of_torch)
    yield compare(
        f"layer backward {name}",
        lambda: layer_norm_backward(dout, x, gamma, beta),
        lambda: torch.autograd.grad(out, tensors, upstream, retain_graph=True),
    )


if __name__ == "__main__":
    table = [row for shape in SHAPES for row in rows(shape)]
    table += [row for shape in LAYER_SHAPES for row in layer_rows(shape)]
    means = {
        f"geometric mean, {way}": geometric_mean([r for r in table if r["name"].startswith(way)])
        for way in ("forward", "backward", "layer forward", "layer backward")
    }
    report("normalization", table, summary=means)
