"""What a learner may have meant: an answer under another name, or in a cell that did not run."""

import re
import types
from difflib import get_close_matches

from dlcourse.checks.names import bound


def did_not_run(names, last):
    """Say so if the cell before was to define an answer, and Python could not read it.

    Parameters
    ----------
    names : list of str
        The answer's names.
    last : dlcourse.checks.history.Cell or None
        The cell that ran last.
    """
    if last is None or not isinstance(last.error, SyntaxError):
        return ""
    meant = [name for name in names if re.search(rf"\b{name}\b", last.source)]
    if not meant:
        return ""
    return (
        f"Your last cell with {meant[0]} did not run ({type(last.error).__name__} in line "
        f"{last.error.lineno}); this is about what was there before:"
    )


def other_name(names, others, space, last):
    """Say so if an answer was defined under another name than the one that is looked for.

    Where an older answer has the right name, the cell that ran last must define the other one.

    Parameters
    ----------
    names, others : list of str
        The answer's names; those of the lecture's other answers, which are no slips.
    space : dict
        The notebook's variables.
    last : dlcourse.checks.history.Cell or None
        The cell that ran last.
    """
    fresh = bound(last.source) if last else {}
    for name in names:
        if name not in space:
            near = [n for n, value in space.items() if _own(value, space)]
        elif fresh and name not in fresh:
            near = list(fresh)
        else:
            continue
        near = [n for n in near if n not in others and n not in names and n in space]
        if meant := _nearest(name, near):
            return f"You defined `{meant}`; the check looks for `{name}`."
    return ""


def _own(value, space):
    return isinstance(value, types.FunctionType) and value.__globals__ is space


def _nearest(name, candidates):
    plain = {_plain(candidate): candidate for candidate in candidates}
    found = get_close_matches(_plain(name), plain, n=1, cutoff=0.75)
    return plain[found[0]] if found else None


def _plain(name):
    return name.replace("_", "").lower()
