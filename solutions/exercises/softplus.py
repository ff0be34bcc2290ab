import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Softplus, everywhere
#
# $g(z) = \ln(1 + e^z)$, a smooth ReLU, for an array of any shape. Far to the left
# the value is tiny but not lost ($e^z$ at $z = -30$).

# %% [markdown] tags=["hint"]
# Take e^z out of the bracket: ln(1 + e^z) = z + ln(1 + e^-z). At which end is each side harmless,
# and where is a tiny number added to 1?


# %% tags=["solution"] stable=true
def softplus(z):
    """Return ln(1 + e^z) for each element of `z`, in its shape."""
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


# %% tags=["cases"]
promises = ["integer", "float32", "empty", "extreme64", "extreme32", "pure", "repeatable"]


def visible():
    yield np.array([[-2.0, 0.0, 3.0, 12.0]])
    yield np.array([1000.0, -1000.0])
    yield np.array([-40.0, -30.0])
    yield np.array([-3, 0, 4])
    yield np.array([0.5, -1.5], dtype=np.float32)
    yield np.zeros((0, 3))


def hidden(rng):
    for shape in [(5,), (3, 4), (2, 2, 3), (0, 2)]:
        yield rng.normal(scale=3.0, size=shape)
    yield rng.uniform(700, 1000, size=4) * np.array([1, -1, 1, -1])
    yield -rng.uniform(38, 45, size=3)
    yield rng.permutation([-5, -3, 0, 2, 4])
    yield rng.uniform(10, 12.5, size=4)  # ends of the straight piece that are cut too soon
    yield rng.normal(size=(2, 3)).astype(np.float32)


# %% tags=["mistakes"]
@mistake("Large scores overflow: which part of ln(1 + e^z) is left for them?")
def overflows(z):
    return np.log(1 + np.exp(z))


def clipped(limit, log_of_one_plus):
    @mistake("Large scores are cut off: at z = 1000 the value is 1000.")
    def clips(z):
        return log_of_one_plus(np.exp(np.clip(z, -1000, limit)))

    return clips


clips_at_50, clips_at_100, clips_at_500, clips_at_700 = (
    clipped(limit, np.log1p) for limit in (50, 100, 500, 700)
)
clips_at_50_and_adds, clips_at_100_and_adds, clips_at_500_and_adds, clips_at_700_and_adds = (
    clipped(limit, lambda e: np.log(1 + e)) for limit in (50, 100, 500, 700)
)


@mistake("Far to the left the value is lost: e^z is not 0 there, though 1 + e^z is rounded to 1.")
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
    return 1 / (1 + np.exp(-z))


@mistake("The curve is right on the left and falls on the right: |z| needs a correction there.")
def forgets_the_positive_part(z):
    return np.log1p(np.exp(-np.abs(z)))


@mistake(
    "The value at 1000 is right, but something overflowed on the way: np.where, for one, "
    "computes both of its pieces before it chooses."
)
def overflows_beside_the_answer(z):
    return np.where(z > 30, z, np.log1p(np.exp(z)))


@mistake(
    "Far to the left e^-z overflows, or adds up with z to 0: this form is good on the right alone."
)
def shifts_everywhere(z):
    return z + np.log(1 + np.exp(-z))


@mistake("At z = 0 the value is ln(e + 1): a 1 stands where its logarithm belongs.")
def one_for_its_logarithm(z):
    return np.logaddexp(1, z)


@mistake("For an array of integers the result lost its decimals: it took over the type of z.")
def keeps_integers(z):
    out = np.zeros_like(z)
    out[...] = np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))
    return out


@mistake(
    "At 1000 something overflowed on the way (np.where, for one, computes both of its pieces); "
    "and far to the left e^z is lost in 1 + e^z."
)
def overflows_beside_and_loses_the_left(z):
    return np.where(z > 30, z, np.log(1 + np.exp(z)))
