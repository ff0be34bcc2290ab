"""Model selection: an honest estimate of the error from few rows (Lecture 11)."""

import itertools
import math

import numpy as np

from dlcourse.reference.arguments import generator, in_own_order, quoted, whole_numbers


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

    Raises
    ------
    ValueError
        If n or k is no whole number, or k is below 2 or above n.

    Examples
    --------
    >>> [len(validation) for _, validation in k_fold(7, 3, np.random.default_rng(0))]
    [3, 2, 2]
    """
    n, k = whole_numbers(0, n=n, k=k)
    if not 2 <= k <= n:
        raise ValueError(f"needs 2 <= k <= n, got k={k} and n={n}")
    parts = np.array_split(generator(rng).permutation(n), k)
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

    Raises
    ------
    ValueError
        If `folds` is empty or names rows that there are not, or X and y differ in rows.

    Examples
    --------
    >>> X, y = np.arange(4.0)[:, None], np.ones(4)
    >>> folds = k_fold(4, 2, np.random.default_rng(0))
    >>> fit = lambda X, y: lambda X: np.full(len(X), y.mean())
    >>> cross_validate(fit, lambda t, p: np.mean((t - p) ** 2), X, y, folds)
    (0.0, 0.0)
    """
    if len(folds) == 0:
        raise ValueError("folds is empty: k_fold(n, k, rng) makes a list of them")
    X, y = in_own_order(np.asarray(X)), in_own_order(np.asarray(y))
    if X.ndim < 1 or X.shape[:1] != y.shape[:1]:
        raise ValueError(f"X and y need as many rows, got {X.shape} and {y.shape}")
    for rows in itertools.chain(*folds):
        rows = np.asarray(rows)
        there = (rows >= 0) & (rows < len(X)) if rows.dtype.kind in "iu" else False
        if rows.ndim != 1 or not np.all(there):
            raise ValueError(f"folds hold row numbers in 0 ... {len(X) - 1}, got {quoted(rows)}")
    errors = []
    for train, validation in folds:
        predict = fit(X[train], y[train])
        errors.append(float(error(y[validation], predict(X[validation]))))
    return float(np.mean(errors)), float(np.std(errors))


def stratified_split(y, share, rng):
    """Cut the rows in two at random, so that every class has its share in both parts.

    Parameters
    ----------
    y : array_like of int, shape (N,)
        Labels.
    share : float
        Of the rows that go into the second part, in (0, 1).
    rng : numpy.random.Generator

    Returns
    -------
    first, second : ndarray of int
        Row numbers, each in random order. Of a class of n rows n share are in the second part,
        rounded to a whole number, a half up: a class of one row is in one of them only.

    Raises
    ------
    ValueError
        If `share` is not between 0 and 1, or `y` is no list of labels, or one of them is NaN.

    Examples
    --------
    >>> y = np.array([0] * 8 + [1] * 4)
    >>> train, test = stratified_split(y, 0.25, np.random.default_rng(0))
    >>> np.bincount(y[train]), np.bincount(y[test])
    (array([6, 3]), array([2, 1]))
    """
    y = np.asarray(y)
    if y.ndim != 1 or not 0 < share < 1:
        raise ValueError(f"needs labels (N,) and 0 < share < 1, got {y.shape} and share={share}")
    if np.any(y != y):
        raise ValueError(f"a label is NaN, which is no class: got {np.sum(y != y)} of {len(y)}")
    parts = ([], [])
    order, counts = np.argsort(y, kind="stable"), np.unique(y, return_counts=True)[1]
    for rows in np.split(order, np.cumsum(counts)[:-1]):  # the rows of one class
        rows = generator(rng).permutation(rows)
        # round() takes a half to the even number; 0.7 * 45 is a little less than 31.5
        cut = len(rows) - math.floor(len(rows) * share + 0.5 + 1e-9)
        parts[0].append(rows[:cut])
        parts[1].append(rows[cut:])
    first, second = (np.concatenate([np.zeros(0, int), *part]) for part in parts)
    return generator(rng).permutation(first), rng.permutation(second)


def find_duplicates(A, B):
    """Return the numbers of the rows of A that stand in B too, rising.

    Parameters
    ----------
    A, B : array_like, shapes (N, D) and (M, D)
        Compared exactly; without NaN, which equals nothing.

    Returns
    -------
    ndarray of int

    Raises
    ------
    ValueError
        If the rows are of different lengths.

    Notes
    -----
    A test row that is in the training set measures memory. Copies that were scaled or compressed
    again escape an exact comparison.

    Examples
    --------
    >>> find_duplicates([[1, 2], [3, 4], [1, 2]], [[0, 0], [1, 2]])
    array([0, 2])
    """
    A, B = np.asarray(A), np.asarray(B)
    if A.ndim != 2 or B.ndim != 2 or A.shape[1] != B.shape[1]:
        raise ValueError(f"A (N, D) and B (M, D) do not fit: got {A.shape} and {B.shape}")
    known = {}  # row numbers by hash: the rows as Python's numbers would take 4 times B's memory
    for j, row in enumerate(B):
        known.setdefault(hash(tuple(row.tolist())), []).append(j)

    def known_row(row):  # compared as Python's numbers: 0.0 is -0.0, 1 is 1.0
        row = row.tolist()
        return any(B[j].tolist() == row for j in known.get(hash(tuple(row)), ()))

    return np.array([i for i, row in enumerate(A) if known_row(row)], int)
