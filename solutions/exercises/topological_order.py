from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Parents first
#
# A node of a computational graph has a tuple `node.parents`: the nodes that it was computed from.
# Return a list of `node` and everything it was computed from, each node once and after all of its
# parents; `node` itself comes last. Graphs can be thousands of nodes deep, too deep for recursion,
# and 40 nodes can be joined by millions of paths, too many to walk them all.

# %% [markdown] tags=["hint"]
# Meet every node twice: once to ask for its parents, and once more when they are all in the list.
# What does a list of waiting nodes have to remember, so that you can tell the two meetings apart?


# %% tags=["solution"]
def topological_order(node):
    """Return `node` and its ancestors as a list, each once, parents before children."""
    order, done = [], set()
    waiting = [(node, False)]
    while waiting:
        current, parents_done = waiting.pop()
        if parents_done:
            order.append(current)
        elif id(current) not in done:
            done.add(id(current))
            waiting.append((current, True))
            waiting.extend((parent, False) for parent in current.parents)
    return order


# %% tags=["probe"]
class Node:
    def __init__(self, number, parents, patience):
        self.number, self._parents, self.patience = number, tuple(parents), patience

    @property
    def parents(self):
        self.patience[0] -= 1  # there are 2**n paths: walking them all would never end
        if self.patience[0] < 0:
            raise RuntimeError("node.parents was read far more often than there are nodes")
        return self._parents


def graph(case):
    """Parents by number; a number n stands for a ladder, or above 1000 a chain, of n nodes."""
    if not isinstance(case, int):
        return case
    return [[], *([n, max(0, n - 1)] if case <= 1000 else [n] for n in range(case - 1))]


def collect(fn, case):
    nodes, parents_of = [], graph(case)
    patience = [len(parents_of) ** 2 + 10_000]
    for number, parents in enumerate(parents_of):
        nodes.append(Node(number, [nodes[p] for p in parents], patience))
    order = fn(nodes[-1])
    if not hasattr(order, "__iter__"):
        return order
    return {"numbers": [getattr(node, "number", None) for node in order]}


def judge(case, raw):
    assert isinstance(raw, dict), "a list of nodes"
    order = raw["numbers"]
    assert None not in order, "a list of nodes, as they were made"
    case = graph(case)
    reachable = set()
    waiting = [len(case) - 1]
    while waiting:
        number = waiting.pop()
        if number not in reachable:
            reachable.add(number)
            waiting.extend(case[number])
    place = {number: i for i, number in enumerate(order)}
    edges = [(p, child) for child in reachable for p in case[child]]
    late = sum(place.get(p, -1) > place.get(child, -1) for p, child in edges)
    return {
        "nodes listed twice": (len(order) - len(place), 0),
        "nodes missing": (len(reachable - set(order)), 0),
        "nodes that do not belong": (len(set(order) - reachable), 0),
        "parents listed after their child": (late, 0),
    }


# %% tags=["cases"]
def visible():
    yield [[], [0], [0, 1], [2, 0], [3, 1]]
    yield [[], [], [1, 0], [2], [2, 1], [3, 4, 0]]
    yield 40
    yield 4000


def hidden(rng):
    for size in [1, 6, 12, 40]:
        parents = [[int(p) for p in rng.integers(0, n, size=2)] for n in range(1, size)]
        yield [[], *parents]
    yield 60
    yield 5000


# %% tags=["mistakes"]
@mistake("A node stands before one of its parents: a parent must be done before its child.")
def children_first(node):
    return correct(node)[::-1]


@mistake("Shared nodes appear more than once: remember which nodes are already listed.")
def lists_shared_nodes_twice(node):
    order, waiting = [], [(node, False)]
    while waiting:
        current, parents_done = waiting.pop()
        if parents_done:
            order.append(current)
        else:
            waiting.append((current, True))
            waiting.extend((parent, False) for parent in reversed(current.parents))
    return order


@mistake("Shared nodes appear more than once, and a deep graph ends in a RecursionError.")
def recurses_without_memory(node):
    return [n for parent in node.parents for n in recurses_without_memory(parent)] + [node]


@mistake("A deep chain ends in a RecursionError: keep your own list of nodes to visit.")
def recurses(node, seen=None):
    seen = [] if seen is None else seen
    if node not in seen:
        for parent in node.parents:
            recurses(parent, seen)
        seen.append(node)
    return seen


@mistake("The output node itself is missing: it comes last.")
def forgets_the_output(node):
    return correct(node)[:-1]


@mistake("Only the first parent of each node was followed. What about the others?")
def follows_one_parent(node):
    order = [node]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


@mistake("Nodes are listed in the order of discovery, which puts some before their parents.")
def breadth_first(node):
    order, seen = [node], {id(node)}
    for current in order:
        fresh = [p for p in current.parents if id(p) not in seen]
        order += dict.fromkeys(fresh)
        seen.update(map(id, fresh))
    return order[::-1]


def correct(node):
    """The right order, for the mistakes to spoil."""
    return topological_order(node)
