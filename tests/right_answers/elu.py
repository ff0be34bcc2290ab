ANSWERS = {
    "a masked copy": """
def elu(z, alpha=1.0):
    out = z * 1.0
    left = z < 0
    out[left] = alpha * (np.exp(z[left]) - 1)
    return out


def elu_backward(dout, z, alpha=1.0):
    slope = np.ones(z.shape, dtype=dout.dtype)
    left = z <= 0
    slope[left] = alpha * np.exp(z[left])
    return slope * dout
""",
    "sums of two parts": """
def elu(z, alpha=1.0):
    return np.maximum(z, 0) + alpha * (np.exp(-np.maximum(-z, 0)) - 1)


def elu_backward(dout, z, alpha=1.0):
    right = z > 0
    return dout * (right + ~right * alpha * np.exp(np.clip(z, None, 0)))
""",
    "a helper in another cell": [
        "def left(z, alpha):\n    return alpha * np.expm1(np.where(z > 0, 0, z))",
        """
def elu(z, alpha=1.0):
    return np.where(z > 0, z, left(z, alpha))


def elu_backward(dout, z, alpha=1.0):
    return np.where(z > 0, dout, (left(z, alpha) + alpha) * dout)
""",
    ],
    "where= and out=": """
def elu(z, alpha=1.0):
    out = np.array(z, dtype=z.dtype if z.dtype.kind == "f" else float)
    np.expm1(out, out=out, where=z <= 0)
    np.multiply(out, alpha, out=out, where=z <= 0)
    return out


def elu_backward(dout, z, alpha=1.0):
    low = z <= 0
    slope = np.ones(z.shape)
    slope[low] = alpha * np.exp(z[low])
    return (dout * slope).astype(dout.dtype)
""",
    "one entry at a time, the slope from the value": """
import math


def one(v, alpha):
    return v if v > 0 else alpha * math.expm1(v)


def elu(z, alpha=1.0):
    out = np.zeros(z.shape, dtype=np.result_type(z, np.float32) if z.dtype.kind == "f" else float)
    for i in np.ndindex(z.shape):
        out[i] = one(float(z[i]), alpha)
    return out


def elu_backward(dout, z, alpha=1.0):
    slopes = [1.0 if v > 0 else one(v, alpha) + alpha for v in z.ravel().tolist()]
    return dout * np.array(slopes).reshape(z.shape)
""",
}
