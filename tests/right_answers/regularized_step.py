ANSWERS = {
    "a loop over columns": """
def regularized_step(W, g, lr, lam, r):
    new = W - lr * g - lr * lam * W
    for j in range(new.shape[1]):
        norm = np.linalg.norm(new[:, j])
        if norm > r:
            new[:, j] *= r / norm
    return new
""",
    "decay as a factor, columns by a mask": """
def regularized_step(W, g, lr, lam, r):
    new = (1 - lr * lam) * W - lr * g
    norm = np.linalg.norm(new, axis=0)
    long = norm > r
    new[:, long] = new[:, long] / norm[long] * r
    return new
""",
    "the smaller of 1 and r over the norm": """
def regularized_step(W, g, lr, lam, r):
    new = np.subtract(W, lr * np.add(g, lam * W))
    norm = (new**2).sum(axis=0, keepdims=True) ** 0.5
    scale = np.minimum(1, r / np.where(norm == 0, 1, norm))
    return np.asfortranarray(new * scale)
""",
    "as torch writes it, with an epsilon that nobody sees": """
def regularized_step(W, g, lr, lam, r):
    p = W.astype(np.result_type(W, np.float32))
    d_p = g + lam * p
    p = p - lr * d_p
    norm = np.sqrt((p * p).sum(0))
    return p * np.clip(r / (norm + 1e-12), None, 1.0)
""",
    "every number on its own, a nested list": """
def regularized_step(W, g, lr, lam, r):
    D, M = W.shape
    new = [[W[i, j] - lr * (g[i, j] + lam * W[i, j]) for j in range(M)] for i in range(D)]
    for j in range(M):
        norm = sum(new[i][j] ** 2 for i in range(D)) ** 0.5
        for i in range(D):
            if norm > r:
                new[i][j] = new[i][j] * r / norm
    return [[float(w) for w in row] for row in new]
""",
    "transposed, np.where, in two cells": [
        "def lengths(units):\n    return np.sqrt(np.einsum('ud,ud->u', units, units))[:, None]",
        """
def regularized_step(W, g, lr, lam, r):
    units = (W - lr * (g + lam * W)).T
    n = lengths(units)
    return np.where(n > r, units * (r / np.maximum(n, 1e-30)), units).T
""",
    ],
    "columns stacked from a list": """
def regularized_step(W, g, lr, lam, r):
    columns = []
    for w, d in zip(np.asarray(W).T, np.asarray(g).T):
        v = w - lr * (d + lam * w)
        n = float(np.sqrt(v.dot(v)))
        columns.append(v if n <= r else (r / n) * v)
    return np.stack(columns, axis=1)
""",
}
