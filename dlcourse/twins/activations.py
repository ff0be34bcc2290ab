"""Activations on tensors of any device; autograd supplies the backward pass.

Each has the contract of its namesake in `dlcourse.reference.activations`.
"""

import torch

from dlcourse.twins.arguments import as_floats, finite, fit


def sigmoid(z):
    """Squash each score into (0, 1)."""
    return torch.exp(-softplus(-as_floats(z)))  # 1 / (1 + e^-z); |z| would lose the slope at 0


def tanh(z):
    """Squash each score into (-1, 1): 2 sigmoid(2z) - 1.

    Autograd computes the slope from the output, 1 - a^2: it loses digits where a rounds to 1, from
    |z| = 9.5 on in float32 all of them. The reference's `tanh_backward` keeps them.
    """
    return torch.tanh(as_floats(z))


def softsign(z):
    """Squash each score into (-1, 1), slowly: z / (1 + |z|).

    Autograd's slope is a difference, of which float32 has lost a third at 1e7 and all at 1e8, as in
    PyTorch. The reference's `softsign_backward` has none.
    """
    z = finite(as_floats(z))
    return z / (1 + z.abs())


def relu(z):
    """Keep positive scores, set the others to 0; the slope at 0 is 0."""
    z = as_floats(z)
    return torch.where(z <= 0, 0, z)  # and not z > 0: NaN stays NaN


def leaky_relu(z, negative_slope=0.01):
    """Keep positive scores, shrink the others."""
    if negative_slope == 0:
        return relu(z)
    z = as_floats(z)
    return torch.where(z > 0, z, negative_slope * z)


def elu(z, alpha=1.0):
    """Bend negative scores towards -alpha: alpha (e^z - 1)."""
    z = as_floats(z)
    below = torch.where(z > 0, 0, z)
    e = torch.exp(below)
    bent = torch.expm1(below).detach() + (e - e.detach())  # autograd's expm1 loses small slopes
    return torch.where(z > 0, z, alpha * bent)


def softplus(z):
    """Smooth the corner of ReLU: log(1 + e^z)."""
    z = as_floats(z)
    return torch.logaddexp(torch.zeros_like(z), z)


def softmax(z):
    """Turn scores into probabilities along the last axis."""
    z = as_floats(z)
    fit("z (..., K+)", z)
    e = torch.exp(z - z.amax(dim=-1, keepdim=True).detach())
    return e / e.sum(dim=-1, keepdim=True)


def softmax_jacobian(p):
    """Return all slopes of a softmax from one row of its output."""
    return torch.diag(p) - torch.outer(p, p)


def log_softmax(z):
    """Return the logarithm of `softmax` along the last axis."""
    z = as_floats(z)
    fit("z (..., K+)", z)
    shifted = z - z.amax(dim=-1, keepdim=True).detach()
    return shifted - torch.log(torch.exp(shifted).sum(dim=-1, keepdim=True))


def maxout(x, W, b):
    """Give each unit P linear pieces and keep the largest; the first one on ties."""
    fit("x (N, D), W (P+, D, M), b (P, M)", x, W, b)
    s = x @ W + b[:, None, :]
    return s.gather(0, s.argmax(dim=0, keepdim=True))[0]


def dead_fraction(activations):
    """Return the share of units that are 0 on every row."""
    fit("activations (N+, M+)", activations)
    dead = (activations == 0).all(dim=0)
    return int(dead.sum()) / dead.numel()
