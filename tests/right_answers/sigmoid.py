ANSWERS = {
    "tanh": """
def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))
""",
    "two masks": """
def sigmoid(z):
    out = np.empty(z.shape, dtype=z.dtype if z.dtype.kind == "f" else float)
    right = z >= 0
    out[right] = 1 / (1 + np.exp(-z[right]))
    e = np.exp(z[~right])
    out[~right] = e / (1 + e)
    return out
""",
    "clipped where it does not matter": """
def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -80, 80)))
""",
    "np.piecewise, in another cell": [
        """
def left(z):
    e = np.exp(z)
    return e / (1 + e)
""",
        """
def sigmoid(z):
    z = z if z.dtype.kind == "f" else z.astype(float)
    return np.piecewise(z, [z < 0], [left, lambda z: 1 / (1 + np.exp(-z))])
""",
    ],
    "a logarithm first, a lambda": """
sigmoid = lambda z: np.exp(-np.logaddexp(0, np.negative(z)))
""",
    "one number at a time, in a list where it can be": """
import math


def sigmoid(z):
    values = [(1 + math.tanh(v / 2)) / 2 for v in z.ravel().tolist()]
    dtype = z.dtype if z.dtype.kind == "f" else float
    return np.array(values, dtype=dtype).reshape(z.shape)
""",
    "lists in lists": """
import math


def sigmoid(z):
    if np.ndim(z) > 0:
        return [sigmoid(v) for v in z]
    return 1 / (1 + math.exp(-z)) if z > -700 else math.exp(z)
""",
}
