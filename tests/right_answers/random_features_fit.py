ANSWERS = {
    "normal equations with tanh units and an outer bias": """
def random_features_fit(X, y, n_features, ridge, rng):
    W = rng.normal(size=(X.shape[1], n_features))
    b = rng.normal(size=n_features)
    phi = np.tanh(X @ W + b)
    middle, mean = phi.mean(axis=0), np.mean(y)
    A = (phi - middle).T @ (phi - middle) + ridge * np.eye(n_features)
    v = np.linalg.solve(A, (phi - middle).T @ (y - mean))

    def predict(X):
        return mean + (np.tanh(X @ W + b) - middle) @ v

    return predict
""",
    "ReLUs, a loop over units, the kernel form": """
def random_features_fit(X, y, n_features, ridge, rng):
    units = [(rng.normal(size=X.shape[1]), rng.uniform(-2, 2)) for _ in range(n_features)]

    def features(X):
        return np.stack([np.maximum(X @ w + b, 0) for w, b in units], axis=1) / n_features**0.5

    phi = features(X)
    alpha = np.linalg.solve(phi @ phi.T + ridge * np.eye(len(X)), y)
    return lambda X: features(X) @ (phi.T @ alpha)
""",
    "a penalized bias, sigmoids, the singular value decomposition": [
        """
def layer(X, W):
    hidden = 1 / (1 + np.exp(-np.column_stack([X, np.ones(len(X))]) @ W))
    return np.column_stack([hidden, np.ones(len(X))])
""",
        """
def random_features_fit(X, y, n_features, ridge, rng):
    W = 2 * rng.standard_normal((X.shape[1] + 1, n_features))
    U, s, Vt = np.linalg.svd(layer(X, W), full_matrices=False)
    v = Vt.T @ (s / (s**2 + ridge) * (U.T @ y))
    return lambda X: layer(X, W) @ v
""",
    ],
    "a class with fit and predict": """
class Random:
    def __init__(self, n, d, rng):
        self.W = rng.normal(scale=1.5, size=(d, n))
        self.b = rng.uniform(-np.pi, np.pi, n)

    def hidden(self, X):
        return np.sin(np.dot(X, self.W) + self.b)

    def fit(self, X, y, ridge):
        H = self.hidden(X)
        gram = H.T @ H
        gram.flat[:: len(gram) + 1] += ridge
        self.v = np.linalg.inv(gram) @ H.T @ y
        return self

    def __call__(self, X):
        return [float(h @ self.v) for h in self.hidden(X)]


def random_features_fit(X, y, n_features, ridge, rng):
    return Random(n_features, X.shape[1], rng).fit(X, y, ridge)
""",
}
