ANSWERS = {
    "a loop over columns of a copy": """
def max_norm(W, r):
    new = np.array(W, dtype=np.result_type(W, np.float32))
    for j in range(new.shape[1]):
        norm = np.linalg.norm(new[:, j])
        if norm > r:
            new[:, j] *= r / norm
    return new
""",
    "a mask of long columns": """
def max_norm(W, r):
    norm = np.linalg.norm(W, axis=0)
    long = norm > r
    new = W.astype(float) if W.dtype.kind in "iu" else W.copy()
    new[:, long] = W[:, long] * r / norm[long]
    return new
""",
    "the smaller of 1 and r over the norm": """
def max_norm(W, r):
    norm = np.einsum("ij,ij->j", W, W) ** 0.5
    factor = np.minimum(1.0, r / np.where(norm > 0, norm, 1))
    return np.asfortranarray(np.multiply(W, factor[np.newaxis, :]))
""",
    "as torch writes it": """
def max_norm(W, r):
    norms = np.sqrt((W * W).sum(0, keepdims=True))
    desired = np.clip(norms, 0, r)
    return W * (desired / (1e-12 + norms))
""",
    "unit by unit, in two cells": [
        "def shorten(w, r):\n    n = sum(v * v for v in w) ** 0.5\n"
        "    return [v * min(1.0, r / n) if n else 0.0 for v in w]",
        """
def max_norm(W, r):
    units = [shorten(w, r) for w in W.T.astype(float).tolist()]
    return [list(row) for row in zip(*units)]
""",
    ],
    "a division that is reported, and mended": """
def max_norm(W, r):
    norms = np.sqrt(np.square(W).sum(axis=0))
    return np.where(norms > r, W / norms * r, W)
""",
    "lists of columns, lengths by math.hypot": """
import math

def max_norm(W, r):
    columns = []
    for column in zip(*np.asarray(W).tolist()):
        length = math.hypot(*column)
        columns.append([v * r / length for v in column] if length > r else list(column))
    return np.array(columns, dtype=float).T.reshape(np.shape(W))
""",
    "along an axis, with a function": """
def max_norm(W, r):
    def shorten(column):
        n = np.sqrt(column @ column)
        return column * 1.0 if n <= r else column / n * r

    return np.apply_along_axis(shorten, 0, W)
""",
}
