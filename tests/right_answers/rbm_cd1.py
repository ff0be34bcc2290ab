ANSWERS = {
    "binomial draws": """
def rbm_cd1(v0, W, b_visible, b_hidden, lr, rng):
    s = lambda z: 1 / (1 + np.exp(-z))
    p0 = s(np.dot(v0, W) + b_hidden)
    h = rng.binomial(1, p0)
    v1 = s(np.dot(h, W.T) + b_visible)
    p1 = s(np.dot(v1, W) + b_hidden)
    N = v0.shape[0]
    new_W = W + lr / N * (np.dot(v0.T, p0) - np.dot(v1.T, p1))
    new_v = b_visible + lr * np.mean(v0 - v1, axis=0)
    return [new_W, new_v, b_hidden + lr * np.mean(p0 - p1, axis=0)]
""",
    "uniform draws above the complement, einsum": """
def squash(z):
    return 0.5 + 0.5 * np.tanh(z / 2)


def rbm_cd1(v0, W, b_visible, b_hidden, lr, rng):
    p0 = squash(np.einsum('nd,dh->nh', v0, W) + b_hidden)
    h = np.where(rng.uniform(size=p0.shape) > 1 - p0, 1.0, 0.0)
    v1 = squash(np.einsum('nh,dh->nd', h, W) + b_visible)
    p1 = squash(np.einsum('nd,dh->nh', v1, W) + b_hidden)
    data = np.einsum('nd,nh->ndh', v0, p0).mean(axis=0)
    made = np.einsum('nd,nh->ndh', v1, p1).mean(axis=0)
    return (
        W + lr * (data - made),
        b_visible + lr * (v0.mean(0) - v1.mean(0)),
        b_hidden + lr * (p0.mean(0) - p1.mean(0)),
    )
""",
    "row by row": [
        "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))",
        """
def rbm_cd1(v0, W, b_visible, b_hidden, lr, rng):
    dW, dv, dh = np.zeros(W.shape), np.zeros(b_visible.shape), np.zeros(b_hidden.shape)
    for v in v0:
        p = sigmoid(v @ W + b_hidden)
        h = np.array([float(rng.random() < q) for q in p])
        w = sigmoid(W @ h + b_visible)
        q = sigmoid(w @ W + b_hidden)
        dW += np.outer(v, p) - np.outer(w, q)
        dv += v - w
        dh += p - q
    n = len(v0)
    return W + lr * dW / n, b_visible + lr * dv / n, b_hidden + lr * dh / n
""",
    ],
    "biases as a column and a row of ones": """
def rbm_cd1(v0, W, b_visible, b_hidden, lr, rng):
    def hidden(v):
        return 1 / (1 + np.exp(-(v @ W) - b_hidden))

    p0 = hidden(v0)
    h = (rng.random(p0.T.shape).T <= p0) * 1
    v1 = 1 / (1 + np.exp(-(h @ W.T) - b_visible))
    p1 = hidden(v1)
    step = lr / len(v0)
    ones = np.ones(len(v0))
    return (
        W + step * (v0.T @ p0) - step * (v1.T @ p1),
        b_visible + step * (ones @ v0 - ones @ v1),
        b_hidden + step * (ones @ p0 - ones @ p1),
    )
""",
}
