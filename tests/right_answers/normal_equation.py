ANSWERS = {
    "lstsq": """
def normal_equation(X, y):
    A = np.hstack([np.ones((X.shape[0], 1)), X])
    theta, residuals, rank, singular = np.linalg.lstsq(A, y, rcond=None)
    return theta
""",
    "pseudo-inverse of A'A": """
def normal_equation(X, y):
    A = np.insert(X.astype(float), 0, 1.0, axis=1)
    return np.linalg.pinv(A.T @ A) @ (A.T @ y)
""",
    "singular values by hand": [
        """
def with_ones(X):
    return np.c_[np.ones(len(X)), X]
""",
        """
def normal_equation(X, y):
    U, s, Vt = np.linalg.svd(with_ones(X), full_matrices=False)
    keep = s > 1e-10 * s[0]
    return Vt[keep].T @ ((U[:, keep].T @ y) / s[keep])
""",
    ],
    "a lambda round a partial": """
from functools import partial

solve = partial(np.linalg.lstsq, rcond=None)
normal_equation = lambda X, y: solve(np.column_stack((np.ones(X.shape[0]), X)), y)[0]
""",
    "eigenvectors, a list": """
def normal_equation(X: np.ndarray, y: np.ndarray) -> list:
    A = np.ones((len(X), X.shape[1] + 1), order="F")
    A[:, 1:] = X
    values, vectors = np.linalg.eigh(A.T @ A)
    right_side = vectors.T @ (A.T @ y)
    theta = np.zeros(A.shape[1])
    for value, part, vector in zip(values, right_side, vectors.T):
        if value > 1e-10 * values[-1]:
            theta += part / value * vector
    return theta.tolist()
""",
    "by eigenvalues": """
def normal_equation(X, y):
    A = np.c_[np.ones(len(X)), X]
    lam, V = np.linalg.eigh(A.T @ A)
    inv = np.where(lam > 1e-10 * lam.max(), 1 / np.where(lam > 0, lam, 1), 0)
    return V @ (inv * (V.T @ (A.T @ y)))
""",
    "solved where the rank allows": """
def normal_equation(X, y):
    A = np.hstack([np.ones((len(X), 1)), X])
    if np.linalg.matrix_rank(A) == A.shape[1]:
        return np.linalg.solve(A.T @ A, A.T @ y)
    return np.linalg.pinv(A) @ y
""",
}
