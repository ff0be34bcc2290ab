import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Leave rows of the large classes out
#
# `X` (N, D) holds rows, `y` (N,) their classes, integers. Return `(X, y)` with as many rows of each
# class as the smallest class has: drawn from the rows of that class without repetition, each set of
# rows equally likely. The order of the rows is yours, but a row and its label stay together. All
# randomness comes from `rng`.

# %% [markdown] tags=["hint"]
# Count the classes of what you return for the first example and look for a row that is there twice.
# Then compare the rows that two seeds keep.


# %% tags=["solution"]
def random_undersample(X, y, rng):
    """Return (X, y) with as many rows of every class as the smallest has, no row twice."""
    classes, counts = np.unique(y, return_counts=True)
    rows = [rng.choice(np.flatnonzero(y == k), counts.min(), replace=False) for k in classes]
    rows = np.concatenate(rows)
    return X[rows], y[rows]


# %% tags=["probe"]
def collect(fn, case):
    X, y, seed, more = case
    runs = [fn(X.copy(), y.copy(), np.random.default_rng(s)) for s in (seed, seed)]
    if not all(isinstance(run, list | tuple) and len(run) == 2 for run in runs):
        first = runs[0]
        return {"odd": first} if isinstance(first, dict) else first  # none that reads like ours
    runs += [fn(X.copy(), y.copy(), np.random.default_rng(seed + s)) for s in range(1, more)]
    fn(X, y, np.random.default_rng(seed))  # no copies: it shows what an answer writes into them
    return {"runs": runs}


def judge(case, raw):
    X, y, _, more = case
    counted = isinstance(raw, dict) and len(raw.get("runs", ())) == more + 1
    assert counted, "a pair (X, y)"
    first, again, *others = [tuple(map(np.asarray, run)) for run in raw["runs"]]
    classes, counts = np.unique(y, return_counts=True)
    size = counts.min() * len(classes)
    if first[0].ndim != 2 or first[1].ndim != 1:
        return {"axes of X and y": (f"{first[0].ndim} and {first[1].ndim}", "2 and 1")}
    if len(first[0]) != len(first[1]) or first[0].shape[1] != X.shape[1]:
        shapes = f"{first[0].shape} and {first[1].shape}"
        return {"shapes": (shapes, f"{(size, X.shape[1])} and {(size,)}")}
    given = X.astype(first[0].dtype) if first[0].dtype.kind == "f" else X  # float32 is right, too
    known = {tuple(row): i for i, row in enumerate(given.tolist())}
    places = [
        np.array([known.get(tuple(row), -1) for row in rows.tolist()], int)
        for rows, _ in (first, again, *others)
    ]
    own, labels = places[0], first[1]
    found = own >= 0
    wrong = labels[found] != y[own[found]]
    numbers = {
        "rows that X does not hold": (int(np.sum(~found)), None, 0),
        "rows with another row's label": (bool(wrong.any()), False),
        "labels, each as often": (
            str([int(np.sum(labels == label)) for label in classes]),
            str([int(counts.min())] * len(classes)),
        ),
        "a row comes twice": (len(np.unique(own)) < len(own), False),
    }
    if outside(numbers):
        return numbers
    large = np.flatnonzero(y == classes[counts.argmax()])
    kept = np.array([np.isin(large, place) for place in places[1:]])
    numbers |= evenly(kept, counts.min() / counts.max()) | {
        "same seed, same rows": (np.array_equal(own, places[1]), True),
        "another seed, same rows": (
            all(np.array_equal(np.sort(own), np.sort(p)) for p in places[2:]),
            False,
        ),
    }
    if outside(numbers):  # what more can be said is chance
        return numbers
    larger = [np.flatnonzero(y == label) for label in classes[counts > counts.min()]]
    drawn = [np.array([np.isin(some, place) for place in places[1:]]) for some in larger]
    rows, pairs = np.max([uneven(found, counts.min()) for found in drawn], axis=0)
    return numbers | {
        "rows of a class, how unevenly kept, as a share of what chance allows": (rows, None, 1.0),
        "pairs of such rows, how unevenly kept, as a share of that": (pairs, None, 1.0),
    }


def outside(numbers):
    """Whether one of the numbers is not what it should be, or not in its band."""
    bands = [(n, *(due if len(due) == 2 else due * 2)) for n, *due in numbers.values()]
    return not all(
        (low is None or n >= low) and (high is None or n <= high) for n, low, high in bands
    )


def evenly(kept, due):
    """Whether in the runs (runs, rows) each row is kept equally often, and no two go together."""
    runs, rows = kept.shape
    share = kept.mean(axis=0)
    # 7.5 standard deviations of a binomial share and two draws: below 1e-11 over all rows
    slack = 7.5 * np.sqrt(due * (1 - due) / runs) + 2 / runs
    both = np.mean(kept[:, 1:] & kept[:, :-1])
    pair = due * (due * rows - 1) / (rows - 1)
    slack_both = 7.5 * np.sqrt(pair / (runs * rows)) + 2 / (runs * rows)
    return {
        "largest share of the runs that keep a row, less the due one": (
            share.max() - due,
            None,
            slack,
        ),
        "smallest such share, less the due one": (share.min() - due, -slack, None),
        "share of neighbours kept together": (both, pair - 2 * slack_both, pair + 2 * slack_both),
    }


