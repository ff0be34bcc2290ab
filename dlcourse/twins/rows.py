"""Statistics of rows of tensors; contract as in `dlcourse.reference.rows`."""

import torch

from dlcourse.twins.arguments import fit, real_numbers
from dlcourse.twins.lengths import power_of_two


def normalize_rows(x, eps):
    """Shift and scale each row to mean 0 and variance 1: (x_hat, s), s what it was divided by."""
    fit("x (..., D+)", x)
    (eps,) = real_numbers(0, eps=eps)
    spread = x.detach() - x.detach().mean(dim=-1, keepdim=True)
    var = (spread**2).mean(dim=-1, keepdim=True)
    fits = has_its_digits(var, eps)
    unit = torch.where(fits, 1, power_of_two(x, axis=-1))  # squares of x / unit fit
    centered = x / unit
    centered = centered - centered.mean(dim=-1, keepdim=True)
    s = torch.sqrt((centered**2).mean(dim=-1, keepdim=True) + eps / unit / unit)
    return centered / s, s * unit


def has_its_digits(var, eps):
    """Tell where a mean of squares neither overflowed nor, before `eps` is added, lost digits."""
    kind = torch.finfo(var.dtype)
    return var.isfinite() & (var + eps > kind.tiny / kind.eps)
