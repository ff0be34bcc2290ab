ANSWERS = {
    "variance by hand, an array": """
def layer_stds(X, weights, activation):
    stds = np.zeros(len(weights))
    for i, W in enumerate(weights):
        X = activation(np.dot(X, W))
        stds[i] = np.sqrt(((X - np.mean(X)) ** 2).mean())
    return stds
""",
    "keeps all activations": """
from functools import reduce


def layer_stds(X, weights, activation):
    xs = reduce(lambda xs, W: [*xs, activation(xs[-1] @ W)], weights, [X])
    return tuple(np.std(x) for x in xs[1:])
""",
    "recursive": """
def layer_stds(X, weights, activation):
    if len(weights) == 0:
        return []
    x = activation(X @ weights[0])
    print(x.shape)
    return [np.var(x) ** 0.5] + layer_stds(x, weights[1:], activation)
""",
}
