"""Exercises with something to steal, one kind of leak each: the adversary must find them all."""

HEAD = '''
import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Slope of a x**3

# %% [markdown] tags=["hint"]
# Try 3.


# %% tags=["solution"]
def slope(f, x):
    """Return the derivative."""
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5


# %% tags=["cases"]
def visible():
    yield 1.0, 2.0


def hidden(rng):
    for _ in range(4):
        yield tuple(rng.uniform(1, 2, size=2).tolist())


# %% tags=["mistakes"]
@mistake("It is twice too large. How far apart are the points?")
def twice(f, x):
    f(x)
    return (f(x + 1e-5) - f(x - 1e-5)) / 1e-5


@mistake("f was asked more than twice: how often is enough?")
def asks_often(f, x):
    f(x)
    return (f(x + 1e-5) - f(x - 1e-5)) / 2e-5


# %% tags=["probe"]
'''

JUDGE = """
def judge(case, raw):
    a, x = case
    return {"error": (abs(raw - 3 * a * x**2), None, 1e-6)}
"""

TABLE = """
FUNCTIONS = {"cube": (lambda a, x: a * x**3, lambda a, x: 3 * a * x**2)}


def collect(fn, case):
    a, x = case
    return fn(lambda x: FUNCTIONS["cube"][0](a, x), x)
"""

TRUTH_IN_A_FUNCTION = """
def tables(a, x):
    return x, {"f": a * x**3}, (0, 3 * a * x**2)


def collect(fn, case):
    a, x = case
    return fn(lambda x: tables(a, x)[1]["f"], x)
"""

TRUTH_IN_A_FRAME = """
def collect(fn, case):
    a, x = case
    due = {"slope": [3 * a * x**2]}
    got = fn(lambda x: a * x**3, x)
    return got if due else None
"""

TRUTH_IN_A_CLOSURE = """
def collect(fn, case):
    a, x = case

    def f(z, due=3 * a * x**2):
        return a * z**3

    return fn(f, x)
"""

JUDGE_ALONG = """
def collect(fn, case):
    a, x = case
    got = fn(lambda x: a * x**3, x)
    return got if judge else None


def judge(case, raw):
    a, x = case
    return {"slope": (np.round(raw, 6), np.round(3 * a * x**2, 6))}
"""

COUNTER = """
def collect(fn, case):
    (a, x), calls = case, [0]

    def f(x):
        calls[0] += 1
        return a * x**3

    return {"slope": fn(f, x), "calls": calls[0]}


def judge(case, raw):
    a, x = case
    error = abs(raw["slope"] - 3 * a * x**2)
    return {"error": (error, None, 1e-6), "calls": (raw["calls"], None, 2)}
"""

NODES = '''
import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Ancestors, oldest first

# %% [markdown] tags=["hint"]
# Try 3.


# %% tags=["solution"]
def ancestors(node):
    """Return the node and its ancestors."""
    found, waiting = [], [node]
    while waiting:
        found.append(waiting.pop())
        waiting.extend(found[-1].parents)
    return found[::-1]


# %% tags=["probe"]
class Node:
    def __init__(self, parents):
        self.parents = parents


def collect(fn, case):
    nodes = [Node([])]
    for _ in range(case):
        Node([nodes[-1]])  # of no consequence
        nodes.append(Node([nodes[-1]]))
    order = fn(nodes[-2])
    return [nodes.index(node) for node in order]


def judge(case, raw):
    return {"order": (raw, list(range(case)))}


# %% tags=["cases"]
def visible():
    yield 3


def hidden(rng):
    yield from (5, 7)


# %% tags=["mistakes"]
@mistake("It begins with the node. Who is oldest?")
def backwards(node):
    return ancestors(node)[::-1]
'''

LEAKS = {
    "a derivative in the table beside its function": ("slope", HEAD + TABLE + JUDGE),
    "a truth among the results of a function": ("slope", HEAD + TRUTH_IN_A_FUNCTION + JUDGE),
    "a truth in a frame": ("slope", HEAD + TRUTH_IN_A_FRAME + JUDGE),
    "a truth in a default": ("slope", HEAD + TRUTH_IN_A_CLOSURE + JUDGE),
    "the judge": ("slope", HEAD + JUDGE_ALONG),
    "nodes in the order of making": ("ancestors", NODES),
}
MEASURED = ("slope", HEAD + COUNTER)