def uneven(kept, size):
    """Chi squared of the rows kept in the runs (runs, rows), and of the pairs beyond their rows.

    Both are over their degrees of freedom, and over what chance allows them: a chi squared of d of
    these is above x d with probability e^(-d (x - 1 - ln x) / 2) at most, which is 2e-12 here.
    Draws by chance came to 0.5 at most, one row of each of `size` parts to 1.2 and more.
    """
    runs, n = kept.shape
    off = (kept.T * 1.0) @ kept / runs - size * (size - 1) / (n * (n - 1))
    off[np.diag_indices(n)] = 0
    single = off.sum(axis=1) / (n - 2)
    both = off - single[:, None] - single  # what the rows alone do not explain
    both[np.diag_indices(n)] = 0
    # chances that two, three and four given rows are kept: what two pairs have in common
    two, three, four = (np.prod([(size - i) / (n - i) for i in range(m)]) for m in (2, 3, 4))
    share = size / n
    squares = np.sum((kept.mean(axis=0) - share) ** 2) / (share * (1 - share)) * (n - 1) / n * runs
    of_pairs = np.sum(both**2) / 2 / (two - 2 * three + four) * runs
    ratios = []
    for chi, degrees in ((squares, n - 1), (of_pairs, n * (n - 3) / 2)):
        most = 1.0
        for _ in range(100):  # the root above 1 of x - 1 - ln x = 54 / degrees
            most = 1 + np.log(most) + 54 / degrees
        ratios.append(chi / degrees / most)
    return ratios


def call(case):
    X, y, seed, _ = case
    return (
        f"random_undersample(np.arange({X.size}.0).reshape{X.shape}, np.repeat({{}}, {{}}), "
        "np.random.default_rng({}))",
        np.unique(y),
        np.unique(y, return_counts=True)[1],
        seed,
    )


# %% tags=["cases"]
promises = ["pure"]


def visible():
    for counts in ([30, 9], [12, 8, 30]):
        y = np.repeat(np.arange(len(counts)), counts)
        yield np.arange(2.0 * len(y)).reshape(-1, 2), y, 7, 150


def hidden(rng):
    for counts in ([10, 34], [9, 25, 11, 30], [30, 10]):
        y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
        yield rng.normal(size=(len(y), 3)), y, int(rng.integers(1e6)), 150
    y = rng.permutation(np.repeat([4, -1], [28, 9]))
    yield rng.normal(size=(len(y), 1)), y, int(rng.integers(1e6)), 150


# %% tags=["mistakes"]
def reduced(X, y, draw):
    """The solution with the draw open: ``draw(rows of a class, how many)``."""
    classes, counts = np.unique(y, return_counts=True)
    rows = np.concatenate([draw(np.flatnonzero(y == k), counts.min()) for k in classes])
    return X[rows], y[rows]


@mistake("A row comes twice: each row can be drawn once only.")
def draws_with_replacement(X, y, rng):
    return reduced(X, y, lambda rows, n: rng.choice(rows, n))


@mistake("The same rows are kept with every seed, the first of each class: draw them at random.")
def keeps_the_first(X, y, rng):
    return reduced(X, y, lambda rows, n: rows[:n])


@mistake("The rows that are kept are neighbours: draw each of them, not a place to begin.")
def keeps_neighbours(X, y, rng):
    def draw(rows, n):
        start = rng.integers(len(rows))
        return np.take(rows, np.arange(start, start + n), mode="wrap")

    return reduced(X, y, draw)


@mistake("Every seed gives the same rows: the rng you are given should decide.")
def fixes_the_seed(X, y, rng):
    return random_undersample(X, y, np.random.default_rng(0))


@mistake("The same seed gave other rows: take all randomness from rng.")
def uses_global_randomness(X, y, rng):
    return random_undersample(X, y, np.random.default_rng())


@mistake("The classes are as large as the largest: rows were added instead of left out.")
def adds_rows(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    rows = np.concatenate([rng.choice(np.flatnonzero(y == k), counts.max()) for k in classes])
    return X[rows], y[rows]


@mistake("The largest class alone was cut: there are others that are too large.")
def cuts_the_largest_only(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    largest = classes[counts.argmax()]
    rows = [
        rng.choice(own, counts.min(), replace=False) if y[own[0]] == largest else own
        for own in (np.flatnonzero(y == k) for k in classes)
    ]
    rows = np.concatenate(rows)
    return X[rows], y[rows]


@mistake("Rows and labels were shuffled apart: draw one order and use it for both.")
def shuffles_separately(X, y, rng):
    X, y = random_undersample(X, y, rng)
    return rng.permutation(X), rng.permutation(y)


@mistake("The classes are not equally large: a draw from all rows leaves their shares as they are.")
def draws_from_all_rows(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    rows = np.sort(rng.permutation(len(y)))[: counts.min() * len(classes)]
    return X[rows], y[rows]


@mistake("Nothing was left out: the classes are as unequal as before.")
def changes_nothing(X, y, rng):
    return X, y


@mistake("The labels were left as they were: X and y shrink together.")
def forgets_the_labels(X, y, rng):
    return random_undersample(X, y, rng)[0], y


@mistake("The rows stand where the labels belong: the order is (X, y).")
def swaps_the_results(X, y, rng):
    return random_undersample(X, y, rng)[::-1]


@mistake("One row is missing in each class: how many has the smallest?")
def one_too_few(X, y, rng):
    return reduced(X, y, lambda rows, n: rng.choice(rows, n - 1, replace=False))


@mistake("The last row of a large class is never kept: where does the draw end?")
def leaves_out_the_last_row(X, y, rng):
    def draw(rows, n):
        return rng.choice(rows[:-1] if len(rows) > n else rows, n, replace=False)

    return reduced(X, y, draw)


@mistake("The numbers of the rows came back: return the rows and their labels.")
def returns_row_numbers(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    return np.concatenate(
        [rng.choice(np.flatnonzero(y == k), counts.min(), replace=False) for k in classes]
    )
