import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### An engine for any graph
#
# Each node has `node.parents`, the nodes that it was computed from, and `node.pullback(gradient)`:
# from the gradient of the node it makes a sequence of gradients, one for each parent (none for a
# leaf). `output` holds one number. Return a dict from every node that `output` was computed from,
# and `output` itself (1.0), to its gradient. Call a node's `pullback` once, when its gradient is
# complete. A gradient may be a number or an array; one array may serve two nodes, so do not
# change any. Graphs can be thousands of nodes deep; your `topological_order` may be of use.

# %% [markdown] tags=["hint"]
# Draw J = x x + x with three nodes and write on every arrow what flows back along it at x = 3. Then
# ask for each node: from which other nodes must it have heard before it may pass anything on?


# %% tags=["solution"]
def accumulate_gradients(output):
    """Return a dict from each node that `output` depends on, itself included, to its gradient."""
    order, seen, waiting = [], set(), [(output, False)]
    while waiting:
        node, parents_done = waiting.pop()
        if parents_done:
            order.append(node)
        elif node not in seen:
            seen.add(node)
            waiting.append((node, True))
            waiting.extend((parent, False) for parent in node.parents)

    gradients = {output: 1.0}
    for node in reversed(order):
        for parent, part in zip(node.parents, node.pullback(gradients[node]), strict=True):
            gradients[parent] = gradients[parent] + part if parent in gradients else part
    return gradients


# %% tags=["probe"]
RULES = {  # the gradients for the parents
    "leaf": lambda d: (),
    "add": lambda d, a, b: (d, d),
    "mul": lambda d, a, b: (d * b, d * a),
    "roll": lambda d, a: (np.roll(d, -1),),
    "mean": lambda d, a, b: (d / 2, d / 2),
    "tanh": lambda d, a: (d * (1 - np.tanh(a) ** 2),),
    "sum": lambda d, a: (d * np.ones_like(a),),
}


class Node:
    def __init__(self, value, rule, patience):
        self.value, self.rule, self.patience, self.parents = value, rule, patience, ()

    def pullback(self, gradient):
        self.patience[0] -= 1  # there are 2**n paths: walking them all would never end
        if self.patience[0] < 0:
            raise RuntimeError("pullback was called far more often than there are nodes")
        return self.rule(gradient, *(p.value for p in self.parents))


def packed(values):
    """Numbers as one array: thousands of them are soon sent."""
    return np.array(values) if all(type(v) is float for v in values) else values


def collect(fn, given):
    operations, parents_of, values, output = given
    patience = [10 * len(values) + 1000]
    rules = list(RULES.values())
    values = values.tolist() if isinstance(values, np.ndarray) else values
    nodes = [Node(v, rules[o], patience) for v, o in zip(values, operations, strict=True)]
    for node, parents in zip(nodes, parents_of, strict=True):
        node.parents = tuple(nodes[p] for p in parents if p >= 0)
    answers = [fn(nodes[output])]
    if not isinstance(answers[0], dict):
        return answers[0]
    if len(nodes) < 100:  # once more, with whatever the first call has left on the nodes
        answers.append(fn(nodes[output]))
    return {
        "gradients": [packed([dict.get(found, node) for node in nodes]) for found in answers],
        "keys": dict.__len__(answers[0]),
    }


FORWARD = {
    "leaf": lambda value: value,
    "add": lambda a, b: a + b,
    "mul": lambda a, b: a * b,
    "roll": lambda a: np.roll(a, 1),
    "mean": lambda a, b: (a + b) / 2,
    "tanh": lambda a: np.tanh(a),
    "sum": lambda a: np.sum(a),
}


def graph(case):
    """Operations and parents by number; a ladder is given by its number of nodes."""
    if isinstance(case, list):
        return case
    return [("leaf", 2.0), *(("mean", n, max(0, n - 1)) for n in range(case[1] - 1))]


def places(case):
    """Where each node stands in the order of making: shuffled, or sorting by it would do."""
    import zlib

    leaves = [np.asarray(x[1], dtype=float).tobytes() for x in case if x[0] == "leaf"]
    rng = np.random.default_rng([len(case), zlib.crc32(b"".join(leaves))])
    return rng.permutation(len(case))


