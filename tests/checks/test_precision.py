"""A right answer in float32 is right on float64, too; a formula that is a little off is not."""

import json
import runpy
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from exercises import IDS, load

from dlcourse.checks import codec, tolerance
from dlcourse.checks.compare import compare
from dlcourse.checks.tolerance import Held, explained, in_float32
from dlcourse.checks.verdict import judge_outcomes

ROOT = Path(__file__).parents[2]
VISIBLE = "visible"  # in the place of a seed


ARRAYS = [name for name in IDS if not (load(name).probe or load(name).variable)]


def single(value):
    """A result with every number in float32."""
    if isinstance(value, list | tuple):
        return type(value)(map(single, value))
    double = isinstance(value, float | np.float64) or getattr(value, "dtype", None) == np.float64
    return np.asarray(value, np.float32)[()] if double else value


def computed(function):
    """A function that computes in float32, whatever comes in."""
    return lambda *args: single(function(*in_float32(args)))


def rounded(function):
    """One that computes in float64 and rounds its result."""
    return lambda *args: single(function(*args))


@cache
def question(name, seed):
    cases = load(name).visible_cases() if seed == VISIBLE else load(name).hidden_cases(seed)
    return load(name).question(cases)


def judged(name, functions, how, seed=0):
    """The verdict on the hidden cases of a seed, or on the visible ones."""
    asked = question(name, seed)
    changed = {key: how(function) for key, function in functions.items()}
    return judge_outcomes(asked, json.loads(json.dumps(load(name).outcomes(asked.cases, changed))))


def right_answers(name):
    path = ROOT / "tests" / "right_answers" / f"{name}.py"
    for label, cells in runpy.run_path(str(path))["ANSWERS"].items():
        space = {"np": np, "__name__": "__main__"}
        for cell in [cells] if isinstance(cells, str) else cells:
            exec(cell, space)
        yield label, {key: space[key] for key in load(name).functions}


EXACT = {"find_duplicates"}  # equal is asked exactly: float32 makes rows equal that are not


@pytest.mark.parametrize("how", [computed, rounded])
@pytest.mark.parametrize("name", [name for name in ARRAYS if name not in EXACT])
def test_a_solution_in_float32_is_right_and_advised(name, how):
    for seed in (VISIBLE, 0, 1, 2):
        verdict = judged(name, load(name).functions, how, seed)
        assert verdict.right, str(verdict)
        assert ("float32 went out" in verdict.advice) == gives_single(name, seed, how)


@pytest.mark.parametrize("name", EXACT)
def test_where_equality_is_asked_what_computes_in_float32_is_refused_and_what_rounds_is_right(name):
    functions = load(name).functions
    assert not judged(name, functions, computed, 0).right
    assert all(judged(name, functions, rounded, seed).right for seed in (VISIBLE, 0, 1, 2))


def gives_single(name, seed, how):
    """Tell whether a case of float64 arrays alone gives decimals."""
    asked = question(name, seed)
    values = (codec.decode(outcome.get("value")) for outcome in asked.expected)
    pairs = zip(asked.cases, values, strict=True)
    return any(
        tolerance.precisions(case["args"]) == {"float64"}
        and any(a.ndim and a.dtype.kind == "f" for a in tolerance.arrays_in(value))
        for case, value in pairs
    )


