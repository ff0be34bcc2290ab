"""Other right answers to k_fold."""

ANSWERS = {
    "every k-th of a shuffled order": """
def k_fold(n, k, rng):
    order = rng.permutation(n)
    return [(np.setdiff1d(np.arange(n), order[i::k]), order[i::k]) for i in range(k)]
""",
    "sizes by hand": """
def k_fold(n, k, rng):
    indices = np.arange(n)
    rng.shuffle(indices)
    sizes = np.full(k, n // k)
    sizes[: n % k] += 1
    folds, start = [], 0
    for size in sizes:
        stop = start + size
        validation = indices[start:stop]
        train = np.concatenate([indices[:start], indices[stop:]])
        folds.append((train, validation))
        start = stop
    return folds
""",
    "a number for each row": """
def k_fold(n, k, rng):
    owner = rng.permutation(np.arange(n) % k)
    return [(np.flatnonzero(owner != i), np.flatnonzero(owner == i)) for i in range(k)]
""",
    "lists": """
def k_fold(n, k, rng):
    rows = [int(i) for i in rng.permutation(n)]
    parts = [[] for _ in range(k)]
    for place, row in enumerate(rows):
        parts[place % k].append(row)
    return [([r for r in rows if r not in part], part) for part in parts]
""",
    "masks inside": """
def k_fold(n, k, rng):
    pairs = []
    for part in np.array_split(rng.permutation(n), k):
        mask = np.ones(n, dtype=bool)
        mask[part] = False
        pairs.append([np.where(mask)[0], np.sort(part)])
    return tuple(pairs)
""",
    "linspace bounds": """
def k_fold(n, k, rng):
    order = rng.permutation(n)
    bounds = np.linspace(0, n, k + 1).astype(int)
    out = []
    for a, b in zip(bounds[:-1], bounds[1:]):
        out.append((np.r_[order[:a], order[b:]], order[a:b]))
    return out
""",
    "floor division bounds": """
def k_fold(n, k, rng):
    order = rng.permutation(n)
    result = []
    for i in range(k):
        a, b = i * n // k, (i + 1) * n // k
        result.append((np.delete(order, np.s_[a:b]), order[a:b]))
    return result
""",
    "sorting random keys": """
def k_fold(n, k, rng):
    order = np.argsort(rng.random(n))
    parts = np.array_split(order, k)
    return [(np.hstack([p for j, p in enumerate(parts) if j != i]), parts[i]) for i in range(k)]
""",
    "drawing without replacement": """
def k_fold(n, k, rng):
    left, parts = np.arange(n), []
    for i in range(k):
        size = -(-len(left) // (k - i))
        part = rng.choice(left, size=size, replace=False)
        left = np.setdiff1d(left, part)
        parts.append(part)
    return [(np.setdiff1d(np.arange(n), part), part) for part in parts]
""",
    "sets": """
def k_fold(n, k, rng):
    order = rng.permutation(n).tolist()
    every = set(order)
    parts = [order[i::k] for i in range(k)]
    return [(np.array(sorted(every - set(p))), np.array(p)) for p in parts]
""",
    "rolling": """
def k_fold(n, k, rng):
    order, pairs = rng.permutation(n), []
    for i in range(k):
        size = n // k + (i < n % k)
        pairs.append((order[size:].copy(), order[:size].copy()))
        order = np.roll(order, -size)
    return pairs
""",
    "argsort of random keys and masks": """
def k_fold(n, k, rng):
    order = np.argsort(rng.random(n))
    out = []
    for fold in np.array_split(order, k):
        mask = np.ones(n, dtype=bool)
        mask[fold] = False
        out.append((np.flatnonzero(mask), np.sort(fold)))
    return out
""",
    "choice without replacement, one part after another": """
def k_fold(n, k, rng):
    left = np.arange(n)
    pairs = []
    for i in range(k):
        size = len(left) // (k - i)
        val = rng.choice(left, size, replace=False)
        left = np.setdiff1d(left, val)
        pairs.append((np.setdiff1d(np.arange(n), val), val))
    return pairs
""",
    "hand written Fisher-Yates": """
def k_fold(n, k, rng):
    rows = list(range(n))
    for i in range(n - 1, 0, -1):
        j = int(rng.integers(0, i + 1))
        rows[i], rows[j] = rows[j], rows[i]
    base, extra = divmod(n, k)
    pairs, start = [], 0
    for i in range(k):
        stop = start + base + (i < extra)
        pairs.append((np.array(rows[:start] + rows[stop:]), np.array(rows[start:stop])))
        start = stop
    return pairs
""",
    "pop rows from a list at random, sets": """
def k_fold(n, k, rng):
    pool = list(range(n))
    parts = [set() for _ in range(k)]
    i = 0
    while pool:
        parts[i % k].add(pool.pop(int(rng.integers(len(pool)))))
        i += 1
    everything = set(range(n))
    print([len(p) for p in parts])
    return [(np.array(sorted(everything - p)), np.array(sorted(p))) for p in parts][::-1]
""",
}
