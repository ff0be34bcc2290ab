"""Losses: one number for how wrong a batch of outputs is (Lecture 3).

`pred` and `target`, scores and `y`, have one shape, the batch first; labels are integers (N,).

A loss is the mean over the batch, so that its size does not depend on the batch's; losses that
also average over the outputs of a row say so. A backward returns the gradient with respect to the
first argument, the 1/N included, and takes no `dout`: a loss is where gradients begin. Losses of
scores (`z`, `logits`, `scores`) are exact where those of probabilities meet log 0: prefer them.

A NaN in the outputs makes the loss NaN, and an infinite score makes it infinite, NaN or what the
formula tends to, never another number: a training loop that looks at its loss will notice. A sum
that does not fit is infinite, as in PyTorch, also where the mean would fit.
"""

import numpy as np

from dlcourse.reference.activations import log_softmax, sigmoid, softmax, softplus
from dlcourse.reference.arguments import (
    class_labels,
    floats,
    plain,
    same_shape,
    whole_numbers,
    zero_or_one,
)


def mse_loss(pred, target):
    """Return the mean squared error over all elements, as PyTorch does.

    Raises
    ------
    ValueError
        If pred and target differ in shape, or have no row.

    Notes
    -----
    Texts differ by constant factors, which act like another learning rate: here no 1/2, and a
    mean over rows and outputs alike; `euclidean_loss` has 1/(2N) and sums over the outputs.

    Examples
    --------
    >>> float(mse_loss([1.0, 3.0], [1.0, 1.0]))
    2.0
    """
    pred, target = _pair(pred=pred, target=target)
    return np.mean((pred - target) ** 2)


def mse_loss_backward(pred, target):
    """Return 2 (pred - target) / (number of elements).

    Raises
    ------
    ValueError
        If pred and target differ in shape, or have no row.

    Examples
    --------
    >>> mse_loss_backward([1.0, 3.0], [1.0, 1.0])
    array([0., 2.])
    """
    pred, target = _pair(pred=pred, target=target)
    return 2 * (pred - target) / pred.size  # shape of pred


def euclidean_loss(pred, target):
    """Return half the squared distance of a row's output from its target, mean over the batch.

    Raises
    ------
    ValueError
        If pred and target differ in shape, or have no row.

    Examples
    --------
    >>> float(euclidean_loss([[3.0, 4.0]], [[0.0, 0.0]]))
    12.5
    """
    pred, target = _pair(pred=pred, target=target)
    return np.sum((pred - target) ** 2) / (2 * len(pred))


def euclidean_loss_backward(pred, target):
    """Return (pred - target) / N: the 1/2 is there to make this so.

    Raises
    ------
    ValueError
        If pred and target differ in shape, or have no row.

    Examples
    --------
    >>> euclidean_loss_backward([[3.0, 4.0]], [[0.0, 0.0]])
    array([[3., 4.]])
    """
    pred, target = _pair(pred=pred, target=target)
    return (pred - target) / len(pred)  # shape of pred


def l1_loss(pred, target):
    """Return the mean absolute error over all elements: outliers pull less than in `mse_loss`.

    Raises
    ------
    ValueError
        If pred and target differ in shape, or have no row.

    Examples
    --------
    >>> float(l1_loss([1.0, 3.0], [1.0, 1.0]))
    1.0
    """
    pred, target = _pair(pred=pred, target=target)
    return np.mean(np.abs(pred - target))


def l1_loss_backward(pred, target):
    """Return sign(pred - target) / (number of elements), 0 where they are equal.

    Raises
    ------
    ValueError
        If pred and target differ in shape, or have no row.

    Examples
    --------
    >>> l1_loss_backward([1.0, 3.0], [1.0, 1.0])
    array([0. , 0.5])
    """
    pred, target = _pair(pred=pred, target=target)
    return np.sign(pred - target) / pred.size  # shape of pred


def binary_cross_entropy(p, y):
    """Return -mean(y log p + (1 - y) log(1 - p)) over all elements, from probabilities.

    Raises
    ------
    ValueError
        If p and y differ in shape or have no row, or if a probability or a target lies outside of
        [0, 1].

    Notes
    -----
    No logarithm counts as less than -100 (PyTorch's choice), so that a certain mistake costs 100,
    not infinity. log(1 - p) is computed by log1p(-p), as 1 - 1e-17 rounds to 1. From scores use
    `bce_with_logits`, which needs no such mending.

    Examples
    --------
    >>> float(binary_cross_entropy([0.5, 0.5], [0, 1]).round(4))
    0.6931
    >>> float(binary_cross_entropy([0.0], [1]))
    100.0
    """
    p, y = _pair(p=_probabilities(p), y=y)
    zero_or_one(y, shares=True)
    return 0 - np.mean(y * _log(p) + (1 - y) * _log_rest(p))  # 0 -: a loss of 0 is not -0.0


