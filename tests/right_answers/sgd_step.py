ANSWERS = {
    "a loop over copies": """
def sgd_step(params, grads, lr):
    new = []
    for i in range(len(params)):
        w = params[i].copy()
        w -= lr * grads[i]
        new.append(w)
    return new
""",
    "a tuple by map": """
def sgd_step(params, grads, lr):
    return tuple(map(lambda w, g: np.subtract(w, np.multiply(g, lr)), params, grads))
""",
    "a helper, Fortran order": [
        "def move(w, g, lr):\n    return np.asfortranarray(w + (-lr) * g)",
        """
def sgd_step(params, grads, lr):
    return [move(w, g, lr) for w, g in zip(params, grads)]
""",
    ],
}
