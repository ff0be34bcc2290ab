import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A bump from two steps
#
# Two sigmoid units, $\sigma(w(x - l))$ and $\sigma(w(x - r))$, make a bump of height $h$ between
# $l$ = `left` and $r$ = `right`: the first takes the output up by $h$, the second takes it down by
# $h$. Both have the steepness $w$ = `steepness`. Return their sum for an array `x` of any shape.

# %% [markdown] tags=["hint"]
# Plot the two units and your result for left = 0, right = 1 and a gentle steepness such as 10.
# You should see three levels: to the left of the bump, on it, and to its right.


# %% tags=["solution"]
def bump(x, left, right, height, steepness=1000.0):
    """Return the bump of two sigmoid units, about `height` between left and right, else 0."""
    up = np.tanh(0.5 * steepness * (x - left))
    down = np.tanh(0.5 * steepness * (x - right))
    return 0.5 * height * (up - down)


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "extreme64: x", "extreme32: x", "pure", "repeatable"]


def visible():
    yield np.array([0.0, 0.299, 0.45, 0.601, 2.0]), 0.3, 0.6, 0.8
    yield np.array([[-2.0, -1.0], [0.0, 2.0]]), -1.25, 1.5, 2.0, 4.0
    yield np.array([0.5, 3.0]), 1.0, 2.0, -1.5, 3.0
    yield np.array([-1, 0, 1, 2]), -0.5, 1.5, 3.0, 2.0
    yield np.array([0.5, -1.5], dtype=np.float32), -0.5, 0.75, 1.5, 4.0


def hidden(rng):
    for shape in [(6,), (3, 4), (2, 2, 2), (0,)]:
        left = float(rng.uniform(-1.0, 0.0))
        right, height = left + float(rng.uniform(0.5, 1.5)), float(rng.uniform(1.5, 3.0))
        yield rng.normal(size=shape), left, right, height, float(rng.uniform(3.0, 6.0))
    yield np.array([-500.0, 0.2002, 0.5, 0.6997, 900.0]), 0.2, 0.7, 0.4
    yield np.array([0.199, 0.2004, 0.5, 0.6995, 0.7003]), 0.2, 0.7, 0.4  # on the walls
    yield np.array([-1, 0, 1, 2]), -0.5, 1.5, 3.0, 4.0
    yield rng.normal(size=(2, 3)).astype(np.float32), -0.5, 0.5, -1.5, 5.0


def extreme64(rng):
    x = np.concatenate([[1000.0, 0.0], rng.uniform(-1000, 1000, size=3), [-1000.0]])
    yield x, -0.5, 0.75, float(rng.uniform(1.5, 3.0)), float(rng.uniform(4.0, 6.0))


# %% tags=["mistakes"]
def step(x, position, steepness):
    return 0.5 * (1 + np.tanh(0.5 * steepness * (x - position)))


@mistake("To the right of the bump the value is twice the height: the second unit comes down.")
def adds_the_steps(x, left, right, height, steepness=1000.0):
    return height * (step(x, left, steepness) + step(x, right, steepness))


@mistake("The bump is upside down: which of the two units goes up?")
def upside_down(x, left, right, height, steepness=1000.0):
    return -bump(x, left, right, height, steepness)


@mistake("The height makes no difference: the bump is always 1 high.")
def ignores_the_height(x, left, right, height, steepness=1000.0):
    return bump(x, left, right, 1.0, steepness)


@mistake("It goes up and never comes down: a second unit is missing.")
def one_unit_only(x, left, right, height, steepness=1000.0):
    return height * step(x, left, steepness)


@mistake("To the right of the bump the value is height - 1: both units have the height as weight.")
def lowers_by_one(x, left, right, height, steepness=1000.0):
    return height * step(x, left, steepness) - step(x, right, steepness)


@mistake("The edges are vertical: two sigmoids of this steepness also have values in between.")
def is_hard(x, left, right, height, steepness=1000.0):
    return height * ((x >= left) & (x <= right))


@mistake("That is a product of two units: a layer can only compute a sum of them.")
def multiplies_the_steps(x, left, right, height, steepness=1000.0):
    return height * step(x, left, steepness) * (1 - step(x, right, steepness))


@mistake("The steepness makes no difference to your bump.")
def ignores_the_steepness(x, left, right, height, steepness=1000.0):
    return bump(x, left, right, height)


@mistake("The bump is twice as high as it should be: how far up does each of your units go?")
def uses_tanh(x, left, right, height, steepness=1000.0):
    return 2 * bump(x, left, right, height, steepness)


@mistake("Outside the bump the value is the height: a unit that falls begins at 1, not at 0.")
def adds_a_falling_step(x, left, right, height, steepness=1000.0):
    return height * (step(x, left, steepness) + step(x, right, -steepness))


@mistake(
    "The steps are at left and right divided by the steepness: the bias needs the steepness, too."
)
def forgets_to_scale_the_biases(x, left, right, height, steepness=1000.0):
    return bump(x, left / steepness, right / steepness, height, steepness)


@mistake("Far to the right e to a large number is inf, and inf / inf is nan.")
def divides_inf_by_inf(x, left, right, height, steepness=1000.0):
    up, down = (np.exp(steepness * (x - position)) for position in (left, right))
    return height * (up / (1 + up) - down / (1 + down))


@mistake("The edges are twice as steep as asked: compare the slopes of tanh and sigmoid at 0.")
def is_twice_as_steep(x, left, right, height, steepness=1000.0):
    return bump(x, left, right, height, 2 * steepness)


@mistake("Every bump is 1 high, and the height makes its walls steeper: where should it stand?")
def puts_the_height_inside(x, left, right, height, steepness=1000.0):
    return bump(x, left, right, 1.0, steepness * height)


@mistake(
    "The height counts twice: besides the bump it makes the walls steeper. Where do you use it?"
)
def uses_the_height_twice(x, left, right, height, steepness=1000.0):
    return bump(x, left, right, height, steepness * height)
