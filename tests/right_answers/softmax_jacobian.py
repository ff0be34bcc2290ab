ANSWERS = {
    "loops": """
def softmax_jacobian(p):
    K = len(p)
    J = np.empty((K, K), dtype=p.dtype)
    for i in range(K):
        for j in range(K):
            J[i, j] = p[i] * (1 - p[i]) if i == j else -p[i] * p[j]
    return J
""",
    "broadcasting": """
def softmax_jacobian(p):
    return p[:, None] * (np.eye(len(p), dtype=p.dtype) - p[None, :])
""",
    "fills the diagonal": """
def softmax_jacobian(p):
    J = -np.einsum("i,j->ij", p, p)
    np.fill_diagonal(J, p * (1 - p))
    return J
""",
    "nested lists": """
def softmax_jacobian(p):
    return [[float(a) * ((i == j) - float(b)) for j, b in enumerate(p)] for i, a in enumerate(p)]
""",
    "the identity minus p": """
def softmax_jacobian(p):
    return p[:, None] * (np.identity(p.size, dtype=p.dtype) - p[None])
""",
    "einsum and a view of the diagonal": """
def softmax_jacobian(p):
    J = -np.einsum("i,j->ji", p, p)
    np.einsum("ii->i", J)[:] += p
    return J
""",
}
