"""Metrics: how good decisions and scores are, counted on data (Lecture 3).

`y_true` and `y_pred` are labels of shape (N,), the true and the predicted ones. Binary labels are 0
and 1; 1 is the positive class, the one that is looked for. A ratio whose divisor is 0 (nothing was
predicted positive, say) counts as 0, not NaN.
"""

import numpy as np

from dlcourse.reference.arguments import class_labels, floats, numbers, quoted, whole_numbers


def accuracy(y_true, y_pred):
    """Return the share of right labels.

    With 990 negatives and 10 positives "always negative" scores 0.99: look at `recall` too.

    Raises
    ------
    ValueError
        If the two are not (N,) of one length, or are empty, if one holds text and the other
        numbers, or if whole labels are compared with shares, such as probabilities.

    Examples
    --------
    >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
    0.75
    """
    y_true, y_pred = np.asarray(y_true), np.asarray(y_pred)
    if y_true.shape != y_pred.shape or y_true.ndim != 1 or not len(y_true):
        raise ValueError(
            f"expected two arrays of labels (N,), not empty, got {y_true.shape} and {y_pred.shape}"
        )
    if (y_true.dtype.kind in "US") != (y_pred.dtype.kind in "US"):
        raise ValueError(f"labels of one kind: got y_true {y_true.dtype}, y_pred {y_pred.dtype}")
    if _has_shares(y_pred) and not _has_shares(y_true):
        raise ValueError(
            f"y_pred holds labels, got {quoted(y_pred)}: turn probabilities into labels first, "
            "by p >= 0.5 or .argmax(axis=1)"
        )
    return float(np.mean(y_true == y_pred))


def _has_shares(labels):
    """Whether a finite number is not whole."""
    return labels.dtype.kind == "f" and bool(np.any(np.isfinite(labels) & (labels % 1 != 0)))


def confusion_matrix(y_true, y_pred, n_classes):
    """Count how often class i was called class j.

    Parameters
    ----------
    y_true, y_pred : array_like of int, shape (N,)
        In 0 ... n_classes - 1; classes may be absent.
    n_classes : int

    Returns
    -------
    ndarray of int, shape (n_classes, n_classes)
        Rows are the true classes, columns the predicted ones: right answers on the diagonal.

    Raises
    ------
    ValueError
        If labels are not integers of the classes, one a row, or if n_classes is no whole
        number from 1.

    Examples
    --------
    >>> confusion_matrix([0, 1, 1, 1], [0, 1, 0, 1], n_classes=2)
    array([[1, 0],
           [1, 2]])
    """
    [n_classes] = whole_numbers(n_classes=n_classes)
    y_true = class_labels(y_true, n_classes)
    y_pred = class_labels(y_pred, n_classes, len(y_true))
    cells = y_true * n_classes + y_pred  # each pair's place in the flattened table
    return np.bincount(cells, minlength=n_classes**2).reshape(n_classes, n_classes)


def precision(y_true, y_pred):
    """Return TP / (TP + FP): how many of those called positive are.

    Raises
    ------
    ValueError
        If y_true and y_pred are not 0 and 1, integers (N,) of one length.

    Examples
    --------
    >>> precision([0, 1, 1, 1], [1, 1, 0, 1])
    0.6666666666666666
    >>> precision([0, 1], [0, 0])
    0.0
    """
    (_, fp), (_, tp) = confusion_matrix(y_true, y_pred, 2)
    return _ratio(tp, tp + fp)


def recall(y_true, y_pred):
    """Return TP / (TP + FN): how many of the positives are found (sensitivity).

    Raises
    ------
    ValueError
        If y_true and y_pred are not 0 and 1, integers (N,) of one length.

    Examples
    --------
    >>> recall([0, 1, 1, 1, 1], [1, 1, 0, 1, 1])
    0.75
    """
    fn, tp = confusion_matrix(y_true, y_pred, 2)[1]
    return _ratio(tp, tp + fn)


def specificity(y_true, y_pred):
    """Return TN / (TN + FP): how many of the negatives are left alone.

    Raises
    ------
    ValueError
        If y_true and y_pred are not 0 and 1, integers (N,) of one length.

    Examples
    --------
    >>> specificity([0, 0, 1], [0, 1, 1])
    0.5
    """
    tn, fp = confusion_matrix(y_true, y_pred, 2)[0]
    return _ratio(tn, tn + fp)


