"""Overflows heard while an answer hushes them.

``np.errstate(over="ignore")`` round a formula that overflows hides NumPy's report and mends
nothing, so for the time of one call both worlds, the check and the grader, hear it all the same.
"""

from contextlib import contextmanager

import numpy as np

HUSHED = "overflow behind np.errstate"
QUIET, SET_QUIET = np.errstate, np.seterr
KINDS = ("divide", "under", "invalid")


@contextmanager
def loud(functions, reports):
    """Hear overflows in a block whatever `functions` do to NumPy's reports.

    Parameters
    ----------
    functions : iterable
        The answer's; what they know as `np.errstate` and `np.seterr` by names of their own is
        changed for the time of the block, too.
    reports : list of str
        Gets `HUSHED` for every overflow that was to be hidden. Where an answer asks for an error
        (``over="raise"``), it gets its error.
    """

    def note(kind, _):
        reports.append(HUSHED if kind == "overflow" else kind)

    def heard(how):
        if how.get("over", how.get("all")) in (None, "raise"):
            return how
        others = {kind: how.get(kind, how.get("all")) for kind in KINDS}
        return {**others, "over": "call", "call": note}

    def errstate(**how):
        return QUIET(**heard(how))

    def seterr(all=None, **how):
        asked = heard({"all": all, **how})
        if "call" in asked:
            np.seterrcall(asked.pop("call"))
        return SET_QUIET(**asked)

    spaces = {id(s): s for s in map(_globals, functions)}.values()
    before = [(s, n, v) for s in spaces for n, v in s.items() if v is QUIET or v is SET_QUIET]
    try:
        np.errstate, np.seterr = errstate, seterr
        for space, name, value in before:
            space[name] = errstate if value is QUIET else seterr
        yield
    finally:
        np.errstate, np.seterr = QUIET, SET_QUIET
        for space, name, value in before:
            space[name] = value


def _globals(function):
    return getattr(function, "__globals__", {})
