ANSWERS = {
    "where": """
def perceptron_predict(X, w, b):
    return np.where(np.dot(X, w) > -b, 1, 0)
""",
    "heaviside": """
def perceptron_predict(X, w, b):
    return np.heaviside(X @ w + b, 0).astype(np.int8)
""",
    "truth values": """
def perceptron_predict(X, w, b):
    return np.einsum("nd,d->n", X, w) + b > 0
""",
    "loop": """
def perceptron_predict(X, w, b):
    return [1 if sum(wi * xi for wi, xi in zip(w, x)) + b > 0 else 0 for x in X]
""",
}
