"""Grade one submission: a pure function of its cells, the exercises and the seed."""

from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from dlcourse.checks.page import KEPT
from dlcourse.frame import nbformat
from dlcourse.grading.answer import Grader
from dlcourse.grading.clock import WAITED, is_short, patience
from dlcourse.grading.confined import Confined, confined
from dlcourse.grading.judging import bounded
from dlcourse.grading.marks import as_text, explanations, write_outputs
from dlcourse.grading.program import Program, programs
from dlcourse.grading.releases import kept_folder, known_exercises, made_for, receive, removed
from dlcourse.grading.results import UNDECIDED
from dlcourse.grading.store import Store
from dlcourse.grading.submission import Unreadable, read_cells, read_notebook, tags
from dlcourse.grading.trouble import missing_names, named
from dlcourse.sandbox.sandbox import SandboxError

TAKEN_OUT = "your notebook is of an older release; this exercise was taken out. It costs no points."


class Answer(NamedTuple):
    """One exercise of a submission: its id, what it was asked if not what it asks today, and the
    cells that are run for it."""

    name: str
    asked: str | None
    program: Program


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
        self.read = Confined(self._read)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.read.__exit__()
        self.grader.__exit__()

    def _store(self):
        return Store(self.root / ".dlcourse" / "grading.db")

    @property
    def exercises(self):
        """Ids of the lecture's exercises, in order."""
        return [cell.id for cell in self.master.cells if "answer" in tags(cell)]

    @cached_property
    def names(self):
        """What each of the lecture's exercises asks for."""
        names = {name: self.grader.paper(name).exercise.functions for name in self.exercises}
        programs(receive(self.master, read_cells(self.master)), names)  # fills caches
        return names

    def grade(self, notebook):
        """Grade a received notebook with the store at hand; what has waited too long is tried
        once more.

        Returns
        -------
        list of dict
            One result an exercise.
        """
        store = self._store()
        dict(self.names)  # as in grade_file
        answers = confined(self._answers, notebook)
        lines, keyed, timeouts = self._grade_all(answers, lambda k: store.results([k]).get(k))
        if timeouts:
            lines, keyed, timeouts = self._grade_all(answers, keyed.get)
        store.remember(keyed | timeouts)
        return lines + confined(self._gone, notebook)

    def _answers(self, notebook):
        """What is to be graded: an `Answer` for each exercise."""
        asked, found = made_for(notebook), programs(notebook, self.names)
        return [Answer(name, asked.get(name), found[name]) for name in self.exercises]

    def _grade_all(self, answers, known):
        """Grade answers in order, each with what is known by then of cells that are slow.

        Returns the results, those of them by key that are known or may be kept, and those that
        timed out just now.
        """
        lines, keyed, timeouts, fresh = [], {}, {}, []

        def grade(answer, cells):
            slow = slow_cells(answers, lines)
            short = is_short(lines) and not self.grader.seconds
            key = self.grader.key(answer.name, cells, answer.asked, slow, short)
            line = known(key)
            if line is None:
                times = patience(fresh)
                line = self._grade_one(answer.name, cells, answer.asked, slow, times, short)
                fresh.append(line)
                # what has not worked may owe to a busy machine: kept if it comes twice
                kept = timeouts if line["status"] == "timeout" and line["waited"] else keyed
                kept[key] = line
            else:
                keyed[key] = line
            return line

        for answer in answers:
            if answer.program.whole and self.grader.paper(answer.name).exercise.variable:
                answer = answer._replace(program=last_word(answer.program))
            line = found = grade(answer, answer.program.cells)
            if answer.program.whole and asks_again(line, fresh):
                found = grade(answer, answer.program.whole)
            found = found if found["points"] > line["points"] else line
            lines.append(with_place(found, answer.program, found is not line))
        return lines, keyed, timeouts

    def _grade_one(self, *question):
        return self.grader.grade(*question).as_dict()

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
        dict(self.names)  # or the process that reads would do this anew
        self.grader.whose = str(path)
        try:
            notebook, answers, texts, gone = self.read(path)
            lines, keyed, timeouts = self._grade_all(answers, known.get)
        except Unreadable as error:
            return Outcome([apart("unreadable", f"The notebook cannot be read: {error}.")], {})
        except SandboxError as error:
            return Outcome([apart("ungraded", f"The grader failed, not the student: {error}")], {})
        write_outputs(notebook, lines)
        return Outcome(lines + gone, keyed, as_text(notebook), texts, timeouts)

    def _read(self, path):
        """What a submitted file holds: the rebuilt notebook, the answers, what a person may have
        marked, and lines for exercises that are gone."""
        notebook = receive(self.master, read_notebook(path))
        answers, texts = self._answers(notebook), explanations(notebook, self.master)
        return notebook, answers, texts, self._gone(notebook)

    def _gone(self, notebook):
        """Lines for exercises that were answered and that the lecture no longer has."""
        return [
            {**apart("removed", f"… {name}: {TAKEN_OUT}"), "exercise": name, "max_points": 0.0}
            for name in removed(notebook, self.once)
        ]


def slow_cells(answers, lines):
    """Cells of one submission that took too long for the answers that have a result already, and
    the number of the statement that did."""
    pairs = [
        (a.program.whole or a.program.cells, line) for a, line in zip(answers, lines, strict=False)
    ]
    return {cells[n]: place for cells, line in pairs for n, place in line["stopped"]}


def last_word(program):
    """What is run for a question with options or a number, which is asked once: with the cells
    below its check where they bind it anew."""
    cells = (program.place and program.whole) or program.cells
    return program._replace(cells=cells, whole=None)


def asks_again(line, fresh):
    """Tell whether cells below the check may save an answer, and there is time to ask."""
    spent = sum(one["seconds"] for one in fresh)
    late = line["status"] in ("timeout", UNDECIDED)
    return line["points"] < line["max_points"] and not late and spent < WAITED


def with_place(line, program, with_all):
    """Say where an answer was found that does not stand above its check; one that may have been
    right where the student worked, and that we cannot run so, is left to a person."""
    if why := out_of_our_reach(line, program.beyond):
        text = f"… {line['exercise']}: {why}. Nothing is decided: your instructor will look at it."
        return {**line, "status": UNDECIDED, "message": text}
    below = program.place and (with_all or not program.whole)
    texts = ["Your cells below its check were run, too."] if with_all else []
    texts += [f"The answer stands below its check, in the cell {program.place}."] if below else []
    if line["status"] == "missing" or not texts:
        return line
    return {**line, "message": bounded(f"{line['message']}\n  {' '.join(texts)}")}


def out_of_our_reach(line, beyond):
    """What an answer that is not right may owe to cells that we cannot run, in words; else ""."""
    if line["status"] not in ("missing", "error", "partly", "wrong"):
        return ""
    lost = missing_names(line["message"])
    for cell in reversed(beyond):
        if (
            (cell.holds and line["status"] == "missing")
            or (lost and cell.anything)
            or any(name in cell.source for name in lost)
        ):
            return f"a cell that it may need {cell.why}"
        if named(cell.source) in line["message"]:
            return f"the cell {named(cell.source)} {cell.why}"
    kept = [name for name in lost if KEPT.fullmatch(name)]
    return f"it needs `{kept[0]}`, which only IPython keeps" if kept else ""


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
        "waited": False,
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
