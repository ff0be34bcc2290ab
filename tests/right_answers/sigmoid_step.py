ANSWERS = {
    "two masks": """
def sigmoid_step(x, position, steepness):
    z = steepness * (x - position)
    out = np.empty_like(z)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    out[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return out
""",
    "weight and bias, clipped": """
def sigmoid_step(x, position, steepness):
    w, b = steepness, -steepness * position
    return 1 / (1 + np.exp(-np.clip(w * x + b, -80, 80)))
""",
    "a helper in another cell": [
        "def sigmoid(z):\n    return np.exp(-np.logaddexp(0, -z))",
        """
def sigmoid_step(x, position, steepness):
    return np.asfortranarray(sigmoid(steepness * (x - position)))
""",
    ],
}