def f1_score(y_true, y_pred):
    """Return the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).

    Near the smaller of the two: finding everything by calling everything positive does not pay.

    Raises
    ------
    ValueError
        If y_true and y_pred are not 0 and 1, integers (N,) of one length.

    Examples
    --------
    >>> f1_score([0, 1, 1], [1, 1, 0])
    0.5
    """
    (_, fp), (fn, tp) = confusion_matrix(y_true, y_pred, 2)
    return _ratio(2 * tp, 2 * tp + fp + fn)


def precision_recall_f1(y_true, y_pred):
    """Return (`precision`, `recall`, `f1_score`) as three floats. Lecture 3.

    Raises
    ------
    ValueError
        If y_true and y_pred are not 0 and 1, integers (N,) of one length.

    Examples
    --------
    >>> precision_recall_f1([0, 1, 1, 1, 1], [0, 1, 0, 1, 0])
    (1.0, 0.5, 0.6666666666666666)
    """
    return precision(y_true, y_pred), recall(y_true, y_pred), f1_score(y_true, y_pred)


def roc_curve(y_true, scores):
    """Follow a threshold from above all scores to the lowest and count what it lets through.

    Parameters
    ----------
    y_true : array_like of int, shape (N,)
        At least one 0 and one 1.
    scores : array_like, shape (N,)
        Higher means more likely positive; only their order matters.

    Returns
    -------
    fpr, tpr : ndarray, shape (T,)
        False and true positive rates, from (0, 0) to (1, 1).
    thresholds : ndarray, shape (T,)
        Falling, the first one infinite; "positive" is score >= threshold.

    Raises
    ------
    ValueError
        If scores is not (N,) or holds NaN, if y_true is not 0 and 1, one a row, or if it holds one
        class only.

    Notes
    -----
    Equal scores enter together: one threshold for each different score, which is what makes the
    curve slanted there, and the area count a tie as one half.

    References
    ----------
    Lecture 3. scikit-learn: roc_curve(..., drop_intermediate=False).

    Examples
    --------
    >>> fpr, tpr, thresholds = roc_curve([0, 1, 1], [0.2, 0.2, 0.9])
    >>> fpr
    array([0., 0., 1.])
    >>> tpr
    array([0. , 0.5, 1. ])
    >>> thresholds
    array([inf, 0.9, 0.2])
    """
    y_true, scores = _ranked(y_true, scores)
    order = np.argsort(scores, kind="stable")[::-1]  # not of -scores: uint8 wraps round
    y_true, scores = y_true[order], scores[order]
    # not np.diff: the difference of equal infinities is NaN
    last = np.append(
        np.flatnonzero(scores[1:] != scores[:-1]), len(scores) - 1
    )  # of each run of ties
    tp = np.cumsum(y_true)[last]
    fp = 1 + last - tp
    tpr, fpr = tp / tp[-1], fp / fp[-1]
    thresholds = floats(scores[last])
    start = np.array([np.inf], thresholds.dtype)
    return np.append(0.0, fpr), np.append(0.0, tpr), np.append(start, thresholds)


def roc_auc(y_true, scores):
    """Return the area under the ROC curve.

    Returns
    -------
    float
        The chance that a random positive outscores a random negative, ties counting one half:
        0.5 for scores that know nothing, 1 for a perfect order. Lecture 3.

    Raises
    ------
    ValueError
        If scores is not (N,) or holds NaN, if y_true is not 0 and 1, one a row, or if it holds one
        class only.

    Examples
    --------
    >>> roc_auc([0, 1, 1], [0.2, 0.2, 0.9])
    0.75
    >>> roc_auc([1, 0, 0, 1], [-np.inf, -np.inf, -np.inf, 0.0])
    0.75
    """
    fpr, tpr, _ = roc_curve(y_true, scores)
    return float(np.trapezoid(tpr, fpr))


def _ranked(y_true, scores):
    scores = numbers(scores, "scores")  # as floats, integers beyond 2**53 would tie
    if scores.ndim != 1 or np.any(np.isnan(scores)):
        raise ValueError(
            f"scores must be numbers of shape (N,), got shape {scores.shape} with "
            f"{np.isnan(scores).sum()} NaN"
        )
    y_true = class_labels(y_true, 2, len(scores))
    if len(classes := np.unique(y_true)) < 2:
        raise ValueError(f"both classes are needed, got only {classes.tolist()}")
    return y_true, scores


def _ratio(part, whole):
    return float(part / whole) if whole else 0.0
