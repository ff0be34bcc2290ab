ANSWERS = {
    "loop over the pieces": """
def maxout(x, W, b):
    best = x @ W[0] + b[0]
    for p in range(1, len(W)):
        best = np.maximum(best, x @ W[p] + b[p])
    return best
""",
    "einsum, pieces last": """
def maxout(x, W, b):
    s = np.einsum("nd,pdm->nmp", x, W) + b.T
    return np.max(s, axis=-1)
""",
    "a list of pieces": """
def maxout(x, W, b):
    return np.stack([np.dot(x, V) + c for V, c in zip(W, b)]).max(0)
""",
    "one large matrix": """
def maxout(x, W, b):
    P, D, M = W.shape
    wide = x @ W.transpose(1, 0, 2).reshape(D, P * M) + b.reshape(-1)
    return np.asfortranarray(wide.reshape(len(x), P, M).max(axis=1))
""",
    "functools.reduce over pieces": """
from functools import reduce


def maxout(x, W, b):
    return reduce(np.maximum, (np.dot(x, w) + bias for w, bias in zip(W, b)))
""",
}
