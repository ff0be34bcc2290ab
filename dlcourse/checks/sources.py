"""Name the sources of a check by what counts in them: the same name on every machine.

Of an exercise file count the statement's words, the solution, cases, probe and mistakes as Python
reads them, a starter's lines, and what stands on the cells' lines (points, kind, parts, ...).
Comments, layout, the way a number or a string is written, the hint and the minutes do not, nor do
docstrings but the solution's, which is what students see. Nothing computed counts: last bits of a
result differ between processors. Nor does it matter which Python reads the file.
"""

import ast
import hashlib
import json

from dlcourse.checks.exercise_cells import read_cells

FORM = 1  # changes whenever a check cell, or the file that it reads, takes another form
UNCOUNTED = ("tags", "minutes", "lines_to_next_cell", "lines_to_end_of_cell_marker", "cell_marker")


def file_version(path):
    """Name an exercise file by its content.

    Parameters
    ----------
    path : Path
        ``solutions/exercises/<id>.py``; it is not run.

    Returns
    -------
    str
        Twelve hexadecimal digits.

    Raises
    ------
    AuthorError
        If it cannot be read.
    """
    return exercise_version(read_cells(path))


def exercise_version(cells):
    """Name an exercise by its cells, as `dlcourse.checks.exercise_cells.read_cells` gives them."""
    counted = [_counted(cell) for cell in cells]
    return _digest([cell for cell in counted if cell])[:12]


def release_name(versions, given=()):
    """Name a lecture's release: what its exercises ask, and how its checks judge.

    Parameters
    ----------
    versions : dict
        `file_version` by exercise; their order does not count.
    given : iterable of str
        Sources of the cells that belong to the exercises.

    Returns
    -------
    str
        Eight hexadecimal digits.
    """
    return _digest([FORM, sorted(versions.items()), [essence(source) for source in given]])[:8]


def _counted(cell):
    """What counts of one cell, or None."""
    tags, source = sorted(cell["tags"]), cell["source"]
    if cell["type"] == "markdown":
        content = " ".join(source.split()) if "statement" in tags else None
    elif "starter" in tags:
        content = [line.rstrip() for line in source.strip().splitlines()]  # its comments are read
    else:
        content = essence(source, docstrings="solution" in tags)
    if not content:
        return None
    return tags, {k: v for k, v in cell["meta"].items() if k not in UNCOUNTED}, content


def essence(source, docstrings=False):
    """Write Python source as lists of its syntax tree, the same under every version of Python.

    Parameters
    ----------
    source : str
    docstrings : bool
        Keep strings that stand alone, in whatever lines; else they are comments.
    """
    return _essence(ast.parse(source), docstrings)


def _essence(node, docstrings):
    if isinstance(node, list):
        return [_essence(n, docstrings) for n in node if docstrings or not _stands_alone(n)]
    if not isinstance(node, ast.AST):
        return repr(node)
    if docstrings and _stands_alone(node):
        return " ".join(node.value.value.split())
    # what is empty is left out: newer versions of Python have fields that older ones lack
    fields = [(k, v) for k, v in ast.iter_fields(node) if v is not None and v != []]
    kept = [(k, _essence(v, docstrings)) for k, v in fields if k not in ("ctx", "kind")]
    return [type(node).__name__, *kept]


def _stands_alone(node):
    """Tell whether a statement is a string alone: a docstring, mostly."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Constant):
        return False
    return isinstance(node.value.value, str)


def _digest(content):
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