def binary_cross_entropy_backward(p, y):
    """Return (p - y) / (p (1 - p)) / (number of elements), the divisor kept above 1e-12.

    Raises
    ------
    ValueError
        If p and y differ in shape or have no row, or if a probability or a target lies outside of
        [0, 1].

    Examples
    --------
    >>> binary_cross_entropy_backward([0.5, 0.5], [0, 1])
    array([ 1., -1.])
    """
    p, y = _pair(p=_probabilities(p), y=y)
    zero_or_one(y, shares=True)
    return (p - y) / np.maximum(p * (1 - p), 1e-12) / p.size  # shape of p


def bce_with_logits(z, y):
    """Return the binary cross-entropy of scores: that of p = sigmoid(z), mean over all elements.

    Parameters
    ----------
    z : array_like, any shape
        Scores of the class 1.
    y : array_like, shape of z
        0 or 1, or a probability between.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If z and y differ in shape or have no row, or if a target lies outside of [0, 1].

    Notes
    -----
    y log(1 + e^-z) + (1 - y) log(1 + e^z): -log p is softplus(-z), which cannot overflow. The
    shorter softplus(z) - y z is the same on paper. At y = 1 and a large z it subtracts two numbers
    that are nearly equal, and loses the digits of e^-z.

    References
    ----------
    Lecture 3. PyTorch: binary_cross_entropy_with_logits.

    Examples
    --------
    >>> float(bce_with_logits([1000.0], [1]))
    0.0
    >>> float(bce_with_logits([1000.0], [0]))
    1000.0
    """
    z, y = _pair(z=z, y=y)
    zero_or_one(y, shares=True)
    return np.mean(_of_each_label(z, y))


def bce_with_logits_backward(z, y):
    """Return (sigmoid(z) - y) / (number of elements): the sigmoid's slope has cancelled.

    Raises
    ------
    ValueError
        If z and y differ in shape or have no row, or if a target lies outside of [0, 1].

    Notes
    -----
    Of a right answer from z = 37 on, in float32 from 18 on, the gradient is 0, as PyTorch's is,
    since sigmoid(z) rounds to 1; e^-z, which is lost, would move nothing. Shortly before, its first
    digits go. `logistic_loss_backward`, without a difference, keeps them all.

    Examples
    --------
    >>> bce_with_logits_backward([0.0, 0.0], [0, 1])
    array([ 0.25, -0.25])
    """
    z, y = _pair(z=z, y=y)
    zero_or_one(y, shares=True)
    return (sigmoid(z) - y) / z.size  # shape of z


def multilabel_cross_entropy(z, y):
    """Sum the binary cross-entropies of a row's K independent labels, mean over the batch.

    Parameters
    ----------
    z : array_like, shape (N, K)
    y : array_like, shape (N, K)
        Any number of ones a row.

    Raises
    ------
    ValueError
        If z and y differ in shape or have no row, or if a target lies outside of [0, 1].

    Notes
    -----
    PyTorch's multilabel_soft_margin_loss averages over the labels too: this, divided by K.

    Examples
    --------
    >>> float(multilabel_cross_entropy([[0.0, 0.0]], [[1, 1]]).round(4))
    1.3863
    """
    z, y = _pair(z=z, y=y)
    zero_or_one(y, shares=True)
    return np.sum(_of_each_label(z, y)) / len(z)


def multilabel_cross_entropy_backward(z, y):
    """Return (sigmoid(z) - y) / N, which loses digits far out as `bce_with_logits_backward` does.

    Raises
    ------
    ValueError
        If z and y differ in shape or have no row, or if a target lies outside of [0, 1].

    Examples
    --------
    >>> multilabel_cross_entropy_backward([[0.0, 0.0]], [[1, 0]])
    array([[-0.5,  0.5]])
    """
    z, y = _pair(z=z, y=y)
    zero_or_one(y, shares=True)
    return (sigmoid(z) - y) / len(z)  # (N, K)


def cross_entropy(logits, labels):
    """Average the negative log-likelihood of the true class.

    Parameters
    ----------
    logits : array_like, shape (N, K)
        Scores, not probabilities: the softmax is inside.
    labels : array_like, shape (N,)
        True classes, integers in 0 ... K - 1.

    Returns
    -------
    float
        log K for equal scores, near 0 for confident right ones, about the score's lead for
        confident wrong ones.

    Raises
    ------
    ValueError
        If logits is not (N, K) with a row or more, or if labels are not integers in 0 ... K - 1,
        one a row.

    Notes
    -----
    It is exact to about 1e-16, in float32 to 6e-8, whatever its own size: of a right answer that
    leads by more than 37, in float32 by more than 17, it is 0, as PyTorch's is. The gradient keeps
    its digits.

    References
    ----------
    Lecture 3. Backward: `softmax_cross_entropy_backward`.

    Examples
    --------
    >>> float(cross_entropy([[5.0, 5.0], [5.0, 5.0]], [0, 1]).round(4))
    0.6931
    >>> float(cross_entropy([[0.0, 1000.0]], [0]))
    1000.0
    """
    logits, labels = _scores(logits, labels)
    return 0 - np.mean(log_softmax(logits)[np.arange(len(labels)), labels])


