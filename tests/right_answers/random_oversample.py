ANSWERS = {
    "class by class, rows and labels apart": """
def random_oversample(X, y, rng):
    largest = max(np.sum(y == k) for k in np.unique(y))
    Xs, ys = [X], [y]
    for k in np.unique(y):
        own = X[y == k]
        missing = largest - len(own)
        Xs.append(own[rng.integers(0, len(own), size=missing)])
        ys.append(np.full(missing, k))
    return np.concatenate(Xs), np.concatenate(ys)
""",
    "one copy at a time": """
def random_oversample(X, y, rng):
    rows = list(range(len(y)))
    counts = {int(k): int((y == k).sum()) for k in np.unique(y)}
    most = max(counts.values())
    for k, n in counts.items():
        own = [i for i in range(len(y)) if y[i] == k]
        for _ in range(most - n):
            rows.append(own[int(rng.integers(len(own)))])
    return X[rows], y[rows]
""",
    "shuffled at the end, a list": """
def random_oversample(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    rows = np.concatenate(
        [
            np.append(np.flatnonzero(y == k), rng.choice(np.flatnonzero(y == k), counts.max() - n))
            for k, n in zip(classes, counts)
        ]
    )
    rows = rng.permutation(rows)
    return [X[rows], y[rows]]
""",
    "counts from a multinomial": """
def random_oversample(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    times = np.ones(len(y), int)
    for k, n in zip(classes, counts):
        times[y == k] += rng.multinomial(counts.max() - n, np.full(n, 1 / n))
    return np.repeat(X, times, axis=0), np.repeat(y, times)
""",
    "vstack and hstack, uniform numbers": """
def random_oversample(X, y, rng):
    size = np.bincount(y - y.min()).max()
    for k in sorted(set(y.tolist())):
        own = np.flatnonzero(y == k)
        if len(own) < size:
            more = own[(rng.random(size - len(own)) * len(own)).astype(int)]
            X, y = np.vstack([X, X[more]]), np.hstack([y, y[more]])
    return X, y
""",
}
