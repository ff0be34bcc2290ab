ANSWERS = {
    "every piece by name": """
def nesterov_step(w, grad, v, lr, mu=0.9):
    look_ahead = w + mu * v
    g = grad(look_ahead)
    new_v = mu * v - lr * g
    new_w = w + new_v
    return new_w, new_v
""",
    "from the look-ahead point back": """
def nesterov_step(w, grad, v, lr, mu=0.9):
    ahead = np.add(w, np.multiply(mu, v))
    new = ahead - lr * grad(ahead)
    return [new, new - w]
""",
    "the other sign inside, as KAV writes it": """
def nesterov_step(w, grad, v, lr, mu=0.9):
    m = -1.0 * v
    m = mu * m + lr * grad(w - mu * m)
    return w - m, -m
""",
    "a generator that is unpacked, in two cells": [
        '''
def velocity(w, grad, v, lr, mu):
    """The next step."""
    return mu * v - lr * grad(w + mu * v)
''',
        """
def nesterov_step(w, grad, v, lr, mu=0.9):
    step = velocity(w, grad, v, lr, mu)
    return tuple(a for a in (w + step, step))
""",
    ],
    "in place on copies, the gradient asked for twice": """
def nesterov_step(w, grad, v, lr, mu=0.9):
    here = w.astype(float)
    v = v.astype(float)
    v *= mu
    here += v
    print(np.linalg.norm(grad(here)))
    step = lr * grad(here)
    v -= step
    here -= step
    return here, v
""",
    "one number at a time": """
def nesterov_step(w, grad, v, lr, mu=0.9):
    ahead = np.array([a + mu * b for a, b in zip(w, v)])
    g = grad(ahead)
    new_v = [mu * b - lr * s for b, s in zip(v, g)]
    new_w = [a + b for a, b in zip(w, new_v)]
    return new_w, new_v
""",
}
