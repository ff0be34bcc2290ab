"""Normalization: of inputs, of a batch, of a row (Lecture 8).

Batches come as (N, C) or as images (N, C, H, W); batch normalization has one mean and one variance
a channel, so for images the pixels count as further rows.
"""

import numpy as np

from dlcourse.reference.arguments import floats, real_numbers, same_shape
from dlcourse.reference.lengths import power_of_two
from dlcourse.reference.rows import add_up, has_its_digits, normalize_rows, row_sum


def standardize(X_train, X_test):
    """Shift and scale every feature to mean 0 and standard deviation 1, as seen in training.

    Parameters
    ----------
    X_train : array_like, shape (N, D)
    X_test : array_like, shape (M, D)

    Returns
    -------
    two ndarrays, of the shapes given
        Both use the mean and the population standard deviation of `X_train`: the test set has to
        stay unseen. A feature that is constant in training, up to rounding, says nothing and
        becomes 0.

    Raises
    ------
    ValueError
        If X_train is not (N, D) or has no row, or if X_test is not (M, D).

    Examples
    --------
    >>> X_train, X_test = standardize([[0.0, 5.0], [2.0, 5.0]], [[3.0, 5.0]])
    >>> X_train
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> X_test
    array([[2., 0.]])
    """
    X_train, X_test = floats(X_train, X_test)
    if X_train.ndim != 2 or X_test.ndim != 2 or X_train.shape[1] != X_test.shape[1]:
        raise ValueError(f"X_train (N, D), X_test (M, D): got {X_train.shape}, {X_test.shape}")
    if len(X_train) == 0:
        raise ValueError(f"X_train needs a row to have a mean, got shape {X_train.shape}")
    wide = np.result_type(X_train, np.float64)  # sums of a million rows need it
    largest = np.abs(X_train).max(axis=0).astype(wide)
    rounding = 10 * np.finfo(X_train.dtype).eps * largest
    varies = np.ptp(X_train, axis=0) > rounding  # the std of 0.1, 0.1, ... need not come out as 0
    unit = power_of_two(np.where(varies, largest, 1)[None], axis=0)[0]  # squares fit
    train, test = X_train / unit, X_test / unit
    mean, std = train.mean(axis=0), train.std(axis=0)
    scale = varies / np.where(varies, std, 1)
    for z in (train, test):  # ours: no further copies
        z -= mean
        z *= scale
    return train.astype(X_train.dtype), test.astype(np.result_type(X_train, X_test))


def _wide(per_channel, x):
    """Shape a vector (C,) to broadcast along axis 1 of `x`."""
    return np.reshape(per_channel, (-1,) + (1,) * (x.ndim - 2))


def _channel_sum(*factors):
    """Sum the product of the arrays over all axes but the channels."""
    flat = [a.reshape(*a.shape[:2], -1) if a.ndim > 2 else a for a in factors]
    axes = "nc" if factors[0].ndim == 2 else "ncs"
    rows = factors[0].size // max(1, factors[0].shape[1])
    return add_up(",".join([axes] * len(flat)) + "->c", rows, *flat)


def _check_batch(x, **per_channel):
    if x.ndim < 2:
        raise ValueError(f"x must have shape (N, C) or (N, C, H, W), got {x.shape}")
    for name, vector in per_channel.items():
        if np.shape(vector) != x.shape[1:2]:
            raise ValueError(
                f"{name} must have shape {x.shape[1:2]}, one number a channel of x {x.shape}, "
                f"got {np.shape(vector)}"
            )


def _centered(x, eps):
    """Return x minus its channel means, the means, the biased variances, and rows a channel.

    Where squares do not fit or vanish, these are of x divided by a power of 2 a channel, the unit;
    it comes at the end and is 1 elsewhere.
    """
    n = x.size // max(1, x.shape[1])
    if n < 2:
        raise ValueError(f"a batch needs 2 values a channel to have a variance, got x {x.shape}")
    with np.errstate(over="ignore", invalid="ignore"):
        centered, mean, var = _statistics(x, n)
    unit, fits = 1, has_its_digits(var, eps)
    if not np.all(fits):
        channels = np.swapaxes(x, 0, 1).reshape(x.shape[1], n)
        unit = np.where(fits, 1, power_of_two(channels, axis=1)[:, 0])  # (C,)
        centered, mean, var = _statistics(x / _wide(unit, x), n)
    return centered, mean, var, n, unit


