"""Max pooling, float32, beside torch: forward, backward, and the two together.

Torch's forward always notes where each maximum stood, and its backward reads that. Ours does so if
asked for the indices. "Inputs alone" are the rows without them, whose backward looks for each
maximum again: more work than torch's backward has, and less in the forward.
"""

from benchmarks.measure import compare, geometric_mean, report  # first: it sets the thread counts

import numpy as np  # isort: skip
import torch  # isort: skip
from torch.nn import functional  # isort: skip

from dlcourse.reference.pooling import max_pool2d, max_pool2d_backward

# shape of x, kernel_size, stride
SHAPES = {
    "LeNet S2": ((64, 6, 28, 28), 2, 2),
    "VGG": ((8, 64, 112, 112), 2, 2),
    "AlexNet, overlapping": ((8, 96, 55, 55), 3, 2),
}


def rows(name):
    """Return the rows of one shape: forward, backward, both, with and without indices."""
    shape, size, stride = SHAPES[name]
    rng = np.random.default_rng(0)
    x = np.maximum(rng.normal(size=shape), 0).astype(np.float32)
    out = max_pool2d(x, size, stride)
    dout = rng.normal(size=out.shape).astype(np.float32)
    tensor, upstream = torch.tensor(x, requires_grad=True), torch.tensor(dout)
    kept = functional.max_pool2d(tensor, size, stride)

    window = {"kernel_size": size, "stride": stride}
    _, indices = max_pool2d(x, **window, return_indices=True)

    def torch_forward():
        return functional.max_pool2d(tensor, size, stride)

    def torch_backward():
        return torch.autograd.grad(kept, tensor, upstream, retain_graph=True)[0]

    def torch_both():
        return torch.autograd.grad(torch_forward(), tensor, upstream)[0]

    def both():
        _, indices = max_pool2d(x, **window, return_indices=True)
        return max_pool2d_backward(dout, x, **window, indices=indices)

    def both_from_inputs():
        max_pool2d(x, **window)
        return max_pool2d_backward(dout, x, **window)

    for backward in (both, both_from_inputs):
        np.testing.assert_allclose(backward(), torch_both().numpy(), rtol=1e-4, atol=1e-5)
    for way, ours, theirs in (
        ("forward", lambda: max_pool2d(x, **window), torch_forward),
        (
            "forward with indices",
            lambda: max_pool2d(x, **window, return_indices=True),
            torch_forward,
        ),
        (
            "backward",
            lambda: max_pool2d_backward(dout, x, **window, indices=indices),
            torch_backward,
        ),
        (
            "backward, inputs alone",
            lambda: max_pool2d_backward(dout, x, **window),
            torch_backward,
        ),
        ("both", both, torch_both),
        ("both, inputs alone", both_from_inputs, torch_both),
    ):
        yield {"way": way, **compare(f"{way}: {name}", ours, theirs)}


if __name__ == "__main__":
    table = [row for name in SHAPES for row in rows(name)]
    by_way = {}
    for row in table:
        by_way.setdefault(row.pop("way"), []).append(row)
    means = {f"geometric mean, {way}": geometric_mean(rows) for way, rows in by_way.items()}
    report("pooling", table, summary=means)
