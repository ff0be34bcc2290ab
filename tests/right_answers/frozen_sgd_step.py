ANSWERS = {
    "a loop with continue": """
def frozen_sgd_step(params, grads, lr, frozen):
    new = []
    for i in range(len(params)):
        if i in frozen:
            new.append(params[i])
            continue
        new.append(params[i] - lr * grads[i])
    return new
""",
    "copies, and a set": """
def frozen_sgd_step(params, grads, lr, frozen):
    locked = set(frozen)
    new = [w.copy() for w in params]
    for i, g in enumerate(grads):
        if i not in locked:
            new[i] = new[i] - lr * g
    return new
""",
    "all step, then the frozen ones come back": """
def frozen_sgd_step(params, grads, lr, frozen):
    new = [w - lr * g for w, g in zip(params, grads)]
    for i in frozen:
        new[i] = params[i]
    return new
""",
    "a rate of zero, and zeros for gradients, in two cells": [
        "def no_step(w):\n    return np.zeros_like(w)",
        """
def frozen_sgd_step(params, grads, lr, frozen):
    steps = [no_step(g) if i in frozen else g for i, g in enumerate(grads)]
    return tuple(w - lr * s for w, s in zip(params, steps))
""",
    ],
}
