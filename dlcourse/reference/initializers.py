"""Initializers: where weights start, so that signals neither fade nor explode (Lecture 7).

A unit adds up n_in products. If inputs and weights are independent and centred, the variance of
the sum is n_in times var(w) times the mean square of the inputs: 250 unit inputs and N(0, 1)
weights give a standard deviation of sqrt(250) = 15.811. Each scheme chooses var(w) to undo that:

| scheme | var(w) | for |
|---|---|---|
| LeCun | 1 / n_in | linear units, SELU |
| Xavier (Glorot) | 2 / (n_in + n_out) | tanh: a compromise of forward and backward |
| He (Kaiming) | 2 / n_in | ReLU, which sets half of the signal's square to 0 |

A uniform variable on [-a, a] has variance a^2 / 3, so its bound is sqrt(3) standard deviations.
Weights are (n_in, n_out) and float64; randomness comes from `rng`, a numpy.random.Generator.
"""

import math

import numpy as np

from dlcourse.reference.arguments import floats, generator, plain, whole_numbers


def xavier_normal(n_in, n_out, rng):
    """Draw weights (n_in, n_out) from N(0, 2 / (n_in + n_out)).

    Raises
    ------
    ValueError
        If n_in or n_out is no whole number from 1.

    Examples
    --------
    >>> W = xavier_normal(300, 100, np.random.default_rng(0))
    >>> W.shape, float(W.std().round(2))
    ((300, 100), 0.07)
    """
    n_in, n_out = whole_numbers(n_in=n_in, n_out=n_out)
    return generator(rng).normal(0, math.sqrt(2 / (n_in + n_out)), (n_in, n_out))


def xavier_uniform(n_in, n_out, rng):
    """Draw weights (n_in, n_out) uniformly within +-sqrt(6 / (n_in + n_out)).

    Raises
    ------
    ValueError
        If n_in or n_out is no whole number from 1.

    Examples
    --------
    >>> W = xavier_uniform(4, 2, np.random.default_rng(0))
    >>> bool(np.abs(W).max() <= 1)
    True
    """
    n_in, n_out = whole_numbers(n_in=n_in, n_out=n_out)
    bound = math.sqrt(6 / (n_in + n_out))
    return generator(rng).uniform(-bound, bound, (n_in, n_out))


def he_normal(n_in, n_out, rng):
    """Draw weights (n_in, n_out) from N(0, 2 / n_in).

    Raises
    ------
    ValueError
        If n_in or n_out is no whole number from 1.

    Examples
    --------
    >>> W = he_normal(200, 100, np.random.default_rng(0))
    >>> W.shape, float(W.std().round(2))
    ((200, 100), 0.1)
    """
    n_in, n_out = whole_numbers(n_in=n_in, n_out=n_out)
    return generator(rng).normal(0, math.sqrt(2 / n_in), (n_in, n_out))


def he_uniform(n_in, n_out, rng):
    """Draw weights (n_in, n_out) uniformly within +-sqrt(6 / n_in).

    Raises
    ------
    ValueError
        If n_in or n_out is no whole number from 1.

    Examples
    --------
    >>> W = he_uniform(6, 2, np.random.default_rng(0))
    >>> bool(np.abs(W).max() <= 1)
    True
    """
    n_in, n_out = whole_numbers(n_in=n_in, n_out=n_out)
    bound = math.sqrt(6 / n_in)
    return generator(rng).uniform(-bound, bound, (n_in, n_out))


def lecun_normal(n_in, n_out, rng):
    """Draw weights (n_in, n_out) from N(0, 1 / n_in).

    Raises
    ------
    ValueError
        If n_in or n_out is no whole number from 1.

    Examples
    --------
    >>> W = lecun_normal(100, 200, np.random.default_rng(0))
    >>> W.shape, float(W.std().round(2))
    ((100, 200), 0.1)
    """
    n_in, n_out = whole_numbers(n_in=n_in, n_out=n_out)
    return generator(rng).normal(0, math.sqrt(1 / n_in), (n_in, n_out))


def lecun_uniform(n_in, n_out, rng):
    """Draw weights (n_in, n_out) uniformly within +-sqrt(3 / n_in).

    Raises
    ------
    ValueError
        If n_in or n_out is no whole number from 1.

    Examples
    --------
    >>> W = lecun_uniform(3, 2, np.random.default_rng(0))
    >>> bool(np.abs(W).max() <= 1)
    True
    """
    n_in, n_out = whole_numbers(n_in=n_in, n_out=n_out)
    bound = math.sqrt(3 / n_in)
    return generator(rng).uniform(-bound, bound, (n_in, n_out))


