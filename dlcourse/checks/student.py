"""What a notebook's check cells call.

A lecture begins with ``check = begin("04_backpropagation", "<release>")``; after each exercise
stands ``check("relu")``. The verdict comes from numbers that the builder generated; nothing here
knows a solution, and nothing here decides a mark.
"""

import re
import sys
from textwrap import fill

from dlcourse.checks import codec, outcome
from dlcourse.checks.entry import load_numbers, read_probe, read_question
from dlcourse.checks.record import Record, open_record
from dlcourse.checks.starter import still_starter_functions
from dlcourse.checks.tries import fingerprint, tries_needed
from dlcourse.checks.verdict import judge_outcomes, undefined, unwritten
from dlcourse.paths import course_root

NO_TRY = ("right", "unwritten", "undefined")
WIDTH = 96  # of a hint's lines


class CheckFailed(Exception):
    """A verdict other than right, shown as its own lines instead of a traceback."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text

    def _render_traceback_(self):
        return self.text.splitlines()


def begin(lecture, release, hints=True, solutions=True):
    """Prepare the checks of one lecture.

    Parameters
    ----------
    lecture : str
        Name of the lecture, such as ``"04_backpropagation"``.
    release : str
        Release that the notebook was made with; if the installed numbers have another one, a
        sentence says how to bring the two together.
    hints, solutions : bool
        Whether this edition offers a hint after a few wrong tries, and then the solution.

    Returns
    -------
    Check
    """
    numbers = load_numbers(lecture)
    if numbers["release"] != release:
        print(
            f"This notebook is release {release} of {lecture}, the installed dlcourse has "
            f"{numbers['release']}. Run `make lab` again: it brings both up to date and keeps "
            "your answers."
        )
    return Check(numbers, hints, solutions, open_record())


class Check:
    """The checks of one lecture: call it with an exercise's id."""

    def __init__(self, numbers, hints=True, solutions=True, record=None):
        self.numbers, self.hints, self.solutions = numbers, hints, solutions
        self.record = record or Record()

    def __call__(self, exercise, *answers):
        """Print ✓, or that nothing is written yet; raise `CheckFailed` with what is wrong first.

        Parameters
        ----------
        exercise : str
            The exercise's id.
        *answers : callable
            The answer's functions; by default those of that name in the notebook.
        """
        verdict = self._verdict(exercise, answers, sys._getframe(1).f_globals)
        text = "\n".join([*_did_not_run(self._entry(exercise)["functions"]), str(verdict)])
        if not verdict.right and verdict.status != "unwritten":
            raise CheckFailed("\n".join([text, *self._help(exercise)])) from None
        print(text)

    def graded(self, exercise):
        """Say in one line how the exercise's points stand (the cell that carries them)."""
        points = self._entry(exercise)["points"]
        unit = "point" if points == 1 else "points"
        verdict = self._verdict(exercise, (), sys._getframe(1).f_globals)
        if not verdict.right:
            mark = "…" if verdict.status == "unwritten" else "✗"
            raise CheckFailed(f"{mark} {exercise}: {points:g} {unit} still open.") from None
        print(f"✓ {exercise}: {points:g} {unit}, if the grader's other cases agree.")

    def show_solution(self, exercise):
        """Show one way to write an exercise, once you have solved it or tried a few times.

        Parameters
        ----------
        exercise : str
            The exercise's id.
        """
        exercise = getattr(exercise, "__name__", exercise)  # the function itself will do
        try:
            refusal = self._refusal(exercise)
        except ValueError as error:
            refusal = error
        if refusal:
            print(refusal)
        else:
            _display(_solution_file(exercise))
            self.record.saw_solution(self.numbers["lecture"], exercise)

    def _refusal(self, exercise):
        """Say why a solution is not shown; empty if it is."""
        entry = self._entry(exercise)
        if not self.solutions:
            return "This edition of the lecture shows no solutions: ask whoever gave it to you."
        if _solution_file(exercise) is None:
            return "There are no solutions here; a copy of the whole course has them."
        left = self._tries_left(exercise)
        if not left or "solved" in self.record.entry(self.numbers["lecture"], exercise):
            return ""
        kind = "different" if left == tries_needed(entry) else "more"
        tries = f"{left} {kind} {'try' if left == 1 else 'tries'}"
        first = (
            "the hint comes, then the solution" if self._hint(exercise) else "the solution comes"
        )
        return f"Try {exercise} yourself first: after {tries} {first}."

    def _help(self, exercise):
        """Lines for somebody who is stuck."""
        if self._tries_left(exercise):
            return
        if hint := self._hint(exercise):
            yield fill(f"Hint: {hint}", WIDTH, initial_indent="  ", subsequent_indent="  ")
        if self.solutions and _solution_file(exercise):
            call = f'show_solution("{exercise}")'
            yield f"  Still stuck? In a new cell, {call} shows one way to do it."

    def _hint(self, exercise):
        return self.hints and self._entry(exercise).get("hint", "")

    def _tries_left(self, exercise):
        wrong = self.record.entry(self.numbers["lecture"], exercise).get("wrong", [])
        return max(0, tries_needed(self._entry(exercise)) - len(wrong))

    def _entry(self, exercise):
        try:
            return self.numbers["exercises"][exercise]
        except KeyError:
            known = ", ".join(self.numbers["exercises"])
            raise ValueError(f"No exercise {exercise!r} here. There are: {known}.") from None

    def _verdict(self, exercise, answers, namespace):
        entry = self._entry(exercise)
        names = list(entry["functions"])
        if answers:
            namespace = dict(zip(names, answers, strict=False))
        answer = {name: namespace[name] for name in names if name in namespace}
        verdict = judge_answer(read_question(exercise, entry), answer, entry)
        self._record(exercise, verdict, answer)
        return verdict

    def _record(self, exercise, verdict, answer):
        lecture = self.numbers["lecture"]
        if verdict.right:
            self.record.solved(lecture, exercise, self._entry(exercise).get("asked", ""))
        elif verdict.status not in NO_TRY:
            self.record.tried(lecture, exercise, fingerprint(list(answer.values())))