def give(case):
    """Operations, parents (filled up with -1) and values of the nodes, and which one is asked."""
    case = graph(case)
    place, rules = places(case), list(RULES)
    operations = np.zeros(len(case), dtype=np.int8)
    parents = np.full((len(case), 2), -1, dtype=np.int16)
    for n, (operation, *inputs) in enumerate(case):
        operations[place[n]] = rules.index(operation)
        if operation != "leaf":
            parents[place[n], : len(inputs)] = place[inputs]
    made = values(case)
    made = [made[n] if np.ndim(made[n]) else float(made[n]) for n in np.argsort(place)]
    return operations, parents, packed(made), int(place[-1])


def values(case, nudged=None, place=()):
    """All values of the graph, or of the graph with one entry nudged by an imaginary number."""
    found = []
    for number, (operation, *inputs) in enumerate(case):
        forward = FORWARD[operation]
        value = forward(*(inputs if operation == "leaf" else (found[p] for p in inputs)))
        if number == nudged:
            nudge = np.zeros(np.shape(value), dtype=complex)
            nudge[place] = 1e-30j
            value = value + (nudge if place else 1e-30j)
        found.append(value)
    return found


def truth(case, number, shape):
    """dJ/d(node) by a complex step: exact to the last digits, and no sweep backwards."""
    gradient = np.zeros(shape)
    for place in np.ndindex(shape):
        gradient[place] = np.imag(values(case, number, place)[-1]) / 1e-30
    return gradient if shape else float(gradient)


def swept(case):
    """dJ/d(node) of a ladder, from the top down: each rung passes half to each of its parents."""
    gradients = np.zeros(len(case))
    gradients[-1] = 1.0
    for number in reversed(range(1, len(case))):
        for parent in case[number][1:]:
            gradients[parent] += gradients[number] / 2
    return gradients


