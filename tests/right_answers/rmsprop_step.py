ANSWERS = {
    "the mean moved towards the new square": """
def rmsprop_step(w, g, G, lr, beta=0.9, eps=1e-8):
    G = G + (1 - beta) * (g**2 - G)
    return w - lr * g / (np.sqrt(G) + eps), G
""",
    "one number at a time": """
def rmsprop_step(w, g, G, lr, beta=0.9, eps=1e-8):
    new_w, new_G = np.zeros(w.shape), np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        new_G[i] = beta * G[i] + (1 - beta) * g[i] * g[i]
        new_w[i] = w[i] - lr / (new_G[i] ** 0.5 + eps) * g[i]
    return [new_w, new_G]
""",
    "as torch writes it, in place on copies": """
def rmsprop_step(w, g, G, lr, beta=0.9, eps=1e-8):
    square_avg = G.astype(np.result_type(G, np.float32))
    square_avg *= beta
    square_avg += (1 - beta) * g * g
    avg = np.sqrt(square_avg)
    avg += eps
    return w + (-lr) * (g / avg), square_avg
""",
    "np.average, Fortran order": """
def rmsprop_step(w, g, G, lr, beta=0.9, eps=1e-8):
    G = np.average([G, g**2], axis=0, weights=[beta, 1 - beta])
    return np.asfortranarray(w - lr * np.divide(g, np.add(np.sqrt(G), eps))), G
""",
    "a helper in another cell, a print": [
        "def blend(old, new, keep):\n    return keep * old + (1 - keep) * new",
        """
def rmsprop_step(w, g, G, lr, beta=0.9, eps=1e-8):
    mean = blend(G, g.astype(float) ** 2, beta)
    print("root mean square", mean**0.5)
    step = lr * g / (mean**0.5 + eps)
    return w - step, mean
""",
    ],
}
