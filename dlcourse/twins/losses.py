"""Losses on tensors of any device; autograd supplies the backward pass.

Each has the contract of its namesake in `dlcourse.reference.losses`.
"""

import torch

from dlcourse.twins.activations import log_softmax, softplus


def mse_loss(pred, target):
    """Return the mean squared error over all elements."""
    return ((pred - target) ** 2).mean()


def euclidean_loss(pred, target):
    """Return half the squared distance from the target, mean over the batch."""
    return ((pred - target) ** 2).sum() / (2 * len(pred))


def l1_loss(pred, target):
    """Return the mean absolute error over all elements."""
    return (pred - target).abs().mean()


def binary_cross_entropy(p, y):
    """Return the binary cross-entropy of probabilities; logarithms count as at least -100."""
    return -(y * _log(p) + (1 - y) * _log(1 - p)).mean()


def bce_with_logits(z, y):
    """Return the binary cross-entropy of scores, mean over all elements."""
    return (softplus(z) - y * z).mean()


def multilabel_cross_entropy(z, y):
    """Sum the binary cross-entropies of a row's labels, mean over the batch."""
    return (softplus(z) - y * z).sum() / len(z)


def cross_entropy(logits, labels):
    """Average the negative log-likelihood of the true class."""
    rows = torch.arange(len(labels), device=logits.device)
    return -log_softmax(logits)[rows, labels].mean()


def soft_cross_entropy(logits, targets):
    """Return the cross-entropy against a distribution a row."""
    return -(targets * log_softmax(logits)).sum() / len(logits)


def hinge_loss(scores, y, margin=1.0):
    """Charge what a score lacks to its margin: sum over the outputs, mean over the batch."""
    lacking = margin - (2 * y - 1) * scores
    return torch.where(lacking <= 0, 0, lacking).sum() / len(scores)


def logistic_loss(scores, y):
    """Smooth the hinge: sum over the outputs, mean over the batch."""
    return softplus(-(2 * y - 1) * scores).sum() / len(scores)


def smooth_labels(labels, n_classes, epsilon):
    """Turn labels into distributions: epsilon / k everywhere, the rest at the true class."""
    one_hot = torch.nn.functional.one_hot(labels, n_classes).double()
    return (1 - epsilon) * one_hot + epsilon / n_classes


def _log(p):
    return torch.where(p > 0, torch.log(torch.where(p > 0, p, 1)).clamp(min=-100), -100)