def softmax_cross_entropy_backward(logits, labels):
    """Return the gradient of `cross_entropy` with respect to the scores: (p - y) / N.

    Raises
    ------
    ValueError
        If logits is not (N, K) with a row or more, or if labels are not integers in 0 ... K - 1,
        one a row.

    Notes
    -----
    p = softmax(logits), y is 1 at the true class and 0 elsewhere. Each row of the result sums to 0:
    pushing all scores alike changes nothing. So p - 1 of the true class is minus the sum of the
    others, which keeps its digits where p rounds to 1.

    References
    ----------
    Lecture 4.

    Examples
    --------
    >>> softmax_cross_entropy_backward([[0.0, 0.0]], [1])
    array([[ 0.5, -0.5]])
    """
    logits, labels = _scores(logits, labels)
    delta = softmax(logits)  # (N, K)
    true = np.arange(len(labels)), labels  # N entries, one a row
    delta[true] *= 0  # and not = 0: NaN stays
    delta[true] = -delta.sum(axis=1)  # p - 1
    return delta / len(labels)  # (N, K)


def soft_cross_entropy(logits, targets):
    """Return the cross-entropy against a distribution a row, e.g. from `smooth_labels`.

    Parameters
    ----------
    logits, targets : array_like, shape (N, K)

    Raises
    ------
    ValueError
        If logits and targets differ in shape or have no row, or if a target lies outside of [0, 1].

    Notes
    -----
    -sum_k t_k log p_k is H(t) + KL(t, p): at p = t it is the entropy of t, not 0, and swapping p
    and t changes it. It is no distance.

    Examples
    --------
    >>> float(soft_cross_entropy([[0.0, 0.0]], [[0.5, 0.5]]).round(4))
    0.6931
    """
    logits, targets = _pair(logits=logits, targets=targets)
    zero_or_one(targets, shares=True)
    logs = log_softmax(logits)
    logs[(targets == 0) & np.isneginf(logs)] = 0  # t log p tends to 0 with t
    return 0 - np.sum(targets * logs) / len(logits)


def soft_cross_entropy_backward(logits, targets):
    """Return (p sum(t) - t) / N for each row, where sum(t) is 1 for a distribution.

    Raises
    ------
    ValueError
        If logits and targets differ in shape or have no row, or if a target lies outside of [0, 1].

    Notes
    -----
    Each row sums to 0. So the entry of the largest score, whose p may round to 1, is minus the sum
    of the others, as in `softmax_cross_entropy_backward`.

    Examples
    --------
    >>> soft_cross_entropy_backward([[0.0, 0.0]], [[1.0, 0.0]])
    array([[-0.5,  0.5]])
    """
    logits, targets = _pair(logits=logits, targets=targets)
    zero_or_one(targets, shares=True)
    total = targets.sum(axis=-1, keepdims=True)  # (N, 1)
    delta = softmax(logits) * total - targets  # (N, K)
    largest = np.arange(logits.shape[-1]) == logits.argmax(axis=-1, keepdims=True)  # (N, K)
    others = (delta * ~largest).sum(axis=-1, keepdims=True)  # (N, 1); NaN times 0 stays NaN
    return np.where(largest, -others, delta) / len(logits)  # (N, K)


def hinge_loss(scores, y, margin=1.0):
    """Charge what a score lacks to the right side's margin: max(0, margin - (2y - 1) score).

    Parameters
    ----------
    scores : array_like, shape (N,) or (N, K)
        Any real numbers. Probabilities would not do: a negative then costs at least 1 even at 0.
    y : array_like, shape of scores
        0 or 1; 2y - 1 makes it -1 or 1.
    margin : float

    Returns
    -------
    float
        Sum over the outputs, mean over the batch. Lecture 3.

    Raises
    ------
    ValueError
        If scores and y differ in shape or have no row, or if a target is neither 0 nor 1.

    Examples
    --------
    >>> float(hinge_loss([2.0, -0.5], [1, 1]))
    0.75
    >>> hinge_loss([2.0], [-1])
    Traceback (most recent call last):
        ...
    ValueError: targets are 0 or 1, got -1.0: use (y + 1) / 2
    """
    scores, y = _pair(scores=scores, y=y)
    zero_or_one(y)
    margin = plain(margin)
    return np.sum(np.maximum(0, margin - (2 * y - 1) * scores)) / len(scores)


