"""Which of a student's cells are run for an exercise, and where its answer stands.

A starter counts for nothing where its author has written an answer anywhere. The cells up to the
exercise's check are run; where those hold no answer, all of them. Where cells below bind anew what
an answer is or uses, it is asked a second time with all cells, unless it was right without.
"""

import ast
import re
import sys
from functools import cached_property, lru_cache
from typing import NamedTuple

from dlcourse.checks.names import binds, used
from dlcourse.checks.page import DEFINING, awaits, is_stub
from dlcourse.grading.newer import newer_syntax
from dlcourse.grading.plain import hides, plain_cells, statements
from dlcourse.grading.submission import ADDED, tags
from dlcourse.grading.trouble import named

LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # as Python counts them
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


class Program(NamedTuple):
    """What the sandbox runs for one exercise.

    Attributes
    ----------
    cells : list of str
        ``given`` cells, answers and added cells, in order, as Python can run them.
    whole : list of str or None
        The same with those below the check, where they may matter.
    place : str
        The cell below the check that binds the exercise's name last; "" if none does.
    beyond : tuple of Beyond
        Cells that this grader cannot run as the student's notebook did.
    """

    cells: list
    whole: list | None
    place: str
    beyond: tuple = ()


class Beyond(NamedTuple):
    """A cell that this grader cannot run as the student's notebook did: its source, what keeps it
    from that, and whether it may define the answer, or anything at all."""

    source: str
    why: str
    holds: bool
    anything: bool


class Cell:
    """One cell of a page: what is run of it, what it binds, and what it looks up."""

    def __init__(self, raw, source, own):
        self.raw, self.source, self.own = raw, source, own
        self.body = statements(source) or []

    @cached_property
    def bound(self):
        """Names that it binds to more than a starter does."""
        body = (statement for statement in self.body if not is_stub(statement))
        return frozenset(name for statement in body for name in binds(statement))

    def uses(self, names):
        """Those of some names that its code looks up among the notebook's."""
        plain = self.source.isascii()  # Python reads other letters as alike ones
        spelled = {name for name in names if name in self.source} if plain else names
        return spelled & self.looked_up if spelled else set()

    @cached_property
    def looked_up(self):
        """Names that its code looks up among the notebook's: costly, and seldom needed."""
        try:
            return used(compile(ast.Module(self.body, []), "<cell>", "exec"))
        except UNREADABLE:
            return set()

    def without(self, names):
        """The cell without the starters of some names; lines keep count."""
        lines, kept = LINE.findall(self.source), []
        for statement in self.body:
            if not (is_stub(statement) and set(binds(statement)) <= names):
                kept.append(statement)
                continue
            heads = [d.lineno for d in getattr(statement, "decorator_list", ())]
            for number in range(min([statement.lineno, *heads]) - 1, statement.end_lineno):
                lines[number] = "\n"
        whole = len(kept) == len(self.body)
        return self if whole else Cell(self.raw, "".join(lines), self.own)


read_cell = lru_cache(maxsize=512)(Cell)  # starters and given cells come again and again


def programs(notebook, exercises):
    """What the sandbox runs for some exercises.

    Parameters
    ----------
    notebook : NotebookNode
        A rebuilt notebook.
    exercises : dict
        The names that each asks for, by its id.

    Returns
    -------
    dict
        A `Program` by id.
    """
    raw, own, checks = [], [], {}
    for cell in notebook.cells:
        if cell.id.startswith("check_"):
            checks[cell.id.removeprefix("check_")] = len(raw)
        elif cell.cell_type == "code" and tags(cell) & {"given", "answer", ADDED}:
            raw.append(cell.source)
            own.append("given" not in tags(cell))
    cells = [read_cell(*three) for three in zip(raw, plain_cells(raw), own, strict=True)]
    bound = [cell.bound if cell.own else frozenset() for cell in cells]
    given = set().union(*(cell.bound for cell in cells if not cell.own))
    written = set().union(*bound)
    cells = [cell.without(written) if cell.own else cell for cell in cells]
    whole = [cell.source for cell in cells]
    hiding = [(cell.raw, *why) for cell in cells if cell.own and (why := _beyond(cell))]
    found = {}
    for name, asked in exercises.items():
        check = checks.get(name, len(cells))
        holders = [number for number, names in enumerate(bound) if name in names]
        place = named(raw[holders[-1]]) if holders and holders[-1] >= check else ""
        hidden = tuple(
            Beyond(source, why, whole and _may_define(source, asked), not whole and anything)
            for source, why, whole, anything in hiding
        )
        if not holders or holders[0] >= check:
            found[name] = Program(whole, None, place, hidden)
            continue
        later = set().union(*bound[check:]) - given
        matters = later.intersection(asked) or any(cell.uses(later) for cell in cells[:check])
        found[name] = Program(whole[:check], whole if matters else None, place, hidden)
    return found


def program(notebook, exercise):
    """The cells that the sandbox runs for one exercise of a rebuilt notebook."""
    return programs(notebook, {exercise: (exercise,)})[exercise].cells


def _beyond(cell):
    """What keeps this grader from running a cell as the student's notebook did, whether that is
    about the whole cell, and whether it may have defined anything; or None."""
    if magic := hides(cell.raw):
        return f"begins with `{magic}`, which only IPython can run", True, False
    if found := DEFINING.search(cell.raw):
        return f"has the line `{found[0]}`, which only IPython can run", False, True
    if "await" in cell.source and any(map(awaits, cell.body)):
        return "awaits outside a function, which only IPython can run", False, False
    if not cell.body and (newer := newer_syntax(cell.source)):
        version = ".".join(map(str, sys.version_info[:2]))
        return f"has {newer}, which this grader's Python {version} cannot read", True, False
    return None


def _may_define(source, names):
    """Tell whether a cell may define one of some names, in whatever language it is."""
    words = "|".join(map(re.escape, names))
    return bool(re.search(rf"^[ \t]*(?:def )?(?:{words})\b *[(=\[]", source, re.M))
