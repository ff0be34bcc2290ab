"""What of a right answer the grader will not find, told while the learner can still mend it.

The rule is `dlcourse.checks.page`; here an answer's code is followed from name to name, each to the
cell that bound it last.
"""

import ast
import re
import sys
import types
from typing import NamedTuple

from dlcourse.checks.names import bound, compiled, fetched, functions, is_builtin, used
from dlcourse.checks.page import KEPT, OF_IPYTHON, Page, answered, awaits, may_import


class Scene(NamedTuple):
    """Where an answer stands: the notebook's variables, its page, and the cells that ran.

    `order` has the ids of the saved notebook's cells, from the top; empty where nobody knows.
    `saved` is the time of that.
    """

    space: dict
    page: Page
    exercise: str
    kind: str
    cells: list
    order: list
    saved: float = 0.0

    def origin(self, name):
        """The cell that bound a name last, and the statement; None, None where nobody knows."""
        for cell in reversed(self.cells):
            names = bound(cell.source) if cell.error is None else {}
            if name in names or _from_all(names.get("*"), name):
                return cell, names.get(name, names.get("*"))
        return None, None

    def below(self, cell):
        """Tell whether a cell is known to stand below the exercise's check."""
        check = f"check_{self.exercise}"
        if check not in self.order or cell.id not in self.order:
            return False
        return self.order.index(cell.id) > self.order.index(check)

    def runs(self, cell):
        """Tell whether the grader runs a cell: the learner's own, and who holds the answer."""
        return self.page.runs(cell) or answered(self.exercise, [cell.source])

    @property
    def answered_above(self):
        """True if the cells above the check hold more of the answer than a stub."""
        own = (cell for cell in self.cells if self.runs(cell) and not self.below(cell))
        return answered(self.exercise, (cell.source for cell in own))


def out_of_reach(answer, scene):
    """Name what an answer uses and the grader will not find.

    Parameters
    ----------
    answer : dict
        Its functions, or its one value, by name.
    scene : Scene

    Returns
    -------
    list of str
        In words; empty if the grader will find everything.
    """
    found, seen, todo = [], set(), list(answer)
    while todo:
        name = todo.pop(0)
        known = name in answer or name in scene.space or name in OF_IPYTHON
        if name in seen or name in scene.page.given or not known:
            continue
        seen.add(name)
        value = answer.get(name, scene.space.get(name))
        phrase, more = look(name, value, scene)
        found += [phrase] if phrase else []
        todo += [] if phrase else sorted(more)
    return found


def look(name, value, scene):
    """Say what keeps the grader from one name, or to which names it leads.

    Returns
    -------
    phrase : str
        In words; empty if nothing does.
    names : collection of str
        What the name's value or the statement that made it uses; empty if there is a phrase.
    """
    cell, statement = scene.origin(name)
    if cell is None and is_builtin(name) and name not in OF_IPYTHON:  # IPython has an open()
        return "", ()
    if phrase := _foreign(name, value, statement, scene):
        return phrase, ()
    if cell is None and (phrase := _of_ipython(name, scene)):
        return phrase, ()
    if cell is not None:
        if not scene.runs(cell):
            return f"`{name}`, which a cell of the lecture's own defines", ()
        if cell.magic:
            return f"`{name}`, whose cell begins with `{cell.magic}`", ()
        if awaits(statement):
            return f"`{name}`, whose cell awaits outside a function", ()
    codes = [f.__code__ for f in functions(value) if f.__globals__ is scene.space]
    if statement is not None:
        codes.append(compiled(statement))
    modules = sorted(m for code in codes for m in fetched(code) if not may_import(m, scene.kind))
    if modules:
        return f"`{modules[0]}`", ()
    return "", set().union(*map(used, codes)) - {name}


def _of_ipython(name, scene):
    """Say of a name that no cell binds how IPython did; empty where it did not."""
    if KEPT.fullmatch(name):
        return f"`{name}`, which IPython alone keeps"
    calls = (re.findall(r"run_line_magic\('(pylab|run|store)'", c.source) for c in scene.cells)
    magics = [magic for found in calls for magic in found]
    return f"`{name}`, which `%{magics[-1]}` defines" if magics else ""


def _from_all(statement, name):
    """Tell whether ``from module import *`` has bound a name."""
    module = sys.modules.get(statement.module) if statement is not None else None
    return hasattr(module, name)


def _foreign(name, value, statement, scene):
    """A module, or what comes from one, that the grader does not have."""
    if name in OF_IPYTHON:
        return f"`{name}`" if name == "display" else "a line that begins with `%` or `!`"
    module = _module(value, statement, scene.space)
    if not module or may_import(module, scene.kind):
        return ""
    return f"`{name}`" if name == module.split(".")[0] else f"`{name}` (of `{module}`)"


def _module(value, statement, space):
    """The module that a value is, or comes from; empty for the notebook's own."""
    if isinstance(statement, ast.ImportFrom):
        return statement.module or "."
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, types.FunctionType) and value.__globals__ is not space:
        return value.__module__
    if isinstance(value, type) and value.__module__ != space.get("__name__", "builtins"):
        return value.__module__
    return ""
