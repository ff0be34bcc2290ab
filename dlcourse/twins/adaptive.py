"""Adaptive optimizers on tensors of any device: the steps of `dlcourse.reference.adaptive`.

Parameters in float16 are refused, since eps is 0 there; those of Adam and its relatives in bfloat16
as well, whose few digits keep a running mean from falling.
"""

import math
from numbers import Real

import torch

from dlcourse.twins.arguments import parameter_and_state, refuse_bfloat16
from dlcourse.twins.regularization import soft_threshold


def adagrad_step(w, g, G, lr, eps=1e-8):
    """Take one AdaGrad step."""
    parameter_and_state(w, g=g, G=G)
    G = G + g**2
    return w - lr * g / (torch.sqrt(G) + eps), G


def adadelta_step(w, g, G, D, lr=1.0, rho=0.9, eps=1e-6):
    """Take one AdaDelta step; eps is inside both roots."""
    parameter_and_state(w, g=g, G=G, D=D)
    _check_shares(rho=rho)
    G = rho * G + (1 - rho) * g**2
    step = (D + eps) ** 0.5 / torch.sqrt(G + eps) * g
    D = rho * D + (1 - rho) * step**2
    return w - lr * step, G, D


def rmsprop_step(w, g, G, lr, beta=0.9, eps=1e-8):
    """Take one RMSProp step."""
    parameter_and_state(w, g=g, G=G)
    _check_shares(beta=beta)
    G = beta * G + (1 - beta) * g**2
    return w - lr * g / (torch.sqrt(G) + eps), G


def rmsprop_centered_step(w, g, G, mean, v, lr, beta=0.9, eps=1e-8, mu=0.0, centered=True):
    """Take one RMSProp step with torch's flags `centered` and `momentum`."""
    parameter_and_state(w, g=g, G=G, mean=mean, v=v)
    _check_shares(beta=beta)
    G = beta * G + (1 - beta) * g**2
    mean = beta * mean + (1 - beta) * g
    variance = torch.clamp(G - mean**2, min=0.0) if centered else G
    variance = torch.where(torch.isinf(G), G, variance)  # infinity less infinity is no variance
    v = mu * v + g / (torch.sqrt(variance) + eps)
    return w - lr * v, G, mean, v


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take one Adam step: the new parameter and moments; `t` counts from 1."""
    parameter_and_state(w, t, g=g, m=m, v=v)
    _check_means(w, beta1=beta1, beta2=beta2)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return w - lr * m_hat / (torch.sqrt(v_hat) + eps), m, v


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    """Take one AdamW step: shrink `w`, then Adam with the bare gradient."""
    parameter_and_state(w, t, g=g, m=m, v=v)
    return adam_step(w - lr * weight_decay * w, g, m, v, t, lr, beta1, beta2, eps)


def amsgrad_step(w, g, m, v, v_max, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take one AMSGrad step: Adam that divides by the largest uncorrected `v` seen."""
    parameter_and_state(w, t, g=g, m=m, v=v, v_max=v_max)
    _check_means(w, beta1=beta1, beta2=beta2)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    v_max = torch.clamp(v, min=v_max)
    m_hat = m / (1 - beta1**t)
    v_hat = v_max / (1 - beta2**t)
    return w - lr * m_hat / (torch.sqrt(v_hat) + eps), m, v, v_max


def adamax_step(w, g, m, u, t, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take one AdaMax step: u = max(beta2 u, |g| + eps)."""
    parameter_and_state(w, t, g=g, m=m, u=u)
    _check_means(w, beta1=beta1, beta2=beta2)
    m = beta1 * m + (1 - beta1) * g
    u = torch.clamp(torch.abs(g) + eps, min=beta2 * u)
    return w - lr / (1 - beta1**t) * m / u, m, u


def nadam_step(
    w, g, m, v, mu_product, t, lr=2e-3, beta1=0.9, beta2=0.999, eps=1e-8, momentum_decay=4e-3
):
    """Take one Nadam step; the number `mu_product` starts at 1."""
    parameter_and_state(w, t, g=g, m=m, v=v)
    _check_means(w, beta1=beta1, beta2=beta2)
    mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (s * momentum_decay)) for s in (t, t + 1))
    mu_product = mu_product * mu
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    ahead = mu_next / (1 - mu_product * mu_next) * m + (1 - mu) / (1 - mu_product) * g
    return w - lr * ahead / (torch.sqrt(v / (1 - beta2**t)) + eps), m, v, mu_product


def ftrl_step(w, g, z, n, lr=0.1, l1=0.0, l2=0.0, beta=1.0):
    """Take one FTRL-Proximal step, coordinate by coordinate."""
    parameter_and_state(w, g=g, z=z, n=n)
    n_old, n = n, n + g**2
    z = z + g - (torch.sqrt(n) - n_old**0.5) / lr * w
    strength = (beta + torch.sqrt(n)) / lr + l2
    return -soft_threshold(z, l1) / torch.where(strength > 0, strength, 1.0), z, n


def dual_averaging_step(g, g_mean, t, gamma=1.0, l1=0.0):
    """Take one step of regularized dual averaging: (w, g_mean)."""
    parameter_and_state(g, t, g_mean=g_mean)
    g_mean = g_mean + (g - g_mean) / t
    return -math.sqrt(t) / gamma * soft_threshold(g_mean, l1), g_mean


def _check_means(w, **betas):
    refuse_bfloat16(w)  # as 0.999 v would be v
    _check_shares(**betas)


def _check_shares(**betas):
    for name, beta in betas.items():
        if not isinstance(beta, Real) or not 0 <= beta < 1:
            raise ValueError(f"{name} must lie in [0, 1), got {beta!r:.80}")
