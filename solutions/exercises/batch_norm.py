import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Batch normalization
#
# In training normalize each column of `x` (N, D) by its mean and its variance over the batch
# (divide by $N$), $\hat x = (x - \mu) / \sqrt{\sigma^2 + \varepsilon}$, and return
# $\gamma \hat x + \beta$ with the new running statistics, `(out, running_mean, running_var)`:
# $r \leftarrow (1 - m)\, r + m \cdot$ batch, with $m$ = `momentum`. The running variance gathers
# the unbiased variance (divide by $N - 1$), as in PyTorch. At test (`train=False`) the running
# statistics take the place of the batch's and are returned unchanged. A batch in training has two
# rows at least.

# %% [markdown] tags=["hint"]
# Make a table with the columns training and test and a row for each of the three results: which
# mean and which variance go in? Then check the six fields one at a time.


# %% tags=["solution"] points=2 parts=["out", "running_mean", "running_var"]
def batch_norm(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-5, train=True):
    """Return (out, running_mean, running_var), by the batch's or by the running statistics."""
    mean, var = running_mean, running_var
    if train:
        mean, var = x.mean(axis=0), x.var(axis=0)
        running_mean = (1 - momentum) * running_mean + momentum * mean
        running_var = (1 - momentum) * running_var + momentum * x.var(axis=0, ddof=1)
    return gamma * (x - mean) / np.sqrt(var + eps) + beta, running_mean, running_var


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x", "pure", "repeatable"]


def visible():
    x = np.array([[1.0, 10.0], [3.0, 30.0], [8.0, 20.0]])
    gamma, beta = np.array([2.0, 0.5]), np.array([1.0, -1.0])
    yield x, gamma, beta, np.array([2.0, 5.0]), np.array([3.0, 1.5])
    yield x[:2], gamma, beta, np.array([2.0, 5.0]), np.array([3.0, 1.5]), 0.1, 0.25, False
    yield x, gamma, beta, np.array([2.0, 5.0]), np.array([3.0, 1.5]), 0.3, 0.5
    yield x.astype(int), gamma, beta, np.array([2.0, 5.0]), np.array([3.0, 1.5])
    statistics = np.array([2.0, 5.0]), np.array([3.0, 1.5])
    yield (*(a.astype(np.float32) for a in (x, gamma, beta, *statistics)),)


def hidden(rng):
    for n, d, momentum, train in [(5, 3, 0.1, True), (2, 4, 0.3, True), (4, 4, 0.2, True)]:
        yield (*drawn(rng, n, d), momentum, 0.2, train)
        yield (*drawn(rng, n, d), momentum, 0.1, False)
    yield (*drawn(rng, 1, 3), 0.1, 1e-3, False)
    others = drawn(rng, 6, 2)[1:]
    yield (rng.integers(-5, 6, size=(6, 2)), *others)
    yield (*(a.astype(np.float32) for a in drawn(rng, 5, 3)),)


def empty(rng):
    yield (*drawn(rng, 0, 3), 0.1, 1e-3, False)


def drawn(rng, n, d):
    x, gamma, beta = rng.normal(1, 2, size=(n, d)), rng.normal(2, 1, size=d), rng.normal(size=d)
    return x, gamma, beta, rng.normal(1, 1, size=d), rng.uniform(0.5, 2.0, size=d)


# %% tags=["mistakes"]
def spoiled(
    x, gamma, beta, running, momentum, eps, train, axis=0, ddof=0, running_ddof=1, outside=False
):
    """The solution with its axis, its variances and the place of eps open."""
    mean, var = running
    if train:
        mean, var = x.mean(axis=axis, keepdims=True), x.var(axis=axis, keepdims=True, ddof=ddof)
        batch = x.mean(axis=axis), x.var(axis=axis, ddof=running_ddof)
        if axis == 1:
            batch = (b[:, None] for b in batch)
        running = [(1 - momentum) * r + momentum * b for r, b in zip(running, batch, strict=True)]
    std = np.sqrt(var) + eps if outside else np.sqrt(var + eps)
    return (gamma * (x - mean) / std + beta, *running)


