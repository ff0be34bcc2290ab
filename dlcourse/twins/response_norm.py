"""Local response normalization on tensors (Lecture 13)."""

from torch.nn.functional import pad

from dlcourse.twins.arguments import fit, whole_numbers


def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    """Divide each activation by a power of the energy of its neighbours across channels.

    Same contract as `dlcourse.reference.response_norm.local_response_norm`, on tensors of any
    device: the sum over neighbours, not their mean as in `torch.nn.functional`.
    """
    fit("x (N, C+, ...)", x)
    (size,) = whole_numbers(size=size)
    squares = pad((x * x).movedim(1, -1), (size // 2, (size - 1) // 2))
    energy = k + alpha * squares.unfold(-1, size, 1).sum(dim=-1).movedim(-1, 1)
    return x * energy**-beta
