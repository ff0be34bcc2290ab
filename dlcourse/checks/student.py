"""What a notebook's check cells call.

A lecture begins with ``check = begin("04_backpropagation", "<release>")``; after each exercise
stands ``check("relu")``. The verdict comes from numbers that the builder generated; nothing here
knows a solution, and nothing here decides a mark.
"""

import json
import os
import sys
from importlib import resources
from pathlib import Path

from dlcourse.checks import codec, outcome
from dlcourse.checks.verdict import Question, judge_outcomes, undefined


class CheckFailed(Exception):
    """A verdict other than right, shown as its own lines instead of a traceback."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text

    def _render_traceback_(self):
        return self.text.splitlines()


def begin(lecture, release):
    """Prepare the checks of one lecture.

    Parameters
    ----------
    lecture : str
        Name of the lecture, such as ``"04_backpropagation"``.
    release : str
        Release that the notebook was made with; if the installed numbers have another one, a
        sentence says how to bring the two together.

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
    return Check(numbers)


def load_numbers(lecture):
    """Read a lecture's generated numbers: from the package, or for a course of your own from the
    folder that the environment variable DLCOURSE_NUMBERS names (``build/numbers`` of its root).
    """
    own = os.environ.get("DLCOURSE_NUMBERS")
    folder = Path(own) if own else resources.files("dlcourse.checks") / "numbers"
    file = folder / f"{lecture}.json"
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(
            f"dlcourse has no checks for a lecture {lecture!r}. Update dlcourse (`make lab`), or "
            "look at the name."
        ) from None


class Check:
    """The checks of one lecture: call it with an exercise's id."""

    def __init__(self, numbers):
        self.numbers = numbers

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
        if not verdict.right and verdict.status != "unwritten":
            raise CheckFailed(str(verdict)) from None
        print(verdict)

    def graded(self, exercise):
        """Say in one line how the exercise's points stand (the cell that carries them)."""
        points = self._entry(exercise)["points"]
        unit = "point" if points == 1 else "points"
        verdict = self._verdict(exercise, (), sys._getframe(1).f_globals)
        if not verdict.right:
            mark = "…" if verdict.status == "unwritten" else "✗"
            raise CheckFailed(f"{mark} {exercise}: {points:g} {unit} still open.") from None
        print(f"✓ {exercise}: {points:g} {unit}, if the grader's other cases agree.")

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
        question = read_question(exercise, entry)
        missing = [name for name in names if name not in namespace]
        if missing:
            return undefined(question, missing, [])
        if question.variable:
            outcomes = [{"value": codec.encode(namespace[names[0]])}]
            if namespace[names[0]] is Ellipsis:
                outcomes = [{"value": None}]
        else:
            functions = {name: namespace[name] for name in names}
            collect = outcome.compile_collect(entry["probe"])
            cases = map(outcome.decode_case, entry["cases"])
            outcomes = [outcome.run_case(functions, collect, case) for case in cases]
        return judge_outcomes(question, outcomes)


def write_entry(exercise):
    """Describe an exercise's visible check in JSON types: what `read_question` reads."""
    cases = exercise.visible_cases()
    question = exercise.question(cases)
    return {
        "version": exercise.version,
        "points": exercise.points,
        "functions": exercise.signatures,
        "stable": exercise.stable,
        "variable": exercise.variable,
        "cases": [outcome.encode_case(case, text=True) for case in cases],
        "expected": [_as_text(expected) for expected in question.expected],
        "mistakes": {
            name: [sentence, _as_text(signature)]
            for name, (sentence, signature) in question.mistakes.items()
        },
        "probe": exercise.probe_source,
    }


def _as_text(code):
    """Rewrite encoded arrays inside `code` from base64 to numbers, for people and diffs."""
    if isinstance(code, dict) and "dtype" in code:
        return codec.encode(codec.decode(code), text=True)
    if isinstance(code, dict):
        return {key: _as_text(value) for key, value in code.items() if key not in UNNEEDED}
    if isinstance(code, list):
        return [_as_text(item) for item in code]
    return code


UNNEEDED = ("after", "reports", "line")


def read_question(exercise, entry):
    """Build the `Question` that judges the visible check from its generated numbers."""
    judge = None
    if entry["probe"] is not None:
        judge = outcome.compile_probe(entry["probe"])["judge"]
    return Question(
        exercise,
        entry["functions"],
        [outcome.decode_case(case) for case in entry["cases"]],
        entry["expected"],
        {name: tuple(pair) for name, pair in entry["mistakes"].items()},
        judge,
        entry["stable"],
        entry["variable"],
    )
