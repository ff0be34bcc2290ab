import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Layer normalization
#
# Each row of `x` (N, D) is normalized over its own features,
# $\hat x = (x - \mu) / \sqrt{\sigma^2 + \varepsilon}$ with the mean $\mu$ and the variance
# $\sigma^2$ (divide by $D$) of that row, then scaled and shifted: $\gamma \hat x + \beta$, with
# `gamma` and `beta` (D,). No batch is involved. `x` may have more axes; features are the last one.

# %% [markdown] tags=["hint"]
# With gamma 1 and beta 0 every row has mean 0 and a spread of almost 1: print both along the last
# axis. Then take one row away: the others should not notice.


# %% tags=["solution"]
def layer_norm(x, gamma, beta, eps=1e-5):
    """Normalize each row of `x` over its last axis, then scale by gamma and shift by beta."""
    mean = x.mean(axis=-1, keepdims=True)
    var = x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x", "pure", "repeatable"]


def visible():
    x = np.array([[1.0, 2.0, 6.0], [0.0, -0.02, 0.01]])
    yield x, np.array([1.0, 2.0, 0.5]), np.array([0.0, 0.5, -1.0])
    yield x[None], np.ones(3), np.zeros(3), 0.1
    yield np.stack([x, 2 * x])[None], np.ones(3), np.zeros(3)
    yield np.array([[1, 2, 6]]), np.array([1.0, 2.0, 0.5]), np.array([0.0, 0.5, -1.0]), 0.5
    yield tuple(np.array(a, dtype=np.float32) for a in ([[1, 2, 6]], [1, 2, 0.5], [0, 0.5, -1]))


def hidden(rng):
    for shape in [(4, 3), (1, 5), (2, 4, 3), (0, 4), (3, 3), (2, 3, 2, 4)]:
        d = shape[-1]
        yield rng.normal(1, 2, size=shape), rng.normal(2, 1, size=d), rng.normal(size=d)
    yield 1e-3 * rng.normal(size=(5, 4)), rng.normal(2, 1, size=4), rng.normal(size=4), 1e-4
    yield rng.normal(size=(4, 6)).T, rng.normal(size=4), rng.normal(size=4), 0.5
    yield rng.integers(-4, 5, size=(2, 5)), rng.normal(size=5), rng.normal(size=5)
    yield (*(rng.normal(size=s).astype(np.float32) for s in [(3, 4), 4, 4]),)


# %% tags=["mistakes"]
def normalized(x, eps, axis=-1, ddof=0):
    mean = x.mean(axis=axis, keepdims=True)
    return (x - mean) / np.sqrt(x.var(axis=axis, keepdims=True, ddof=ddof) + eps)


@mistake("Columns were normalized over the batch: here each row stands for itself.")
def normalizes_columns(x, gamma, beta, eps=1e-5):
    with np.errstate(all="ignore"):
        return gamma * normalized(x, eps, axis=0) + beta if len(x) else x * gamma + beta


@mistake("All rows share one mean and one variance: each has its own.")
def normalizes_everything(x, gamma, beta, eps=1e-5):
    return gamma * normalized(x, eps, axis=None) + beta if x.size else x * gamma + beta


@mistake("The variance of a row is too large: divide by D.")
def divides_by_one_less(x, gamma, beta, eps=1e-5):
    return gamma * normalized(x, eps, ddof=1) + beta


@mistake("Rows of small spread come out too large or too small: eps is added inside the root.")
def adds_eps_outside(x, gamma, beta, eps=1e-5):
    mean, std = x.mean(axis=-1, keepdims=True), x.std(axis=-1, keepdims=True)
    return gamma * (x - mean) / (std + eps) + beta


@mistake("Scale and shift are missing: the row is normalized and nothing more.")
def forgets_gamma_and_beta(x, gamma, beta, eps=1e-5):
    return normalized(x, eps) + 0 * beta


@mistake("The rows were divided by their variance: a root is missing.")
def divides_by_the_variance(x, gamma, beta, eps=1e-5):
    mean, var = x.mean(axis=-1, keepdims=True), x.var(axis=-1, keepdims=True)
    return gamma * (x - mean) / (var + eps) + beta


@mistake("The shift comes before the scale, so beta is multiplied by gamma.")
def scales_the_shift(x, gamma, beta, eps=1e-5):
    return gamma * (normalized(x, eps) + beta)


@mistake("The mean was not taken off.")
def forgets_the_mean(x, gamma, beta, eps=1e-5):
    return gamma * x / np.sqrt(x.var(axis=-1, keepdims=True) + eps) + beta


@mistake("eps makes no difference in your result: use the one that is given.")
def ignores_eps(x, gamma, beta, eps=1e-5):
    return gamma * normalized(x, 1e-5) + beta


@mistake("eps makes no difference in your result.")
def forgets_eps(x, gamma, beta, eps=1e-5):
    return gamma * normalized(x, 0.0) + beta


@mistake("Where x has three axes its second was taken: the features are the last one.")
def normalizes_the_second_axis(x, gamma, beta, eps=1e-5):
    return gamma * normalized(x, eps, axis=1) + beta


@mistake("Where x has four axes its third was taken: the features are the last one.")
def knows_two_and_three_axes(x, gamma, beta, eps=1e-5):
    return gamma * normalized(x, eps, axis=1 if x.ndim == 2 else 2) + beta


@mistake("Where x has three axes, rows share a mean and a variance: each has its own.")
def normalizes_all_axes_but_the_first(x, gamma, beta, eps=1e-5):
    return gamma * normalized(x, eps, axis=tuple(range(1, x.ndim))) + beta


@mistake("Only the mean was divided by the root: all of x minus the mean is divided.")
def divides_the_mean_alone(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    return gamma * (x - mean / np.sqrt(x.var(axis=-1, keepdims=True) + eps)) + beta


@mistake("The scale is missing: what is gamma for?")
def forgets_gamma(x, gamma, beta, eps=1e-5):
    return normalized(x, eps) + beta


@mistake("The shift is missing: what is beta for?")
def forgets_beta(x, gamma, beta, eps=1e-5):
    return gamma * normalized(x, eps)


@mistake("The shift is taken off: it is added.")
def subtracts_beta(x, gamma, beta, eps=1e-5):
    return gamma * normalized(x, eps) - beta


@mistake("gamma and beta stand in each other's place.")
def swaps_the_parameters(x, gamma, beta, eps=1e-5):
    return beta * normalized(x, eps) + gamma


@mistake("The mean was taken off above, but not before squaring: that is no variance.")
def squares_before_centring(x, gamma, beta, eps=1e-5):
    mean = x.mean(axis=-1, keepdims=True)
    return gamma * (x - mean) / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) + beta


@mistake("No mean was taken off, neither above nor before squaring.")
def takes_no_mean_off(x, gamma, beta, eps=1e-5):
    return gamma * x / np.sqrt((x**2).mean(axis=-1, keepdims=True) + eps) + beta


@mistake("The squares of a row were added up, not averaged: divide by D.")
def adds_up_the_squares(x, gamma, beta, eps=1e-5):
    c = x - x.mean(axis=-1, keepdims=True)
    return gamma * c / np.sqrt((c**2).sum(axis=-1, keepdims=True) + eps) + beta


@mistake("Each feature was normalized over all rows: here each row stands for itself.")
def normalizes_features_over_all_rows(x, gamma, beta, eps=1e-5):
    axes = tuple(range(x.ndim - 1))
    return gamma * normalized(x, eps, axis=axes) + beta if x.size else x * gamma + beta
