ANSWERS = {
    "one-hot targets, lists of layers": """
def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
    T = np.eye(int(np.max(y)) + 1)[y]
    sizes = [X.shape[1]] + list(hidden) + [T.shape[1]]
    net = []
    for n, m in zip(sizes, sizes[1:]):
        net.append([rng.standard_normal((n, m)) * n**-0.5, np.zeros((1, m))])

    def run(x):
        out = [x]
        for k, (W, b) in enumerate(net):
            s = out[-1] @ W + b
            out.append(s if k == len(net) - 1 else np.tanh(s))
        return out

    for epoch in range(epochs):
        order = np.argsort(rng.random(len(X)))
        for k in range(0, len(X), batch_size):
            now = order[k : k + batch_size]
            out = run(X[now])
            p = np.exp(out[-1]) / np.exp(out[-1]).sum(1, keepdims=True)
            d = (p - T[now]) / len(now)
            grads = []
            for l in range(len(net) - 1, -1, -1):
                grads.append((out[l].T @ d, d.sum(0, keepdims=True)))
                d = (d @ net[l][0].T) * (1 - out[l] ** 2)
            for layer, (dW, db) in zip(net, reversed(grads)):
                layer[0] -= lr * dW
                layer[1] -= lr * db
    return lambda x: np.argmax(run(x)[-1], axis=1)
""",
    "a class in another cell, uniform weights, a list of labels": [
        """
class Net:
    def __init__(self, widths, rng):
        bounds = [np.sqrt(3 / n) for n in widths]
        pairs = zip(bounds, widths, widths[1:])
        self.W = [rng.uniform(-a, a, size=(n, m)) for a, n, m in pairs]
        self.b = [np.zeros(m) for m in widths[1:]]

    def scores(self, x):
        self.inputs = []
        for i, (W, b) in enumerate(zip(self.W, self.b)):
            x = x if i == 0 else np.tanh(x)
            self.inputs.append(x)
            x = x @ W + b
        return x

    def step(self, x, y, lr):
        s = self.scores(x)
        p = np.exp(s - s.max(1)[:, None])
        d = p / p.sum(1)[:, None]
        d[range(len(y)), y] -= 1
        d /= len(y)
        for i in range(len(self.W))[::-1]:
            dx = d @ self.W[i].T * (1 - self.inputs[i] ** 2)
            self.W[i] -= lr * self.inputs[i].T @ d
            self.b[i] -= lr * d.sum(0)
            d = dx
""",
        """
def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
    net = Net([X.shape[1], *hidden, y.max() + 1], rng)
    for epoch in range(epochs):
        rows = np.arange(len(X))
        rng.shuffle(rows)
        while len(rows):
            now, rows = rows[:batch_size], rows[batch_size:]
            net.step(X[now], y[now], lr)
        if epoch % 10 == 0:
            print("epoch", epoch)
    return lambda x: [int(row.argmax()) for row in net.scores(x)]
""",
    ],
}
