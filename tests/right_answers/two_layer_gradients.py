ANSWERS = {
    "one-hot targets, a list": """
def two_layer_gradients(X, labels, W1, b1, W2, b2):
    M = X.shape[0]
    H = np.tanh(np.dot(X, W1) + b1)
    e = np.exp(np.dot(H, W2) + b2)
    p = e / e.sum(axis=1)[:, None]
    T = np.eye(W2.shape[1], dtype=W2.dtype)[labels]
    loss = -np.sum(T * np.log(p)) / M
    dS = (p - T) / M
    dZ = (1 - H * H) * np.dot(dS, W2.T)
    return [loss, np.dot(X.T, dZ), dZ.sum(0), np.dot(H.T, dS), dS.sum(0)]
""",
    "one example at a time": """
def two_layer_gradients(X, labels, W1, b1, W2, b2):
    loss, dW1, db1, dW2, db2 = 0, 0 * W1, 0 * b1, 0 * W2, 0 * b2
    N = len(X)
    for x, y in zip(X, labels):
        h = np.tanh(x @ W1 + b1)
        s = h @ W2 + b2
        log_p = s - np.log(np.exp(s).sum())
        loss = loss - log_p[y] / N
        delta2 = np.exp(log_p)
        delta2[y] -= 1
        delta1 = (W2 @ delta2) / np.cosh(x @ W1 + b1) ** 2
        dW2 = dW2 + np.outer(h, delta2) / N
        db2 = db2 + delta2 / N
        dW1 = dW1 + np.outer(x, delta1) / N
        db1 = db1 + delta1 / N
    return loss, dW1, db1, dW2, db2
""",
    "helpers in other cells": [
        """
def softmax(s):
    e = np.exp(s - s.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)
""",
        "def grads(delta, x):\n    return np.einsum('ni,nj->ij', x, delta), delta.sum(axis=0)",
        """
def two_layer_gradients(X, labels, W1, b1, W2, b2):
    H = np.tanh(X @ W1 + b1)
    p = softmax(H @ W2 + b2)
    loss = -np.log(p[range(len(X)), labels]).mean()
    p[range(len(X)), labels] -= 1
    p /= len(X)
    return (loss, *grads((p @ W2.T) * (1 - np.square(H)), X), *grads(p, H))
""",
    ],
    "a class that remembers its forward pass": """
class Dense:
    def __init__(self, W, b):
        self.W, self.b = W, b

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, dout):
        self.dW, self.db = self.x.T @ dout, dout.sum(0)
        return dout @ self.W.T


def two_layer_gradients(X, labels, W1, b1, W2, b2):
    first, second = Dense(W1, b1), Dense(W2, b2)
    h = np.tanh(first.forward(X))
    s = second.forward(h)
    e = np.exp(s - s.max(1, keepdims=True))
    p = e / e.sum(1, keepdims=True)
    n = np.arange(X.shape[0])
    loss = np.mean(-np.log(p[n, labels]))
    p[n, labels] -= 1
    dh = second.backward(p / len(n))
    first.backward(dh - dh * h * h)
    return loss, first.dW, first.db, second.dW, second.db
""",
    "einsum, the loss by logaddexp, slopes by 1 / cosh^2": """
def two_layer_gradients(X, labels, W1, b1, W2, b2):
    N = labels.shape[0]
    Z = np.einsum("nd,dh->nh", X, W1) + b1
    H = np.tanh(Z)
    S = np.einsum("nh,hk->nk", H, W2) + b2
    L = np.logaddexp.reduce(S, axis=1)
    T = (labels[:, None] == np.arange(S.shape[1])).astype(S.dtype)
    loss = float((L - (T * S).sum(axis=1)).sum()) / N
    D2 = (np.exp(S - L[:, None]) - T) / N
    D1 = np.einsum("nk,hk->nh", D2, W2) / np.cosh(Z) ** 2
    grads = [np.einsum("nd,nh->dh", X, D1), D1.sum(0), np.einsum("nh,nk->hk", H, D2), D2.sum(0)]
    return [loss, *grads]
""",
}
