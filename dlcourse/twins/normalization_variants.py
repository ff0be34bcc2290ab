"""Group and RMS normalization on tensors; as in `dlcourse.reference.normalization_variants`."""

import torch

from dlcourse.twins.arguments import as_floats, fit, in_float32, real_numbers, whole_numbers
from dlcourse.twins.lengths import power_of_two
from dlcourse.twins.rows import has_its_digits, normalize_rows


def group_norm(x, num_groups, gamma, beta, eps=1e-5):
    """Normalize each row over groups of its channels, then scale and shift each channel."""
    fit("x (N, C+, ...), gamma (C), beta (C)", x, gamma, beta)
    (num_groups,) = whole_numbers(num_groups=num_groups)
    if x.shape[1] % num_groups or 0 in x.shape[1:]:
        raise ValueError(f"num_groups must divide the channels: {num_groups}, x {tuple(x.shape)}")
    x, gamma, beta = as_floats(x, gamma, beta)
    dtype, (x, gamma, beta) = x.dtype, in_float32(x, gamma, beta)
    groups = x.reshape(len(x), num_groups, -1) if len(x) else x[:, None]
    wide = (-1,) + (1,) * (x.dim() - 2)
    x_hat = normalize_rows(groups, eps)[0].reshape(x.shape)
    return (x_hat * gamma.reshape(wide) + beta.reshape(wide)).to(dtype)


def rms_norm(x, gamma, eps=1e-5):
    """Divide each row by the root of its mean square, then scale each feature."""
    fit("x (..., D+), gamma (D)", x, gamma)
    x, gamma = as_floats(x, gamma)
    dtype, (x, gamma) = x.dtype, in_float32(x, gamma)
    (eps,) = real_numbers(0, eps=eps)
    square = (x.detach() ** 2).mean(dim=-1, keepdim=True)
    fits = has_its_digits(square, eps)
    unit = torch.where(fits, 1, power_of_two(x, axis=-1))  # squares of x / unit fit
    x = x / unit
    s = torch.sqrt((x**2).mean(dim=-1, keepdim=True) + eps / unit / unit)
    return (x / s * gamma).to(dtype)
