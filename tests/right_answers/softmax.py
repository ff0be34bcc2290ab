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
}
