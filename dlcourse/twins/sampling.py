"""Sampling on tensors: the functions of `dlcourse.reference.sampling`.

Same contracts; `rng` is a `torch.Generator` on the device of the rows.
"""

import torch

from dlcourse.twins.arguments import fit, in_float32


def random_oversample(X, y, rng):
    """Repeat rows of the smaller classes until all are as large as the largest."""
    fit("X (N+, ...), y (N)", X, y)
    classes, counts = torch.unique(y, return_counts=True)
    rows = [torch.arange(len(y), device=y.device)]
    for label, count in zip(classes, counts, strict=True):
        own = torch.nonzero(y == label)[:, 0]
        size = (int(counts.max() - count),)
        rows.append(own[torch.randint(len(own), size, generator=rng, device=y.device)])
    rows = torch.cat(rows)
    return X[rows], y[rows]


def random_undersample(X, y, rng):
    """Keep as many rows of each class as the smallest has, without repetition, in order."""
    fit("X (N+, ...), y (N)", X, y)
    classes, counts = torch.unique(y, return_counts=True)
    rows = []
    for label in classes:
        own = torch.nonzero(y == label)[:, 0]
        order = torch.randperm(len(own), generator=rng, device=y.device)
        rows.append(own[order[: int(counts.min())]])
    rows = torch.sort(torch.cat(rows)).values
    return X[rows], y[rows]


def smote(X_minority, n_new, k, rng):
    """Invent rows on the segments between a row and one of its `k` nearest others."""
    X = X_minority
    if X.ndim != 2 or len(X) < 2 or k < 1 or n_new < 0:
        raise ValueError(
            f"needs 2 rows (N, D) or more, k >= 1, n_new >= 0: got {tuple(X.shape)}, k={k}, "
            f"n_new={n_new}"
        )
    nearest = _nearest(X, min(k, len(X) - 1))

    def draw(below):
        return torch.randint(below, (n_new,), generator=rng, device=X.device)

    start = draw(len(X))
    end = nearest[start, draw(nearest.shape[1])]
    how_far = torch.rand((n_new, 1), generator=rng, device=X.device, dtype=X.dtype)
    return X[start] + how_far * (X[end] - X[start])


def _nearest(X, k, rows_at_once=256):
    """Indices (N, k) of the k rows nearest to each row, a few rows at a time."""
    nearest = []
    X = in_float32(X)  # distances need the range and the digits
    X = X / X.abs().amax().clamp(min=torch.finfo(X.dtype).tiny)  # no square overflows
    for start in range(0, len(X), rows_at_once):
        few = X[start : start + rows_at_once]
        distances = torch.cdist(few, X, compute_mode="donot_use_mm_for_euclid_dist")
        distances.diagonal(start).fill_(torch.inf)  # a row is not its own neighbour
        nearest.append(torch.argsort(distances, dim=1, stable=True)[:, :k])
    return torch.cat(nearest)


def class_weights(y):
    """Weigh each class by n / (K count); a label without rows has weight 0.

    In torch's default dtype, as the `weight` of a loss has to be.
    """
    fit("y (N+)", y)
    if y.is_floating_point() or (y.device.type == "cpu" and y.min() < 0):
        raise ValueError(f"y must hold integer labels from 0, shape (N,): got {y.dtype}")
    counts = torch.bincount(y)
    present = counts > 0
    return present * (len(y) / (present.sum() * counts.clamp(min=1)))


def same_pairs(y, n, rng):
    """Draw pairs of rows, half of one class and half of two: (i, j, same)."""
    if y.ndim != 1 or y.is_floating_point() or n < 0:
        raise ValueError(
            f"y must hold integer labels (N,), n >= 0: got {y.dtype} {tuple(y.shape)}, n={n}"
        )
    _, place, counts = torch.unique(y, return_inverse=True, return_counts=True)
    by_class = torch.argsort(place, stable=True)  # the rows of a class stand side by side
    first, size = ((counts.cumsum(0) - counts)[place[by_class]], counts[place[by_class]])
    own, alone = torch.arange(len(y), device=y.device), torch.ones_like(size)
    parts = [
        _partners(first, first + size, own, alone, n // 2, rng),  # its class without itself
        _partners(0 * first, 0 * first + len(y), first, size, n - n // 2, rng),  # without its class
    ]
    order = torch.randperm(n, generator=rng, device=y.device)
    i, j = by_class[torch.cat(parts, dim=1)[:, order]]
    return i, j, (y[i] == y[j]).long()


def _partners(begin, end, gap, width, m, rng):
    """Draw m pairs (2, m), all equally likely: row i, and one of begin[i] ... end[i] - 1.

    Without the width[i] numbers from gap[i] on. The pairs are counted row by row, not listed.
    """
    ends = (end - begin - width).cumsum(0)
    if m == 0:
        return torch.zeros(2, 0, dtype=torch.long, device=ends.device)
    if len(ends) == 0 or ends[-1] == 0:
        raise ValueError(f"y of {len(ends)} rows holds no such pair")
    drawn = torch.randint(int(ends[-1]), (m,), generator=rng, device=ends.device)
    i = torch.searchsorted(ends, drawn, right=True)
    j = end[i] - width[i] - (ends[i] - drawn)
    return torch.stack([i, j + torch.where(j >= gap[i], width[i], 0)])
