"""Max pooling, float32, beside torch: forward, backward, and the two together.

Torch's forward notes where each maximum stood and its backward only reads that; ours finds it again
from x. So the sum of both is the fair comparison, and the backward alone the unfair one.
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
    """Return the rows of one shape: forward, backward, both."""
    shape, size, stride = SHAPES[name]
    rng = np.random.default_rng(0)
    x = np.maximum(rng.normal(size=shape), 0).astype(np.float32)
    out = max_pool2d(x, size, stride)
    dout = rng.normal(size=out.shape).astype(np.float32)
    tensor, upstream = torch.tensor(x, requires_grad=True), torch.tensor(dout)
    kept = functional.max_pool2d(tensor, size, stride)

    def both_of_torch():
        return torch.autograd.grad(functional.max_pool2d(tensor, size, stride), tensor, upstream)

    dx = max_pool2d_backward(dout, x, size, stride)
    np.testing.assert_allclose(dx, both_of_torch()[0].numpy(), rtol=1e-4, atol=1e-5)
    yield compare(
        f"forward, {name}",
        lambda: max_pool2d(x, size, stride),
        lambda: functional.max_pool2d(tensor, size, stride),
    )
    yield compare(
        f"backward, {name}",
        lambda: max_pool2d_backward(dout, x, size, stride),
        lambda: torch.autograd.grad(kept, tensor, upstream, retain_graph=True),
    )
    yield compare(
        f"both, {name}",
        lambda: (max_pool2d(x, size, stride), max_pool2d_backward(dout, x, size, stride)),
        both_of_torch,
    )


if __name__ == "__main__":
    table = [row for name in SHAPES for row in rows(name)]
    means = {
        f"geometric mean, {way}": geometric_mean([r for r in table if r["name"].startswith(way)])
        for way in ("forward", "backward", "both")
    }
    report("pooling", table, summary=means)
