ANSWERS = {
    "row by row": """
def autoencoder_gradients(X, W1, b1, W2, b2):
    X = np.asarray(X, dtype=float)
    N, D = X.shape
    loss = 0.0
    dW1, db1, dW2, db2 = (np.zeros(np.shape(p)) for p in (W1, b1, W2, b2))
    for x in X:
        c = 1 / (1 + np.exp(-(x @ W1 + b1)))
        e = c @ W2 + b2 - x
        loss += (e**2).sum() / (N * D)
        do = 2 * e / (N * D)
        dW2 += np.outer(c, do)
        db2 += do
        ds = (W2 @ do) * c * (1 - c)
        dW1 += np.outer(x, ds)
        db1 += ds
    return loss, dW1, db1, dW2, db2
""",
    "einsum, tanh of half the score": """
def autoencoder_gradients(X, W1, b1, W2, b2):
    c = 0.5 * (1 + np.tanh(0.5 * (np.einsum('nd,dh->nh', X, W1) + b1)))
    e = np.einsum('nh,hd->nd', c, W2) + b2 - X
    g = e * (2.0 / e.size)
    s = np.einsum('nd,hd->nh', g, W2) * (c - c**2)
    dW1 = np.einsum('nd,nh->dh', X, s)
    return [(e * e).mean(), dW1, s.sum(0), np.einsum('nh,nd->hd', c, g), g.sum(0)]
""",
    "a helper in another cell": [
        "def layer(x, W, b):\n    return np.dot(x, W) + b",
        """
def autoencoder_gradients(X, W1, b1, W2, b2):
    z = layer(X, W1, b1)
    a = np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), 1 - 1 / (1 + np.exp(-np.abs(z))))
    out = layer(a, W2, b2)
    d = 2 * (out - X) / np.prod(X.shape)
    hidden = np.dot(d, W2.T) * a * (1 - a)
    ones = np.ones(len(X), dtype=d.dtype)
    loss = np.sum((out - X) ** 2) / X.size
    return loss, X.T.dot(hidden), ones @ hidden, a.T.dot(d), ones @ d
""",
    ],
    "autograd by hand, step by step, on a tuple": """
def autoencoder_gradients(X, W1, b1, W2, b2):
    N, D = X.shape
    score = X @ W1 + b1[None]
    code = np.exp(-np.logaddexp(0, -score))
    out = code @ W2 + b2[None]
    loss = ((out - X) ** 2).sum() / N / D
    d_out = 2 / (N * D) * (out - X)
    d_code = d_out.dot(W2.T)
    d_score = d_code * (code * (1 - code))
    return (loss, np.dot(X.T, d_score), d_score.sum(0), np.dot(code.T, d_out), d_out.sum(0))
""",
}
