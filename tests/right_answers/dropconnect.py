ANSWERS = {
    "a mask for each row": """
def dropconnect(x, W, b, p, rng, train=True):
    if not train:
        return x @ W + b
    masks = (rng.random((len(x), *W.shape)) < 1 - p) / (1 - p)
    return np.einsum("ni,nio->no", x, masks * W) + b
""",
    "zeros put into a copy": """
def dropconnect(x, W, b, p, rng, train=True):
    kept = W.copy()
    if train:
        kept[rng.uniform(size=W.shape) < p] = 0
        kept /= 1 - p
    out = x @ kept
    out += b
    return out
""",
    "binomial draws, the scale on the product": """
def dropconnect(x, W, b, p, rng, train=True):
    if train:
        keep = rng.binomial(1, 1 - p, size=W.shape)
        return np.dot(x, keep * W) * (1 / (1 - p)) + b
    return np.dot(x, W) + b
""",
    "weight by weight": """
def dropconnect(x, W, b, p, rng, train=True):
    M = np.zeros_like(W)
    for i in range(W.shape[0]):
        for j in range(W.shape[1]):
            if not train:
                M[i, j] = W[i, j]
            elif rng.random() >= p:
                M[i, j] = W[i, j] / (1 - p)
    return x @ M + b
""",
    "dropout on the weights, in two cells": [
        "def drop(a, p, rng):\n    q = 1 - p\n"
        "    return np.where(rng.random(a.shape, dtype=np.float32) < q, a / q, 0)",
        """
def dropconnect(x, W, b, p, rng, train=True):
    weights = drop(W, p, rng) if train and p > 0 else W
    return np.add(np.matmul(x, weights), b)
""",
    ],
    "row by row, a list": """
def dropconnect(x, W, b, p, rng, train=True):
    rows = []
    for row in x:
        keep = rng.random(W.shape) >= p if train else np.ones(W.shape, bool)
        scale = 1 / (1 - p) if train else 1
        rows.append((row[:, None] * W * keep).sum(axis=0) * scale + b)
    return np.stack(rows)
""",
    "choice, float32 throughout": """
def dropconnect(x, W, b, p, rng, train=True):
    x, W, b = (np.asarray(a, np.float32) for a in (x, W, b))
    if train:
        W = W * rng.choice(np.array([0, 1 / (1 - p)], np.float32), size=W.shape, p=[p, 1 - p])
    return x @ W + b
""",
    "the bias as a row of the weights that is never dropped": """
def dropconnect(x, W, b, p, rng, train=True):
    mask = (rng.random(W.shape) >= p) / (1 - p) if train else np.ones_like(W)
    whole = np.vstack([W * mask, b])
    return np.hstack([x, np.ones((len(x), 1))]) @ whole
""",
}
