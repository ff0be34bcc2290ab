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
        return {"odd": first} if isinstance(first, dict) else first
    runs = [fn(n, k, np.random.default_rng(seed + s)) for s in (0, *range(1, more))]
    return {"runs": [first], "more": [packed(run, k) for run in runs]}


def packed(run, k):
    """A run's row numbers one after the other and their lengths: far shorter than 2 k arrays."""
    try:
        rows = [np.asarray(rows) for pair in run for rows in pair]
        kinds = {(part.ndim, part.dtype) for part in rows}
    except (TypeError, ValueError):
        return run
    if len(run) != k or len(rows) != 2 * k or len(kinds) > 1 or rows[0].ndim != 1:
        return run
    return {"rows": np.concatenate(rows), "lengths": np.array([len(part) for part in rows])}


def unpacked(run):
    """The pairs of a run, whether it was packed or not."""
    if not isinstance(run, dict):
        return run
    rows = np.split(run["rows"], np.cumsum(run["lengths"])[:-1])
    return list(zip(rows[::2], rows[1::2], strict=True))


def judge(case, raw):
    n, k, _, more = case
    if not isinstance(raw, dict) or "odd" in raw:
        return {"result": (kind(raw), f"a list of {k} pairs of index arrays")}
    (first,), (again, *others) = raw["runs"], map(unpacked, raw["more"])
    if len(first) != k:
        off = str(len(first) - k) if abs(len(first) - k) < 3 else "others"
        one_or_two = str(len(first)) if len(first) < 3 else "more"
        return {
            "pairs in the list": (len(first), k, k),
            "pairs too many, and all of them": (f"{off}, {one_or_two}", "0"),
        }
    for pair in first:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            return {"an entry of the list": (kind(pair), "a pair (train, validation)")}
        for name, rows in zip(["train", "validation"], pair, strict=True):
            if kind(rows) != "row numbers":
                return {name: (kind(rows), "an array of row numbers, with one axis")}
    counted = len(others) == more - 1 and all(len(run) == k for run in (again, *others))
    assert counted, f"a list of {k} pairs of index arrays, for every seed"
    if more >= 400:
        return by_many_chances([again, *others], n)
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
        "pairs of twice the same rows": (
            sum(np.array_equal(*map(np.sort, pair)) for pair in zip(train, parts, strict=True)),
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
        "pairs without a row in train": (sum(len(t) == 0 for t in train), None, 0),
    }
    if numbers["rows that are never validated"][0] in range(1, k):
        numbers.pop("largest part less smallest")  # which part a forgotten row was in is chance
    if any(value > high for value, _, high in numbers.values()):
        return numbers | odd_sizes(sorted(sizes))
    return numbers | by_chance([first, *others], again, n, k)


def odd_sizes(sizes):
    """Which part has another size than the others, to tell two mistakes apart."""
    one = len(set(sizes[:-1])) == 1 or len(set(sizes[1:])) == 1
    if len(sizes) < 3 or not one or sizes[-1] - sizes[0] < 2:
        return {}
    return {"the part of another size": ("larger" if sizes[0] == sizes[1] else "smaller", "none")}


def kind(value):
    """A result, or a part of it, in words that are ours."""
    if isinstance(value, list | tuple) and not value:
        return "row numbers"
    if isinstance(value, list | tuple):
        inside = {np.ndim(v) if not isinstance(v, list | tuple) else 1 for v in value}
        if inside != {0}:
            return f"a {type(value).__name__} of several"
        value = np.asarray(value)
    if not isinstance(value, np.ndarray):
        if isinstance(value, int | float):
            return "a number"
        known = {"None": "None", "<generator>": "a generator"}
        return known.get(repr(value), "something else")
    if value.ndim != 1:
        return f"an array with {value.ndim} axes"
    kinds = dict.fromkeys("iu", "row numbers") | {"b": "True and False", "f": "decimals"}
    return "row numbers" if not value.size else kinds.get(value.dtype.kind, "something else")


