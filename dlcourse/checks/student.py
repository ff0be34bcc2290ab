"""What a notebook's check cells call.

A lecture begins with ``check = begin("04_backpropagation", "<release>")``, see
`dlcourse.checks.begin`; after each exercise stands ``check("relu")``. The verdict comes from
numbers that the builder generated; nothing here knows a solution, and nothing here decides a mark.
"""

import importlib
import os
import re
import sys
import textwrap
from dataclasses import replace

from dlcourse.checks import codec, history, outcome
from dlcourse.checks.begin import begin  # noqa: F401  notebooks of older releases look here
from dlcourse.checks.entry import read_probe, read_question
from dlcourse.checks.failed import CheckFailed
from dlcourse.checks.meant import did_not_run, other_name
from dlcourse.checks.page import read_page
from dlcourse.checks.patience import Stopped, within
from dlcourse.checks.prepared import unprepared
from dlcourse.checks.pristine import as_they_are, told
from dlcourse.checks.reach import Scene, out_of_reach
from dlcourse.checks.record import Record
from dlcourse.checks.slow import too_slow
from dlcourse.checks.solutions import (
    display_solution,
    display_text,
    explanations,
    solution_file,
)
from dlcourse.checks.starter import still_starter_functions
from dlcourse.checks.tries import fingerprint, tries_needed
from dlcourse.checks.verdict import (
    CODE,
    Verdict,
    call_text,
    judge_outcomes,
    undefined,
    unwritten,
)
from dlcourse.extras import need

EXAMPLE = re.compile(r"(first|last) example")  # what a hint may speak of
GAVE = ("value", "shape", "type", "not finite", "report", "input changed")  # and what it is about
NO_TRY = ("right", "unwritten", "undefined", "unprepared", "interrupted")
WIDTH = 96  # of what a check says
SECONDS = 10  # for an answer's visible cases
RULE = (
    "  The grader has {}, Python's own modules, the given cells of this page and your own cells, "
    "nothing else: it will not find"
)
HAS = {"torch": "NumPy and PyTorch"}  # by an exercise's kind; NumPy alone otherwise
IF_OTHERS_AGREE = "if the grader's other cases agree."
VALIDATING = "NBGRADER_VALIDATING"  # set where nbgrader's Validate asks, which reads exceptions


SWITCHED_OFF = "This edition of the lecture shows no solutions: ask whoever gave it to you."
NO_SOLUTIONS = "There are no solutions here; a copy of the whole course has them."


