ANSWERS = {
    "runs the scaled layer again": """
def rescale_layers(X, weights, activation):
    new = []
    for W in weights:
        W = W / np.std(activation(X @ W))
        new.append(W)
        X = activation(X @ W)
    return new
""",
    "from the ratio of old spreads": """
def rescale_layers(X, weights, activation):
    spreads = [1.0]
    for W in weights:
        X = activation(X @ W)
        spreads.append(X.std())
    return tuple(W * (a / b) for W, a, b in zip(weights, spreads, spreads[1:]))
""",
    "repeats until it is right, in two cells": [
        """
def spread_after(X, layers, activation):
    for W in layers:
        X = activation(X @ W)
    return X.std()
""",
        """
def rescale_layers(X, weights, activation):
    weights = [W.copy() for W in weights]
    for i in range(len(weights)):
        while abs(spread_after(X, weights[: i + 1], activation) - 1) > 1e-12:
            weights[i] /= spread_after(X, weights[: i + 1], activation)
    return weights
""",
    ],
    "a tuple, recursion": """
def rescale_layers(X, weights, activation):
    if not weights:
        return ()
    W, *rest = weights
    new = W / np.std(activation(X @ W))
    return (new, *rescale_layers(activation(X @ new), rest, activation))
""",
}
