"""Local response normalization on tensors (lecture 13)."""

import torch


def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    """Divide each activation by a power of the energy of its neighbours across channels.

    Same contract as `dlcourse.reference.response_norm.local_response_norm`, on tensors of any
    device: the sum over neighbours, not their mean as in `torch.nn.functional`.
    """
    channel = torch.arange(x.shape[1], device=x.device)
    distance = channel[None, :] - channel[:, None]
    neighbours = (distance >= -(size // 2)) & (distance <= (size - 1) // 2)
    energy = k + alpha * torch.einsum("ij,nj...->ni...", neighbours.to(x.dtype), x * x)
    return x * energy**-beta
