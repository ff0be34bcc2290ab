ANSWERS = {
    "where": """
def relu(z):
    return np.where(z > 0, z, 0).astype(z.dtype)


def relu_backward(dout, z):
    return np.where(z > 0, dout, 0.0)
""",
    "a masked copy": """
def relu(z):
    out = z.copy()
    out[out < 0] = 0
    return out


def relu_backward(dout, z):
    dz = np.array(dout, copy=True)
    dz[z <= 0] = 0
    return dz
""",
    "clip and sign, Fortran order": """
def relu(z):
    return np.asfortranarray(np.clip(z, 0, None))


def relu_backward(dout, z):
    return np.maximum(np.sign(z), 0) * dout
""",
    "one entry at a time, in two cells": [
        """
def relu(z):
    out = np.zeros(z.shape, z.dtype)
    for i in np.ndindex(z.shape):
        out[i] = max(z[i], 0)
    return out
""",
        """
def relu_backward(dout, z):
    print("backwards")
    return dout * np.greater(z, 0).astype(dout.dtype)
""",
    ],
    "two lambdas": """
relu = lambda z: (z + abs(z)) / 2 if z.dtype.kind == "f" else np.where(z > 0, z, 0)
relu_backward = lambda dout, z: np.multiply(dout, np.heaviside(z, 0))
""",
}
