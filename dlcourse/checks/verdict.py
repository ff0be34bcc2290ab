"""From outcomes to one verdict: right, not yet written, or what is wrong first and why.

The same code serves the check cell in the notebook (numbers from the package) and the grader
(numbers from the exercise file): both build a `Question` and hand it what the answer did.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from dlcourse.checks import codec
from dlcourse.checks.advice import general_sentence, precision_advice
from dlcourse.checks.compare import compare, entries
from dlcourse.checks.examine import examine, right_numbers, side_effects
from dlcourse.checks.lookalike import recognise
from dlcourse.checks.loud import HUSHED
from dlcourse.checks.promises import BROKEN
from dlcourse.checks.show import typed
from dlcourse.checks.tolerance import SINGLES, dtypes, held_to, precisions

CODE = "    "  # before a line that stands before the call
NO_OPTION = "That is none of the numbered options: write an option's number, not its text."


class ByCase(dict):
    """What `make` gives for the number of a case, made once for all answers."""

    def __init__(self, make):
        self.make = make

    def __missing__(self, index):
        self[index] = self.make(index)
        return self[index]


@dataclass(frozen=True)
class Question:
    """What judging needs: cases, what is expected of each, and how known mistakes look.

    `expected` holds an outcome's ``value`` or ``raises`` for each case (None with a probe, whose
    `judge` knows); `mistakes` maps a name to (sentence, signature a case); `parts` names what is
    judged alone, too: the functions, or the items of the result; `given` holds the arguments that
    the answer's process received of each case; `call` says how a case of a probe is typed, `taken`
    how its arguments are called there; `results` names the items of a result; `single` gives for
    the number of a case what a result in float32 is held to, see `dlcourse.checks.tolerance`; of
    fewer right parts than `least`, or without one of `needs`, none counts; `numbers` gives for the
    number of a case the names of all that the probe's judge measures of the solution, without
    which nothing is right (None: nobody asks).
    """

    id: str
    functions: dict  # name -> signature as text
    cases: list
    expected: list
    mistakes: dict
    judge: Callable | None = None
    stable: bool = False
    variable: bool = False
    parts: tuple = ()
    given: list | None = None
    call: Callable | None = None
    taken: tuple = ()
    results: tuple = ()
    single: Callable | None = None
    least: int = 1
    needs: tuple = ()
    numbers: ByCase | None = None

    @property
    def ready(self):
        """Whether all that judging may ask of the exercise's file has been tried out."""
        measured = self.numbers is None or len(self.numbers) == len(self.cases)
        return measured and getattr(self.mistakes, "tried", True)  # in a plain dict they all are

    def prepare(self):
        """Try it out: the solution's numbers and the mistakes."""
        if self.numbers is not None:
            for index in range(len(self.cases)):
                self.numbers[index]
        dict(self.mistakes)

    @property
    def own(self):
        """How many cases are the exercise's own; those that promises add come after them."""
        return sum("promise" not in case for case in self.cases)

    def received(self, index):
        """The arguments of a case as the answer's process received them."""
        return self.cases[index]["args"] if self.given is None else self.given[index]

    @cached_property
    def due(self):
        """What is expected of each case as a result."""
        return ByCase(lambda index: codec.decode(self.expected[index]["value"]))

    @cached_property
    def left(self):
        """Each case's arguments after a call that changed none, as text in which 1 is no 1.0."""
        return ByCase(lambda index: json.dumps(codec.encode(self.received(index))))

    @cached_property
    def _held(self):
        return ByCase(lambda index: held_to(self.cases[index]["args"], self.due[index]))

    def held(self, index, got):
        """What a result of a case is held to."""
        return self._held[index]._replace(single=self.single_of(index, got))

    def single_of(self, index, got):
        """What a result is held to by its float32; None if it has none, or if more came in."""
        return self.single(index) if self.single and dtypes(got) & SINGLES else None


