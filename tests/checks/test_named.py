"""What a verdict shows bears the names of the statement: items of a result, changed arguments."""

import json

import numpy as np
import pytest
from exercises import IDS, load

from dlcourse.checks import codec
from dlcourse.checks.entry import read_question, write_entry
from dlcourse.checks.verdict import judge_outcomes


def verdicts(exercise, functions):
    """The verdict from the exercise's file, and the one from its generated numbers."""
    outcomes = json.loads(json.dumps(exercise.outcomes(exercise.visible_cases(), functions)))
    own = exercise.question(exercise.visible_cases())
    generated = read_question(exercise.id, json.loads(json.dumps(write_entry(exercise))))
    return [judge_outcomes(question, outcomes) for question in (own, generated)]


def worse(item):
    return [worse(i) for i in item] if isinstance(item, list) else np.asarray(item) + 1


def tuples():
    """Every exercise whose function returns a tuple, by what it gives in the first case."""
    for exercise in map(load, IDS):
        first = exercise.outcomes(exercise.visible_cases())[0] if not exercise.probe else {}
        value = codec.decode(first["value"]) if "value" in first else None
        if isinstance(value, tuple):
            yield exercise, value


def test_a_wrong_item_of_a_tuple_is_told_by_its_name():
    bare, seen = [], 0
    for exercise, value in tuples():
        cases = exercise.visible_cases()
        question = exercise.question(cases)
        names = question.results or ["?"] * len(value)
        for place, name in enumerate(names):
            first, *others = exercise.outcomes(cases)
            wrong = (*value[:place], worse(value[place]), *value[place + 1 :])
            outcome = {**first, "value": codec.encode(wrong)}
            told = judge_outcomes(question, [outcome, *others])
            bare += [] if told.gave.startswith(f"{name}: ") else [(exercise.id, place, told.gave)]
        seen += 1
    assert seen > 8
    assert not bare


def changing(function, change):
    def answer(*args):
        result = function(*args)
        change(*args)
        return result

    return answer


CHANGES = {
    "an argument": ("softmax_jacobian", lambda p: np.add(p, 1, out=p), "p"),
    "an argument of two": ("linear_backward", lambda dout, x, W, b: np.add(W, 1, out=W), "W"),
    "a probe's argument": ("gradient_descent", lambda g, x, *_: np.add(x, 1, out=x), "x0"),
    "a list in a probe": (
        "rescale_layers",
        lambda X, Ws, g: np.add(Ws[0], 1, out=Ws[0]),
        "weights",
    ),
}


@pytest.mark.parametrize(("exercise", "change", "name"), CHANGES.values(), ids=CHANGES)
def test_an_argument_that_was_changed_is_told_by_its_name(exercise, change, name):
    asked = load(exercise)
    answer = changing(asked.functions[exercise], change)
    for verdict in verdicts(asked, {exercise: answer}):
        assert verdict.status == "input changed"
        assert verdict.gave.startswith(f"{name} changed to ")
        assert verdict.expected.startswith(f"{name} as it was: ")


def recursive(output):
    gradients = {}

    def walk(node, gradient):
        gradients[node] = gradients.get(node, 0.0) + gradient
        for parent, part in zip(node.parents, node.pullback(gradient), strict=True):
            walk(parent, part)

    walk(output, 1.0)
    return gradients


def listing(which):
    def listed(output):
        gradients, waiting = {}, [(output, 1.0)]
        while waiting:
            node, gradient = waiting.pop(which)
            gradients[node] = gradients.get(node, 0.0) + gradient
            waiting.extend(zip(node.parents, node.pullback(gradient), strict=True))
        return gradients

    return listed


@pytest.mark.parametrize(
    "answer", [recursive, listing(-1), listing(0)], ids=["recursion", "a stack", "a queue"]
)
def test_whoever_walks_every_path_is_told_so_by_the_check_and_by_the_grader(answer):
    exercise = load("accumulate_gradients")
    for verdict in verdicts(exercise, {exercise.id: answer}):
        assert verdict.diagnosis in {"walks_every_path", "lists_every_path"}
        assert "path is walked" in verdict.sentence
