ANSWERS = {
    "in place on copies": """
def momentum_step(w, g, v, lr, mu=0.9):
    v = np.array(v, dtype=np.result_type(v, np.float32))
    v *= mu
    v -= lr * g
    new_w = w.copy() + v
    return new_w, v
""",
    "one number at a time, a list": """
def momentum_step(w, g, v, lr, mu=0.9):
    new_w, new_v = np.zeros(w.shape, float), np.zeros(w.shape, float)
    for i in np.ndindex(w.shape):
        new_v[i] = mu * v[i] - lr * g[i]
        new_w[i] = w[i] + new_v[i]
    return [new_w, new_v]
""",
    "the step first, the velocity as a difference": """
def momentum_step(w, g, v, lr, mu=0.9):
    moved = w - lr * g + mu * v
    return moved, moved - w
""",
    "a matrix of two, in two cells": [
        "def recurrence(lr, mu):\n    return np.array([[mu, -lr], [mu, -lr]])",
        """
def momentum_step(w, g, v, lr, mu=0.9):
    old = np.stack([v, g]).reshape(2, -1)
    dw, dv = recurrence(lr, mu) @ old
    print("moved by", dw)
    return w + dw.reshape(w.shape), dv.reshape(w.shape)
""",
    ],
    "the other sign inside, Fortran order": """
def momentum_step(w, g, v, lr, mu=0.9):
    m = lr * g - mu * v
    return np.asfortranarray(w - m), np.negative(m)
""",
    "PyTorch's form, translated": """
def momentum_step(w, g, v, lr, mu=0.9):
    if lr == 0:
        return w + mu * v, mu * v
    buf = -v / lr
    buf = mu * buf + g
    return w - lr * buf, -lr * buf
""",
}
