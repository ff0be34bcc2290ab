"""Answers that once made a judge give up early with "right", or count too few runs."""

ON_JUDGES = {
    "k_fold": {
        "is called as the result that is due": """
def k_fold(n, k, rng):
    return type(f"a list of {k} pairs of index arrays", (), {})()
""",
        "has entries that are called as what is due": """
def k_fold(n, k, rng):
    return [type("a pair (train, validation)", (), {})() for _ in range(k)]
""",
        "has parts that are called as what is due": """
def k_fold(n, k, rng):
    return [(type("an array of row numbers, with one axis", (), {})(), 0) for _ in range(k)]
""",
    },
    "random_search": {
        "gives what reads like a space that was left": """
def random_search(objective, space, n_trials, rng):
    return {"left": ", ".join(space)}
""",
        "leaves one name that reads like all": """
class Name(str):
    __eq__ = lambda self, other: False
    __hash__ = str.__hash__

def random_search(objective, space, n_trials, rng):
    names = ", ".join(space)
    space.clear()
    space[Name(names)] = None
""",
        "tries one name that reads like all": """
def random_search(objective, space, n_trials, rng):
    names = ", ".join(sorted(space))
    if names == "x":
        draws = (rng.uniform(-2, 2) for _ in range(n_trials))
        tried = [({"x": v}, objective({"x": v})) for v in draws]
        return *min(tried, key=lambda trial: trial[1]), tried
    return {}, 0.0, [({names: 0.0}, 0.0)]
""",
    },
    "grid_search": {
        "tries one name that reads like all": """
def grid_search(objective, grid):
    names = ", ".join(sorted(grid))
    if len(grid) == 1:
        tried = [({names: v}, objective({names: v})) for v in grid[names]]
        return *min(tried, key=lambda trial: trial[1]), tried
    return {}, 0.0, [({names: 0.0}, 0.0)]
""",
    },
    "train_classifier": {
        "gives what reads like a form": """
def train_classifier(X, y, hidden, epochs, batch_size, lr, rng):
    return {"labels": [], "form": "an array of labels"}
""",
    },
    "log_uniform": {
        "tells another shape than it has": """
class Shapeless(np.ndarray):
    shape = property(lambda self: ())

def log_uniform(low, high, size, rng):
    return np.zeros(size).view(Shapeless)
""",
    },
    "minibatches": {
        "tells another length than it has": """
class Three(tuple):
    def __len__(self):
        return 3

def minibatches(X, y, batch_size, rng):
    yield Three((X[:batch_size], y[:batch_size]))
""",
    },
    "dropout": {
        "gives numbers of another kind": """
def dropout(x, p, rng, train=True):
    z = np.zeros(x.shape, complex)
    return z, z
""",
    },
    "residual_module": {
        "has nearly as many parameters as are due": """
from torch import nn

class Nearly:
    def __init__(self, n):
        self.numel = lambda: n

class Nothing(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.channels = channels
        self.convs = nn.ModuleList(nn.Conv2d(channels, channels, 3, bias=False) for _ in range(2))
        self.norms = nn.ModuleList(nn.BatchNorm2d(channels) for _ in range(2))

    def parameters(self, recurse=True):
        yield Nearly(18 * self.channels**2 + 4 * self.channels + 1e-8)

    def forward(self, x):
        return x

def residual_module(channels):
    return Nothing(channels)
""",
    },
    "random_undersample": {
        "hands in three runs of its own": """
def random_undersample(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)
    places = [np.flatnonzero(y == c) for c in classes]
    ways = places, [p[::-1] for p in places]
    a, b = (np.concatenate([p[: counts.min()] for p in way]) for way in ways)
    return {"runs": [[X[r], y[r]] for r in (a, a, b)]}
""",
    },
    "random_oversample": {
        "hands in five runs of its own": """
def random_oversample(X, y, rng):
    classes, counts = np.unique(y, return_counts=True)

    def run(k):
        rows = [np.arange(len(y))]
        for c, n in zip(classes, counts):
            own = np.flatnonzero(y == c)
            more = np.resize(own, counts.max() - n)
            if len(more):
                more[k % 3] = more[-1] = own[-1]
            rows.append(more)
        rows = np.concatenate(rows)
        return [X[rows], y[rows]]

    return {"runs": [run(0), run(0), run(1), run(2), run(2)]}
""",
    },
    "he_normal": {
        "hands in three draws of its own": """
def he_normal(n_in, n_out, rng):
    W = np.random.normal(0, np.sqrt(2 / n_in), (n_in, n_out))
    return [W, W, -W]
""",
    },
}
