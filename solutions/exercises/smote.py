import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Invent rows between neighbours
#
# SMOTE (Chawla et al. 2002) invents rows of a rare class. `X_minority` (N, D) holds the rows of
# that class, two or more, all different. For each of `n_new` new rows draw a row $x$ of them, draw
# $x'$ from the $k$ rows nearest to $x$ ($x$ itself is none of them; with $k \ge N$ all others are),
# and a number $u$ uniformly from 0 to 1. The new row is
#
# $$x + u\,(x' - x)$$
#
# Every row is equally likely to be $x$, every one of its $k$ neighbours to be $x'$; distances are
# Euclidean. Return the new rows alone, (n_new, D). All randomness comes from `rng`.

# %% [markdown] tags=["hint"]
# Take the corners (0, 0), (1, 0), (0, 10) and (1, 10) with k = 1 and 1,000 new rows. Which values
# can the second column have, and how are those of the first spread?


# %% tags=["solution"] points=2 minutes=15
def smote(X_minority, n_new, k, rng):
    """Return (n_new, D) rows on segments between a row and one of its k nearest others."""
    X = X_minority
    distances = np.sqrt(((X[:, None, :] - X[None, :, :]) ** 2).sum(axis=2))
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argsort(axis=1)[:, : min(k, len(X) - 1)]
    start = rng.integers(len(X), size=n_new)
    end = nearest[start, rng.integers(nearest.shape[1], size=n_new)]
    return X[start] + rng.random((n_new, 1)) * (X[end] - X[start])


# %% tags=["probe"]
def collect(fn, case):
    X, n_new, k, seed = case
    runs = [(X.copy(), seed), (X.copy(), seed), (X, seed + 1)]  # the last shows what is written
    return [np.asarray(fn(rows, n_new, k, np.random.default_rng(s))) * 1.0 for rows, s in runs]


def ways(X, k):
    """The pairs (row, one of its k nearest others), (n, 2)."""
    distances = np.linalg.norm(X[:, None] - X[None], axis=2)
    np.fill_diagonal(distances, np.inf)
    nearest = distances.argsort(axis=1)[:, : min(k, len(X) - 1)]
    return np.array([(i, j) for i, others in enumerate(nearest) for j in others])


def on_segments(X, pairs, rows):
    """For each row the place in `pairs` and the share of the way; -1 where it lies on none."""
    a, b = X[pairs[:, 0]], X[pairs[:, 1]]
    along = b - a
    u = ((rows[:, None] - a) * along).sum(axis=2) / (along**2).sum(axis=1)
    away = np.linalg.norm(a + u[..., None] * along - rows[:, None], axis=2)
    single = rows.dtype in (np.float32, np.float16)
    slack = 1e-5 * np.abs(X).max() if single else 1e-9
    inside = (away < slack) & (u >= -slack) & (u <= 1 + slack)
    place = np.where(inside.any(axis=1), inside.argmax(axis=1), -1)
    return place, u[np.arange(len(rows)), place]


def on_lines(X, rows, through):
    """Which rows lie on a line from a given row, through another one or in its direction."""
    i, j = np.nonzero(~np.eye(len(X), dtype=bool))
    along = X[j] - X[i] if through else X[j]
    u = ((rows[:, None] - X[i]) * along).sum(axis=2) / np.maximum((along**2).sum(axis=1), 1e-300)
    away = np.linalg.norm(X[i] + u[..., None] * along - rows[:, None], axis=2)
    return (away < 1e-9).any(axis=1)


