import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Softmax
#
# $p_k = e^{z_k}/\sum_j e^{z_j}$ along the last axis, for an array with any number of axes: along it
# the result sums to 1. Rows may differ by thousands, and no row may come out as nan.

# %% [markdown] tags=["hint"]
# Work out one row by hand, (0, 1), and then (1000, 1001): the answers are equal. Then print the
# shape of what you divide by, for an input of shape (2, 3).


# %% tags=["solution"] stable=true
def softmax(z):
    """Return e^z / sum(e^z) along the last axis of `z`, in its shape."""
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "extreme64", "extreme32", "pure", "repeatable"]


def visible():
    yield np.array([0.0, 1.0, 2.0])
    # rows of equal maxima here and below: no keepdims looks alike with a shift and without
    yield np.array([[2.0, 1.0], [-3.0, 2.0]])
    yield np.array([[2000.0, 2001.0, 2000.0], [0.0, 1.0, 3.0]])
    yield np.array([1000.0, 1000.0, -2000.0])  # the mean and the minimum are shifts too small
    yield np.array([[[0.0, 1.0], [2.0, 0.0], [1.0, 1.0]], [[1.0, 4.0], [0.0, 0.0], [3.0, 0.0]]])
    yield np.array([[3, 0], [1, 3]])
    yield np.array([[0.5, -1.5]], dtype=np.float32)


def hidden(rng):
    yield np.array([[1000.0, 0.0, -1000.0], [-1000.0, -1000.0, 1000.0]])  # one row, both ends
    for shape in [(5,), (4, 3), (3, 3), (2, 3, 4), (2, 2, 2, 3), (0, 3)]:
        yield rng.normal(scale=2.0, size=shape)
    yield rng.normal(size=(3, 4)) + np.array([[0.0], [2000.0], [-1500.0]])
    yield rng.integers(-3, 4, size=(4, 3))
    yield rng.normal(size=(3, 2)).astype(np.float32)


def extreme64(rng):
    # rows of neighbours far out: whoever cuts all scores at one number finds them equal
    z = rng.uniform(-3.0, 3.0, size=(4, 3)) + np.array([[997.0], [-997.0], [400.0], [0.0]])
    z[0, 0], z[1, 0] = 1000.0, -1000.0
    yield z


# %% tags=["mistakes"]
def along(z, axis, keepdims=True):
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=keepdims)


def unshifted(axis):
    @mistake("Large scores overflow: what can you take off all scores without changing the result?")
    def does_not_shift(z):
        e = np.exp(z)
        return e / e.sum(axis=min(axis, z.ndim - 1), keepdims=True)

    return does_not_shift


does_not_shift, does_not_shift_second_axis = unshifted(-1), unshifted(1)


@mistake("A row far below the others comes out as nan: shift each row by its own maximum.")
def shifts_by_one_maximum(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=-1, keepdims=True)


@mistake("Scores far apart in one row still overflow: which shift leaves no exponent above 0?")
def shifts_by_the_mean(z):
    e = np.exp(z - z.mean(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@mistake("Cut off at a bound, different large scores became equal: what keeps their differences?")
def clips_large_scores(z):
    return does_not_shift(np.minimum(z, 500))


@mistake("From integers came whole numbers: which dtype has the array that you fill?")
def cuts_to_integers(z):
    return along(z, -1).astype(z.dtype)


@mistake("The first axis sums to 1, not the last: which axis are the classes on?")
def along_the_first_axis(z):
    return along(z, 0)


@mistake("With three axes another axis sums to 1 than the last one.")
def along_the_second_axis(z):
    return along(z, min(1, z.ndim - 1))


@mistake("The whole array sums to 1: each row should.")
def over_everything(z):
    return along(z, None)


@mistake("What belongs to a row met a column: keep the axis that a sum or a maximum removes.")
def forgets_keepdims(z):
    return along(z, -1, keepdims=False)


@mistake("These are logarithms of probabilities: they do not sum to 1.")
def returns_logarithms(z):
    shifted = z - z.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


@mistake("Each score was squashed alone: a softmax makes the classes share 1.")
def returns_sigmoids(z):
    return 0.5 * (1 + np.tanh(z / 2))


@mistake("The largest class gets everything: a softmax leaves something to the others.")
def returns_the_winner(z):
    return (z == z.max(axis=-1, keepdims=True)) * 1.0
