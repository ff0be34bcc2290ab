ANSWERS = {
    "a masked copy": """
def elu(z, alpha=1.0):
    out = z.copy()
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
}