def judge(case, raw):
    X, n_new, k, _ = case
    new, again, other = raw
    if new.shape != (n_new, X.shape[1]):
        return {"shape": (str(new.shape), str((n_new, X.shape[1])))}
    if not n_new:
        return {"rows": (len(new), 0)}
    pairs = ways(X, k)
    place, u = on_segments(X, pairs, new)
    off = place < 0
    box = np.any((new < X.min(axis=0) - 1e-12) | (new > X.max(axis=0) + 1e-12), axis=1)
    copies = (np.abs(new[:, None] - X[None]).max(axis=2) < 1e-12).any(axis=1)
    numbers = {
        "rows on no segment between neighbours": (bool(off.any()), False),
        "rows that are copies of given rows": (bool(copies.any()), False),
    }
    if off.any() or copies.any():
        every, _ = on_segments(X, ways(X, len(X)), new)
        return numbers | {
            "rows on a segment between any two rows": (bool((every >= 0).all()), True),
            "rows on a line through two rows": (bool(on_lines(X, new, True).all()), True),
            "rows at one plus a share of another": (bool(on_lines(X, new, False).all()), False),
            "segments between neighbours without a row": (
                bool(len(np.unique(segment_of(pairs)[place[~off]])) < len(weights_of(pairs))),
                False,
            ),
            "all rows are copies": (bool(copies.all()), False),
            "rows outside all given ones": (bool(box.any()), False),
        }
    shares = len(np.unique(np.round(np.minimum(u, 1 - u), 9)))
    if shares == 1:  # which one it is is chance
        half = bool(abs(min(u[0], 1 - u[0]) - 0.5) < 1e-6)
        return numbers | {"different shares": (1, 2, None), "all at one half": (half, False)}
    drawn = spread(pairs, place, u)
    numbers |= drawn | {
        "rows that are given": (len(np.unique(pairs[:, 0])), len(X)),
        "same seed, same rows": (np.array_equal(new, again), True),
        "another seed, same rows": (np.array_equal(new, other), False),
    }
    if not all(
        (low is None or n >= low) and (high is None or n <= high) for n, low, high in drawn.values()
    ):
        return numbers
    # the other seed's rows are more of the same kind, and know nothing of the first ones
    assert other.shape == new.shape, f"rows of shape {new.shape}, for every seed"
    there, v = on_segments(X, pairs, other)
    numbers["another seed, rows on no segment between neighbours"] = bool((there < 0).any()), False
    if (there < 0).any():
        return numbers
    chance = np.sum(weights_of(pairs) ** 2)
    segment = segment_of(pairs)
    same = np.mean(segment[place] == segment[there])
    most = chance + 8 * np.sqrt(chance * (1 - chance) / n_new) + 3 / n_new
    # the correlation of n independent numbers is beyond 8 standard errors once in 10^15
    alike = np.corrcoef(np.minimum(u, 1 - u), np.minimum(v, 1 - v))[0, 1]
    far = 8 / np.sqrt(n_new)
    return numbers | {
        "share of rows on the same segment as with another seed": (same, None, most),
        "correlation of the shares with another seed's": (alike, -far, far),
        **apart(np.minimum(u, 1 - u), np.minimum(v, 1 - v)),
        **{f"another seed, {k}": n for k, n in spread(pairs, there, v).items()},
    }


def spread(pairs, place, u):
    """How evenly rows lie on the segments and along them."""
    n_new = len(place)
    # each of n places has a binomial share: 8 standard deviations and 3 draws; the chance that one
    # that is due nine times or more never comes is below e^-27
    chance = weights_of(pairs)
    share = np.bincount(segment_of(pairs)[place], minlength=len(chance)) / n_new
    slack = 8 * np.sqrt(chance * (1 - chance) / n_new) + 3 / n_new
    way = np.minimum(u, 1 - u)  # a segment may be walked from either end
    near = 8 * 0.144 / np.sqrt(n_new)  # the deviation of a uniform number in 0 ... 1/2 is 0.144
    least = 30 / n_new  # of n_new uniform numbers none lies below it: e^-60
    return {
        "segments that get too many or too few rows": (
            int(np.sum(np.abs(share - chance) > slack)),
            None,
            0,
        ),
        "mean distance from the nearer end, as a share": (way.mean(), 0.25 - near, 0.25 + near),
        "smallest distance from the nearer end": (way.min(), None, least),
        "largest distance from the nearer end": (way.max(), 0.5 - least, None),
        "different shares of the way": (len(np.unique(np.round(way, 9))), 0.9 * n_new, None),
    }


