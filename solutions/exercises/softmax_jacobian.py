import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Every score moves every probability
#
# `p` (K,) is one row of softmax outputs, $p = \mathrm{softmax}(s)$. Return the matrix (K, K) with
# $J_{ij} = \partial p_i/\partial s_j$, written with `p` alone. On the diagonal
# $J_{ii} = p_i (1 - p_i)$; elsewhere $J_{ij} = -p_i p_j$: what one class gains, the others lose.

# %% [markdown] tags=["hint"]
# Do K = 2 by hand: with p = (0.2, 0.8) the entries are 0.16 or -0.16. Which term stands in all four
# of them, and which on the diagonal only?


# %% tags=["solution"]
def softmax_jacobian(p):
    """Return the matrix (K, K) of dp_i/ds_j for one row `p` (K,) of softmax outputs."""
    return np.diag(p) - np.outer(p, p)


# %% tags=["cases"]
promises = ["float32", "pure", "repeatable"]


def visible():
    yield np.array([0.2, 0.8])
    yield np.array([0.5, 0.3, 0.2])
    yield np.array([0.25, 0.25, 0.5], dtype=np.float32)


def hidden(rng):
    for k in [2, 3, 4, 7]:
        yield rng.dirichlet(np.ones(k))
    yield np.array([1.0])
    yield np.array([0.0, 1.0, 0.0])
    yield rng.dirichlet(np.ones(5)).astype(np.float32)


# %% tags=["mistakes"]
@mistake("Only the diagonal is filled: raising one score also lowers the other probabilities.")
def only_the_diagonal(p):
    return np.diag(p * (1 - p))


@mistake("That is the diagonal alone, as a row: each output depends on every score.")
def a_row_of_slopes(p):
    return p * (1 - p)


@mistake("The diagonal is -p_i squared: a term is missing where i = j.")
def forgets_the_diagonal(p):
    return -np.outer(p, p)


@mistake("All signs are turned round: raising a score raises its own probability.")
def turns_the_signs(p):
    return np.outer(p, p) - np.diag(p)


@mistake("Each row should sum to 0, since the probabilities always sum to 1. Check a sign.")
def adds_the_outer_product(p):
    return np.diag(p) + np.outer(p, p)


@mistake("All entries of a column lose the same: an entry off the diagonal knows both i and j.")
def squares_along_the_row(p):
    return np.diag(p) - p * p


@mistake("The entries fit softmax(p), not p: what you are given has been through the softmax.")
def applies_softmax_again(p):
    e = np.exp(p)
    return np.diag(e / e.sum()) - np.outer(e, e) / e.sum() ** 2


@mistake("Off the diagonal stands p_i (1 - p_j): that is the diagonal's formula, used everywhere.")
def uses_one_formula_everywhere(p):
    return np.outer(p, 1 - p)


@mistake("Off the diagonal stands p_j (1 - p_i): that is the diagonal's formula, used everywhere.")
def uses_one_formula_by_columns(p):
    return np.outer(1 - p, p)


@mistake("Every entry loses the same number: for a single row, p @ p.T is no matrix.")
def subtracts_one_number(p):
    return np.diag(p) - p @ p.T


@mistake("The diagonal is 1 - p_i squared. What does the formula have where this has the 1?")
def has_ones_on_the_diagonal(p):
    return np.eye(len(p), dtype=p.dtype) - np.outer(p, p)


@mistake("On the diagonal the square of p_i is subtracted twice; the rest is right.")
def subtracts_the_square_twice(p):
    return np.diag(p * (1 - p)) - np.outer(p, p)


@mistake("Off the diagonal all signs are wrong: what one class gains, the others lose.")
def gains_off_the_diagonal(p):
    return np.outer(p, p) + np.diag(p * (1 - 2 * p))
