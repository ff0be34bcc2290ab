"""Which cells the grader may stop for their time, told while the learner can still mend it.

It stops cells by `dlcourse.checks.budget.share`; here that is asked with the times that this kernel
took. They are no more than a guess at the grader's, so what is told is what may happen.
"""

import ast
import types

import numpy as np

from dlcourse.checks import budget
from dlcourse.checks.budget import DEFINES, WALL
from dlcourse.checks.names import compiled, functions, readable, rebound, used
from dlcourse.checks.reach import look

SLOWER = 2  # times as long as here: what the grader's machine may take
CODE = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType, np.ufunc)
FIXED = (int, float, complex, str, bytes, range, type(None), *CODE)  # using it changes nothing
PLAIN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Pass, ast.Expr, ast.AnnAssign)
NAMED = 40  # letters of a cell


def too_slow(answer, scene):
    """Say which cells the grader may stop, if an answer needs what they do.

    Parameters
    ----------
    answer : dict
        Its functions, or its one value, by name.
    scene : dlcourse.checks.reach.Scene

    Returns
    -------
    str
        A sentence or two; empty if the answer needs none of them.
    """
    cells = counted(scene)
    stopped = [cell for cell in cells if _may_stop(cell, cells, scene)]
    lost = _lost(answer, scene, stopped) if stopped else []
    if not lost:
        return ""
    names = " and ".join(f"`{name}`" for name in lost)
    costs = [f"`{_first_line(cell)}` {_cost(cell)}" for cell in cells if cell in stopped]
    return (
        f"The grader gives all your cells together {budget.COMMON:g} s of processor time (and each "
        f"{WALL:g} s on the clock) for what is no definition. Your cells above this check took "
        f"{sum(cell.seconds for cell in cells):.1f} s here, and its machine may be slower: it may "
        f"stop {', '.join(costs)}, and this answer needs {names} from there. Make that quicker, or "
        "write its result into the cell."
    )


def counted(scene):
    """The cells whose time the grader counts for this exercise, each as it ran last.

    In the order of the page as far as that is known; a cell that was deleted since is none.
    """
    whole = not scene.answered_above
    last = {cell.id or cell.source: cell for cell in scene.cells}
    cells = [
        cell
        for cell in last.values()
        if scene.page.times(cell) and (whole or not scene.below(cell)) and not _gone(cell, scene)
    ]
    return sorted(cells, key=lambda cell: _place(cell, scene))


def _gone(cell, scene):
    """Tell whether the notebook was saved without a cell that had run."""
    return bool(scene.order) and cell.id not in scene.order and 0 < cell.ended < scene.saved


def _place(cell, scene):
    return scene.order.index(cell.id) if cell.id in scene.order else -1


def _may_stop(cell, cells, scene):
    """Tell whether the grader may stop a cell; one whose place is unknown may stand anywhere."""
    place = _place(cell, scene)
    before = [c for c in cells if c is not cell and (place < 0 or _place(c, scene) < place)]
    spent = SLOWER * sum(c.seconds for c in before)
    return SLOWER * cell.seconds > budget.share(spent) or cell.waited > WALL


def _lost(answer, scene, stopped):
    """Names that an answer leads to and that these cells make or may change."""
    made, touched = set(), set()
    for cell in stopped:
        for statement in _working(cell):
            made |= _made(statement)
            touched |= _touched(statement, scene.space, made)
    lost, seen, todo = [], set(), list(answer)
    while todo:
        name = todo.pop(0)
        known = name in answer or name in scene.space
        if name in seen or name in scene.page.given or not known:
            continue
        seen.add(name)
        value = answer.get(name, scene.space.get(name))
        if name in made or (id(value) in touched and not isinstance(value, FIXED)):
            lost.append(name)
        todo += sorted(look(name, value, scene)[1])
    return lost


def _made(statement):
    """Names that a statement binds, or into whose values it writes."""
    made = set()
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(node, ast.alias):
            made.add((node.asname or node.name).split(".")[0])
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            made.add(node.id)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store):
            made |= {n.id for n in ast.walk(node.value) if isinstance(n, ast.Name)}
    return made


def _touched(statement, space, made):
    """Identities of the notebook's values that a statement gets at, also through functions.

    Names that those functions bind anew are added to `made`.
    """
    codes = [compiled(statement)]
    names = set()
    while codes:
        code = codes.pop()
        made |= rebound(code)
        for name in used(code) - names:
            names.add(name)
            own = functions(space.get(name))
            codes += [f.__code__ for f in own if f.__globals__ is space]
    return {id(space[name]) for name in names if name in space}


def _working(cell):
    """A cell's statements that are lost if it is stopped."""
    body = ast.parse(cell.source).body if readable(cell.source) else ()
    return [statement for statement in body if not _plain_definition(statement)]


def _plain_definition(statement):
    """Tell whether a definition takes no time: the grader runs it in a stopped cell, too."""
    if not isinstance(statement, DEFINES):
        return False
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return True
    at_once = [*statement.decorator_list]
    if isinstance(statement, ast.ClassDef):
        body = statement.body
        at_once += [*statement.bases, *(s for s in body if not isinstance(s, PLAIN))]
    else:
        at_once += [*statement.args.defaults, *filter(None, statement.args.kw_defaults)]
    work = ast.Call | ast.For | ast.While | ast.ListComp | ast.GeneratorExp | ast.DictComp
    return not any(isinstance(node, work) for part in at_once for node in ast.walk(part))


def _first_line(cell):
    lines = [line for line in cell.source.strip().splitlines() if line.strip()]
    line = lines[0] if lines else ""
    return line if len(line) <= NAMED else f"{line[:NAMED]}…"


def _cost(cell):
    worked = f"{cell.seconds:.1f} s" if cell.seconds >= 0.1 else f"{1000 * cell.seconds:.0f} ms"
    return f"{worked}, {cell.waited:.0f} s on the clock" if cell.waited > WALL else worked