def apart(way, other):
    """Whether the shares of two seeds are draws: neither laid out evenly nor one set in two orders.

    The distribution function of n draws is off by d at most: by more than 3.5 / sqrt(n) with
    probability 2 exp(-2 * 3.5^2), 5e-11, and by less than 0.2 / sqrt(n) with probability
    sqrt(2 pi) / 0.2 exp(-pi^2 / (8 * 0.2^2)), 5e-13. So are two draws from each other, for n / 2.
    """
    n = len(way)
    draws, steps = [np.sort(2 * way), np.sort(2 * other)], np.arange(n + 1) / n
    off = [max(np.max(steps[1:] - z), np.max(z - steps[:-1])) * np.sqrt(n) for z in draws]
    ranks = [np.searchsorted(z, np.concatenate(draws), side="right") for z in draws]
    return {
        "shares, least distance from a uniform distribution, times sqrt(n)": (min(off), 0.2, None),
        "shares, largest such distance": (max(off), None, 3.5),
        "distance of two seeds' shares, but for their order": (
            float(np.abs(ranks[0] - ranks[1]).max() / np.sqrt(2 * n)),
            0.2,
            None,
        ),
    }


def segment_of(pairs):
    """The number of each pair's segment: (i, j) and (j, i) have the same one."""
    names = [tuple(sorted(pair)) for pair in pairs.tolist()]
    numbers = {name: n for n, name in enumerate(sorted(set(names)))}
    return np.array([numbers[name] for name in names])


def weights_of(pairs):
    """The chance of each segment, rows and their neighbours being equally likely."""
    of = np.bincount(pairs[:, 0])
    return np.bincount(segment_of(pairs), weights=1 / (np.count_nonzero(of) * of[pairs[:, 0]]))


def call(case):
    X, n_new, k, seed = case
    return "smote(np.array({}), {}, {}, np.random.default_rng({}))", X.tolist(), n_new, k, seed


# %% tags=["cases"]
promises = ["pure"]


def visible():
    yield np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 10.0], [1.5, 10.0]]), 400, 1, 7
    yield np.array([[0.0, 1.0], [2.0, 0.0], [3.0, 7.0], [9.5, 4.0], [5.0, 5.5]]), 600, 2, 7
    yield np.array([[1.0, 2.0], [3.0, 8.0], [4.0, 4.0]]), 300, 5, 7  # fewer rows than k + 1


def hidden(rng):
    for n, d, k in [(6, 3, 2), (8, 2, 3), (5, 4, 1)]:
        yield rng.normal(size=(n, d)), 900, k, int(rng.integers(1e6))
    yield rng.normal(size=(2, 3)), 300, 1, int(rng.integers(1e6))
    yield rng.normal(size=(4, 2)), 500, 9, int(rng.integers(1e6))
    yield rng.normal(size=(4, 2)), 0, 2, 5


# %% tags=["mistakes"]
def spoiled(X, n_new, k, rng, first=1, draw=None, nearest=None, start=None):
    """The solution with the neighbours, the start and the share of the way open."""
    if nearest is None:
        distances = np.linalg.norm(X[:, None] - X[None], axis=2)
        nearest = distances.argsort(axis=1)[:, first : first + min(k, len(X) - 1)]
    start = rng.integers(len(X), size=n_new) if start is None else start
    end = nearest[start, rng.integers(nearest.shape[1], size=n_new)]
    u = rng.random((n_new, 1)) if draw is None else draw((n_new, 1))
    return X[start] + u * (X[end] - X[start])


@mistake("Some new rows are copies: a row is not its own neighbour, though its distance is 0.")
def takes_itself_for_a_neighbour(X_minority, n_new, k, rng):
    return spoiled(X_minority, n_new, k, rng, first=0)


