"""Grade one submission: a pure function of its cells, the exercises and the seed."""

from dataclasses import replace

import nbformat

from dlcourse.grading.answer import Grader
from dlcourse.grading.sandbox import SandboxError
from dlcourse.grading.store import Store
from dlcourse.grading.submission import Unreadable, program, read_notebook, rebuild, tags

FLEETING = {"timeout"}  # may owe to a busy machine: never taken from the store


class Desk:
    """A place to grade one lecture's submissions: master, exercises, sandboxes and store.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
        ``NN_topic``.
    unsafe : bool
        Accept the weakest sandbox.
    """

    def __init__(self, root, lecture, unsafe=False):
        self.root, self.lecture = root, lecture
        self.master = read_master(root, lecture)
        self.store = Store(root / ".dlcourse" / "grading.db")
        exercises = root / "solutions" / "exercises"
        self.grader = Grader(exercises, self.store.seed(lecture), unsafe)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.grader.__exit__()

    @property
    def exercises(self):
        """Ids of the lecture's exercises, in order."""
        return [cell.id for cell in self.master.cells if "answer" in tags(cell)]

    def grade(self, notebook, again=False):
        """Grade a rebuilt notebook.

        Parameters
        ----------
        notebook : NotebookNode
            From `rebuild`.
        again : bool
            Grade even what the store knows.

        Returns
        -------
        list of dict
            One result an exercise.
        """
        cells = {name: program(notebook, name) for name in self.exercises}
        keys = {name: self.grader.key(name, cells[name]) for name in cells}
        known = {} if again else self.store.results(keys.values())
        results, fresh = [], {}
        for name, key in keys.items():
            result = known.get(key)
            if result is None:
                result = self._grade_one(name, cells[name])
                if result["status"] not in FLEETING:
                    fresh[key] = result
            results.append(result)
        self.store.remember(fresh)
        return results

    def _grade_one(self, name, cells):
        result = self.grader.grade(name, cells)
        if result.status in FLEETING:  # once more, in case the machine was busy
            second = self.grader.grade(name, cells)
            result = replace(second, seconds=result.seconds + second.seconds)
        return result.as_dict()

    def grade_file(self, path):
        """Read, rebuild and grade one submitted file.

        Returns
        -------
        notebook : NotebookNode or None
        results : list of dict
            One line an exercise; for a file that cannot be read, one line that says why.
        """
        try:
            notebook = rebuild(self.master, read_notebook(path))
            return notebook, self.grade(notebook)
        except Unreadable as error:
            return None, [apart("unreadable", f"The notebook cannot be read: {error}.")]
        except SandboxError as error:
            return None, [apart("ungraded", f"The grader failed, not the student: {error}")]


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
