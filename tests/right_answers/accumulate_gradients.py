ANSWERS = {
    "counts the uses that are still to come": """
def accumulate_gradients(output):
    uses, waiting, seen = {output: 0}, [output], {output}
    while waiting:
        for parent in waiting.pop().parents:
            uses[parent] = uses.get(parent, 0) + 1
            if parent not in seen:
                seen.add(parent)
                waiting.append(parent)
    gradients, ready = {output: 1.0}, [output]
    while ready:
        node = ready.pop()
        for parent, part in zip(node.parents, node.pullback(gradients[node])):
            gradients[parent] = gradients.get(parent, 0) + part
            uses[parent] -= 1
            if uses[parent] == 0:
                ready.append(parent)
    return gradients
""",
    "topological_order in another cell": [
        """
def topological_order(node):
    order, done, waiting = [], set(), [node]
    while waiting:
        current = waiting[-1]
        missing = [p for p in current.parents if p not in done]
        if missing:
            waiting.extend(missing)
        else:
            waiting.pop()
            if current not in done:
                done.add(current)
                order.append(current)
    return order
""",
        """
def accumulate_gradients(output):
    shares = {node: [] for node in topological_order(output)}
    shares[output].append(np.ones(()))
    gradients = {}
    for node in reversed(list(shares)):
        gradients[node] = sum(shares[node])
        if node.parents:
            for parent, part in zip(node.parents, node.pullback(gradients[node])):
                shares[parent].append(part)
    return gradients
""",
    ],
    "a defaultdict, the order by iterators": """
from collections import defaultdict


def accumulate_gradients(output):
    order, seen, stack = [], {output}, [(output, iter(output.parents))]
    while stack:
        node, parents = stack[-1]
        parent = next((p for p in parents if p not in seen), None)
        if parent is None:
            order.insert(0, stack.pop()[0])
        else:
            seen.add(parent)
            stack.append((parent, iter(parent.parents)))
    gradients = defaultdict(float)
    gradients[output] = 1
    for node in order:
        for parent, part in zip(node.parents, node.pullback(gradients[node])):
            gradients[parent] = gradients[parent] + part
    return gradients
""",
    "copies that are added to in place": """
def accumulate_gradients(output):
    uses, stack, seen = {}, [output], {id(output)}
    while stack:
        node = stack.pop()
        for parent in node.parents:
            uses[parent] = uses.get(parent, 0) + 1
            if id(parent) not in seen:
                seen.add(id(parent))
                stack.append(parent)
    found, ready = {output: np.array(1.0)}, [output]
    while ready:
        node = ready.pop(0)
        for parent, part in zip(node.parents, tuple(node.pullback(found[node]))):
            if parent not in found:
                found[parent] = np.array(part, dtype=float)
            else:
                found[parent] += part
            uses[parent] -= 1
            if not uses[parent]:
                ready.append(parent)
    return {node: found[node] for node in found}
""",
}