def _statistics(x, n):
    mean = _channel_sum(x) / n
    centered = x - _wide(mean, x)
    return centered, mean, _channel_sum(centered, centered) / n


def batch_norm(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-5, train=True):
    """Normalize each channel over the batch, then let the network choose scale and shift.

    Parameters
    ----------
    x : array_like, shape (N, C) or (N, C, H, W)
    gamma, beta : array_like, shape (C,)
        Learned scale and shift.
    running_mean, running_var : array_like, shape (C,)
        State, used in place of the batch's statistics if not `train`; starts at 0 and 1.
    momentum : float
        Weight of the new batch: running = (1 - momentum) running + momentum batch (PyTorch).
    eps : float
        Added to the variance, inside the root.
    train : bool

    Returns
    -------
    out : ndarray, shape of x
    running_mean, running_var : ndarray, shape (C,)
        Updated in training, unchanged at test.

    Raises
    ------
    ValueError
        If x is not (N, C) or (N, C, H, W), if a vector has not one number a channel, or if a
        channel has fewer than 2 values.

    Notes
    -----
    Two variances: the batch is divided by the root of the biased one (over n), the running
    variance gathers the unbiased one (over n - 1), as PyTorch does. Numbers whose squares do not
    fit are normalized too, where PyTorch gives 0; their running variance is infinite.

    Examples
    --------
    >>> out, mean, var = batch_norm([[0.0], [2.0]], [1.0], [0.0], [0.0], [1.0], eps=0.0)
    >>> out.ravel(), mean, var
    (array([-1.,  1.]), array([0.1]), array([1.1]))
    """
    x, gamma, beta, running_mean, running_var = floats(x, gamma, beta, running_mean, running_var)
    (momentum,), (eps,) = real_numbers(momentum=momentum), real_numbers(0, eps=eps)
    _check_batch(x, gamma=gamma, beta=beta, running_mean=running_mean, running_var=running_var)
    if train:
        out, mean, var, n, unit = _centered(x, eps)
        running_mean = (1 - momentum) * running_mean + momentum * mean * unit
        running_var = (1 - momentum) * running_var + momentum * var * unit * unit * (n / (n - 1))
        eps = eps / unit / unit
    else:
        out, var = x - _wide(running_mean, x), running_var
    out *= _wide(gamma / np.sqrt(var + eps), x)  # out is ours: no further copy
    out += _wide(beta, x)
    return out, running_mean, running_var


def batch_norm_backward(dout, x, gamma, eps=1e-5):
    """Carry a gradient back through `batch_norm` in training.

    Returns
    -------
    dx : ndarray, shape of x
        Each channel of it sums to 0, and is orthogonal to the normalized x: moving the whole batch
        or stretching it does not change the output.
    dgamma, dbeta : ndarray, shape (C,)

    Raises
    ------
    ValueError
        If dout and x differ in shape, if x is not (N, C) or (N, C, H, W), if a vector has not one
        number a channel, or if a channel has fewer than 2 values.

    Notes
    -----
    With x_hat the normalized input, s = sqrt(var + eps) and means over the batch,
    dx = gamma / s (dout - mean(dout) - x_hat mean(dout x_hat)). The last two terms are there
    because mean and variance depend on every x.

    Examples
    --------
    >>> dx, dgamma, dbeta = batch_norm_backward([[1.0], [1.0]], [[0.0], [2.0]], [1.0])
    >>> dx.ravel(), dgamma, dbeta
    (array([0., 0.]), array([0.]), array([2.]))
    """
    x, dout, gamma = floats(x, dout, gamma)
    _check_batch(x, gamma=gamma)
    same_shape(dout=dout, x=x)
    (eps,) = real_numbers(0, eps=eps)
    centered, _, var, n, unit = _centered(x, eps)  # shape of x, _, (C,), a number, (C,) or 1
    s = np.sqrt(var + eps / unit / unit)  # (C,)
    dbeta = _channel_sum(dout)  # (C,)
    dgamma = _channel_sum(dout, centered) / s  # (C,)
    dx = centered  # shape of x; ours, so the terms can gather in place
    dx *= _wide(-dgamma / (n * s), x)  # shape of x: - x_hat mean(dout x_hat)
    dx += dout  # shape of x
    dx -= _wide(dbeta / n, x)  # shape of x: - mean(dout)
    dx *= _wide(gamma / s / unit, x)  # shape of x
    return dx, dgamma, dbeta


