from itertools import pairwise

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### How much gradient reaches each layer?
#
# A network without biases: $s_l = x_{l-1} W_l$, and $x_l = g(s_l)$ after every layer but the last,
# whose scores go into a softmax; $J$ is the mean over the batch of the cross-entropy with `labels`
# (N,). `g` and its derivative `g_prime` are functions, both of the score. Return a list with the
# Frobenius norm $\|\partial J/\partial W_l\|$ (root of the sum of all squares) of each layer, first
# layer first. The way forwards and the delta of the last scores are written; the way back is yours.

# %% [markdown] tags=["hint"]
# Begin with one layer, where no slope of g appears. With two layers, name the score, the input and
# the delta of each before you multiply, and compare shapes with the weights.


# %% tags=["solution"]
def layer_gradient_norms(X, labels, weights, g, g_prime):
    """Return the list of Frobenius norms of dJ/dW, first layer first."""
    inputs, scores, x = [], [], X
    for W in weights:
        inputs.append(x)
        scores.append(x @ W)
        x = g(scores[-1])
    e = np.exp(scores[-1] - scores[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)
    norms = []
    for layer in reversed(range(len(weights))):
        norms.insert(0, float(np.linalg.norm(inputs[layer].T @ delta)))
        if layer > 0:
            delta = delta @ weights[layer].T * g_prime(scores[layer - 1])
    return norms


# %% tags=["starter"]
def starter_layer_gradient_norms(X, labels, weights, g, g_prime):
    """Return the list of Frobenius norms of dJ/dW, first layer first."""
    inputs, scores, x = [], [], X  # an input and scores for each layer
    for W in weights:
        inputs.append(x)
        scores.append(x @ W)
        x = g(scores[-1])  # not used after the last layer
    e = np.exp(scores[-1] - scores[-1].max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    delta[np.arange(len(labels)), labels] -= 1
    delta = delta / len(labels)  # the blame of the last scores
    # your code here: from the last layer back to the first
    raise NotImplementedError


# %% tags=["probe"]
UNITS = {
    "tanh": (np.tanh, lambda s: 1 - np.tanh(s) ** 2),
    "sigmoid": (lambda s: 1 / (1 + np.exp(-s)), lambda s: np.exp(-s) / (1 + np.exp(-s)) ** 2),
    "softplus": (lambda s: np.log1p(np.exp(s)), lambda s: 1 / (1 + np.exp(-s))),
    "square": (lambda s: s**2, lambda s: 2 * s),
}


def collect(fn, case):
    X, labels, weights, unit = case
    return fn(X, labels, weights, *UNITS[unit])


def loss(X, labels, weights, g):
    for W in weights[:-1]:
        X = g(X @ W)
    s = X @ weights[-1]
    s = s - s.real.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(s).sum(axis=1)) - s[np.arange(len(s)), labels])


def judge(case, norms):
    X, labels, weights, unit = case
    assert isinstance(norms, list | tuple | np.ndarray), "a list of numbers"
    assert len(norms) == len(weights), f"one number a layer: {len(weights)}"
    numbers = {}
    for layer, W in enumerate(weights):
        total = 0.0
        for i in np.ndindex(W.shape):  # a complex step is exact to the last digits
            nudged = [v.astype(complex) for v in weights]
            nudged[layer][i] += 1e-30j
            total += (loss(X, labels, nudged, UNITS[unit][0]).imag / 1e-30) ** 2
        numbers[f"norm at layer {layer + 1}"] = (norms[layer], float(np.sqrt(total)))
    return numbers


