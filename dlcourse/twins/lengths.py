"""The length of a tensor; contract as in `dlcourse.reference.lengths`."""

import torch


def euclidean_norm(a, axis=None):
    """Return the root of the sum of squares, over all numbers or along one axis."""
    if axis is not None and not -a.ndim <= axis < a.ndim:
        raise ValueError(f"there is no axis {axis} in a tensor of shape {tuple(a.shape)}")
    a, axis = (a.reshape(-1), 0) if axis is None else (a, axis)
    if a.shape[axis] == 0:
        return a.sum(dim=axis)
    largest = a.detach().abs().amax(dim=axis, keepdim=True)
    usual = (largest > 0) & largest.isfinite()
    exponent = torch.frexp(torch.where(usual, largest, 1))[1] - 1
    scale = torch.ldexp(torch.ones_like(largest), exponent)  # squares of a / scale fit
    return torch.linalg.vector_norm(a / scale, dim=axis) * scale.squeeze(axis)
