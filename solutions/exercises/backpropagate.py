from itertools import pairwise

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Backpropagation, any depth
#
# A network is a list of `weights` and a list of `biases`, first layer first. Every layer computes
# $s = xW + b$; all but the last pass $\tanh(s)$ on; the last goes into a softmax along each row.
# $J$ is the mean over the batch of $-\ln p_{n, y_n}$, with the true classes in `labels` (N,).
# Return `(loss, dweights, dbiases)`: two lists in the order and shapes of `weights` and `biases`.
# One layer alone is a network too.

# %% [markdown] tags=["hint"]
# Get one layer right first: it has no tanh at all. Then write out two layers without a loop and
# mark the lines that repeat.


# %% tags=["solution"] parts=["loss", "dweights", "dbiases"]
def backpropagate(X, labels, weights, biases):
    """Return (loss, weight gradients, bias gradients): tanh inside, softmax at the end."""
    activations = [X]
    for W, b in zip(weights[:-1], biases[:-1], strict=True):
        activations.append(np.tanh(activations[-1] @ W + b))
    scores = activations[-1] @ weights[-1] + biases[-1]
    scores = scores - scores.max(axis=1, keepdims=True)
    log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
    rows = np.arange(len(labels))
    loss = -log_p[rows, labels].mean()

    delta = np.exp(log_p)
    delta[rows, labels] -= 1
    delta = delta / len(labels)
    dweights, dbiases = [], []
    for W, x in zip(reversed(weights), reversed(activations), strict=True):
        dweights.insert(0, x.T @ delta)
        dbiases.insert(0, delta.sum(axis=0))
        delta = delta @ W.T * (1 - x**2)  # into the layer before, whose output is x
    return loss, dweights, dbiases


# %% tags=["cases"]
promises = ["integer: X", "float32", "pure", "repeatable"]


def visible():
    X = np.array([[1.0, 0.5], [-0.5, 2.0], [0.0, -1.0]])
    W1, b1 = np.array([[0.5, -1.0], [1.0, 0.25]]), np.array([0.1, -0.2])
    W2, b2 = np.array([[1.0, -1.0], [0.5, 0.75]]), np.array([0.0, 0.3])
    W3, b3 = np.array([[1.0, -0.5, 0.0], [0.5, 1.0, -1.0]]), np.array([0.2, 0.0, -0.1])
    yield X, np.array([0, 1, 1]), [W1], [b1]
    yield X, np.array([1, 0, 1]), [W1, W2], [b1, b2]
    yield X, np.array([2, 0, 1]), [W1, W2, W3], [b1, b2, b3]
    yield np.array([[1, 0], [-2, 3]]), np.array([1, 0]), [W1, W2], [b1, b2]
    small = [[a.astype(np.float32) for a in arrays] for arrays in ([W1, W2], [b1, b2])]
    yield X.astype(np.float32), np.array([1, 0, 1]), *small
    yield (
        np.array([[4.0, 0.0]]),
        np.array([1]),
        [np.array([[2.0, -2.0], [0.0, 1.0]])],
        [np.zeros(2)],
    )


def hidden(rng):
    for widths in [(3, 4), (2, 5, 2), (3, 3, 3, 3), (4, 2, 3, 5, 2), (3, 4, 5, 4, 3, 2, 4)]:
        yield network(rng, int(rng.integers(2, 6)), widths)
    yield network(rng, 1, (2, 3, 4, 3, 2, 3))
    sure = np.array([[rng.uniform(7, 9), -rng.uniform(7, 9)]])
    yield np.ones((1, 1)), np.array([1]), [sure], [np.zeros(2)]
    X, labels, weights, biases = network(rng, 4, (3, 4, 3, 2))
    X = rng.integers(-2, 3, size=(4, 3))
    yield X, labels, weights, biases
    weights, biases = ([a.astype(np.float32) for a in arrays] for arrays in (weights, biases))
    yield X.astype(np.float32), labels, weights, biases


def network(rng, n, widths):
    labels = rng.integers(0, widths[-1], size=n)
    weights = [rng.normal(size=shape) for shape in pairwise(widths)]
    return (
        rng.normal(size=(n, widths[0])),
        labels,
        weights,
        [rng.normal(size=d) for d in widths[1:]],
    )


