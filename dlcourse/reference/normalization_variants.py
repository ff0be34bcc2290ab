"""Normalization over groups of channels, and by length alone (Lectures 8 and 18).

Neither needs a batch: training and test are the same, and a batch of one is fine.
"""

import math

import numpy as np

from dlcourse.reference.arguments import floats, output_gradient, real_numbers, whole_numbers
from dlcourse.reference.lengths import power_of_two
from dlcourse.reference.rows import add_up, has_its_digits, normalize_rows, row_sum


def group_norm(x, num_groups, gamma, beta, eps=1e-5):
    """Normalize each row over groups of its channels, then scale and shift each channel.

    Parameters
    ----------
    x : array_like, shape (N, C) or (N, C, H, W)
    num_groups : int
        Divides C. One group is layer normalization over all of a row; C groups are instance
        normalization, each channel of each image alone.
    gamma, beta : array_like, shape (C,)
    eps : float
        Added to the biased variance, inside the root.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If `num_groups` does not divide C, or a shape does not fit.

    Examples
    --------
    >>> group_norm([[1.0, 3.0, 10.0, 30.0]], 2, np.ones(4), np.zeros(4), eps=0.0)
    array([[-1.,  1., -1.,  1.]])
    """
    x, gamma, beta = floats(x, gamma, beta)
    x_hat, _ = _normalized_groups(x, num_groups, gamma, beta, eps)
    return _wide(gamma, x) * x_hat.reshape(x.shape) + _wide(beta, x)


def group_norm_backward(dout, x, num_groups, gamma, beta, eps=1e-5):
    """Carry a gradient back through `group_norm`.

    Parameters
    ----------
    dout : array_like, shape of x
        Gradient of the loss with respect to the output.
    x, num_groups, gamma, beta, eps
        The inputs given to `group_norm`.

    Returns
    -------
    dx : ndarray, shape of x
        Each group of it sums to 0.
    dgamma, dbeta : ndarray, shape (C,)

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if num_groups, x, gamma and beta are none that
        `group_norm` takes.

    Examples
    --------
    >>> x, one = np.array([[1.0, 3.0]]), np.ones(2)
    >>> group_norm_backward([[1.0, 5.0]], x, 1, one, 0 * one)[1:]
    (array([-0.999995,  4.999975]), array([1., 5.]))
    """
    x, gamma, beta = floats(x, gamma, beta)
    x_hat, s = _normalized_groups(x, num_groups, gamma, beta, eps)  # (N, G, C / G * H * W)
    dout = output_gradient(dout, x.shape, x.dtype)
    dgamma, dbeta = _channel_sums(dout, x_hat.reshape(x.shape))  # (C,) each
    dx_hat = (dout * _wide(gamma, x)).reshape(x_hat.shape)  # (N, G, C / G * H * W)
    D = x_hat.shape[2]
    mean, along = row_sum(dx_hat) / D, row_sum(dx_hat, x_hat) / D  # (N, G, 1) each
    dx = (dx_hat - mean - x_hat * along) / s  # (N, G, C / G * H * W)
    return dx.reshape(x.shape), dgamma, dbeta


def rms_norm(x, gamma, eps=1e-5):
    """Divide each row by the root of its mean square, then scale each feature.

    Parameters
    ----------
    x : array_like, shape (..., D)
    gamma : array_like, shape (D,)
    eps : float
        Added to the mean square, inside the root. PyTorch's default is the spacing of floats at 1.

    Returns
    -------
    ndarray, shape of x

    Raises
    ------
    ValueError
        If x is a single number or has no features, or if gamma has not one number a feature.

    Notes
    -----
    Layer normalization without the subtraction of the mean and without a shift.

    Examples
    --------
    >>> rms_norm([[3.0, 4.0]], [1.0, 1.0], eps=0.0) * np.sqrt(12.5)
    array([[3., 4.]])
    """
    x, gamma = floats(x, gamma)
    return x / _length(x, gamma, eps) * gamma


def rms_norm_backward(dout, x, gamma, eps=1e-5):
    """Carry a gradient back through `rms_norm`.

    Parameters
    ----------
    dout : array_like, shape of x
        Gradient of the loss with respect to the output.
    x, gamma, eps
        The inputs given to `rms_norm`.

    Returns
    -------
    dx : ndarray, shape of x
        Orthogonal to x, row by row, up to eps: a longer row gives the same output.
    dgamma : ndarray, shape (D,)

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if x and gamma are none that `rms_norm` takes.

    Examples
    --------
    >>> dx, dgamma = rms_norm_backward([[1.0, 0.0]], [[3.0, 4.0]], [1.0, 1.0], eps=0.0)
    >>> np.round(dx @ [3.0, 4.0], 12), dgamma * np.sqrt(12.5)
    (array([0.]), array([3., 0.]))
    """
    x, gamma = floats(x, gamma)
    s = _length(x, gamma, eps)  # (..., 1)
    dout = output_gradient(dout, x.shape, x.dtype)
    x_hat, dx_hat = x / s, dout * gamma  # (..., D) each
    D = x.shape[-1]
    dx = (dx_hat - x_hat * row_sum(dx_hat, x_hat) / D) / s  # (..., D)
    rows = [a.reshape(-1, D) for a in (dout, x_hat)]  # (N, D) each
    dgamma = add_up("nd,nd->d", len(rows[0]), *rows)  # (D,)
    return dx, dgamma


