"""Optimizers on tensors of any device: the steps of `dlcourse.reference.optimizers`.

Same contracts. `torch.optim` keeps the state inside an object and changes parameters in place;
here the state goes in and comes out, so that a step can be read, tested and differentiated.
"""

import math

import torch

from dlcourse.twins.arguments import (
    as_floats,
    fit,
    in_float32,
    parameter_and_state,
    real_numbers,
    wide,
)
from dlcourse.twins.lengths import euclidean_norm


def gradient_descent(grad, x0, lr, steps):
    """Follow the negative gradient and keep every point on the way: (steps + 1, D)."""
    if steps < 0:
        raise ValueError(f"steps must be 0 or more, got {steps}")
    path = [x0 + 0.0]
    for _ in range(steps):
        g = grad(path[-1])
        parameter_and_state(path[-1], grad=g)
        path.append(path[-1] - lr * g)
    return torch.stack(path)


def largest_stable_rate(H):
    """Return 2 / (largest eigenvalue of the symmetric, positive definite `H`)."""
    fit("H (D+, D)", H)
    H = in_float32(H)
    scale = float(H.nan_to_num(0, 0, 0).abs().max()) if H.device.type == "cpu" else 0.0
    if H.device.type == "cpu" and not torch.allclose(H, H.T, atol=1e-8 * scale):
        raise ValueError(f"H must be a symmetric matrix, got {tuple(H.shape)} with values {H}")
    curvatures = torch.linalg.eigvalsh(H)
    if curvatures[0] <= 0:
        raise ValueError(f"H must be positive definite, its smallest eigenvalue is {curvatures[0]}")
    return 2.0 / float(curvatures[-1])


def clip_by_norm(grads, max_norm):
    """Shorten a list of gradients to `max_norm`, measured over all of them at once."""
    (max_norm,), grads = real_numbers(0, max_norm=max_norm), [as_floats(g) for g in grads]
    norm = math.hypot(*(float(euclidean_norm(wide(g))) for g in grads))
    if not math.isfinite(norm):
        raise ValueError(f"the gradients have norm {norm}: look for the layer that overflowed")
    if norm <= max_norm:
        return [g * 1.0 for g in grads]
    return [(wide(g) / norm * max_norm).to(g.dtype) for g in grads]  # no factor loses its digits


def decay_gradient(w, g, weight_decay=0.0, maximize=False):
    """Change a gradient as torch.optim's flags `weight_decay` and `maximize` do."""
    parameter_and_state(w, g=g)
    return (-g if maximize else g) + weight_decay * w


def sgd_step(params, grads, lr):
    """Take one plain step, w - lr g, for every tensor of a list."""
    if len(params) != len(grads):
        raise ValueError(f"{len(params)} parameters but {len(grads)} gradients")
    for i, (w, g) in enumerate(zip(params, grads, strict=True)):
        parameter_and_state(w, **{f"grads[{i}]": g})
    return [w - lr * g for w, g in zip(params, grads, strict=True)]


def momentum_step(w, g, v, lr, mu=0.9):
    """Take one momentum step with the rate inside the velocity."""
    parameter_and_state(w, g=g, v=v)
    v = mu * v - lr * g
    return w + v, v


def momentum_outside_step(w, g, v, lr, mu=0.9, dampening=0.0, nesterov=False):
    """Take one momentum step with the rate outside the velocity, as torch.optim.SGD does."""
    parameter_and_state(w, g=g, v=v)
    if nesterov and dampening != 0:
        raise ValueError(f"nesterov=True has no dampening, got {dampening}: leave it at 0")
    v = 1.0 * g if v is None else mu * v + (1 - dampening) * g
    return w - lr * (g + mu * v if nesterov else v), v


def nesterov_step(w, grad, v, lr, mu=0.9):
    """Take one Nesterov step: `grad` is a function, asked at the look-ahead point."""
    parameter_and_state(w, v=v)
    g = grad(w + mu * v)
    parameter_and_state(w, grad=g)
    v = mu * v - lr * g
    return w + v, v


def clip_by_value(grads, limit):
    """Cut every number of every gradient to [-limit, limit]."""
    if not limit > 0:
        raise ValueError(f"limit must be above 0, got {limit}")
    return [g.clamp(-limit, limit) for g in grads]
