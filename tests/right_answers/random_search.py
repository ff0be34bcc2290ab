"""Other right answers to random_search."""

ANSWERS = {
    "a loop": """
def random_search(objective, space, n_trials, rng):
    best = None
    best_value = np.inf
    history = []
    for trial in range(n_trials):
        params = {}
        for name in space:
            params[name] = space[name](rng)
        value = objective(params)
        history.append((params, value))
        if value < best_value:
            best_value = value
            best = params
    return best, best_value, history
""",
    "all draws first": """
def random_search(objective, space, n_trials, rng):
    trials = [{name: f(rng) for name, f in space.items()} for _ in range(n_trials)]
    losses = [objective(p) for p in trials]
    i = int(np.nanargmin(losses))
    return trials[i], losses[i], list(zip(trials, losses))
""",
    "name by name": """
def random_search(objective, space, n_trials, rng):
    columns = {name: [draw(rng) for _ in range(n_trials)] for name, draw in space.items()}
    trials = [{name: columns[name][i] for name in space} for i in range(n_trials)]
    history = [(p, objective(p)) for p in trials]
    best, value = min(history, key=lambda h: h[1] if h[1] == h[1] else np.inf)
    return best, value, history
""",
    "names backwards": """
import math

def random_search(objective, space, n_trials, rng):
    history = []
    for _ in range(n_trials):
        params = {n: space[n](rng) for n in reversed(list(space))}
        history.append([params, float(objective(params))])
    order = sorted(range(n_trials), key=lambda i: (math.isnan(history[i][1]), history[i][1]))
    return [*history[order[0]], history]
""",
    "a generator": """
def trials(space, n, rng):
    while n > 0:
        yield {k: f(rng) for k, f in space.items()}
        n -= 1

def random_search(objective, space, n_trials, rng):
    history = [(p, objective(p)) for p in trials(space, n_trials, rng)]
    finite = [h for h in history if np.isfinite(h[1])]
    best, value = min(finite, key=lambda h: h[1])
    return dict(best), value, history
""",
    "recursion": """
def random_search(objective, space, n_trials, rng):
    if n_trials == 0:
        return None, float("inf"), []
    best, value, history = random_search(objective, space, n_trials - 1, rng)
    params = {name: space[name](rng) for name in space}
    loss = objective(params)
    history = history + [(params, loss)]
    return (params, loss, history) if loss < value else (best, value, history)
""",
    "child generators": """
def random_search(objective, space, n_trials, rng):
    rngs = rng.spawn(n_trials)
    history = []
    for child in rngs:
        p = {name: draw(child) for name, draw in space.items()}
        history.append((p, objective(p)))
    losses = np.array([loss for _, loss in history], dtype=float)
    i = np.argmin(np.where(np.isnan(losses), np.inf, losses))
    return history[i][0], losses[i], tuple(history)
""",
    "seeds drawn from rng": """
def random_search(objective, space, n_trials, rng):
    history = []
    for seed in rng.integers(2**63, size=n_trials):
        own = np.random.default_rng(seed)
        p = dict((name, draw(own)) for name, draw in space.items())
        history.append((p.copy(), objective(p)))
    best_i = 0
    for i in range(n_trials):
        a, b = history[i][1], history[best_i][1]
        if a < b or (b != b and a == a):
            best_i = i
    print(best_i)
    return history[best_i] + (history,)
""",
    "map": """
def random_search(objective, space, n_trials, rng):
    params = [dict(zip(space, [f(rng) for f in space.values()])) for _ in range(n_trials)]
    values = list(map(objective, params))
    lowest = min(v for v in values if not np.isnan(v))
    first = values.index(lowest)
    return params[first], lowest, list(map(list, zip(params, values)))
""",
    "all of one name first": """
def random_search(objective, space, n_trials, rng):
    columns = {n: [f(rng) for _ in range(n_trials)] for n, f in space.items()}
    history = []
    for i in range(n_trials):
        d = {n: columns[n][i] for n in space}
        history.append((d, objective(d)))
    s = np.array([float(x) for _, x in history])
    i = int(np.nanargmin(np.where(np.isfinite(s), s, np.nan)))
    return history[i][0], history[i][1], history
""",
    "recursion with prints": """
def random_search(objective, space, n_trials, rng):
    if n_trials == 0:
        return None, np.inf, []
    best, value, history = random_search(objective, space, n_trials - 1, rng)
    d = dict((n, space[n](rng)) for n in space)
    s = objective(d)
    print(n_trials, s)
    if s < value:
        best, value = d, s
    return best, value, history + [(d, s)]
""",
    "child generator spawned from rng": """
def random_search(objective, space, n_trials, rng):
    seeds = rng.integers(0, 2**31, n_trials)
    history = []
    for s in seeds:
        r = np.random.default_rng(s)
        d = {n: f(r) for n, f in space.items()}
        history.append((d, objective(d)))
    best, value = min((h for h in history if np.isfinite(h[1])), key=lambda h: h[1])
    return best, value, history
""",
}
