"""Where a student's cells failed, told so that the student finds the place."""

import ast
import re
from functools import lru_cache

from dlcourse.checks.names import bound, readable

NAMED = 60  # letters of a cell
NOT_DEFINED = re.compile(r"name '(\w+)' is not defined")
DEFINES = re.compile(r"^\s*(?:def\s+|class\s+)?(\w+)\s*[=(:]", re.M)


def named(cell):
    """Name a cell as its author sees it: by its first line."""
    lines = [line.strip() for line in cell.splitlines() if line.strip()]
    return f"`{lines[0][:NAMED] if lines else ''}`"


def lost(cells, problems, stopped):
    """What became of the names that failed statements were to bind.

    Parameters
    ----------
    cells : list of str
    problems : list of dlcourse.grading.reply.Problem
    stopped : iterable of (int, int)
        See `dlcourse.checks.budget.Budget`.

    Returns
    -------
    dict
        What to say of each name: its cell, and what stopped it.
    """
    found = {}
    for number, place in stopped:
        for cell in cells[number : number + 1]:
            text = f"the cell {named(cell)} took too long, and was left out from there"
            found |= dict.fromkeys(_binds(cell, place, None), text)
    for number, place, said in problems:
        for cell in cells[number : number + 1]:
            text = f"the cell {named(cell)} stopped with {said}"
            found |= dict.fromkeys(_binds(cell, place, place + 1), text)
    return found


@lru_cache(maxsize=1024)
def _binds(cell, begin, end):
    """Names that some statements of a cell bind; of one that cannot be read, all that it does."""
    if not readable(cell):
        return DEFINES.findall(cell)
    lines = {statement.lineno for statement in ast.parse(cell).body[begin:end]}
    return [name for name, statement in bound(cell).items() if statement.lineno in lines]


def missing_name(message):
    """The name that the message of a NameError is about, or None."""
    found = NOT_DEFINED.search(message)
    return found and found[1]
