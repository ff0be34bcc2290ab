"""A class of invented submissions: right, wrong in every known way, unwritten, broken.

One submission in so many is damaged, in turn in each of the ways of `DAMAGE` or of others that are
named; one in so many never ends, where that is asked for. What each student must get is known from
how the submission was made.
"""

import ast
import copy
import random
import textwrap
from itertools import cycle
from typing import NamedTuple

from damage import DAMAGE, FILE, as_bytes
from hindrances import ENDLESS, HINDRANCES
from small_course import NAME

from dlcourse.checks.exercise import load_exercise
from dlcourse.grading.grade import read_master

KINDS = {**DAMAGE, **HINDRANCES, **ENDLESS}


class Student(NamedTuple):
    """What one student must get: (points, diagnosis) by exercise, or why nothing can be read."""

    name: str
    damage: str | None
    expected: dict | str

    @property
    def points(self):
        """The whole mark."""
        return 0.0 if isinstance(self.expected, str) else sum(p for p, _ in self.expected.values())


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


def hand_in(root, n_students, every=20, seed=0, kinds=DAMAGE, endless=()):
    """Write a class into ``submitted/`` of the course at `root`; return its `Student` list.

    One submission in `every` is damaged in one of `kinds`, another one in one of `endless`.
    """
    master = read_master(root, NAME)
    answers = {c.id: c.source for c in master.cells if "answer" in c.metadata.get("tags", [])}
    offered = {name: choices(root, name, starter) for name, starter in answers.items()}
    rng = random.Random(seed)
    broken = dict(zip(range(every // 2, n_students, every), cycle(kinds), strict=False))
    broken |= dict(zip(range(every - 1, n_students, every), cycle(endless), strict=False))
    return [_hand_in_one(root, master, offered, rng, i, broken.get(i)) for i in range(n_students)]


def _hand_in_one(root, master, offered, rng, number, damage):
    student = f"s{number:04d}"
    notebook, expected = copy.deepcopy(master), {}
    for cell in notebook.cells:
        if cell.id in offered:
            options = offered[cell.id]
            chosen = options[0] if rng.random() < 0.5 else rng.choice(options)
            cell.source = chosen[0] + (f"\n# {student}\n" if chosen[0] != cell.source else "")
            expected[cell.id] = chosen[1:]
    folder = root / "submitted" / student / NAME
    folder.mkdir(parents=True)
    content = notebook
    if damage:
        content, change = KINDS[damage](notebook)
        expected = change if isinstance(change, str) else {**expected, **change}
    if callable(content):
        content(folder)
    else:
        (folder / FILE).write_bytes(content if isinstance(content, bytes) else as_bytes(content))
    return Student(student, damage, expected)


def disagreements(students, lines):
    """Compare a grading's lines with what every student must get; list what differs."""
    found = {}
    for line in lines:
        found.setdefault(line["student"], {})[line["exercise"]] = line
    wrong = [f"{name}: nobody's" for name in found.keys() - {s.name for s in students}]
    for student in students:
        own = found.get(student.name, {})
        if isinstance(student.expected, str):
            told = {name: (line["status"], line["message"]) for name, line in own.items()}
            status, message = told.get(None, ("", ""))
            if len(told) != 1 or status != "unreadable" or student.expected not in message:
                wrong.append(f"{student}: {told}")
            continue
        for name, (points, diagnosis) in student.expected.items():
            line = own.get(name, {})
            good = line.get("points") == points and diagnosis in (..., line.get("diagnosis"))
            if not good or not line["message"]:
                wrong.append(f"{student.name} ({student.damage}) {name}: {line}")
    return wrong
