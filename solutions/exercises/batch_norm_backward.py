import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Batch normalization, backwards
#
# In training the output was $\gamma \hat x + \beta$, $\hat x = (x - \mu)/\sqrt{\sigma^2 +
# \varepsilon}$, with mean and variance (divide by $N$) of each column of `x` (N, D). From `dout`
# $= \partial J/\partial$ output return `(dx, dgamma, dbeta)`. Every entry of $x$ moves $\mu$ and
# $\sigma^2$ of its column and so all rows.

# %% [markdown] tags=["hint"]
# Split the forward pass into mean, centred x, variance, deviation and normalized x, and go back
# through them one at a time. A numerical gradient of `(dout * out).sum()` shows at which step you
# go astray.


# %% tags=["solution"] points=2 parts=["dx", "dgamma", "dbeta"]
def batch_norm_backward(dout, x, gamma, eps=1e-5):
    """Return (dx, dgamma, dbeta) of batch normalization in training."""
    std = np.sqrt(x.var(axis=0) + eps)
    x_hat = (x - x.mean(axis=0)) / std
    dgamma, dbeta = (dout * x_hat).sum(axis=0), dout.sum(axis=0)
    dx = gamma / std * (dout - dbeta / len(x) - x_hat * dgamma / len(x))
    return dx, dgamma, dbeta


# %% tags=["cases"]
promises = ["integer: x, gamma", "float32", "pure", "repeatable"]


def visible():
    x = np.array([[1.0, 10.0], [3.0, 30.0], [8.0, 20.0]])
    dout, gamma = np.array([[1.0, 0.5], [-2.0, 1.0], [0.5, 2.0]]), np.array([2.0, 0.5])
    yield dout, x, gamma
    yield dout, x, gamma, 0.5
    yield dout, x.astype(int), np.array([2, 3])
    yield (*(a.astype(np.float32) for a in (dout, x, gamma)),)


def hidden(rng):
    for n, d, eps in [(5, 3, 0.1), (3, 4, 0.3), (4, 4, 0.2), (7, 1, 1e-3)]:
        dout, x = rng.normal(0.5, 1, size=(n, d)), rng.normal(1, 2, size=(n, d))
        yield dout, x, rng.normal(2, 1, size=d), eps
    yield rng.normal(size=(5, 2)), rng.integers(-5, 6, size=(5, 2)), np.array([2, 3])
    yield (*(rng.normal(1, 1, size=s).astype(np.float32) for s in [(4, 3), (4, 3), 3]),)


# %% tags=["mistakes"]
def normalized(x, eps):
    std = np.sqrt(x.var(axis=0) + eps)
    return (x - x.mean(axis=0)) / std, std


@mistake("dx does not sum to 0 along a column: the mean and the variance depend on x, too.")
def takes_both_as_constants(dout, x, gamma, eps=1e-5):
    _, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dout * gamma / normalized(x, eps)[1], dgamma, dbeta


@mistake("The path through the mean is there, the one through the variance is missing.")
def takes_the_variance_as_constant(dout, x, gamma, eps=1e-5):
    _, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return (dout - dout.mean(axis=0)) * gamma / normalized(x, eps)[1], dgamma, dbeta


@mistake("The path through the variance is there, the one through the mean is missing.")
def takes_the_mean_as_constant(dout, x, gamma, eps=1e-5):
    x_hat, std = normalized(x, eps)
    _, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return (dout - x_hat * dgamma / len(x)) * gamma / std, dgamma, dbeta


@mistake(
    "The path through the variance has the wrong sign: a larger variance makes outputs smaller."
)
def turns_the_path_through_the_variance(dout, x, gamma, eps=1e-5):
    x_hat, std = normalized(x, eps)
    _, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    dx = gamma / std * (dout - dbeta / len(x) + x_hat * dgamma / len(x))
    return dx, dgamma, dbeta


@mistake("The paths through mean and variance count N times: both divide by N on the way forwards.")
def takes_sums_for_means(dout, x, gamma, eps=1e-5):
    x_hat, std = normalized(x, eps)
    _, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return gamma / std * (dout - dbeta - x_hat * dgamma), dgamma, dbeta


