"""Model selection: an honest estimate of the error from few rows (Lecture 11)."""

import numpy as np


def k_fold(n, k, rng):
    """Cut the rows 0 to n - 1 at random into `k` parts, each once the validation set.

    Parameters
    ----------
    n, k : int
        2 <= k <= n; with k = n each row is a part of its own ("leave one out").
    rng : numpy.random.Generator

    Returns
    -------
    list of (train, validation)
        `k` pairs of index arrays; sizes of the validation parts differ by 1 at most.
    """
    if not 2 <= k <= n:
        raise ValueError(f"needs 2 <= k <= n, got k={k} and n={n}")
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


def cross_validate(fit, error, X, y, folds):
    """Train on each fold's training rows and measure the error on the rows left out.

    Parameters
    ----------
    fit : callable
        ``fit(X, y)`` returns a function that predicts. Whatever learns from data, a scaler too,
        belongs inside it: what has seen the validation rows is not tested by them.
    error : callable
        ``error(y_true, y_pred)`` returns a number.
    X, y : arrays with N rows
    folds : list of (train, validation)
        As from `k_fold`.

    Returns
    -------
    mean, std : float
        Over the folds; the population standard deviation. The folds share training rows, so the
        std understates how far the mean is off.
    """
    if len(folds) == 0:
        raise ValueError("folds is empty: k_fold(n, k, rng) makes a list of them")
    errors = []
    for train, validation in folds:
        predict = fit(X[train], y[train])
        errors.append(float(error(y[validation], predict(X[validation]))))
    return float(np.mean(errors)), float(np.std(errors))
