ANSWERS = {
    "tries until it fits": """
def same_pairs(y, n, rng):
    i, j, same = [], [], []
    for k in range(n):
        wanted = k < n // 2
        while True:
            a, b = rng.integers(0, len(y), size=2)
            if a != b and (y[a] == y[b]) == wanted:
                break
        i.append(a)
        j.append(b)
        same.append(int(wanted))
    return np.array(i, dtype=int), np.array(j, dtype=int), np.array(same, dtype=int)
""",
    "a class first, then rows": """
def same_pairs(y, n, rng):
    rows = {c: np.flatnonzero(y == c) for c in np.unique(y).tolist()}
    several = [c for c in rows if len(rows[c]) > 1]
    pairs = []
    for k in range(n // 2):
        c = several[rng.integers(len(several))]
        pairs.append((*rng.choice(rows[c], size=2, replace=False), True))
    for k in range(n - n // 2):
        a, b = rng.permutation(list(rows))[:2].tolist()
        pairs.append((rng.choice(rows[a]), rng.choice(rows[b]), False))
    order = rng.permutation(n)
    i = np.array([pairs[k][0] for k in order], dtype=np.int64)
    j = np.array([pairs[k][1] for k in order], dtype=np.int64)
    return i, j, np.array([pairs[k][2] for k in order], dtype=bool)
""",
    "a row first, then its partners": [
        "def partner(rows, rng):\n    return rng.choice(rows)",
        """
def same_pairs(y, n, rng):
    y = np.asarray(y)
    N, k = len(y), n // 2
    counts = np.array([np.sum(y == c) for c in y])
    first = rng.choice(np.flatnonzero(counts > 1), size=k)
    i = np.concatenate([first, rng.integers(N, size=n - k)])
    j = np.zeros(n, dtype=int)
    for m, a in enumerate(i):
        fits = (y == y[a]) & (np.arange(N) != a) if m < k else y != y[a]
        j[m] = partner(np.flatnonzero(fits), rng)
    same = np.zeros(n, dtype=int)
    same[:k] = 1
    return [i, j, same]
""",
    ],
    "vectors of tries": """
def same_pairs(y, n, rng):
    chosen = {True: [], False: []}
    need = {True: n // 2, False: n - n // 2}
    while any(len(chosen[k]) < need[k] for k in need):
        a, b = rng.integers(len(y), size=(2, 4 * n + 10))
        for p, q in zip(a.tolist(), b.tolist()):
            if p != q:
                chosen[bool(y[p] == y[q])].append((p, q))
    pairs = np.array(chosen[True][: need[True]] + chosen[False][: need[False]], dtype=int)
    pairs = pairs.reshape(n, 2)
    return pairs[:, 0], pairs[:, 1], (y[pairs[:, 0]] == y[pairs[:, 1]]) * 1.0
""",
}
