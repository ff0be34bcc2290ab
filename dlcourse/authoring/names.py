"""Names that cells share: none hangs on a skipped section, or on which of two cells ran last."""

import ast
import builtins
from collections import Counter

from dlcourse.authoring.minutes import sections

SCOPES = (ast.FunctionDef, ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def name_problems(lecture):
    """List cells that read what only deeper sections make, or what two other cells make.

    A learner may leave out the deeper sections and may run any cell again. So nothing in the core,
    nor behind the card, needs a deeper section, and no cell shows which of two ran last.

    Returns
    -------
    list of (Cell, str)
    """
    cells = [
        (section.kind, cell, *makes_and_takes(cell))
        for section in sections(lecture)
        for cell in section.codes
    ]
    kept = set().union(*(made for kind, _, made, _ in cells if kind != "deeper"))
    makers = Counter(name for _, _, made, _ in cells for name in made)
    found = []
    for kind, cell, _, taken in cells:
        for name in sorted(taken & set(makers)):
            if kind != "deeper" and name not in kept:
                found.append((cell, f"{name!r} is made in a deeper section only. Make it here"))
            if makers[name] > 1:
                why = f"{makers[name]} cells make {name!r}, and this one takes it from another"
                found.append((cell, f"{why}. Give each a name of its own"))
    return found


def makes_and_takes(cell):
    """What a cell makes for others and what it takes from them: two sets of names.

    An exercise makes nothing here: no cell of a lecture needs a learner's answer.
    """
    made, taken = set(), set()
    for statement in [] if cell.exercise else ast.parse(cell.source).body:
        taken |= _read(statement) - made
        made |= _bound(statement)
    return made, taken


def _bound(node):
    """The names that a statement makes for the cells below it."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        return {node.id}
    children = [c for c in ast.iter_child_nodes(node) if not isinstance(c, SCOPES)]
    return set().union(*map(_bound, children))


def _read(node):
    """The names that a statement takes from outside itself."""
    names = [n for n in ast.walk(node) if isinstance(n, ast.Name)]
    inside = {n.arg for n in ast.walk(node) if isinstance(n, ast.arg)}
    inside |= {n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef) and n is not node}
    for scope in (n for n in ast.walk(node) if isinstance(n, (*SCOPES, ast.For))):
        stored = (n for n in ast.walk(scope) if isinstance(n, ast.Name))
        inside |= {n.id for n in stored if isinstance(n.ctx, ast.Store)}
    return {n.id for n in names if isinstance(n.ctx, ast.Load)} - inside - set(dir(builtins))
