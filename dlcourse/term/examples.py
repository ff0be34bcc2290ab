"""What a report shows of students' answers: code without comments, names or likeness to ours."""

import ast
import builtins
import keyword
import re
from typing import NamedTuple

import numpy as np

from dlcourse.grading.releases import receive
from dlcourse.grading.submission import read_notebook, tags
from dlcourse.term.alike import runs, runs_of_words
from dlcourse.term.likeness import UNREADABLE, likeness

SHOWN = 10_000  # letters of an example


class Answered(NamedTuple):
    """What a report needs of an answer: its code without comments, its `likeness`, its `runs`."""

    bare: str
    likeness: float
    runs: np.ndarray


def read_answers(master, file, right, solutions):
    """Read the answer cells of one submitted file.

    Parameters
    ----------
    master : NotebookNode
    file : Path
    right : set of str
        The exercises whose answers are compared with the course's own.
    solutions : dict
        Sources by exercise.

    Returns
    -------
    dict
        An `Answered` by exercise, and by name of an explanation.
    """
    released = {cell.id: cell.source for cell in master.cells}
    found = {}
    for cell in receive(master, read_notebook(file)).cells:
        if "answer" in tags(cell):
            share = likeness(cell.source, solutions[cell.id]) if cell.id in right else 0.0
            found[cell.id] = Answered(bare(cell.source), share, runs(cell.source))
        elif "explain" in tags(cell) and cell.source != released.get(cell.id):
            name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
            found[name] = Answered("", 0.0, runs_of_words(cell.source))
    return found


def example(answers, names):
    """Choose the shortest of some answers, without students' names.

    Parameters
    ----------
    answers : list of str
        From `bare`.
    names : set of str
        From `name_parts`: an answer in which one occurs is not shown.

    Returns
    -------
    str
        Empty if there is none to show.
    """
    shown = [text for text in answers if text and not words(text) & names]
    return min(shown, key=lambda text: (len(text), text), default="")


def bare(source):
    """Code without comments and docstrings; "" for what cannot be read or written again."""
    try:
        tree = ast.parse(source)
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and ast.get_docstring(node) is not None:
                node.body = node.body[1:] or [ast.Pass()]
        text = ast.unparse(tree)
    except UNREADABLE:
        return ""
    return text if len(text) <= SHOWN else ""


def name_parts(students):
    """Words of the students' names by which somebody could be known, in lower case."""
    parts = {part for student in students for part in words(student) if len(part) > 2}
    return parts - {name.lower() for name in (*dir(np), *dir(builtins), *keyword.kwlist)}


def words(text):
    """The words of a text, in lower case."""
    return set(re.findall(r"[^\W_]+", text.lower()))
