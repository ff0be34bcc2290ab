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
