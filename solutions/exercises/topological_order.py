import numpy as np

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
    def __init__(self, patience):
        self._parents, self.patience = (), patience

    @property
    def parents(self):
        self.patience[0] -= 1  # there are 2**n paths: walking them all would never end
        if self.patience[0] < 0:
            raise RuntimeError("node.parents was read far more often than there are nodes")
        return self._parents


def collect(fn, given):
    from itertools import islice

    parents_of, output = given
    patience = [len(parents_of) ** 2 + 10_000]
    nodes = [Node(patience) for _ in parents_of]
    for node, parents in zip(nodes, parents_of, strict=True):
        node._parents = tuple(nodes[p] for p in parents if p >= 0)
    order = fn(nodes[output])
    if not hasattr(order, "__iter__"):
        return order
    listed = hasattr(order, "__len__")
    order = list(islice(order, 2 * len(nodes) + 1))
    if len(order) > 2 * len(nodes) and not listed:
        return {"endless": True}
    if not all(isinstance(item, Node) for item in order):
        return order
    numbers = {id(node): number for number, node in enumerate(nodes)}
    # a node of another graph gets a number that no node of this one has
    raw = {"numbers": [numbers.get(id(node), -1 - i) for i, node in enumerate(order)]}
    if len(nodes) < 100:  # once more, with whatever the first call has left on the nodes
        again = list(islice(fn(nodes[output]), 2 * len(nodes) + 1))
        raw["again"] = [numbers.get(id(node), -1 - i) for i, node in enumerate(again)]
    return raw


def graph(case):
    """Parents of each node; a chain or a ladder is given by its number of nodes."""
    if isinstance(case, list):
        return case
    shape, size = case
    return [[], *([n] if shape == "a chain of" else [n, max(0, n - 1)] for n in range(size - 1))]


def places(parents_of):
    """Where each node stands in the order of making: shuffled, or sorting by it would do."""
    import zlib

    edges = np.array([p for parents in parents_of for p in (-1, *parents)])
    rng = np.random.default_rng(zlib.crc32(edges.astype(np.int64).tobytes()))
    return rng.permutation(len(parents_of))


def give(case):
    """The parents of each node, one row a node, filled up with -1; and which node is asked."""
    parents_of = graph(case)
    place = places(parents_of)
    given = np.full((len(place), max(1, *map(len, parents_of))), -1, dtype=np.int16)
    for number, parents in enumerate(parents_of):
        given[place[number], : len(parents)] = place[parents]
    return given, int(place[-1])


def judge(case, raw):
    assert isinstance(raw, dict), "one list of nodes, as they were made"
    if "endless" in raw:
        return {"nodes": (f"still coming after {2 * len(graph(case))}", "each once, then an end")}
    back = dict(zip(places(graph(case)).tolist(), range(len(graph(case))), strict=True))
    order = [back.get(number, number) for number in raw["numbers"]]
    again = [back.get(number, number) for number in raw.get("again", [])]
    parents_of = graph(case)
    output = len(parents_of) - 1
    reachable = set()
    waiting = [output]
    while waiting:
        number = waiting.pop()
        if number not in reachable:
            reachable.add(number)
            waiting.extend(parents_of[number])
    place = {number: i for i, number in enumerate(order)}
    edges = [(p, child) for child in reachable for p in parents_of[child]]
    late = sum(place.get(p, -1) > place.get(child, -1) for p, child in edges)
    first = len(order) > 1 and order[0] == output
    numbers = {
        "nodes that do not belong": (len(set(order) - reachable), 0),
        "nodes listed twice": (len(order) - len(place), 0),
        "nodes missing": (len(reachable - set(order)), 0),
        "place of node itself": ("first" if first else "last", "last"),
    }
    if isinstance(case, list) or case[0] == "a chain of":
        # how many are late, and whether any is on a ladder, depends on chance: no mistake's mark
        numbers["parents listed after their child"] = (late, None, 0)
    if len(parents_of) < 100:
        apart = len(set(order) ^ set(again)) or abs(len(order) - len(again))
        numbers["asked again, nodes of one list only"] = (apart, 0)
    return numbers


def call(case):
    """The lines build the graph of the lecture's own nodes."""
    if isinstance(case, list):
        parents_of = "{}"
    else:
        parents = "[n]" if case[0] == "a chain of" else "[n, max(0, n - 1)]"
        parents_of = f"[[], *({parents} for n in range({case[1] - 1}))]"
    return (
        "from dlcourse.reference import graph\n"
        "nodes = []\n"
        f"for parents in {parents_of}:\n"
        "    links = [(nodes[p], None) for p in parents]\n"
        "    nodes.append(graph.Node(0.0, *links))\n"
        "topological_order(nodes[-1])"
    ), case


# %% tags=["cases"]
promises = ["repeatable"]


def visible():
    yield [[], [0], [1, 0], [0, 1, 2], [2, 3]]
    yield [[], [], [1, 0], [0, 2], [3, 1, 2]]
    yield "a ladder of", 40
    yield "a chain of", 4000


def hidden(rng):
    for size in [1, 6, 12, 40]:
        parents = [[int(p) for p in rng.integers(0, n, size=2)] for n in range(1, size)]
        yield [[], *parents]
    yield [[], [0], [1], [2, 0, 1], [1, 2, 3]]
    yield "a ladder of", 60
    yield "a chain of", 5000 + int(rng.integers(500))


# %% tags=["mistakes"]
@mistake("This list begins with node; it should end with it, after all that it was computed from.")
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


@mistake("Every path is walked on its own, and there are far too many: visit each node once.")
def walks_every_path(node):
    walked, waiting = [], [node]
    while waiting:
        walked.append(waiting.pop())
        waiting.extend(walked[-1].parents)
    return list(dict.fromkeys(reversed(walked)))


@mistake("The output node itself is missing: it comes last.")
def forgets_the_output(node):
    return correct(node)[:-1]


@mistake("Only the first parent of each node was followed. What about the others?")
def follows_one_parent(node):
    order = [node]
    while order[-1].parents:
        order.append(order[-1].parents[0])
    return order[::-1]


@mistake("A node is listed, or ticked off, when it is met; are all of its parents listed by then?")
def breadth_first(node):
    order, seen = [node], {id(node)}
    for current in order:
        fresh = [p for p in current.parents if id(p) not in seen]
        order += dict.fromkeys(fresh)
        seen.update(map(id, fresh))
    return order[::-1]


@mistake("Asked a second time it gives fewer nodes: what did the first time leave on them?")
def marks_the_nodes(node):
    order, waiting = [], [(node, False)]
    while waiting:
        current, parents_done = waiting.pop()
        if parents_done:
            order.append(current)
        elif not hasattr(current, "seen"):
            current.seen = True
            waiting.append((current, True))
            waiting.extend((parent, False) for parent in current.parents)
    return order


def correct(node):
    """The right order, for the mistakes to spoil."""
    return topological_order(node)
