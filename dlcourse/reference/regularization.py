"""Regularization: penalties, dropped units and weights, early stopping, diagnosis (Lecture 9)."""

import math

import numpy as np

from dlcourse.reference.arguments import (
    floats,
    generator,
    numbers,
    plain,
    real_numbers,
    same_shape,
    whole_numbers,
)
from dlcourse.reference.lengths import euclidean_norm


def _check_probability(p):
    if not 0 <= p < 1:
        raise ValueError(f"p is the probability to drop and lies in [0, 1), got p={p}")


def _check_strength(lam):
    if not lam >= 0:
        raise ValueError(f"lam must be 0 or more, got {lam}: a negative one rewards large weights")


def l2_penalty(weights, lam):
    """Return (lam / 2) times the sum of all squared weights, and its gradients.

    Parameters
    ----------
    weights : list of ndarray
        Leave the biases out: they do not make a function wiggle.
    lam : float

    Returns
    -------
    penalty : float
    gradients : list of ndarray
        lam W: the 1/2 is there to make this so. Texts differ by that factor and by 1/N; here a
        penalty is never divided by N.

    Raises
    ------
    ValueError
        If lam is below 0.

    Examples
    --------
    >>> l2_penalty([[3.0, 4.0]], lam=0.1)
    (1.25, [array([0.3, 0.4])])
    """
    lam = plain(lam)
    _check_strength(lam)
    weights = [floats(W) for W in weights]
    penalty = sum((float(np.sum(lam / 2 * W.astype(float) * W)) for W in weights), 0.0)
    return penalty, [lam * W for W in weights]


def l1_penalty(weights, lam):
    """Return lam times the sum of all absolute weights, and its (sub)gradients lam sign(W).

    At 0 the slope is taken to be 0. Steps along this gradient jump over 0 and back; exact zeros
    come from `soft_threshold`.

    Raises
    ------
    ValueError
        If lam is below 0.

    Examples
    --------
    >>> l1_penalty([[3.0, -4.0, 0.0]], lam=1.0)
    (7.0, [array([ 1., -1.,  0.])])
    """
    lam = plain(lam)
    _check_strength(lam)
    penalty = lam * sum(float(np.sum(np.abs(floats(W)), dtype=float)) for W in weights)
    return penalty, [lam * np.sign(floats(W)) for W in weights]


def elastic_penalty(weights, lam, l1_ratio=0.5):
    """Mix the two: l1_ratio of `l1_penalty` and the rest of `l2_penalty`, as scikit-learn does.

    lam (l1_ratio |W| + (1 - l1_ratio) / 2 W^2), summed over all weights; returns the penalty and
    its gradients.

    Raises
    ------
    ValueError
        If lam is below 0, or if l1_ratio lies outside of [0, 1].

    Examples
    --------
    >>> elastic_penalty([[2.0]], lam=1.0, l1_ratio=0.5)
    (2.0, [array([1.5])])
    """
    if not 0 <= l1_ratio <= 1:
        raise ValueError(f"l1_ratio lies in [0, 1], got {l1_ratio}")
    _check_strength(lam)
    sharp, sharp_gradients = l1_penalty(weights, lam * l1_ratio)
    round_, round_gradients = l2_penalty(weights, lam * (1 - l1_ratio))
    return sharp + round_, [a + b for a, b in zip(sharp_gradients, round_gradients, strict=True)]


def soft_threshold(w, t):
    """Move every weight by `t` towards 0, and to exactly 0 those closer than `t`.

    This solves min_u (u - w)^2 / 2 + t |u| in one go, which is why L1 regularization can give
    exact zeros. `t` is a number, or an array that is broadcast to the shape of `w`.

    Raises
    ------
    ValueError
        If t is below 0, or does not fit into the shape of w.

    Examples
    --------
    >>> soft_threshold([-3.0, 0.5, 2.0], 1.0)
    array([-2.,  0.,  1.])
    """
    if np.any(numbers(t, "a threshold") < 0):
        raise ValueError(f"t must be 0 or more, got {t}")
    w, t = floats(w), plain(t)
    if np.ndim(t):
        w, t = floats(w, t)
        if np.broadcast_shapes(w.shape, t.shape) != w.shape:
            raise ValueError(f"t must fit into the shape of w, {w.shape}, got {t.shape}")
    return np.sign(w) * np.maximum(np.abs(w) - t, 0)


