import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Pairs, same or different
#
# `y` (N,) holds the labels of N rows, whole numbers of any kind. Draw `n` pairs of different rows
# with `rng`. Return three arrays (n,), `(i, j, same)`: the numbers of the two rows, and 1 where
# their labels agree, else 0. Exactly `n // 2` pairs agree. They may come in any order, and a pair
# may come twice.
#
# Every pair of rows with equal labels must have a chance to be drawn, and every pair with different
# labels, too; the chances need not be equal. There are two classes at least, and one of them has
# two rows at least. A class of one row has no pair that agrees, but takes part in the others.

# %% [markdown] tags=["hint"]
# Draw 1,000 pairs for the labels [0, 0, 1, 1, 1, 2] and print the sum of `same`, how often i equals
# j, and the set of all pairs that agree. How many should there be?


# %% tags=["solution"] minutes=14
def same_pairs(y, n, rng):
    """Return (i, j, same): n pairs of rows i != j, half of them (rounded down) of one class."""
    agree = y[:, None] == y
    pairs = []
    for wanted, count in ((agree & ~np.eye(len(y), dtype=bool), n // 2), (~agree, n - n // 2)):
        possible = np.argwhere(wanted)
        pairs.append(possible[rng.integers(len(possible), size=count)])
    i, j = np.concatenate(pairs).T
    return i, j, (y[i] == y[j]).astype(int)


# %% tags=["probe"]
def collect(fn, given):
    y, n, seed = given
    runs = [fn(y, n, np.random.default_rng(s)) for s in (seed, seed, seed + 1)]
    return [list(run) if isinstance(run, list | tuple) else run for run in runs]


def how_many(count, n):
    """A number of pairs in words that chance does not change."""
    words = {n: "all", 0: "none", n // 2 + 1: "one more than n // 2", n // 2: "n // 2"}
    return words.get(count, "another number")


def judge(case, raw):
    y, n, _ = case
    three = len(raw) == 3 and all(isinstance(run, list) and len(run) == 3 for run in raw)
    assert three, "three arrays (i, j, same)"
    runs = [[np.asarray(part) for part in run] for run in raw]
    i, j, same = runs[0]
    for name, part in {"i": i, "j": j, "same": same}.items():
        if part.shape != (n,):
            return {f"shape of {name}": (f"{part.shape}", f"{(n,)}")}
    if n == 0:  # np.array([]) is float64, and no number in it is wrong
        i, j = i.astype(int), j.astype(int)
    for name, part in {"i": i, "j": j}.items():
        if part.dtype.kind not in "iu":
            return {f"dtype of {name}": (f"{part.dtype}", "int64")}
        outside = int(np.sum((part < 0) | (part >= len(y))))
        if outside:
            return {f"numbers in {name} that are no row's": (outside, None, 0)}
    if same.dtype.kind not in "biuf":
        return {"dtype of same": (f"{same.dtype}", "int64")}
    agree = y[i] == y[j]
    told = {
        "pairs of a row with itself": (int(np.sum(i == j)), None, 0),  # a band: how many is chance
        "pairs that agree": (how_many(int(np.sum(agree)), n), "n // 2"),
        "pairs whose `same` is not 1 or 0 as it should be": (int(np.sum(same != agree)), None, 0),
    }
    if n > 4:  # fewer agree by chance
        told["same seed, same pairs"] = (all(map(np.array_equal, runs[0], runs[1])), True)
    # whoever draws rows or classes evenly gives a pair 1/24 of 600 of its kind, or 1/27 of 700, at
    # least: it is missing once in 10^11
    if n >= 1200:
        drawn = {(min(a, b), max(a, b)) for a, b in zip(i.tolist(), j.tolist(), strict=True)}
        due = [(a, b) for a in range(len(y)) for b in range(a + 1, len(y))]
        for words, equal in (("equal", True), ("different", False)):
            never = [
                pair for pair in due if (y[pair[0]] == y[pair[1]]) == equal and pair not in drawn
            ]
            told[f"pairs of {words} labels that never come"] = (len(never), 0)
        other = all(map(np.array_equal, runs[0][:2], runs[2][:2]))
        told["other seed, same pairs"] = (other, False)
        told |= moved(len(y), runs[0], runs[2])
    return told


def moved(rows, one, other):
    """How much of another seed's pairs stands as the first one's do, the whole moved or not.

    Of pairs that are drawn twice, however unequal their chances, as many agree as the sum of the
    squared chances says: 0.33 at most in the answers that we know, and 0.9 is 30 deviations away.
    """
    codes = []
    for i, j, _ in (one, other):
        assert i.shape == j.shape == one[0].shape, "three arrays (i, j, same), for every seed"
        assert i.dtype.kind in "iu", "three arrays (i, j, same), for every seed"
        codes.append(np.minimum(i, j) * rows + np.maximum(i, j))
    agree = 0.0
    for code in np.unique(codes[0]):
        first, second = (np.fft.rfft(found == code) for found in codes)
        agree = agree + np.fft.irfft(first * second.conj(), len(codes[0]))
    share = float(np.max(agree) / len(codes[0]))
    return {"largest share of pairs as with another seed, moved": (share, None, 0.9)}


def call(case):
    return "same_pairs({}, {}, np.random.default_rng({}))", *case


# %% tags=["cases"]
promises = ["labels: y", "pure"]


def visible():
    yield np.array([0, 0, 1, 1, 1, 2, 1]), 1200, 7
    yield np.array([3, 5, 3, 5]), 401, 8  # half of them by chance: once in 10^11
    yield np.array([1, 0, 0]), 0, 9


def hidden(rng):
    for y in ([4, 4, 7, 4, 7, 9, 7], [8, 8, 8, 3, 3, 6]):
        yield rng.permutation(y), 1401, int(rng.integers(1e6))
    for y in ([-1, 2, 2, -1, 2], [0, 1, 1]):
        yield rng.permutation(y), 401, int(rng.integers(1e6))
    yield rng.permutation([0, 0, 1, 1]), 1, 5
    yield rng.permutation(np.repeat([0, 1, 2], 30)), 401, 6


# %% tags=["mistakes"]
def drawn(y, n, rng, wanted=None, counts=None):
    """The solution with its kinds of pairs and their counts open."""
    agree = y[:, None] == y
    kinds = wanted or (agree & ~np.eye(len(y), dtype=bool), ~agree)
    counts = (n // 2, n - n // 2) if counts is None else counts
    pairs = []
    for kind, count in zip(kinds, counts, strict=True):
        possible = np.argwhere(kind)
        pairs.append(possible[rng.integers(len(possible), size=count)])
    i, j = np.concatenate(pairs).T
    return i, j, (y[i] == y[j]).astype(int)


@mistake("Some rows were paired with themselves: a pair has two different rows.")
def pairs_a_row_with_itself(y, n, rng):
    agree = y[:, None] == y
    return drawn(y, n, rng, (agree, ~agree))


@mistake("The number of pairs that agree was left to chance: exactly n // 2 are asked.")
def leaves_the_share_to_chance(y, n, rng):
    other = ~np.eye(len(y), dtype=bool)
    return drawn(y, n, rng, (other, other))


@mistake("For odd n one pair too many agrees: n // 2 rounds down.")
def rounds_up(y, n, rng):
    return drawn(y, n, rng, counts=(n - n // 2, n // 2))


@mistake("All pairs agree: half of them should not.")
def only_equal_pairs(y, n, rng):
    return drawn(y, n, rng, counts=(n, 0))


@mistake("No pair agrees: half of them should.")
def only_different_pairs(y, n, rng):
    return drawn(y, n, rng, counts=(0, n))


@mistake("`same` is turned round: 1 where the labels agree.")
def marks_the_different(y, n, rng):
    i, j, same = drawn(y, n, rng)
    return i, j, 1 - same


@mistake("i and j hold labels: the numbers of the rows are asked.")
def returns_labels(y, n, rng):
    i, j, same = drawn(y, n, rng)
    return y[i], y[j], same


@mistake("Twice as many pairs came back: n counts both kinds together.")
def draws_n_of_each(y, n, rng):
    return drawn(y, n, rng, counts=(n, n))


@mistake("With an odd n a pair is missing: which kind gets the one that is left over?")
def forgets_the_odd_pair(y, n, rng):
    return drawn(y, n, rng, counts=(n // 2, n // 2))


@mistake("The same seed gave other pairs: take all randomness from rng.")
def uses_global_randomness(y, n, rng):
    return drawn(y, n, np.random.default_rng())


@mistake("Every seed gives the same pairs: the rng you are given should decide.")
def fixes_the_seed(y, n, rng):
    return drawn(y, n, np.random.default_rng(0))


@mistake("Some pairs of equal labels never come: pairs of which rows can your code draw?")
def pairs_neighbours_of_a_class(y, n, rng):
    agree = y[:, None] == y
    order = np.argsort(y, kind="stable")
    beside = np.zeros_like(agree)
    beside[order[:-1], order[1:]] = True
    return drawn(y, n, rng, (agree & beside, ~agree))


@mistake("Some pairs of equal labels never come: does every class with two rows get its turn?")
def pairs_of_one_class_only(y, n, rng):
    agree = y[:, None] == y
    values, counts = np.unique(y, return_counts=True)
    own = y == values[counts.argmax()]
    return drawn(y, n, rng, (agree & ~np.eye(len(y), dtype=bool) & own, ~agree))


@mistake("Some pairs of different labels never come: does a class of one row take part in them?")
def leaves_out_classes_of_one(y, n, rng):
    agree = y[:, None] == y
    several = agree.sum(axis=0) > 1
    apart = ~agree & several & several[:, None]
    return drawn(y, n, rng, (agree & ~np.eye(len(y), dtype=bool), apart if apart.any() else ~agree))


@mistake("Some pairs of different labels never come: which labels can stand together?")
def only_neighbouring_labels(y, n, rng):
    agree = y[:, None] == y
    place = np.unique(y, return_inverse=True)[1]
    beside = np.abs(place[:, None] - place) == 1
    return drawn(y, n, rng, (agree & ~np.eye(len(y), dtype=bool), beside))


@mistake("The rows came back as pairs in one array: three arrays (i, j, same) are asked.")
def returns_pairs(y, n, rng):
    i, j, same = drawn(y, n, rng)
    return np.stack([i, j], axis=1), same


@mistake("One row takes part in every pair that agrees: any two rows of a class may.")
def one_row_for_all(y, n, rng):
    agree = (y[:, None] == y) & ~np.eye(len(y), dtype=bool)
    first = np.zeros_like(agree)
    first[agree.any(axis=1).argmax()] = True
    return drawn(y, n, rng, (agree & first, ~(y[:, None] == y)))
