import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Mini-batches
#
# One epoch in small portions: shuffle the rows with `rng`, then give `(X_batch, y_batch)` for
# `batch_size` rows at a time, every row exactly once. If `batch_size` does not divide the number
# of rows, the last batch is shorter. Rows and labels stay together. A generator
# (`yield`) or a list will do.

# %% [markdown] tags=["hint"]
# Leave `X` and `y` aside at first: shuffle the row numbers 0 to 9 and cut them into portions of 4,
# 4 and 2. What can you do with such a portion and an array?


# %% tags=["solution"]
def minibatches(X, y, batch_size, rng):
    """Yield (X_batch, y_batch) over one shuffled pass through the rows of `X` and `y`."""
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size]
        yield X[rows], y[rows]


# %% tags=["probe"]
def collect(fn, case):
    from itertools import islice

    X, y, batch_size, seed = case

    def epoch(rng, X, y):
        batches = fn(X, y, batch_size, rng)
        if not hasattr(batches, "__iter__"):
            return batches
        return list(islice(batches, 2 * len(X) + 1))  # more come from what never ends alone

    rng = np.random.default_rng(seed)
    first = epoch(rng, X.copy(), y.copy())  # an epoch that shuffles in place spoils no other
    if not isinstance(first, list):
        return {"odd": first} if isinstance(first, dict) else first
    if len(first) > 2 * len(X):
        return {"endless": True}
    strange = [b for b in first if not isinstance(b, list | tuple) or len(b) != 2]
    if strange:
        return {"batch": strange[0], "pair": len(first) == 2}
    second = epoch(rng, X.copy(), y.copy())
    return {"epochs": [first, second, epoch(np.random.default_rng(seed), X, y)]}


