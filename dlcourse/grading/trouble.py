"""Where a student's cells failed, told so that the student finds the place."""

import ast
import re
from functools import lru_cache

from dlcourse.checks.names import binds, readable

NAMED = 60  # letters of a cell
NOT_DEFINED = re.compile(r"name '(\w+)' is not defined")
# blanks of one line: over many empty lines, \s would be tried anew from each of them
DEFINES = re.compile(r"^[ \t\f\ufeff]*(?:def[ \t]+|class[ \t]+)?(\w+)[ \t]*[=(:]", re.M)


@lru_cache(maxsize=64)
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
            found |= dict.fromkeys(_bound(cell, place, None), text)
    for number, place, said in problems:
        for cell in cells[number : number + 1]:
            text = f"the cell {named(cell)} stopped with {said}"
            found |= dict.fromkeys(_bound(cell, place, place + 1), text)
    return found


def _bound(cell, begin, end):
    """Names that some statements of a cell bind last; of one that cannot be read, all it does."""
    statements, last = _statements(cell)
    if statements is None:
        return DEFINES.findall(cell)
    own = (name for names in statements[begin:end] for name in names)
    return [name for name in own if begin <= last[name] and (end is None or last[name] < end)]


@lru_cache(maxsize=64)
def _statements(cell):
    """Names that each statement of a cell binds (None for a cell that cannot be read), and the
    number of the statement that binds each last."""
    if not readable(cell):
        return None, {}
    statements = [tuple(binds(statement)) for statement in ast.parse(cell).body]
    return statements, {n: place for place, names in enumerate(statements) for n in names}


def missing_name(message):
    """The name that the message of a NameError is about, or None."""
    found = NOT_DEFINED.search(message)
    return found and found[1]


def missing_names(text):
    """All names that a text says are not defined."""
    return NOT_DEFINED.findall(text)
