"""Known mistakes must be told apart: from the solution, from each other, on every route."""

import json
from itertools import combinations

import numpy as np

from dlcourse.checks import codec
from dlcourse.checks.lookalike import same_signature
from dlcourse.checks.outcome import run_job
from dlcourse.checks.tolerance import arrays_in
from dlcourse.checks.verdict import judge_reply

TELLING = 1e-5  # results this close could be taken for one another: 100 times the tolerance


def lookalike_problems(exercise, seeds=(1,)):
    """List mistakes that pass, or that look like the solution or like another mistake.

    Parameters
    ----------
    exercise : Exercise
    seeds : sequence of int
        Seeds of hidden cases to try beside the visible ones. Trying all mistakes is what building
        takes longest for: the tests of all exercises draw other seeds.

    Returns
    -------
    list of str
    """
    problems = []
    asked = {"the visible cases": exercise.visible_question} | {
        f"the hidden cases of seed {s}": exercise.question(exercise.hidden_cases(s)) for s in seeds
    }
    for place, question in asked.items():
        cases = question.cases
        cells = ["import numpy as np", exercise.solution_source]  # no import of the file's own
        verdict = judge_reply(question, json.loads(run_job(exercise.job(cells, cases))))
        if not verdict.right:
            problems.append(f"{exercise.path}: the solution fails on {place}: {verdict}")
        problems += [f"{exercise.path}: {text}" for text in _endless(question)]
        for name, (_, signature) in question.mistakes.items():
            if all(map(_near, signature, question.expected)):
                problems.append(f"{exercise.path}: {name} passes {place}. Add a case that shows it")
        for (one, (_, a)), (other, (_, b)) in combinations(question.mistakes.items(), 2):
            if same_signature(a, b, TELLING):
                problems.append(
                    f"{exercise.path}: {one} and {other} look the same on {place}. "
                    "Add a case that tells them apart, or keep one"
                )
    return problems


def _endless(question):
    """Find promises of large numbers at which the mathematics itself has no number to give."""
    for case, expected in zip(question.cases, question.expected, strict=True):
        extreme = case.get("promise", "").startswith("extreme") and "value" in (expected or {})
        numbers = arrays_in(codec.decode(expected["value"])) if extreme else []
        if not all(np.isfinite(a).all() for a in numbers):
            yield f"{case['promise']} promises a number where the solution gives inf or nan"


def _near(signature, expected):
    """Tell whether one case of a mistake is right, or so close that rounding could make it so."""
    if signature[0] == "value" and "value" in (expected or {}):
        return same_signature([signature], [["value", expected["value"]]], TELLING)
    return signature == ["right"]
