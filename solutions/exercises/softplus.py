import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Softplus, everywhere
#
# $g(z) = \ln(1 + e^z)$, a smooth ReLU, for an array of any shape. Scores may be $\pm 1000$:
# nothing may overflow, and far to the left the value is tiny but not lost ($e^z$ at $z = -30$).
# Arrays may hold integers or be empty, and float32 stays float32.

# %% [markdown] tags=["hint"]
# Take e^z out of the bracket: ln(1 + e^z) = z + ln(1 + e^-z). At which end is each side harmless,
# and where is a tiny number added to 1?


# %% tags=["solution"] stable=true
def softplus(z):
    """Return ln(1 + e^z) for each element of `z`, in its shape."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


# %% tags=["cases"]
def visible():
    yield np.array([[-2.0, 0.0, 3.0]])
    yield np.array([1000.0, -1000.0])
    yield np.array([-40.0, -30.0])
    yield np.array([-3, 0, 4])
    yield np.array([0.5, -1.5], dtype=np.float32)


def hidden(rng):
    for shape in [(5,), (3, 4), (2, 2, 3), (0, 2)]:
        yield rng.normal(scale=3.0, size=shape)
    yield rng.uniform(700, 1000, size=4) * np.array([1, -1, 1, -1])
    yield -rng.uniform(38, 45, size=3)
    yield np.array([-3, 0, 4])
    yield rng.normal(size=(2, 3)).astype(np.float32)


# %% tags=["mistakes"]
@mistake("Large scores overflow: which part of ln(1 + e^z) is left for them?")
def overflows(z):
    return np.log(1 + np.exp(z))


def clipped(limit):
    @mistake("Large scores are cut off: at z = 1000 the value is 1000.")
    def clips(z):
        return np.log1p(np.exp(np.clip(z, -1000, limit)))

    return clips


clips_at_50, clips_at_100, clips_at_500, clips_at_700 = map(clipped, (50, 100, 500, 700))


@mistake("Far to the left the value is 0: 1 + tiny is rounded to 1 before the logarithm.")
def loses_the_left(z):
    return np.maximum(z, 0) + np.log(1 + np.exp(-np.abs(z)))


@mistake("Large scores overflow still: log1p helps on the left only.")
def overflows_with_log1p(z):
    return np.log1p(np.exp(z))


@mistake("That is a ReLU: at z = 0 the smooth curve is at ln 2.")
def returns_relu(z):
    return np.maximum(z, 0.0)


@mistake("The curve is mirrored: it should grow to the right.")
def mirrors(z):
    return np.maximum(-z, 0) + np.log1p(np.exp(-np.abs(z)))


@mistake("That is the sigmoid, the slope of the softplus.")
def returns_the_slope(z):
    return 0.5 * (1 + np.tanh(z / 2))


@mistake("The curve is right on the left and falls on the right: |z| needs a correction there.")
def forgets_the_positive_part(z):
    return np.log1p(np.exp(-np.abs(z)))
