"""Other right answers to grid_search."""

ANSWERS = {
    "itertools": """
import itertools

def grid_search(objective, grid):
    best, value, history = None, float("inf"), []
    for values in itertools.product(*grid.values()):
        params = dict(zip(grid.keys(), values))
        loss = objective(params)
        history.append((params, loss))
        if loss < value:
            best, value = params, loss
    return best, value, history
""",
    "recursion": """
def combinations(names, grid):
    if not names:
        return [{}]
    rest = combinations(names[1:], grid)
    return [{names[0]: v, **r} for v in grid[names[0]] for r in rest]

def grid_search(objective, grid):
    history = [(c, objective(c)) for c in combinations(list(grid), grid)]
    finite = [pair for pair in history if pair[1] == pair[1]]
    best, value = min(finite, key=lambda pair: pair[1])
    return best, value, history
""",
    "a generator that recurses": """
def walk(items, chosen):
    if not items:
        yield dict(chosen)
        return
    (name, values), *rest = items
    for v in values:
        chosen[name] = v
        yield from walk(rest, chosen)

def grid_search(objective, grid):
    history = []
    for p in walk(list(grid.items()), {}):
        history.append((p, objective(p)))
    losses = np.array([l for _, l in history])
    i = np.nanargmin(losses)
    return history[i][0], losses[i], history
""",
    "digits of a number": """
def grid_search(objective, grid):
    names, lists = list(grid), list(grid.values())
    total = int(np.prod([len(v) for v in lists]))
    history = []
    for number in range(total):
        params = {}
        for name, values in zip(names, lists):
            number, place = divmod(number, len(values))
            params[name] = values[place]
        history.append((params, objective(params)))
    best_i = None
    for i, (_, loss) in enumerate(history):
        if np.isnan(loss):
            continue
        if best_i is None or loss < history[best_i][1]:
            best_i = i
    return history[best_i][0], history[best_i][1], history
""",
    "ndindex": """
def grid_search(objective, grid):
    history = []
    for index in np.ndindex(*[len(v) for v in grid.values()]):
        p = {name: grid[name][i] for name, i in zip(grid, index)}
        history.append([p, objective(p)])
    losses = np.array([h[1] for h in history], dtype=float)
    losses[np.isnan(losses)] = np.inf
    k = int(losses.argmin())
    return [history[k][0], history[k][1], history]
""",
    "a queue, backwards": """
def grid_search(objective, grid):
    waiting, history = [dict()], []
    while waiting:
        partial = waiting.pop()
        open_names = [n for n in grid if n not in partial]
        if not open_names:
            history.append((partial, objective(partial)))
            continue
        for v in grid[open_names[0]]:
            waiting.append(partial | {open_names[0]: v})
    best, value = None, np.inf
    for params, loss in history:
        if loss < value:
            best, value = params, loss
    return best, value, history
""",
    "shuffled": """
from itertools import product

def grid_search(objective, grid):
    tries = [dict(zip(grid, c)) for c in product(*grid.values())]
    np.random.default_rng(0).shuffle(tries)
    history = [(t, float(objective(t))) for t in tries]
    ordered = sorted(history, key=lambda h: (h[1] != h[1], h[1]))
    return ordered[0][0], ordered[0][1], history
""",
    "reduce": """
from functools import reduce

def grid_search(objective, grid):
    def add(done, name):
        return [{**d, name: v} for d in done for v in grid[name]]

    tries = reduce(add, grid, [{}])
    history = tuple((t, objective(t)) for t in tries)
    best, value = min((h for h in history if not np.isnan(h[1])), key=lambda h: h[1])
    print("best", best)
    return best, value, history
""",
    "copies everything": """
import copy
import itertools
import math

def grid_search(objective, grid):
    grid = copy.deepcopy(grid)
    history = []
    best_params = None
    best_value = math.inf
    for combo in itertools.product(*(grid[k] for k in sorted(grid))):
        params = {}
        for k, v in zip(sorted(grid), combo):
            params[k] = v
        val = objective(copy.deepcopy(params))
        history.append((copy.deepcopy(params), val))
        if not math.isnan(val) and val < best_value:
            best_value = val
            best_params = copy.deepcopy(params)
    return best_params, best_value, history
""",
    "mixed radix counter": """
def grid_search(objective, grid):
    names = list(grid.keys())
    total = 1
    for n in names:
        total *= len(grid[n])
    history = []
    for number in range(total):
        rest, combo = number, {}
        for n in names:
            rest, j = divmod(rest, len(grid[n]))
            combo[n] = grid[n][j]
        history.append((combo, objective(combo)))
    best = value = None
    for combo, v in history:
        if not np.isfinite(v):
            continue
        if value is None or v < value:
            best, value = combo, v
    return best, value, history
""",
    "np.ndindex with reversed names": """
def grid_search(objective, grid):
    names = sorted(grid, reverse=True)
    history = []
    for idx in np.ndindex(*[len(grid[n]) for n in names]):
        c = {n: grid[n][i] for n, i in zip(names, idx)}
        history.append((c, objective(dict(c))))
    best, value = None, float("inf")
    for c, v in history:
        if v < value:
            best, value = c, v
    return best, value, history
""",
    "odometer with prints": """
def grid_search(objective, grid):
    names = list(grid)
    idx = [0] * len(names)
    history, best, value = [], None, None
    while True:
        c = dict((n, grid[n][i]) for n, i in zip(names, idx))
        v = objective(c)
        print(c, v)
        history.append((c, v))
        if np.isfinite(v) and (best is None or v < value):
            best, value = c, v
        j = len(names) - 1
        while j >= 0:
            idx[j] += 1
            if idx[j] < len(grid[names[j]]):
                break
            idx[j] = 0
            j -= 1
        if j < 0:
            return best, value, history
""",
    "a class": """
import copy
class Search:
    def __init__(self, objective, grid):
        self.objective, self.grid = objective, grid
        self.history = []
        self.best, self.value = None, float("inf")
    def run(self, names=None, chosen=None):
        names = list(self.grid) if names is None else names
        chosen = chosen or {}
        if not names:
            c = copy.deepcopy(chosen)
            v = self.objective(c)
            self.history.append((c, v))
            if v < self.value:
                self.best, self.value = c, v
            return
        for v in self.grid[names[0]]:
            self.run(names[1:], {**chosen, names[0]: v})
def grid_search(objective, grid):
    s = Search(objective, grid)
    s.run()
    return s.best, s.value, s.history
""",
}
