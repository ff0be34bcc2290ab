"""Automatic wrong answers: a solution with one thing changed, by its syntax tree."""

import ast
import copy

SWAPS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
NAMES = {"max": "min", "min": "max", "sum": "mean", "mean": "sum", "maximum": "minimum"}


def mutants(source):
    """Change one thing at a time in the functions of `source`.

    Parameters
    ----------
    source : str
        A solution cell.

    Returns
    -------
    list of (str, str)
        What was changed (``line 4: + became -``) and the changed source.
    """
    tree = ast.parse(source)
    found = []
    for place, node in enumerate(ast.walk(tree)):
        for label, change in changes(node):
            mutated = copy.deepcopy(tree)
            target = next(n for i, n in enumerate(ast.walk(mutated)) if i == place)
            change(target)
            text = ast.unparse(ast.fix_missing_locations(mutated))
            found.append((f"line {getattr(node, 'lineno', '?')}: {label}", text))
    return found


def changes(node):
    """List (label, function that changes a node like this one in place)."""
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in SWAPS:
        return [_operator(node)]
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        new = SWAPS[type(node.ops[0])]
        return [(_became(node.ops[0], new), lambda n: n.ops.__setitem__(0, new()))]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return [("a minus vanished", lambda n: setattr(n, "op", ast.UAdd()))]
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        value = node.value
        label = f"{value} became {value + 1}"
        return [(label, lambda n: setattr(n, "value", value + 1))]
    if isinstance(node, ast.Constant) and type(node.value) is bool:
        label = f"{node.value} became {not node.value}"
        return [(label, lambda n: setattr(n, "value", not n.value))]
    if isinstance(node, ast.Attribute) and node.attr == "T":
        return [("a transpose vanished", lambda n: setattr(n, "attr", "real"))]
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        label = f"{node.attr} became {NAMES[node.attr]}"
        return [(label, lambda n: setattr(n, "attr", NAMES[n.attr]))]
    return []


def _operator(node):
    new = SWAPS[type(node.op)]
    return _became(node.op, new), lambda n: setattr(n, "op", new())


def _became(old, new):
    return f"{type(old).__name__} became {new.__name__}"
