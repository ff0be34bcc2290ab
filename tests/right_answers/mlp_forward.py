ANSWERS = {
    "tanh": """
def mlp_forward(x, weights, biases):
    out = [x]
    for i in range(len(weights)):
        out.append(0.5 + 0.5 * np.tanh(0.5 * (np.dot(out[i], weights[i]) + biases[i])))
    return tuple(out)
""",
    "recursive, a helper in another cell": [
        "def sigmoid(s):\n    return 1.0 / (1.0 + np.exp(-s))",
        """
def mlp_forward(x, weights, biases):
    if not weights:
        return [x]
    h = sigmoid(np.einsum("...d,dm->...m", x, weights[0]) + biases[0])
    return [x] + mlp_forward(h, weights[1:], biases[1:])
""",
    ],
}
