"""Metrics on tensors of any device; contracts as in `dlcourse.reference.metrics`.

Shares are counted in integers, which every device has, and divided as Python numbers.
"""

import torch

from dlcourse.twins.arguments import class_labels, fit, wide


def accuracy(y_true, y_pred):
    """Return the share of right labels."""
    fit("y_true (N+), y_pred (N)", y_true, y_pred)
    if y_true.device.type == "cpu" and _has_shares(y_pred) and not _has_shares(y_true):
        raise ValueError(
            f"y_pred holds labels, got {y_pred[:4].tolist()}: turn probabilities into labels "
            "first, by p >= 0.5 or .argmax(dim=1)"
        )
    return _share(y_true == y_pred)


def _has_shares(labels):
    """Whether a finite number is not whole."""
    return labels.is_floating_point() and bool((labels.isfinite() & (labels.frac() != 0)).any())


def confusion_matrix(y_true, y_pred, n_classes):
    """Count how often class i was called class j; rows are the true classes."""
    y_true, y_pred = _labels(y_true, y_pred, n_classes)
    counts = torch.zeros(n_classes, n_classes, dtype=torch.int64, device=y_true.device)
    ones = torch.ones_like(y_true, dtype=torch.int64)
    return counts.index_put((y_true, y_pred), ones, accumulate=True)


def precision(y_true, y_pred):
    """Return TP / (TP + FP)."""
    y_true, y_pred = _labels(y_true, y_pred, 2)
    called = y_true[y_pred == 1]
    return _share(called == 1)


def recall(y_true, y_pred):
    """Return TP / (TP + FN)."""
    y_true, y_pred = _labels(y_true, y_pred, 2)
    return _share(y_pred[y_true == 1] == 1)


def specificity(y_true, y_pred):
    """Return TN / (TN + FP)."""
    y_true, y_pred = _labels(y_true, y_pred, 2)
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
    scores = scores if scores.is_floating_point() else wide(scores)  # no integer is infinite
    thresholds, hits, false = let_through(_both_classes(y_true, scores), scores)
    infinite = torch.tensor([torch.inf], dtype=scores.dtype, device=scores.device)
    rates = [wide(torch.cat([n.new_zeros(1), n])) / n[-1] for n in (false, hits)]
    return *rates, torch.cat([infinite, thresholds])


def roc_auc(y_true, scores):
    """Return the chance that a random positive outscores a random negative, ties one half."""
    _, hits, false = let_through(_both_classes(y_true, scores), scores)
    steps = torch.diff(false, prepend=false.new_zeros(1))  # negatives that enter at each threshold
    above = torch.cat([hits.new_zeros(1), hits[:-1]])  # positives that are in already
    halves = (steps * (above + hits)).sum()
    return int(halves) / (2 * int(hits[-1]) * int(false[-1]))


def let_through(y_true, scores):
    """Count what each threshold lets through: (thresholds, true positives, false positives).

    One threshold for each different score, from the highest down. Sorted and counted in one go: a
    table of all scores against all thresholds would grow with the square of the rows.
    """
    scores, order = torch.sort(scores, descending=True, stable=True)
    thresholds, counts = torch.unique_consecutive(scores, return_counts=True)
    passed = counts.cumsum(0)
    hits = y_true[order].cumsum(0)[passed - 1]
    return thresholds, hits, passed - hits


def ranked(y_true, scores):
    """Return labels 0 and 1, one for each of the `scores` (N,), as int64; refuse NaN among these.

    The numbers are looked at on the CPU only, as in `dlcourse.twins.arguments`.
    """
    looked_at = scores.device.type == "cpu"
    if scores.ndim != 1 or (looked_at and scores.isnan().any()):
        raise ValueError(
            f"scores must be numbers of shape (N,), got shape {tuple(scores.shape)}"
            + (f" with {int(scores.isnan().sum())} NaN" if looked_at else "")
        )
    return class_labels(y_true, 2, len(scores))


def _both_classes(y_true, scores):
    y_true = ranked(y_true, scores)
    if y_true.device.type == "cpu" and len(classes := y_true.unique()) < 2:
        raise ValueError(f"both classes are needed, got only {classes.tolist()}")
    return y_true


def _share(hits):
    return int(hits.sum()) / hits.numel() if hits.numel() else 0.0


def _labels(y_true, y_pred, n_classes):
    y_true = class_labels(y_true, n_classes)
    return y_true, class_labels(y_pred, n_classes, len(y_true))