def max_norm(W, r):
    """Shorten each unit's incoming weights, a column of `W`, to length `r`; leave shorter ones.

    W has shape (D_in, D_out): the norm runs over axis 0. Used after each step, not as a penalty.

    Raises
    ------
    ValueError
        If `r` is not above 0, or W has not the shape (D_in, D_out).

    Examples
    --------
    >>> max_norm([[3.0, 0.3], [4.0, 0.4]], r=1.0)
    array([[0.6, 0.3],
           [0.8, 0.4]])
    """
    W, (r,) = floats(W), real_numbers(r=r)
    if not r > 0:
        raise ValueError(f"r must be above 0, got {r}")
    if W.ndim != 2:
        raise ValueError(f"W must have shape (D_in, D_out), got {W.shape}")
    if r == math.inf:
        return W + 0
    wide = W.astype(np.float64)  # a norm may be longer, and a factor smaller, than a float32 can be
    norms = euclidean_norm(wide, axis=0)
    shorter = wide / np.maximum(norms, r) * r
    return np.where(norms > r, shorter, wide).astype(W.dtype)


def dropout(x, p, rng, train=True):
    """Set each element to 0 with probability `p`, and scale up the rest.

    Parameters
    ----------
    x : array_like, any shape
    p : float in [0, 1)
        Probability to drop, as in PyTorch; some texts use p for the probability to keep.
    rng : numpy.random.Generator
        Used in training only.
    train : bool

    Returns
    -------
    out : ndarray, shape of x
        ``x * mask``; a copy of `x` at test.
    mask : ndarray, shape of x
        0 or 1 / (1 - p), ones at test: the mean of the output is that of the input, so nothing
        needs to be rescaled at test ("inverted" dropout).

    Raises
    ------
    ValueError
        If p lies outside of [0, 1).

    Notes
    -----
    An infinity that is dropped becomes NaN, 0 times infinity, as in PyTorch: it is not hidden.

    Examples
    --------
    >>> out, mask = dropout(np.ones(1000), 0.5, np.random.default_rng(0))
    >>> np.unique(mask)
    array([0., 2.])
    """
    _check_probability(p)
    x, p = floats(x), plain(p)
    if not train:
        return x.copy(), np.ones_like(x)
    mask = (generator(rng).random(x.shape) >= p).astype(x.dtype) / (1 - p)
    return x * mask, mask


def dropout_backward(dout, mask):
    """Carry the gradient `dout` back through `dropout`, with the mask its forward pass drew.

    Raises
    ------
    ValueError
        If dout and mask differ in shape.

    Examples
    --------
    >>> dropout_backward(np.ones(2), np.array([0.0, 2.0]))
    array([0., 2.])
    """
    dout, mask = floats(dout, mask)
    same_shape(dout=dout, mask=mask)
    return dout * mask  # shape of x


def dropconnect(x, W, b, p, rng, train=True):
    """Apply a dense layer that loses each weight with probability `p` (Wan et al. 2013).

    Kept weights are scaled by 1 / (1 - p); one mask serves the whole batch; the bias stays.
    Where dropout silences a unit for everyone, this cuts single connections.

    Parameters
    ----------
    x, W, b : array_like, shapes (N, D_in), (D_in, D_out) and (D_out,)
    p, rng, train
        As in `dropout`.

    Returns
    -------
    out : ndarray, shape (N, D_out)

    Raises
    ------
    ValueError
        If p lies outside of [0, 1), or if x is not (N, D_in), W not (D_in, D_out) or b not
        (D_out,).

    Examples
    --------
    >>> dropconnect([[1.0, 1.0]], [[1.0], [2.0]], [0.5], 0.5, None, train=False)
    array([[3.5]])
    """
    x, W, b = floats(x, W, b)
    if x.ndim != 2 or W.ndim != 2 or x.shape[1] != W.shape[0] or b.shape != W.shape[1:]:
        raise ValueError(
            f"x (N, D_in), W (D_in, D_out), b (D_out,) do not fit: got {x.shape}, {W.shape}, "
            f"{b.shape}"
        )
    kept, _ = dropout(W, p, rng, train)
    return x @ kept + b


