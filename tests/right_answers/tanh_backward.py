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
}
