"""Float32 is held to one rule by the check, the grader's two kinds of cases, and probes."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from exercises import IDS, load
from test_precision import off_by, rounded, single

from dlcourse.checks.entry import read_question, write_entry
from dlcourse.checks.tolerance import in_float32
from dlcourse.checks.verdict import judge_outcomes
from dlcourse.grading.answer import Paper

PROBES = [name for name in IDS if load(name).probe]
NETWORKS = {"torch_train_step"}  # handed to the answer: it has their precision
# differences of numbers that float32 holds to seven digits
NO_DIGIT_LEFT = {"numerical_gradient"}


def each(value, change):
    """A raw result, or a function that gives one, with each of its decimals changed."""
    if isinstance(value, torch.nn.Module):
        return value  # its probe says in which precision it computes
    if callable(value):
        return lambda *args, **more: each(value(*args, **more), change)
    if isinstance(value, list | tuple):
        return type(value)(each(item, change) for item in value)
    if isinstance(value, dict):
        return {key: each(item, change) for key, item in value.items()}
    double = isinstance(value, float | np.float64) or getattr(value, "dtype", None) == np.float64
    return change(value) if double else value


def narrowed(value):
    """What comes in, with every array in float32, and what functions give."""
    if callable(value) and not isinstance(value, np.random.Generator):
        return each(value, single)
    return in_float32(value)


def computing(function):
    return lambda *args: each(function(*map(narrowed, args)), single)


def rounding(function):
    return lambda *args: each(function(*args), single)


def off(share):
    """A little more than what is right, in float32."""
    return lambda function: lambda *args: each(function(*args), lambda v: single(v * (1 + share)))


def judged(name, how, where, functions=None):
    exercise = load(name)
    cases = exercise.visible_cases() if where == "visible" else exercise.hidden_cases(0)
    asked = replace(exercise.question(cases), mistakes={})
    functions = exercise.functions if functions is None else functions
    changed = {key: how(function) for key, function in functions.items()}
    return judge_outcomes(asked, json.loads(json.dumps(exercise.outcomes(cases, changed))))


@pytest.mark.parametrize("where", ["visible", "hidden"])
@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=[pytest.mark.long] if n == "train_run" else []) for n in PROBES],  # 10 s
)
def test_a_probe_takes_a_solution_in_float32(name, where):
    for how in [rounding] if name in NETWORKS | NO_DIGIT_LEFT else [rounding, computing]:
        verdict = judged(name, how, where)
        assert verdict.right, str(verdict)


EXACT = [
    "accumulate_gradients",
    "dropconnect",
    "gradient_descent",
    "layer_gradient_norms",
    "layer_stds",
    "numerical_gradient",
    "rescale_layers",
    "torch_train_step",
]


@pytest.mark.parametrize("where", ["visible", "hidden"])
@pytest.mark.parametrize("name", EXACT)
def test_a_probe_refuses_what_float32_does_not_explain(name, where):
    assert not judged(name, off(1e-5), where).right


@pytest.mark.parametrize("name", ["sigmoid", "linear_backward", "gradient_descent"])
def test_check_and_grader_hold_float32_to_the_same(name):
    exercise = load(name)
    entry = json.loads(json.dumps(write_entry(exercise)))
    visible, hidden = Paper(exercise, seed=0).questions
    check = read_question(name, entry)
    for asked in (check, visible, hidden):
        for how, right in [(rounding, True), (off(1e-5), False)]:
            changed = {key: how(function) for key, function in exercise.functions.items()}
            outcomes = json.loads(json.dumps(exercise.outcomes(asked.cases, changed)))
            assert judge_outcomes(asked, outcomes).right == right
    assert list(map(check.single, range(len(check.cases)))) == entry["single"]
    assert list(map(visible.single, range(len(visible.cases)))) == entry["single"]


def test_a_fault_of_a_millionth_beside_1_is_refused_in_float32_where_it_is_no_rounding():
    due = np.array([1.0, 0.5])
    [case] = [{"function": None, "args": (due,)}]
    asked = replace(load("relu").question([case]), mistakes={}, parts=())
    for share, right in [(0.0, True), (1e-6, True), (3e-6, False)]:
        function = rounded(off_by(share)(load("relu").functions["relu"]))
        outcomes = load("relu").outcomes([case], {"relu": function})
        assert judge_outcomes(asked, outcomes).right == right


@pytest.mark.long
@pytest.mark.parametrize("name", [name for name in IDS if not load(name).variable])
def test_no_known_mistake_is_right_in_float32(name):
    for _, functions in load(name).wrong.values():
        assert not all(judged(name, rounding, w, functions).right for w in ("visible", "hidden"))
