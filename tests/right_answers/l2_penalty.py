ANSWERS = {
    "one loop over the list": """
def l2_penalty(weights, lam):
    penalty, gradients = 0.0, []
    for W in weights:
        penalty += 0.5 * lam * (W * W).sum()
        gradients.append(W * lam)
    return penalty, gradients
""",
    "one long vector": """
def l2_penalty(weights, lam):
    w = np.concatenate([W.ravel() for W in weights])
    return lam * (w @ w) / 2, [np.multiply(lam, W) for W in weights]
""",
    "norms and a tuple": """
def l2_penalty(weights, lam):
    norms = [np.linalg.norm(W) for W in weights]
    return lam * np.sum(np.square(norms)) / 2, tuple(lam * W for W in weights)
""",
    "every number on its own": """
def l2_penalty(weights, lam):
    total, grads = 0.0, []
    for W in weights:
        grad = np.zeros(W.shape)
        for i in np.ndindex(W.shape):
            total += float(W[i]) ** 2
            grad[i] = lam * W[i]
        grads.append(grad)
    return [lam * total / 2, grads]
""",
    "in place on copies, a helper": [
        "def half_square(W):\n    return 0.5 * np.vdot(W, W)",
        """
def l2_penalty(weights, lam):
    copies = [W.copy() if W.dtype.kind == "f" else W.astype(float) for W in weights]
    for W in copies:
        W *= lam
    return lam * sum(map(half_square, weights)), copies
""",
    ],
    "an array as the number": """
def l2_penalty(weights, lam):
    J = np.zeros(())
    for W in weights:
        J = J + lam / 2 * np.einsum("i,i->", W.ravel(), W.ravel())
    return J, [lam * np.asfortranarray(W) for W in weights]
""",
    "dot products with the gradients": """
def l2_penalty(weights, lam):
    scaled = [np.asarray(w, dtype=float) * lam for w in weights]
    return sum(np.vdot(w, s) for w, s in zip(weights, scaled)) / 2, scaled
""",
}