# right in float64, and in float32 throughout as bad as their way makes them
THEIR_CHOICE = {
    # of seconds since 1970 float32 keeps two minutes, and an hour is called constant
    ("standardize", "a class with fit and transform"),
    ("standardize", "np.isclose to the first row, both sets stacked"),
    # of a small velocity the difference of two weights keeps few digits
    ("momentum_step", "the step first, the velocity as a difference"),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_other_right_answers_in_float32_are_right(name):
    for label, functions in right_answers(name):
        how = rounded if (name, label) in THEIR_CHOICE or name in EXACT else computed
        for seed in (VISIBLE, 0):
            verdict = judged(name, functions, how, seed)
            assert verdict.right, f"{label}\n{verdict}"


def off_by(share):
    """What multiplies each float of a result by a little more than 1."""

    def off(value):
        if isinstance(value, list | tuple):
            return type(value)(map(off, value))
        whole = isinstance(value, int) or getattr(value, "dtype", np.dtype(float)).kind != "f"
        return value if whole or isinstance(value, str) else value * (1 + share)

    return lambda function: lambda *args: single(off(function(*args)))


@cache
def gives_decimals(name):
    values = (codec.decode(outcome.get("value")) for outcome in question(name, 0).expected)
    return any(a.dtype.kind == "f" for value in values for a in tolerance.arrays_in(value))


@pytest.mark.parametrize("seed", [pytest.param(VISIBLE, marks=pytest.mark.long), 0])
@pytest.mark.parametrize("name", [name for name in ARRAYS if gives_decimals(name)])
def test_a_result_in_float32_that_is_off_by_a_hundred_thousandth_is_refused(name, seed):
    functions = load(name).functions
    for key in functions:
        off = {**functions, key: off_by(1e-5)(functions[key])}
        assert not judged(name, off, lambda f: f, seed).right


SLIPPED = {  # a little something in the formula, behind a result in float32
    "a ridge": (
        "normal_equation",
        "    A = np.column_stack([np.ones(len(X)), X])\n"
        "    theta = np.linalg.pinv(A.T @ A + RIDGE * np.eye(A.shape[1])) @ (A.T @ y)\n",
        "theta",
        1e-6,
    ),
    "what keeps a root from 0": (
        "layer_norm",
        "    off = x - x.mean(axis=-1, keepdims=True)\n"
        "    root = np.sqrt((off**2).mean(axis=-1, keepdims=True) + eps) + RIDGE\n",
        "gamma * off / root + beta",
        1e-5,
    ),
    "what keeps a logarithm from 0": (
        "softplus",
        "    near = np.log1p(np.exp(-np.abs(z)) + RIDGE)\n",
        "np.maximum(z, 0) + near",
        1e-5,
    ),
    "what keeps a quotient from 0": (
        "softmax",
        "    e = np.exp(z - z.max(axis=-1, keepdims=True))\n",
        "e / (e.sum(axis=-1, keepdims=True) + RIDGE)",
        1e-5,
    ),
}


@pytest.mark.parametrize("kind", SLIPPED)
@pytest.mark.parametrize("seed", range(5))
def test_a_little_something_in_the_formula_is_refused_in_float32_too(kind, seed):
    name, body, result, ridge = SLIPPED[kind]
    head = f"def {name}{load(name).signatures[name]}:\n{body}"
    for some in (0.0, ridge):
        space = {"np": np, "RIDGE": some}
        exec(f"{head}    return {result}\n", space)
        found = judged(name, {name: space[name]}, rounded, seed)
        assert found.right == (some == 0), str(found)


def test_what_float32_explains_is_measured_by_the_solution():
    due, eps = np.array([2.0, -1.0]), tolerance.EPSILON

    def share(args, single):
        return explained(args, [(due, single)])

    assert share(due, due) == explained(due, []) == 2e-6 > tolerance.ROUNDINGS * eps
    assert share(due, due + 8e-6) == 3.2e-5 == pytest.approx(tolerance.OTHERS * 4e-6)
    assert share(due, due + 5e-5) == tolerance.SINGLE
    assert share(due, due + 2e-3) == 2e-3 == pytest.approx(tolerance.ALIKE * 1e-3)
    assert share(due, due + 1) == tolerance.MOST
    assert share(300 * due, due) == 7.2e-5 > 600 * eps
    assert share(1e9 * due, due) == tolerance.SINGLE
    assert share(due, np.full(2, np.nan)) == tolerance.SINGLE


def test_a_result_in_float32_is_held_to_what_its_case_explains():
    due = np.array([1.0, 1e-3])
    held = Held(single=1e-5)
    assert compare(np.add(due, [9e-6, 9e-6]).astype(np.float32), due, held) is None
    assert compare(np.add(due, [0, 2e-5]).astype(np.float32), due, held).kind == "value"
    assert compare(np.add(due, [9e-6, 0]), due, held).kind == "value"  # float64 can do more
    assert compare(np.add(due, [5e-5, 0]).astype(np.float32), due) is None  # in the notebook
