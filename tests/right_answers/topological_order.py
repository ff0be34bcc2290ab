ANSWERS = {
    "an iterator for each node": """
def topological_order(node):
    order, seen, stack = [], {node}, [(node, iter(node.parents))]
    while stack:
        current, parents = stack[-1]
        fresh = next((p for p in parents if p not in seen), None)
        if fresh is None:
            order.append(stack.pop()[0])
        else:
            seen.add(fresh)
            stack.append((fresh, iter(fresh.parents)))
    return order
""",
    "Kahn: counts children": """
from collections import Counter, deque


def topological_order(node):
    nodes, queue = {node}, deque([node])
    children = Counter()
    while queue:
        for parent in queue.popleft().parents:
            children[parent] += 1
            if parent not in nodes:
                nodes.add(parent)
                queue.append(parent)
    backwards, ready = [], [node]
    while ready:
        current = ready.pop()
        backwards.append(current)
        for parent in current.parents:
            children[parent] -= 1
            if not children[parent]:
                ready.append(parent)
    return backwards[::-1]
""",
    "pushes missing parents, a tuple for the list": """
def topological_order(node):
    placed, stack = {}, [node]
    while stack:
        missing = [p for p in stack[-1].parents if p not in placed]
        if missing:
            stack += missing
        else:
            placed[stack.pop()] = True
    return tuple(placed)
""",
    "generators on a stack, a generator as the result": """
def topological_order(node):
    def visit(n):
        for parent in n.parents:
            yield parent

    stack, seen = [(node, visit(node))], {node}
    while stack:
        current, parents = stack[-1]
        for parent in parents:
            if parent not in seen:
                seen.add(parent)
                stack.append((parent, visit(parent)))
                break
        else:
            stack.pop()
            yield current
""",
    "ids of nodes, a dict that keeps its order": """
def topological_order(node):
    todo, order = [node], {}
    while todo:
        n = todo[-1]
        fresh = [p for p in n.parents if id(p) not in order]
        if fresh:
            todo += fresh
        else:
            order.setdefault(id(todo.pop()), n)
    return list(order.values())
""",
}
