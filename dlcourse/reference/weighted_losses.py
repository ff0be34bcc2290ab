"""Cross-entropy with weights for classes and rows that do not count (Lectures 14, 17 and 18)."""

import numpy as np

from dlcourse.reference.activations import log_softmax, softmax
from dlcourse.reference.arguments import class_labels, floats, plain, quoted

REDUCTIONS = ("mean", "sum", "none")


def weighted_cross_entropy(logits, labels, weight=None, ignore_index=-100, reduction="mean"):
    """Average the negative log-likelihood of the true class, each row by its class's weight.

    Parameters
    ----------
    logits : array_like, shape (N, K)
        Scores, not probabilities: the softmax is inside.
    labels : array_like, shape (N,)
        True classes, integers in 0 ... K - 1, or `ignore_index`.
    weight : array_like, shape (K,), optional
        A weight for each class, 0 or more; by default 1.
    ignore_index : int
        A label whose rows do not count, whatever their scores: the padding behind a short sentence.
    reduction : str
        "mean", "sum", or "none" for one number a row.

    Returns
    -------
    float, or ndarray of shape (N,)

    Raises
    ------
    ValueError
        If a label is no class, a weight is negative, `reduction` is another word, or a mean is
        asked for of rows that weigh nothing.

    Notes
    -----
    The mean divides by the sum of the rows' weights, not by N, as PyTorch's does: with twice the
    weights it is the same number.

    References
    ----------
    Lecture 17; `dlcourse.reference.sampling.class_weights`. PyTorch: F.cross_entropy.

    Examples
    --------
    >>> round(float(weighted_cross_entropy([[0.0, 0.0], [9.0, 0.0]], [1, 0], [0.0, 5.0])), 4)
    0.6931
    """
    logits, rows, labels, weights = _weighted(logits, labels, weight, ignore_index, reduction)
    losses = 0 - log_softmax(logits)[rows, labels]  # 0 -: a loss of 0 is not -0.0
    losses = np.where((weights == 0) & np.isposinf(losses), 0, losses) * weights  # 0 * inf is NaN
    if reduction == "none":
        return losses
    return losses.sum() / (weights.sum() if reduction == "mean" else 1)


def weighted_cross_entropy_backward(
    logits, labels, weight=None, ignore_index=-100, reduction="mean"
):
    """Return the gradient of `weighted_cross_entropy` with respect to the scores.

    Parameters
    ----------
    logits, labels, weight, ignore_index, reduction
        The inputs given to `weighted_cross_entropy`; "none" gives what each row's own loss does.

    Returns
    -------
    ndarray, shape (N, K)
        w (p - y) a row, 0 where the label is `ignore_index`; for a mean divided by the sum of w.

    Raises
    ------
    ValueError
        If logits is not (N, K) with a row or more, if labels that count are not integers in 0 ... K
        - 1, one a row, if weight is not (K,) or below 0, if reduction is another word, or if no row
        weighs anything and a mean is asked for.

    Examples
    --------
    >>> weighted_cross_entropy_backward([[0.0, 0.0], [9.0, 0.0]], [1, -100])[0]  # the only row
    array([ 0.5, -0.5])
    """
    logits, rows, labels, weights = _weighted(logits, labels, weight, ignore_index, reduction)
    delta = softmax(logits)  # (N, K)
    delta[rows, labels] *= 0  # N entries, one a row; NaN stays
    delta[rows, labels] = -delta.sum(axis=1)  # p - 1, without a difference
    if reduction == "mean":
        weights = weights / weights.sum()  # (N,)
    return delta * weights[:, None]  # (N, K)


def _weighted(logits, labels, weight, ignore_index, reduction):
    """Read the inputs: scores, row numbers, labels (0 where ignored) and the rows' weights."""
    logits, labels, ignore_index = floats(logits), np.asarray(labels), plain(ignore_index)
    if logits.ndim != 2 or len(logits) == 0:
        raise ValueError(f"logits must be (N, K) with at least one row, got {logits.shape}")
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction must be one of {REDUCTIONS}, got {reduction!r}")
    K = logits.shape[1]
    weight = np.ones(K) if weight is None else floats(weight)
    if weight.shape != (K,) or not np.all(weight >= 0):
        raise ValueError(f"weight must be ({K},), 0 or more, got {weight.shape}: {quoted(weight)}")
    counts = labels != ignore_index
    if labels.dtype.kind in "iu":  # what is no label at all, class_labels refuses
        labels = np.where(counts, labels, 0)
    labels = class_labels(labels, K, len(logits))
    weights = np.where(counts, weight[labels], 0)  # (N,)
    logits = np.where(counts[:, None], logits, logits.dtype.type(0))  # 0 * NaN would be NaN
    if reduction == "mean" and not weights.any():
        raise ValueError(f"no row weighs anything: got {len(labels)} rows, {sum(counts)} counted")
    if reduction == "mean":
        weights = weights / weights.max()  # the same mean, and the sum of large weights fits
    return logits, np.arange(len(labels)), labels, weights.astype(logits.dtype)
