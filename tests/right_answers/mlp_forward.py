ANSWERS = {
    "tanh": """
def mlp_forward(x, weights, biases):
    out = [x]
    for i in range(len(weights)):
        out.append(0.5 + 0.5 * np.tanh(0.5 * (np.dot(out[i], weights[i]) + biases[i])))
    return tuple(out)
""",
    "recursive, a helper in another cell": [
        "def sigmoid(s):\n    return 1.0 / (1.0 + np.exp(-s))",
        """
def mlp_forward(x, weights, biases):
    if not weights:
        return [x]
    h = sigmoid(np.einsum("...d,dm->...m", x, weights[0]) + biases[0])
    return [x] + mlp_forward(h, weights[1:], biases[1:])
""",
    ],
    "reduce over layers": """
from functools import reduce


def mlp_forward(x, weights, biases):
    def layer(activations, parameters):
        W, b = parameters
        return [*activations, np.reciprocal(1 + np.exp(-(activations[-1] @ W + b)))]

    return reduce(layer, zip(weights, biases), [x])
""",
    "a generator made into a list, the stable sigmoid of two pieces": """
def squash(s):
    e = np.exp(-np.abs(s))
    return np.where(s < 0, e / (1 + e), 1 / (1 + e))


def run(x, weights, biases):
    a = np.array(x)
    yield a
    for W, b in zip(weights, biases):
        a = squash(np.add(np.matmul(a, W), b))
        yield np.asfortranarray(a)


def mlp_forward(x, weights, biases):
    return list(run(x, weights, biases))
""",
    "accumulated": """
from itertools import accumulate
def mlp_forward(x, weights, biases):
    layers = list(zip(weights, biases))
    step = lambda a, Wb: 1 / (1 + np.exp(-(a @ Wb[0] + Wb[1])))
    return list(accumulate(layers, step, initial=x))
""",
    "the biases as a row of the weights": """
def mlp_forward(x, weights, biases):
    out = [x]
    for W, b in zip(weights, biases):
        a = out[-1]
        one = np.ones(a.shape[:-1] + (1,), dtype=a.dtype)
        z = np.concatenate([a, one], axis=-1) @ np.vstack([W, b])
        out.append(1 / (1 + np.exp(-z)))
    return out
""",
    "a dict by layer": """
def mlp_forward(x, weights, biases):
    cache = {"a0": x}
    for i in range(1, len(weights) + 1):
        z = np.dot(cache["a" + str(i - 1)], weights[i - 1]) + biases[i - 1]
        cache["a" + str(i)] = (1 + np.exp(-z)) ** -1
    return list(cache.values())
""",
}
