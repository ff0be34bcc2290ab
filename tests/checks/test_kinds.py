"""Kinds of wrong answers, closed in every exercise in which they can occur.

An exponential that overflows, a counter of 8 bits, what a first call leaves behind, a search that
starts from ones, steps of a fixed width, a fixed number of cells or of looks at the function.
What a second call finds is asked of every exercise (test_promises, test_promises_of_probes);
single answers of the other kinds are there, too.
"""

import ast
import json
from functools import cache

import numpy as np
import pytest
from exercises import FOLDER, IDS, load

from dlcourse.checks.outcome import run_job
from dlcourse.checks.verdict import judge_reply

EXPONENTIALS = {"exp", "exp2", "expm1", "log1p", "logaddexp", "cosh", "sinh"}
ORDINARY = "its statement promises no large numbers"
NO_LARGE_NUMBERS = {
    "autoencoder_gradients": ORDINARY,
    "backpropagate": ORDINARY,
    "chain_gradients": ORDINARY,
    "gan_step": ORDINARY,
    "gru_step": ORDINARY,
    "layer_gradient_norms": ORDINARY,
    "log_uniform": ORDINARY,
    "lstm_step": ORDINARY,
    "mlp_forward": ORDINARY,
    "rbm_cd1": ORDINARY,
    "train_classifier": ORDINARY,
    "two_layer_gradients": ORDINARY,
}
COUNTING = ["accuracy", "confusion_matrix", "dead_fraction", "precision_recall_f1", "roc_auc"]


def used(name):
    """Names of the functions that an exercise's solution takes from a module."""
    source = (FOLDER / f"{name}.py").read_text(encoding="utf-8")
    cell = source.split('tags=["solution"]')[1].split("# %%")[0]
    tree = ast.parse(cell[cell.index("\n") :])
    return {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def test_every_exponential_is_asked_for_large_numbers_in_both_precisions():
    found = {name for name in IDS if used(name) & EXPONENTIALS}
    asked = {n for n in found if {"extreme64", "extreme32"} <= {p.word for p in load(n).promises}}
    assert found - asked == NO_LARGE_NUMBERS.keys()


@pytest.mark.parametrize("name", COUNTING)
def test_every_count_goes_beyond_a_small_counter(name):
    cases = [case["args"] for case in load(name).hidden_cases(0)]
    longest = [max(np.size(value) for value in args) for args in cases]
    pairs = max(longest) ** 2 // 4 if name == "roc_auc" else max(longest)
    assert pairs > 2 * 255


STEEP = """
def network_1d(f, epsilon, low, high):
    n, error = 1, np.inf
    while error > 0.9 * epsilon:
        n = 2 * n
        width = (high - low) / n
        edges = low + width * np.arange(n)
        heights = f(edges + width / 2)
        looks = np.clip(edges[:, None] + width * np.linspace(0, 1, 65), low, high)
        error = np.max(np.abs(f(looks) - heights[:, None]))
    edges[0] = low - width
    w = np.full(n, 1000 / width)
    return w, -w * edges, np.diff(heights, prepend=0.0)
"""
SLOPE = """
def network_1d(f, epsilon, low, high):
    looks = POINTS
    steepest = np.abs(np.diff(f(looks))).max() / (looks[1] - looks[0])
    n = 8 + int(2 * steepest * (high - low) / epsilon)
    width = (high - low) / n
    edges = low + width * np.arange(n)
    heights = f(edges + width / 2)
    edges[0] = low - width
    w = np.full(n, 1000 / width)
    return w, -w * edges, np.diff(heights, prepend=0.0)
"""
CELLS = "    n, error = 1, np.inf\n    while error > 0.9 * epsilon:\n        n = 2 * n\n"
NETWORKS = {
    "steps of a fixed width": STEEP.replace("1000 / width", "100.0"),
    "steps as wide as those of a range of 1": STEEP.replace("1000 / width", "1000.0"),
    "33 cells whatever the function": STEEP.replace(CELLS, "    for n in [33]:\n"),
    **{
        f"a slope from {points}": SLOPE.replace("POINTS", points)
        for points in [
            "np.linspace(low, high, 33)",
            "np.linspace(low, high, 32)",
            "np.linspace(low, high, 50)",
            "low + (high - low) * (np.arange(33) + 0.5) / 33",
            "low + (high - low) * (np.arange(32) + 0.5) / 32",
        ]
    },
}


@cache
def verdict(source):
    exercise = load("network_1d")
    asked = exercise.question(exercise.hidden_cases(0))
    return judge_reply(asked, json.loads(run_job(exercise.job([source], asked.cases))))


# a few seconds each: those of 33 points stand for the others
@pytest.mark.parametrize(
    "kind",
    [
        pytest.param(kind, marks=[] if "33" in kind or "slope" not in kind else pytest.mark.long)
        for kind in NETWORKS
    ],
)
def test_a_network_that_does_not_look_at_its_function_or_range_is_refused(kind):
    assert NETWORKS[kind] != STEEP
    assert verdict(STEEP).right
    assert verdict(SLOPE.replace("POINTS", "np.linspace(low, high, 201)")).right
    assert not verdict(NETWORKS[kind]).right