def judge(case, raw):
    from itertools import pairwise

    X, y, batch_size, _ = case
    assert isinstance(raw, dict), "batches, one after the other"
    assert "odd" not in raw, "batches, one after the other"
    if "endless" in raw:
        return {"batches": (f"still coming after {2 * len(X)}", "an end after one pass")}
    if "batch" in raw:
        if raw["pair"]:
            what = "two lists" if isinstance(raw["batch"], list) else "one batch"
            return {"what came back": (what, "a batch, and another, ...")}
        two = isinstance(raw["batch"], list | tuple) and len(raw["batch"]) == 2
        assert not two, "batches, one after the other"  # a class of its own tells another length
        return {"a batch": (raw["batch"], (X[:batch_size], y[:batch_size]))}
    epochs = raw["epochs"]
    pairs = all(len(batch) == 2 for epoch in epochs for batch in epoch)
    assert pairs, "batches, one after the other: pairs (X_batch, y_batch)"
    for batch in epochs[0]:
        rows, labels = np.shape(batch[0]), np.shape(batch[1])
        if rows != (*labels, *X.shape[1:]):
            due = f"{(batch_size, *X.shape[1:])} and {(batch_size,)}"
            return {"shapes of a batch": (f"{rows} and {labels}", due)}
    if any(np.shape(b[0])[:1] != np.shape(b[1]) for b in epochs[1]):
        return {"shapes of a batch": ("others in the second epoch", "as in the first")}
    first, second, again = (np.concatenate([b[1] for b in e] or [y[:0]]) for e in epochs)
    if first.dtype.kind not in "iu":
        return {"dtype of the labels": (str(first.dtype), str(y.dtype))}
    rows = [np.concatenate([b[0] for b in e] or [X[:0]]) for e in epochs[:2]]
    sizes = [len(b[1]) for b in epochs[0]]
    due = [min(batch_size, len(X) - start) for start in range(0, len(X), batch_size)]
    moved = sum(np.sum(e // batch_size != np.arange(len(e)) // batch_size) for e in (first, second))
    parted = sum(np.sum(np.diff(b[1]) != 1) for b in epochs[0])
    following = [np.mean(np.isin(b[1], a[1])) for a, b in pairwise(epochs[0])] or [0.0]
    missing, repeated = len(np.setdiff1d(y, first)), len(first) - len(np.unique(first))
    if (missing and repeated) or parted == 0 < batch_size - 1:  # drawn anew, or moved as a whole
        sizes = due = "any"

    def strayed(labels, rows):
        known = np.isin(labels, y)
        due = X[labels[known]]
        due = due.astype(rows.dtype) if rows.dtype.kind == "f" else due
        return int(np.sum(np.any(rows[known] != due, axis=1)))

    numbers = {
        "rows never seen": (missing, None, 0),
        "rows seen more than once": (repeated, None, 0),
        "rows with another row's label": (sum(map(strayed, (first, second), rows)), None, 0),
        "share of a batch that was in the one before": (np.mean(following), None, 0.5),
        "sizes of the batches": (str(sizes), str(due)),
        "rows in the order given": (len(X) > 1 and np.array_equal(first, y), False),
        "rows that changed their batch": (moved, int(batch_size < len(X)), None),
        "neighbours that were parted": (parted, int(batch_size > 1), None),
        "rows in the second epoch": (len(second), len(first)),
        "second epoch in the first one's order": (np.array_equal(first, second), False),
        "same seed, same batches": (np.array_equal(first, again), True),
    }
    if missing or repeated or moved < (batch_size < len(X)) or parted < (batch_size > 1):
        return numbers
    # of two orders by chance 14 places or more agree, or 14 rows or more have the same row after
    # them, once in 14! each, which is 9e10
    follows = [set(zip(e[:-1].tolist(), e[1:].tolist(), strict=True)) for e in (first, second)]
    same = np.sum(first == second) if first.shape == second.shape else 0
    return numbers | {
        "rows at the same place in both epochs": (int(same), None, 13),
        "rows before the same row in both epochs": (len(follows[0] & follows[1]), None, 13),
        # 1 where whole batches change places and rows inside them: below 6e-11 for both epochs
        "share of a batch's pairs that were in one batch before": (
            np.mean([stayed(e, batch_size) for e in (first, second)]) if len(second) else 0.0,
            None,
            0.99,
        ),
    }


def stayed(order, batch_size):
    """Which share of the pairs in one batch would be in one without a shuffle."""
    place = np.arange(len(order)) // batch_size
    pairs = (place[:, None] == place) & ~np.eye(len(order), dtype=bool)
    if batch_size >= len(order) or not pairs.any():
        return 0.0
    before = order // batch_size
    return np.mean((before[:, None] == before)[pairs])


def call(case):
    return "list(minibatches({}, {}, {}, np.random.default_rng({})))", *case


# %% tags=["cases"]
promises = ["pure"]


# 14! orders: a right shuffle gives one certain order with probability 1.1e-11. In both epochs no
# row leaves its batch: (6!^2 3! / 15!)^2 = 6e-12 at most; batches move whole: 4! / 14! = 3e-10,
# with batches of two 7! / 14! = 6e-8


def visible():
    y = np.arange(14)
    yield np.stack([10.0 * y, -y], axis=1), y, 4, 8
    yield np.stack([10.0 * y, -y], axis=1), y, 2, 9  # nothing is left over


def hidden(rng):
    for n, batch_size in [(16, 5), (30, 30), (21, 7), (17, 1)]:
        yield rng.normal(size=(n, 3)), np.arange(n), batch_size, int(rng.integers(1e6))
    yield rng.normal(size=(15, 1, 2, 2))[:, :, 0, 0], np.arange(15), 6, 3


# %% tags=["mistakes"]
@mistake("The last rows were never seen: what becomes of the remainder?")
def drops_the_last_batch(X, y, batch_size, rng):
    order = rng.permutation(len(X))[: len(X) // batch_size * batch_size]
    for start in range(0, len(order), batch_size):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]


@mistake("An empty batch came last: batch_size divides the rows here. How often does the loop run?")
def adds_an_empty_batch(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for k in range(len(X) // batch_size + 1):
        rows = order[k * batch_size : (k + 1) * batch_size]
        yield X[rows], y[rows]


@mistake("Rows and labels were shuffled apart: draw one order and use it for both.")
def shuffles_separately(X, y, batch_size, rng):
    yield from minibatches(rng.permutation(X), y, batch_size, rng)


@mistake("Rows come in the order given: an epoch starts with a shuffle.")
def does_not_shuffle(X, y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@mistake("Two epochs came in the same order: take the order from rng, not from a fixed seed.")
def draws_the_same_order_again(X, y, batch_size, rng):
    yield from minibatches(X, y, batch_size, np.random.default_rng(0))


@mistake("Some rows came twice and others never: one order of all rows makes a whole epoch.")
def draws_with_replacement(X, y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        rows = rng.integers(0, len(X), size=min(batch_size, len(X) - start))
        yield X[rows], y[rows]


@mistake("The same seed gave other batches: take all randomness from rng.")
def uses_global_randomness(X, y, batch_size, rng):
    yield from minibatches(X, y, batch_size, np.random.default_rng())


@mistake("Batches are one row too long and share it with the next: where does a slice end?")
def one_row_too_many(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size + 1]
        yield X[rows], y[rows]


@mistake("Rows were shuffled, but their labels were not: one order serves both.")
def shuffles_rows_only(X, y, batch_size, rng):
    X = rng.permutation(X)
    for start in range(0, len(X), batch_size):
        yield X[start : start + batch_size], y[start : start + batch_size]


@mistake("Only whole batches changed places: neighbours stay neighbours. Shuffle before you cut.")
def shuffles_whole_batches(X, y, batch_size, rng):
    for start in rng.permutation(np.arange(0, len(X), batch_size)):
        yield X[start : start + batch_size], y[start : start + batch_size]


@mistake("Every row stayed in its batch: shuffle all rows before you cut.")
def shuffles_inside_batches(X, y, batch_size, rng):
    for start in range(0, len(X), batch_size):
        rows = rng.permutation(np.arange(start, min(start + batch_size, len(X))))
        yield X[rows], y[rows]


@mistake("The sizes were evened out: all batches but the last hold batch_size rows.")
def evens_the_sizes_out(X, y, batch_size, rng):
    for rows in np.array_split(rng.permutation(len(X)), -(-len(X) // batch_size)):
        yield X[rows], y[rows]


@mistake("A row is missing after each batch: where does a slice end?")
def one_row_too_few(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(0, len(X), batch_size):
        rows = order[start : start + batch_size - 1]
        yield X[rows], y[rows]


@mistake("The batches never end: one call is one pass through the rows. What should end the loop?")
def never_ends(X, y, batch_size, rng):
    while True:
        yield from minibatches(X, y, batch_size, rng)


@mistake("One batch came back alone: give all of them, in a list or with one `yield` for each.")
def returns_one_batch(X, y, batch_size, rng):
    return next(minibatches(X, y, batch_size, rng))


@mistake("Batches overlap: by how many rows does the start move on?")
def moves_on_by_one_row(X, y, batch_size, rng):
    order = rng.permutation(len(X))
    for start in range(len(X)):
        yield X[order[start : start + batch_size]], y[order[start : start + batch_size]]
