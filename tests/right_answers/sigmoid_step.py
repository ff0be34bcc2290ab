ANSWERS = {
    "two masks": """
def sigmoid_step(x, position, steepness):
    z = steepness * (x - position)
    out = np.empty_like(z)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    out[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return out
""",
    "weight and bias, clipped": """
def sigmoid_step(x, position, steepness):
    w, b = steepness, -steepness * position
    return 1 / (1 + np.exp(-np.clip(w * x + b, -80, 80)))
""",
    "a helper in another cell": [
        "def sigmoid(z):\n    return np.exp(-np.logaddexp(0, -z))",
        """
def sigmoid_step(x, position, steepness):
    return np.asfortranarray(sigmoid(steepness * (x - position)))
""",
    ],
    "a class, in place on its own array": """
class Step:
    def __call__(self, x, position, steepness):
        z = np.array(x, dtype=np.result_type(x, np.float32) if x.dtype.kind == "f" else float)
        z -= position
        z *= steepness / 2
        np.tanh(z, out=z)
        z += 1
        z /= 2
        return z


sigmoid_step = Step()
""",
    "one number at a time": """
import math


def one(z):
    if z >= 0:
        return 1 / (1 + math.exp(-z))
    return math.exp(z) / (1 + math.exp(z))


def sigmoid_step(x, position, steepness):
    y = np.empty(x.shape, dtype=x.dtype if x.dtype.kind == "f" else float)
    for i, v in np.ndenumerate(x):
        y[i] = one(steepness * (float(v) - position))
    return y
""",
}
