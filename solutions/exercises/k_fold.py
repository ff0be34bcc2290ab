import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Every row is validated once
#
# Cut the row numbers 0 to `n` - 1 at random into `k` parts, $2 \le k \le n$, whose sizes differ by
# 1 at most. Return a list of `k` pairs `(train, validation)` of index arrays: in each pair another
# part is the validation set, and `train` holds all other rows, each once. The order of the pairs,
# and of the numbers in an array, is yours; which rows come together is decided by chance, each
# way of cutting as likely as any other. All randomness comes from `rng`.

# %% [markdown] tags=["hint"]
# Print the pairs for n = 7 and k = 3: which sizes have the validation parts, in how many of them is
# each row, and which rows does each `train` lack?


# %% tags=["solution"] minutes=10
def k_fold(n, k, rng):
    """Return a list of k pairs (train, validation) of index arrays."""
    parts = np.array_split(rng.permutation(n), k)
    return [(np.concatenate(parts[:i] + parts[i + 1 :]), parts[i]) for i in range(k)]


# %% tags=["probe"]
def collect(fn, case):
    n, k, seed, more = case
    first = fn(n, k, np.random.default_rng(seed))
    if not isinstance(first, list | tuple):
        return first
    runs = [fn(n, k, np.random.default_rng(seed + s)) for s in (0, *range(1, more))]
    return {"runs": [first, *runs]}


def judge(case, raw):
    n, k, *_ = case
    assert isinstance(raw, dict), f"a list of {k} pairs of index arrays"
    first, again, *others = raw["runs"]
    if len(first) != k:
        return {"pairs in the list": (str(len(first)), str(k))}
    for pair in first:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return {"an entry of the list": ("no pair", "a pair (train, validation)")}
        for rows in map(np.asarray, pair):
            if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
                due = "an array of row numbers, with one axis"
                return {"a part": (f"an array of {rows.dtype}, shape {rows.shape}", due)}
    train, parts = ([np.asarray(pair[i], int) for pair in first] for i in (0, 1))
    every, sizes = np.concatenate(parts), [len(part) for part in parts]
    numbers = {
        "row numbers below 0 or above n - 1": (
            np.count_nonzero((every < 0) | (every >= n)),
            None,
            0,
        ),
        "rows that are never validated": (len(np.setdiff1d(np.arange(n), every)), None, 0),
        "rows that are validated more than once": (len(every) - len(np.unique(every)), None, 0),
        "rows in train and in validation": (
            sum(len(np.intersect1d(t, p)) for t, p in zip(train, parts, strict=True)),
            None,
            0,
        ),
        "rows in neither": (
            sum(n - len(np.union1d(t, p)) for t, p in zip(train, parts, strict=True)),
            None,
            0,
        ),
        "rows twice in train": (sum(len(t) - len(np.unique(t)) for t in train), None, 0),
        "largest part less smallest": (max(sizes) - min(sizes), None, 1),
    }
    if any(value > high for value, _, high in numbers.values()):
        return numbers
    return numbers | by_chance([first, *others], again, n, k)


def by_chance(runs, again, n, k):
    """Whether chance decides which rows come together."""
    owners = []
    for run in runs:
        owner = np.full(n, -1)
        for place, (_, part) in enumerate(run):
            owner[np.asarray(part, int)] = place
        owners.append(owner)
    told = {}
    if n >= 30:
        # in how many runs two neighbours, or two rows k apart, share a part; two rows of n do
        # with probability sum m (m - 1) / (n (n - 1)) over the sizes m. Pairs hardly depend on
        # each other: 8 standard deviations
        for name, away in [("neighbours", 1), ("rows that are k apart", k)]:
            together = np.mean([owner[away:] == owner[:-away] for owner in owners])
            sizes = [len(part) for _, part in runs[0]]
            due = sum(m * (m - 1) for m in sizes) / (n * (n - 1))
            slack = 8 * np.sqrt(due * (1 - due) / (len(owners) * (n - away)))
            told[f"share of {name} in one part"] = (together, due - slack, due + slack)
    alike = [
        sorted(sorted(np.asarray(part).tolist()) for _, part in run)
        for run in (runs[0], again, runs[-1])
    ]
    return told | {
        "same seed, same parts": (alike[0] == alike[1], True),
        "other seed, same parts": (alike[0] == alike[2], k == n),
    }


def call(case):
    return "k_fold({}, {}, np.random.default_rng({}))", *case[:3]


# %% tags=["cases"]
def visible():
    yield 60, 3, 7, 20
    yield 23, 5, 8, 2  # 2e12 ways of cutting
    yield 4, 4, 9, 2


def hidden(rng):
    for n, k, more in [(60, 4, 30), (45, 2, 30), (62, 10, 30), (31, 6, 12), (20, 20, 2)]:
        yield n, k, int(rng.integers(1000, 10**6)), more


# %% tags=["mistakes"]
def pairs(parts):
    """The pairs that belong to parts."""
    return [(np.concatenate([*parts[:i], *parts[i + 1 :]]), part) for i, part in enumerate(parts)]


@mistake("Each part holds neighbours, in the order given: cut at random.")
def does_not_shuffle(n, k, rng):
    return pairs(np.array_split(np.arange(n), k))


@mistake("Every k-th row is in one part, whatever the seed: cut at random.")
def takes_every_kth_row(n, k, rng):
    return pairs([np.arange(i, n, k) for i in range(k)])


@mistake("Some rows are never validated: where do those go that are left over after n // k each?")
def drops_the_rest(n, k, rng):
    order = rng.permutation(n)
    m = n // k
    parts = [order[i * m : (i + 1) * m] for i in range(k)]
    return pairs([*parts[:-1], parts[-1]])


@mistake("One part is larger than another by more than 1: the rest is spread over several parts.")
def last_part_takes_the_rest(n, k, rng):
    order = rng.permutation(n)
    m = n // k
    return pairs([*(order[i * m : (i + 1) * m] for i in range(k - 1)), order[(k - 1) * m :]])


@mistake("Rows are in train and in validation at once: train holds the others alone.")
def trains_on_all_rows(n, k, rng):
    order = rng.permutation(n)
    return [(order, part) for part in np.array_split(order, k)]


@mistake("The two of each pair are the other way round: train comes first.")
def swaps_the_pair(n, k, rng):
    return [(part, rest) for rest, part in k_fold(n, k, rng)]


@mistake("Rows are validated more than once, others never: cut one order, once.")
def draws_each_part_anew(n, k, rng):
    return [(rows[n // k :], rows[: n // k]) for rows in (rng.permutation(n) for _ in range(k))]


@mistake("The same seed gave other parts: take all randomness from rng.")
def uses_global_randomness(n, k, rng):
    return k_fold(n, k, np.random.default_rng())


@mistake("Every seed gives the same parts: the rng that you are given should decide.")
def fixes_the_seed(n, k, rng):
    return k_fold(n, k, np.random.default_rng(0))
