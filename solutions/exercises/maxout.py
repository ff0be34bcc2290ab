import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Maxout
#
# Each of $M$ units has $P$ linear pieces: `x` (N, D), `W` (P, D, M), `b` (P, M). Return
# (N, M): $\max_p\,(x W_p + b_p)$ for each row and unit, the largest piece, whatever its sign.

# %% [markdown] tags=["hint"]
# Take one row and one unit and write down its P numbers. Then print the shape of your array before
# the maximum: which axis counts the pieces?


# %% tags=["solution"]
def maxout(x, W, b):
    """Return (N, M): the largest of the P linear pieces of each unit, for each row of `x`."""
    return (x @ W + b[:, None, :]).max(axis=0)


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x", "pure", "repeatable"]


def visible():
    three = np.array([[[1.0], [0.0]], [[-1.0], [0.5]], [[0.0], [-1.0]]])
    yield np.array([[1.0, -2.0], [3.0, 1.0]]), three, np.array([[-5.0], [-4.0], [-5.5]])
    W = np.array([[[1.0, 0.0], [0.0, 1.0]], [[-1.0, 2.0], [0.5, 0.0]]])
    yield np.array([[1.0, -2.0], [-1.0, 3.0]]), W, np.array([[0.0, 1.0], [0.5, -1.0]])
    x, b = np.array([[1, -2], [0, 3]]), np.array([[0.0, 1.0], [0.5, -1.0]])
    yield x, W, b
    yield tuple(a.astype(np.float32) for a in (x, W, b - 4))


def hidden(rng):
    for n, d, m, p in [(4, 3, 2, 3), (2, 2, 2, 2), (5, 1, 3, 4), (1, 4, 2, 2), (3, 2, 4, 1)]:
        yield rng.normal(size=(n, d)), rng.normal(size=(p, d, m)), rng.normal(size=(p, m)) - 1
    yield rng.normal(size=(0, 3)), rng.normal(size=(2, 3, 2)), rng.normal(size=(2, 2))
    W, b = rng.normal(size=(3, 2, 4)), rng.normal(size=(3, 4))
    yield rng.integers(-3, 4, size=(5, 2)), W, b
    yield tuple(a.astype(np.float32) for a in (rng.normal(size=(5, 2)), W, b))


# %% tags=["mistakes"]
def pieces(x, W, b):
    """All pieces (P, N, M)."""
    return np.einsum("nd,pdm->pnm", x, W) + b[:, None, :]


@mistake("The maximum was taken over the units: each unit keeps one of its own pieces.")
def maximum_over_units(x, W, b):
    return pieces(x, W, b).max(axis=2)


@mistake("The maximum was taken over the rows: every row has its own result.")
def maximum_over_rows(x, W, b):
    return pieces(x, W, b).max(axis=1)


@mistake("The pieces were added up where the largest is asked for.")
def adds_the_pieces(x, W, b):
    return pieces(x, W, b).sum(axis=0)


@mistake("The smallest piece was kept.")
def keeps_the_smallest(x, W, b):
    return pieces(x, W, b).min(axis=0)


@mistake("Negative results were set to 0: a maxout unit has no ReLU.")
def adds_a_relu(x, W, b):
    return np.maximum(pieces(x, W, b).max(axis=0), 0)


@mistake("The biases make no difference in your result.")
def forgets_the_biases(x, W, b):
    return pieces(x, W, 0 * b).max(axis=0)


@mistake("The bias came after the maximum: each piece has a bias of its own.")
def adds_the_bias_afterwards(x, W, b):
    return pieces(x, W, 0 * b).max(axis=0) + b.max(axis=0)


@mistake("The piece was chosen by its size without the sign: the largest is asked for.")
def largest_magnitude(x, W, b):
    s = pieces(x, W, b)
    return np.take_along_axis(s, np.abs(s).argmax(axis=0)[None], axis=0)[0]


@mistake("The result keeps the axis of the pieces: one number a row and unit is asked for.")
def returns_all_pieces(x, W, b):
    return pieces(x, W, b)


@mistake("The maximum was taken over the units: each unit keeps one of its own pieces.")
def maximum_over_units_of_rows_first(x, W, b):
    return pieces(x, W, b).max(axis=2).T


@mistake("Each row of b (P, M) went to a row of x; it belongs to a piece, for every row of x.")
def gives_the_biases_to_the_rows(x, W, b):
    return (x @ W + b).max(axis=0)


@mistake("That is which piece wins, counted from 0, and not its value.")
def returns_the_winner(x, W, b):
    return pieces(x, W, b).argmax(axis=0)


@mistake("The largest weights were chosen before x came in: which piece wins depends on x.")
def takes_the_largest_weights(x, W, b):
    return x @ W.max(axis=0) + b.max(axis=0)
