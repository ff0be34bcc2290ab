"""The length of a tensor; contract as in `dlcourse.reference.lengths`."""

import torch

from dlcourse.twins.arguments import as_floats


def euclidean_norm(a, axis=None):
    """Return the root of the sum of squares, over all numbers or along one axis."""
    a = as_floats(a)
    a, axis = (a.reshape(-1), 0) if axis is None else (a, axis)
    _check_axis(a, axis)
    if a.shape[axis] == 0:
        return a.sum(dim=axis)
    scale = power_of_two(a, axis)  # squares of a / scale fit
    return torch.linalg.vector_norm(a / scale, dim=axis) * scale.squeeze(axis)


def power_of_two(a, axis):
    """Return the power of 2 at or below the largest magnitude along an axis, which stays."""
    _check_axis(a, axis)
    a = as_floats(a)
    if a.shape[axis] == 0:
        return torch.ones_like(a.sum(dim=axis, keepdim=True))
    largest = a.detach().abs().amax(dim=axis, keepdim=True)
    usual = (largest > 0) & largest.isfinite()
    exponent = torch.frexp(torch.where(usual, largest, 1))[1] - 1
    return torch.ldexp(torch.ones_like(largest), exponent)


def _check_axis(a, axis):
    if not -a.ndim <= axis < a.ndim:
        raise ValueError(f"there is no axis {axis} in a tensor of shape {tuple(a.shape)}")
