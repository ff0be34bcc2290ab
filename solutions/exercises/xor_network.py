import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### XOR by hand
#
# No line separates the cases of XOR, but two layers do. Choose the weights yourself: return
# `(W1, b1, W2, b2)` of shapes (2, 2), (2,), (2, 1) and (1,). With units that give 1 for a score
# above 0 and 0 otherwise, `step(step(x @ W1 + b1) @ W2 + b2)` must be 1 where exactly one of the
# two inputs is 1, and 0 elsewhere. This must still hold when each input is off by up to 0.2, so
# leave room between the cases.

# %% [markdown] tags=["hint"]
# Draw the four corners as squares, 0.2 to each side, and two lines that touch no square: each line
# is one hidden unit. A table of their two outputs at the corners shows what is left for the last
# unit.


# %% tags=["solution"] minutes=10
def xor_network():
    """Return (W1, b1, W2, b2) of two layers of step units that compute XOR."""
    W1, b1 = np.array([[1.0, 1.0], [1.0, 1.0]]), np.array([-0.5, -1.5])
    return W1, b1, np.array([[1.0], [-1.0]]), np.array([-0.5])


# %% tags=["probe"]
def collect(fn, case):
    return fn()


CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]
# exact inputs, then inputs too large and too small, then a grid round each corner
OFF = [[0.0, 0.0], [0.2, 0.2], [-0.2, -0.2]]
GRID = [[a, b] for a in np.linspace(-0.19, 0.19, 5) for b in np.linspace(-0.19, 0.19, 5)]


def judge(case, parts):
    assert isinstance(parts, list | tuple), "four arrays: (W1, b1, W2, b2)"
    assert len(parts) == 4, "four arrays: (W1, b1, W2, b2)"
    W1, b1, W2, b2 = (np.asarray(p, dtype=float) for p in parts)
    assert W1.shape == (2, 2), "first W1, of shape (2, 2)"
    assert b1.shape == (2,), "second b1, of shape (2,)"
    assert W2.shape == (2, 1), "third W2, of shape (2, 1)"
    assert b2.shape == (1,), "fourth b2, of shape (1,)"
    numbers = {}
    for off in OFF + GRID:
        for corner in CORNERS:
            fired = (np.add(corner, off) @ W1 + b1 > 0) * 1.0
            out = bool(fired @ W2[:, 0] + b2[0] > 0)
            near = [round(float(x), 3) for x in off]
            numbers[f"fires at {corner} off by {near}"] = (out, sum(corner) == 1)
    return numbers


def call(case):
    return ("xor_network()",)


# %% tags=["cases"]
def visible():
    yield ()  # the network comes out once, and is judged on all inputs


def hidden(rng):
    yield ()


# %% tags=["mistakes"]
def network(b1, W2, b2):
    return np.ones((2, 2)), np.array(b1), np.array(W2)[:, None], np.array([b2])


@mistake("(1, 1) gives 1: that is OR. What should keep the output down when both are on?")
def computes_or():
    return network([-0.5, -1.5], [1.0, 0.0], -0.5)


@mistake("Only (1, 1) gives 1: that is AND.")
def computes_and():
    return network([-0.5, -1.5], [0.0, 1.0], -0.5)


@mistake("Equal inputs give 1 and others 0: that is the opposite of XOR.")
def computes_the_opposite():
    return network([-0.5, -1.5], [-1.0, 1.0], 0.5)


@mistake("Exact inputs are right, but inputs a little too large are not: move the thresholds.")
def has_no_room_above():
    return network([-0.05, -1.05], [1.0, -1.0], -0.5)


@mistake("Exact inputs are right, but inputs a little too small are not: move the thresholds.")
def has_no_room_below():
    return network([-0.95, -1.95], [1.0, -1.0], -0.5)


@mistake(
    "Exact inputs are right, but inputs a little too large or too small are not: a border lies "
    "best halfway between the cases that it separates."
)
def has_no_room_at_all():
    return network([-0.1, -1.9], [1.0, -1.0], -0.5)


@mistake("The exact input (1, 1) gives 1: does a score there lie at exactly 0?")
def stops_on_the_border():
    return network([-0.5, -2.0], [1.0, -1.0], -0.5)


@mistake("The output is always 0: can the second layer's sum get above its threshold?")
def never_fires():
    return network([-0.5, -1.5], [1.0, -1.0], -1.0)


@mistake("The output is always 1: can the second layer's sum get below its threshold?")
def always_fires():
    return network([-0.5, -1.5], [1.0, -1.0], 0.5)


@mistake("Only (1, 0) gives 1: does each column of W1 hold the weights of one hidden unit?")
def fires_for_the_first_alone():
    return np.array([[1.0, 1.0], [-1.0, -1.0]]), np.array([-0.5, 1.5]), np.ones((2, 1)), [-1.5]


@mistake("Only (0, 1) gives 1: does each column of W1 hold the weights of one hidden unit?")
def fires_for_the_second_alone():
    return np.array([[-1.0, -1.0], [1.0, 1.0]]), np.array([1.5, -0.5]), np.ones((2, 1)), [-1.5]


@mistake("Only (1, 1) gives 0: that is NAND. What should keep the output down at (0, 0)?")
def computes_nand():
    return network([-0.5, -1.5], [0.0, -1.0], 0.5)
