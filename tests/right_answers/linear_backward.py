ANSWERS = {
    "loops": """
def linear_backward(dout, x, W, b):
    dx, dW = np.zeros(x.shape, dtype=dout.dtype), np.zeros(W.shape, dtype=dout.dtype)
    db = np.zeros(b.shape, dtype=dout.dtype)
    for n in range(x.shape[0]):
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                dx[n, i] += dout[n, j] * W[i, j]
                dW[i, j] += dout[n, j] * x[n, i]
        db += dout[n]
    return dx, dW, db
""",
    "einsum": """
def linear_backward(dout, x, W, b):
    dx = np.einsum("nj,ij->ni", dout, W)
    dW = np.einsum("ni,nj->ij", x, dout)
    return [dx, dW, np.einsum("nj->j", dout)]
""",
    "Fortran order and a print": """
def linear_backward(dout, x, W, b):
    print("shapes", dout.shape, x.shape)
    dW = np.asfortranarray((dout.T @ x).T)
    return (W @ dout.T).T, dW, np.add.reduce(dout)
""",
    "a helper in another cell": [
        """
def total(dout):
    return np.ones(len(dout), dtype=dout.dtype) @ dout
""",
        """
def linear_backward(dout, x, W, b):
    return np.dot(dout, W.T), np.dot(x.T, dout), total(dout)
""",
    ],
    "np.tensordot, a lambda": """
linear_backward = lambda dout, x, W, b: (
    np.tensordot(dout, W, axes=(1, 1)),
    np.tensordot(x, dout, axes=(0, 0)),
    np.add.reduce(dout, axis=0),
)
""",
    "a sum over rows": """
def linear_backward(dout, x, W, b):
    dW, db = np.zeros_like(W), np.zeros_like(b)
    dx = np.empty(x.shape, dtype=W.dtype)
    for n, (d, row) in enumerate(zip(dout, x)):
        dW = dW + np.outer(row, d)
        db = db + d
        dx[n] = W @ d
    return dx, dW, db
""",
}
