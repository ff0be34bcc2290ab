ANSWERS = {
    "a masked copy, in two cells": [
        """
def leaky_relu(z, negative_slope=0.01):
    out = np.array(z, dtype=np.result_type(z, np.float16))  # integers become floats
    out[z < 0] = (z * negative_slope)[z < 0]
    return out
""",
        """
def leaky_relu_backward(dout, z, negative_slope=0.01):
    dz = dout.copy()
    dz[z <= 0] *= negative_slope
    return dz
""",
    ],
    "positive and negative part": """
def leaky_relu(z, negative_slope=0.01):
    return np.maximum(z, 0) + negative_slope * np.minimum(z, 0)


def leaky_relu_backward(dout, z, negative_slope=0.01):
    positive = (z > 0).astype(dout.dtype)
    return dout * (positive + negative_slope * (1 - positive))
""",
    "one entry at a time": """
def leaky_relu(z, negative_slope=0.01):
    out = np.empty(z.shape, dtype=z.dtype if z.dtype.kind == "f" else float)
    for i in np.ndindex(z.shape):
        out[i] = z[i] if z[i] > 0 else z[i] * negative_slope
    return out


def leaky_relu_backward(dout, z, negative_slope=0.01):
    out = [d * (1 if s > 0 else negative_slope) for d, s in zip(dout.ravel(), z.ravel())]
    print("backwards")
    return np.array(out, dtype=dout.dtype).reshape(z.shape)
""",
    "lambdas with a chosen factor": """
factor = lambda z, a: np.where(z > 0, 1, a).astype(np.result_type(z.dtype, np.float16))
leaky_relu = lambda z, negative_slope=0.01: factor(z, negative_slope) * z


def leaky_relu_backward(dout, z, negative_slope=0.01):
    return dout * factor(z, negative_slope).astype(dout.dtype)
""",
    "np.piecewise and np.select": """
def leaky_relu(z, negative_slope=0.01):
    z = z * 1.0
    return np.piecewise(z, [z > 0, z <= 0], [lambda v: v, lambda v: negative_slope * v])


def leaky_relu_backward(dout, z, negative_slope=0.01):
    return np.select([z > 0], [dout], default=dout * negative_slope)
""",
}
