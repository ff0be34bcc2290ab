ANSWERS = {
    "a list": """
def minibatches(X, y, batch_size, rng):
    rows = np.arange(len(y))
    rng.shuffle(rows)
    return [(X[r], y[r]) for r in np.split(rows, range(batch_size, len(rows), batch_size))]
""",
    "shuffled copies": """
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(X.shape[0])
    X, y = X[order], y[order]
    start = 0
    while start < len(X):
        yield [X[start : start + batch_size], y[start : start + batch_size]]
        start += batch_size
""",
    "sorts random numbers": """
import math


def minibatches(X, y, batch_size, rng):
    order = np.argsort(rng.random(len(X)))
    for k in range(math.ceil(len(X) / batch_size)):
        now = order[k * batch_size : (k + 1) * batch_size]
        yield np.take(X, now, axis=0), np.take(y, now)
""",
}
