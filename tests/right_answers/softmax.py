ANSWERS = {
    "log-sum-exp": """
def softmax(z):
    s = z - np.max(z, axis=-1, keepdims=True)
    return np.exp(s - np.log(np.exp(s).sum(axis=-1, keepdims=True)))
""",
    "row by row": """
def softmax(z):
    rows = []
    for row in z.reshape(-1, z.shape[-1]):
        e = np.exp(row - row.max())
        rows.append(e / e.sum())
    dtype = z.dtype if z.dtype.kind == "f" else float
    return np.array(rows, dtype=dtype).reshape(z.shape)
""",
    "a helper in another cell, einsum": [
        "def shifted(z):\n    return z - z.max(axis=-1)[..., None]",
        """
def softmax(z):
    e = np.exp(shifted(z))
    return np.asfortranarray(e / np.einsum("...k->...", e)[..., None])
""",
    ],
    "np.apply_along_axis": """
def one_row(row):
    e = np.exp(row - np.amax(row))
    return e / np.sum(e)


def softmax(z):
    if z.size == 0:
        return np.zeros(z.shape)
    return np.apply_along_axis(one_row, -1, z)
""",
    "recursion over the axes, a list": """
def softmax(z):
    if z.ndim == 1:
        weights = [np.exp(v - max(z)) for v in z]
        return np.array([w / sum(weights) for w in weights])
    if len(z) == 0:
        return z
    return np.stack([softmax(part) for part in z])
""",
    "transposed, in place on a copy": """
def softmax(z):
    e = np.array(z.T, dtype=np.result_type(z.dtype, np.float32) if z.dtype.kind == "f" else float)
    e -= e.max(axis=0)
    np.exp(e, out=e)
    e /= e.sum(axis=0)
    return e.T
""",
}
