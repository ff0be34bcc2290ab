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
    "softmax regression or a network of functions, labels as int8": """
def start(sizes, rng):
    return [
        {"W": rng.normal(0, n**-0.5, (n, m)), "b": np.zeros(m)}
        for n, m in zip(sizes[:-1], sizes[1:])
    ]


def forward(net, X):
    tape = [X]
    for layer in net[:-1]:
        tape.append(np.tanh(tape[-1].dot(layer["W"]) + layer["b"]))
    return tape, tape[-1].dot(net[-1]["W"]) + net[-1]["b"]


def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
    K = len(np.unique(y))
    net = start([X.shape[1], *hidden, K], rng)
    for _ in range(epochs):
        rows = np.arange(len(y))
        rng.shuffle(rows)
        while len(rows):
            now, rows = rows[:batch_size], rows[batch_size:]
            tape, s = forward(net, X[now])
            p = np.exp(s - np.logaddexp.reduce(s, axis=1, keepdims=True))
            d = (p - (y[now][:, None] == np.arange(K))) / len(now)
            for layer, x in zip(net[::-1], tape[::-1]):
                d, step = d @ layer["W"].T * (1 - x * x), d
                layer["W"] = layer["W"] - lr * (x.T @ step)
                layer["b"] = layer["b"] - lr * step.sum(axis=0)

    class Predictor:
        def __call__(self, X):
            return forward(net, X)[1].argmax(axis=-1).astype(np.int8)

    return Predictor()
""",
    "momentum and a bias as one more input": """
from functools import partial


def add_one(x):
    return np.hstack([x, np.ones((len(x), 1))])


def scores(Ws, X):
    xs = [add_one(X)]
    for W in Ws[:-1]:
        xs.append(add_one(np.tanh(xs[-1] @ W)))
    return xs, xs[-1] @ Ws[-1]


def predict(Ws, X):
    return [int(k) for k in np.argmax(scores(Ws, X)[1], 1)]


def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
    sizes = [X.shape[1], *hidden, y.max() + 1]
    Ws = []
    for n, m in zip(sizes, sizes[1:]):
        Ws.append(np.vstack([rng.normal(size=(n, m)) / np.sqrt(n), np.zeros((1, m))]))
    for epoch in range(epochs):
        order = rng.permutation(len(X))
        for rows in np.split(order, range(batch_size, len(X), batch_size)):
            xs, s = scores(Ws, X[rows])
            e = np.exp(s - s.max(axis=1, keepdims=True))
            d = e / e.sum(axis=1, keepdims=True)
            d[np.arange(len(rows)), y[rows]] -= 1.0
            d *= 1 / len(rows)
            for i in range(len(Ws) - 1, -1, -1):
                grad = xs[i].T @ d
                d = (d @ Ws[i][:-1].T) * (1 - xs[i][:, :-1] ** 2)
                Ws[i] = Ws[i] - lr * grad
    return partial(predict, Ws)
""",
    "rows in the order in which they came: the check says that it cannot see it": """
def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
    sizes = [X.shape[1], *hidden, y.max() + 1]
    Ws = [rng.normal(size=(n, m)) / np.sqrt(n) for n, m in zip(sizes, sizes[1:])]
    bs = [np.zeros(m) for m in sizes[1:]]

    def run(X):
        xs = [X]
        for W, b in zip(Ws[:-1], bs):
            xs.append(np.tanh(xs[-1] @ W + b))
        return xs, xs[-1] @ Ws[-1] + bs[-1]

    for _ in range(epochs):
        for start in range(0, len(X), batch_size):
            xs, s = run(X[start : start + batch_size])
            d = np.exp(s - s.max(axis=1, keepdims=True))
            d /= d.sum(axis=1, keepdims=True)
            d[np.arange(len(d)), y[start : start + batch_size]] -= 1
            d /= len(d)
            for i in range(len(Ws))[::-1]:
                before = d @ Ws[i].T * (1 - xs[i] ** 2)
                Ws[i] -= lr * xs[i].T @ d
                bs[i] -= lr * d.sum(axis=0)
                d = before
    return lambda X: run(X)[1].argmax(axis=1)
""",
}
