"""Losses on tensors of any device; autograd supplies the backward pass.

Each has the contract of its namesake in `dlcourse.reference.losses`. A loss of outputs in half
precision, as autocast gives them, is computed and returned in float32.
"""

import torch

from dlcourse.twins.activations import log_softmax, softplus
from dlcourse.twins.arguments import (
    class_labels,
    fit,
    in_float32,
    to_compare,
    whole_numbers,
    wide,
    zero_or_one,
)


def mse_loss(pred, target):
    """Return the mean squared error over all elements."""
    pred, target = to_compare(pred=pred, target=target)
    return ((pred - target) ** 2).mean()


def euclidean_loss(pred, target):
    """Return half the squared distance from the target, mean over the batch."""
    pred, target = to_compare(pred=pred, target=target)
    return ((pred - target) ** 2).sum() / (2 * len(pred))


def l1_loss(pred, target):
    """Return the mean absolute error over all elements."""
    pred, target = to_compare(pred=pred, target=target)
    difference = pred - target
    return torch.where(difference.isnan(), difference, difference.abs()).mean()  # |NaN| has slope 0


def binary_cross_entropy(p, y):
    """Return the binary cross-entropy of probabilities; logarithms count as at least -100."""
    zero_or_one(y, shares=True)
    p, y = to_compare(p=p, y=y)
    if p.device.type == "cpu" and ((p < 0) | (p > 1)).any():
        raise ValueError(f"probabilities lie in [0, 1], got {p.min().item()} ... {p.max().item()}")
    fixed = p.detach()
    loss = 0 - (y * _log(fixed) + (1 - y) * _log_rest(fixed))  # 0 -: a loss of 0 is not -0.0
    slope = (fixed - y) / (fixed * (1 - fixed)).clamp(min=1e-12)  # the divisor is never 0
    return (loss + slope.detach() * (p - fixed)).mean()  # the loss, with this slope in p


def bce_with_logits(z, y):
    """Return the binary cross-entropy of scores, mean over all elements."""
    zero_or_one(y, shares=True)
    z, y = to_compare(z=z, y=y)
    return _of_each_label(z, y).mean()


def multilabel_cross_entropy(z, y):
    """Sum the binary cross-entropies of a row's labels, mean over the batch."""
    zero_or_one(y, shares=True)
    z, y = to_compare(z=z, y=y)
    return _of_each_label(z, y).sum() / len(z)


def cross_entropy(logits, labels):
    """Average the negative log-likelihood of the true class."""
    fit("logits (N+, K+)", logits)
    logits, labels = in_float32(logits), class_labels(labels, logits.shape[1], len(logits))
    return 0 - log_softmax(logits).gather(1, labels[:, None]).mean()


def soft_cross_entropy(logits, targets):
    """Return the cross-entropy against a distribution a row."""
    zero_or_one(targets, shares=True)
    logits, targets = to_compare(logits=logits, targets=targets)
    logs = log_softmax(logits)
    logs = torch.where((targets == 0) & (logs == -torch.inf), 0, logs)  # t log p tends to 0 with t
    return 0 - (targets * logs).sum() / len(logits)


def hinge_loss(scores, y, margin=1.0):
    """Charge what a score lacks to its margin: sum over the outputs, mean over the batch."""
    zero_or_one(y)
    scores, y = to_compare(scores=scores, y=y)
    lacking = margin - (2 * y - 1) * scores
    return torch.where(lacking <= 0, 0, lacking).sum() / len(scores)


def logistic_loss(scores, y):
    """Smooth the hinge: sum over the outputs, mean over the batch."""
    zero_or_one(y)
    scores, y = to_compare(scores=scores, y=y)
    return softplus(-(2 * y - 1) * scores).sum() / len(scores)


def smooth_labels(labels, n_classes, epsilon):
    """Turn labels into distributions: epsilon / k everywhere, the rest at the true class."""
    (n_classes,) = whole_numbers(n_classes=n_classes)
    if not 0 <= epsilon <= 1:
        raise ValueError(f"epsilon is a share and lies in [0, 1], got {epsilon}")
    one_hot = torch.nn.functional.one_hot(class_labels(labels, n_classes), n_classes)
    return (1 - epsilon) * wide(one_hot) + epsilon / n_classes


def _of_each_label(z, y):
    """Binary cross-entropies -y log p - (1 - y) log(1 - p), in the shape of z."""
    return _share(y, softplus(-z)) + _share(1 - y, softplus(z))


def _share(weight, cost):
    """Return weight * cost, which is 0 for a weight of 0: 0 times infinity would be NaN."""
    return weight * torch.where(weight == 0, 0, cost)


def _log(p):
    """Logarithm, at least -100; NaN stays NaN, and so does its slope."""
    log = torch.log(torch.where(p == 0, 1, p))
    return torch.where((p == 0) | (log < -100), -100, log)


def _log_rest(p):
    """log(1 - p), as `_log`, with the digits that 1 - p has lost."""
    return torch.where(p == 1, -100, torch.log1p(-torch.where(p == 1, 0, p)))
