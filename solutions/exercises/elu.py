import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### ELU, forwards and backwards
#
# $g(z) = z$ where $z > 0$, and $\alpha\,(e^z - 1)$ elsewhere. Backwards, `dout`
# $= \partial J/\partial g(z)$ comes in and $\partial J/\partial z$ goes out; at $z = 0$ the slope
# is $\alpha$. Any shape.

# %% [markdown] tags=["hint"]
# Differentiate the left piece on paper: it differs from the piece itself by a constant. As to
# overflow, ask what each formula gets to see at z = 1000, even if its result is thrown away.


# %% tags=["solution"] stable=true
def elu(z, alpha=1.0):
    """Return z where z > 0 and alpha (e^z - 1) elsewhere, in the shape of `z`."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0)))


def elu_backward(dout, z, alpha=1.0):
    """Carry `dout` back through an ELU to its input `z`, in the shape of `z`."""
    return np.where(z > 0, dout, dout * (alpha * np.exp(np.minimum(z, 0))))


# %% tags=["cases"]
promises = ["integer: z", "float32", "empty", "extreme64: z", "extreme32: z", "pure", "repeatable"]


def visible():
    z = np.array([[-1.0, 0.0, 2.0], [0.5, -3.0, 4.0]])
    dout = np.array([[10.0, -20.0, 30.0], [2.0, 5.0, -1.0]])
    yield elu, z
    yield elu, z, 0.5
    yield elu, np.array([1000.0, -1000.0])
    yield elu_backward, dout, z
    yield elu_backward, dout, z, 0.5
    yield elu_backward, np.array([2.0, 3.0]), np.array([1000.0, -1000.0])
    yield elu, np.array([0.5, -1.5], dtype=np.float32)
    yield elu, np.array([-1, -2, 2]), 2.0
    yield elu_backward, np.array([1.5, -2.0, 0.5]), np.array([-1, 0, 2]), 0.5
    yield elu, np.zeros((0, 3))


def hidden(rng):
    for shape, alpha in [((6,), 1.0), ((4, 3), 0.3), ((2, 3, 2), 2.0), ((0, 3), 0.5)]:
        z = rng.normal(scale=2.0, size=shape)
        z[z > 3.0] = 0.0
        z.flat[:1] = 0.0
        yield elu, z, alpha
        yield elu_backward, rng.normal(size=shape), z, alpha
    far = rng.uniform(700, 1000, size=4) * np.array([1, -1, 1, -1])
    yield elu, far, 0.7
    yield elu_backward, rng.normal(size=4), far, 0.7
    yield elu, rng.normal(size=(3, 2)).astype(np.float32)
    yield elu_backward, np.array([1.5, -2.0, 0.5]), np.array([-1, 0, 2]), 0.5
    yield elu_backward, rng.normal(size=8), rng.uniform(0.5, 2, size=8)
    yield elu, rng.permutation([-2, -1, 0, 3]), 2.0


# %% tags=["mistakes"]
@mistake("Large positive scores overflow: both pieces are computed before one is chosen.", of=elu)
def overflows(z, alpha=1.0):
    return np.where(z > 0, z, alpha * (np.exp(z) - 1))


@mistake("For an alpha below 1, large scores take the wrong piece: the sign of z decides.", of=elu)
def takes_the_maximum(z, alpha=1.0):
    with np.errstate(over="ignore"):
        return np.maximum(alpha * np.expm1(z), z)


@mistake("Negative scores tend to 0, where they should tend to -alpha: a -1 is missing.", of=elu)
def forgets_the_minus_one(z, alpha=1.0):
    return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)))


@mistake("alpha makes no difference in your result.", of=elu)
def ignores_alpha(z, alpha=1.0):
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0)))


@mistake(
    "With alpha below 1 the curve jumps at 0: what does alpha multiply, one term or two?", of=elu
)
def alpha_on_one_term(z, alpha=1.0):
    return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)) - 1)


@mistake("Negative scores come out positive.", of=elu)
def turns_the_sign(z, alpha=1.0):
    return np.where(z > 0, z, -alpha * np.expm1(np.minimum(z, 0)))


@mistake("Backwards, large positive scores overflow: both pieces are computed.", of=elu_backward)
def overflows_backwards(dout, z, alpha=1.0):
    return np.where(z > 0, dout, dout * alpha * np.exp(z))


@mistake("The unit's value multiplies dout. The chain rule asks for its slope.", of=elu_backward)
def multiplies_by_the_value(dout, z, alpha=1.0):
    return dout * elu(z, alpha)


@mistake("This is the slope alone. What does the chain rule do with dout?", of=elu_backward)
def forgets_dout(dout, z, alpha=1.0):
    return elu_backward(np.ones_like(dout), z, alpha)


@mistake("At z = 0 the slope is alpha, as agreed above.", of=elu_backward)
def slope_one_at_zero(dout, z, alpha=1.0):
    return np.where(z >= 0, dout, dout * alpha * np.exp(np.minimum(z, 0)))


@mistake("On the negative side alpha is missing in the slope.", of=elu_backward)
def forgets_alpha_backwards(dout, z, alpha=1.0):
    return np.where(z > 0, dout, dout * np.exp(np.minimum(z, 0)))


@mistake("Where z is negative no gradient gets through: that is a plain ReLU.", of=elu_backward)
def blocks_the_negative_side(dout, z, alpha=1.0):
    return dout * (z > 0)


@mistake(
    "At 1000 the left piece is inf, and inf times 0 is nan: a mask does not remove it.", of=elu
)
def multiplies_inf_by_a_mask(z, alpha=1.0):
    return z * (z > 0) + alpha * (np.exp(z) - 1) * (z <= 0)


@mistake("For an alpha above 1 some scores take the wrong piece: the sign of z decides.", of=elu)
def takes_the_larger_piece(z, alpha=1.0):
    return np.maximum(z, alpha * np.expm1(np.minimum(z, 0)))


@mistake(
    "Backwards, the left piece is inf at 1000, and inf times 0 is nan: a mask does not remove it.",
    of=elu_backward,
)
def multiplies_inf_by_a_mask_backwards(dout, z, alpha=1.0):
    return dout * ((z > 0) + alpha * np.exp(z) * (z <= 0))


@mistake(
    "On the negative side the unit's value multiplies dout; the chain rule asks for its slope.",
    of=elu_backward,
)
def value_for_slope_on_the_left(dout, z, alpha=1.0):
    return np.where(z > 0, dout, dout * alpha * np.expm1(np.minimum(z, 0)))


@mistake("Where z is negative only the slope comes out, without dout.", of=elu_backward)
def forgets_dout_on_the_left(dout, z, alpha=1.0):
    return np.where(z > 0, dout, alpha * np.exp(np.minimum(z, 0)))


@mistake(
    "For an array of integers the result lost its decimals: it took over the type of z.", of=elu
)
def keeps_integers(z, alpha=1.0):
    return elu(z, alpha).astype(z.dtype)
