"""When a wrong answer is another try: the learner changed what the answer does.

Running a wrong cell again, or moving its comments about, is not one.
"""

import hashlib
import json
import types

from dlcourse.checks import codec

TRIES = 3  # different wrong answers before the hint


def tries_needed(entry):
    """How many different wrong answers come before the hint.

    Of a concept question it is as many as leave something to choose from.
    """
    if entry["variable"]:
        return max(1, min(TRIES, len(entry["mistakes"]) - 1))
    return TRIES


def fingerprint(values):
    """Name an answer by what it does.

    Parameters
    ----------
    values : list
        The answer's functions, or its value.

    Returns
    -------
    str
        Eight hexadecimal digits: the same for the same code, whatever its comments and layout, and
        different where a function of the notebook that it calls is.
    """
    seen = []
    parts = [_essence(value, seen) for value in values]
    return hashlib.sha256(repr(parts).encode("utf-8", "replace")).hexdigest()[:8]


def _essence(value, seen):
    if not isinstance(value, types.FunctionType):
        return json.dumps(codec.encode(value))
    if value in seen:
        return "again"
    seen.append(value)
    space = value.__globals__
    named = (space.get(name) for name in _names(value.__code__))
    own = (f for f in named if isinstance(f, types.FunctionType) and f.__globals__ is space)
    enclosed = [*(cell.cell_contents for cell in value.__closure__ or () if _filled(cell))]
    inside = [_essence(other, seen) for other in (value.__defaults__, *enclosed, *own)]
    return repr([_code(value.__code__), *inside])


def _filled(cell):
    try:
        return [cell.cell_contents] != []
    except ValueError:  # a variable of the enclosing function that was never set
        return False


def _code(code):
    inside = [_code(c) if isinstance(c, types.CodeType) else repr(c) for c in code.co_consts]
    return [code.co_code.hex(), code.co_names, inside]


def _names(code):
    inner = (c for c in code.co_consts if isinstance(c, types.CodeType))
    return [*code.co_names, *(name for c in inner for name in _names(c))]
