import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### How many units are dead?
#
# `activations` (N, M) holds the outputs of $M$ ReLU units on $N$ rows, $N \geq 1$. A unit is dead
# on these rows if it gives exactly 0 on all of them. Return the share of dead units, a number from
# 0 to 1.

# %% [markdown] tags=["hint"]
# Look at a single column: which question makes it True or False? That gives M answers, and a share
# of them.


# %% tags=["solution"]
def dead_fraction(activations):
    """Return the share of the M units (columns) that are 0 on all N rows."""
    return np.mean(np.all(activations == 0, axis=0))


# %% tags=["cases"]
promises = ["integer", "float32", "pure", "repeatable"]


def visible():
    yield np.array([[0.0, 0.0, 2.0, 0.0], [0.0, 1.0, 2.0, 0.0], [0.0, 0.0, 2.0, 0.0]])
    yield np.array([[1.0, 0.0, 0.0], [2.0, 0.0, 3.0]])
    yield np.array([[1e-9, 0.0], [0.0, 0.0]])


def hidden(rng):
    for n, m in [(4, 6), (3, 3), (7, 5), (1, 4)]:
        a = np.maximum(rng.normal(size=(n, m)) + 0.3, 0)
        a[0, 0], a[:, 1], a[0, 2:] = 0.5, 0.0, 0.7
        a[-1, 2] = 0.0 if n > 1 else 0.7
        yield a
    a = np.maximum(rng.integers(-2, 2, size=(5, 6)), 0)
    a[:, 3] = 0
    yield a
    tiny = np.array([[1e-9, 0.0, 0.0, 3.0], [0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 1e-12, 1.0]])
    yield tiny
    yield np.zeros((3, 2))
    many = np.ones((256, 3))  # 256 is 0 in a counter of 8 bits
    many[:, 1] = 0.0
    yield many


# %% tags=["mistakes"]
@mistake("That is the share of zeros: a unit that is 0 on some rows is not dead.")
def counts_zeros(activations):
    return np.mean(activations == 0)


@mistake("That is the share of rows on which every unit is 0: units are the columns.")
def looks_along_the_rows(activations):
    return np.mean(np.all(activations == 0, axis=1))


@mistake("A unit was counted if it is 0 on any row: dead means on all of them.")
def counts_any_zero(activations):
    return np.mean(np.any(activations == 0, axis=0))


@mistake("That is the share of units that are alive.")
def counts_the_living(activations):
    return np.mean(np.any(activations != 0, axis=0))


@mistake("That is a number of units: the share of all units is asked for.")
def counts_units(activations):
    return int(np.sum(np.all(activations == 0, axis=0)))


@mistake("The number of dead units was divided by the number of rows.")
def divides_by_the_rows(activations):
    return np.sum(np.all(activations == 0, axis=0)) / len(activations)


@mistake("Outputs close to 0 were taken for 0: a unit that gives 1e-9 still passes a gradient.")
def takes_small_for_zero(activations):
    return np.mean(np.all(np.isclose(activations, 0), axis=0))


@mistake("The number of dead units was divided by the number of all entries.")
def divides_by_the_entries(activations):
    return np.sum(np.all(activations == 0, axis=0)) / activations.size


@mistake("Units that give the same on all rows were counted, whatever they give.")
def counts_the_constant(activations):
    return np.mean(np.std(activations, axis=0) == 0)


@mistake(
    "One unit was counted, however many are dead: np.where and np.nonzero return a tuple, "
    "and its length is the number of axes."
)
def counts_the_axes(activations):
    return 1 / activations.shape[1]
