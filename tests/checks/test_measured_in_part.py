"""Right is an answer of which the judge measures all that it measures of the solution."""

import json

import pytest
from exercises import load

from dlcourse.checks import codec
from dlcourse.checks.examine import examine, right_numbers
from dlcourse.checks.verdict import ByCase, Question


def judge(case, raw):
    """Give up early where the form is another one, as judges do: with a number that is wrong."""
    if "form" in raw:
        return {"form": (raw["form"], "a list of two")}
    return {"sum: first": (raw["sum"], 3.0), "sum: second": (raw["sum"], 3.0)}


def asked(numbers):
    functions, cases = {"f": "()"}, [{"function": None, "args": ()}]
    return Question("q", functions, cases, [None], {}, judge, numbers=numbers)


def outcome(raw):
    return {"value": json.loads(json.dumps(codec.encode(raw)))}


FORGED = outcome({"form": "a list of two"})
NUMBERS = ByCase(lambda index: frozenset({"sum: first", "sum: second"}))


def test_a_judge_that_gives_up_early_and_was_told_what_is_due_has_measured_nothing():
    assert examine(asked(None), 0, FORGED)[0] is None  # nobody else would notice
    assert examine(asked(NUMBERS), 0, FORGED)[0].kind == "type"
    assert examine(asked(NUMBERS), 0, outcome({"sum": 3.0}))[0] is None
    assert examine(asked(NUMBERS), 0, outcome({"sum": 4.0}))[0].kind == "value"


def test_a_part_whose_numbers_were_not_measured_is_not_right():
    assert right_numbers(asked(NUMBERS), 0, FORGED) == {
        "form": True,
        "sum: first": False,
        "sum: second": False,
    }


@pytest.mark.parametrize("name", ["layer_gradient_norms", "k_fold"])
def test_an_exercise_names_all_that_is_measured_of_its_solution(name):
    exercise = load(name)
    cases = exercise.hidden_cases(7)
    question = exercise.question(cases)
    assert not question.ready
    question.prepare()
    assert question.ready
    for index, one in enumerate(exercise.outcomes(cases)):
        measured = exercise.probe.judge(cases[index]["args"], codec.decode(one["value"]))
        assert question.numbers[index] == set(measured)
