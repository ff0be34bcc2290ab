ANSWERS = {
    "a row at a time": """
def smote(X_minority, n_new, k, rng):
    new = np.zeros((n_new, X_minority.shape[1]))
    for m in range(n_new):
        i = int(rng.integers(len(X_minority)))
        distances = np.sum((X_minority - X_minority[i]) ** 2, axis=1)
        order = [j for j in np.argsort(distances) if j != i][:k]
        j = order[int(rng.integers(len(order)))]
        new[m] = X_minority[i] + rng.uniform() * (X_minority[j] - X_minority[i])
    return new
""",
    "the first of the sorted is the row itself": """
def smote(X_minority, n_new, k, rng):
    X = X_minority
    gaps = np.linalg.norm(X[:, None] - X[None], axis=2)
    neighbours = np.argsort(gaps, axis=1)[:, 1 : k + 1]
    rows = rng.choice(len(X), n_new)
    picked = rng.choice(neighbours.shape[1], n_new)
    u = rng.uniform(0, 1, n_new)[:, None]
    return (1 - u) * X[rows] + u * X[neighbours[rows, picked]]
""",
    "lists of rows": """
def smote(X_minority, n_new, k, rng):
    n = len(X_minority)
    rows = []
    while len(rows) < n_new:
        i = rng.integers(n)
        others = sorted(
            (j for j in range(n) if j != i),
            key=lambda j: float(np.linalg.norm(X_minority[i] - X_minority[j])),
        )
        j = rng.choice(others[: min(k, n - 1)])
        share = rng.random()
        rows.append(X_minority[i] * (1 - share) + X_minority[j] * share)
    return np.array(rows).reshape(n_new, X_minority.shape[1])
""",
    "all ways listed first": """
def smote(X_minority, n_new, k, rng):
    X = X_minority
    far = ((X[:, None] - X) ** 2).sum(-1) + np.diag(np.full(len(X), np.inf))
    k = min(k, len(X) - 1)
    ends = np.argpartition(far, k - 1, axis=1)[:, :k]
    ways = np.array([(i, j) for i in range(len(X)) for j in ends[i]])
    drawn = ways[rng.integers(len(ways), size=n_new)]
    return X[drawn[:, 0]] + rng.random((n_new, 1)) * (X[drawn[:, 1]] - X[drawn[:, 0]])
""",
    "from the neighbour back": """
def smote(X_minority, n_new, k, rng):
    gaps = np.sqrt(((X_minority[:, None] - X_minority[None]) ** 2).sum(2))
    gaps[np.eye(len(gaps), dtype=bool)] = np.inf
    closest = np.argsort(gaps)[:, : min(k, len(gaps) - 1)]
    i = rng.integers(0, len(gaps), n_new)
    j = closest[i, rng.integers(0, closest.shape[1], n_new)]
    a, b = X_minority[i], X_minority[j]
    return b + (a - b) * rng.random(n_new)[:, np.newaxis]
""",
}
