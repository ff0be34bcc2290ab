import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A leash for every unit
#
# Column $j$ of `W` (D_in, D_out) holds the incoming weights of unit $j$. Return a new array in
# which every column whose norm (the root of the sum of its squares) exceeds `r` > 0 is shortened to
# norm `r`, keeping its direction. All other columns keep their values, zeros too.

# %% [markdown] tags=["hint"]
# Take the columns (3, 4) and (0.3, 0.4) and r = 1. Print the norms of all columns before and after,
# and what a column of zeros becomes.


# %% tags=["solution"]
def max_norm(W, r):
    """Return `W` with each column longer than `r` shortened to norm `r`."""
    norms = np.sqrt(np.sum(W**2, axis=0))
    return W * (r / np.maximum(norms, r))


# %% tags=["cases"]
promises = ["integer: W", "float32", "pure", "repeatable"]


def visible():
    W = np.array([[3.0, 0.3, 0.0, 1.5], [4.0, -0.4, 0.0, 0.5]])
    yield W, 1.0
    yield W, 2.0
    yield W, 5.0
    yield 0.1 * W, 0.2
    yield 1e-4 * W, 2e-4
    yield np.array([[3, 1], [-4, 2], [0, 5]]), 2.5


def hidden(rng):
    for shape in [(4, 3), (2, 6), (5, 5), (1, 4), (6, 1)]:
        W = rng.normal(size=shape) * rng.uniform(0.2, 3.0, size=shape[1])
        lengths = np.sqrt(np.sum(W**2, axis=0))
        for r in (np.median(lengths), 0.4 * lengths.max(), 2 * lengths.max()):
            yield W, float(r)
    W = rng.normal(size=(3, 4))
    W[:, 1] = 0.0
    yield W, 1.2
    yield W.T, 0.8
    yield 1e-4 * W, 1e-4
    yield 0.1 * W, 0.1
    yield 30 * W, 7.0
    yield np.zeros((2, 3)), 0.5
    yield rng.normal(size=(3, 5)).astype(np.float32), 1.5


# %% tags=["mistakes"]
def norms(W, axis=0):
    return np.sqrt(np.sum(W**2, axis=axis, keepdims=True))


def clipped(W, r, axis=0):
    return W * (r / np.maximum(norms(W, axis), r))


def where_long(W, r, new):
    """`new` in the columns beyond r."""
    return np.where(norms(W) > r, new, W)


@mistake("Rows were shortened: the incoming weights of a unit are a column.")
def clips_rows(W, r):
    return clipped(W, r, axis=1)


@mistake("The whole matrix was shortened by one number: each column has its own norm.")
def clips_the_whole(W, r):
    return clipped(W, r, axis=None)


@mistake("All columns were shortened by one number, that of the longest: each has its own.")
def clips_by_the_longest(W, r):
    return W * (r / np.maximum(norms(W).max(), r))


@mistake("Short columns were made longer: only those beyond r change.")
def scales_every_column(W, r):
    return W * (r / np.where(norms(W) == 0, 1, norms(W)))


@mistake("A column of zeros became nan: what is it divided by?")
def makes_zeros_nan(W, r):
    with np.errstate(all="ignore"):
        return np.divide(W, norms(W)) * np.minimum(norms(W), r)


@mistake("Short columns were made longer, and zeros became nan: only columns beyond r change.")
def scales_every_column_and_zeros(W, r):
    with np.errstate(all="ignore"):
        return np.divide(W, norms(W)) * r


@mistake("Single weights were cut at r: a column keeps its direction.")
def clips_numbers(W, r):
    return np.clip(W, -r, r)


@mistake("A column was held against r by its square: a root is missing.")
def compares_squares(W, r):
    return W * (r / np.maximum(norms(W) ** 2, r))


@mistake("Columns were chosen by the square of their norm: a root is missing where you compare.")
def compares_squares_and_scales_well(W, r):
    return np.where(norms(W) ** 2 > r, W * r / np.where(norms(W), norms(W), 1), W)


@mistake("Long columns are not of norm r: the norm that divides them lacks its root.")
def divides_by_squares(W, r):
    return where_long(W, r, W * r / np.where(norms(W), norms(W), 1) ** 2)


@mistake("A column's norm is the root of the sum of squares, not a sum of sizes.")
def adds_magnitudes(W, r):
    return W * (r / np.maximum(np.sum(np.abs(W), axis=0), r))


@mistake("A column's norm is the root of the sum of squares, not its largest number.")
def takes_the_largest_number(W, r):
    return W * (r / np.maximum(np.max(np.abs(W), axis=0), r))


@mistake("A column's norm is the root of a sum: the squares were averaged.")
def averages_the_squares(W, r):
    return W * (r / np.maximum(np.sqrt(np.mean(W**2, axis=0)), r))


@mistake("Long columns came out with norm 1: r is asked.")
def clips_to_one(W, r):
    return where_long(W, r, W / np.where(norms(W) > r, norms(W), 1))


@mistake("Long columns were divided by r: what makes their norm r?")
def divides_by_r(W, r):
    return where_long(W, r, W / r)


@mistake("Long columns were multiplied by r: what makes their norm r?")
def multiplies_by_r(W, r):
    return where_long(W, r, W * r)


@mistake("Long columns became 0: shortened, they keep their direction.")
def drops_long_columns(W, r):
    return where_long(W, r, 0.0 * W)


@mistake("r makes no difference in your result, every column has norm 1.")
def normalizes(W, r):
    return W / np.where(norms(W) == 0, 1, norms(W))


@mistake(
    "A little was added to the norm, as PyTorch adds 1e-7 in the denominator: here nothing is."
)
def adds_a_little(W, r):
    return where_long(W, r, W * (r / (norms(W) + 1e-7)))


@mistake(
    "Short columns changed, too: a little was added to each norm, as Keras does; here nothing is."
)
def adds_a_little_everywhere(W, r):
    return W * np.clip(norms(W), 0, r) / (1e-7 + norms(W))


@mistake("Short columns changed and long ones did not: which of them exceed r?")
def turns_the_comparison(W, r):
    return W * (r / np.where(norms(W) == 0, np.inf, np.minimum(norms(W), r)))


@mistake("These are the factors of the columns: the new weights are asked.")
def returns_the_factors(W, r):
    return (r / np.maximum(norms(W), r))[0]


@mistake("Whole weights stayed whole: which dtype has the array that you write into?")
def keeps_integers(W, r):
    return max_norm(W, r).astype(W.dtype)


@mistake("Only the first long column was shortened: is the return inside the loop?")
def returns_from_the_loop(W, r):
    out = np.array(W, dtype=float)
    for j in np.flatnonzero(norms(W)[0] > r)[:1]:
        out[:, j] *= r / norms(W)[0, j]
    return out


@mistake("Long columns are shorter than r: the factor was taken twice.")
def shortens_twice(W, r):
    return W * (r / np.maximum(norms(W), r)) ** 2


@mistake("Columns were held against the square of r: which of the two numbers has a root?")
def compares_with_the_square_of_r(W, r):
    return np.where(norms(W) > r**2, W * r / np.where(norms(W), norms(W), 1), W)


@mistake("Every number of a long column became r: its norm is to be r.")
def fills_with_r(W, r):
    return where_long(W, r, r)
