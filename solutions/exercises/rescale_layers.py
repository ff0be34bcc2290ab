import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Let the data set the scale
#
# The same network, $x_l = g(x_{l-1} W_l)$, with $g$ a ReLU or a leaky ReLU, for which
# $g(c\,s) = c\,g(s)$ if $c > 0$. Return new weights, each a positive multiple of the old ones, so
# that on the batch `X` the activations after every layer have standard deviation 1, taken over all
# rows and units together. It must work for 20 layers.

# %% [markdown] tags=["hint"]
# Do two layers slowly: scale the first, run the batch through it again, and only then look at the
# second. At the end send the batch through your new weights and print the deviation after each
# layer.


# %% tags=["solution"]
def rescale_layers(X, weights, activation):
    """Return weights scaled so that each layer's activations have standard deviation 1 on `X`."""
    rescaled = []
    for W in weights:
        x = activation(X @ W)
        scale = x.std()
        rescaled.append(W / scale)
        X = x / scale
    return rescaled


# %% tags=["probe"]
SLOPES = {"relu": 0.0, "leaky relu": 0.1}


def unit(name):
    return lambda s: np.where(s > 0, s, SLOPES[name] * s)


def collect(fn, case):
    X, weights, name = case
    return fn(X, weights, unit(name))


def judge(case, rescaled):
    X, weights, name = case
    assert isinstance(rescaled, list | tuple), "a list of arrays"
    lists = [W for W in rescaled if isinstance(W, list | tuple)]
    assert all(len({np.shape(row) for row in W}) == 1 for W in lists), "a list of arrays"
    assert len(rescaled) == len(weights), f"one array a layer: {len(weights)}"
    shapes, due = ([np.shape(W) for W in Ws] for Ws in (rescaled, weights))
    if shapes != due:
        return {"shapes": (str(shapes), str(due))}
    numbers, strange, turned = {}, 0, 0
    for layer, (W, old) in enumerate(zip(rescaled, weights, strict=True)):
        W = np.asarray(W)
        rounding = 4 * np.finfo(W.dtype).eps if W.dtype.kind == "f" else 0.0
        factor = np.sum(W * old) / np.sum(old * old)
        strange += not np.allclose(W, factor * old, rtol=max(1e-7, rounding), atol=0)
        turned += not factor > 0
        with np.errstate(all="ignore"):
            X = unit(name)(X @ W)
            numbers[f"standard deviation after layer {layer + 1}"] = (float(X.std()), 1.0)
    if strange:
        return {"arrays that are no multiple of the old": (strange, 0)}
    return {"arrays multiplied by a number that is not positive": (turned, 0), **numbers}


def call(case):
    unit = {"relu": "np.maximum(s, 0)", "leaky relu": "np.where(s > 0, s, 0.1 * s)"}[case[2]]
    return f"rescale_layers({{}}, {{}}, lambda s: {unit})", *case[:2]


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def visible():
    X = np.array([[1.0, -1.0], [2.0, 0.5], [-1.0, 0.0]])
    weights = [np.array([[1.0, 0.5, -1.0], [0.0, 2.0, 1.0]]), np.array([[1.0], [-2.0], [0.5]])]
    yield X, weights, "relu"
    yield X, [*weights, np.array([[3.0, -2.0]])], "leaky relu"


def hidden(rng):
    for depth, name in [(1, "relu"), (3, "leaky relu"), (20, "relu"), (20, "leaky relu")]:
        # a positive mean keeps layers from dying as a whole
        weights = [rng.normal(0.5, 1.0, size=(8, 8)) for _ in range(depth)]
        yield rng.normal(0.3, 2.0, size=(int(rng.integers(5, 10)), 8)), weights, name
    narrow = [rng.normal(0.5, 1.0, size=s) for s in [(6, 9), (9, 5), (5, 7)]]
    yield rng.normal(0.3, 1.0, size=(12, 6)), narrow, "relu"


# %% tags=["mistakes"]
def scaled(X, weights, activation, factor):
    """Scale each layer by a function of its weights, scores and activations; pass those on."""
    rescaled = []
    for W in weights:
        rescaled.append(W * factor(W, X @ W, activation(X @ W)))
        X = activation(X @ rescaled[-1])
    return rescaled


@mistake("The first layer is right, the next is not: the signal it gets has changed by then.")
def measures_the_old_signal(X, weights, activation):
    rescaled = []
    for W in weights:
        X = activation(X @ W)
        rescaled.append(W / X.std())
    return rescaled


@mistake("The scores have standard deviation 1, the activations after them do not.")
def measures_the_scores(X, weights, activation):
    return scaled(X, weights, activation, lambda W, s, x: 1 / s.std())


@mistake(
    "The weights were brought to one spread: look at the signal that runs through them instead."
)
def normalizes_the_weights(X, weights, activation):
    return scaled(X, weights, activation, lambda W, s, x: 1 / W.std())


@mistake("The factor is upside down: a layer whose output is too large needs smaller weights.")
def multiplies(X, weights, activation):
    return scaled(X, weights, activation, lambda W, s, x: x.std())


@mistake("A layer was divided by the variance: when W doubles, what else doubles?")
def divides_by_the_variance(X, weights, activation):
    return scaled(X, weights, activation, lambda W, s, x: 1 / x.var())


@mistake("The mean square is 1, not the standard deviation: a ReLU's outputs have a mean.")
def forgets_the_mean(X, weights, activation):
    return scaled(X, weights, activation, lambda W, s, x: 1 / np.sqrt(np.mean(x**2)))


@mistake("Only the first layer was scaled: the others need a factor of their own.")
def scales_the_first_only(X, weights, activation):
    first = weights[0] / activation(X @ weights[0]).std()
    return [first, *(W / 2 for W in weights[1:])]


@mistake("The weights came back as they were.")
def changes_nothing(X, weights, activation):
    return [W.copy() for W in weights]


@mistake("Single weights or units were changed on their own: each layer gets one factor.")
def scales_each_unit(X, weights, activation):
    return scaled(X, weights, activation, lambda W, s, x: 1 / (s.std(axis=0) + 0.1))


@mistake("The weights you were given have changed: work on copies.")
def changes_the_weights(X, weights, activation):
    for W in weights:
        W /= activation(X @ W).std()
        X = activation(X @ W)
    return weights


@mistake("The activation plays no part: what comes out of it should have standard deviation 1.")
def forgets_the_activation(X, weights, activation):
    return scaled(X, weights, lambda s: s, lambda W, s, x: 1 / s.std())
