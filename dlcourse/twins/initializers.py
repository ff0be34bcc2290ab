"""Initializers on tensors; `rng` is a torch.Generator, whose device the weights live on.

Each has the contract of its namesake in `dlcourse.reference.initializers`, in torch's default type.
"""

import math

import torch

from dlcourse.twins.arguments import fit


def xavier_normal(n_in, n_out, rng):
    """Draw weights (n_in, n_out) from N(0, 2 / (n_in + n_out))."""
    return _normal(n_in, n_out, rng) * math.sqrt(2 / (int(n_in) + int(n_out)))


def xavier_uniform(n_in, n_out, rng):
    """Draw weights (n_in, n_out) uniformly within +-sqrt(6 / (n_in + n_out))."""
    return _uniform(n_in, n_out, rng) * math.sqrt(6 / (int(n_in) + int(n_out)))


def he_normal(n_in, n_out, rng):
    """Draw weights (n_in, n_out) from N(0, 2 / n_in)."""
    return _normal(n_in, n_out, rng) * math.sqrt(2 / n_in)


def he_uniform(n_in, n_out, rng):
    """Draw weights (n_in, n_out) uniformly within +-sqrt(6 / n_in)."""
    return _uniform(n_in, n_out, rng) * math.sqrt(6 / n_in)


def lecun_normal(n_in, n_out, rng):
    """Draw weights (n_in, n_out) from N(0, 1 / n_in)."""
    return _normal(n_in, n_out, rng) * math.sqrt(1 / n_in)


def lecun_uniform(n_in, n_out, rng):
    """Draw weights (n_in, n_out) uniformly within +-sqrt(3 / n_in)."""
    return _uniform(n_in, n_out, rng) * math.sqrt(3 / n_in)


def orthogonal(n_in, n_out, rng, gain=1.0):
    """Draw a random rotation, by the QR decomposition of Gaussian numbers."""
    Q, R = torch.linalg.qr(_normal(max(n_in, n_out), min(n_in, n_out), rng))
    Q = Q * R.diagonal().sign()
    return gain * (Q if n_in >= n_out else Q.T)


def layer_stds(X, weights, activation):
    """Measure the standard deviation of the signal after each layer."""
    stds = []
    for W in weights:
        fit("X (N+, D+), W (D, M+)", X, W)
        X = activation(X @ W)
        stds.append(float(X.std(correction=0)))
    return stds


def rescale_layers(X, weights, activation):
    """Scale weights so that every layer's activations have standard deviation 1."""
    rescaled = []
    for W in weights:
        fit("X (N+, D+), W (D, M+)", X, W)
        std = activation(X @ W).std(correction=0)
        _check_spread(std, len(rescaled))
        rescaled.append(W / std)
        X = activation(X @ rescaled[-1])
    return rescaled


def lsuv(X, weights, activation):
    """Scale weights so that the scores of every layer have variance 1 on a batch of data."""
    scaled = []
    for W in weights:
        fit("X (N+, D+), W (D, M+)", X, W)
        std = (X @ W).std(correction=0)
        _check_spread(std, len(scaled))
        scaled.append(W / std)
        X = activation(X @ scaled[-1])
    return scaled


def _normal(n_in, n_out, rng):
    return torch.randn(n_in, n_out, generator=rng, device=rng.device)


def _uniform(n_in, n_out, rng):
    return 2 * torch.rand(n_in, n_out, generator=rng, device=rng.device) - 1


def _check_spread(std, layer):
    if std.device.type == "cpu" and not 0 < std < torch.inf:
        raise ValueError(
            f"the signal after layer {layer + 1} has standard deviation {float(std)}: "
            "no factor makes it 1"
        )