@mistake("All new rows are copies: how far along the way to a neighbour does a new row lie?")
def copies_rows(X_minority, n_new, k, rng):
    return X_minority[rng.integers(len(X_minority), size=n_new)]


@mistake("New rows lie between rows that are no neighbours: draw from the k nearest.")
def takes_any_other_row(X_minority, n_new, k, rng):
    return spoiled(X_minority, n_new, len(X_minority), rng)


@mistake("Each column went its own share of the way: one number moves a whole row.")
def draws_for_each_column(X_minority, n_new, k, rng):
    return spoiled(
        X_minority, n_new, k, rng, draw=lambda s: rng.random((n_new, X_minority.shape[1]))
    )


@mistake("Rows lie beyond the given ones: how far along the way to its neighbour does a row go?")
def goes_too_far(X_minority, n_new, k, rng):
    return spoiled(X_minority, n_new, k, rng, draw=lambda s: 2 * rng.random(s))


@mistake("Every new row lies in the middle of its segment: draw how far it goes.")
def goes_half_way(X_minority, n_new, k, rng):
    return spoiled(X_minority, n_new, k, rng, draw=lambda s: np.full(s, 0.5))


@mistake("All new rows go the same share of their way: draw a number for each of them.")
def draws_one_share(X_minority, n_new, k, rng):
    return spoiled(X_minority, n_new, k, rng, draw=lambda s: np.full(s, rng.random()))


@mistake("New rows lie off the segments: noise was added to a row, not a share of the way.")
def adds_noise(X_minority, n_new, k, rng):
    X = X_minority[rng.integers(len(X_minority), size=n_new)]
    return X + rng.normal(scale=0.1 * X_minority.std(), size=X.shape)


@mistake("Some segments get too many rows and others too few: draw the row to start from anew.")
def starts_at_one_row(X_minority, n_new, k, rng):
    return spoiled(X_minority, n_new, k, rng, start=np.zeros(n_new, int))


@mistake("Only one of the k neighbours is ever used: each of them is equally likely.")
def uses_the_nearest_only(X_minority, n_new, k, rng):
    return spoiled(X_minority, n_new, 1, rng)


@mistake("The given rows came back with the new ones: return the new rows alone.")
def returns_all_rows(X_minority, n_new, k, rng):
    return np.concatenate([X_minority, smote(X_minority, n_new, k, rng)])


@mistake("There are n_new rows for each given row: n_new is the number of all new ones.")
def makes_too_many(X_minority, n_new, k, rng):
    return smote(X_minority, n_new * len(X_minority), k, rng)


@mistake("Every seed gives the same rows: the rng you are given should decide.")
def fixes_the_seed(X_minority, n_new, k, rng):
    return smote(X_minority, n_new, k, np.random.default_rng(0))


@mistake("The same seed gave other rows: take all randomness from rng.")
def uses_global_randomness(X_minority, n_new, k, rng):
    return smote(X_minority, n_new, k, np.random.default_rng())


@mistake("New rows lie at a given row plus a share of its neighbour: the way is their difference.")
def adds_the_neighbour(X_minority, n_new, k, rng):
    distances = np.linalg.norm(X_minority[:, None] - X_minority[None], axis=2)
    nearest = distances.argsort(axis=1)[:, 1 : k + 1]
    start = rng.integers(len(X_minority), size=n_new)
    end = nearest[start, rng.integers(nearest.shape[1], size=n_new)]
    return X_minority[start] + rng.random((n_new, 1)) * X_minority[end]


@mistake("New rows lie between rows far apart: the k farthest were taken, not the nearest.")
def takes_the_farthest(X_minority, n_new, k, rng):
    distances = np.linalg.norm(X_minority[:, None] - X_minority[None], axis=2)
    farthest = distances.argsort(axis=1)[:, ::-1][:, : min(k, len(X_minority) - 1)]
    return spoiled(X_minority, n_new, k, rng, nearest=farthest)
