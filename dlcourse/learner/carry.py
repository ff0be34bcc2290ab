"""Take what a learner wrote from an older copy of a lecture into a newer release."""

import ast
import hashlib
import re
from dataclasses import dataclass

import nbformat

from dlcourse.checks.page import is_stub
from dlcourse.checks.starter import source_digest
from dlcourse.grading.submission import ADDED, rebuild, tags

FROM_CONTENT = re.compile(r"([mc])-([0-9a-f]{10})(-\d+)?")  # ids that the builder gives
OF_EXERCISE = re.compile(r"(statement|check|test)_\w+|begin")


@dataclass(frozen=True)
class Carried:
    """A newer copy.

    Attributes
    ----------
    notebook : NotebookNode
        The release with the learner's answers, predictions, explanations, added cells and
        (where the release has not changed the same cell) edited lecture cells.
    given_up : list of str
        Edited lecture cells for which there is no place: the release changed them too.
    """

    notebook: object
    given_up: list


def carry(master, cells, edits=True):
    """Put a learner's cells into a copy of the master.

    Parameters
    ----------
    master : NotebookNode
        The released notebook.
    cells : list of dict
        The learner's cells, from `dlcourse.grading.submission.read_notebook`.
    edits : bool
        Keep the learner's changes to the lecture's own cells.

    Returns
    -------
    Carried
    """
    sources = {cell.id: cell.source for cell in master.cells}
    graded = {c.metadata.get("nbgrader", {}).get("grade_id"): c.source for c in master.cells}
    starters = {**sources, **graded}
    starters.pop(None, None)
    kept, notes, given_up = [], {}, []
    for cell in cells:
        name = cell["grade_id"] if cell["grade_id"] in starters else cell["id"]
        if name in starters:
            kept.append({**cell, "source": starters[name]} if untouched(cell) else cell)
        elif _of_lecture(cell):
            given_up += [cell["source"]] if _edited(cell) else []
        elif not untouched(cell):
            kept.append(cell if cell["type"] == "code" else _placeholder(cell, notes))
    notebook = rebuild(master, kept)
    _put_notes(notebook, notes)
    if edits:
        mine = {c["id"]: c["source"] for c in kept if _of_lecture(c) and c["id"] in sources}
        for cell in notebook.cells:
            if FROM_CONTENT.fullmatch(cell.id) and "predict" not in tags(cell):
                cell.source = mine.get(cell.id, cell.source)
    return Carried(notebook, given_up)


def untouched(cell):
    """Tell whether a cell holds nothing but a starter: then the newer starter is better."""
    source = cell["source"].strip()
    if cell["type"] != "code":
        return source in ("", "*Your explanation:*")
    if cell.get("begins") == source_digest(source):
        return True
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    own = [s for s in body if not isinstance(s, ast.Import | ast.ImportFrom)]
    return not source or (bool(own) and all(map(is_stub, own)))


def worked_in(cells):
    """Tell whether a notebook holds more than its release gave it."""
    return any(_edited(cell) if _of_lecture(cell) else not untouched(cell) for cell in cells)


def _of_lecture(cell):
    name = cell["grade_id"] or cell["id"] or ""
    return bool(FROM_CONTENT.fullmatch(name) or OF_EXERCISE.fullmatch(name))


def _edited(cell):
    """The builder names a lecture's cell by its content: another content is the learner's."""
    match = FROM_CONTENT.fullmatch(cell["id"] or "")
    digest = hashlib.sha256(f"{cell['type']}:{cell['source']}".encode()).hexdigest()
    return match is not None and not digest.startswith(match[2])


def _placeholder(cell, notes):
    """Stand in for a Markdown cell of the learner's, as `rebuild` keeps code cells only."""
    name = f"note {len(notes)}"
    notes[name] = cell["source"]
    return {"type": "code", "source": name, "id": None, "grade_id": None}


def _put_notes(notebook, notes):
    for place, cell in enumerate(notebook.cells):
        if ADDED in tags(cell) and cell.source in notes:
            note = nbformat.v4.new_markdown_cell(notes[cell.source], id=cell.id)
            notebook.cells[place] = note