def hinge_loss_backward(scores, y, margin=1.0):
    """Return -(2y - 1) / N where the margin is not reached, else 0; exactly at the margin 0.

    Raises
    ------
    ValueError
        If scores and y differ in shape or have no row, or if a target is neither 0 nor 1.

    Examples
    --------
    >>> hinge_loss_backward([2.0, -0.5], [1, 1])
    array([-0. , -0.5])
    """
    scores, y = _pair(scores=scores, y=y)
    zero_or_one(y)
    side, margin = 2 * y - 1, plain(margin)  # side: shape of scores
    lacks = ~(side * scores >= margin)  # shape of scores; a NaN lacks, so that it is seen
    return -side * lacks / len(scores)  # shape of scores


def logistic_loss(scores, y):
    """Smooth the hinge: log(1 + e^-(2y - 1) score), sum over the outputs, mean over the batch.

    The same number as `multilabel_cross_entropy` for y in {0, 1}, written with sides -1 and 1.

    Raises
    ------
    ValueError
        If scores and y differ in shape or have no row, or if a target is neither 0 nor 1.

    Examples
    --------
    >>> float(logistic_loss([-1000.0], [1]))
    1000.0
    """
    scores, y = _pair(scores=scores, y=y)
    zero_or_one(y)
    return np.sum(softplus(-(2 * y - 1) * scores)) / len(scores)


def logistic_loss_backward(scores, y):
    """Return -(2y - 1) sigmoid(-(2y - 1) score) / N.

    Raises
    ------
    ValueError
        If scores and y differ in shape or have no row, or if a target is neither 0 nor 1.

    Examples
    --------
    >>> logistic_loss_backward([-1000.0, 1000.0], [1, 1])
    array([-0.5, -0. ])
    """
    scores, y = _pair(scores=scores, y=y)
    zero_or_one(y)
    side = 2 * y - 1  # shape of scores
    return -side * sigmoid(-side * scores) / len(scores)  # shape of scores


def smooth_labels(labels, n_classes, epsilon):
    """Turn labels into distributions that never ask for certainty.

    Parameters
    ----------
    labels : array_like, shape (N,)
    n_classes : int
    epsilon : float
        In [0, 1]: the share spread over all classes, the true one included.

    Returns
    -------
    ndarray, shape (N, n_classes)
        epsilon / k everywhere, 1 - epsilon (k - 1) / k at the true class; rows sum to 1.

    Raises
    ------
    ValueError
        If labels are not integers in 0 ... n_classes - 1, or if epsilon lies outside of [0, 1].

    References
    ----------
    Lecture 3. PyTorch: cross_entropy(..., label_smoothing=epsilon).

    Examples
    --------
    >>> smooth_labels([1], n_classes=4, epsilon=0.2)
    array([[0.05, 0.85, 0.05, 0.05]])
    """
    (n_classes,) = whole_numbers(n_classes=n_classes)
    if not 0 <= epsilon <= 1:
        raise ValueError(f"epsilon is a share and lies in [0, 1], got {epsilon}")
    labels, epsilon = class_labels(labels, n_classes), plain(epsilon)
    targets = np.full((len(labels), n_classes), epsilon / n_classes)
    targets[np.arange(len(labels)), labels] += 1 - epsilon
    return targets


def _pair(**both):
    """Two float arrays of one shape; broadcasting (N,) against (N, 1) would give N x N."""
    same_shape(**both)
    first, second = floats(*both.values())
    if first.ndim == 0 or len(first) == 0:
        raise ValueError(f"a mean needs at least one row, got shape {first.shape}")
    return first, second


def _of_each_label(z, y):
    """Binary cross-entropies -y log p - (1 - y) log(1 - p), in the shape of z."""
    return _share(y, softplus(-z)) + _share(1 - y, softplus(z))


def _share(weight, cost):
    """Return weight * cost, which is 0 for a weight of 0: 0 times infinity would be NaN."""
    return weight * np.where(weight == 0, 0, cost)


def _scores(logits, labels):
    logits = floats(logits)
    if logits.ndim != 2 or len(logits) == 0:
        raise ValueError(f"logits must be (N, K) with at least one row, got {logits.shape}")
    return logits, class_labels(labels, logits.shape[1], len(logits))


def _probabilities(p):
    p = floats(p)
    if np.any((p < 0) | (p > 1)):
        raise ValueError(f"probabilities lie in [0, 1], got {p.min()} ... {p.max()}")
    return p


def _log(p):
    """Logarithm, at least -100; NaN stays NaN."""
    return np.where(p == 0, -100, np.maximum(np.log(np.where(p == 0, 1, p)), -100))


def _log_rest(p):
    """log(1 - p), as `_log`, with the digits that 1 - p has lost."""
    return np.where(p == 1, -100, np.log1p(-np.where(p == 1, 0, p)))
