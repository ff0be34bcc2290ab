"""Normalization on tensors: the functions of `dlcourse.reference.normalization`.

Same contracts; autograd supplies the backward passes. Statistics of half-precision tensors are
computed in float32, as PyTorch's norms do.
"""

import torch

from dlcourse.twins.arguments import as_floats, fit, in_float32, real_numbers
from dlcourse.twins.lengths import power_of_two
from dlcourse.twins.rows import has_its_digits, normalize_rows


def standardize(X_train, X_test):
    """Shift and scale every feature by the mean and standard deviation of `X_train`."""
    fit("X_train (N+, D), X_test (M, D)", X_train, X_test)
    X_train, X_test = as_floats(X_train, X_test)
    largest = X_train.detach().abs().amax(dim=0)
    spread = X_train.amax(dim=0) - X_train.amin(dim=0)
    varies = spread > 10 * torch.finfo(X_train.dtype).eps * largest
    unit = power_of_two(torch.where(varies, largest, 1)[None], axis=0)[0]  # squares fit
    X_train, X_test = X_train / unit, X_test / unit
    mean, std = X_train.mean(dim=0), X_train.std(dim=0, correction=0)
    scale = torch.where(varies, 1 / torch.where(varies, std, 1), 0)
    return (X_train - mean) * scale, (X_test - mean) * scale


def batch_norm(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-5, train=True):
    """Normalize each channel over the batch: (out, running_mean, running_var).

    The variance inside is biased, the running one gathers the unbiased one.
    """
    fit(
        "x (N, C, ...), gamma (C), beta (C), running_mean (C), running_var (C)",
        x, gamma, beta, running_mean, running_var,
    )  # fmt: skip
    (momentum,), (eps,) = real_numbers(momentum=momentum), real_numbers(0, eps=eps)
    x, gamma, beta, running_mean, running_var = as_floats(x, gamma, beta, running_mean, running_var)
    wide, dtype = (-1,) + (1,) * (x.dim() - 2), x.dtype
    x, gamma, beta = in_float32(x, gamma, beta)
    kept, (mean, var) = running_mean.dtype, in_float32(running_mean, running_var)
    if train:
        axes, n = (0, *range(2, x.dim())), x.numel() // x.shape[1]
        if n < 2:
            raise ValueError(f"a batch needs 2 values a channel, got x {tuple(x.shape)}")
        var = x.detach().var(dim=axes, correction=0)
        fits = has_its_digits(var, eps)
        unit = torch.where(fits, 1, power_of_two(x.transpose(0, 1).flatten(1), axis=1)[:, 0])
        x, eps = x / unit.reshape(wide), eps / unit / unit  # squares fit
        mean, var = x.mean(dim=axes), x.var(dim=axes, correction=0)
        batch = (mean * unit).detach(), (var * unit * unit).detach() * (n / (n - 1))
        running_mean = (1 - momentum) * running_mean + momentum * batch[0]
        running_var = (1 - momentum) * running_var + momentum * batch[1]
        running_mean, running_var = running_mean.to(kept), running_var.to(kept)
    x_hat = (x - mean.reshape(wide)) / torch.sqrt(var + eps).reshape(wide)
    out = x_hat * gamma.reshape(wide) + beta.reshape(wide)
    return out.to(dtype), running_mean, running_var


def layer_norm(x, gamma, beta, eps=1e-5):
    """Normalize each row over its own features, then scale and shift them."""
    fit("x (..., D+), gamma (D), beta (D)", x, gamma, beta)
    x, gamma, beta = as_floats(x, gamma, beta)
    dtype, (x, gamma, beta) = x.dtype, in_float32(x, gamma, beta)
    return (normalize_rows(x, eps)[0] * gamma + beta).to(dtype)


def fold_batch_norm(W, b, gamma, beta, mean, var, eps=1e-5):
    """Merge a dense layer and the batch normalization after it into one dense layer, for test."""
    fit(
        "W (D_in, D_out), b (D_out), gamma (D_out), beta (D_out), mean (D_out), var (D_out)",
        W, b, gamma, beta, mean, var,
    )  # fmt: skip
    (eps,) = real_numbers(0, eps=eps)
    scale = gamma / torch.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta
