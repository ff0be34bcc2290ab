ANSWERS = {
    "logaddexp": """
def bce_with_logits(z, y):
    return (np.logaddexp(0, z) - y * z).mean()
""",
    "softplus of the signed score": """
def bce_with_logits(z, y):
    t = (1 - 2 * y) * z
    out = np.where(t > 0, t, 0) + np.log1p(np.exp(-abs(t)))
    print(out.shape)
    return np.sum(out) / out.size
""",
    "one element at a time": """
import math


def bce_with_logits(z, y):
    total = 0.0
    for s, t in zip(z.ravel().tolist(), y.ravel().tolist()):
        total += max(s, 0) - s * t + math.log(1 + math.exp(-abs(s)))
    return total / z.size
""",
    "two cases, a NumPy scalar": """
def bce_with_logits(z, y):
    right = np.where(y > 0.5, z, -np.asarray(z))
    return np.logaddexp(np.zeros_like(right), -right).mean(dtype=np.float64)
""",
    "the minimum and a helper with a decorator": """
from functools import wraps


def averaged(f):
    @wraps(f)
    def mean(*args):
        return float(np.average(f(*args)))

    return mean


@averaged
def bce_with_logits(z, y):
    return -np.minimum(z, 0) + (1 - y) * z + np.log1p(np.exp(-np.absolute(z)))
""",
}
