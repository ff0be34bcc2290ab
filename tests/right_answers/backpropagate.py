ANSWERS = {
    "recursive, one-hot targets": """
def backpropagate(X, labels, weights, biases):
    T = np.eye(weights[-1].shape[1], dtype=weights[-1].dtype)[labels]

    def below(x, layer):
        s = x @ weights[layer] + biases[layer]
        if layer == len(weights) - 1:
            e = np.exp(s - s.max(1)[:, None])
            p = e / e.sum(1)[:, None]
            loss, delta, dWs, dbs = -np.log((p * T).sum(1)).mean(), (p - T) / len(X), [], []
        else:
            h = np.tanh(s)
            loss, dh, dWs, dbs = below(h, layer + 1)
            delta = dh * (1 - h * h)
        dWs, dbs = [np.dot(x.T, delta), *dWs], [np.sum(delta, 0), *dbs]
        return loss, np.dot(delta, weights[layer].T), dWs, dbs

    loss, _, dWs, dbs = below(X, 0)
    return loss, dWs, dbs
""",
    "keeps scores, fills preallocated lists, a list for the tuple": """
def backpropagate(X, labels, weights, biases):
    L, N = len(weights), len(X)
    a, s = [X], []
    for l in range(L):
        s.append(np.einsum("nd,dh->nh", a[l], weights[l]) + biases[l])
        a.append(np.tanh(s[l]))
    log_p = s[-1] - np.log(np.exp(s[-1]).sum(axis=1, keepdims=True))
    loss = -sum(log_p[n, labels[n]] for n in range(N)) / N
    deltas = [None] * L
    deltas[-1] = (np.exp(log_p) - (np.arange(log_p.shape[1]) == labels[:, None])) / N
    for l in range(L - 2, -1, -1):
        deltas[l] = deltas[l + 1] @ weights[l + 1].T / np.cosh(s[l]) ** 2
    return [
        loss,
        tuple(a[l].T @ deltas[l] for l in range(L)),
        tuple(deltas[l].sum(axis=0) for l in range(L)),
    ]
""",
    "a helper in another cell, and a warning": [
        """
import warnings


def layer_backward(delta, x, W):
    warnings.warn("on the way back")
    return delta @ W.T, x.T @ delta, delta.sum(axis=0)
""",
        """
def backpropagate(X, labels, weights, biases):
    print(len(weights), "layers")
    xs = [X]
    for W, b in zip(weights, biases):
        xs.append(np.tanh(xs[-1] @ W + b))
    s = xs[-2] @ weights[-1] + biases[-1]
    p = np.exp(s - s.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(X)), labels]))
    p[np.arange(len(X)), labels] -= 1
    delta = p / len(X)
    dWs, dbs = [], []
    for l in range(len(weights) - 1, -1, -1):
        dx, dW, db = layer_backward(delta, xs[l], weights[l])
        dWs.append(np.asfortranarray(dW))
        dbs.append(db)
        delta = dx * (1 - xs[l] ** 2)
    dWs.reverse()
    dbs.reverse()
    return loss, dWs, dbs
""",
    ],
    "layers as objects": """
class Layer:
    def __init__(self, W, b, last):
        self.W, self.b, self.last = W, b, last

    def forward(self, x):
        self.x = x
        s = x @ self.W + self.b
        self.out = s if self.last else np.tanh(s)
        return self.out

    def backward(self, dout):
        ds = dout if self.last else dout * (1 - self.out) * (1 + self.out)
        self.dW, self.db = self.x.T @ ds, ds.sum(axis=0)
        return ds @ self.W.T


def backpropagate(X, labels, weights, biases):
    last = len(weights) - 1
    net = [Layer(W, b, i == last) for i, (W, b) in enumerate(zip(weights, biases))]
    s = X
    for layer in net:
        s = layer.forward(s)
    e = np.exp(s - s.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -np.mean(np.log(p[np.arange(len(p)), labels]))
    d = (p - np.eye(p.shape[1], dtype=p.dtype)[labels]) / len(p)
    for layer in net[::-1]:
        d = layer.backward(d)
    return loss, [layer.dW for layer in net], [layer.db for layer in net]
""",
}
