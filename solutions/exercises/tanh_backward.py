import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### tanh, backwards
#
# Forwards, a unit made $a = \tanh(z)$ of its score. The loss reaches $a$ as `dout`
# $= \partial J/\partial a$; return $\partial J/\partial z$, in the shape of `z`. You are given the
# score `z`, not the output. The slope is $1 - \tanh^2 z$.

# %% [markdown] tags=["hint"]
# Compare with a nudge: (tanh(0.501) - tanh(0.499)) / 0.002 is about 0.786. What does your slope say
# at z = 0.5, and at z = -0.5?


# %% tags=["solution"] stable=true
def tanh_backward(dout, z):
    """Carry the gradient `dout` from a tanh's output back to its input `z`, in its shape."""
    return dout * (1 - np.tanh(z) ** 2)


# %% tags=["cases"]
promises = ["integer: z", "float32", "empty", "extreme64: z", "extreme32: z", "pure", "repeatable"]


def visible():
    yield np.array([[10.0, -20.0, 30.0]]), np.array([[0.5, -1.0, 0.0]])
    yield np.array([2.0, 3.0, -1.0]), np.array([800.0, -800.0, 2.0])
    yield np.array([1.5, -2.0, 0.5]), np.array([-2, 0, 1])
    yield np.array([2.0, -1.0], dtype=np.float32), np.array([0.5, -1.5], dtype=np.float32)


def hidden(rng):
    for shape in [(7,), (4, 3), (2, 3, 2), (0, 3)]:
        yield rng.normal(size=shape), rng.normal(size=shape)
    yield rng.normal(size=3), rng.uniform(700, 900, size=3) * np.array([1, -1, 1])
    yield rng.normal(size=4), np.array([-2, -1, 0, 1])
    yield rng.normal(size=(2, 3)).astype(np.float32), rng.normal(size=(2, 3)).astype(np.float32)


# %% tags=["mistakes"]
@mistake("A square is missing: at z = 0.5 the slope is 0.786, and it is the same at z = -0.5.")
def forgets_the_square(dout, z):
    return dout * (1 - np.tanh(z))


@mistake("The slope becomes negative for large z: 1 - a^2 takes the output a. Which one is z?")
def squares_the_score(dout, z):
    return dout * (1 - z**2)


@mistake("This is the slope alone. What does the chain rule do with dout?")
def forgets_dout(dout, z):
    return 1 - np.tanh(z) ** 2


@mistake("The unit's value multiplies dout. The chain rule asks for its slope.")
def multiplies_by_the_value(dout, z):
    return dout * np.tanh(z)


@mistake("The gradient vanishes at z = 0: a (1 - a) is the slope of a sigmoid.")
def slope_of_a_sigmoid(dout, z):
    a = np.tanh(z)
    return dout * a * (1 - a)


@mistake("The tanh was taken of dout: it acts on z, and dout multiplies the slope.")
def tanh_of_dout(dout, z):
    return z * (1 - np.tanh(dout) ** 2)


@mistake("A tanh acted twice: what you are given is the score, before the first one.")
def applies_tanh_twice(dout, z):
    return dout * (1 - np.tanh(np.tanh(z)) ** 2)


@mistake("Far out, NumPy reports an overflow: which form of the slope needs no large numbers?")
def overflows(dout, z):
    return dout / np.cosh(z) ** 2


@mistake("Far out, both exponentials overflow and inf / inf is nan: let NumPy's own tanh do that.")
def spells_tanh_out(dout, z):
    a = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
    return dout * (1 - a**2)


@mistake("dout multiplies only the 1: where do the brackets belong?")
def multiplies_the_one(dout, z):
    return dout * 1 - np.tanh(z) ** 2


@mistake("dout multiplies only the square: where do the brackets belong?")
def multiplies_the_square(dout, z):
    return 1 - np.tanh(z) ** 2 * dout


@mistake("For whole scores the gradient lost its decimals: which dtype did its array get from z?")
def keeps_whole_numbers(dout, z):
    return (dout * (1 - np.tanh(z) ** 2)).astype(z.dtype)
