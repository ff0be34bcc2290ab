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
    "a generator, NumPy scalars in a tuple": """
def signals(X, weights, activation):
    for W in weights:
        X = activation(np.dot(X, W))
        yield X


def layer_stds(X, weights, activation):
    return tuple(np.sqrt(np.var(x)) for x in signals(X, weights, activation))
""",
    "moments, itertools.accumulate": """
from itertools import accumulate
from statistics import pstdev


def layer_stds(X, weights, activation):
    xs = accumulate(weights, lambda x, W: activation(x @ W), initial=X)
    next(xs)
    return [pstdev(x.ravel().tolist()) for x in xs]
""",
}
