import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Too stiff or too wild?
#
# The same kind of model was trained on $M$ training sets. Entry $\hat f_{mn}$ of `predictions`
# (M, N) is what the $m$-th model says at the $n$-th point; `f_true` (N,) holds the truth $f_n$
# there, without noise. With $\bar f_n$ the mean of the M predictions at a point, return the two
# numbers `(bias_squared, variance)`:
#
# $$\frac{1}{N} \sum_n (\bar f_n - f_n)^2, \qquad
# \frac{1}{N} \sum_n \frac{1}{M} \sum_m (\hat f_{mn} - \bar f_n)^2.$$

# %% [markdown] tags=["hint"]
# Take two models and three points, and write the mean model below the two rows. Where does it miss
# the truth, and how far do the two rows stray from it?


# %% tags=["solution"] parts=["bias_squared", "variance"]
def bias_variance(predictions, f_true):
    """Return (bias squared, variance) of M models, averaged over N points."""
    bias = predictions.mean(axis=0) - f_true
    return np.mean(bias**2), np.mean(predictions.var(axis=0))


# %% tags=["cases"]
promises = ["integer", "float32", "pure", "repeatable"]


def visible():
    two = np.array([[1.0, 4.0, 0.0], [3.0, 5.0, -1.0]])
    yield two, np.array([1.0, 5.0, 1.5])
    yield np.array([[2.0, 0.0], [4.0, 1.0]]), np.array([2.5, 1.0])
    yield np.array([[2.0, -1.0, 0.5, 3.0]]), np.array([1.0, 1.0, 1.0, 0.0])
    yield np.array([[1, 4], [3, 5], [2, 9]]), np.array([3, 5])


def hidden(rng):
    for m, n in [(5, 3), (2, 6), (4, 4), (7, 1), (1, 3), (30, 12)]:
        truth = rng.normal(size=n)
        yield truth + 0.7 * rng.normal(size=n) + rng.normal(size=(m, n)), truth
    yield rng.normal(1, 2, size=(3, 6)).T, rng.normal(size=3)
    yield rng.normal(1, 2, size=(4, 5)), 3 + rng.normal(size=5)  # all biases of one sign
    yield np.tile(rng.integers(-9, 9, size=4) / 8, (4, 1)), rng.normal(size=4)  # all models alike
    yield rng.normal(1, 1, size=(6, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32)


# %% tags=["mistakes"]
def spoiled(bias_squared=None, variance=None):
    """The solution with one of its two numbers computed in another way."""

    def answer(predictions, f_true):
        right = bias_variance(predictions, f_true)
        return (
            right[0] if bias_squared is None else bias_squared(predictions, f_true),
            right[1] if variance is None else variance(predictions, f_true),
        )

    return answer


def biases(predictions, f_true):
    return predictions.mean(axis=0) - f_true


def misses(predictions, f_true):
    return np.mean((predictions - f_true) ** 2)


averages_before_squaring = mistake(
    "Your bias is squared after the average over the points: there plus and minus cancel."
)(spoiled(lambda p, f: np.mean(biases(p, f)) ** 2))

forgets_the_square = mistake("The biases are averaged with their signs: where is the square?")(
    spoiled(lambda p, f: np.mean(biases(p, f)))
)

takes_magnitudes = mistake("The magnitudes of the biases are averaged: their squares are asked.")(
    spoiled(lambda p, f: np.mean(np.abs(biases(p, f))))
)

squares_each_miss = mistake(
    "Your bias squared grows with the spread of the models: which comes first, the mean over the "
    "models or the square?"
)(spoiled(misses))

spreads_around_the_truth = mistake(
    "Your variance is measured from the truth: from where does it count how far models stray?"
)(spoiled(variance=misses))

divides_by_one_less = mistake("The variance is divided by M - 1: divide by M.")(
    spoiled(
        variance=lambda p, f: (
            np.mean(p.var(axis=0)) * np.divide(len(p), len(p) - 1) if len(p) > 1 else np.nan
        )
    )
)

returns_the_deviation = mistake(
    "The mean of the standard deviations stands where the variance belongs: leave out the root."
)(spoiled(variance=lambda p, f: np.mean(p.std(axis=0))))

takes_a_root = mistake("A root was taken of the variance: leave it out.")(
    spoiled(variance=lambda p, f: np.sqrt(np.mean(p.var(axis=0))))
)

spreads_along_the_points = mistake(
    "Your variance tells how one model changes from point to point: it asks how the models differ "
    "at one point."
)(spoiled(variance=lambda p, f: np.mean(p.var(axis=1))))

spreads_over_everything = mistake(
    "Your variance is that of all numbers together: each point has its own mean over the models."
)(spoiled(variance=lambda p, f: p.var()))

compares_one_model = mistake(
    "Your bias is that of a single model: the mean of all of them is compared with the truth."
)(spoiled(lambda p, f: np.mean((p[0] - f) ** 2)))

varies_the_bias = mistake(
    "Your variance tells how the bias changes from point to point: compare each model with the "
    "mean model."
)(spoiled(variance=lambda p, f: np.var(biases(p, f))))


@mistake("The mean was taken along each row, over the points: which axis holds the models?")
def averages_over_the_points(predictions, f_true):
    bias = predictions.mean(axis=1) - f_true
    return np.mean(bias**2), np.mean(predictions.var(axis=1))


@mistake("The two are the other way round: bias squared comes first.")
def swaps_the_results(predictions, f_true):
    return bias_variance(predictions, f_true)[::-1]


@mistake("Both are sums over the points: the mean is asked.")
def adds_over_the_points(predictions, f_true):
    return tuple(predictions.shape[1] * value for value in bias_variance(predictions, f_true))


@mistake("These are numbers for each point: average them over the points.")
def keeps_the_points(predictions, f_true):
    return biases(predictions, f_true) ** 2, predictions.var(axis=0)


@mistake("One mean was taken of all models and points together: each point has its own.")
def one_mean_for_all(predictions, f_true):
    return np.mean((predictions.mean() - f_true) ** 2), predictions.var()


@mistake("The mean was taken of each model, over the points: which axis holds the models?")
def averages_everything_over_the_points(predictions, f_true):
    bias = predictions.mean(axis=1) - f_true.mean()
    return np.mean(bias**2), np.mean(predictions.var(axis=1))


@mistake("The median of the models stands where their mean belongs.")
def takes_the_median(predictions, f_true):
    middle = np.median(predictions, axis=0)
    return np.mean((middle - f_true) ** 2), np.mean((predictions - middle) ** 2)


averages_the_strays = mistake(
    "Your variance is 0: how far models stray cancels, if it is averaged before it is squared."
)(spoiled(variance=lambda p, f: np.mean(np.mean(p - p.mean(axis=0), axis=0) ** 2)))

strays_by_magnitude = mistake(
    "The magnitudes of what models stray are averaged: their squares are asked."
)(spoiled(variance=lambda p, f: np.mean(np.abs(p - p.mean(axis=0)))))

takes_the_length = mistake("The length of the biases came back: leave out the root, and average.")(
    spoiled(lambda p, f: np.sqrt(np.sum(biases(p, f) ** 2)))
)

adds_the_biases = mistake("The squared biases are added up over the points: average them.")(
    spoiled(lambda p, f: np.sum(biases(p, f) ** 2))
)

adds_over_the_models = mistake("The variance adds up over the models: divide by M as well.")(
    spoiled(variance=lambda p, f: len(p) * np.mean(p.var(axis=0)))
)

adds_variances = mistake("The variances of the points are added up: average them.")(
    spoiled(variance=lambda p, f: np.sum(p.var(axis=0)))
)