@mistake("dx is the gradient of the normalized x: how does that depend on x?")
def stops_at_the_normalized_x(dout, x, gamma, eps=1e-5):
    return dout * gamma, *batch_norm_backward(dout, x, gamma, eps)[1:]


@mistake("dx is N times too small: an average over the batch, if there was one, is in dout.")
def divides_by_the_batch(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx / len(x), dgamma, dbeta


@mistake("eps makes no difference in your result.")
def forgets_eps(dout, x, gamma, eps=1e-5):
    return batch_norm_backward(dout, x, gamma, 0.0)


@mistake("dgamma and dbeta stand in each other's place.")
def swaps_the_parameters(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx, dbeta, dgamma


@mistake("dgamma was made with x: which array does gamma multiply?")
def multiplies_by_x(dout, x, gamma, eps=1e-5):
    dx, _, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx, (dout * x).sum(axis=0).astype(dbeta.dtype), dbeta


@mistake("dgamma and dbeta are means over the batch: every row adds its part.")
def averages_over_the_batch(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx, dgamma / len(x), dbeta / len(x)


@mistake("dx does not know gamma: it lies between dout and the normalized x.")
def forgets_gamma(dout, x, gamma, eps=1e-5):
    return (
        batch_norm_backward(dout, x, np.ones_like(dout[0]), eps)[:1]
        + (batch_norm_backward(dout, x, gamma, eps)[1:])
    )


@mistake("dx was not divided by the deviation: what did the forward pass divide by?")
def forgets_the_deviation(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx * normalized(x, eps)[1].astype(dx.dtype), dgamma, dbeta


def by_parts(dout, x, gamma, eps, mean=1, variance=1, power=3):
    """dx with the sizes of both paths, and the power of the deviation, open."""
    x_hat, std = normalized(x, eps)
    direct, c = dout * gamma / std, x_hat * std
    dv = -np.sum(dout * gamma * c, axis=0) / 2 / std**power
    dx = direct - mean * direct.mean(axis=0) + variance * 2 * c * dv / len(x)
    kept = batch_norm_backward(dout, x, gamma, eps)
    return dx.astype(kept[0].dtype), *kept[1:]


@mistake("The path through the variance counts twice: look at the derivative of a root.")
def forgets_the_half_of_the_root(dout, x, gamma, eps=1e-5):
    return by_parts(dout, x, gamma, eps, variance=2)


@mistake("The path through the variance counts half: look at the derivative of a square.")
def forgets_the_two_of_the_square(dout, x, gamma, eps=1e-5):
    return by_parts(dout, x, gamma, eps, variance=0.5)


@mistake("The path through the variance counts N times: its mean divides by N.")
def sums_the_path_through_the_variance(dout, x, gamma, eps=1e-5):
    return by_parts(dout, x, gamma, eps, variance=len(x))


@mistake("The path through the mean counts N times: the mean divides by N.")
def sums_the_path_through_the_mean(dout, x, gamma, eps=1e-5):
    return by_parts(dout, x, gamma, eps, mean=len(x))


@mistake("The path through the mean has the wrong sign: a larger mean makes outputs smaller.")
def turns_the_path_through_the_mean(dout, x, gamma, eps=1e-5):
    return by_parts(dout, x, gamma, eps, mean=-1)


WRONG_POWER = (
    "The path through the variance has a wrong power of the deviation: is it one of the deviation "
    "or one of the variance?"
)


@mistake(WRONG_POWER)
def takes_the_power_of_the_variance(dout, x, gamma, eps=1e-5):
    return by_parts(dout, x, gamma, eps, power=1.5)


@mistake(WRONG_POWER)
def takes_one_power_too_few(dout, x, gamma, eps=1e-5):
    return by_parts(dout, x, gamma, eps, power=2)


@mistake("The path through the variance was made with x: it knows the normalized x alone.")
def projects_on_x(dout, x, gamma, eps=1e-5):
    _, std = normalized(x, eps)
    dx = gamma / std * (dout - dout.mean(axis=0) - x * (x * dout).mean(axis=0))
    _, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx.astype(dgamma.dtype), dgamma, dbeta


@mistake("The path through the variance was made with the centred x: divide it first.")
def projects_on_the_centred_x(dout, x, gamma, eps=1e-5):
    return by_parts(dout, x, gamma, eps, power=1)


@mistake("What is taken off for the variance is the same in all rows: each has a share of its own.")
def takes_the_same_off_all_rows(dout, x, gamma, eps=1e-5):
    x_hat, std = normalized(x, eps)
    dx = gamma / std * (dout - dout.mean(axis=0) - (x_hat * dout).mean(axis=0))
    _, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx.astype(dgamma.dtype), dgamma, dbeta


@mistake("All columns share one mean of dout: each has its own.")
def takes_one_mean_for_all_columns(dout, x, gamma, eps=1e-5):
    x_hat, std = normalized(x, eps)
    dx = gamma / std * (dout - dout.mean() - x_hat * (x_hat * dout).mean())
    _, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx.astype(dgamma.dtype), dgamma, dbeta


@mistake("gamma stands before dout alone: the two parts that are taken off come through it, too.")
def scales_dout_alone(dout, x, gamma, eps=1e-5):
    x_hat, std = normalized(x, eps)
    _, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    dx = (gamma * dout - dbeta / len(x) - x_hat * dgamma / len(x)) / std
    return dx.astype(dgamma.dtype), dgamma, dbeta


@mistake("dx was divided by the variance: a root is missing.")
def divides_by_the_variance(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx / normalized(x, eps)[1].astype(dx.dtype), dgamma, dbeta


@mistake("eps is added to the deviation: it belongs to the variance, inside the root.")
def adds_eps_outside(dout, x, gamma, eps=1e-5):
    x_hat, std = normalized(x, 0.0)
    std, c = std + eps, x_hat * std
    d_hat, x_hat = dout * gamma, c / std
    dv = -np.sum(d_hat * c, axis=0) / 2 / std**3
    dx = d_hat / std - (d_hat / std).mean(axis=0) + 2 * c * dv / len(x)
    return [a.astype(dout.dtype) for a in (dx, (dout * x_hat).sum(axis=0), dout.sum(axis=0))]


@mistake("The variance is divided by N - 1 here: on the way forwards it was N.")
def divides_by_one_less(dout, x, gamma, eps=1e-5):
    std = np.sqrt(x.var(axis=0, ddof=1) + eps)
    c = x - x.mean(axis=0)
    d_hat = dout * gamma
    dv = -np.sum(d_hat * c, axis=0) / 2 / std**3
    dx = d_hat / std - (d_hat / std).mean(axis=0) + 2 * c * dv / len(x)
    return [a.astype(dout.dtype) for a in (dx, (dout * c / std).sum(axis=0), dout.sum(axis=0))]


@mistake("eps makes no difference in your result: use the one that is given.")
def ignores_eps(dout, x, gamma, eps=1e-5):
    return batch_norm_backward(dout, x, gamma, 1e-5)


@mistake("dgamma is a mean over the batch: every row adds its part.")
def averages_dgamma(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx, dgamma / len(x), dbeta


@mistake("dbeta is a mean over the batch: every row adds its part.")
def averages_dbeta(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx, dgamma, dbeta / len(x)


@mistake("dgamma was made with the centred x: which array does gamma multiply?")
def multiplies_by_the_centred_x(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx, dgamma * normalized(x, eps)[1].astype(dx.dtype), dbeta


@mistake("dgamma has gamma in it: how does the output change when gamma does?")
def scales_dgamma(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx, gamma * dgamma, dbeta


@mistake("dbeta has gamma in it: how does the output change when beta does?")
def scales_dbeta(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx, dgamma, gamma * dbeta


@mistake("dgamma and dbeta have gamma in them: how does the output change when these two do?")
def scales_both(dout, x, gamma, eps=1e-5):
    dx, dgamma, dbeta = batch_norm_backward(dout, x, gamma, eps)
    return dx, gamma * dgamma, gamma * dbeta
