"""Rows of the table for optimizers and schedules."""

import math

import torch
from cases import fixed, normal, op, several, spd, uniform, value

from dlcourse.twins.adaptive import adam_step

W, G = normal((4, 3)), normal((4, 3))
STATE = uniform((4, 3), 0.1, 2.0)
TINY = normal((4, 3), 1e-9)  # where the place of eps decides


def cut_by_torch(grads, limit):
    parameters = [torch.nn.Parameter(g.detach().clone()) for g in grads]
    for parameter, g in zip(parameters, grads, strict=True):
        parameter.grad = g.detach().clone()
    torch.nn.utils.clip_grad_value_(parameters, limit)
    return [parameter.grad for parameter in parameters]


def clipped_by_torch(grads, max_norm):
    parameters = [torch.nn.Parameter(g.detach().clone()) for g in grads]
    for p, g in zip(parameters, grads, strict=True):
        p.grad = g.detach().clone()
    # torch divides by norm + 1e-6: a rescaled problem makes that term vanish
    scale = 1e12
    for p in parameters:
        p.grad *= scale
    torch.nn.utils.clip_grad_norm_(parameters, max_norm * scale)
    return [p.grad / scale for p in parameters]


def plain_steps(params, grads, lr):
    parameters = [torch.nn.Parameter(p.detach().clone()) for p in params]
    for p, g in zip(parameters, grads, strict=True):
        p.grad = g.detach().clone()
    torch.optim.SGD(parameters, lr=lr).step()
    return [p.detach() for p in parameters]


def stable_by_svd(H):
    return 2.0 / float(torch.linalg.matrix_norm(H, 2))


def in_one_block(*inputs, block=0, **hyperparameters):
    return adam_step(*inputs, **hyperparameters)


def uncorrected_adam(w, g, m, v, t, lr):
    m, v = torch.lerp(m, g, 0.1), torch.lerp(v, g * g, 0.001)
    return w - lr * m / (v.sqrt() + 1e-8), m, v


def quadratic_slope(x):
    return x * 3.0


OPS = [
    op("optimizers.gradient_descent", value(quadratic_slope), normal(3), lr=0.1, steps=5),
    op("optimizers.gradient_descent", value(quadratic_slope), normal(3), case="no step", lr=0.1,
       steps=0),
    op("optimizers.largest_stable_rate", spd(4), oracle=stable_by_svd, integers=False, half=False),
    op("optimizers.clip_by_norm", several(W, normal(5)), max_norm=1.0, oracle=clipped_by_torch),
    op("optimizers.clip_by_value", several(W, fixed([-3.0, 0.5, math.inf])), limit=1.0,
       oracle=cut_by_torch, integers=False),
    op("optimizers.clip_by_norm", several(TINY, TINY), case="short", max_norm=1.0,
       oracle=clipped_by_torch),
    op("optimizers.clip_by_norm", several(fixed([0.0, 0.0])), case="zero", max_norm=1.0,
       oracle=clipped_by_torch),
    op("optimizers.decay_gradient", W, G, weight_decay=0.1, maximize=True),
    op("optimizers.sgd_step", several(W, normal(5)), several(G, normal(5)), lr=0.1,
       oracle=plain_steps),
    op("optimizers.momentum_step", W, G, normal((4, 3)), lr=0.1),
    op("optimizers.momentum_outside_step", W, G, normal((4, 3)), lr=0.1, dampening=0.3),
    op("optimizers.momentum_outside_step", W, G, value(None), case="first step", lr=0.1,
       dampening=0.3),
    op("optimizers.momentum_outside_step", W, G, value(None), case="first step ahead", lr=0.1,
       nesterov=True),
    op("optimizers.nesterov_step", W, value(quadratic_slope), normal((4, 3)), lr=0.1),
    op("adaptive.adagrad_step", W, G, STATE, lr=0.1),
    op("adaptive.adagrad_step", W, TINY, value(0.0), case="first tiny step", lr=0.1,
       integers=False),
    op("adaptive.adadelta_step", W, G, STATE, STATE),
    op("adaptive.adadelta_step", W, TINY, value(0.0), value(0.0), case="first tiny step"),
    op("adaptive.rmsprop_step", W, G, STATE, lr=0.1),
    op("adaptive.rmsprop_step", W, TINY, value(0.0), case="first tiny step", lr=0.1,
       integers=False),
    op("adaptive.rmsprop_centered_step", W, G, uniform((4, 3), 3.0, 4.0), W, W, lr=0.1, mu=0.8),
    op("adaptive.rmsprop_centered_step", W, G, STATE, W, W, case="not centred", lr=0.1,
       centered=False),
    op("adaptive.adam_step", W, G, W, STATE, value(3), lr=0.1, half=False),
    op("adaptive.adam_step", W, TINY, value(0.0), value(0.0), value(1), case="first tiny step",
       lr=0.1, half=False),
    op("adaptive.adam_step", W, G, W, STATE, value(math.inf), case="without correction", lr=0.1,
       oracle=uncorrected_adam, half=False),
    op("adaptive.adam_step_in_blocks", W, G, W, STATE, value(3), twin=in_one_block, lr=0.1,
       half=False),
    op("adaptive.adam_step_in_blocks", W, G, W, STATE, value(3), case="many blocks",
       twin=in_one_block, block=5, half=False),
    op("adaptive.adamw_step", W, G, W, STATE, value(3), lr=0.1, weight_decay=0.5, half=False),
    op("adaptive.amsgrad_step", W, G, W, STATE, STATE, value(3), lr=0.1, half=False),
    op("adaptive.adamax_step", W, G, W, STATE, value(3), lr=0.1, half=False),
    op("adaptive.nadam_step", W, G, W, STATE, value(0.7), value(3), lr=0.1, half=False),
    op("adaptive.ftrl_step", W, G, normal((4, 3), 4.0), STATE, lr=0.1, l1=1.0, l2=0.3),
    op("adaptive.ftrl_step", W, TINY, value(0.0), value(0.0), case="all zero", l1=1e-3),
    op("adaptive.dual_averaging_step", G, normal((4, 3)), value(3), l1=0.3),
]  # fmt: skip

ONE_NUMBER = "numbers in, a number out: one version serves both worlds"
NO_TWIN = {
    "adaptive.adam_step_in_blocks": "for NumPy's sake; torch has fused kernels",
    "adaptive.train_step": "in PyTorch: clip_grad_norm_, a scheduler and AdamW",
} | {
    f"schedules.{name}": ONE_NUMBER
    for name in (
        "piecewise", "performance", "exponential", "power", "warmup", "cosine", "cosine_warmup",
        "one_cycle",
    )
}  # fmt: skip
NO_ROW = {
    f"schedules.{name}": "held against torch.optim.lr_scheduler in test_schedules.py"
    for name in (
        "piecewise", "performance", "exponential", "power", "warmup", "cosine", "cosine_warmup",
        "one_cycle",
    )
}  # fmt: skip
NO_ROW["adaptive.train_step"] = "held against torch.optim over a run in test_optimizers.py"
