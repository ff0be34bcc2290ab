ANSWERS = {
    "a preallocated array": """
def gradient_descent(grad, x0, lr, steps):
    path = np.empty((steps + 1, len(x0)))
    path[0] = x0
    for t in range(1, steps + 1):
        path[t] = path[t - 1] - lr * grad(path[t - 1])
    return path
""",
    "moves a copy in place and keeps copies": """
def gradient_descent(grad, x0, lr, steps):
    x = np.array(x0, dtype=float)
    path = [x.copy()]
    while len(path) <= steps:
        x -= lr * grad(x)
        path.append(x.copy())
        print(len(path))
    return np.stack(path)
""",
    "recursive, lists": """
def gradient_descent(grad, x0, lr, steps):
    here = [[float(v) for v in x0]]
    if steps == 0:
        return here
    return here + gradient_descent(grad, x0 - lr * np.asarray(grad(x0)), lr, steps - 1)
""",
    "itertools.accumulate": """
from itertools import accumulate


def gradient_descent(grad, x0, lr, steps):
    start = x0.astype(float)
    return np.stack(list(accumulate(range(steps), lambda x, _: x - lr * grad(x), initial=start)))
""",
    "a generator, rows side by side": """
def walk(grad, x, lr, steps):
    yield x
    while steps > 0:
        x, steps = x - lr * np.asarray(grad(x)), steps - 1
        yield x


def gradient_descent(grad, x0, lr, steps):
    points = tuple(walk(grad, np.array(x0, dtype=np.float64), lr, steps))
    return np.column_stack(points).T
""",
}
