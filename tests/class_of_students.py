"""A class of invented submissions: right, wrong in every known way, unwritten, broken.

Every twentieth submission is damaged, in turn in each of the ways of `DAMAGE`; what each student
must get is known from how the submission was made.
"""

import ast
import copy
import json
import random
import textwrap
from typing import NamedTuple

import nbformat
from answers import TAMPERING
from small_course import NAME

from dlcourse.checks.exercise import load_exercise
from dlcourse.grading.grade import read_master

EVERY = 20  # one submission in so many is damaged


class Student(NamedTuple):
    """What one student must get: points and diagnosis by exercise; None if it is unreadable."""

    name: str
    damage: str | None
    expected: dict | None


def mistaken_sources(path):
    """Sources of an exercise's known mistakes, as students would type them, by name."""
    exercise = load_exercise(path)
    functions = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name not in {"visible", "hidden"}:
            node.decorator_list = []
            functions.append(ast.unparse(node))
    # mistakes lean on the solution and on each other, by names that must not be rebound
    inside = textwrap.indent("\n\n".join(functions), "    ")
    return {
        name: f"{exercise.solution_source}\n\ndef mistaken():\n{inside}\n    return {name}\n\n"
        f"{next(iter(functions_of))} = mistaken()\n"
        for name, (_, functions_of) in exercise.wrong.items()
        if not exercise.variable
    }


def choices(root, name, starter):
    """Everything that somebody hands in for an exercise: (source, points, diagnosis)."""
    path = root / "solutions" / "exercises" / f"{name}.py"
    exercise = load_exercise(path)
    share = 0.5 if exercise.parts else 0.0  # a mistake is one of relu's two functions
    wrong = [(source, share, label) for label, source in mistaken_sources(path).items()]
    return [(exercise.solution_source, 1.0, None), *wrong, (starter, 0.0, None)]


def hand_in(root, n_students, seed=0):
    """Write a class into ``submitted/`` of the course at `root`; return its `Student` list."""
    master = read_master(root, NAME)
    answers = {c.id: c.source for c in master.cells if "answer" in c.metadata.get("tags", [])}
    offered = {name: choices(root, name, starter) for name, starter in answers.items()}
    rng = random.Random(seed)
    return [_hand_in_one(root, master, offered, rng, i) for i in range(n_students)]


def _hand_in_one(root, master, offered, rng, number):
    student = f"s{number:04d}"
    damage = list(DAMAGE)[number // EVERY % len(DAMAGE)] if number % EVERY == 7 else None
    notebook, expected = copy.deepcopy(master), {}
    for cell in notebook.cells:
        if cell.id in offered:
            options = offered[cell.id]
            chosen = options[0] if rng.random() < 0.5 else rng.choice(options)
            cell.source = chosen[0] + (f"\n# {student}\n" if chosen[0] != cell.source else "")
            expected[cell.id] = chosen[1:]
    folder = root / "submitted" / student / NAME
    folder.mkdir(parents=True)
    if damage:
        content, change = DAMAGE[damage](notebook)
        expected = None if change is None else {**expected, **change}
    else:
        content = notebook
    if content is not None:
        write(folder, content)
    return Student(student, damage, expected)


def write(folder, content):
    """Write a notebook, text, bytes, or (name, notebook) as a submission."""
    name = f"{NAME}.ipynb"
    if isinstance(content, tuple):
        name, content = content
    if not isinstance(content, bytes):
        content = json.dumps(content).encode()
    (folder / name).write_bytes(content)


# ---- damage: a function of a notebook; what is handed in, and what changes (None: unreadable)


def _cell(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def _first_answer(notebook):
    return next(c for c in notebook.cells if "answer" in c.metadata.get("tags", []))


def _duplicated(notebook):
    cell = _first_answer(notebook)
    notebook.cells.insert(notebook.cells.index(cell), copy.deepcopy(cell))
    return notebook, {}


def _without_tests(notebook):
    notebook.cells = [c for c in notebook.cells if not c.id.startswith(("test_", "check_"))]
    return notebook, {}


def _without_an_answer(notebook):
    cell = _first_answer(notebook)
    notebook.cells.remove(cell)
    return notebook, {cell.id: (0.0, None)}


def _stripped(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = nbformat.from_dict({}), f"x{number}"
    return notebook, {}


def _flipped(notebook):
    for cell in notebook.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata["nbgrader"].update(grade=False, solution=True, locked=False, points=100)
    return notebook, {}


def _odd_metadata(notebook):
    notebook.metadata = nbformat.from_dict({"kernelspec": 5, "language_info": []})
    for cell in notebook.cells[:3]:
        cell.metadata = nbformat.from_dict({"nbgrader": "yes", "tags": {"a": 1}})
    return notebook, {}


def _skipping(notebook):
    for cell in notebook.cells:
        cell.metadata["tags"] = ["skip-execution"]
    return notebook, {}


def _forged(notebook):
    script = {"text/plain": "1.0", "text/html": "<script>alert(1)</script>"}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("execute_result", script)]
    return notebook, {}


def _old_format(notebook):
    old = nbformat.writes(nbformat.convert(copy.deepcopy(notebook), 3), version=3)
    return old.encode(), {}


def _with_byte_order_mark(notebook):
    return b"\xef\xbb\xbf" + json.dumps(notebook).encode(), {}


def _reversed(notebook):
    notebook.cells.reverse()
    return notebook, {}


def _attacked(name):
    def damage(notebook):
        _cell(notebook, "relu").source = TAMPERING[name]
        return notebook, {"relu": (0.0, ...)}  # whatever it is called

    return damage


DAMAGE = {
    "not JSON": lambda nb: (b"{not json", None),
    "empty": lambda nb: (b"", None),
    "cut short": lambda nb: (json.dumps(nb).encode()[:1000], None),
    "no text": lambda nb: (b"\xff\xfe\x00\x01", None),
    "a list": lambda nb: (b"[1, 2]", None),
    "no cells": lambda nb: (b'{"cells": 3}', None),
    "nested without end": lambda nb: (b"[" * 100_000, None),
    "no file": lambda nb: (None, None),
    "renamed": lambda nb: (("my copy (1).ipynb", nb), {}),
    "a cell duplicated": _duplicated,
    "test cells deleted": _without_tests,
    "an answer deleted": _without_an_answer,
    "ids and metadata stripped": _stripped,
    "flags flipped": _flipped,
    "odd metadata": _odd_metadata,
    "skip-execution": _skipping,
    "outputs forged": _forged,
    "the old format": _old_format,
    "a byte order mark": _with_byte_order_mark,
    "cells reversed": _reversed,
    "patches allclose": _attacked("patches allclose"),
    "leaves the process": _attacked("leaves the process"),
    "allocates without end": _attacked("allocates without end"),
    "forks": _attacked("forks"),
}


def disagreements(students, lines):
    """Compare a grading's lines with what every student must get; list what differs."""
    found = {}
    for line in lines:
        found.setdefault(line["student"], {})[line["exercise"]] = line
    wrong = [f"{name}: nobody's" for name in found.keys() - {s.name for s in students}]
    for student in students:
        own = found.get(student.name, {})
        if student.expected is None:
            statuses = {line["status"] for line in own.values()}
            if statuses != {"unreadable"}:
                wrong.append(f"{student}: {statuses}")
            continue
        for name, (points, diagnosis) in student.expected.items():
            line = own.get(name, {})
            good = line.get("points") == points and diagnosis in (..., line.get("diagnosis"))
            if not good:
                wrong.append(f"{student.name} ({student.damage}) {name}: {line}")
    return wrong
