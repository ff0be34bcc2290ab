import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Leaky ReLU, forwards and backwards
#
# $g(z) = z$ where $z > 0$, and $a\,z$ elsewhere, with $a$ = `negative_slope`; this holds for
# $a > 1$ too. Backwards, `dout` $= \partial J/\partial g(z)$ comes in and $\partial J/\partial z$
# goes out. At $z = 0$ the slope is $a$. Any shape.

# %% [markdown] tags=["hint"]
# Make a table of value and slope for z = -2, 0 and 3, once with the slope 0.2 on the left and once
# with 3. Which question about z picks the right piece in all six rows?


# %% tags=["solution"]
def leaky_relu(z, negative_slope=0.01):
    """Return z where z > 0 and negative_slope times z elsewhere, in the shape of `z`."""
    return np.where(z > 0, z, negative_slope * z)


def leaky_relu_backward(dout, z, negative_slope=0.01):
    """Carry `dout` back through a leaky ReLU to its input `z`, in the shape of `z`."""
    return np.where(z > 0, dout, negative_slope * dout)


# %% tags=["cases"]
promises = ["integer: z", "float32", "empty", "pure", "repeatable"]


def visible():
    z = np.array([[-2.0, 0.0, 3.0], [1.0, -0.5, 0.5]])
    dout = np.array([[10.0, -20.0, 30.0], [-5.0, 4.0, 2.0]])
    yield leaky_relu, z
    yield leaky_relu, z, 0.2
    yield leaky_relu, z, 3.0
    yield leaky_relu_backward, dout, z
    yield leaky_relu_backward, dout, z, 3.0
    yield leaky_relu, np.array([0.5, -1.5], dtype=np.float32), 0.25
    yield leaky_relu, np.array([-1, 0, 2]), 0.5
    yield leaky_relu_backward, np.array([1.5, -2.0, 0.5]), np.array([-1, 0, 2]), 0.5
    yield leaky_relu, np.zeros((0, 3))


def hidden(rng):
    for shape, slope in [((6,), 0.1), ((4, 3), 2.0), ((2, 3, 2), 0.3)]:
        z = rng.normal(size=shape)
        z[z > 1.0] = 0.0
        z.flat[:1] = 0.0
        yield leaky_relu, z, slope
        yield leaky_relu_backward, rng.normal(size=shape), z, slope
    z = rng.normal(size=(3, 4))
    yield leaky_relu, z
    yield leaky_relu_backward, rng.normal(size=(3, 4)), z
    yield leaky_relu, z.astype(np.float32), 0.25
    yield leaky_relu, rng.permutation([-5, -3, -1, 0, 2]), 0.5
    yield leaky_relu_backward, np.array([1.5, -2.0, 0.5]), np.array([-1, 0, 2]), 0.5


# %% tags=["mistakes"]
@mistake("For slopes above 1 the wrong piece is chosen: the sign of z decides.", of=leaky_relu)
def takes_the_maximum(z, negative_slope=0.01):
    return np.maximum(negative_slope * z, z)


@mistake("The sides are swapped: positive inputs should come through as they are.", of=leaky_relu)
def swaps_the_sides(z, negative_slope=0.01):
    return np.where(z > 0, negative_slope * z, z)


@mistake("Negative inputs come out as 0: nothing leaks.", of=leaky_relu)
def does_not_leak(z, negative_slope=0.01):
    return np.where(z > 0, z, 0 * z)


@mistake("Negative inputs all come out as one number, not in proportion to z.", of=leaky_relu)
def returns_the_slope(z, negative_slope=0.01):
    return np.where(z > 0, z, negative_slope)


@mistake("Your slope is always 0.01: use the one that is given.", of=leaky_relu)
def ignores_the_slope(z, negative_slope=0.01):
    return np.where(z > 0, z, 0.01 * z)


@mistake("Your function changed the array z that it was given: work on a copy.", of=leaky_relu)
def changes_its_input(z, negative_slope=0.01):
    z[z < 0] *= negative_slope
    return z


@mistake("This is the slope alone. What does the chain rule do with dout?", of=leaky_relu_backward)
def forgets_dout(dout, z, negative_slope=0.01):
    return np.where(z > 0, 1.0, negative_slope)


@mistake("At z = 0 the slope is negative_slope, as agreed above.", of=leaky_relu_backward)
def slope_one_at_zero(dout, z, negative_slope=0.01):
    return np.where(z >= 0, dout, negative_slope * dout)


@mistake("The sign of dout decides here; which array did the unit see?", of=leaky_relu_backward)
def sides_by_dout(dout, z, negative_slope=0.01):
    return np.where(dout > 0, dout, negative_slope * dout)


@mistake(
    "Where z is negative no gradient gets through: that is a plain ReLU.", of=leaky_relu_backward
)
def blocks_the_negative_side(dout, z, negative_slope=0.01):
    return dout * (z > 0)


@mistake(
    "The unit's value multiplies dout. The chain rule asks for its slope.", of=leaky_relu_backward
)
def multiplies_by_the_value(dout, z, negative_slope=0.01):
    return dout * np.where(z > 0, z, negative_slope * z)


@mistake("Negative inputs all come out as one number, not in proportion to z.", of=leaky_relu)
def takes_the_maximum_with_the_slope(z, negative_slope=0.01):
    return np.maximum(negative_slope, z)


@mistake("Negative inputs come out positive.", of=leaky_relu)
def turns_the_sign(z, negative_slope=0.01):
    return np.where(z > 0, z, -negative_slope * z)


@mistake("Positive inputs come out too large: they get the leak on top.", of=leaky_relu)
def leaks_on_both_sides(z, negative_slope=0.01):
    return np.maximum(0, z) + negative_slope * z


@mistake("Your slope is always 0.01: use the one that is given.", of=leaky_relu_backward)
def ignores_the_slope_backwards(dout, z, negative_slope=0.01):
    return np.where(z > 0, dout, 0.01 * dout)


@mistake("Where z is negative only the slope comes out, without dout.", of=leaky_relu_backward)
def forgets_dout_on_the_left(dout, z, negative_slope=0.01):
    return np.where(z > 0, dout, negative_slope)


@mistake(
    "At z = 0 no gradient gets through; the slope there is negative_slope.", of=leaky_relu_backward
)
def slope_zero_at_zero(dout, z, negative_slope=0.01):
    return dout * ((z > 0) + negative_slope * (z < 0))


@mistake(
    "For an array of integers the result lost its decimals: it took over the type of z.",
    of=leaky_relu,
)
def keeps_integers(z, negative_slope=0.01):
    return np.where(z > 0, z, negative_slope * z).astype(z.dtype)
