"""Evaluation on tensors of any device; contracts as in `dlcourse.reference.evaluation`."""

import torch

from dlcourse.twins.arguments import one_of, wide
from dlcourse.twins.metrics import confusion_matrix


def precision_recall_curve(y_true, scores):
    """Return precision, recall and thresholds, from the lowest threshold up."""
    thresholds = scores.unique()
    passed = scores >= thresholds[:, None]
    hits = wide(passed & (y_true == 1)).sum(dim=1)
    end = wide(torch.tensor([1.0, 0.0], device=scores.device))
    precision = torch.cat([hits / wide(passed).sum(dim=1), end[:1]])
    recall = torch.cat([hits / wide(y_true == 1).sum(), end[1:]])
    return precision, recall, thresholds


def average_precision(y_true, scores):
    """Return the mean precision over the positives, each at its own score as the threshold."""
    positives = scores[y_true == 1]
    kept = scores >= positives[:, None]
    right = positives >= positives[:, None]
    return float((wide(right).sum(dim=1) / wide(kept).sum(dim=1)).mean())


def averaged_f1(y_true, y_pred, n_classes, average="macro"):
    """Return one F1 score for several classes: "macro", "micro" or "weighted"."""
    one_of(average, ("macro", "micro", "weighted"), "average")
    table = wide(confusion_matrix(y_true, y_pred, n_classes))
    if average == "micro":
        return float(table.trace() / table.sum().clamp(min=1))
    true = table.sum(dim=1)
    scores = 2 * table.diagonal() / (true + table.sum(dim=0)).clamp(min=1)
    if average == "weighted" and true.any():
        return float((scores * true).sum() / true.sum())
    return float(scores.mean())


def calibration_error(correct, confidence, n_bins=10):
    """Return the mean over the rows of |share right - mean confidence| of a row's bin."""
    edges = torch.tensor([i / n_bins for i in range(n_bins + 1)], dtype=confidence.dtype)
    edges, confidence = wide(edges.to(confidence.device)), wide(confidence)
    places = (torch.searchsorted(edges, confidence) - 1).clamp(0, n_bins - 1)
    gaps = torch.zeros(n_bins, dtype=confidence.dtype, device=confidence.device)
    gaps = gaps.index_add(0, places, correct.to(confidence.dtype) - confidence)
    return float(gaps.abs().sum() / len(confidence))


def choose_threshold(scores, y, min_recall):
    """Return the largest score that, as a threshold, still finds enough of the positives."""
    found = scores[y == 1]
    recalls = wide(found >= scores[:, None]).mean(dim=1)
    return float(scores[recalls >= min_recall].max())
