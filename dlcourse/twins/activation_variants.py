"""Variants of ReLU and of the sigmoid on tensors; autograd supplies the backward pass.

Each has the contract of its namesake in `dlcourse.reference.activation_variants`.
"""

import math

import torch

from dlcourse.twins.activations import elu, sigmoid
from dlcourse.twins.arguments import as_floats, finite, one_of


def prelu(z, weight):
    """Keep positive scores, multiply the others by a learned slope, one a channel or one."""
    if weight.numel() != 1 and (z.ndim < 2 or weight.shape != z.shape[1:2]):
        raise ValueError(
            "prelu needs one slope, or one for each of the C channels of z (N, C, ...): got weight "
            f"{tuple(weight.shape)} for z {tuple(z.shape)}"
        )
    slope = weight.reshape(()) if weight.numel() == 1 else weight.reshape(-1, *[1] * (z.ndim - 2))
    z = as_floats(z)
    return torch.where(z > 0, z, slope * torch.where(z > 0, 0, z))  # no 0 times infinity


def rrelu(z, rng, lower=1 / 8, upper=1 / 3, train=True):
    """Draw negative slopes anew at every pass; `rng` is a torch.Generator."""
    if not lower <= upper:
        raise ValueError(f"lower must not exceed upper, got {lower} and {upper}")
    z = as_floats(z)
    drawn = torch.full_like(z, (lower + upper) / 2, requires_grad=False)
    if train:
        drawn.uniform_(lower, upper, generator=rng)
    slope = torch.where(z > 0, 1, drawn).detach()
    return z * slope, slope


def relu6(z):
    """Clip scores to [0, 6]."""
    return hardtanh(z, 0.0, 6.0)


def hardtanh(z, min_val=-1.0, max_val=1.0):
    """Clip scores to [min_val, max_val]; the slope at both ends is 0."""
    if not min_val < max_val:
        raise ValueError(f"min_val must be below max_val, got {min_val} and {max_val}")
    z = as_floats(z)
    outside = (z <= min_val) | (z >= max_val)  # and not inside: NaN keeps a slope
    return torch.where(outside, z.detach().clamp(min_val, max_val), z)


def hardsigmoid(z):
    """Draw the sigmoid with a ruler: relu6(z + 3) / 6."""
    return relu6(z + 3) / 6


def hardswish(z):
    """Let each score gate itself: z hardsigmoid(z); slope 0 at z = -3, 1 at z = 3."""
    z = as_floats(z)
    near = hardtanh(z, -3, 3)
    return torch.where(z <= -3, 0, torch.where(z >= 3, z, near * (near + 3) / 6))


def selu(z):
    """Scale ELU so that mean 0 and variance 1 are a fixed point."""
    return 1.0507009873554805 * elu(z, 1.6732632423543772)


def silu(z):
    """Let each score gate itself smoothly: z sigmoid(z), also called swish."""
    z = as_floats(z)
    return _gated(z, sigmoid(z))


def gelu(z, approximate="none"):
    """Weigh each score by the share of a normal distribution below it: exactly, or by a tanh."""
    z = as_floats(z)
    one_of(approximate, ("none", "tanh"), "approximate")
    if approximate == "tanh":
        near = hardtanh(z, -40, 40)
        doubled = 2 * math.sqrt(2 / math.pi) * (near + 0.044715 * near**3)
        return _gated(z, sigmoid(doubled))  # (1 + tanh(doubled / 2)) / 2, without the 1
    return _gated(z, 0.5 * torch.erfc(-z / math.sqrt(2)))


def _gated(z, share):
    """Multiply each score by its share: 0 at minus infinity, where 0 times it would be NaN."""
    return torch.where(z == torch.inf, z, finite(z) * share)
