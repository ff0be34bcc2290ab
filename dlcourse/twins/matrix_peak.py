"""The most that a device multiplies, measured: what a training step is compared with."""

import time

import torch

SIDES = {"cuda": 8192, "mps": 2048, "cpu": 512}


def matrix_peak(device, dtype, repeats=10):
    """Return the floating-point operations a second of a large square product, at its best.

    Multiplications and additions both count, as in ``flops`` of `network_table`. In float32 a GPU
    takes whatever ``torch.backends`` allows it, as a training step does.
    """
    device = torch.device(device)
    n = SIDES[device.type]
    a, b = (torch.ones(n, n, device=device, dtype=dtype) for _ in range(2))
    a @ b  # libraries are loaded by the first
    times = []
    for _ in range(repeats):
        begun = finished(device)
        a @ b
        times.append(finished(device) - begun)
    return 2 * n**3 / min(times)


def finished(device):
    """Return the time at which a device has done all that it was given."""
    if device.type != "cpu":
        getattr(torch, device.type).synchronize()  # it works behind the program's back
    return time.perf_counter()
