ANSWERS = {
    "one loop over the list": """
def l1_penalty(weights, lam):
    penalty, gradients = 0.0, []
    for W in weights:
        penalty += lam * np.abs(W).sum()
        gradients.append(lam * np.sign(W))
    return penalty, gradients
""",
    "comparisons": """
def l1_penalty(weights, lam):
    signs = [(W > 0) * 1.0 - (W < 0) for W in weights]
    return lam * sum((s * W).sum() for s, W in zip(signs, weights)), [lam * s for s in signs]
""",
    "np.where and one long vector": """
def l1_penalty(weights, lam):
    w = np.concatenate([W.reshape(-1) for W in weights])
    grads = [np.where(W > 0, lam, np.where(W < 0, -lam, 0.0)) for W in weights]
    return np.linalg.norm(w, ord=1) * lam, tuple(grads)
""",
    "every number on its own": """
def l1_penalty(weights, lam):
    total, grads = 0.0, []
    for W in weights:
        grad = np.zeros(W.shape)
        for i in np.ndindex(W.shape):
            total += abs(float(W[i]))
            if W[i] != 0:
                grad[i] = lam if W[i] > 0 else -lam
        grads.append(grad)
    return [lam * total, grads]
""",
    "divided by the magnitude, 0 where it is 0": """
def l1_penalty(weights, lam):
    grads = []
    for W in weights:
        size = np.absolute(W)
        grads.append(lam * W / np.where(size == 0, 1, size))
    return np.sum([lam * np.sum(np.abs(W)) for W in weights]), grads
""",
    "masks into zeros, a helper": [
        "def slope(W):\n    s = np.zeros(W.shape, np.result_type(W, np.float32))\n"
        "    s[W > 0] = 1\n    s[W < 0] = -1\n    return s",
        """
def l1_penalty(weights, lam):
    J = 0
    for W in weights:
        J = J + np.vdot(slope(W), W)
    return J * lam, [slope(W) * lam for W in weights]
""",
    ],
    "a step function, and roots of squares": """
def l1_penalty(weights, lam):
    flat = np.concatenate([np.ravel(w) for w in weights])
    return lam * np.sqrt(flat.astype(float) ** 2).sum(), [
        lam * (2 * np.heaviside(w, 0.5) - 1) for w in weights
    ]
""",
}
