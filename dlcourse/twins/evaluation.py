"""Evaluation on tensors of any device; contracts as in `dlcourse.reference.evaluation`."""

import torch

from dlcourse.twins.arguments import class_labels, one_of, wide
from dlcourse.twins.metrics import confusion_matrix, let_through, ranked


def precision_recall_curve(y_true, scores):
    """Return precision, recall and thresholds, from the lowest threshold up."""
    thresholds, hits, false = let_through(_with_a_positive(y_true, scores), scores)
    hits, passed = wide(hits), wide(hits + false)
    precision = torch.cat([(hits / passed).flip(0), hits.new_ones(1)])
    recall = torch.cat([(hits / hits[-1]).flip(0), hits.new_zeros(1)])
    return precision, recall, thresholds.flip(0)


def average_precision(y_true, scores):
    """Return the mean precision over the positives, each at its own score as the threshold."""
    precision, recall, _ = precision_recall_curve(y_true, scores)
    return float(-(torch.diff(recall) * precision[:-1]).sum())


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
    if confidence.ndim != 1 or not len(confidence) or n_bins < 1:
        raise ValueError(
            f"needs rows (N,) and bins, got {tuple(confidence.shape)} and n_bins={n_bins}"
        )
    if confidence.device.type == "cpu" and not ((confidence >= 0) & (confidence <= 1)).all():
        low, high = confidence.min(), confidence.max()
        raise ValueError(f"confidence must lie in [0, 1], got {float(low)}, {float(high)}")
    correct = class_labels(correct, 2, len(confidence))
    edges = torch.tensor([i / n_bins for i in range(n_bins + 1)], dtype=confidence.dtype)
    edges, confidence = wide(edges.to(confidence.device)), wide(confidence)
    places = (torch.searchsorted(edges, confidence) - 1).clamp(0, n_bins - 1)
    gaps = torch.zeros(n_bins, dtype=confidence.dtype, device=confidence.device)
    gaps = gaps.index_add(0, places, correct.to(confidence.dtype) - confidence)
    return float(gaps.abs().sum() / len(confidence))


def choose_threshold(scores, y, min_recall):
    """Return the largest score that, as a threshold, still finds enough of the positives."""
    if not 0 <= min_recall <= 1:
        raise ValueError(f"min_recall must lie in [0, 1], got {min_recall}")
    _, recall, thresholds = precision_recall_curve(y, scores)
    return float(thresholds[recall[:-1] >= min_recall][-1])


def _with_a_positive(y_true, scores):
    y_true = ranked(y_true, scores)
    if y_true.device.type == "cpu" and not y_true.any():
        raise ValueError(f"a label 1 is needed, got {len(y_true)} rows without one")
    return y_true