def by_many_chances(runs, n):
    """Whether all ways to cut a few rows come, over so many runs that each pair of rows counts."""
    shares, every = np.zeros((n, n)), np.arange(n)
    for run in runs:
        run = [[np.asarray(rows, int) for rows in pair] for pair in run]
        sizes = [len(part) for _, part in run]
        got = [np.concatenate(rows) for rows in [[part for _, part in run], *run]]
        cut = all(np.array_equal(np.sort(rows), every) for rows in got)
        if not cut or max(sizes) - min(sizes) > 1:
            return {"each run cuts all rows into even parts": (False, True)}
        for _, part in run:
            shares[np.ix_(part, part)] += 1 / len(runs)
    # by Chernoff's bound one of 28 pairs is farther off than 8 standard deviations with
    # probability 2e-11 (n = 8, k = 3)
    due = sum(m * (m - 1) for m in sizes) / (n * (n - 1))
    slack = 8 * np.sqrt(due * (1 - due) / len(runs))
    each = shares[np.triu_indices(n, 1)]
    told = {
        f"share of the {which} two rows in one part": (share, due - slack, due + slack)
        for which, share in [("rarest", each.min()), ("most frequent", each.max())]
    }
    if n <= 3 or any(not low <= share <= high for share, low, high in told.values()):
        return told  # what more can be said is chance
    return told | {"pairs of rows in one part, chi squared": uneven(shares, due, sizes, len(runs))}


def uneven(shares, due, sizes, runs):
    """Chi squared of the pairs, but for what their rows explain, over its degrees of freedom.

    For 20 of them (n = 8) it is above 6 with probability exp(-10 (6 - 1 - ln 6)), 1e-14, at most.
    Draws by chance came to 2 at most in 60 tries; where each half of the rows is dealt out on its
    own, it is 12.
    """
    n, sizes = len(shares), np.array(sizes)
    off = np.where(np.eye(n, dtype=bool), 0, shares - due)
    rows = off.sum(axis=1) / (n - 2)
    both = np.where(np.eye(n, dtype=bool), 0, off - rows[:, None] - rows)
    # chances that three given rows are in one part, and that two and two are
    twos = sizes * (sizes - 1)
    three = (twos * (sizes - 2)).sum() / (n * (n - 1) * (n - 2))
    four = (twos * (sizes - 2) * (sizes - 3)).sum() + twos.sum() ** 2 - (twos**2).sum()
    four = four / (n * (n - 1) * (n - 2) * (n - 3))
    chi = np.sum(both**2) / 2 / (due - 2 * three + four) * runs
    return chi / (n * (n - 3) / 2), None, 6.0


def by_chance(runs, again, n, k):
    """Whether chance decides which rows come together."""
    owners = []
    for run in runs:
        owner = np.full(n, -1)
        for place, (_, part) in enumerate(run):
            owner[np.asarray(part, int)] = place
        owners.append(owner)
    first, *others = (
        sorted(sorted(np.asarray(part).tolist()) for _, part in run) for run in (*runs, again)
    )
    told = {
        "same seed, same parts": (others.pop() == first, True),
        "other seed, same parts": (all(parts == first for parts in others), k == n),
    }
    if n >= 30:
        together = sum(owner[:, None] == owner for owner in owners)
        always = np.count_nonzero(together == len(owners)) - n
        # two rows share a part in all 40 runs with probability 2^-40 at most, and there are fewer
        # than 2000 pairs of rows
        told["rows that share a part with the same row whatever the seed"] = always, None, 0
        # in how many runs two neighbours, or two rows k apart, share a part; two rows of n do
        # with probability sum m (m - 1) / (n (n - 1)) over the sizes m. Pairs hardly depend on
        # each other: 8 standard deviations
        for name, away in [("neighbours", 1), ("rows that are k apart", k)]:
            together = np.mean([owner[away:] == owner[:-away] for owner in owners])
            sizes = [len(part) for _, part in runs[0]]
            due = sum(m * (m - 1) for m in sizes) / (n * (n - 1))
            slack = 8 * np.sqrt(due * (1 - due) / (len(owners) * (n - away)))
            told[f"share of {name} in one part"] = (together, due - slack, due + slack)
    return told


def call(case):
    return "k_fold({}, {}, np.random.default_rng({}))", *case[:3]


# %% tags=["cases"]
def visible():
    yield 60, 3, 7, 40
    yield 23, 5, 4, 2  # 2e12 ways of cutting
    yield 9, 9, 9, 2
    yield 3, 2, 11, 400


