"""Evaluation: curves, averages over classes, calibration, intervals (Lectures 3, 11 and 17).

Labels and scores as in `dlcourse.reference.metrics`: binary labels are 0 and 1, 1 is the class that
is looked for, and "positive" means score >= threshold.
"""

import numpy as np

from dlcourse.reference.arguments import (
    class_labels,
    floats,
    generator,
    numbers,
    quoted,
    whole_numbers,
)
from dlcourse.reference.metrics import confusion_matrix

AVERAGES = ("macro", "micro", "weighted")


def precision_recall_curve(y_true, scores):
    """Follow a threshold through all scores: how pure is what it keeps, how complete.

    Parameters
    ----------
    y_true : array_like of int, shape (N,)
        At least one 1.
    scores : array_like, shape (N,)
        Higher means more likely positive.

    Returns
    -------
    precision, recall : ndarray, shape (T + 1,)
        From the lowest threshold up; the last pair is (1, 0), beyond the highest score.
    thresholds : ndarray, shape (T,)
        The different scores, rising.

    Raises
    ------
    ValueError
        If scores is not (N,) or holds NaN, if y_true is not 0 and 1, one a row, or if it holds no
        1.

    Notes
    -----
    With few positives this curve shows what a ROC curve hides: its false positives are measured
    against what was called positive, and not against the many negatives.

    References
    ----------
    Lectures 3 and 17. scikit-learn: precision_recall_curve(..., drop_intermediate=False).

    Examples
    --------
    >>> precision, recall, _ = precision_recall_curve([0, 1, 1], [0.1, 0.4, 0.8])
    >>> precision, recall
    (array([0.66666667, 1.        , 1.        , 1.        ]), array([1. , 1. , 0.5, 0. ]))
    """
    y_true, scores = _scored(y_true, scores)
    order = np.argsort(scores, kind="stable")[::-1]
    y_true, scores = y_true[order], scores[order]
    last = np.append(np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1)  # of equal scores
    tp = np.cumsum(y_true)[last]
    precision, recall = tp / (1 + last), tp / tp[-1]
    return np.append(precision[::-1], 1.0), np.append(recall[::-1], 0.0), floats(scores[last])[::-1]


def average_precision(y_true, scores):
    """Return the mean precision over the positives, each at its own score as the threshold.

    Parameters
    ----------
    y_true, scores
        As for `precision_recall_curve`.

    Returns
    -------
    float
        In (0, 1]. Scores that know nothing get about the share of positives, not 0.5.

    Raises
    ------
    ValueError
        If scores is not (N,) or holds NaN, if y_true is not 0 and 1, one a row, or if it holds no
        1.

    Notes
    -----
    A sum of steps, not of trapezoids: a straight line between two points of this curve promises
    precisions that no threshold has.

    Examples
    --------
    >>> average_precision([1, 0, 1], [0.9, 0.5, 0.1])
    0.8333333333333333
    """
    precision, recall, _ = precision_recall_curve(y_true, scores)
    return float(-np.sum(np.diff(recall) * precision[:-1]))


def averaged_f1(y_true, y_pred, n_classes, average="macro"):
    """Return one F1 score for several classes.

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (N,)
        In 0 ... n_classes - 1.
    n_classes : int
    average : str
        "macro": the mean over the classes, so a rare one counts as much as a frequent one;
        "weighted": the mean over the rows of y_true; "micro": counts are added up first, which for
        one label a row is the accuracy.

    Returns
    -------
    float
        A class that is neither there nor predicted has F1 0.

    Raises
    ------
    ValueError
        If `average` is another word.

    Examples
    --------
    >>> always_the_first = [0] * 10
    >>> averaged_f1([0] * 9 + [1], always_the_first, 2)
    0.47368421052631576
    >>> averaged_f1([0] * 9 + [1], always_the_first, 2, average="micro")
    0.9
    """
    if average not in AVERAGES:
        raise ValueError(f"average must be one of {AVERAGES}, got {average!r}")
    table = confusion_matrix(y_true, y_pred, n_classes)
    both, true, called = table.diagonal(), table.sum(axis=1), table.sum(axis=0)
    if average == "micro":
        return float(both.sum() / max(1, table.sum()))
    scores = 2 * both / np.maximum(true + called, 1)
    return float(np.average(scores, weights=true if average == "weighted" and true.any() else None))


