ANSWERS = {
    "difference of squares": """
def tanh_backward(dout, z):
    a = np.tanh(z)
    return (1 - a) * (1 + a) * dout
""",
    "one entry at a time": """
import math


def tanh_backward(dout, z):
    dz = np.zeros_like(dout)
    for i in np.ndindex(dout.shape):
        dz[i] = dout[i] * (1 - math.tanh(z[i]) ** 2)
    return dz
""",
    "subtracts": """
def tanh_backward(dout, z):
    out = np.asfortranarray(dout - dout * np.square(np.tanh(z)))
    print(out.shape)
    return out
""",
    "the output kept under a name, in place": """
def tanh_backward(dout, z):
    a = np.tanh(z)
    a *= a
    np.subtract(1, a, out=a)
    return a * dout
""",
    "from the sigmoid of 2 z, a lambda": """
def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1, e) / (1 + e)


tanh_backward = lambda dout, z: 4 * dout * sigmoid(2 * z) * sigmoid(-2 * z)
""",
}
