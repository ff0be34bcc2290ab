"""Gradients by central differences on tensors; autograd is what they referee."""

import torch

from dlcourse.twins.arguments import same_shape


def numerical_gradient(f, x, h=1e-5):
    """Estimate the gradient of f at x by central differences, in float64.

    Apple's GPU has no float64: for a tensor that lives there f is given copies on the CPU.
    """
    place = "cpu" if x.device.type == "mps" else x.device
    point = x.detach().to(place).to(torch.float64, copy=True).contiguous()
    flat, gradient = point.view(-1), torch.zeros_like(point).view(-1)
    for i in range(flat.numel()):
        kept = flat[i].item()
        nudge = max(h, 1e-6 * abs(kept))
        flat[i] = kept + nudge
        above = float(f(point))
        flat[i] = kept - nudge
        below = float(f(point))
        flat[i] = kept
        gradient[i] = (above - below) / (2 * nudge)
    return gradient.view(point.shape).to(x.dtype).to(x.device)


def relative_error(a, b):
    """Compare two gradients: the largest |a - b| / max(|a|, |b|), and 0 where both are 0."""
    same_shape(a=a, b=b)
    size = torch.maximum(a.abs(), b.abs())
    size = torch.where(size == 0, 1, size)  # divide first: a - b may overflow
    ratios = (a / size - b / size).abs()
    return float(ratios.max()) if ratios.numel() else 0.0
