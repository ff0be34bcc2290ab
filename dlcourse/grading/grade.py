"""Grade one submission: a pure function of its cells, the exercises and the seed."""

from pathlib import Path
from typing import NamedTuple

import nbformat

from dlcourse.grading.answer import Grader
from dlcourse.grading.marks import explanations, write_outputs
from dlcourse.grading.sandbox import SandboxError
from dlcourse.grading.store import Store
from dlcourse.grading.submission import Unreadable, program, read_notebook, rebuild, tags

FLEETING = {"timeout"}  # may owe to a busy machine: never taken from the store


class Outcome(NamedTuple):
    """What grading one file gave.

    Attributes
    ----------
    lines : list of dict
        One result an exercise; for a file that cannot be read, one line that says why.
    keyed : dict
        Results by key, without those that may owe to a busy machine.
    notebook : str or None
        The autograded notebook.
    texts : dict or None
        From `explanations`.
    """

    lines: list
    keyed: dict
    notebook: str | None = None
    texts: dict | None = None


class Desk:
    """A place to grade one lecture's submissions: master, exercises and sandboxes.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
        ``NN_topic``.
    unsafe : bool
        Accept the weakest sandbox.
    seed : int, optional
        Draws the hidden cases; by default the lecture's, from the store.
    """

    def __init__(self, root, lecture, unsafe=False, seed=None):
        self.root, self.lecture = Path(root), lecture
        self.master = read_master(self.root, lecture)
        seed = self._store().seed(lecture) if seed is None else seed
        self.grader = Grader(self.root / "solutions" / "exercises", seed, unsafe)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.grader.__exit__()

    def _store(self):
        return Store(self.root / ".dlcourse" / "grading.db")

    @property
    def exercises(self):
        """Ids of the lecture's exercises, in order."""
        return [cell.id for cell in self.master.cells if "answer" in tags(cell)]

    def grade(self, notebook):
        """Grade a rebuilt notebook with the store at hand; what times out is tried once more.

        Returns
        -------
        list of dict
            One result an exercise.
        """
        store = self._store()
        cells = {name: program(notebook, name) for name in self.exercises}
        known = store.results(self.grader.key(name, cells[name]) for name in cells)
        lines, keyed = self._grade_all(cells, known)
        for i, line in enumerate(lines):
            if line["status"] in FLEETING:
                again = self._grade_one(line["exercise"], cells[line["exercise"]])
                lines[i] = {**again, "seconds": line["seconds"] + again["seconds"]}
        store.remember(keyed)
        return lines

    def _grade_all(self, cells, known):
        lines, keyed = [], {}
        for name in self.exercises:
            key = self.grader.key(name, cells[name])
            line = known.get(key) or self._grade_one(name, cells[name])
            lines.append(line)
            if line["status"] not in FLEETING:
                keyed[key] = line
        return lines, keyed

    def _grade_one(self, name, cells):
        return self.grader.grade(name, cells).as_dict()

    def grade_file(self, path, known):
        """Read, rebuild and grade one submitted file; writes nothing anywhere.

        Parameters
        ----------
        path : Path
        known : dict
            Results by key that need not be found again.

        Returns
        -------
        Outcome
        """
        try:
            notebook = rebuild(self.master, read_notebook(path))
            cells = {name: program(notebook, name) for name in self.exercises}
            lines, keyed = self._grade_all(cells, known)
        except Unreadable as error:
            return Outcome([apart("unreadable", f"The notebook cannot be read: {error}.")], {})
        except SandboxError as error:
            return Outcome([apart("ungraded", f"The grader failed, not the student: {error}")], {})
        texts = explanations(notebook)
        write_outputs(notebook, lines)
        return Outcome(lines, keyed, nbformat.writes(notebook), texts)


def apart(status, message):
    """A line for a submission that has no results."""
    return {
        "exercise": None,
        "points": 0.0,
        "max_points": None,
        "status": status,
        "message": message,
        "diagnosis": None,
        "seconds": 0.0,
        "sandbox": None,
        "versions": {},
    }


def read_master(root, lecture):
    """Read a released notebook, the master that submissions are rebuilt on."""
    path = root / "course" / lecture / f"{lecture}.ipynb"
    if not path.is_file():
        known = ", ".join(sorted(p.parent.name for p in (root / "course").glob("*/*.ipynb")))
        raise FileNotFoundError(
            f"There is no released lecture {lecture!r} in {root / 'course'}. There are: {known}."
        )
    return nbformat.read(path, as_version=4)
