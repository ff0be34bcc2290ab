"""The call above a wrong value can be typed, and gives the function the same arguments."""

import re
from pathlib import Path

import numpy as np
import pytest

from dlcourse.checks.compare import compare, identical
from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.show import show, shown_apart, typed
from dlcourse.checks.verdict import call_text

FILES = sorted((Path(__file__).parents[2] / "solutions" / "exercises").glob("*.py"))

# what the function takes is too large, or an object of the check's: it is described
DESCRIBED = {
    "accumulate_gradients": r"accumulate_gradients\(output\), (with the nodes \[.*\('leaf', .*"
    r"\('mul', 0, \w.*\]|on a ladder of \d+ nodes|with the nodes \[.*np.array.*\])",
    "random_features_fit": r"random_features_fit\(X, y, 150, 1e-4, np.*\), with X .* and y = sin.*",
    "topological_order": r"topological_order\(node\), (with the parents \[\[\], .*\]|on a \w+ of "
    r"\d+ nodes)",
    "torch_train_step": r"torch_train_step\(model, optimizer, X, y\), with X = np.array.* lr = 0.5",
    "train_classifier": r"train_classifier\(X, y, \[.*\], \d+, .*\), with rows of \w+ classes",
}


def test_every_probe_says_how_its_cases_are_called():
    probes = [(path.stem, load_exercise(path).probe) for path in FILES]
    assert [name for name, probe in probes if probe and not probe.call] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_call_of_a_visible_case_can_be_typed(path):
    exercise = load_exercise(path)
    question = exercise.question(exercise.visible_cases())
    for number, case in enumerate(question.cases):
        text = call_text(question, number)
        if exercise.variable:
            assert text == path.stem
        elif path.stem in DESCRIBED:
            assert re.fullmatch(DESCRIBED[path.stem], text)
        elif exercise.probe:
            eval(text, {"np": np, **exercise.functions})
        elif "..." not in text:
            typed_in = eval(text, {"np": np, **dict.fromkeys(exercise.functions, lambda *a: a)})
            assert identical(typed_in, case["args"]), text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.array([[1.0, -0.5], [10.0, 2.0]]), "np.array([[1., -0.5], [10., 2.]])"),
        (np.array([1, 2]), "np.array([1, 2])"),
        (np.array([0.1, 3], np.float32), 'np.array([0.1, 3.], dtype="float32")'),
        (np.array([1, 2], np.int8), 'np.array([1, 2], dtype="int8")'),
        (np.zeros((0, 3)), "np.zeros((0, 3))"),
        (np.array([True, False]), "np.array([True, False])"),
        (np.array([np.nan, np.inf, -np.inf]), "np.array([np.nan, np.inf, -np.inf])"),
        (np.array([1e-9, 123456789012.0]), "np.array([1e-09, 123456789012.])"),
        (np.float64(0.5), "0.5"),
        (float("nan"), "np.nan"),
        ([np.ones(1), (2,)], "[np.array([1.]), (2,)]"),
        ({"a": np.ones(1)}, "{'a': np.array([1.])}"),
    ],
    ids=str,
)
def test_a_value_is_typed_with_the_dtype_where_it_matters(value, text):
    assert typed(value) == text


def test_a_large_array_is_shortened():
    assert "..." in typed(np.arange(1000.0))


def test_numbers_that_differ_are_shown_to_differ():
    one = np.arange(10_000.0).reshape(100, 100)
    other = one.copy()
    other[41, 7] += 1
    assert shown_apart(one, other) == ("at [41, 7]: 4107", "at [41, 7]: 4108")
    finding = compare(one, other)
    assert (finding.gave, finding.expected) == ("at [41, 7]: 4107", "at [41, 7]: 4108")
    late = shown_apart(np.array([1.0]), np.array([1.0 + 1e-15]))
    assert late[0] != late[1]


def test_brackets_hold_no_padding():
    assert show(np.array([[10.0, -20.5], [3.0, 4.0]])) == "[[10., -20.5], [3., 4.]]"