def orthogonal(n_in, n_out, rng, gain=1.0):
    """Draw a random rotation: a layer that keeps lengths exactly, not only on average.

    Parameters
    ----------
    n_in, n_out : int
    rng : numpy.random.Generator
    gain : float
        sqrt(2) makes up for a ReLU.

    Returns
    -------
    ndarray, shape (n_in, n_out)
        Rows (if n_in <= n_out) or columns are orthogonal, of length `gain`.

    Raises
    ------
    ValueError
        If n_in or n_out is no whole number from 1.

    Notes
    -----
    The QR decomposition of Gaussian numbers, with the signs of R's diagonal taken into Q; without
    that step some rotations are more likely than others.

    Examples
    --------
    >>> Q = orthogonal(3, 3, np.random.default_rng(0))
    >>> bool(np.allclose(Q @ Q.T, np.eye(3)))
    True
    """
    n_in, n_out = whole_numbers(n_in=n_in, n_out=n_out)
    gain = plain(gain)
    tall = generator(rng).normal(size=(max(n_in, n_out), min(n_in, n_out)))
    Q, R = np.linalg.qr(tall)
    Q = Q * np.sign(np.diag(R))
    return gain * (Q if n_in >= n_out else Q.T)


def layer_stds(X, weights, activation):
    """Measure the standard deviation of the signal after each layer.

    Parameters
    ----------
    X : array_like, shape (N, D)
    weights : list of array_like, shapes (D, H1), (H1, H2), ...
        No biases.
    activation : callable
        Takes the scores of a layer, returns as many activations.

    Returns
    -------
    list of float
        One a layer, over all rows and units.

    Raises
    ------
    ValueError
        If X (N, D) and the first matrix, or a matrix and the next, do not fit.

    Examples
    --------
    >>> layer_stds([[1.0], [-1.0]], [[[2.0]], [[2.0]]], lambda z: z)
    [2.0, 4.0]
    """
    stds = []
    for W in weights:
        X = activation(_scores(X, W))
        stds.append(float(np.std(X)))
    return stds


def rescale_layers(X, weights, activation):
    """Scale each weight matrix so that every layer's activations have standard deviation 1.

    Parameters
    ----------
    X, weights, activation
        As in `layer_stds`. The activation scales with its input, g(c s) = c g(s) for c > 0, as
        ReLU and leaky ReLU do: then one division is exact.

    Returns
    -------
    list of ndarray
        Each a positive multiple of the old one.

    Raises
    ------
    ValueError
        If X and a matrix do not fit, or if a layer's signal has the standard deviation 0 or none.

    Examples
    --------
    >>> rescale_layers([[1.0], [-1.0]], [[[2.0]]], lambda z: z)
    [array([[1.]])]
    """
    rescaled = []
    for W in weights:
        after = activation(_scores(X, W))
        std = _spread(after, len(rescaled))
        rescaled.append(floats(W) / std)
        X = after / std
    return rescaled


def lsuv(X, weights, activation):
    """Scale weights so that the scores of every layer have variance 1 on a batch of data.

    Layer-sequential unit-variance initialization (Mishkin and Matas 2016) starts from `orthogonal`
    weights and, unlike `rescale_layers`, works for any activation.

    Parameters
    ----------
    X, weights, activation
        As in `layer_stds`.

    Returns
    -------
    list of ndarray

    Raises
    ------
    ValueError
        If X and a matrix do not fit, or if a layer's signal has the standard deviation 0 or none.

    Notes
    -----
    Scores, unlike activations, scale with the weights, so one division a layer is exact. The paper
    repeats it up to a tolerance, which layers with biases need.

    Examples
    --------
    >>> lsuv([[1.0], [-1.0]], [[[4.0]]], np.tanh)
    [array([[1.]])]
    """
    scaled = []
    for W in weights:
        W = floats(W) / _spread(_scores(X, W), len(scaled))
        scaled.append(W)
        X = activation(_scores(X, W))
    return scaled


def _scores(X, W):
    X, W = floats(X, W)
    if X.ndim != 2 or W.ndim != 2 or X.shape[1] != len(W) or not len(X):
        raise ValueError(f"expected rows X (N, D) and weights (D, M), got {X.shape} and {W.shape}")
    return X @ W


def _spread(signal, layer):
    std = float(np.std(signal))
    if not 0 < std < math.inf:
        raise ValueError(
            f"the signal after layer {layer + 1} has standard deviation {std}: no factor makes it 1"
        )
    return std
