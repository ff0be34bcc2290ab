"""Metrics on tensors of any device; contracts as in `dlcourse.reference.metrics`."""

import torch


def accuracy(y_true, y_pred):
    """Return the share of right labels."""
    return float((y_true == y_pred).double().mean())


def confusion_matrix(y_true, y_pred, n_classes):
    """Count how often class i was called class j; rows are the true classes."""
    counts = torch.zeros(n_classes, n_classes, dtype=torch.int64, device=y_true.device)
    ones = torch.ones_like(y_true, dtype=torch.int64)
    return counts.index_put((y_true.long(), y_pred.long()), ones, accumulate=True)


def precision(y_true, y_pred):
    """Return TP / (TP + FP)."""
    called = y_true[y_pred == 1]
    return _share(called == 1)


def recall(y_true, y_pred):
    """Return TP / (TP + FN)."""
    return _share(y_pred[y_true == 1] == 1)


def specificity(y_true, y_pred):
    """Return TN / (TN + FP)."""
    return _share(y_pred[y_true == 0] == 0)


def f1_score(y_true, y_pred):
    """Return the harmonic mean of precision and recall."""
    p, r = precision(y_true, y_pred), recall(y_true, y_pred)
    return 2 * p * r / (p + r) if p + r else 0.0


def precision_recall_f1(y_true, y_pred):
    """Return (precision, recall, f1_score) as three floats."""
    return precision(y_true, y_pred), recall(y_true, y_pred), f1_score(y_true, y_pred)


def roc_curve(y_true, scores):
    """Return false and true positive rates and the thresholds, one for each different score."""
    infinite = torch.tensor([torch.inf], dtype=scores.dtype, device=scores.device)
    thresholds = torch.cat([infinite, scores.unique().flip(0)])
    passed = scores >= thresholds[:, None]
    fpr = passed[:, y_true == 0].double().mean(dim=1)
    tpr = passed[:, y_true == 1].double().mean(dim=1)
    return fpr, tpr, thresholds


def roc_auc(y_true, scores):
    """Return the chance that a random positive outscores a random negative, ties one half."""
    positives, negatives = scores[y_true == 1][:, None], scores[y_true == 0]
    return float(((positives > negatives).double() + (positives == negatives) / 2).mean())


def _share(hits):
    return float(hits.double().mean()) if len(hits) else 0.0
