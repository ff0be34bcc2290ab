"""Regularization on tensors: the functions of `dlcourse.reference.regularization`.

Same contracts; `rng` is a `torch.Generator` on the device of the tensor.
"""

import torch

from dlcourse.twins.arguments import as_floats, fit, in_float32, real_numbers, same_shape, wide
from dlcourse.twins.lengths import euclidean_norm
from dlcourse.twins.neurons import sign


def _check_strength(lam):
    if not lam >= 0:
        raise ValueError(f"lam must be 0 or more, got {lam}: a negative one rewards large weights")


def _floats(W):
    """Read integers, which wrap round, in float64."""
    return W if W.is_floating_point() else wide(W)


def l2_penalty(weights, lam):
    """Return (lam / 2) times the sum of all squared weights, and its gradients."""
    _check_strength(lam)
    weights = [_floats(W) for W in weights]
    penalty = sum(((lam / 2 * in_float32(W) * in_float32(W)).sum() for W in weights), 0.0)
    return penalty, [lam * W for W in weights]


def l1_penalty(weights, lam):
    """Return lam times the sum of all absolute weights, and its (sub)gradients."""
    _check_strength(lam)
    weights = [_floats(W) for W in weights]
    sizes = sum(in_float32(W).abs().sum() for W in weights)
    return lam * sizes, [lam * sign(W) for W in weights]


def elastic_penalty(weights, lam, l1_ratio=0.5):
    """Mix the two: l1_ratio of `l1_penalty` and the rest of `l2_penalty`."""
    if not 0 <= l1_ratio <= 1:
        raise ValueError(f"l1_ratio lies in [0, 1], got {l1_ratio}")
    _check_strength(lam)
    sharp, sharp_gradients = l1_penalty(weights, lam * l1_ratio)
    round_, round_gradients = l2_penalty(weights, lam * (1 - l1_ratio))
    return sharp + round_, [a + b for a, b in zip(sharp_gradients, round_gradients, strict=True)]


def soft_threshold(w, t):
    """Move every weight by `t` towards 0, and to exactly 0 those closer than `t`."""
    if (torch.as_tensor(t) < 0).any():
        raise ValueError(f"t must be 0 or more, got {t}")
    if isinstance(t, torch.Tensor) and torch.broadcast_shapes(w.shape, t.shape) != w.shape:
        raise ValueError(f"t must fit into the shape of w, {tuple(w.shape)}, got {tuple(t.shape)}")
    return torch.sign(w) * torch.clamp(w.abs() - t, min=0)


def max_norm(W, r):
    """Shorten each unit's incoming weights, a column of `W`, to length `r`."""
    (r,) = real_numbers(r=r)
    if not r > 0:
        raise ValueError(f"r must be above 0, got {r}")
    fit("W (D_in, D_out)", W)
    W = as_floats(W)
    if r == float("inf"):
        return W + 0
    norms = euclidean_norm(wide(W), axis=0)  # a factor may be smaller than a float32 can be
    shorter = wide(W) / torch.clamp(norms, min=r) * r
    return torch.where(norms > r, shorter, wide(W)).to(W.dtype)


def dropout(x, p, rng, train=True):
    """Set each element to 0 with probability `p`, scale up the rest: (out, mask)."""
    if not 0 <= p < 1:
        raise ValueError(f"p is the probability to drop and lies in [0, 1), got p={p}")
    if not train:
        return x, torch.ones_like(x)
    kept = torch.rand(x.shape, generator=rng, device=x.device) >= p
    mask = kept.to(x.dtype) / (1 - p)
    return x * mask, mask


def dropconnect(x, W, b, p, rng, train=True):
    """Apply a dense layer that loses each weight with probability `p`."""
    fit("x (N, D_in), W (D_in, D_out), b (D_out)", x, W, b)
    kept, _ = dropout(W, p, rng, train)
    return x @ kept + b


def mc_dropout(predict, x, n_passes, rng):
    """Predict many times with dropout left on: the mean, and how far single passes stray."""
    if n_passes < 2:
        raise ValueError(f"a spread needs 2 passes or more, got n_passes={n_passes}")
    passes = torch.stack([predict(x, rng) for _ in range(n_passes)])
    return passes.mean(dim=0), passes.std(dim=0, correction=0)


def prune_smallest(W, amount):
    """Set the share `amount` of all weights to 0, those of least magnitude: (W, mask)."""
    if not 0 <= amount <= 1:
        raise ValueError(f"amount is a share of the weights and lies in [0, 1], got {amount}")
    W = as_floats(W)
    order = torch.argsort(W.abs().ravel(), stable=True)
    mask = torch.ones_like(order, dtype=W.dtype)
    mask[order[: round(amount * W.numel())]] = 0
    mask = mask.reshape(W.shape)
    return torch.where(mask > 0, W, 0), mask


def top_k_gradient(delta, k):
    """Keep the `k` largest entries of each row by magnitude; of equal ones the first."""
    if k < 0 or delta.ndim < 1:
        raise ValueError(
            f"k must be 0 or more and delta have rows, got k={k}, {tuple(delta.shape)}"
        )
    delta = as_floats(delta)  # in int8 the magnitude of -128 is -128
    size = delta.abs().nan_to_num(torch.inf, torch.inf)  # a NaN is kept, for all to see
    order = torch.argsort(-size, dim=-1, stable=True)
    kept = torch.zeros_like(delta, dtype=torch.bool).scatter(-1, order[..., :k], True)
    return torch.where(kept, delta, 0)


def bias_variance(predictions, f_true):
    """Split the mean squared error to the truth: (bias squared, variance)."""
    fit("predictions (M+, N+), f_true (N)", predictions, f_true)
    predictions, f_true = in_float32(predictions, f_true)
    bias_squared = ((predictions.mean(dim=0) - f_true) ** 2).mean()
    variance = predictions.var(dim=0, correction=0).mean()
    return float(bias_squared), float(variance)


def regularized_step(W, g, lr, lam, r):
    """Take one step of descent with weight decay, then bring long columns back to length `r`."""
    same_shape(W=W, g=g)
    _check_strength(lam)
    return max_norm(W - lr * (g + lam * W), r)
