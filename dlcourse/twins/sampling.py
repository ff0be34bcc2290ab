"""Sampling on tensors: the functions of `dlcourse.reference.sampling`.

Same contracts; `rng` is a `torch.Generator` on the device of the rows.
"""

import torch


def random_oversample(X, y, rng):
    """Repeat rows of the smaller classes until all are as large as the largest."""
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
    counts = torch.bincount(y)
    present = counts > 0
    return present * (len(y) / (present.sum() * counts.clamp(min=1)))


def same_pairs(y, n, rng):
    """Draw pairs of rows, half of one class and half of two: (i, j, same)."""
    equal = (y[:, None] == y).fill_diagonal_(False)
    parts = []
    for table, size in ((equal, n // 2), (y[:, None] != y, n - n // 2)):
        places = torch.nonzero(table)  # every pair of its kind, equally likely
        drawn = torch.randint(max(1, len(places)), (size,), generator=rng, device=y.device)
        parts.append(places[drawn])
    order = torch.randperm(n, generator=rng, device=y.device)
    i, j = torch.cat(parts)[order].T
    return i, j, (y[i] == y[j]).long()
