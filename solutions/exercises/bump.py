import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A bump from two steps
#
# Two sigmoid units, $\sigma(k(x - l))$ and $\sigma(k(x - r))$, make a bump of height $h$ between
# `left` and `right`: one goes up by $h$, the other comes down by $h$; $k$ = `steepness`. Return
# their sum for an array of any shape. Far away nothing may become inf or nan. Arrays may hold
# integers or be empty, and float32 stays float32.

# %% [markdown] tags=["hint"]
# Plot the two units and your result for left = 0, right = 1 and a gentle steepness such as 10.
# Three levels must come out: before, on and behind the bump.


# %% tags=["solution"]
def bump(x, left, right, height, steepness=1000.0):
    """Return the bump of two sigmoid units, about `height` between left and right, else 0."""
    up = np.tanh(0.5 * steepness * (x - left))
    down = np.tanh(0.5 * steepness * (x - right))
    return 0.5 * height * (up - down)


# %% tags=["cases"]
def visible():
    yield np.array([0.0, 0.3, 0.45, 0.6, 1.0]), 0.3, 0.6, 0.8
    yield np.array([[-2.0, -1.0], [0.0, 2.0]]), -1.0, 1.5, 2.0, 4.0
    yield np.array([0.5, 3.0]), 1.0, 2.0, -1.5, 3.0
    yield np.array([-1, 0, 1, 2]), -0.5, 1.5, 3.0, 2.0
    yield np.array([0.5, -1.5], dtype=np.float32), -0.5, 0.5, 1.5, 4.0


def hidden(rng):
    for shape in [(6,), (3, 4), (2, 2, 2), (0,)]:
        left = float(rng.uniform(-1.0, 0.0))
        right, height = left + float(rng.uniform(0.5, 1.5)), float(rng.uniform(1.5, 3.0))
        yield rng.normal(size=shape), left, right, height, float(rng.uniform(3.0, 6.0))
    yield np.array([-500.0, 0.2, 0.5, 0.7, 900.0]), 0.2, 0.7, 0.4
    yield np.array([0.199, 0.2004, 0.5, 0.6995, 0.7]), 0.2, 0.7, 0.4  # on the walls
    yield np.array([-1, 0, 1, 2]), -0.5, 1.5, 3.0, 4.0
    yield rng.normal(size=(2, 3)).astype(np.float32), -0.5, 0.5, 1.5, 5.0


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


@mistake("The walls are hard: two sigmoids of this steepness have values between.")
def is_hard(x, left, right, height, steepness=1000.0):
    return height * ((x >= left) & (x <= right))


@mistake("That is a product of two units: a sum of two is asked, as a layer can compute it.")
def multiplies_the_steps(x, left, right, height, steepness=1000.0):
    return height * step(x, left, steepness) * (1 - step(x, right, steepness))


@mistake("The steepness makes no difference in your bump.")
def ignores_the_steepness(x, left, right, height, steepness=1000.0):
    return bump(x, left, right, height)


@mistake("The bump is twice as high as it should be: how far up does each of your units go?")
def uses_tanh(x, left, right, height, steepness=1000.0):
    return 2 * bump(x, left, right, height, steepness)
