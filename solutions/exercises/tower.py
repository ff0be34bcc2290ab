import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A tower
#
# `x` and `y` are arrays of one shape. On the rectangle `x_range` times `y_range`, two pairs (low,
# high), the result is `height`; elsewhere it is 0. Two bumps of height 1, one along each axis,
# add up to 2 on the rectangle and to 1 on the arms of a cross. One more steep unit keeps the
# middle alone. Points closer to an edge than 0.05 are not checked.

# %% [markdown] tags=["hint"]
# Print the sum of the two bumps of height 1 at the five points of the first example. It takes three
# values: which of them should the last unit let through?


# %% tags=["solution"]
def tower(x, y, x_range, y_range, height, steepness=1000.0):
    """Return about `height` where (x, y) lies in the rectangle and 0 elsewhere."""

    def step(z, position):
        return 0.5 * (1 + np.tanh(0.5 * steepness * (z - position)))

    along_x = step(x, x_range[0]) - step(x, x_range[1])
    along_y = step(y, y_range[0]) - step(y, y_range[1])
    return height * step(along_x + along_y, 1.5)


# %% tags=["cases"]
promises = ["integer: x, y", "pure", "repeatable"]


def visible():
    x, y = np.array([0.5, 0.5, -1.0, 2.0, -0.2]), np.array([0.2, 2.0, 0.2, -1.0, 0.8])
    yield x, y, (0.0, 1.0), (-0.5, 0.6), 3.0
    yield np.array([[1.5, 3.0]]), np.array([[0.0, 0.0]]), (1.0, 2.0), (-1.0, 1.0), -2.0, 800.0
    yield np.array([0, 1, 2]), np.array([1, 1, 5]), (0.5, 1.5), (0.5, 2.5), 2.5


def hidden(rng):
    for height, steepness in [(2.5, 1000.0), (-1.5, 700.0), (0.4, 2000.0)]:
        x_range, y_range = (
            (float(low), float(low + rng.uniform(1, 2))) for low in rng.normal(size=2)
        )
        x, y = (points(*r, rng) for r in (x_range, y_range))
        X, Y = np.meshgrid(x, y)
        yield X, Y, x_range, y_range, height, steepness
    wide = np.array([0.0, 100.0, 100.0, -2e4]), np.array([5.0, -20.0, 2e4, 0.0])
    yield *wide, (-1e4, 1.5e4), (-1.5e4, 1e4), 2.0


def integer(rng):
    yield rng.permutation([0, 1, 1, 2]), np.array([1, 1, 1, 1]), (0.5, 1.5), (0.5, 2.5), 3.5


def points(low, high, rng):
    """Two points on the left, two inside and one on the right, none near an edge."""
    inside = rng.uniform(low + 0.1, high - 0.1, size=2)
    return np.array([low - 2.0, low - 0.1, *inside, high + rng.uniform(0.1, 3.0)])


# %% tags=["mistakes"]
def bumps(x, y, x_range, y_range):
    return [((z > low) & (z < high)) * 1.0 for z, (low, high) in ((x, x_range), (y, y_range))]


@mistake("That is a cross: its arms stand beside the tower, half as high. What cuts them off?")
def is_a_cross(x, y, x_range, y_range, height, steepness=1000.0):
    return height / 2 * sum(bumps(x, y, x_range, y_range))


@mistake("That is a cross, and its middle is twice as high as the tower: cut off the arms.")
def is_a_high_cross(x, y, x_range, y_range, height, steepness=1000.0):
    return height * sum(bumps(x, y, x_range, y_range))


@mistake("The arms of the cross are as high as the tower: the threshold lets one bump through.")
def threshold_too_low(x, y, x_range, y_range, height, steepness=1000.0):
    return height * (sum(bumps(x, y, x_range, y_range)) > 0.5)


@mistake("The result is 0 everywhere: what reaches your last unit at a point of the rectangle?")
def threshold_too_high(x, y, x_range, y_range, height, steepness=1000.0):
    return 0.0 * height * sum(bumps(x, y, x_range, y_range))


@mistake("The tower is always 1 high.")
def ignores_the_height(x, y, x_range, y_range, height, steepness=1000.0):
    return (sum(bumps(x, y, x_range, y_range)) > 1.5) * 1.0


@mistake("That is a wall along y: where does the second bump come in?")
def forgets_y(x, y, x_range, y_range, height, steepness=1000.0):
    return height * bumps(x, y, x_range, y_range)[0]


@mistake("The tower stands in the wrong place: which range belongs to x and which to y?")
def swaps_the_ranges(x, y, x_range, y_range, height, steepness=1000.0):
    return height * (sum(bumps(x, y, y_range, x_range)) > 1.5)


@mistake("You have dug a hole: the result is 0 on the rectangle and the height elsewhere.")
def digs_a_hole(x, y, x_range, y_range, height, steepness=1000.0):
    return height * (sum(bumps(x, y, x_range, y_range)) < 1.5)


@mistake("The tower has half its height: what does a sigmoid give at its own threshold?")
def threshold_at_two(x, y, x_range, y_range, height, steepness=1000.0):
    return height * (sum(bumps(x, y, x_range, y_range)) > 1.5) / 2


@mistake("What reaches the last unit depends on the height here: the two bumps are 1 high.")
def raises_the_bumps(x, y, x_range, y_range, height, steepness=1000.0):
    return height * (height * sum(bumps(x, y, x_range, y_range)) > 1.5)


@mistake("The last unit gives 0 or 1: the height belongs behind it, as its outer weight.")
def raises_the_bumps_and_the_threshold(x, y, x_range, y_range, height, steepness=1000.0):
    return (height * sum(bumps(x, y, x_range, y_range)) > 1.5 * height) * 1.0


@mistake("The last unit gives 0 or 1: the height belongs behind it, as its outer weight.")
def raises_the_bumps_alone(x, y, x_range, y_range, height, steepness=1000.0):
    return (height * sum(bumps(x, y, x_range, y_range)) > 1.5) * 1.0


@mistake("Off the cross the result is -height: subtracting 1 lowers the arms and the ground, too.")
def lowers_everything(x, y, x_range, y_range, height, steepness=1000.0):
    return height * (sum(bumps(x, y, x_range, y_range)) - 1)


@mistake("For arrays of integers the result lost its decimals: it took over the type of x.")
def keeps_integers(x, y, x_range, y_range, height, steepness=1000.0):
    return tower(x, y, x_range, y_range, height, steepness).astype(x.dtype)
