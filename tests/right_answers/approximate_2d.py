ANSWERS = {
    "towers of sigmoids, four units and a threshold each": """
def approximate_2d(f, n, x_range, y_range):
    def step(z, at):
        return 0.5 * (1 + np.tanh(500 * (z - at)))

    def along(z, i):
        left, right = i - (i == 0), i + 1 + (i == n - 1)
        return step(z, left) - step(z, right)

    (x_low, x_high), (y_low, y_high) = x_range, y_range
    dx, dy = (x_high - x_low) / n, (y_high - y_low) / n

    def city(x, y):
        u, v = (x - x_low) / dx, (y - y_low) / dy
        total = 0.0
        for i in range(n):
            for j in range(n):
                height = f(x_low + (i + 0.5) * dx, y_low + (j + 0.5) * dy)
                total = total + height * step(along(u, i) + along(v, j), 1.5)
        return total

    return city
""",
    "floor, heights from a corner": """
def approximate_2d(f, n, x_range, y_range):
    (a, b), (c, d) = x_range, y_range
    heights = [[f(a + i * (b - a) / n, c + j * (d - c) / n) for j in range(n)] for i in range(n)]
    heights = np.array(heights, dtype=float, order="F")

    def city(x, y):
        i = np.minimum(np.floor((np.asarray(x) - a) / (b - a) * n), n - 1).astype(int)
        j = np.minimum(np.floor((np.asarray(y) - c) / (d - c) * n), n - 1).astype(int)
        return heights[i, j]

    return city
""",
    "a function of two numbers, vectorized in another cell": [
        """
def nearest(z, low, high, n):
    return min(range(n), key=lambda i: abs(low + (i + 0.5) * (high - low) / n - z))
""",
        """
def approximate_2d(f, n, x_range, y_range):
    def city(x, y):
        i, j = nearest(x, *x_range, n), nearest(y, *y_range, n)
        x_low, x_high = x_range
        y_low, y_high = y_range
        return f(x_low + (i + 0.5) * (x_high - x_low) / n, y_low + (j + 0.5) * (y_high - y_low) / n)

    return np.vectorize(city, otypes=[float])
""",
    ],
    "a class, heights in a dict": """
class City:
    def __init__(self, f, n, x_range, y_range):
        self.n, self.x_range, self.y_range = n, x_range, y_range
        xs, ys = (np.linspace(*r, 2 * n + 1)[1::2] for r in (x_range, y_range))
        self.heights = {(i, j): f(x, y) for i, x in enumerate(xs) for j, y in enumerate(ys)}

    def place(self, z, low, high):
        return min(max(int((z - low) / (high - low) * self.n), 0), self.n - 1)

    def __call__(self, x, y):
        pairs = zip(np.ravel(x), np.ravel(y))
        found = [
            self.heights[self.place(a, *self.x_range), self.place(b, *self.y_range)]
            for a, b in pairs
        ]
        return np.array(found, dtype=float).reshape(np.shape(x))


approximate_2d = City
""",
}
