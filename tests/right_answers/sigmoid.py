ANSWERS = {
    "tanh": """
def sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))
""",
    "two masks": """
def sigmoid(z):
    out = np.empty(z.shape, dtype=z.dtype if z.dtype.kind == "f" else float)
    right = z >= 0
    out[right] = 1 / (1 + np.exp(-z[right]))
    e = np.exp(z[~right])
    out[~right] = e / (1 + e)
    return out
""",
    "clipped where it does not matter": """
def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -80, 80)))
""",
}