@dataclass(frozen=True)
class Verdict:
    """One answer's verdict; `status` is right, unwritten, undefined, or the kind of fault.

    `right_parts` are those that count, and `uncounted` says why others that are right do not.
    """

    id: str
    status: str
    call: str = ""
    gave: str = ""
    expected: str = ""
    sentence: str = ""
    diagnosis: str | None = None
    advice: str = ""
    right_cases: int = 0
    cases: int = 0
    right_parts: tuple = ()
    uncounted: str = ""
    signature: list = field(default_factory=list, repr=False)

    @property
    def right(self):
        """True for a right answer."""
        return self.status == "right"

    def __str__(self):
        if self.right:
            return f"✓ {self.id}: right." + (f" {self.advice}" if self.advice else "")
        praise = praised(self.right_parts)
        if self.status == "unwritten":
            which = f"{self.call} is " if self.call else ""
            state = self.sentence or "not yet written"
            return f"… {self.id}: {which}{state}." + (f" {praise}." if praise else "")
        *setup, call = (self.call or self.id).splitlines()
        lines = [f"✗ {call}{', after these lines:' * bool(setup)}", *(CODE + s for s in setup)]
        if self.expected:
            lines += [f"  gave     {self.gave}", f"  expected {self.expected}"]
        elif self.gave:  # what is expected of a choice is its answer
            lines += [f"  gave     {self.gave}"]
        lines += [f"  {self.sentence}"] if self.sentence else []
        return "\n".join([*lines, *(f"  {text}." for text in (praise, self.uncounted) if text)])


def praised(parts):
    """Say which parts are right, without the full stop; empty if none is."""
    if len(parts) < 2:
        return f"{parts[0]} is right" if parts else ""
    return f"{', '.join(parts[:-1])} and {parts[-1]} are right"


def judge_reply(question, reply):
    """Turn what `run_job` replied into a `Verdict`."""
    if "missing" in reply:
        return undefined(question, reply["missing"], [text for *_, text in reply["problems"]])
    return judge_outcomes(question, reply["outcomes"])


def undefined(question, missing, problems):
    """Report an answer whose names do not exist, with the last thing that went wrong."""
    name = missing[0]
    why = f" The last error: {problems[-1]}" if problems else " Run the cell that defines it first."
    return Verdict(question.id, "undefined", sentence=f"{name} is not defined.{why}")


def unwritten(question):
    """Report an answer that is still the source which the exercise began with."""
    return Verdict(question.id, "unwritten", sentence="not yet changed", cases=len(question.cases))


def judge_outcomes(question, outcomes):
    """Judge one outcome a case; the first wrong case is the one that is told."""
    if len(outcomes) != len(question.cases):
        return Verdict(question.id, "type", sentence="The answer did not come back whole.")
    examined = [examine(question, i, outcome) for i, outcome in enumerate(outcomes)]
    signature = [signature for _, signature in examined]
    wrong = [i for i, (finding, _) in enumerate(examined) if finding]
    found = right_parts(question, outcomes, [finding for finding, _ in examined])
    counts = {
        "right_cases": len(outcomes) - len(wrong),
        "cases": len(outcomes),
        "right_parts": counting(question, found),
        "uncounted": uncounted(question, found),
    }
    if not wrong:
        advice = advice_on(question, outcomes)
        return Verdict(question.id, "right", advice=advice, signature=signature, **counts)
    first = wrong[0]
    finding = examined[first][0]
    if finding.kind == "unwritten":
        name = question.cases[first]["function"] if counts["right_parts"] else ""
        return Verdict(question.id, "unwritten", call=name, signature=signature, **counts)
    kinds = [finding and finding.kind for finding, _ in examined]
    diagnosis = recognise(question, signature, kinds)
    broken = BROKEN.get(question.cases[first].get("promise"), "")
    sentence = f"{general_sentence(finding)} {broken}".strip()
    if diagnosis:
        sentence = question.mistakes[diagnosis][0]
    if question.variable and not diagnosis:
        sentence = NO_OPTION
    return Verdict(
        question.id,
        finding.kind,
        call=call_text(question, first),
        gave=finding.gave,
        expected="" if question.variable else finding.expected,  # of a choice it is the answer
        sentence=sentence,
        diagnosis=diagnosis,
        signature=signature,
        **counts,
    )