def by_hand(x, gamma, beta, running, momentum, eps, train, statistics):
    """The solution with the batch's `statistics` given, its variance corrected by N / (N - 1)."""
    mean, var = statistics if train else running
    if train:
        batch = mean, var * len(x) / (len(x) - 1)
        running = [(1 - momentum) * r + momentum * b for r, b in zip(running, batch, strict=True)]
    return (gamma * (x - mean) / np.sqrt(var + eps) + beta, *running)


@mistake("Rows were normalized: a batch norm takes each column over the batch.")
def normalizes_rows(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), momentum, eps, train, axis=1)


@mistake("The batch is divided by the unbiased deviation: only the running variance gathers that.")
def unbiased_inside(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), momentum, eps, train, ddof=1)


@mistake("out is right, the running variance a little small: it gathers another variance.")
def biased_outside(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), momentum, eps, train, running_ddof=0)


@mistake("The running statistics jump to the batch: momentum is the weight of the new batch.")
def reverses_the_momentum(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), 1 - momentum, eps, train)


@mistake(
    "momentum is the weight of the new batch, and the running variance gathers another variance."
)
def reverses_the_momentum_of_biased_variances(
    x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True
):
    return spoiled(x, gamma, beta, (m, v), 1 - momentum, eps, train, running_ddof=0)


@mistake("In training the batch is normalized by the running statistics.")
def trains_by_running(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    out = spoiled(x, gamma, beta, (m, v), momentum, eps, False)[0]
    return (out, *spoiled(x, gamma, beta, (m, v), momentum, eps, train)[1:])


@mistake("In training the batch is normalized by the new running statistics: they are for tests.")
def trains_by_new_running(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    running = spoiled(x, gamma, beta, (m, v), momentum, eps, train)[1:]
    return spoiled(x, gamma, beta, running, momentum, eps, False)


@mistake("At test the running statistics move: what a network is asked must not change it.")
def updates_at_test(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    out, *running = spoiled(x, gamma, beta, (m, v), momentum, eps, True)
    if train:
        return out, *running
    return spoiled(x, gamma, beta, running, momentum, eps, False)


@mistake("train makes no difference: at test the running statistics are used, and stay.")
def ignores_train(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), momentum, eps, True)


@mistake("The batch's own statistics came back: the running ones move a part of the way there.")
def returns_the_batch_statistics(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), 1.0, eps, train, running_ddof=0)


@mistake("The test output depends on the other rows of the batch: use the running statistics.")
def batch_statistics_at_test(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    if train or not len(x):
        return batch_norm(x, gamma, beta, m, v, momentum, eps, train)
    return spoiled(x, gamma, beta, (m, v), momentum, eps, True, running_ddof=0)[0], m, v


@mistake("The running statistics never change in training.")
def never_updates(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), momentum, eps, train)[0], m, v


@mistake("eps is added to the deviation: it belongs to the variance, inside the root.")
def adds_eps_outside(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), momentum, eps, train, outside=True)


@mistake("eps makes no difference in your result.")
def forgets_eps(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), momentum, 0.0, train)


@mistake("The deviations from the mean are divided by the variance: where is the root?")
def forgets_the_root(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    running = spoiled(x, gamma, beta, (m, v), momentum, eps, train)[1:]
    mean, var = (x.mean(axis=0), x.var(axis=0)) if train else (m, v)
    return (gamma * (x - mean) / (var + eps) + beta, *running)


@mistake("Scale and shift are missing: what are gamma and beta for?")
def forgets_gamma_and_beta(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, np.ones_like(gamma), 0 * beta, (m, v), momentum, eps, train)


@mistake("All columns share one mean and one variance: each has its own.")
def normalizes_everything(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), momentum, eps, train, axis=None)


