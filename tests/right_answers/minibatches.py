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
    "np.array_split at the multiples": """
def minibatches(X, y, batch_size, rng):
    order = rng.permutation(X.shape[0])
    cuts = np.arange(batch_size, len(order), batch_size)
    return [(X[rows], y[rows]) for rows in np.split(order, cuts)]
""",
    "a class that can be iterated": """
class Batches:
    def __init__(self, X, y, size, rng):
        self.data, self.size = (X, y), size
        self.order = list(range(len(y)))
        rng.shuffle(self.order)

    def __len__(self):
        return -(-len(self.order) // self.size)

    def __getitem__(self, k):
        if k >= len(self):
            raise IndexError
        rows = self.order[k * self.size : (k + 1) * self.size]
        return [array[rows] for array in self.data]

    def __iter__(self):
        return (self[k] for k in range(len(self)))


minibatches = Batches
""",
    "rng.choice without replacement, rows popped from a list": """
def minibatches(X, y, batch_size, rng):
    left = rng.choice(len(y), size=len(y), replace=False).tolist()
    while left:
        now, left = left[:batch_size], left[batch_size:]
        yield np.array([X[i] for i in now]), np.array([y[i] for i in now])
""",
    "rows drawn one by one from those that are left, pairs as lists": """
def minibatches(X, y, batch_size, rng):
    left, batches = list(range(len(X))), []
    while left:
        size = min(batch_size, len(left))
        rows = [left.pop(int(rng.integers(len(left)))) for _ in range(size)]
        batches.append([X[rows], y[rows]])
    return tuple(batches)
""",
}
