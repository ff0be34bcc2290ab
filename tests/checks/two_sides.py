"""One notebook before both: the check in a learner's kernel, and the grader."""

import re
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import nbformat
from person import person, told
from small_course import NAME, build_small_course, environment

from dlcourse.checks import budget
from dlcourse.grading import answer
from dlcourse.grading.grade import Desk

EXERCISE = "dead_fraction"
RIGHT = "def dead_fraction(activations):\n    return dead(activations).mean()\n"
HELPER = "def dead(a):\n    return (a == 0).all(axis=0)\n"
WHOLE = HELPER + "\n\n" + RIGHT


def using(term, source=WHOLE):
    """An answer that uses something more, which changes nothing."""
    return source.replace("return (a", f"return 0 * {term} + (a")


def lines(text):
    """A text as it was before it was broken into lines."""
    return " ".join(text.split())


def spin(seconds):
    """A cell's work for so many seconds of processor time."""
    return (
        f"import time\n\nend = time.process_time() + {seconds}\n"
        "while time.process_time() < end:\n    pass\n"
    )


@contextmanager
def asking(folder, **seconds):
    """Give a learner's kernel and the grader of a course of two exercises.

    Parameters
    ----------
    folder : Path
    **seconds : float
        Numbers of `dlcourse.checks.budget` that both have instead of its own.

    Yields
    ------
    TwoSides
    """
    root = build_small_course(folder / "root", ["relu", EXERCISE])
    surroundings = {**environment(root), "DLCOURSE_PROGRESS": "off"}
    page = folder / "learner" / f"{NAME}.ipynb"
    page.parent.mkdir()
    (page.parent / "solution.py").write_text(WHOLE, encoding="utf-8")
    path = root / "course" / NAME / f"{NAME}.ipynb"
    with person(page.parent, **surroundings, JPY_SESSION_NAME=str(page)) as kernel:
        with _other_budget(kernel, folder / "budget.py", seconds):
            with Desk(root, NAME, unsafe=True, seed=1) as desk:
                yield TwoSides(kernel, desk, nbformat.read(path, as_version=4), page)


@contextmanager
def _other_budget(kernel, file, numbers):
    """Give kernel and grader other numbers of seconds."""
    source = Path(budget.__file__).read_text(encoding="utf-8")
    for name, number in numbers.items():
        source, count = re.subn(rf"^{name} = [\d.]+", f"{name} = {number}", source, flags=re.M)
        assert count == 1
        kernel(f"import dlcourse.checks.budget as b; b.{name} = {number}; del b", cell="begin")
    file.write_text(source, encoding="utf-8")
    modules = {**dict(answer.INSIDE), "_dlcourse_budget": file}
    with patch.object(answer, "INSIDE", tuple(modules.items())):
        yield


class TwoSides:
    """Called with a page, it asks the check in a learner's kernel, and the grader."""

    def __init__(self, kernel, desk, master, file):
        self.kernel, self.desk, self.master, self.file = kernel, desk, master, file

    def __call__(self, place, **changed):
        """Take a notebook as a learner does, from the top; ask the check, then the grader.

        Parameters
        ----------
        place : dict
            Sources of added cells, each a list, by the id of the cell that they follow.
        **changed : str
            Sources of the page's own cells; None deletes one.

        Returns
        -------
        check, test : str
            What stands below the two cells.
        result : SimpleNamespace
            What the grader says of the exercise.
        """
        whole = []
        for cell in nbformat.from_dict(self.master).cells:
            cell.source = changed.get(cell.id, cell.source)
            own = [cell] if cell.source is not None else []  # None: it is deleted
            whole += [*own, *map(nbformat.v4.new_code_cell, place.get(cell.id, ()))]
        nbformat.write(nbformat.from_dict({**self.master, "cells": whole}), self.file)
        self.kernel("%reset -f", cell="begin")
        for cell in whole:
            ours = cell.id.startswith(("check_", "test_"))
            own = cell.id in changed and cell.id != f"check_{EXERCISE}"
            if cell.cell_type == "code" and (own or not ours):
                self.kernel(cell.source, cell=cell.id)
        asks = changed.get(f"check_{EXERCISE}", f'check("{EXERCISE}")')
        check = self.kernel(asks, cell=f"check_{EXERCISE}")
        test = self.kernel(f'check.graded("{EXERCISE}")', cell=f"test_{EXERCISE}")
        outcome = self.desk.grade_file(self.file, {})
        (line,) = (line for line in outcome.lines if line["exercise"] == EXERCISE)
        return told(check), told(test), SimpleNamespace(**line)
