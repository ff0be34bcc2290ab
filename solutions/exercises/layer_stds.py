from itertools import pairwise

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Where does the signal go?
#
# A batch `X` (N, D) runs through layers without biases: $x_l = g(x_{l-1} W_l)$, where `activation`
# is the function $g$. Return a list with one number per layer: the standard deviation of $x_l$,
# over all rows and units together (dividing by their number). The input itself is not in the list.

# %% [markdown] tags=["hint"]
# Stop after the first layer and measure by hand: take all entries of that array, subtract their
# mean, square, average, and take the root. Then ask which array goes into the next layer.


# %% tags=["solution"]
def layer_stds(X, weights, activation):
    """Return the list of standard deviations after each layer's activation, one a layer."""
    stds = []
    for W in weights:
        X = activation(X @ W)
        stds.append(float(X.std()))
    return stds


# %% tags=["probe"]
UNITS = {
    "tanh": np.tanh,
    "relu": lambda s: np.maximum(s, 0),
    "identity": lambda s: s,
    "sigmoid": lambda s: 1 / (1 + np.exp(-s)),
}


def collect(fn, case):
    X, weights, unit = case
    return fn(X, weights, UNITS[unit])


def signals(case):
    """Activations of all layers: the k-th one from a fresh run through the first k layers."""
    X, weights, unit = case
    for k in range(1, len(weights) + 1):
        signal = X
        for W in weights[:k]:
            signal = UNITS[unit](np.einsum("nd,dm->nm", signal, W))
        yield signal


def judge(case, stds):
    assert isinstance(stds, list | tuple | np.ndarray), "a list of numbers"
    assert not isinstance(stds, np.ndarray) or stds.ndim, "a list of numbers"
    if len(stds) != len(case[1]):
        numbers = {"numbers in the list": (len(stds), len(case[1]))}
        if len(stds):
            numbers["the first of them"] = (stds[0], spread(next(signals(case))))
        return numbers
    numbers = {}
    for layer, (std, x) in enumerate(zip(stds, signals(case), strict=True)):
        numbers[f"after layer {layer + 1}"] = (std, spread(x))
    return numbers


def spread(x):
    return float(np.sqrt(np.mean((x - x.mean()) ** 2)))


def call(case):
    unit = {
        "tanh": "np.tanh",
        "relu": "lambda s: np.maximum(s, 0)",
        "identity": "lambda s: s",
        "sigmoid": "lambda s: 1 / (1 + np.exp(-s))",
    }[case[2]]
    return f"layer_stds({{}}, {{}}, {unit})", *case[:2]


# %% tags=["cases"]
promises = ["integer: X", "pure", "repeatable"]


def visible():
    X = np.array([[1.0, -1.0], [2.0, 0.5], [-1.0, 0.0]])
    weights = [np.array([[1.0, 0.5, -1.0], [0.0, 2.0, 1.0]]), np.array([[1.0], [-2.0], [0.5]])]
    square = [np.array([[1.0, 0.5], [0.0, 2.0]]), np.array([[1.0, -1.0], [-2.0, 0.5]])]
    yield X, square, "identity"
    yield X, weights, "identity"
    yield X, weights, "relu"
    yield X, weights, "tanh"
    yield np.array([[1, -1], [2, 0]]), weights, "tanh"


def hidden(rng):
    for widths, unit in [
        ((3, 4, 2), "tanh"),
        ((4, 6, 5, 3), "relu"),
        ((2, 3, 3, 3, 3), "sigmoid"),
        ((3, 2, 4), "identity"),
    ]:
        weights = [rng.normal(0.3, 0.8, size=s) for s in pairwise(widths)]
        yield rng.normal(0.5, 1.0, size=(int(rng.integers(4, 9)), widths[0])), weights, unit
    yield rng.integers(-3, 4, size=(5, 3)), [rng.normal(size=(3, 4))], "tanh"


# %% tags=["mistakes"]
@mistake("That is the spread of the scores: the activation comes before the measurement.")
def measures_the_scores(X, weights, activation):
    stds = []
    for W in weights:
        stds.append(np.std(X @ W))
        X = activation(X @ W)
    return stds


@mistake("The first number is right, but the next layer gets the scores, not the activations.")
def passes_the_scores_on(X, weights, activation):
    stds = []
    for W in weights:
        X = X @ W
        stds.append(np.std(activation(X)))
    return stds


@mistake("Each layer was given the input X: from the second on, it gets the activations before it.")
def gives_every_layer_the_input(X, weights, activation):
    return [np.std(activation(X @ W)) for W in weights]


@mistake("These are variances: a root is missing.")
def returns_variances(X, weights, activation):
    return [s**2 for s in layer_stds(X, weights, activation)]


@mistake("There is one number too many: the input itself is not in the list.")
def starts_with_the_input(X, weights, activation):
    return [np.std(X), *layer_stds(X, weights, activation)]


@mistake("Each unit was measured on its own, and then averaged: take all numbers together.")
def averages_over_units(X, weights, activation):
    stds = []
    for W in weights:
        X = activation(X @ W)
        stds.append(np.mean(X.std(axis=0)))
    return stds


@mistake("These are the spreads of the weights. Measure the signal that runs through them.")
def measures_the_weights(X, weights, activation):
    return [np.std(W) for W in weights]


@mistake("The mean was not subtracted: that is the root of the mean square.")
def forgets_the_mean(X, weights, activation):
    stds = []
    for W in weights:
        X = activation(X @ W)
        stds.append(np.sqrt(np.mean(X**2)))
    return stds


@mistake("Every number is a little too large: divide by the number of entries, not by one less.")
def divides_by_one_less(X, weights, activation):
    stds = []
    for W in weights:
        X = activation(X @ W)
        stds.append(np.std(X, ddof=1))
    return stds


@mistake("Only the last layer is in the list: measure after every one.")
def measures_the_last_only(X, weights, activation):
    stds = layer_stds(X, weights, activation)
    return [stds[-1]] * (len(stds) > 1) or [0.0]


@mistake("The activation plays no part in these numbers: they come from the scores alone.")
def forgets_the_activation(X, weights, activation):
    return layer_stds(X, weights, lambda s: s)


@mistake("The last layer lacks its activation: here every layer has one, the last included.")
def no_activation_at_the_end(X, weights, activation):
    stds = layer_stds(X, weights, activation)
    for W in weights[:-1]:
        X = activation(X @ W)
    return [*stds[:-1], np.std(X @ weights[-1])]


@mistake("The list is one layer behind: it begins with the input and lacks the last layer.")
def measures_before_the_layer(X, weights, activation):
    return [np.std(X), *layer_stds(X, weights[:-1], activation)]


@mistake("Only the first layer is in the list: is the return inside the loop?")
def returns_from_the_loop(X, weights, activation):
    return layer_stds(X, weights[:1], activation)


@mistake("There is one number for each unit: measure all units of a layer together.")
def keeps_the_units(X, weights, activation):
    stds = []
    for W in weights:
        X = activation(X @ W)
        stds.append(X.std(axis=0))
    return stds