def hidden(rng):
    for n, k, more in [(60, 4, 40), (45, 2, 40), (62, 10, 40), (31, 6, 40), (20, 20, 2)]:
        yield n, k, int(rng.integers(1000, 10**6)), more
    for n, k in [(8, 3), (3, 2)]:
        yield n, k, int(rng.integers(1000, 10**6)), 400


# %% tags=["mistakes"]
def pairs(parts):
    """The pairs that belong to parts."""
    others = [[*parts[:i], *parts[i + 1 :]] for i in range(len(parts))]
    return [(np.concatenate(o), part) for o, part in zip(others, parts, strict=True)]


def cutting(cut):
    """The solution with another way to cut the shuffled order."""
    return lambda n, k, rng: pairs(cut(rng.permutation(n), n, k))


def with_pairs(change):
    """The solution with its pairs changed."""
    return lambda n, k, rng: change(k_fold(n, k, rng))


does_not_shuffle = mistake("Each part holds neighbours, whatever the seed: cut at random.")(
    lambda n, k, rng: pairs(np.array_split(np.arange(n), k))
)
does_not_shuffle_and_drops_the_rest = mistake(
    "Each part holds neighbours, whatever the seed; and where do the rows go that are left over?"
)(
    lambda n, k, rng: (
        lambda order, m: [
            (np.setdiff1d(order, order[i * m : (i + 1) * m]), order[i * m : (i + 1) * m])
            for i in range(k)
        ]
    )(np.arange(n), n // k)
)
takes_every_kth_row = mistake("Every k-th row is in one part, whatever the seed: cut at random.")(
    lambda n, k, rng: pairs([np.arange(i, n, k) for i in range(k)])
)
drops_the_rest = mistake(
    "Some rows are never validated: where do those go that are left over after n // k each?"
)(
    lambda n, k, rng: (
        lambda order, m: [
            (np.setdiff1d(order, order[i * m : (i + 1) * m]), order[i * m : (i + 1) * m])
            for i in range(k)
        ]
    )(rng.permutation(n), n // k)
)
loses_the_rest = mistake(
    "Some rows are in no pair at all: where do those go that are left over after n // k each?"
)(cutting(lambda order, n, k: np.split(order[: n // k * k], k)))
last_part_takes_the_rest = mistake(
    "One part is larger than another by more than 1: spread the rest over several parts."
)(
    cutting(
        lambda order, n, k: [
            *np.split(order[: n // k * (k - 1)], k - 1),
            order[n // k * (k - 1) :],
        ]
    )
)
last_part_gets_too_little = mistake(
    "One part is smaller than the others by more than 1: all were made as large as the largest."
)(cutting(lambda order, n, k: [order[i * -(-n // k) : (i + 1) * -(-n // k)] for i in range(k)]))
rest_makes_a_part_of_its_own = mistake(
    "There are more pairs than k: the rows that are left over make no part of their own."
)(cutting(lambda order, n, k: [order[i : i + n // k] for i in range(0, n, n // k)]))
throws_a_die_for_each_row = mistake(
    "The sizes of the parts differ by more than 1: they were left to chance."
)(
    lambda n, k, rng: (
        lambda owner: [(np.flatnonzero(owner != i), np.flatnonzero(owner == i)) for i in range(k)]
    )(rng.integers(0, k, size=n))
)
draws_each_part_anew = mistake(
    "Rows are validated more than once, and others never: cut one order, once."
)(
    lambda n, k, rng: [
        (rows[n // k :], rows[: n // k]) for rows in (rng.permutation(n) for _ in range(k))
    ]
)
draws_with_replacement = mistake(
    "Rows came twice in one order, and others never: draw without putting back."
)(lambda n, k, rng: pairs(np.array_split(rng.integers(0, n, size=n), k)))
shuffles_for_train_and_validation = mistake(
    "Rows are in train and in validation at once: both come from one shuffled order."
)(
    lambda n, k, rng: [
        (a, b) for (a, _), (_, b) in zip(k_fold(n, k, rng), k_fold(n, k, rng), strict=True)
    ]
)
trains_on_all_rows = mistake("train holds all rows, those of validation among them.")(
    with_pairs(lambda found: [(np.concatenate(pair), pair[1]) for pair in found])
)
trains_on_the_validation_rows = mistake("The two of a pair hold the same rows.")(
    with_pairs(lambda found: [(pair[1], pair[1]) for pair in found])
)
trains_on_one_part = mistake("train holds one other part alone: it is all rows that are left.")(
    with_pairs(lambda found: [(found[i - 1][1], part) for i, (_, part) in enumerate(found)])
)
trains_on_what_comes_before = mistake(
    "train holds the parts on one side alone: it is all rows that are left."
)(
    with_pairs(
        lambda found: [
            (np.concatenate([p[:0] for _, p in found] + [p for _, p in found[:i]]), part)
            for i, (_, part) in enumerate(found)
        ]
    )
)
swaps_the_pair = mistake("The two of each pair are the other way round: train comes first.")(
    with_pairs(lambda found: [(part, rest) for rest, part in found])
)
gives_the_parts_alone = mistake(
    "The parts came back alone: each belongs to a pair with its train."
)(with_pairs(lambda found: [part for _, part in found]))
gives_one_pair = mistake("One pair came back: does the function return in its loop?")(
    with_pairs(lambda found: found[:1])
)
misses_the_last_pair = mistake("One pair is missing: where does the loop over the parts end?")(
    with_pairs(lambda found: found[:-1])
)
gives_two_lists = mistake("Two lists came back: a list of pairs is asked, one pair a part.")(
    with_pairs(lambda found: ([rest for rest, _ in found], [part for _, part in found]))
)
gives_a_generator = mistake("A generator came back, which can be walked once: a list is asked.")(
    with_pairs(lambda found: (pair for pair in found))
)
gives_masks = mistake("True and False came back for the rows: their numbers are asked.")(
    with_pairs(
        lambda found: [
            (np.isin(np.arange(len(t) + len(p)), t), np.isin(np.arange(len(t) + len(p)), p))
            for t, p in found
        ]
    )
)
gives_decimals = mistake("The row numbers are decimals: an empty array to which rows are added?")(
    with_pairs(lambda found: [(np.append([], t), p) for t, p in found])
)
leaves_the_parts_apart = mistake("train is a list of parts: make one array of them.")(
    with_pairs(
        lambda found: [
            ([p.tolist() for j, (_, p) in enumerate(found) if j != i], part)
            for i, (_, part) in enumerate(found)
        ]
    )
)
counts_from_one = mistake("The row numbers go from 1 to n: the first row is number 0.")(
    with_pairs(lambda found: [(t + 1, p + 1) for t, p in found])
)
forgets_the_last_row = mistake(
    "The last row is in no pair: how many numbers are there up to n - 1?"
)(with_pairs(lambda found: [tuple(r[r < sum(map(len, pair)) - 1] for r in pair) for pair in found]))
uses_global_randomness = mistake("The same seed gave other parts: take all randomness from rng.")(
    lambda n, k, rng: k_fold(n, k, np.random.default_rng())
)
fixes_the_seed = mistake(
    "Every seed gives the same parts: the rng that you are given should decide."
)(lambda n, k, rng: k_fold(n, k, np.random.default_rng(0)))


@mistake(
    "Two of the last rows never share a part: chance decides on those that are left over, too."
)
def deals_the_last_rows_out(n, k, rng):
    m = n // k * k
    parts = np.split(rng.permutation(m), k)
    return pairs([np.append(p, np.arange(m + i, min(m + i + 1, n))) for i, p in enumerate(parts)])


@mistake("Some ways of cutting never come: in a shuffle a row may stay where it is.")
def moves_every_row(n, k, rng):
    order = np.arange(n)
    for i in range(n - 1, 0, -1):
        j = rng.integers(i)
        order[[i, j]] = order[[j, i]]
    return pairs(np.array_split(order, k))


@mistake("Each part holds neighbours: chance decides alone where the first part begins.")
def begins_anywhere(n, k, rng):
    return pairs(np.array_split(np.roll(np.arange(n), rng.integers(n)), k))


@mistake("Rows that stand close together share a part too rarely: each k rows went to k parts.")
def deals_k_rows_at_a_time(n, k, rng):
    owner = np.concatenate([rng.permutation(k) for _ in range(n // k + 1)])[:n]
    return pairs([np.flatnonzero(owner == i) for i in range(k)])
