import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Repeat rows of the rare classes
#
# `X` (N, D) holds rows, `y` (N,) their classes, integers. Return `(X, y)` with copies added, until
# every class has as many rows as the largest one has: every given row stays, and each copy is drawn
# from the rows of its class, every one equally likely, independently of the copies before it.
# Nothing else is added. The order of the rows is yours, but a row and its label stay together. All
# randomness comes from `rng`.

# %% [markdown] tags=["hint"]
# Count the classes of the first example and write down how many copies each of them needs. Then
# count the classes of what you return, and how often each given row is in it.


# %% tags=["solution"] minutes=10
def random_oversample(X, y, rng):
    """Return (X, y) with copies of rows, so that all classes are as large as the largest."""
    classes, counts = np.unique(y, return_counts=True)
    rows = [np.arange(len(y))]
    for label, count in zip(classes, counts, strict=True):
        rows.append(rng.choice(np.flatnonzero(y == label), counts.max() - count))
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
    shapes = f"{first[0].shape} and {first[1].shape}"
    classes, counts = np.unique(y, return_counts=True)
    size = counts.max() * len(classes)
    if first[0].ndim != 2 or first[1].ndim != 1:
        return {"axes of X and y": (f"{first[0].ndim} and {first[1].ndim}", "2 and 1")}
    if len(first[0]) != len(first[1]) or first[0].shape[1] != X.shape[1]:
        return {"shapes": (shapes, f"{(size, X.shape[1])} and {(size,)}")}
    given = X.astype(first[0].dtype) if first[0].dtype.kind == "f" else X  # float32 is right, too
    known = {tuple(row): i for i, row in enumerate(given.tolist())}
    places = [
        np.array([known.get(tuple(row), -1) for row in rows.tolist()], int)
        for rows, _ in (first, again, *others)
    ]
    own, labels = places[0], first[1]
    found = own >= 0
    numbers = {
        "rows that X does not hold": (int(np.sum(~found)), None, 0),
        "rows with another row's label": (int(np.sum(labels[found] != y[own[found]])), None, 0),
        "given rows that are gone": (len(np.setdiff1d(np.arange(len(y)), own)), None, 0),
        "a given row has lost its label": (
            bool(np.setdiff1d(own[found], own[found][labels[found] == y[own[found]]]).size),
            False,
        ),
        "labels, each as often": (
            str([int(np.sum(labels == label)) for label in classes]),
            str([int(counts.max())] * len(classes)),
        ),
    }
    rare, *others = (np.flatnonzero(y == k) for k in classes[np.argsort(counts)][:-1])
    copies, *more = (
        np.array([np.bincount(place[place >= 0], minlength=len(y))[rows] for place in places[1:]])
        - 1
        for rows in (rare, *others)
    )
    if outside(numbers):
        lost = numbers["given rows that are gone"][0] and min(copies.max(axis=0)) >= 0
        return numbers | {"rows are gone by chance": (bool(lost), False)}
    chances = drawn(copies)
    if not outside(chances):
        chances |= {
            f"{name}, in class {y[rows[0]]}": number
            for rows, found in zip(others, more, strict=True)
            for name, number in between(found).items()
        }
    return (
        numbers
        | chances
        | {
            "same seed, same rows": (np.array_equal(own, places[1]), True),
            "another seed, same rows": (
                all(np.array_equal(np.sort(own), np.sort(p)) for p in places[2:]),
                False,
            ),
        }
    )


def outside(numbers):
    """Whether one of the numbers is not what it should be, or not in its band."""
    bands = [(n, *(due if len(due) == 2 else due * 2)) for n, *due in numbers.values()]
    return not all(
        (low is None or n >= low) and (high is None or n <= high) for n, low, high in bands
    )


