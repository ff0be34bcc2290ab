"""Convolution: forward and both gradients, in float32, beside torch in its own layout (NCHW).

Seven shapes from LeNet-5 to VGG-16. The first layers of LeNet-5 and AlexNet appear twice: a first
layer needs no gradient of the image, and torch's is slow for one or three channels.
"""

from benchmarks.measure import compare, geometric_mean, report  # first: it sets the thread counts

import numpy as np  # isort: skip
import torch  # isort: skip
from torch.nn import functional  # isort: skip

from dlcourse.reference.conv import conv2d, conv2d_backward, conv2d_weight_gradient

# N, C, H = W, K, F, stride, padding
SHAPES = {
    "LeNet C1": (64, 1, 28, 6, 5, 1, 0),
    "LeNet C2": (64, 6, 14, 16, 5, 1, 0),
    "small 3x3": (32, 16, 32, 32, 3, 1, 1),
    "VGG 3x3": (8, 64, 56, 64, 3, 1, 1),
    "1x1": (8, 256, 28, 64, 1, 1, 0),
    "strided 3x3": (8, 64, 56, 64, 3, 2, 1),
    "AlexNet C1": (4, 3, 227, 96, 11, 4, 0),
}
FIRST_LAYERS = "LeNet C1", "AlexNet C1"


def row(name, needs_dx=True):
    """Time one shape; `needs_dx` says whether the image's gradient is computed."""
    N, C, H, K, F, stride, padding = SHAPES[name]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(N, C, H, H)).astype(np.float32)
    w, b = rng.normal(size=(K, C, F, F)).astype(np.float32), np.zeros(K, np.float32)
    dout = rng.normal(size=conv2d(x, w, b, stride, padding).shape).astype(np.float32)
    tensors = torch.tensor(x), torch.tensor(w), torch.tensor(b)
    wanted = tensors if needs_dx else tensors[1:]
    for tensor in wanted:
        tensor.requires_grad_()
    upstream = torch.tensor(dout)

    def ours():
        out = conv2d(x, w, b, stride, padding)
        if needs_dx:
            return out, *conv2d_backward(dout, x, w, stride, padding)
        dw = conv2d_weight_gradient(dout, x, w.shape, stride, padding)
        return out, dw, dout.sum(axis=(0, 2, 3))

    def theirs():
        out = functional.conv2d(*tensors, stride=stride, padding=padding)
        return out, *torch.autograd.grad(out, wanted, upstream)

    for a, expected in zip(ours(), theirs(), strict=True):
        expected = expected.detach().numpy()
        np.testing.assert_allclose(a, expected, rtol=1e-3, atol=1e-4 * np.abs(expected).max())
    return compare(name if needs_dx else f"{name}, no dx", ours, theirs)


if __name__ == "__main__":
    full = [row(name) for name in SHAPES]
    total = {side: round(sum(r[f"{side}_mib"] for r in full), 1) for side in ("ours", "theirs")}
    summary = {
        "geometric mean of the seven shapes": geometric_mean(full),
        "worst": max(r["ratio"]["median"] for r in full),
        "MiB over the seven shapes, NumPy and torch": f"{total['ours']} and {total['theirs']}",
    }
    report("conv", full + [row(name, needs_dx=False) for name in FIRST_LAYERS], summary=summary)
