"""Students' cells as Python can run them: without magics, and without starters below their answers.

IPython's magics are turned into calls, which fail in the grader and are skipped. IPython reads a
whole cell anew for each magic in it, so its time grows with their product: that is counted before
it is spent, for all cells of a notebook together.
"""

import ast
import re
import warnings
from functools import lru_cache

from dlcourse.checks.page import is_stub, unwrapped

MAX_WORK = 300_000  # letters times magics, for a notebook: about a second of IPython's
LIKE_MAGIC = re.compile(r"^[ \t]*[%!?,;/]|=[ \t]*[%!]|\?[ \t]*$", re.M)  # IPython may turn it
LINE = re.compile(r"^([ \t]*)[%!?,;/][^\n]*", re.M)


def plain_cells(sources):
    """Turn the magics of a notebook's cells into calls, and take off what changes nothing.

    Parameters
    ----------
    sources : list of str

    Returns
    -------
    list of str
        Where IPython has worked enough, each line that begins like a magic is a call.
    """
    left, plain = MAX_WORK, []
    for source in map(unwrapped, sources):
        work = 0 if reads(source) else len(source) * (1 + len(LIKE_MAGIC.findall(source)))
        plain.append(plain_python(source) if work <= left else LINE.sub(_call, source))
        left -= work if work <= left else 0
    return list(map(without_stubs, plain))


@lru_cache(maxsize=512)
def reads(source):
    """Tell whether Python can read a cell as it is; one that only Python gives up on, too."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(source)
    except SyntaxError:
        return False
    except (ValueError, RecursionError, MemoryError):
        pass  # IPython would do no better
    return True


@lru_cache(maxsize=512)
def plain_python(source):
    """Turn IPython's magics in a cell into calls; IPython is asked only if there are any."""
    if reads(source):
        return source.rstrip("\n") + "\n"  # as IPython ends what it has turned
    from IPython.core.inputtransformer2 import TransformerManager

    try:
        return TransformerManager().transform_cell(source)
    except Exception:  # whatever a cell does to IPython, it costs that cell and no other
        return source


def without_stubs(source):
    """Take starters out of a cell that stand below an answer of the same name: a merged cell has
    both, and the last one would count. Lines keep count."""
    if "NotImplementedError" not in source or not reads(source):
        return source
    written, lines = set(), source.splitlines(True)
    for statement in ast.parse(source).body:
        if not isinstance(statement, ast.FunctionDef):
            continue
        if not is_stub(statement):
            written.add(statement.name)
        elif statement.name in written:
            for number in range(statement.lineno - 1, statement.end_lineno):
                lines[number] = "\n"
    return "".join(lines)


def _call(found):
    return f"{found[1]}get_ipython()"
