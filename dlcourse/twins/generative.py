"""Generative adversarial networks on tensors: the functions of `dlcourse.reference.generative`.

Same contracts; autograd supplies the gradients of the losses, which are float32 for logits in half
precision.
"""

import torch

from dlcourse.twins.activations import sigmoid, softplus
from dlcourse.twins.arguments import fit, in_float32, same_shape


def discriminator_loss(real_logits, fake_logits):
    """Average -log D over the real rows, -log(1 - D) over the fakes; return the sum of both."""
    _check_rows(real_logits=real_logits, fake_logits=fake_logits)
    real_logits, fake_logits = in_float32(real_logits, fake_logits)
    return softplus(-real_logits).mean() + softplus(fake_logits).mean()


def generator_loss(fake_logits, saturating=False):
    """Average what the generator minimizes: -log D by default, log(1 - D) if `saturating`."""
    _check_rows(fake_logits=fake_logits)
    fake_logits = in_float32(fake_logits)
    return -softplus(fake_logits).mean() if saturating else softplus(-fake_logits).mean()


def generator_logit_gradient(fake_logits, saturating=False):
    """Return the gradient of `generator_loss` at the logits: (D - 1) / N, or -D / N."""
    _check_rows(fake_logits=fake_logits)
    slope = -sigmoid(fake_logits) if saturating else -sigmoid(-fake_logits)
    return slope / fake_logits.numel()


def optimal_discriminator(p_data, p_model):
    """Return the best possible D, p_data / (p_data + p_model); 0.5 where both are 0."""
    same_shape(p_data=p_data, p_model=p_model)
    if p_data.device.type == "cpu" and bool((p_data < 0).any() | (p_model < 0).any()):
        raise ValueError(f"a density is 0 or more, got {p_data.min()} and {p_model.min()}")
    total = p_data / 2 + p_model / 2  # halves: the sum of two large densities fits
    known = total > 0
    return torch.where(known, p_data / 2 / torch.where(known, total, 1), 0.5)


def gan_step(theta, phi, real, z, lr):
    """Move a linear generator and a logistic discriminator by one simultaneous step each."""
    fit("real (N+), z (M+)", real, z)
    knobs = torch.tensor([*theta, *phi], dtype=real.dtype, device=real.device, requires_grad=True)
    scale, shift, weight, bias = knobs
    fake_logits = weight * (scale * z + shift) + bias
    for_theta = generator_loss(fake_logits)
    for_phi = discriminator_loss(weight * real + bias, fake_logits)
    (towards_theta,) = torch.autograd.grad(for_theta, knobs, retain_graph=True)
    (towards_phi,) = torch.autograd.grad(for_phi, knobs)
    moved = torch.cat([(knobs - lr * towards_theta)[:2], (knobs - lr * towards_phi)[2:]]).tolist()
    return tuple(moved[:2]), tuple(moved[2:])


def _check_rows(**given):
    for name, logits in given.items():
        if logits.numel() == 0:
            raise ValueError(f"{name} has shape {tuple(logits.shape)}: no logits have no mean")
