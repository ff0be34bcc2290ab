ANSWERS = {
    "signs, the lower ones raised": """
def perceptron_predict(X, w, b):
    return np.maximum(np.sign(X @ w + b), 0).astype(int)
""",
    "the bias as a weight, the weights as a column": """
def perceptron_predict(X, w, b):
    A = np.column_stack([X, np.ones(len(X))])
    theta = np.concatenate([w, [b]])[:, None]
    return ((A @ theta).ravel() > 0) * 1
""",
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
    "a class that can be called": """
class Unit:
    # fires above its threshold

    def __call__(self, X, w, b):
        X = np.asarray(X, dtype=float)
        fired = np.zeros(len(X), dtype=np.int32)
        fired[np.inner(X, w) + b > 0] = 1
        return fired


perceptron_predict = Unit()
""",
}