def drawn(copies):
    """Whether the copies (runs, rows) are independent draws, each row equally likely."""
    rows = copies.shape[1]
    total = copies.sum()
    share = copies.sum(axis=0) / total
    # 8 standard deviations of a binomial share: a false alarm in 10^14
    slack = 8 * np.sqrt((1 - 1 / rows) / rows / total)
    # each run has 40 draws or more: that the most exceeds the least by at most 1 in a run has a
    # chance below 0.2, in each of 30 runs 1e-20; that one row gets them all is below 2^-39
    even = np.mean(copies.max(axis=1) - copies.min(axis=1) <= 1)
    # chi squared over its degrees of freedom, 60 or more of them: above 3 once in 10^12, below
    # 0.2 less often than exp(-30 (0.2 - 1 - ln 0.2)), which is 3e-11
    due = copies.sum(axis=1, keepdims=True) / rows
    spread = ((copies - due) ** 2 / due).sum() / (len(copies) * (rows - 1))
    alone = np.mean(np.sum(copies > 0, axis=1) == 1)
    numbers = {
        "spread of the copies over the rows, as a share of the due one": (spread, 0.2, 3.0),
        "runs in which all rows got equally many copies": (bool(even == 1), False),
        "runs in which one row got them all, half or more": (bool(alone >= 0.5), False),
        "rows that are never copied": (bool(share.min() == 0), False),
    }
    if spread > 3 or share.min() == 0:  # the shares then say what chance made of it
        return numbers
    return numbers | {
        "largest share of the copies, less an even one": (share.max() - 1 / rows, None, slack),
        "smallest share of the copies, less an even one": (share.min() - 1 / rows, -slack, None),
    }


def between(copies):
    """The same for a class that is neither the rarest nor the largest, in two numbers."""
    due = copies.sum(axis=1, keepdims=True) / copies.shape[1]
    degrees = len(copies) * (copies.shape[1] - 1)
    spread = ((copies - due) ** 2 / due).sum() / degrees
    # chi squared of all runs together, over its degrees of freedom: above x for d of them with
    # probability exp(-d (x - 1 - ln x) / 2) at most, which is 1e-14 for 4 of them and less for more
    even = ((copies - due).sum(axis=0) ** 2).sum() / due.sum() / (copies.shape[1] - 1)
    return {
        "spread of the copies as a share of the due one": (spread, 0.2, 3.0),
        "the same of all runs together": (even, None, 20.0),
    }


def call(case):
    X, y, seed, _ = case
    return (
        f"random_oversample(np.arange({X.size}.0).reshape{X.shape}, np.repeat({{}}, {{}}), "
        "np.random.default_rng({}))",
        np.unique(y),
        np.unique(y, return_counts=True)[1],
        seed,
    )


# %% tags=["cases"]
promises = ["pure"]


def visible():
    for counts in ([50, 4], [3, 5, 48]):
        y = np.repeat(np.arange(len(counts)), counts)
        yield np.arange(2.0 * len(y)).reshape(-1, 2), y, 7, 30


def hidden(rng):
    for counts in ([3, 60], [6, 52, 9, 30], [70, 5]):
        y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
        yield rng.normal(size=(len(y), 3)), y, int(rng.integers(1e6)), 30
    y = rng.permutation(np.repeat([4, -1], [4, 55]))
    yield rng.normal(size=(len(y), 1)), y, int(rng.integers(1e6)), 30


# %% tags=["mistakes"]
def filled(X, y, rng, draw, keep=True, target=None):
    """The solution with the draw of the copies open: ``draw(rows of the class, how many)``."""
    classes, counts = np.unique(y, return_counts=True)
    target = counts.max() if target is None else target
    rows = [np.arange(len(y))] if keep else []
    for label, count in zip(classes, counts, strict=True):
        rows.append(draw(np.flatnonzero(y == label), max(target - count, 0)))
    rows = np.concatenate(rows).astype(int)
    return X[rows], y[rows]


