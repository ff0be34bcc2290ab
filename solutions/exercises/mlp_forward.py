import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Forward through all layers
#
# Each layer computes $a_l = \sigma(a_{l-1} W_l + b_l)$ with $\sigma(s) = 1/(1 + e^{-s})$; the last
# layer does so, too. `x` is one row (D,) or a batch (N, D). `weights` and `biases` are lists with
# the first layer first, and each `W` is (D_in, D_out). Return the list of all activations, from
# $a_0 = x$ to the output.

# %% [markdown] tags=["hint"]
# Print the shape of every activation beside the shape of the `W` that it meets. In the first
# example the first hidden score is 1.4: what becomes of it, and where does it go?


# %% tags=["solution"]
def mlp_forward(x, weights, biases):
    """Return the list of activations of a network of sigmoid units, `x` first."""
    activations = [x + 0.0]  # integers become floats
    for W, b in zip(weights, biases, strict=True):
        activations.append(1 / (1 + np.exp(-(activations[-1] @ W + b))))
    return activations


# %% tags=["cases"]
promises = ["integer: x", "float32", "empty: x", "pure", "repeatable"]


def visible():
    # the lecture's example: hidden 0.80, 0.75, 0.69, output 0.75
    W1, W2 = np.array([[0.8, 0.2, 0.7], [0.6, 0.9, 0.1]]), np.array([[0.2], [0.8], [0.5]])
    yield np.array([1.0, 1.0]), [W1, W2], [np.zeros(3), np.zeros(1)]
    W1, b1 = np.array([[0.5, -1.0, 0.2], [1.0, 0.3, -0.4]]), np.array([0.1, 0.0, -0.2])
    W2, b2 = np.array([[1.0], [-0.5], [2.0]]), np.array([0.3])
    yield np.array([1.0, 2.0]), [W1, W2], [b1, b2]
    yield np.array([[1.0, 0.0], [-1.0, 0.5]]), [W1, W2], [b1, b2]
    yield np.array([[1, 0], [-2, 3]]), [W1, W2], [b1, b2]
    x, small = np.array([1.0, -0.5], dtype=np.float32), np.float32
    yield x, [W1.astype(small), W2.astype(small)], [b1.astype(small), b2.astype(small)]


def hidden(rng):
    for n, widths in [(4, (3, 2)), (3, (2, 4, 3)), (5, (3, 3, 3, 3)), (2, (4, 2, 5, 3, 2))]:
        yield network(rng, n, widths)
    x, weights, biases = network(rng, 3, (3, 4, 2))
    yield x[0], weights, biases
    yield np.array([[1, -2, 0], [0, 3, 1]]), weights, biases
    small = [[a.astype(np.float32) for a in arrays] for arrays in (weights, biases)]
    yield x.astype(np.float32), *small
    yield x[:0], weights, biases


def network(rng, n, widths):
    weights = [rng.normal(size=(widths[i], widths[i + 1])) for i in range(len(widths) - 1)]
    return rng.normal(size=(n, widths[0])), weights, [rng.normal(size=d) for d in widths[1:]]


# %% tags=["mistakes"]
def run(x, weights, biases, unit=lambda s: 1 / (1 + np.exp(-s)), bias=1):
    activations = [x]
    for W, b in zip(weights, biases, strict=True):
        activations.append(unit(activations[-1] @ W + bias * b))
    return activations


@mistake("The list is one short: the input x is its first entry.")
def leaves_the_input_out(x, weights, biases):
    return run(x, weights, biases)[1:]


@mistake("Only the output came back: the exercise asks for the activations of every layer.")
def returns_the_output_only(x, weights, biases):
    return run(x, weights, biases)[-1]


@mistake("The last layer has no sigmoid: here all layers have one.")
def linear_output(x, weights, biases):
    activations = run(x, weights, biases)
    return [*activations[:-1], activations[-2] @ weights[-1] + biases[-1]]


@mistake("The biases make no difference in your result.")
def forgets_the_biases(x, weights, biases):
    return run(x, weights, biases, bias=0)


@mistake("The biases were added after the sigmoid: they shift the score.")
def adds_the_bias_afterwards(x, weights, biases):
    activations = [x]
    for W, b in zip(weights, biases, strict=True):
        activations.append(1 / (1 + np.exp(-(activations[-1] @ W))) + b)
    return activations


@mistake("The output falls when the score grows: check a sign in the sigmoid.")
def turns_the_sign(x, weights, biases):
    return run(x, weights, biases, unit=lambda s: 1 / (1 + np.exp(s)))


@mistake("The activations run from -1 to 1: that is a tanh.")
def uses_tanh(x, weights, biases):
    return run(x, weights, biases, unit=np.tanh)


@mistake("No layer bends anything: where is the sigmoid?")
def has_no_activation(x, weights, biases):
    return run(x, weights, biases, unit=lambda s: s)


@mistake(
    "The biases push the wrong way: the minus sign in the exponent applies to the whole score."
)
def turns_the_biases(x, weights, biases):
    return run(x, weights, biases, bias=-1)


@mistake("These are the scores before the sigmoid: the exercise asks for what comes after it.")
def returns_the_scores(x, weights, biases):
    activations = run(x, weights, biases)
    layers = zip(activations, weights, biases, strict=False)  # the output meets no weights
    return [x, *(a @ W + b for a, W, b in layers)]


@mistake("Some activations are above 1: what belongs in the denominator?")
def divides_before_adding(x, weights, biases):
    return run(x, weights, biases, unit=lambda s: 1 + np.exp(-s))


@mistake("Negative scores became 0 and the others stayed: that is a ReLU.")
def uses_relu(x, weights, biases):
    return run(x, weights, biases, unit=lambda s: np.maximum(s, 0))


@mistake("The output is missing at the end of the list: did the loop end too soon?")
def stops_too_soon(x, weights, biases):
    return run(x, weights, biases)[:-1]


@mistake("The list runs from the output to the input.")
def output_first(x, weights, biases):
    return run(x, weights, biases)[::-1]
