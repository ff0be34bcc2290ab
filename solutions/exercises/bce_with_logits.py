import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Binary cross-entropy from scores
#
# `z` holds scores of any shape, `y` the targets, 0 or 1, in the same shape. With
# $p = \sigma(z)$, return the mean over all elements of $-y \ln p - (1 - y)\ln(1 - p)$. A
# score of $\pm 1000$ on the wrong side costs about 1000: there must be no $\ln 0$ on the way.

# %% [markdown] tags=["hint"]
# Take y = 1 alone and simplify -ln sigmoid(z) on paper until no fraction is left. Which part of it
# is safe at z = 1000, and which at z = -1000?


# %% tags=["solution"] stable=true
def bce_with_logits(z, y):
    """Return the mean binary cross-entropy of sigmoid(z) with the targets `y`."""
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z))))


# %% tags=["cases"]
promises = ["integer", "float32", "extreme64: z", "extreme32: z", "pure", "repeatable"]


def visible():
    yield np.array([[0.0, 2.0, -1.0]]), np.array([[1.0, 1.0, 0.0]])
    yield np.array([[1.0, -2.0], [0.5, 3.0], [-1.0, 0.0]]), np.array([[0, 0], [1, 0], [1, 1]])
    # targets 1 alone: p clipped at eps and eps added to p cost the same
    yield np.array([-1000.0, 1000.0, -800.0]), np.array([1.0, 1.0, 1.0])


def hidden(rng):
    for shape in [(5,), (4, 3), (2, 3, 2), (6, 1)]:
        y = rng.integers(0, 2, size=shape).astype(float)
        y.flat[:2] = 0.0, 1.0
        yield rng.normal(scale=2.0, size=shape), y
    far = rng.uniform(700, 1000, size=4) * np.array([1, -1, 1, -1])
    yield far, np.array([0, 0, 1, 1])
    yield np.array([-2, 0, 3]), np.array([1, 0, 1])
    yield rng.normal(size=6).astype(np.float32), np.array([0, 1, 1, 0, 1, 0], dtype=np.float32)


# %% tags=["mistakes"]
def losses(z, y):
    return np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z)))


def naive(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def naive_losses(z, y):
    p = naive(z)
    return -y * np.log(p) - (1 - y) * np.log(1 - p)


@mistake("Far-out scores give nan: what are p and its logarithm at z = 1000 and at z = -1000?")
def takes_the_log_of_zero(z, y):
    return np.mean(naive_losses(z, y))


@mistake("Far-out scores give inf: which power of e, or which ln, does that at z = 1000 or -1000?")
def picks_the_log_of_zero(z, y):
    p = naive(z)
    return np.mean(-np.log(np.where(y == 1, p, 1 - p)))


def clipped(eps):
    @mistake(
        "A wrong answer at z = -1000 costs far less than 1000: the probabilities were clipped."
    )
    def clips(z, y):
        p = np.clip(naive(z), eps, 1 - eps)
        return np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p))

    return clips


clips_at_1e7, clips_at_1e8, clips_at_1e9 = clipped(1e-7), clipped(1e-8), clipped(1e-9)
clips_at_1e10, clips_at_1e12, clips_at_1e15 = clipped(1e-10), clipped(1e-12), clipped(1e-15)


@mistake("The loss grows with the number of elements: return their mean.")
def sums(z, y):
    return np.sum(losses(z, y))


def averaged_over_rows(rows):
    @mistake("With several outputs a row the loss is too large: the mean runs over all elements.")
    def averages_over_rows_only(z, y):
        return np.sum(losses(z, y)) / rows(z)

    return averages_over_rows_only


averages_over_rows_only = averaged_over_rows(len)
averages_sums_of_rows = averaged_over_rows(lambda z: z.size / z.shape[-1])


@mistake("Elements with y = 0 cost nothing: the second term is missing.")
def forgets_the_negatives(z, y):
    return np.mean(y * losses(z, y))


@mistake("The loss is negative: check the sign.")
def turns_the_sign(z, y):
    return -np.mean(losses(z, y))


@mistake("Right answers cost more than wrong ones: which target goes with which term?")
def swaps_the_targets(z, y):
    return np.mean(losses(z, 1 - y))


def one_loss_an_element(of):
    @mistake("There is one loss for each element here: return their mean.")
    def does_not_average(z, y):
        return of(z, y)

    return does_not_average


does_not_average = one_loss_an_element(losses)
does_not_average_naively = one_loss_an_element(naive_losses)


@mistake("Elements with y = 0 lower the loss: look at the sign of each of the two terms.")
def turns_one_sign(z, y):
    return np.mean((2 * y - 1) * losses(z, y))


@mistake("Elements with y = 0 cost ln 2 whatever their score: that formula has targets -1 and 1.")
def takes_the_targets_for_signs(z, y):
    return np.mean(np.logaddexp(0, -y * z))


@mistake("What stands under your ln is not always between 0 and 1: how do scores become p?")
def takes_scores_for_probabilities(z, y):
    return np.mean(-y * np.log(z) - (1 - y) * np.log(1 - z))
