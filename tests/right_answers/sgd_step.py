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
    "one long vector": """
def sgd_step(params, grads, lr):
    flat = np.concatenate([w.ravel() for w in params])
    flat -= np.concatenate([g.ravel() for g in grads]) * lr
    parts = np.split(flat, np.cumsum([w.size for w in params])[:-1])
    return [part.reshape(w.shape) for part, w in zip(parts, params)]
""",
    "an accumulating loop with out=": """
def sgd_step(params, grads, lr):
    new = []
    for i in range(len(params)):
        step = np.empty_like(params[i])
        np.multiply(grads[i], -lr, out=step)
        new += [np.add(params[i], step)]
    return new
""",
}