@mistake("Some of the given rows are gone: copies are added to them, nothing is drawn anew.")
def draws_whole_classes(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    rows = [rng.choice(np.flatnonzero(y == label), counts.max()) for label in classes]
    rows = np.concatenate(rows)
    return X[rows], y[rows]


@mistake("The copies alone came back: the given rows belong to the result.")
def returns_copies_only(X, y, rng):
    return filled(X, y, rng, rng.choice, keep=False)


@mistake("Each class got as many copies as the largest has rows: how many does it lack?")
def adds_too_many(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    rows = [np.arange(len(y))]
    rows += [rng.choice(np.flatnonzero(y == k), counts.max()) for k in classes]
    rows = np.concatenate(rows)
    return X[rows], y[rows]


@mistake("Copies came from other classes and were given this class's label.")
def copies_any_row(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    lacks = zip(classes, counts.max() - counts, strict=True)
    new = [(rng.integers(len(y), size=n), k) for k, n in lacks]
    rows = np.concatenate([np.arange(len(y)), *(rows for rows, _ in new)])
    labels = np.concatenate([y, *(np.full(len(rows), k) for rows, k in new)])
    return X[rows], labels


@mistake("All copies of a class are of one row: draw anew for each copy.")
def copies_one_row(X, y, rng):
    return filled(X, y, rng, lambda rows, n: np.full(n, rng.choice(rows)))


@mistake("Rows that were drawn before are drawn more often: copies were made of copies.")
def copies_copies(X, y, rng):
    def draw(rows, n):
        pool = list(rows)
        for _ in range(n):
            pool.append(rng.choice(pool))
        return np.array(pool[len(rows) :], int)

    return filled(X, y, rng, draw)


@mistake("Every seed gives the same copies, in turn: draw them at random.")
def copies_in_turn(X, y, rng):
    return filled(X, y, rng, np.resize)


@mistake("Every seed gives the same copies: the rng you are given should decide.")
def fixes_the_seed(X, y, rng):
    return random_oversample(X, y, np.random.default_rng(0))


@mistake("The same seed gave other copies: take all randomness from rng.")
def uses_global_randomness(X, y, rng):
    return random_oversample(X, y, np.random.default_rng())


@mistake("All rows got equally many copies, up to one: each copy is a draw of its own.")
def deals_the_copies_out(X, y, rng):
    return filled(X, y, rng, lambda rows, n: np.resize(rng.permutation(rows), n))


@mistake("Rows and labels were shuffled apart: draw one order and use it for both.")
def shuffles_separately(X, y, rng):
    X, y = random_oversample(X, y, rng)
    return rng.permutation(X), rng.permutation(y)


@mistake("The classes are as large as the smallest: rows were taken away instead of added.")
def takes_rows_away(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    keep = [rng.choice(np.flatnonzero(y == k), counts.min(), replace=False) for k in classes]
    keep = np.concatenate(keep)
    return X[keep], y[keep]


@mistake("The rarest class alone was filled up: there are others that are too small.")
def fills_the_rarest_only(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    rarest = classes[counts.argmin()]
    return filled(X, y, rng, lambda rows, n: rng.choice(rows, n if y[rows[0]] == rarest else 0))


@mistake("The copies are not equally likely to be any row of the class: which rows are left out?")
def leaves_out_the_last_row(X, y, rng):
    return filled(X, y, rng, lambda rows, n: rows[rng.integers(max(len(rows) - 1, 1), size=n)])


@mistake("The copies were changed: each is one of the given rows.")
def adds_noise(X, y, rng):
    new_X, new_y = random_oversample(X, y, rng)
    new_X = new_X.copy()
    new_X[len(y) :] += rng.normal(scale=0.1, size=new_X[len(y) :].shape)
    return new_X, new_y


@mistake("The labels of the copies are missing: X and y grow together.")
def forgets_the_labels(X, y, rng):
    return random_oversample(X, y, rng)[0], y


@mistake("The rows stand where the labels belong: the order is (X, y).")
def swaps_the_results(X, y, rng):
    return random_oversample(X, y, rng)[::-1]


@mistake("Nothing was added: the classes are as unequal as before.")
def changes_nothing(X, y, rng):
    return X, y


@mistake("One copy is missing in each class that was filled up: how many rows does it lack?")
def one_too_few(X, y, rng):
    return filled(X, y, rng, lambda rows, n: rng.choice(rows, max(n - 1, 0)))
