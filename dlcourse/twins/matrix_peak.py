"""The most that a device multiplies, measured: what a training step is compared with."""

import time
from contextlib import contextmanager

import torch

SIDES = {"cuda": 8192, "mps": 2048, "cpu": 512}
ENOUGH = 1.0  # seconds, where a GPU is slow in float64


def matrix_peak(device, dtype, repeats=10):
    """Return the floating-point operations a second of a large square product, at its best.

    Multiplications and additions both count, as in ``flops`` of `network_table`. In float32 a GPU
    rounds the factors to TF32 if ``torch.backends`` allows its convolutions to: these do most of a
    step, are allowed to by default, and the share of a slower peak could exceed 1.
    """
    device = torch.device(device)
    n = SIDES[device.type]
    a, b = (torch.ones(n, n, device=device, dtype=dtype) for _ in range(2))
    with _as_convolutions():
        a @ b  # libraries are loaded by the first
        times = []
        while len(times) < repeats and sum(times) < ENOUGH:
            begun = finished(device)
            a @ b
            times.append(finished(device) - begun)
    return 2 * n**3 / min(times)


@contextmanager
def _as_convolutions():
    """Let products of matrices round as convolutions may."""
    products, convolutions = torch.backends.cuda.matmul, torch.backends.cudnn
    word = "fp32_precision" if hasattr(products, "fp32_precision") else "allow_tf32"  # of old
    before = getattr(products, word)
    rounding = getattr(getattr(convolutions, "conv", convolutions), word)
    if rounding in ("tf32", True):
        setattr(products, word, rounding)
    try:
        yield
    finally:
        setattr(products, word, before)


def finished(device):
    """Return the time at which a device has done all that it was given."""
    if device.type != "cpu":
        getattr(torch, device.type).synchronize()  # it works behind the program's back
    return time.perf_counter()