# %% tags=["mistakes"]
def spoiled(X, labels, weights, biases, **changes):
    """The solution with one step replaced: `slope`, `delta`, `back`, `db`, `loss`, ..."""
    xs, scores = [X], []
    for W, b in zip(weights, biases, strict=True):
        scores.append(xs[-1] @ W + b)
        xs.append(np.tanh(scores[-1]))
    s = xs[-1] if changes.get("tanh_at_the_end") else scores[-1]
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    rows = np.arange(len(labels))
    loss = changes.get("loss", np.mean)(-np.log(p[rows, labels] + changes.get("eps", 0.0)))
    p[rows, labels] -= 1
    delta = changes.get("delta", lambda d: d / len(d))(p)
    if changes.get("tanh_at_the_end"):
        delta = delta * changes.get("last_slope", 1 - xs[-1] ** 2)
    dweights, dbiases = [], []
    for layer in reversed(range(len(weights))):
        x, z = xs[layer], scores[layer - 1] if layer else X
        dweights.insert(0, (z if changes.get("raw") else x).T @ delta)
        dbiases.insert(0, changes.get("db", lambda d: d.sum(axis=0))(delta))
        W = weights[layer] - (dweights[0] if changes.get("updated") else 0)
        slope = changes.get("slope", lambda z, x: 1 - x**2)(z, x)
        if layer:
            delta = changes.get("back", lambda d: d)(delta @ changes.get("way", np.transpose)(W))
            delta = delta * slope
    return loss, dweights, dbiases


@mistake("The lists run from the last layer to the first: they should go with weights and biases.")
def last_layer_first(X, labels, weights, biases):
    loss, dweights, dbiases = spoiled(X, labels, weights, biases)
    return loss, dweights[::-1], dbiases[::-1]


@mistake("The loss fits a network with a tanh on its output: the last scores go straight on.")
def tanh_on_the_output(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, tanh_at_the_end=True)


@mistake("The loss fits a tanh on the output, delta knows of none: the last scores go straight on.")
def tanh_on_the_output_forwards_only(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, tanh_at_the_end=True, last_slope=1.0)


@mistake("The last layer is right, the ones before lack the slope of the tanh.")
def forgets_the_slope(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, slope=lambda z, x: np.ones_like(x))


@mistake("The slope of the tanh was taken with its input where its output belongs.")
def squares_the_score(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, slope=lambda z, x: 1 - z**2)


@mistake(
    "The layers before the last have the slope of a sigmoid, a (1 - a). These are tanh layers."
)
def slope_of_a_sigmoid(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, slope=lambda z, x: x * (1 - x))


@mistake("The layers before the last have 1 - a as the slope of the tanh: a square is missing.")
def forgets_the_square(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, slope=lambda z, x: 1 - x)


@mistake("All gradients are N times too large: the loss is a mean over the batch.")
def forgets_the_mean(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, delta=lambda d: d)


@mistake("Each layer further back is smaller by another factor N: how often does the mean divide?")
def divides_in_every_layer(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, back=lambda d: d / len(d))


@mistake("The loss is the sum over the batch where the mean is asked.")
def sums_the_loss(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, loss=np.sum)


@mistake("Your bias gradients still have one row for each example: one b serves all rows.")
def does_not_sum_the_biases(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, db=lambda d: d)


@mistake("The weight gradients fit the scores in front of the tanh. What enters the next layer?")
def multiplies_by_the_score(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, raw=True)


@mistake("The earlier layers fit weights that have taken their step: go back through the old ones.")
def updates_before_using(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, updated=True)


@mistake("All gradients have the wrong sign: a step against them would raise the loss.")
def turns_the_signs(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, delta=lambda d: -d / len(d))


@mistake("The last two layers are right and the others get 0: the recursion goes on to the first.")
def stops_after_two_layers(X, labels, weights, biases):
    loss, *lists = spoiled(X, labels, weights, biases)
    return loss, *([*(0 * d for d in gradients[:-2]), *gradients[-2:]] for gradients in lists)


@mistake("All gradients are N times too small: how often does the mean divide?")
def divides_twice(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, delta=lambda d: d / len(d) ** 2)


@mistake("Loss and gradients are N times too large: J is a mean over the batch.")
def sums_over_the_batch(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, delta=lambda d: d, loss=np.sum)


@mistake("The bias gradients alone are N times too small: delta has been divided by N already.")
def averages_the_biases(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, db=lambda d: d.mean(axis=0))


@mistake("Delta went back through W as it goes forwards: which way round leads from out to in?")
def goes_forward_through_the_weights(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, way=lambda W: W)


@mistake("Where the true class has a tiny p, the loss is too small: what stands in the logarithm?")
def adds_inside_the_logarithm(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, eps=1e-8)


@mistake("The slope took the tanh of what had been through it: which number is the output?")
def applies_tanh_twice(X, labels, weights, biases):
    return spoiled(X, labels, weights, biases, slope=lambda z, x: 1 - np.tanh(x) ** 2)
