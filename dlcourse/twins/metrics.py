"""Metrics on tensors of any device; contracts as in `dlcourse.reference.metrics`.

Shares are counted in integers, which every device has, and divided as Python numbers.
"""

import torch

from dlcourse.twins.arguments import class_labels, wide


def accuracy(y_true, y_pred):
    """Return the share of right labels."""
    return _share(y_true == y_pred)


def confusion_matrix(y_true, y_pred, n_classes):
    """Count how often class i was called class j; rows are the true classes."""
    y_true, y_pred = class_labels(y_true, n_classes), class_labels(y_pred, n_classes)
    counts = torch.zeros(n_classes, n_classes, dtype=torch.int64, device=y_true.device)
    ones = torch.ones_like(y_true, dtype=torch.int64)
    return counts.index_put((y_true, y_pred), ones, accumulate=True)


def precision(y_true, y_pred):
    """Return TP / (TP + FP)."""
    y_true, y_pred = class_labels(y_true, 2), class_labels(y_pred, 2)
    called = y_true[y_pred == 1]
    return _share(called == 1)


def recall(y_true, y_pred):
    """Return TP / (TP + FN)."""
    y_true, y_pred = class_labels(y_true, 2), class_labels(y_pred, 2)
    return _share(y_pred[y_true == 1] == 1)


def specificity(y_true, y_pred):
    """Return TN / (TN + FP)."""
    y_true, y_pred = class_labels(y_true, 2), class_labels(y_pred, 2)
    return _share(y_pred[y_true == 0] == 0)


def f1_score(y_true, y_pred):
    """Return the harmonic mean of precision and recall."""
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    return 2 * p * r / (p + r) if p + r else 0.0


def precision_recall_f1(y_true, y_pred):
    """Return (precision, recall, f1_score) as three floats."""
    return precision(y_true, y_pred), recall(y_true, y_pred), f1_score(y_true, y_pred)


def roc_curve(y_true, scores):
    """Return false and true positive rates and the thresholds, one for each different score.

    The rates are in float64, on Apple's GPU, which has none, in float32.
    """
    y_true = _ranked(y_true, scores)
    infinite = torch.tensor([torch.inf], dtype=scores.dtype, device=scores.device)
    thresholds = scores.unique().flip(0)
    passed = scores >= thresholds[:, None]
    rates = []
    for side in (0, 1):
        counts = wide(passed[:, y_true == side].sum(dim=1))
        rates.append(torch.cat([counts.new_zeros(1), counts / (y_true == side).sum()]))
    return *rates, torch.cat([infinite, thresholds])


def roc_auc(y_true, scores):
    """Return the chance that a random positive outscores a random negative, ties one half."""
    y_true = _ranked(y_true, scores)
    positives, negatives = scores[y_true == 1][:, None], scores[y_true == 0]
    halves = 2 * (positives > negatives).sum() + (positives == negatives).sum()
    return int(halves) / (2 * len(positives) * len(negatives))


def _ranked(y_true, scores):
    if scores.device.type == "cpu" and scores.isnan().any():
        raise ValueError(f"scores must be numbers, got {int(scores.isnan().sum())} NaN")
    return class_labels(y_true, 2)


def _share(hits):
    return int(hits.sum()) / hits.numel() if hits.numel() else 0.0
