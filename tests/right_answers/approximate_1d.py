ANSWERS = {
    "steep sigmoids": """
def approximate_1d(f, n_bumps, low, high):
    width = (high - low) / n_bumps
    left = low + width * np.arange(n_bumps)
    heights = f(left + width / 2)
    steps = np.diff(heights, prepend=0.0)
    places = left.copy()
    places[0] -= 1.0

    def sum_of_steps(x):
        z = (np.asarray(x)[..., None] - places) * 1e7
        return (0.5 * (1 + np.tanh(z / 2))) @ steps

    return sum_of_steps
""",
    "exact indicator of each cell, heights from the left edge": """
def approximate_1d(f, n_bumps, low, high):
    edges = np.linspace(low, high, n_bumps + 1)

    def predict(x):
        y = np.zeros_like(x)
        for k in range(n_bumps):
            inside = (x >= edges[k]) & ((x < edges[k + 1]) | (k == n_bumps - 1))
            y = y + f(edges[k]) * inside
        return y

    return predict
""",
    "floor": """
def approximate_1d(f, n_bumps, low, high):
    width = (high - low) / n_bumps
    heights = np.array([f(low + (k + 0.5) * width) for k in range(n_bumps)])
    return lambda x: heights[np.minimum(((x - low) / width).astype(int), n_bumps - 1)]
""",
    "a class that can be called, heights from the right end": """
class Skyline:
    def __init__(self, f, n, low, high):
        self.edges = [low + (high - low) * k / n for k in range(n + 1)]
        self.heights = [float(f(right)) for right in self.edges[1:]]

    def __call__(self, x):
        conditions = [x <= edge for edge in self.edges[1:-1]]
        return np.select(conditions, self.heights[:-1], default=self.heights[-1])


def approximate_1d(f, n_bumps, low, high):
    return Skyline(f, n_bumps, low, high)
""",
    "np.piecewise on floats, a partial": """
from functools import partial


def look_up(edges, heights, x):
    x = np.asarray(x, dtype=float)
    places = np.digitize(x, edges[1:-1])
    return np.take(heights, places)


def approximate_1d(f, n_bumps, low, high):
    edges = np.linspace(low, high, n_bumps + 1)
    return partial(look_up, edges, f(edges[:-1] + 0.3 * np.diff(edges)))
""",
}
