"""Cells that only a newer Python than ours can read: no fault of who wrote them."""

import ast
import re
import sys

# since when, what it is called, and how a line with it looks
NEWER = [
    ((3, 12), "a type statement", re.compile(r"^[ \t]*type[ \t]+\w+[ \t]*[\[=]", re.M)),
    (
        (3, 12),
        "type parameters",
        re.compile(r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+\w+[ \t]*\[", re.M),
    ),
    (
        (3, 14),
        "an except without brackets",
        re.compile(r"^[ \t]*except\*?[ \t]+[\w.]+[ \t]*,", re.M),
    ),
    ((3, 14), "a template string", re.compile(r"\b(?:t|tr|rt)[\"']", re.I)),
]
F_STRING = (3, 12)  # since then, an f-string may hold its own quotes and backslashes


def newer_syntax(source):
    """Name what of a cell a newer Python may read and this one does not.

    Parameters
    ----------
    source : str

    Returns
    -------
    str
        "" for a cell that this Python reads, and for one that no Python reads that we know of.
    """
    ours = sys.version_info[:2]
    try:
        ast.parse(source)
    except SyntaxError as error:
        if ours < F_STRING and str(error.msg).startswith("f-string"):
            return "an f-string"
        return next(
            (name for since, name, look in NEWER if ours < since and look.search(source)), ""
        )
    except (ValueError, RecursionError, MemoryError):
        pass
    return ""
