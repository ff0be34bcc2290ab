"""Students' cells as Python can run them: IPython's magics become calls, line by line.

The calls fail in the grader and are skipped. What stands in a string or in brackets is no magic.
The time grows with the letters of a cell and with nothing else.
"""

import ast
import re
import warnings
from functools import lru_cache

from dlcourse.checks.page import TIMED, unwrapped

CALL = "get_ipython()"
REST = r"(?:[^\\\n]|\\.|\\\n)*"  # of a line, and of those to which a backslash leads
MAGIC = re.compile(rf"([ \t]*)[%!?,;/]{REST}|([ \t]*)[\w.*%]+\?\??[ \t]*(?=\n|\Z)")
ASSIGNED = re.compile(rf"([^=\n#'\"]*[^=\n#'\"!<>]=[ \t]*)[%!]{REST}")
PIECE = re.compile(
    r"#[^\n]*"
    r"|'''(?:[^\\]|\\.)*?(?:'''|\Z)"
    r'|"""(?:[^\\]|\\.)*?(?:"""|\Z)'
    r"|'(?:[^\\'\n]|\\.)*'?"
    r'|"(?:[^\\"\n]|\\.)*"?'
    r"|\\\n|[(\[{]|[)\]}]|\n|[^#'\"\\()\[\]{}\n]+|\\",
    re.S,
)
PROMPT = re.compile(r"^[ \t]*(?:In \[\d+\]:|\.{3,}:|>>>|\.\.\.) ?", re.M)


def plain_cells(sources):
    """Turn the magics of a notebook's cells into calls, and take off what changes nothing.

    Parameters
    ----------
    sources : list of str

    Returns
    -------
    list of str
        Each has as many lines as before.
    """
    return [plain_python(unwrapped(source)) for source in sources]


def hides(source):
    """The magic that runs a cell in its own way, such as ``%%bash``; "" if none does."""
    found = re.match(r"\s*(%%\w+)", unwrapped(source))
    return found[1] if found else ""


@lru_cache(maxsize=512)
def statements(source):
    """The statements of a cell; None if Python cannot read it, and none of one that it gives up."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source).body
    except SyntaxError:
        return None
    except (ValueError, RecursionError, MemoryError):
        return []  # no other form would do better


def reads(source):
    """Tell whether Python can read a cell as it is; one that only Python gives up on, too."""
    return statements(source) is not None


@lru_cache(maxsize=512)
def plain_python(source):
    """Turn the magics of one cell into calls; a cell that Python can read has none."""
    ended = source.rstrip("\n") + "\n"
    if reads(ended):
        return ended
    if hides(source):
        return CALL + "\n" * max(1, source.count("\n"))
    lines, at = [], 0
    source = _unprompted(source)
    while at < len(source):
        text, at = _logical_line(source, at)
        lines.append(text)
    return "".join(lines).rstrip("\n") + "\n"


def _unprompted(source):
    """Take off what IPython does: the prompts of a copied session, and its first line's indent."""
    first = source.lstrip("\n")
    if re.match(r"[ \t]*(>>>|In \[)", first):
        return PROMPT.sub("", source)
    indent = re.match(r"[ \t]*", first)[0]
    return re.sub(rf"^{indent}", "", source, flags=re.M) if indent else source


def _logical_line(source, at):
    """What a line becomes that begins at `at`, and where the next one begins."""
    if found := TIMED.match(source, at):
        return found[1], found.end()
    if found := MAGIC.match(source, at) or ASSIGNED.match(source, at):
        before = found[found.lastindex]
        return before + CALL + "\n" * (found[0].count("\n") + 1), found.end() + 1
    begin, depth = at, 0
    while at < len(source):
        piece = PIECE.match(source, at)
        at, first = piece.end(), piece[0][0]
        depth = max(0, depth + (first in "([{") - (first in ")]}"))
        if first == "\n" and not depth:
            break
    return source[begin:at], at
