import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### ReLU, forwards and backwards
#
# Write $g(z) = \max(0, z)$, element by element, for an array of any shape. Then write its backward
# pass: the loss reaches the output as `dout` $= \partial J/\partial g(z)$; return
# $\partial J/\partial z$. At $z = 0$ take the slope to be 0.

# %% [markdown] tags=["hint"]
# Make a table for z = -2, 0 and 3 with two columns, the value and the slope. Which of the two
# columns does a backward pass need, and what else comes in?


# %% tags=["solution"]
def relu(z):
    """Return max(0, z) for each element of `z`, in the shape of `z`."""
    return np.maximum(z, 0)


def relu_backward(dout, z):
    """Carry the gradient `dout` from a ReLU's output back to its input `z`, in the shape of `z`."""
    return dout * (z > 0)


# %% tags=["cases"]
promises = ["integer: z", "float32", "empty", "pure", "repeatable"]


def visible():
    yield relu, np.array([[-2.0, -0.5], [0.0, 3.0], [1.5, -4.0]])
    yield relu_backward, np.array([[10.0, -20.0, 30.0, 0.5]]), np.array([[-1.0, 2.0, 0.0, 3.0]])
    yield relu, np.array([0.5, -1.5], dtype=np.float32)
    yield relu, np.zeros((0, 3))


def hidden(rng):
    for shape in [(7,), (5, 3), (2, 3, 4), (0, 3)]:
        z = rng.normal(size=shape)
        z[z > 1.5] = 0.0
        z.flat[:1] = 0.0
        yield relu, z
        yield relu_backward, rng.normal(size=shape), z
    yield relu, rng.normal(size=(4, 2)).astype(np.float32)


# %% tags=["mistakes"]
@mistake("The result is one row, not the shape of z: np.max takes the largest of an axis.", of=relu)
def takes_the_maximum_of_an_axis(z):
    return np.max(z, 0)


@mistake("Your function changed the array z that it was given: its owner still needs it.", of=relu)
def changes_its_input(z):
    z[z < 0] = 0
    return z


@mistake("Negative inputs come out positive. What should happen to them?", of=relu)
def returns_the_absolute_value(z):
    return np.abs(z)


@mistake("The signs are swapped: what is positive vanishes and what is negative stays.", of=relu)
def keeps_the_negative_side(z):
    return np.minimum(z, 0)


@mistake("This is the slope alone. What does the chain rule do with dout?", of=relu_backward)
def forgets_dout(dout, z):
    return (z > 0) * 1.0


@mistake("At z = 0 the gradient went through; the slope there is 0.", of=relu_backward)
def slope_one_at_zero(dout, z):
    return dout * (z >= 0)


@mistake("Entries vanish by the sign of dout; which array did the ReLU see?", of=relu_backward)
def masks_by_dout(dout, z):
    return dout * (dout > 0)


@mistake(
    "The value of the ReLU multiplies dout. The chain rule asks for its slope.", of=relu_backward
)
def multiplies_by_the_value(dout, z):
    return dout * np.maximum(z, 0)


@mistake("Positive inputs come out as 1: that is the slope, not the value.", of=relu)
def returns_the_slope(z):
    return (z > 0) * 1.0


@mistake("Some entries are gone: negative ones become 0, but keep their place.", of=relu)
def drops_the_negative_side(z):
    return z[z > 0]


@mistake(
    "The decimals are cut off: somewhere the results are put into an array of integers "
    "(np.vectorize, for one, looks at the first result to choose the type).",
    of=relu,
)
def cuts_off_the_decimals(z):
    return np.maximum(z, 0).astype(int)


@mistake("This is the slope alone, without dout; and at z = 0 the slope is 0.", of=relu_backward)
def forgets_dout_and_zero(dout, z):
    return (z >= 0) * 1.0


@mistake("Your result is the ReLU of z, its value: dout has no part in it.", of=relu_backward)
def returns_the_value(dout, z):
    return np.maximum(z, 0)