def right_parts(question, outcomes, findings):
    """Name the parts that are right in every case that is about them, and in one at least."""
    if question.judge and question.parts and not {*question.parts} & {*question.functions}:
        return _right_by_numbers(question, outcomes)
    right = []
    for part in question.parts:
        if part in question.functions:
            about = [i for i, case in enumerate(question.cases) if case["function"] == part]
            good = [findings[i] is None for i in about]
        else:
            where = question.parts.index(part)
            good = [
                findings[i] is None or _item_is_right(question, i, outcome, where)
                for i, outcome in enumerate(outcomes)
            ]
        if good and all(good):
            right.append(part)
    return tuple(right)


def _right_by_numbers(question, outcomes):
    """Name the parts whose numbers are right: those that begin with the part and a colon."""
    measured = [right_numbers(question, i, outcome) for i, outcome in enumerate(outcomes)]
    if None in measured:
        return ()
    numbers = [number for case in measured for number in case.items()]
    right = []
    for part in question.parts:
        own = [good for name, good in numbers if name.startswith(f"{part}: ")]
        right += [part] if own and all(own) else []
    return tuple(right)


def counting(asked, right):
    """Those right parts that count (`asked` is the question or the exercise): all of them, or none
    where they are too few or what is needed is not among them."""
    enough = len(right) >= asked.least and (not asked.needs or {*asked.needs} & {*right})
    return tuple(right) if enough else ()


def uncounted(asked, right):
    """Name the right parts, and say why none counts, without the full stop; empty if they do."""
    if not right or counting(asked, right):
        return ""
    among = f", {' or '.join(asked.needs)} among them" if asked.needs else ""
    said = f"{praised(right)}, {len(right)} of {len(asked.parts)}"
    return f"{said}; the first point needs {asked.least}{among}"


def _item_is_right(question, index, outcome, where):
    """Judge one item of a result whose other items are wrong."""
    expected = question.expected[index]
    if "value" not in outcome or "value" not in expected:
        return False
    got, expected = codec.decode(outcome["value"]), question.due[index]
    if isinstance(got, np.ndarray) and got.ndim == 1:
        got = entries(got)
    if not isinstance(got, list | tuple) or len(got) != len(expected):
        return False
    held = question.held(index, got)
    wrong = compare([got[where]], [expected[where]], held)
    return not wrong and side_effects(question, index, outcome)[0] is None


def advice_on(question, outcomes):
    """A right answer that made NumPy report trouble, or changed the precision, gets a word of
    advice, never less points.
    """
    reports = {kind for outcome in outcomes for kind in outcome.get("reports", [])}
    reports = sorted(reports - {HUSHED})
    advice = [f"NumPy reported {', '.join(reports)} on the way."] if reports else []
    if not question.judge and not question.variable:
        told = (
            precision_advice(precisions(case["args"]), precisions(codec.decode(outcome["value"])))
            for case, outcome in zip(question.cases, outcomes, strict=True)
            if "value" in outcome
        )
        advice += filter(None, [next(filter(None, told), "")])
    return " ".join(advice)


def call_text(question, index):
    """Write the call of a case as a learner can type it; lines that it needs stand before it."""
    if question.variable:
        return question.id
    case = question.cases[index]
    name = case["function"] or next(iter(question.functions))
    if question.call:
        template, *values = question.call(case["args"])
        return template.format(*map(typed, values))
    if question.judge:  # a probe's case is none of the function's arguments
        return f"{name}{question.functions[name]}"
    return f"{name}({', '.join(map(typed, case['args']))})"
