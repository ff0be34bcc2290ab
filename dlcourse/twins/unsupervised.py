"""Learning without labels on tensors: the functions of `dlcourse.reference.unsupervised`.

Same contracts; `rng` is a `torch.Generator` on the device of the batch.
"""

import torch

from dlcourse.twins.activations import sigmoid
from dlcourse.twins.arguments import fit
from dlcourse.twins.linear import linear
from dlcourse.twins.losses import mse_loss


def rbm_cd1(v0, W, b_visible, b_hidden, lr, rng):
    """Train a restricted Boltzmann machine by one step of contrastive divergence."""
    fit("v0 (N+, D), W (D, H), b_visible (D), b_hidden (H)", v0, W, b_visible, b_hidden)
    h0 = sigmoid(v0 @ W + b_hidden)
    drawn = torch.rand(h0.shape, generator=rng, device=h0.device, dtype=h0.dtype)
    sampled = (drawn < h0).to(h0.dtype)
    v1 = sigmoid(sampled @ W.T + b_visible)
    h1 = sigmoid(v1 @ W + b_hidden)
    return (
        W + lr * (v0.T @ h0 - v1.T @ h1) / len(v0),
        b_visible + lr * (v0 - v1).mean(dim=0),
        b_hidden + lr * (h0 - h1).mean(dim=0),
    )


def autoencoder_gradients(X, W1, b1, W2, b2):
    """Return loss and gradients of a network that must give back its input, by autograd."""
    fit("X (N+, D), W1 (D, H), b1 (H), W2 (H, D), b2 (D)", X, W1, b1, W2, b2)
    parameters = [p.detach().requires_grad_() for p in (W1, b1, W2, b2)]
    W1, b1, W2, b2 = parameters
    loss = mse_loss(linear(sigmoid(linear(X, W1, b1)), W2, b2), X)
    return loss.detach(), *torch.autograd.grad(loss, parameters)


def frozen_sgd_step(params, grads, lr, frozen):
    """Take one plain step with all tensors but those whose index is in the set `frozen`."""
    return [
        w if i in frozen else w - lr * g for i, (w, g) in enumerate(zip(params, grads, strict=True))
    ]