def judge(case, raw):
    assert isinstance(raw, dict), "a dict from nodes to gradients"
    case = graph(case)
    place = places(case)
    reachable = {len(case) - 1}
    for number in reversed(range(len(case))):
        if number in reachable and case[number][0] != "leaf":
            reachable.update(case[number][1:])
    counted = [len(case)] * (2 if len(case) < 100 else 1)
    assert [*map(len, raw["gradients"])] == counted, "a dict from nodes to gradients"
    first, *more = ([gradients[p] for p in place] for gradients in raw["gradients"])
    found = [n for n, gradient in enumerate(first) if gradient is not None]
    before = values(case)
    numbers = {
        "nodes without a gradient": (len(reachable - set(found)), 0),
        "keys that output was not computed from": (raw["keys"] - len(reachable & set(found)), 0),
    }
    compared = sorted(reachable & set(found))
    compared = compared[:: max(1, len(compared) // 10)] if len(case) < 100 else compared[-2::-1999]
    due = {n: truth(case, n, np.shape(before[n])) for n in compared}
    numbers |= {f"gradient of node {n}": (first[n], due[n]) for n in compared}
    if len(case) >= 100:
        known = [n for n, gradient in enumerate(first) if np.shape(gradient) == ()]
        given = [first[n] for n in known]
        off = np.array(given, dtype=float) - swept(case)[known]
        kinds = {g.dtype for g in given if isinstance(g, np.ndarray) and g.dtype.kind == "f"}
        rounding = 16 * max((float(np.finfo(kind).eps) for kind in kinds), default=0.0)
        right = int(np.sum(np.abs(off) < max(1e-9, rounding)))  # None is nan, and never right
        numbers["nodes with another gradient"] = (len(case) - right, 0)
    if len(case) < 100:
        [again] = more
        numbers |= {f"the same, asked again, of node {n}": (again[n], due[n]) for n in compared}
    return numbers


def call(case):
    """The lines build the graph of the lecture's own nodes; a rule is said where it has none."""
    if not isinstance(case, list):
        text = (
            "from dlcourse.reference import graph\n"
            "half, nodes = lambda d: d / 2, [graph.Node(2.0)]\n"
            f"for n in range({case[1] - 1}):\n"
            "    a, b = nodes[n], nodes[max(0, n - 1)]\n"
            "    nodes.append(graph.Node((a.value + b.value) / 2, (a, half), (b, half)))\n"
            "accumulate_gradients(nodes[-1])"
        )
        return (text,)
    forms = {
        "leaf": "graph.Node({{}})",
        "add": "n{0} + n{1}",
        "mul": "n{0} * n{1}",
        "roll": "graph.Node(np.roll(n{0}.value, 1), (n{0}, lambda d: np.roll(d, -1)))",
        "mean": "graph.Node((n{0}.value + n{1}.value) / 2, (n{0}, lambda d: d / 2), "
        "(n{1}, lambda d: d / 2))",
        "tanh": "n{0}.tanh()",
        "sum": "n{0}.sum()",
    }
    made = [forms[operation].format(*inputs) for operation, *inputs in case]
    lines = [f"n{number} = {text}" for number, text in enumerate(made)]
    leaves = [inputs[0] for operation, *inputs in case if operation == "leaf"]
    lines = ["from dlcourse.reference import graph", *lines]
    return "\n".join([*lines, f"accumulate_gradients(n{len(case) - 1})"]), *leaves


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def drawn(a, b):
    """Three graphs: x x + x; arrays that meet on two paths and roll; two uses of a busy node."""
    yield [("leaf", a[0]), ("mul", 0, 0), ("add", 1, 0)]
    arrays = [("leaf", a), ("leaf", b), ("add", 0, 1), ("add", 2, 0)]
    yield [*arrays, ("roll", 3), ("mul", 4, 1), ("sum", 5)]
    path = [("leaf", a[0]), ("leaf", b[0]), ("mul", 0, 1), ("tanh", 2), ("mul", 2, 3)]
    yield [*path, ("tanh", 4), ("mul", 5, 4)]


def visible():
    yield from drawn(np.array([3.0, 1.0]), np.array([0.5, -1.0]))
    yield "a ladder of", 40
    yield "a ladder of", 4000


def hidden(rng):
    yield [("leaf", 1.5)]
    yield from drawn(*rng.uniform(0.5, 1.5, size=(2, 3)))
    for size in [6, 9]:
        case = [("leaf", rng.uniform(0.5, 1.0, size=2)), ("leaf", rng.uniform(0.5, 1.0, size=2))]
        for n in range(1, size):
            case.append((str(rng.choice(["add", "mul", "mean"])), n, int(rng.integers(0, n))))
            case.append(("tanh", len(case) - 1)) if n % 3 == 0 else None
        yield [*case, ("sum", len(case) - 1)]
    yield "a ladder of", 60
    yield "a ladder of", 5000 + int(rng.integers(500))


# %% tags=["mistakes"]
def add(known, part):
    return known + part


def sweep(output, order, join=add, start=1.0):
    """The solution with its order, its way of joining shares and its start open."""
    gradients = {output: start}
    for node in order:
        for parent, part in zip(node.parents, node.pullback(gradients[node]), strict=True):
            gradients[parent] = join(gradients[parent], part) if parent in gradients else part
    return gradients


def children_first(output):
    """The nodes, each after all that use it."""
    uses, met = {output: 0}, [output]
    for node in met:
        met += [p for p in dict.fromkeys(node.parents) if p not in uses]
        for parent in node.parents:
            uses[parent] = uses.get(parent, 0) + 1
    order = [output]
    for node in order:
        for parent in node.parents:
            uses[parent] -= 1
            if not uses[parent]:
                order.append(parent)
    return order


@mistake("A node that is used twice has the part of one path only: what happens where two meet?")
def overwrites(output):
    return sweep(output, children_first(output), join=lambda known, part: part)


@mistake("Where a node is used twice, its first part was kept and the second one was dropped.")
def keeps_the_first(output):
    return sweep(output, children_first(output), join=lambda known, part: known)


@mistake(
    "Two uses of a node were averaged: a small step of the node moves the output through both."
)
def averages(output):
    return sweep(output, children_first(output), join=lambda known, part: (known + part) / 2)


@mistake("A gradient array that serves two nodes was changed in place: += changes it for both.")
def adds_in_place(output):
    def join(known, part):
        known += part
        return known

    return sweep(output, children_first(output), join=join)


@mistake("A node passed its gradient on before all of its shares had come: who must be done first?")
def breadth_first(output):
    order = {output: True}
    waiting = [output]
    for node in waiting:
        waiting += [p for p in dict.fromkeys(node.parents) if p not in order]
        order.update(dict.fromkeys(node.parents, True))
    return sweep(output, waiting)


@mistake(
    "A node passed its gradient on before all of its shares had come: when is a node complete?"
)
def depth_first(output):
    order, waiting = {}, [output]
    while waiting:
        node = waiting.pop()
        if node not in order:
            order[node] = True
            waiting.extend(node.parents)
    return sweep(output, order)


@mistake("Every path is walked on its own: right for small graphs, but there are too many paths.")
def walks_every_path(output):
    gradients = {}

    def walk(node, gradient):
        gradients[node] = gradients[node] + gradient if node in gradients else gradient
        for parent, part in zip(node.parents, node.pullback(gradient), strict=True):
            walk(parent, part)

    walk(output, 1.0)
    return gradients


@mistake("Each path is walked alone: right for small graphs, but there are far too many paths.")
def lists_every_path(output):
    gradients, waiting = {}, [(output, 1.0)]
    while waiting:
        node, gradient = waiting.pop()
        gradients[node] = gradients[node] + gradient if node in gradients else gradient
        waiting.extend(zip(node.parents, node.pullback(gradient), strict=True))
    return gradients


@mistake("A deep graph ends in a RecursionError: keep your own list of nodes to visit.")
def recurses(output):
    order, seen = [], set()

    def visit(node):
        if node not in seen:
            seen.add(node)
            for parent in node.parents:
                visit(parent)
            order.append(node)

    visit(output)
    return sweep(output, order[::-1])


@mistake("Every gradient is 0: how much does the output move when the output itself moves?")
def starts_at_zero(output):
    return sweep(output, children_first(output), start=0.0)


@mistake("Only the leaves are in your dict: it asks for every node on the way, too.")
def returns_the_leaves_only(output):
    gradients = sweep(output, children_first(output))
    return {node: gradient for node, gradient in gradients.items() if not node.parents}


@mistake("The output itself is missing from your dict: its gradient is 1.0.")
def forgets_the_output(output):
    gradients = sweep(output, children_first(output))
    del gradients[output]
    return gradients


@mistake("Every pullback was given 1.0: a node must hand on the gradient that has reached it.")
def ignores_what_arrived(output):
    gradients = {output: 1.0}
    for node in children_first(output):
        for parent, part in zip(node.parents, node.pullback(1.0), strict=True):
            gradients[parent] = gradients[parent] + part if parent in gradients else part
    return gradients


@mistake("A node that is both parents of another got one of its two shares: look at x x.")
def joins_a_pair_of_one(output):
    gradients = {output: 1.0}
    for node in children_first(output):
        shares = dict(zip(node.parents, node.pullback(gradients[node]), strict=True))
        for parent, part in shares.items():
            gradients[parent] = gradients[parent] + part if parent in gradients else part
    return gradients


@mistake("No key of your dict is a node of the graph: the keys are the nodes themselves.")
def keys_are_no_nodes(output):
    return {id(node): d for node, d in sweep(output, children_first(output)).items()}


@mistake(
    "Asked a second time the gradients have grown: what did the first time leave on the nodes?"
)
def adds_to_what_is_on_the_nodes(output):
    order = children_first(output)
    output.gradient = 1.0
    for node in order:
        for parent, part in zip(node.parents, node.pullback(node.gradient), strict=True):
            parent.gradient = getattr(parent, "gradient", 0.0) + part
    return {node: node.gradient for node in order}