def mc_dropout(predict, x, n_passes, rng):
    """Predict many times with dropout left on: the mean, and how far single passes stray from it.

    Parameters
    ----------
    predict : callable
        ``predict(x, rng)`` runs the network once, with masks that it draws from `rng`.
    x : array_like
        Handed to `predict` as it is.
    n_passes : int
        2 or more.
    rng : numpy.random.Generator

    Returns
    -------
    mean, std : ndarray, shape of one prediction
        Over the passes; the population standard deviation. It is large where the network guesses,
        but it is a property of the network and of p, not a confidence interval (Gal and Ghahramani
        2016).

    Raises
    ------
    ValueError
        If n_passes is below 2.

    Examples
    --------
    >>> mean, std = mc_dropout(lambda x, rng: 2 * x, np.ones(2), 3, np.random.default_rng(0))
    >>> mean, std
    (array([2., 2.]), array([0., 0.]))
    """
    if n_passes < 2:
        raise ValueError(f"a spread needs 2 passes or more, got n_passes={n_passes}")
    passes = floats(np.stack([predict(x, rng) for _ in range(n_passes)]))
    return passes.mean(axis=0), passes.std(axis=0)


def prune_smallest(W, amount):
    """Set the share `amount` of all weights to 0, those of least magnitude.

    Parameters
    ----------
    W : array_like, any shape
    amount : float in [0, 1]

    Returns
    -------
    W, mask : ndarray
        The mask is 1 where a weight is kept and 0 elsewhere: multiply the gradients by it to go on
        training what is left.

    Raises
    ------
    ValueError
        If amount lies outside of [0, 1].

    Notes
    -----
    ``round(amount * W.size)`` weights go, of equal magnitudes the first. As
    ``torch.nn.utils.prune.l1_unstructured``.

    Examples
    --------
    >>> prune_smallest([3.0, -0.1, 0.2, -4.0], amount=0.5)
    (array([ 3.,  0.,  0., -4.]), array([1., 0., 0., 1.]))
    """
    if not 0 <= amount <= 1:
        raise ValueError(f"amount is a share of the weights and lies in [0, 1], got {amount}")
    W = floats(W)
    order = np.argsort(np.abs(W), axis=None, kind="stable")
    mask = np.ones(W.size, W.dtype)
    mask[order[: round(amount * W.size)]] = 0
    mask = mask.reshape(W.shape)
    return np.where(mask, W, 0), mask


def top_k_gradient(delta, k):
    """Keep the `k` largest entries of each row by magnitude and set the others to 0 (meProp).

    Back-propagating this instead of `delta` touches k columns of the weights a row (Sun et al.
    2017). Of equal magnitudes the first is kept, so that there are never more than k.

    Raises
    ------
    ValueError
        If `k` is no whole number from 0, or `delta` is a single number.

    Examples
    --------
    >>> top_k_gradient([[1.0, -3.0, 2.0]], k=1)
    array([[ 0., -3.,  0.]])
    """
    delta = floats(delta)
    [k] = whole_numbers(least=0, k=k)
    if delta.ndim < 1:
        raise ValueError(f"delta must have rows, got shape {delta.shape}")
    size = np.where(np.isnan(delta), np.inf, np.abs(delta))  # a NaN is kept, for all to see
    order = np.argsort(-size, axis=-1, kind="stable")
    kept = np.zeros(delta.shape, dtype=bool)
    np.put_along_axis(kept, order[..., :k], True, axis=-1)
    return np.where(kept, delta, 0)