@mistake("All columns share one mean and one variance: each has its own.")
def normalizes_everything_by_hand(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return by_hand(x, gamma, beta, (m, v), momentum, eps, train, (x.mean(), x.var()))


@mistake("Rows were normalized: a batch norm takes each column over the batch.")
def normalizes_rows_by_hand(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    rows = x.mean(axis=1, keepdims=True), x.var(axis=1, keepdims=True)
    return by_hand(x, gamma, beta, (m, v), momentum, eps, train, rows)


@mistake("The squares were added up, not averaged, where the batch is normalized: divide by N.")
def adds_up_the_squares(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    sums = x.mean(axis=0), x.var(axis=0) * len(x)
    out = by_hand(x, gamma, beta, (m, v), momentum, eps, train, sums)[0]
    return out, *batch_norm(x, gamma, beta, m, v, momentum, eps, train)[1:]


@mistake("The running variance gathers a deviation here: what does its name say?")
def gathers_deviations(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    out, mean, var = batch_norm(x, gamma, beta, m, v, momentum, eps, train)
    if train:
        var = (1 - momentum) * v + momentum * x.std(axis=0, ddof=1)
    return out, mean, var


@mistake("The running variance is too small: a variance by N - 1 is larger than one by N.")
def turns_the_correction_round(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    out, mean, var = batch_norm(x, gamma, beta, m, v, momentum, eps, train)
    if train:
        var = (1 - momentum) * v + momentum * x.var(axis=0) * (len(x) - 1) / len(x)
    return out, mean, var


@mistake("The running statistics are too large: how much of the old ones is kept?")
def keeps_all_of_the_old(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    out, mean, var = batch_norm(x, gamma, beta, m, v, momentum, eps, train)
    return (out, mean + momentum * m, var + momentum * v) if train else (out, mean, var)


@mistake("momentum makes no difference in your result: use the one that is given.")
def ignores_momentum(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return batch_norm(x, gamma, beta, m, v, 0.1, eps, train)


@mistake("eps makes no difference in your result: use the one that is given.")
def ignores_eps(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return batch_norm(x, gamma, beta, m, v, momentum, 1e-5, train)


@mistake("At test out is right, but the running statistics come back changed: they stay.")
def returns_new_statistics_at_test(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    out = batch_norm(x, gamma, beta, m, v, momentum, eps, train)[0]
    with np.errstate(all="ignore"):
        return out, *spoiled(x, gamma, beta, (m, v), momentum, eps, True)[1:]


@mistake("train makes no difference: training goes by the batch, and moves the statistics.")
def always_tests(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return batch_norm(x, gamma, beta, m, v, momentum, eps, False)


@mistake("The mean was not taken off.")
def forgets_the_mean(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    mean, var = (x.mean(axis=0), x.var(axis=0)) if train else (m, v)
    out, *running = batch_norm(x, gamma, beta, m, v, momentum, eps, train)
    return out + gamma * mean / np.sqrt(var + eps), *running


@mistake("The scale is missing: what is gamma for?")
def forgets_gamma(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return batch_norm(x, np.ones_like(gamma), beta, m, v, momentum, eps, train)


@mistake("The shift is missing: what is beta for?")
def forgets_beta(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return batch_norm(x, gamma, np.zeros_like(beta), m, v, momentum, eps, train)


@mistake("At test scale and shift are missing: they hold in both modes.")
def forgets_gamma_and_beta_at_test(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    ones = (gamma, beta) if train else (np.ones_like(gamma), np.zeros_like(beta))
    return batch_norm(x, *ones, m, v, momentum, eps, train)


@mistake("The shift comes before the scale, so beta is multiplied by gamma.")
def scales_the_shift(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return batch_norm(x, gamma, gamma * beta, m, v, momentum, eps, train)


@mistake("At test eps is added to the deviation: it belongs to the variance, inside the root.")
def adds_eps_outside_at_test(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return spoiled(x, gamma, beta, (m, v), momentum, eps, train, outside=not train)


@mistake("At test eps makes no difference: the same root stands in both modes.")
def forgets_eps_at_test(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    return batch_norm(x, gamma, beta, m, v, momentum, eps if train else 0.0, train)


@mistake("At test the deviations are divided by the running variance: where is the root?")
def forgets_the_root_at_test(x, gamma, beta, m, v, momentum=0.1, eps=1e-5, train=True):
    if train:
        return batch_norm(x, gamma, beta, m, v, momentum, eps)
    return gamma * (x - m) / (v + eps) + beta, m, v