def frozen_batch_norm_backward(dout, x, gamma, running_mean, running_var, eps=1e-5):
    """Carry a gradient back through `dlcourse.reference.normalization.batch_norm` at test.

    Parameters
    ----------
    dout : array_like, shape of x
        Gradient of the loss with respect to the output.
    x : array_like, shape (N, C) or (N, C, H, W)
    gamma, running_mean, running_var : array_like, shape (C,)
    eps : float

    Returns
    -------
    dx : ndarray, shape of x
    dgamma, dbeta : ndarray, shape (C,)

    Raises
    ------
    ValueError
        If dout has not the shape of the output, or if gamma or a statistic has not one number a
        channel.

    Notes
    -----
    With its statistics frozen, as in a part of a network that is reused, the layer is a line for
    each channel: rows do not meet, and a batch of one is fine. Lecture 16.

    Examples
    --------
    >>> one = np.ones(1)
    >>> frozen_batch_norm_backward([[3.0]], [[5.0]], 2 * one, one, 4 * one, eps=0.0)
    (array([[3.]]), array([6.]), array([3.]))
    """
    x, gamma, mean, var = floats(x, gamma, running_mean, running_var)
    if x.ndim < 2 or not gamma.shape == mean.shape == var.shape == x.shape[1:2]:
        raise ValueError(
            f"gamma and both statistics need one number a channel of x {x.shape}: got "
            f"{gamma.shape}, {mean.shape}, {var.shape}"
        )
    (eps,) = real_numbers(0, eps=eps)
    dout, s = output_gradient(dout, x.shape, x.dtype), np.sqrt(var + eps)  # (C,)
    x_hat = (x - _wide(mean, x)) / _wide(s, x)  # shape of x
    dx = dout * _wide(gamma / s, x)  # shape of x
    dgamma, dbeta = _channel_sums(dout, x_hat)  # (C,) each
    return dx, dgamma, dbeta


def _wide(per_channel, x):
    return per_channel.reshape(-1, *(1,) * (x.ndim - 2))


def _channel_sums(dout, x_hat):
    """Return the gradients of a scale and a shift for each channel, axis 1."""
    flat = [a.reshape(*a.shape[:2], math.prod(a.shape[2:])) for a in (dout, x_hat)]
    rows = dout.size // max(1, dout.shape[1])
    return add_up("ncs,ncs->c", rows, *flat), add_up("ncs->c", rows, flat[0])


def _normalized_groups(x, num_groups, gamma, beta, eps):
    """Return x normalized, as (N, groups, numbers of a group), and what it was divided by."""
    if x.ndim < 2 or 0 in x.shape[1:] or not gamma.shape == beta.shape == x.shape[1:2]:
        raise ValueError(
            f"x (N, C, ...), gamma (C,) and beta (C,) do not fit: got {x.shape}, {gamma.shape}, "
            f"{beta.shape}"
        )
    (num_groups,) = whole_numbers(num_groups=num_groups)
    if x.shape[1] % num_groups:
        raise ValueError(f"num_groups must divide the channels of x {x.shape}, got {num_groups}")
    groups = x.reshape(len(x), num_groups, x[:1].size // num_groups if len(x) else 1)
    return normalize_rows(groups, eps)


def _length(x, gamma, eps):
    if x.ndim < 1 or x.shape[-1] == 0 or gamma.shape != x.shape[-1:]:
        raise ValueError(
            f"gamma needs one number a feature, the last axis of x: got {gamma.shape}, {x.shape}"
        )
    (eps,), D = real_numbers(0, eps=eps), x.shape[-1]
    with np.errstate(over="ignore"):
        square = row_sum(x, x) / D
    s, fits = np.sqrt(square + eps), has_its_digits(square, eps)
    if np.all(fits):
        return s
    unit = np.where(fits, 1, power_of_two(x, axis=-1))  # squares of x / unit fit
    return np.sqrt(row_sum(x / unit, x / unit) / D + eps / unit / unit) * unit