def early_stopping(val_losses, patience):
    """Tell which epoch was best and at which one training stops; epochs count from 0.

    Stops at the first epoch with epoch - best >= patience, else at the last. Only a strictly lower
    loss is better: a tie does not buy time, and NaN never does.

    Parameters
    ----------
    val_losses : sequence of float
        One an epoch.
    patience : int
        1 or more.

    Returns
    -------
    best_epoch, stop_epoch : int

    Raises
    ------
    ValueError
        If there is no loss, or patience is below 1.

    Examples
    --------
    >>> early_stopping([3.0, 2.0, 2.0, 2.5, 1.0], patience=2)
    (1, 3)
    """
    if len(val_losses) == 0 or not patience >= 1:
        raise ValueError(
            f"needs a loss and a patience of 1 or more, got {len(val_losses)} and {patience}"
        )
    best_epoch, best_loss = 0, math.inf
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss:
            best_epoch, best_loss = epoch, loss
        if epoch - best_epoch >= patience:
            break
    return best_epoch, epoch


def bias_variance(predictions, f_true):
    """Split the error of a learner into what it gets wrong on average and how much it wavers.

    Parameters
    ----------
    predictions : array_like, shape (M, N)
        Row m: what the model from the m-th training set predicts at the N points.
    f_true : array_like, shape (N,)
        The noiseless truth at the same points.

    Returns
    -------
    bias_squared, variance : float
        Means over the points; their sum is the mean squared error to `f_true`. The error on noisy
        data is larger by the variance of the noise.

    Raises
    ------
    ValueError
        If predictions is not (M, N) or f_true not (N,), or if one is empty.

    Examples
    --------
    >>> bias_variance([[0.0, 2.0], [2.0, 4.0]], [0.0, 2.0])
    (1.0, 1.0)
    """
    predictions, f_true = floats(predictions, f_true)
    if predictions.ndim != 2 or f_true.shape != predictions.shape[1:] or 0 in predictions.shape:
        raise ValueError(
            f"predictions (M, N) and f_true (N,) do not fit: got {predictions.shape}, "
            f"{f_true.shape}"
        )
    bias_squared = np.mean((predictions.mean(axis=0) - f_true) ** 2)
    variance = np.mean(predictions.var(axis=0))
    return float(bias_squared), float(variance)


def diagnose(train_error, val_error, bayes_error, tolerance):
    """Read a pair of errors: (high_bias, high_variance).

    Parameters
    ----------
    train_error, val_error, bayes_error : float
        On the training rows, on validation rows, and of the best that anyone could do.
    tolerance : float
        Gaps up to this are not called high.

    Notes
    -----
    Bias is what training leaves above the best possible error, variance what validation adds to
    that. 15 % training error is high bias only if the Bayes error is far below 15 %.

    Raises
    ------
    ValueError
        If a number is NaN or infinite: it would be called low.

    Examples
    --------
    >>> diagnose(train_error=15, val_error=30, bayes_error=0, tolerance=5)
    (True, True)
    """
    if not np.all(np.isfinite([train_error, val_error, bayes_error, tolerance])):
        raise ValueError(
            f"errors and tolerance are finite numbers; got train_error={train_error}, "
            f"val_error={val_error}, bayes_error={bayes_error}, tolerance={tolerance}"
        )
    train_error, val_error = plain(train_error, val_error)
    bayes_error, tolerance = plain(bayes_error, tolerance)
    return train_error - bayes_error > tolerance, val_error - train_error > tolerance


def regularized_step(W, g, lr, lam, r):
    """Take one step of descent with weight decay, then bring long columns back to length `r`.

    Parameters
    ----------
    W : array_like, shape (D_in, D_out)
    g : array_like, shape of W
        Gradient of the loss without the penalty.
    lr : float
    lam : float
        Strength of the L2 penalty (lam / 2) sum W^2, whose gradient is lam W.
    r : float
        The largest norm of a unit's incoming column.

    Returns
    -------
    ndarray, shape of W
        W - lr (g + lam W), then `max_norm`: a column no longer than `r` stays as the step left it.

    Raises
    ------
    ValueError
        If W and g differ in shape, if lam is below 0, or if r is not above 0.

    Examples
    --------
    >>> regularized_step(np.array([[3.0], [4.0]]), np.zeros((2, 1)), lr=0.1, lam=0.0, r=1.0)
    array([[0.6],
           [0.8]])
    """
    W, g = floats(W, g)
    same_shape(W=W, g=g)
    _check_strength(lam)
    return max_norm(W - float(lr) * (g + float(lam) * W), r)
