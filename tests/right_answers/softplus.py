ANSWERS = {
    "logaddexp": """
def softplus(z):
    return np.logaddexp(np.zeros_like(z), z)
""",
    "two masks": """
def softplus(z):
    out = np.zeros(z.shape, dtype=z.dtype if z.dtype.kind == "f" else float)
    right = z > 0
    out[right] = z[right] + np.log1p(np.exp(-z[right]))
    out[~right] = np.log1p(np.exp(z[~right]))
    return out
""",
    "clipped where it does not matter": """
def softplus(z):
    return np.where(z > 40, z, np.log1p(np.exp(np.minimum(z, 40))))
""",
    "one number at a time": """
import math


def softplus(z):
    values = [max(v, 0) + math.log1p(math.exp(-abs(v))) for v in z.ravel().tolist()]
    return np.array(values, dtype=np.result_type(z.dtype, np.float16)).reshape(z.shape)
""",
    "np.vectorize": """
import math


@np.vectorize
def one(v):
    return max(v, 0.0) + math.log1p(math.exp(-abs(v)))


def softplus(z):
    if z.size == 0:
        return z
    return one(z).astype(z.dtype if z.dtype.kind == "f" else float)
""",
}