def calibration_error(correct, confidence, n_bins=10):
    """Measure how far stated confidence is from the share right (expected calibration error).

    Parameters
    ----------
    correct : array_like of {0, 1}, shape (N,)
        Whether each prediction was right.
    confidence : array_like, shape (N,)
        The probability that the model gave to its prediction, in [0, 1].
    n_bins : int
        Bins of equal width, each open below and closed above; 0 belongs to the first.

    Returns
    -------
    float
        The mean over the rows of |share right - mean confidence| of a row's bin.

    Raises
    ------
    ValueError
        If a confidence is outside [0, 1], there are no rows, or n_bins is no whole number from 1.

    Notes
    -----
    It depends on the bins: say how many. A model that always says the share of the majority is
    perfectly calibrated and knows nothing.

    Examples
    --------
    >>> calibration_error([1, 1, 0, 0], [0.75, 0.75, 0.75, 0.75])
    0.25
    """
    confidence = floats(confidence)
    [n_bins] = whole_numbers(n_bins=n_bins)
    if confidence.ndim != 1 or not len(confidence):
        raise ValueError(f"needs rows (N,), got shape {confidence.shape}")
    if not np.all((confidence >= 0) & (confidence <= 1)):
        raise ValueError(
            f"confidence must lie in [0, 1], got {confidence.min()}, {confidence.max()}"
        )
    correct = class_labels(correct, 2, len(confidence))
    edges = (np.arange(n_bins + 1) / n_bins).astype(confidence.dtype)  # 0.6 is 0.6 in float32 too
    places = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, n_bins - 1)
    right, stated = (np.bincount(places, part, n_bins) for part in (correct, confidence))
    return float(np.abs(right - stated).sum() / len(confidence))


def choose_threshold(scores, y, min_recall):
    """Return the largest score that, as a threshold, still finds enough of the positives.

    Parameters
    ----------
    scores : array_like, shape (N,)
    y : array_like of {0, 1}, shape (N,)
        At least one 1.
    min_recall : float
        In [0, 1]: the share of the positives with score >= threshold that is asked for.

    Returns
    -------
    float
        One of the scores. Choose it on validation data.

    Raises
    ------
    ValueError
        If there is no positive, or `min_recall` is outside [0, 1].

    Examples
    --------
    >>> choose_threshold([0.9, 0.8, 0.3, 0.1], [1, 0, 1, 0], min_recall=0.5)
    0.9
    >>> choose_threshold([0.9, 0.8, 0.3, 0.1], [1, 0, 1, 0], min_recall=0.6)
    0.3
    """
    y, scores = _scored(y, scores)
    if not 0 <= min_recall <= 1:
        raise ValueError(f"min_recall must lie in [0, 1], got {min_recall}")
    found = np.sort(scores[y == 1])[::-1]
    # as counts: 0.7 * 10 is a little more than 7 in floating point
    needed = int(np.argmax(np.arange(len(found) + 1) / len(found) >= min_recall))
    return float(found[needed - 1]) if needed else float(scores.max())


def bootstrap_interval(statistic, data, rng, n_resamples=1000, confidence=0.95):
    """Say how far a statistic moves when the rows are drawn again (percentile bootstrap).

    Parameters
    ----------
    statistic : callable
        Takes the arrays of `data`, with rows drawn anew, and returns a number.
    data : tuple of arrays with N rows
        Rows stay together: ``(y_true, y_pred)``.
    rng : numpy.random.Generator
    n_resamples : int
    confidence : float
        The share of the resampled statistics between the two ends.

    Returns
    -------
    low, high : float

    Raises
    ------
    ValueError
        If the arrays have no rows, or different numbers of them, if n_resamples is no whole number
        from 1, or confidence not between 0 and 1.

    Notes
    -----
    It measures the luck of the test set, not that of training: for that, train again.

    Examples
    --------
    >>> right = np.array([1] * 90 + [0] * 10)
    >>> low, high = bootstrap_interval(np.mean, (right,), np.random.default_rng(0))
    >>> bool(0.8 < low < 0.9 < high < 1.0)
    True
    """
    data = tuple(np.asarray(part) for part in data)
    sizes = {part.shape[:1] for part in data}
    if len(sizes) != 1 or not all(sizes.copy().pop()) or sizes == {()}:
        shapes = quoted([part.shape for part in data])
        raise ValueError(f"data needs arrays of as many rows, got shapes {shapes}")
    (n_resamples,) = whole_numbers(n_resamples=n_resamples)
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    rng, n, drawn = generator(rng), len(data[0]), []
    for _ in range(n_resamples):
        rows = rng.integers(n, size=n)
        drawn.append(float(statistic(*(part[rows] for part in data))))
    low, high = np.quantile(drawn, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _scored(y_true, scores):
    """Read labels and scores; at least one label is positive, and no score is NaN."""
    scores = numbers(scores, "scores")  # as floats, integers beyond 2**53 would tie
    if scores.ndim != 1 or np.isnan(scores).any():
        raise ValueError(
            f"scores must be numbers of shape (N,), got shape {scores.shape} with "
            f"{np.isnan(scores).sum()} NaN"
        )
    y_true = class_labels(y_true, 2, len(scores))
    if not y_true.any():
        raise ValueError(f"a label 1 is needed, got {len(y_true)} rows without one")
    return y_true, scores
