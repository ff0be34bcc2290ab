ANSWERS = {
    "a rate for each weight": """
def adagrad_step(w, g, G, lr, eps=1e-8):
    G_new = G + g * g
    rates = lr / (G_new**0.5 + eps)
    return w - rates * g, G_new
""",
    "one number at a time": """
import math


def adagrad_step(w, g, G, lr, eps=1e-8):
    new_w, new_G = np.zeros(w.shape), np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        new_G[i] = G[i] + float(g[i]) ** 2
        new_w[i] = w[i] - lr * g[i] / (math.sqrt(new_G[i]) + eps)
    return [new_w, new_G]
""",
    "hypot of the old root and g": """
def adagrad_step(w, g, G, lr, eps=1e-8):
    root = np.hypot(np.sqrt(G), g)
    return w - lr * np.divide(g, root + eps), root**2
""",
    "in place on copies, Fortran order": """
def adagrad_step(w, g, G, lr, eps=1e-8):
    G = np.array(G, dtype=np.result_type(G, np.float32), order="F")
    G += np.square(g)
    step = np.sqrt(G)
    step += eps
    np.divide(g, step, out=step)
    step *= -lr
    step += w
    return step, G
""",
    "zeros apart, in two cells": [
        "def divided(a, b):\n    return np.divide(a, b, out=np.zeros(np.shape(b)), where=b > 0)",
        """
def adagrad_step(w, g, G, lr, eps=1e-8):
    G = np.add(G, np.power(g, 2))
    return w - lr * divided(g, np.sqrt(G) + eps), G
""",
    ],
    "the sign and the share": """
def adagrad_step(w, g, G, lr, eps=1e-8):
    G = G + abs(g) ** 2
    return w - np.sign(g) * lr * abs(g) / (eps + np.sqrt(G)), G
""",
}