def layer_norm(x, gamma, beta, eps=1e-5):
    """Normalize each row over its own features (the last axis), then scale and shift them.

    No batch is involved, so training and test are the same, and a batch of one is fine.

    Parameters
    ----------
    x : array_like, shape (..., D)
    gamma, beta : array_like, shape (D,)
    eps : float
        Added to the biased variance, inside the root.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If x is a single number or has no features, or if gamma or beta has not one number a
        feature.

    Examples
    --------
    >>> layer_norm([[0.0, 2.0]], [1.0, 1.0], [0.0, 0.0], eps=0.0)
    array([[-1.,  1.]])
    """
    x, gamma, beta = floats(x, gamma, beta)
    _check_rows(x, gamma, beta)
    out, _ = normalize_rows(x, eps)
    out *= gamma  # out is ours: no further copy
    out += beta
    return out


def layer_norm_backward(dout, x, gamma, beta, eps=1e-5):
    """Carry a gradient back through `layer_norm`: (dx, dgamma, dbeta).

    With x_hat the normalized rows, s what they were divided by, d = dout gamma and means over the
    features of a row, dx = (d - mean(d) - x_hat mean(d x_hat)) / s.

    Raises
    ------
    ValueError
        If dout and x differ in shape, or if x, gamma and beta are none that `layer_norm` takes.

    Examples
    --------
    >>> dx, dgamma, dbeta = layer_norm_backward([[1.0, 1.0]], [[0.0, 2.0]], [1.0, 1.0], [0.0,
    ...     0.0], eps=0.0)
    >>> dx, dgamma, dbeta
    (array([[0., 0.]]), array([-1.,  1.]), array([1., 1.]))
    """
    dout, x, gamma, beta = floats(dout, x, gamma, beta)
    same_shape(dout=dout, x=x)
    _check_rows(x, gamma, beta)
    x_hat, s = normalize_rows(x, eps)  # (..., D) and (..., 1)
    rows, D = len(_flat(dout)), x.shape[-1]
    dgamma = add_up("nd,nd->d", rows, _flat(dout), _flat(x_hat))  # (D,)
    dbeta = add_up("nd->d", rows, _flat(dout))  # (D,)
    dx = dout * gamma  # (..., D), called d above; ours, so the terms gather in place
    mean, along = row_sum(dx) / D, row_sum(dx, x_hat) / D  # (..., 1) each
    x_hat *= along  # (..., D), ours too
    dx -= mean  # (..., D)
    dx -= x_hat  # (..., D): x_hat mean(d x_hat)
    dx /= s  # (..., D)
    return dx, dgamma, dbeta


def _check_rows(x, gamma, beta):
    if x.ndim < 1 or not gamma.shape == beta.shape == x.shape[-1:] or x.shape[-1] == 0:
        raise ValueError(
            f"gamma and beta need one number a feature, the last axis of x {x.shape}; "
            f"got {gamma.shape} and {beta.shape}"
        )


def _flat(a):
    return a.reshape(-1, a.shape[-1])


def fold_batch_norm(W, b, gamma, beta, mean, var, eps=1e-5):
    """Merge a dense layer and the batch normalization after it into one dense layer, for test.

    Parameters
    ----------
    W : array_like, shape (D_in, D_out)
    b, gamma, beta, mean, var : array_like, shape (D_out,)
        `mean` and `var` are the running statistics.
    eps : float
        As in `batch_norm`.

    Returns
    -------
    W, b
        With ``x @ W + b`` equal to the two layers at test.

    Raises
    ------
    ValueError
        If W is not (D_in, D_out), or if b, gamma, beta, mean or var is not (D_out,).

    Examples
    --------
    >>> fold_batch_norm([[1.0]], [1.0], [6.0], [0.0], [1.0], [4.0], eps=0.0)
    (array([[3.]]), array([0.]))
    """
    W, b, gamma, beta, mean, var = floats(W, b, gamma, beta, mean, var)
    for name, vector in {"b": b, "gamma": gamma, "beta": beta, "mean": mean, "var": var}.items():
        if W.ndim != 2 or np.shape(vector) != W.shape[1:]:
            raise ValueError(
                f"W (D_in, D_out) and {name} (D_out,) do not fit: got {W.shape}, {np.shape(vector)}"
            )
    (eps,) = real_numbers(0, eps=eps)
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta
