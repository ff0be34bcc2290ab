"""Grade one submission: a pure function of its cells, the exercises and the seed."""

from pathlib import Path
from typing import NamedTuple

from dlcourse.frame import nbformat
from dlcourse.grading.answer import Grader
from dlcourse.grading.clock import patience
from dlcourse.grading.judging import bounded
from dlcourse.grading.marks import as_text, explanations, write_outputs
from dlcourse.grading.releases import kept_folder, known_exercises, made_for, receive, removed
from dlcourse.grading.store import Store
from dlcourse.grading.submission import Unreadable, program, read_notebook, tags
from dlcourse.sandbox.sandbox import SandboxError

TAKEN_OUT = "your notebook is of an older release; this exercise was taken out. It costs no points."
FLEETING = {"timeout"}  # may owe to a busy machine: kept if it comes twice


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
    timeouts : dict
        Results by key of those that may.
    """

    lines: list
    keyed: dict
    notebook: str | None = None
    texts: dict | None = None
    timeouts: dict = {}  # noqa: RUF012 - nobody writes there


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
    seconds : float, optional
        Processor time that one answer has, see `dlcourse.grading.clock`.
    """

    def __init__(self, root, lecture, unsafe=False, seed=None, seconds=None):
        self.root, self.lecture = Path(root), lecture
        self.master = read_master(self.root, lecture)
        seed = self._store().seed(lecture) if seed is None else seed
        folder = self.root / "solutions" / "exercises"
        self.once = known_exercises(self.root)
        self.grader = Grader(folder, seed, unsafe, kept_folder(self.root), seconds)

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
        """Grade a received notebook with the store at hand; what times out is tried once more.

        Returns
        -------
        list of dict
            One result an exercise.
        """
        store = self._store()
        answers = self._answers(notebook)
        lines, keyed, timeouts = self._grade_all(answers, lambda k: store.results([k]).get(k))
        if timeouts:
            lines, keyed, timeouts = self._grade_all(answers, keyed.get)
        store.remember(keyed | timeouts)
        return lines + self._gone(notebook)

    def _answers(self, notebook):
        """What `Grader.grade` needs for each exercise: its id, the cells, what they were asked."""
        asked = made_for(notebook)
        return [(name, program(notebook, name), asked.get(name)) for name in self.exercises]

    def _grade_all(self, answers, known):
        """Grade answers in order, each with what is known by then of cells that are slow.

        Returns the results, those of them by key that are known or may be kept, and those that
        timed out just now.
        """
        lines, keyed, timeouts, fresh = [], {}, {}, []
        for answer in answers:
            slow = slow_cells(answers, lines)
            key = self.grader.key(*answer, slow)
            line = known(key)
            if line is None:
                line = self._grade_one(*answer, slow, patience(fresh))
                fresh.append(line)
                kept = timeouts if line["status"] in FLEETING else keyed
                kept[key] = line
            else:
                keyed[key] = line
            lines.append(line)
        return lines, keyed, timeouts

    def _grade_one(self, name, cells, asked, slow, times):
        return self.grader.grade(name, cells, asked, slow, times).as_dict()

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
            notebook = receive(self.master, read_notebook(path))
            lines, keyed, timeouts = self._grade_all(self._answers(notebook), known.get)
        except Unreadable as error:
            return Outcome([apart("unreadable", f"The notebook cannot be read: {error}.")], {})
        except SandboxError as error:
            return Outcome([apart("ungraded", f"The grader failed, not the student: {error}")], {})
        texts = explanations(notebook, self.master)
        write_outputs(notebook, lines)
        return Outcome(lines + self._gone(notebook), keyed, as_text(notebook), texts, timeouts)

    def _gone(self, notebook):
        """Lines for exercises that were answered and that the lecture no longer has."""
        return [
            {**apart("removed", f"… {name}: {TAKEN_OUT}"), "exercise": name, "max_points": 0.0}
            for name in removed(notebook, self.once)
        ]


def slow_cells(answers, lines):
    """Cells of one submission that took too long for the answers that have a result already, and
    the number of the statement that did."""
    pairs = zip(answers, lines, strict=False)
    return {cells[n]: place for (_, cells, _), line in pairs for n, place in line["stopped"]}


def apart(status, message):
    """A line for a submission that has no results."""
    return {
        "exercise": None,
        "points": 0.0,
        "max_points": None,
        "status": status,
        "message": bounded(message),
        "diagnosis": None,
        "seconds": 0.0,
        "sandbox": None,
        "versions": {},
        "stopped": [],
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
