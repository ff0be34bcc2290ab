import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A step from one sigmoid
#
# Return the output of a sigmoid unit that rises from 0 to 1 around `position`: $\sigma(w\,(x - p))$
# with $w$ = `steepness` and $p$ = `position`, for an array `x` of any shape. The steepness may be
# 1,000 or more. You may use $\sigma(z) = \frac12(1 + \tanh\frac z2)$, with `np.tanh`.

# %% [markdown] tags=["hint"]
# Print the score of the unit at x = -100 and at x = 100, for position 0.5 and steepness 1000.
# What does np.exp give for these scores with the sign turned, and what does np.tanh give?


# %% tags=["solution"] stable=true
def sigmoid_step(x, position, steepness):
    """Return sigmoid(steepness * (x - position)) for each element of `x`, in its shape."""
    return 0.5 * (1 + np.tanh(0.5 * steepness * (x - position)))


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "extreme64: x", "extreme32: x", "pure", "repeatable"]


def visible():
    yield np.array([0.0, 0.3, 1.0]), 0.3, 5.0
    yield np.array([[-1.0, 2.0], [2.5, 2.1]]), 2.0, 3.0
    yield np.array([-100.0, 1.0, 100.0]), 0.5, 1000.0
    yield np.array([-1, 0, 2]), 0.5, 2.0
    yield np.array([0.5, -1.5], dtype=np.float32), 0.25, 2.0


def hidden(rng):
    for shape in [(5,), (3, 4), (2, 2, 3), (0,)]:
        position = float(rng.uniform(0.5, 2.0))
        x = rng.normal(size=shape) + position
        x.flat[:1] = position
        yield x, position, float(rng.uniform(2.0, 8.0))
    yield rng.uniform(-50, 50, size=6), 0.7, 5000.0
    yield np.array([-1, 0, 2]), 0.5, 3.0
    yield rng.normal(size=(2, 3)).astype(np.float32), 0.4, 4.0


# %% tags=["mistakes"]
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


@mistake("The step falls from 1 to 0: check a sign.")
def falls(x, position, steepness):
    return sigmoid(-steepness * (x - position))


@mistake("The step is not at position: what is the score of the unit there?")
def adds_the_position(x, position, steepness):
    return sigmoid(steepness * (x + position))


@mistake("The step is at position / steepness: the bias needs the steepness, too.")
def forgets_to_scale_the_bias(x, position, steepness):
    return sigmoid(steepness * x - position)


@mistake(
    "Far from the step NumPy reports trouble on the way: how large can a power of e get there?"
)
def overflows(x, position, steepness):
    return 1 / (1 + np.exp(-steepness * (x - position)))


@mistake("The result is only 0 or 1: a sigmoid of this steepness also has values in between.")
def is_hard(x, position, steepness):
    return (x >= position) * 1.0


@mistake("The steepness makes no difference to your step.")
def ignores_the_steepness(x, position, steepness):
    return sigmoid(x - position)


@mistake("The step runs from -1 to 1: that is a tanh.")
def returns_tanh(x, position, steepness):
    return np.tanh(steepness * (x - position))


@mistake("The step is too gentle: dividing by the steepness stretches it.")
def divides_by_the_steepness(x, position, steepness):
    return sigmoid((x - position) / steepness)


@mistake("The result is only 0 or 1: a sigmoid of this steepness also has values in between.")
def is_hard_beyond_the_position(x, position, steepness):
    return (x > position) * 1.0


@mistake("Far to the right e to a large number is inf, and inf / inf is nan.")
def divides_inf_by_inf(x, position, steepness):
    e = np.exp(steepness * (x - position))
    return e / (1 + e)


@mistake("The values exceed 1: without brackets 1 / 1 + e is (1 / 1) + e.")
def forgets_the_brackets(x, position, steepness):
    return 1 / 1 + np.exp(-steepness * (x - position))


@mistake("The step is twice as steep as asked: compare the slopes of tanh and sigmoid at 0.")
def is_twice_as_steep(x, position, steepness):
    return sigmoid(2 * steepness * (x - position))


@mistake("For an array of integers the result lost its decimals: it took over the type of x.")
def keeps_integers(x, position, steepness):
    return sigmoid(steepness * (x - position)).astype(x.dtype)
