import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Fold batch normalization away
#
# At test a dense layer $s = x W + b$ is followed by batch normalization with fixed statistics,
# $\gamma (s - \mu) / \sqrt{\sigma^2 + \varepsilon} + \beta$: all of it is linear. Return `(W, b)`
# of the one dense layer that gives the same output. `W` is (D_in, D_out); `b`, `gamma`, `beta`,
# `mean` and `var` are (D_out,).

# %% [markdown] tags=["hint"]
# Put s = x W + b into the second formula and sort the terms. What multiplies x, and what remains if
# x is 0?


# %% tags=["solution"] parts=["W", "b"]
def fold_batch_norm(W, b, gamma, beta, mean, var, eps=1e-5):
    """Return (W, b) of the dense layer that equals dense layer and batch norm at test."""
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta


# %% tags=["cases"]
promises = ["integer: b, gamma, beta, mean, var", "float32", "pure", "repeatable"]


def visible():
    W, b = np.array([[1.0, -2.0], [0.5, 3.0], [2.0, 1.0]]), np.array([1.0, -1.0])
    gamma, beta = np.array([4.0, 0.1]), np.array([0.5, -0.25])
    yield W, b, gamma, beta, np.array([3.0, 0.2]), np.array([4.0, 0.25])
    yield W, b, gamma, beta, np.array([3.0, 0.2]), np.array([4.0, 0.25]), 0.5
    yield (
        W,
        np.array([1, 2]),
        np.array([2, 3]),
        np.array([1, -1]),
        np.array([3, 1]),
        np.array([4, 2]),
    )
    five = b, gamma, beta, np.array([3.0, 0.2]), np.array([4.0, 0.25])
    yield (*(a.astype(np.float32) for a in (W, *five)),)


def hidden(rng):
    for shape, eps in [((4, 3), 1e-3), ((2, 5), 0.2), ((3, 3), 1e-2), ((6, 2), 1e-5)]:
        d = shape[1]
        gamma, beta, mean = (rng.normal(1, 2, size=d) for _ in range(3))
        var = rng.uniform(0.2, 3.0, size=d)
        yield rng.normal(size=shape), rng.normal(size=d), gamma, beta, mean, var, eps
    W, gamma, beta = rng.normal(size=(3, 2)), np.array([2, 3]), np.array([1, -1])
    yield W, np.array([1, 2]), gamma, beta, np.array([3, 1]), np.array([4, 2]), 0.1
    five = [rng.normal(1, 1, size=3) for _ in range(4)] + [rng.uniform(0.5, 2, size=3)]
    yield (*(a.astype(np.float32) for a in [rng.normal(size=(2, 3)), *five]),)


# %% tags=["mistakes"]
@mistake("W is right, b is not: the old bias is normalized, too.")
def leaves_the_bias(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b - mean * scale + beta


@mistake("W is right, b is not: the old bias is gone. Does it cancel with fixed statistics?")
def drops_the_bias(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, beta - mean * scale


@mistake("W is right, b is not: what happens to the running mean?")
def forgets_the_mean(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b * scale + beta


@mistake("W is right, b is not: the sign of the mean.")
def adds_the_mean(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b + mean) * scale + beta


@mistake("W is right, b is not: where is beta?")
def forgets_beta(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale


@mistake("W is right, b is not: the mean is taken off before the scale.")
def leaves_the_mean_unscaled(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, b * scale - mean + beta


@mistake("W is right, b is not: beta is added after the scale.")
def scales_beta(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return W * scale, (b - mean + beta) * scale


@mistake("Mean and beta went into the weights, too: one score holds each of them once.")
def normalizes_both_alike(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return (W - mean) * scale + beta, (b - mean) * scale + beta


@mistake("The mean was taken off the weights, too: it belongs to the scores.")
def takes_the_mean_off_the_weights(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return (W - mean) * scale, (b - mean) * scale + beta


@mistake("eps makes no difference in your result.")
def forgets_eps(W, b, gamma, beta, mean, var, eps=1e-5):
    return fold_batch_norm(W, b, gamma, beta, mean, var, 0.0)


@mistake("The weights are divided by a variance: a root is missing.")
def divides_by_the_variance(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / (var + eps)
    return W * scale, (b - mean) * scale + beta


@mistake("Where is gamma? The weights are divided by the deviation and not scaled.")
def forgets_gamma(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = 1 / np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta


@mistake("Only the bias changed: the weights belong to the same scores.")
def leaves_the_weights(W, b, gamma, beta, mean, var, eps=1e-5):
    return W.copy(), (b - mean) * (gamma / np.sqrt(var + eps)) + beta


@mistake("eps is added to the deviation: it belongs to the variance, inside the root.")
def adds_eps_outside(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / (np.sqrt(var) + eps)
    return W * scale, (b - mean) * scale + beta


@mistake("b is right, W is not: where is gamma?")
def forgets_gamma_in_the_weights(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = 1 / np.sqrt(var + eps)
    return W * scale, (b - mean) * gamma * scale + beta


@mistake("b is right, W is not: the scores are divided by the deviation, so the weights are.")
def leaves_the_weights_undivided(W, b, gamma, beta, mean, var, eps=1e-5):
    return W * gamma, (b - mean) * (gamma / np.sqrt(var + eps)) + beta


@mistake("W is right, b is not: where is gamma?")
def forgets_gamma_in_the_bias(W, b, gamma, beta, mean, var, eps=1e-5):
    std = np.sqrt(var + eps)
    return W * (gamma / std), (b - mean) / std + beta


@mistake("W is right, b is not: gamma multiplies the mean, too.")
def leaves_gamma_off_the_mean(W, b, gamma, beta, mean, var, eps=1e-5):
    std = np.sqrt(var + eps)
    return W * (gamma / std), b * (gamma / std) - mean / std + beta


@mistake("W is right, b is not: the old bias and the mean are scaled, as the weights are.")
def scales_neither_bias_nor_mean(W, b, gamma, beta, mean, var, eps=1e-5):
    return W * (gamma / np.sqrt(var + eps)), b - mean + beta


@mistake("W is right, b came back as it was: the new one holds all that does not depend on x.")
def leaves_b_as_it_was(W, b, gamma, beta, mean, var, eps=1e-5):
    return W * (gamma / np.sqrt(var + eps)), b * (1.0 + 0 * beta)


@mistake("W is right, b is beta alone: what becomes of the old bias and of the mean?")
def takes_beta_for_b(W, b, gamma, beta, mean, var, eps=1e-5):
    return W * (gamma / np.sqrt(var + eps)), beta + 0 * b


@mistake("The mean was taken off the weights: it belongs to the scores, and so into the bias.")
def moves_the_mean_to_the_weights(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma / np.sqrt(var + eps)
    return (W - mean) * scale, b * scale + beta


@mistake("The scores are multiplied by the deviation here: which way does a normalization go?")
def multiplies_by_the_deviation(W, b, gamma, beta, mean, var, eps=1e-5):
    scale = gamma * np.sqrt(var + eps)
    return W * scale, (b - mean) * scale + beta


@mistake("The weights are divided by a variance, and eps is missing: where is the root?")
def takes_the_variance_for_the_deviation(W, b, gamma, beta, mean, var, eps=1e-5):
    return W * (gamma / var), (b - mean) * (gamma / var) + beta


@mistake("eps makes no difference in your result: use the one that is given.")
def ignores_eps(W, b, gamma, beta, mean, var, eps=1e-5):
    return fold_batch_norm(W, b, gamma, beta, mean, var, 1e-5)
