"""Python's and NumPy's functions as they are, whatever cells have put in their places.

An answer is run with these in the notebook and in the grader, so that a cell which replaces
`np.exp` or `sum` makes no other answer right or wrong. Runs in the sandbox as well: it needs NumPy
and the standard library only.
"""

import builtins
import math
import types
from contextlib import contextmanager
from operator import is_

import numpy as np

HOMES = {"": builtins, "math.": math, "np.": np, "np.linalg.": np.linalg, "np.random.": np.random}
GONE = object()


def _own(home):
    """What a module holds under public names; of Python's own, what no notebook exchanges."""
    names = {n: v for n, v in vars(home).items() if not n.startswith("_")}
    if home is builtins:  # a kernel has an `input` of its own
        kinds = (type, types.BuiltinFunctionType)
        return {n: v for n, v in names.items() if isinstance(v, kinds)}
    return {n: v for n, v in names.items() if not isinstance(v, types.ModuleType)}


OWN = {place: _own(home) for place, home in HOMES.items()}
SIZES = {place: len(vars(home)) for place, home in HOMES.items()}
ERRORS, PRINTED = np.geterr(), np.get_printoptions()


def restore():
    """Put everything back in its place.

    Returns
    -------
    dict
        What stood there, by place and name: ``("np.", "exp")``; `GONE` for nothing.
    """
    found = {}
    for place, home in HOMES.items():
        now, own = vars(home), OWN[place]
        if len(now) == SIZES[place] and all(map(is_, map(now.get, own), own.values())):
            continue  # as nearly always, so it is to be quick
        for name, value in own.items():
            if now.get(name, GONE) is not value:
                found[place, name] = now.get(name, GONE)
        if home is not builtins and len(now) > len(own):
            more = (n for n in now if n not in own and not n.startswith("_"))
            found |= {(place, n): now[n] for n in more if not isinstance(now[n], types.ModuleType)}
    _put({(place, name): OWN[place].get(name, GONE) for place, name in found})
    return found


def _put(things):
    for (place, name), value in things.items():
        if value is GONE:
            delattr(HOMES[place], name)
        else:
            setattr(HOMES[place], name, value)


@contextmanager
def as_they_are():
    """Do something with NumPy and Python as they are, and leave no trace of it.

    Yields
    ------
    list of str
        What cells have replaced or added: ``"np.exp"``.
    """
    found = restore()
    try:
        with np.errstate(**ERRORS), np.printoptions(**PRINTED):
            yield names(found)
    finally:
        restore()
        _put(found)


def names(found):
    """Write what `restore` found as a learner does."""
    return sorted(f"{place}{name}" for place, name in found)


def told(replaced):
    """Say what of an answer's surroundings is not as its cells want it; empty if all is."""
    if not replaced:
        return ""
    listed = ", ".join(f"`{name}`" for name in replaced[:3])
    return (
        f"The cells put something of their own in the place of {listed}. Answers are run with what "
        "NumPy and Python have there: give yours a name of its own."
    )
