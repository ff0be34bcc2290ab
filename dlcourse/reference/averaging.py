"""Averages of weights over training: smoother than the last step (Lectures 9 and 10)."""

import numpy as np

from dlcourse.reference.arguments import floats, plain


def exponential_average(average, params, decay=0.999):
    """Move each running average a little towards the present parameters.

    Parameters
    ----------
    average, params : sequence of array_like
        Of the same shapes; start with a copy of the parameters.
    decay : float
        In [0, 1): the share of the old average. Its memory is about 1 / (1 - decay) steps.

    Returns
    -------
    list of ndarray

    Raises
    ------
    ValueError
        If the shapes differ or `decay` is outside [0, 1).

    Notes
    -----
    Evaluate with the average, train on with the parameters; batch normalization's running
    statistics have to be gathered again for it.

    Examples
    --------
    >>> exponential_average([np.array([0.0])], [np.array([1.0])], decay=0.75)
    [array([0.25])]
    """
    if not 0 <= decay < 1:
        raise ValueError(f"decay must lie in [0, 1), got {decay}")
    decay = float(decay)
    return [decay * a + (1 - decay) * w for a, w in _pairs(average, params)]


def equal_average(average, params, n):
    """Add the present parameters to the mean of `n` earlier ones (stochastic weight averaging).

    Parameters
    ----------
    average, params : sequence of array_like
        Of the same shapes; `average` is not looked at if n = 0.
    n : int
        How many sets of parameters `average` is the mean of.

    Returns
    -------
    list of ndarray
        The mean of n + 1.

    Raises
    ------
    ValueError
        If the shapes differ, or `n` is negative or no whole number.

    Examples
    --------
    >>> equal_average([np.array([1.0])], [np.array([4.0])], n=2)
    [array([2.])]
    """
    n = plain(n)
    if not isinstance(n, int) or n < 0:
        raise ValueError(f"n counts the sets averaged so far, a whole number from 0: got {n}")
    if n == 0:
        return [floats(w) + 0 for w in params]
    # each divided by itself: w - a may overflow
    return [a + (w / (n + 1) - a / (n + 1)) for a, w in _pairs(average, params)]


def _pairs(average, params):
    average, params = list(average), list(params)
    shapes = [[np.shape(a) for a in arrays] for arrays in (average, params)]
    if shapes[0] != shapes[1]:
        raise ValueError(f"average and params differ in shape: got {shapes[0]} and {shapes[1]}")
    return [floats(a, w) for a, w in zip(average, params, strict=True)]
