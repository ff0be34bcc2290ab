ANSWERS = {
    "bumps, two units each, from a bound on the slope": """
def network_1d(f, epsilon, low, high):
    x = np.linspace(low, high, 20001)
    slope = np.abs(np.diff(f(x))).max() / (x[1] - x[0])
    n = int(np.ceil(slope * (high - low) / epsilon)) + 1
    edges = np.linspace(low, high, n + 1)
    heights = f((edges[:-1] + edges[1:]) / 2)
    edges[0] -= 1
    edges[-1] += 1
    k = 1e6 * n
    w = np.full(2 * n, k)
    positions = np.concatenate([edges[:-1], edges[1:]])
    return [w, -k * positions, np.concatenate([heights, -heights])]
""",
    "a loop, a constant unit, lists": """
def network_1d(f, epsilon, low, high):
    heights = [float(f(low + (high - low) * i / 999)) for i in range(1000)]
    steepest = max(abs(b - a) for a, b in zip(heights, heights[1:])) * 999
    n = 10 + int(2 * steepest / epsilon)
    print("units", n)
    x = [low + (high - low) * i / (n - 1) for i in range(n)]
    y = [float(f(a)) for a in x]
    w, b, v = [0.0], [0.0], [2 * y[0]]
    for i in range(1, n):
        w.append(1e7)
        b.append(-1e7 * (x[i - 1] + x[i]) / 2)
        v.append(y[i] - y[i - 1])
    return w, b, v
""",
    "overlapping gentle steps, which draw slopes": """
def network_1d(f, epsilon, low, high):
    def sigmoid(z):
        return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

    n, x = 8, np.linspace(low, high, 4001)
    while True:
        n *= 2
        edges = np.linspace(low, high, n + 1)
        w = np.full(n + 1, 4 * n / (high - low))
        b = -w * np.append(low - 1, (edges[:-1] + edges[1:]) / 2)
        w[0], b[0] = 0.0, 50.0
        y = f(edges)
        v = np.append(y[0], np.diff(y))
        network = sum(v[k] * sigmoid(w[k] * x + b[k]) for k in range(n + 1))
        if np.abs(network - f(x)).max() < 0.8 * epsilon:
            return w, b, v
""",
    "falling steps in another cell": [
        """
def steps(edges, k):
    return np.full(len(edges), -k), k * edges
""",
        """
def network_1d(f, epsilon, low, high):
    n = 100
    while np.abs(np.diff(f(np.linspace(low, high, n)))).max() > epsilon / 2:
        n += 100
    width = (high - low) / n
    edges = low + width * np.arange(1, n + 1)
    heights = f(edges - width / 2)
    edges[-1] += 1
    w, b = steps(edges, 1e8)
    return w, b, heights - np.append(heights[1:], 0)
""",
    ],
    "cells halved where f strays, and only there": """
def network_1d(f, epsilon, low, high):
    todo = [(low + (high - low) * i / 128, low + (high - low) * (i + 1) / 128) for i in range(128)]
    cells = []
    while todo:
        left, right = todo.pop()
        middle = (left + right) / 2
        looks = np.clip(np.linspace(left, right, 9), low, high)
        if np.abs(f(looks) - f(middle)).max() < 0.8 * epsilon:
            cells.append((left, right))
        else:
            todo += [(left, middle), (middle, right)]
    cells.sort()
    starts = np.array([left for left, _ in cells])
    heights = f(np.array([(left + right) / 2 for left, right in cells]))
    starts[0] = low - (high - low) / 100
    w = np.full(len(cells), 1e7 / (high - low))
    return w, -w * starts, np.append(heights[0], np.diff(heights))
""",
}
