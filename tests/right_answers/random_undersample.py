ANSWERS = {
    "a permutation, cut": """
def random_undersample(X, y, rng):
    smallest = min(np.sum(y == k) for k in np.unique(y))
    rows = [rng.permutation(np.flatnonzero(y == k))[:smallest] for k in np.unique(y)]
    rows = np.sort(np.concatenate(rows))
    return X[rows], y[rows]
""",
    "one walk through shuffled rows": """
def random_undersample(X, y, rng):
    counts = {int(k): int((y == k).sum()) for k in np.unique(y)}
    left = dict.fromkeys(counts, min(counts.values()))
    rows = []
    for i in rng.permutation(len(y)):
        if left[int(y[i])] > 0:
            left[int(y[i])] -= 1
            rows.append(i)
    return X[rows], y[rows]
""",
    "the smallest random numbers of each class, a list": """
def random_undersample(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    draws = rng.random(len(y))
    keep = np.zeros(len(y), dtype=bool)
    for k in classes:
        own = np.flatnonzero(y == k)
        keep[own[np.argsort(draws[own])[: counts.min()]]] = True
    return [X[keep], y[keep]]
""",
    "rows leave one at a time": """
def random_undersample(X, y, rng):
    rows = list(range(len(y)))
    least = min(list(y).count(k) for k in y)
    for k in np.unique(y):
        own = [i for i in rows if y[i] == k]
        while len(own) > least:
            rows.remove(own.pop(int(rng.integers(len(own)))))
    return X[rows], y[rows]
""",
    "rng.shuffle, rows and labels apart": """
def random_undersample(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    parts, labels = [], []
    for k in classes:
        own = X[y == k].copy()
        rng.shuffle(own)
        parts.append(own[: counts.min()])
        labels += [k] * counts.min()
    return np.concatenate(parts), np.array(labels)
""",
}
