"""Sampling for imbalanced classes: repeat, drop, invent or weigh rows (Lecture 17).

Resample the training set only, after it has been split off: a copy of a row in both parts lets the
model be tested on what it has seen.
"""

import numpy as np

from dlcourse.reference.arguments import floats, generator, in_own_order, quoted, whole_numbers
from dlcourse.reference.lengths import euclidean_norm


def _rows_and_counts(X, y):
    X, y = in_own_order(np.asarray(X)), in_own_order(np.asarray(y))
    if y.ndim != 1 or X.shape[:1] != y.shape or len(y) == 0:
        raise ValueError(f"X (N, ...) and y (N,) with N of 1 or more: got {X.shape}, {y.shape}")
    classes, counts = np.unique(y, return_counts=True)
    if np.any(classes != classes):
        raise ValueError(f"a label is NaN, which is no class: got {counts[-1]} of {len(y)}")
    return X, y, classes, counts


def random_oversample(X, y, rng):
    """Repeat rows of the smaller classes, drawn at random, until all are as large as the largest.

    Parameters
    ----------
    X : array_like, shape (N, ...)
    y : array_like of labels, shape (N,)
    rng : numpy.random.Generator

    Returns
    -------
    X, y
        The given rows first, in order, then the repeated ones. Shuffle before cutting batches.

    Raises
    ------
    ValueError
        If X and y have not as many rows, or none, or if a label is NaN.

    Examples
    --------
    >>> X, y = random_oversample([[1], [2], [3]], [0, 0, 1], np.random.default_rng(0))
    >>> X.ravel(), y
    (array([1, 2, 3, 3]), array([0, 0, 1, 1]))
    """
    X, y, classes, counts = _rows_and_counts(X, y)
    repeated = [
        generator(rng).choice(np.flatnonzero(y == label), counts.max() - count)
        for label, count in zip(classes, counts, strict=True)
    ]
    rows = np.concatenate([np.arange(len(y)), *repeated])
    return X[rows], y[rows]


def random_undersample(X, y, rng):
    """Keep as many rows of each class as the smallest has, drawn without repetition, in order.

    Arguments are those of `random_oversample`.

    Raises
    ------
    ValueError
        If X and y have not as many rows, or none, or if a label is NaN.

    Examples
    --------
    >>> X, y = random_undersample([[1], [2], [3]], [0, 0, 1], np.random.default_rng(0))
    >>> y
    array([0, 1])
    """
    X, y, classes, counts = _rows_and_counts(X, y)
    kept = [
        generator(rng).choice(np.flatnonzero(y == label), counts.min(), replace=False)
        for label in classes
    ]
    rows = np.sort(np.concatenate(kept))
    return X[rows], y[rows]


def smote(X_minority, n_new, k, rng):
    """Invent rows on the segments between a row and one of its `k` nearest others (Chawla 2002).

    Parameters
    ----------
    X_minority : array_like, shape (N, D)
        Rows of one class, two at least.
    n_new : int
    k : int
        Neighbours to choose from; with `k` >= N every other row is one.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n_new, D)
        The new rows only. Distances are Euclidean: bring features to one scale first. A copy of a
        row is its neighbour at distance 0, the row itself never is.

    Raises
    ------
    ValueError
        If X is not (N, D) with 2 rows or more or holds NaN or infinity, or if k is no whole number
        from 1, or n_new none from 0.

    Examples
    --------
    >>> new = smote([[0.0], [1.0]], n_new=3, k=1, rng=np.random.default_rng(0))
    >>> bool(((new > 0) & (new < 1)).all())
    True
    """
    X, (k,), (n_new,) = floats(X_minority), whole_numbers(k=k), whole_numbers(0, n_new=n_new)
    if X.ndim != 2 or len(X) < 2:
        raise ValueError(f"needs 2 rows (N, D) or more, got {X.shape}")
    if not np.isfinite(X).all():
        raise ValueError(f"rows that are not finite have no neighbours: got {quoted(X)}")
    nearest = _nearest(X, min(k, len(X) - 1))
    start = generator(rng).integers(len(X), size=n_new)
    end = nearest[start, rng.integers(nearest.shape[1], size=n_new)]
    how_far = rng.random((n_new, 1)).astype(X.dtype)
    return X[start] + how_far * (X[end] - X[start])