def _did_not_run(names):
    """Say so if the cell before was to define an answer, and Python could not read it."""
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    last = getattr(shell, "last_execution_result", None)
    error = getattr(last, "error_before_exec", None)
    if isinstance(error, SyntaxError):
        meant = [name for name in names if re.search(rf"\b{name}\b", last.info.raw_cell)]
        for name in meant[:1]:
            yield (
                f"Your last cell with {name} did not run ({type(error).__name__} in line "
                f"{error.lineno}); this is about what was there before:"
            )


def judge_answer(question, answer, entry):
    """Run an answer on the visible cases and judge what it did.

    Parameters
    ----------
    question : Question
    answer : dict
        The answer's functions (or its one value) by name, as far as they exist.
    entry : dict
        The exercise's generated numbers.

    Returns
    -------
    Verdict
    """
    missing = [name for name in entry["functions"] if name not in answer]
    if missing:
        return undefined(question, missing, [])
    if still_starter_functions(entry.get("begins", ""), answer):
        return unwritten(question)
    if question.variable:
        [value] = answer.values()
        outcomes = [{"value": None if value is Ellipsis else codec.encode(value)}]
    else:
        probe = read_probe(entry)
        cases = map(outcome.decode_case, entry["cases"])
        collect, given = (probe.collect, map(probe.given, cases)) if probe else (None, cases)
        outcomes = [outcome.run_case(answer, collect, case) for case in given]
    return judge_outcomes(question, outcomes)


def _solution_file(exercise):
    """The exercise's file, if the folder of the learner's copy belongs to a course with one."""
    try:
        path = course_root() / "solutions" / "exercises" / f"{exercise}.py"
        return path if path.is_file() else None
    except OSError:
        return None


def _display(path):
    """Show a solution: in colour in a notebook, else as text."""
    from dlcourse.checks.exercise_cells import one_cell, read_cells

    try:
        source = one_cell(path, read_cells(path), "solution")["source"].strip()
    except ValueError as error:
        print(error)
        return
    if "IPython" in sys.modules:
        from IPython.display import display

        display({"text/markdown": f"```python\n{source}\n```", "text/plain": source}, raw=True)
    else:
        print(source)
