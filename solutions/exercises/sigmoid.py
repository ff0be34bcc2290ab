import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### The sigmoid, everywhere
#
# $\sigma(z) = 1/(1 + e^{-z})$ for each element of an array of any shape.

# %% [markdown] tags=["hint"]
# Multiply numerator and denominator by e^z: that is a second way to write the same function. Try
# both at z = 1000 and at z = -1000.


# %% tags=["solution"] stable=true
def sigmoid(z):
    """Return 1 / (1 + e^-z) for each element of `z`, in its shape."""
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "extreme64", "extreme32", "pure", "repeatable"]


def visible():
    yield np.array([[-2.0, 0.0, 2.0], [0.5, -0.5, 4.0]])
    yield np.array([1000.0, -1000.0])
    yield np.array([-3, 0, 5])
    yield np.array([0.5, -1.5], dtype=np.float32)
    yield np.zeros(0)


def hidden(rng):
    for shape in [(6,), (3, 4), (2, 3, 2), (0,)]:
        yield rng.normal(scale=3.0, size=shape)
    yield rng.uniform(700, 1000, size=6) * np.array([1, -1, 1, -1, 1, -1])
    yield np.array([4, 0, -2, -1])
    yield rng.normal(size=(2, 3)).astype(np.float32)


# %% tags=["mistakes"]
@mistake("The output falls when z grows: check a sign.")
def turns_the_sign(z):
    return sigmoid(-z)


@mistake(
    "The value is right, but NumPy reports trouble far out: how large can a power of e get there?"
)
def overflows_on_the_left(z):
    return 1 / (1 + np.exp(-z))


@mistake("Large positive scores give nan: numerator and denominator overflow together.")
def overflows_on_the_right(z):
    return np.exp(z) / (1 + np.exp(z))


@mistake("The output runs from -1 to 1: that is a tanh.")
def returns_tanh(z):
    return np.tanh(z)


@mistake("The output is highest at 0 and falls on both sides: that is the slope of the sigmoid.")
def returns_the_slope(z):
    return sigmoid(z) * (1 - sigmoid(z))


@mistake("The outputs depend on each other: a sigmoid looks at each score alone.")
def returns_softmax(z):
    e = np.exp(z - z.max(initial=-1000))
    return e / e.sum()


@mistake("The output is a step: between -2 and 2 the sigmoid rises smoothly.")
def returns_a_step(z):
    return (z >= 0) * 1.0


@mistake("The curve is too steep, like that of 2z: what multiplies z?")
def doubles_the_score(z):
    return sigmoid(2 * z)


@mistake("For z and -z the outputs are the same: what does the sigmoid do left of 0?")
def mirrors_the_right_half(z):
    return sigmoid(np.abs(z))


@mistake("No output is below 1: how far does the fraction reach, as Python reads it?")
def forgets_the_bracket(z):
    return 1 / 1 + np.exp(-z)


@mistake("At z = 0 the output is 0: which of your pieces takes z = 0?")
def leaves_out_zero(z):
    return sigmoid(z) * (z != 0)


def clipped(bound):
    @mistake("Far out the output stops before it reaches 0 or 1: which scores were made equal?")
    def clips_the_scores(z):
        return 1 / (1 + np.exp(-np.clip(z, -bound, bound)))

    return clips_the_scores


clips_at_5, clips_at_10 = map(clipped, (5, 10))


@mistake("From integers came whole numbers: which dtype has the array that you fill?")
def cuts_to_integers(z):
    return sigmoid(z).astype(z.dtype)