def _nearest(X, k, rows_at_once=256):
    """Indices (N, k) of the k rows nearest to each row, nearest first, itself left out.

    |a - b|^2 = |a|^2 - 2 a b + |b|^2 turns all distances into one matrix product; the difference of
    every pair of rows would take N N D numbers. In groups far apart little is left of it but
    rounding: so the product only says which rows are possible, and their differences decide. For a
    few rows at a time, so that memory grows with N, not with its square.
    """
    X = X.astype(np.float64)
    centred = np.ldexp(X, -np.frexp(np.abs(X).max(initial=0))[1])  # at most 1: squares fit
    centred -= centred.mean(axis=0)
    squares = (centred**2).sum(axis=1)
    rounding = 2 * (X.shape[1] + 4) * np.finfo(float).eps
    nearest = np.empty((len(X), k), np.intp)
    for start in range(0, len(X), rows_at_once):
        few = slice(start, start + rows_at_once)
        sums = squares[few, None] + squares
        distances = sums - 2 * centred[few] @ centred.T
        own = np.arange(len(distances))
        distances[own, start + own] = np.inf
        slack = rounding * sums
        enough = np.partition(distances + slack, k - 1, axis=1)[:, k - 1, None]
        for i, possible in enumerate(distances - slack <= enough, start):
            rows = np.flatnonzero(possible)
            exact = euclidean_norm(X[rows] - X[i], axis=1)
            nearest[i] = rows[np.argsort(exact, kind="stable")[:k]]
    return nearest


def class_weights(y):
    """Weigh each class by n / (K count), so that all K weigh the same in a sum over the rows.

    Parameters
    ----------
    y : array_like of integers from 0, shape (N,)

    Returns
    -------
    ndarray, shape (max(y) + 1,)
        A label without rows has weight 0 and does not count in K. scikit-learn calls these
        "balanced"; the mean weight over all rows is 1.

    Raises
    ------
    ValueError
        If y is not integers from 0, shape (N,).

    Examples
    --------
    >>> class_weights([0, 0, 0, 1])
    array([0.66666667, 2.        ])
    """
    y = np.asarray(y)
    if y.ndim != 1 or len(y) == 0 or y.dtype.kind not in "iu" or y.min() < 0:
        raise ValueError(f"y must hold integer labels from 0, shape (N,): got {quoted(y)}")
    counts = np.bincount(y)
    present = counts > 0
    return present * (len(y) / (present.sum() * np.maximum(counts, 1)))


def same_pairs(y, n, rng):
    """Draw pairs of rows, half within a class, half across two.

    Parameters
    ----------
    y : array_like of int, shape (N,)
        Labels: two classes at least, one of them with two rows at least.
    n : int
    rng : numpy.random.Generator

    Returns
    -------
    i, j : ndarray of int, shape (n,)
        Row numbers, i != j; a pair may come twice.
    same : ndarray of int, shape (n,)
        1 where the labels agree, on n // 2 pairs, else 0. In random order.

    Raises
    ------
    ValueError
        If there are no such pairs.

    Notes
    -----
    The labels of an auxiliary task that costs nothing: same or not. Lecture 16.

    Examples
    --------
    >>> y = np.array([0, 0, 1, 1])
    >>> i, j, same = same_pairs(y, 5, np.random.default_rng(0))
    >>> int(same.sum()), bool(np.all((y[i] == y[j]) == same))
    (2, True)
    """
    y = np.asarray(y)
    if y.ndim != 1 or y.dtype.kind not in ("iu" if y.size else "iuf") or n < 0:
        raise ValueError(f"y must hold integer labels (N,), n >= 0: got {y.dtype} {y.shape}, n={n}")
    classes, place, counts = np.unique(y, return_inverse=True, return_counts=True)
    by_class = np.argsort(place, kind="stable")  # the rows of a class stand side by side
    first, size = (np.cumsum(counts) - counts)[place[by_class]], counts[place[by_class]]
    own, alone = np.arange(len(y)), np.ones_like(size)
    parts = []
    for begin, end, gap, width, m in (
        (first, first + size, own, alone, n // 2),  # its class without itself
        (0 * first, 0 * first + len(y), first, size, n - n // 2),  # all without its class
    ):
        if m and not np.any(end - begin > width):
            raise ValueError(
                f"y of {len(y)} rows holds no such pair: labels {quoted(classes.tolist())}"
            )
        parts.append(_partners(begin, end, gap, width, m, rng))
    i, j = by_class[np.concatenate(parts, axis=1)[:, generator(rng).permutation(n)]]
    return i, j, (y[i] == y[j]).astype(int)


def _partners(begin, end, gap, width, m, rng):
    """Draw m pairs (2, m), all equally likely: row i, and one of begin[i] ... end[i] - 1.

    Without the width[i] numbers from gap[i] on. The pairs are counted row by row, not listed: of
    60,000 rows there are 3.6 billion.
    """
    ends = np.cumsum(end - begin - width)
    drawn = generator(rng).integers(ends[-1], size=m) if m else np.zeros(0, int)
    i = np.searchsorted(ends, drawn, side="right")
    j = end[i] - width[i] - (ends[i] - drawn)
    return np.stack([i, j + np.where(j >= gap[i], width[i], 0)])