class Check:
    """The checks of one lecture: call it with an exercise's id."""

    def __init__(self, numbers, hints=True, solutions=True, record=None):
        self.numbers, self.hints, self.solutions = numbers, hints, solutions
        self.record = record or Record()
        self.page = read_page(numbers)
        self.latest = None  # exercise, answer, verdict, and how many cells had run before

    def __call__(self, exercise=None, *answers):
        """Print ✓, or that nothing is written yet; raise `CheckFailed` with what is wrong first.

        Parameters
        ----------
        exercise : str
            The exercise's id; its function itself will do.
        *answers : callable
            The answer's functions; by default those of that name in the notebook.
        """
        space = sys._getframe(1).f_globals
        exercise = self._named(exercise, "check")
        answer = self._answer(exercise, answers, space)
        verdict = self._verdict(exercise, answer, space)
        self.latest = exercise, answer, verdict, len(history.cells())
        self._record(exercise, verdict, answer)
        lines = [*self._meant(exercise, verdict, {} if answers else space)]
        lines += [part for line in str(verdict).splitlines() for part in _filled(line)]
        text = "\n".join(lines)
        if not verdict.right and verdict.status != "unwritten":
            raise CheckFailed("\n".join([text, *self._help(exercise, verdict)])) from None
        print(text)
        if verdict.right and (lost := self._beyond(exercise, answer, space)):
            has = HAS.get(self._entry(exercise).get("kind"), "NumPy")
            print("\n".join(_filled(f"{RULE.format(has)} {_listed(lost)}.")))
        elif verdict.right:
            self._warn_of_time(exercise, answer, space)

    def graded(self, exercise):
        """Say in one line how the exercise's points stand (the cell that carries them).

        Raises
        ------
        CheckFailed
            If the answer is wrong; for one not yet written, only where nbgrader validates.
        """
        space = sys._getframe(1).f_globals
        exercise = self._named(exercise, "check.graded")
        entry = self._entry(exercise)
        points = entry["points"]
        unit = "point" if points == 1 else "points"
        answer = self._answer(exercise, (), space)
        verdict = self._found_just_now(exercise, answer) or self._verdict(exercise, answer, space)
        mark = "…" if verdict.status == "unwritten" else "✗"
        text = f"{mark} {exercise}: {points:g} {unit} still open."
        if verdict.right_parts:  # each earns its share, as in the grader
            earned = round(points * len(verdict.right_parts) / len(entry["parts"]), 2)
            text = f"{mark} {exercise}: {earned:g} of {points:g} {unit}, {IF_OTHERS_AGREE}"
        if verdict.status == "unwritten" and not os.environ.get(VALIDATING):
            print(text)  # no red for somebody who has not begun
            return
        if not verdict.right:
            raise CheckFailed(text) from None
        if lost := self._beyond(exercise, answer, space):
            text = f"✗ {exercise}: right here, but the grader will not find {_listed(lost)}."
            raise CheckFailed("\n".join(_filled(text)))
        print(f"✓ {exercise}: {points:g} {unit}, {IF_OTHERS_AGREE}")
        self._warn_of_time(exercise, answer, space)

    def show_solution(self, exercise=None):
        """Show one way to write an exercise, once you have solved it or tried a few times.

        Parameters
        ----------
        exercise : str
            The exercise's id; its function itself will do. "explain" names the questions that are
            answered in words; the name of one of them shows an answer, to compare with yours.
        """
        if isinstance(exercise, str) and exercise.startswith("explain"):
            self._show_explanation(exercise)
            return
        try:
            exercise = self._named(exercise, "show_solution")
            refusal = self._refusal(exercise)
        except CheckFailed as unknown:
            refusal = unknown
        if refusal:
            print(refusal)
        else:
            display_solution(solution_file(exercise))
            self.record.saw_solution(self.numbers["lecture"], exercise)

    def _show_explanation(self, name):
        """Show an answer in words, or which there are."""
        found = explanations(self.numbers["lecture"]) if self.solutions else {}
        if not self.solutions or found is None:
            print(NO_SOLUTIONS if self.solutions else SWITCHED_OFF)
        elif name in found:
            display_text(found[name], found[name])
        elif found:
            calls = ", ".join(f'show_solution("{one}")' for one in found)
            print("\n".join(_filled(f"Answers to compare with yours: {calls}.")))
        else:
            print("No question of this lecture asks for an explanation.")

    def _refusal(self, exercise):
        """Say why a solution is not shown; empty if it is."""
        entry = self._entry(exercise)
        if not self.solutions:
            return SWITCHED_OFF
        if solution_file(exercise) is None:
            return NO_SOLUTIONS
        left = self._tries_left(exercise)
        if not left or "solved" in self.record.entry(self.numbers["lecture"], exercise):
            return ""
        kind = "different" if left == tries_needed(entry) else "more"
        tries = f"{left} {kind} {'try' if left == 1 else 'tries'}"
        first = (
            "the hint comes, then the solution" if self._hint(exercise) else "the solution comes"
        )
        return f"Try {exercise} yourself first: after {tries} {first}."

    def _help(self, exercise, verdict):
        """Lines for somebody who is stuck; a hint is about what an answer gives."""
        if self._tries_left(exercise):
            return
        if (hint := self._hint(exercise)) and verdict.status in GAVE:
            yield from _filled(f"  Hint: {hint}")
            yield from self._example(exercise, hint, verdict)
        if self.solutions and solution_file(exercise):
            call = f'show_solution("{exercise}")'
            yield f"  Still stuck? In a new cell, {call} shows one way to do it."

    def _example(self, exercise, hint, verdict):
        """Lines that show the example of which a hint speaks, where the verdict is on another."""
        if found := EXAMPLE.search(hint):
            question = read_question(exercise, self._entry(exercise))
            call = call_text(question, 0 if found[1] == "first" else question.own - 1)
            if call != verdict.call:
                yield from _filled(f"  The {found[0]} is {call}.")

    def _hint(self, exercise):
        return self.hints and self._entry(exercise).get("hint", "")

    def _tries_left(self, exercise):
        wrong = self.record.entry(self.numbers["lecture"], exercise).get("wrong", [])
        return max(0, tries_needed(self._entry(exercise)) - len(wrong))

    def _entry(self, exercise):
        return self.numbers["exercises"][exercise]

    def _named(self, meant, asked):
        """The id of the exercise that is meant, by its id or by a function of it."""
        exercises = self.numbers["exercises"]
        name = getattr(meant, "__name__", meant)
        if isinstance(name, str):
            of_it = (e for e, entry in exercises.items() if name in entry["functions"])
            if found := name if name in exercises else next(of_it, ""):
                return found
        known = ", ".join(exercises)
        if meant is None and exercises:
            text = f'Say which exercise: {asked}("{next(iter(exercises))}"), say. '
        else:
            text = f"No exercise {name!r} here. "
        raise CheckFailed("\n".join(_filled(f"{text}There are: {known}."))) from None

    def _found_just_now(self, exercise, answer):
        """The verdict of a check in the cell that ran just before: nothing can have changed."""
        if self.latest is None or self.latest[0] != exercise:
            return None
        _, checked, verdict, before = self.latest
        same = checked.keys() == answer.keys() and all(checked[n] is answer[n] for n in answer)
        return verdict if same and len(history.cells()) == before + 1 else None

    def _answer(self, exercise, answers, space):
        """The answer's functions (or its one value) by name, as far as they exist."""
        names = list(self._entry(exercise)["functions"])
        found = dict(zip(names, answers, strict=False)) if answers else space
        return {name: found[name] for name in names if name in found}

    def _verdict(self, exercise, answer, space):
        entry = self._entry(exercise)
        kind = entry.get("kind", "numpy")
        question = read_question(exercise, entry)
        if kind == "torch":
            need("torch", f"The exercise {exercise}")
            # whole, before the clock runs: optimizers load it, for seconds
            importlib.import_module("torch._dynamo")
        try:
            with as_they_are() as replaced:
                verdict = within(SECONDS, lambda: judge_answer(question, answer, entry))
        except Stopped as stopped:
            where = f", {stopped.where}" if stopped.where else ""
            text = f"Still running after {SECONDS} seconds{where}: does the loop end?"
            return Verdict(exercise, "too long", sentence=text)
        except KeyboardInterrupt:
            return Verdict(exercise, "interrupted", sentence="You stopped it: nothing is decided.")
        given = self.page.for_kind(kind).given
        if not verdict.right and (text := unprepared(answer, space, given)):
            return Verdict(exercise, "unprepared", sentence=text)
        if not (verdict.right or verdict.status == "unwritten") and replaced:
            sentence = " ".join(filter(None, [verdict.sentence, told(replaced)]))
            verdict = replace(verdict, sentence=sentence)
        return verdict

    def _beyond(self, exercise, answer, space):
        """What of a right answer the grader will not find, in words."""
        return out_of_reach(answer, self._scene(exercise, space))

    def _warn_of_time(self, exercise, answer, space):
        """Say what of a right answer the grader may leave out since its cell takes too long."""
        if text := too_slow(answer, self._scene(exercise, space)):
            print("\n".join(_filled(f"  {text}")))

    def _scene(self, exercise, space):
        kind = self._entry(exercise).get("kind", "numpy")
        known = history.cells(), history.order(), history.saved()
        return Scene(space, self.page.for_kind(kind), exercise, kind, *known)

    def _meant(self, exercise, verdict, space):
        """Lines above a verdict that is about another answer than the one just written."""
        names, last = list(self._entry(exercise)["functions"]), history.last()
        others = [n for entry in self.numbers["exercises"].values() for n in entry["functions"]]
        lines = [did_not_run(names, last)]
        if not verdict.right and space:
            lines.append(other_name(names, others, space, last))
        return [line for line in lines if line]

    def _record(self, exercise, verdict, answer):
        lecture, entry = self.numbers["lecture"], self._entry(exercise)
        if verdict.right:
            self.record.solved(lecture, exercise, entry.get("asked", ""))
        elif verdict.status not in NO_TRY:
            name = fingerprint(list(answer.values()))
            if entry["variable"]:  # there is nothing to change about a number: each one is a try
                name += f"-{len(self.record.entry(lecture, exercise).get('wrong', []))}"
            self.record.tried(lecture, exercise, name)


def _filled(text):
    """Break a line at words, which a browser would break anywhere; the rest is indented."""
    if text.startswith(CODE):
        return [text]  # code is pasted line by line
    value = re.match(r"  (gave|expected) +", text)
    indent = " " * len(value[0]) if value else "  "
    return textwrap.wrap(
        text, WIDTH, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False
    )


def _listed(words):
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


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