def call(case):
    sigmoid = "1 / (1 + np.exp(-s))"
    units = {
        "tanh": "np.tanh, lambda s: 1 - np.tanh(s) ** 2",
        "sigmoid": f"lambda s: {sigmoid}, lambda s: np.exp(-s) / (1 + np.exp(-s)) ** 2",
        "softplus": f"lambda s: np.log1p(np.exp(s)), lambda s: {sigmoid}",
        "square": "lambda s: s**2, lambda s: 2 * s",
    }[case[3]]
    return f"layer_gradient_norms({{}}, {{}}, {{}}, {units})", *case[:3]


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def visible():
    X = np.array([[1.0, 0.5], [-0.5, 2.0], [0.0, -1.0]])
    W1, W2 = np.array([[0.5, -1.0], [1.0, 0.25]]), np.array([[1.0, -1.0], [0.5, 0.75]])
    wide = np.array([[0.5, -1.0, 0.0], [1.0, 0.25, -0.5]])
    yield X, np.array([0, 1, 1]), [wide, wide.T], "tanh"
    yield X, np.array([1, 0, 1]), [W2, W1, W2], "sigmoid"


def hidden(rng):
    for widths, unit in [
        ((3, 4, 2, 3), "tanh"),
        ((2, 3, 3, 2, 2), "sigmoid"),
        ((4, 3, 5, 2), "softplus"),
        ((2, 2, 2, 2), "square"),
    ]:
        scale = 0.4 if unit == "square" else 0.7  # squares of squares of squares
        weights = [rng.normal(scale=scale, size=s) for s in pairwise(widths)]
        n = int(rng.integers(3, 6))
        yield rng.normal(size=(n, widths[0])), rng.integers(0, widths[-1], size=n), weights, unit
    yield rng.normal(size=(4, 3)), np.array([0, 1, 1, 0]), [rng.normal(size=(3, 2))], "tanh"


# %% tags=["mistakes"]
def spoiled(X, labels, weights, g, g_prime, **changes):
    """The solution with one step replaced."""
    inputs, scores = [X], []
    for W in weights:
        scores.append(inputs[-1] @ W)
        inputs.append(g(scores[-1]))
    s = inputs[-1] if changes.get("g_at_the_end") else scores[-1]
    e = np.exp(s - s.max(axis=1, keepdims=True))
    delta = e / e.sum(axis=1, keepdims=True)
    if not changes.get("no_labels"):
        delta[np.arange(len(labels)), labels] -= 1
    delta = delta / changes.get("rows", len(labels))
    if changes.get("slope_at_the_end"):
        delta = delta * g_prime(scores[-1])
    norms = []
    for layer in reversed(range(len(weights))):
        gradient = delta if changes.get("deltas") else inputs[layer].T @ delta
        norms.insert(0, float(changes.get("norm", np.linalg.norm)(gradient)))
        if layer > 0:
            at = inputs[layer] if changes.get("slope_of_output") else scores[layer - 1]
            slope = 1.0 if changes.get("no_slope") else g_prime(at)
            delta = delta @ weights[layer].T * slope
    return norms


@mistake("The list runs from the last layer to the first.")
def last_layer_first(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime)[::-1]


@mistake("The last layer's norm is right, the ones before lack the slope of g.")
def forgets_the_slope(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, no_slope=True)


@mistake("g_prime was given the output of g: it takes the score.")
def slope_of_the_output(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, slope_of_output=True)


@mistake("All norms are N times too large: the loss is a mean over the batch.")
def forgets_the_mean(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, rows=1)


@mistake("These are the squares of the norms: a root is missing.")
def forgets_the_root(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, norm=lambda d: np.sum(d**2))


@mistake("That is the largest singular value: the Frobenius norm takes the sum of all squares.")
def takes_the_spectral_norm(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, norm=lambda d: np.linalg.norm(d, 2))


@mistake("These are the norms of delta: the gradient of a weight has its input as a factor, too.")
def norms_of_delta(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, deltas=True)


@mistake("The scores of the last layer went through g as well: they go straight to the softmax.")
def g_at_the_end(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, g_at_the_end=True, slope_at_the_end=True)


@mistake("The scores of the last layer went through g as well: they go straight to the softmax.")
def g_at_the_end_of_the_way_there(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, g_at_the_end=True)


@mistake("The last layer's delta has a slope of g in it: no g follows the last scores.")
def slope_at_the_end(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, slope_at_the_end=True)


@mistake("The labels play no part in these norms: what does the loss compare the softmax with?")
def forgets_the_labels(X, labels, weights, g, g_prime):
    return spoiled(X, labels, weights, g, g_prime, no_labels=True)
