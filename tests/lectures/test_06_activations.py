"""Lecture 06: every claim of `lecture_claims`, on one run; its stored trainings."""

from itertools import product

import numpy as np
import pytest
import torch
from lecture_claims import LectureClaims
from stored_results import script, stored


class TestLecture06(LectureClaims):
    name = "06_activations"


@pytest.fixture(scope="module")
def run():
    return script("activations")


@pytest.fixture(scope="module")
def table():
    return stored("activations")


def test_the_slopes_of_the_script_are_those_of_autograd(run):
    s = torch.linspace(-3, 3, 12, requires_grad=True)  # no kink among them
    for g, slope in run["UNITS"].values():
        (due,) = torch.autograd.grad(g(s).sum(), s)
        torch.testing.assert_close(slope(s, g(s)).detach(), due)


@pytest.mark.parametrize("name", ["ReLU", "tanh"])
def test_the_stored_race_is_that_of_its_script(run, table, name):
    row, found = table[f"race: {name}, 2"]["budgets"][0], {}
    layers = run["begin"](2, [row["gain"]], [row["rate"]], seeds=[3, 4])

    def watch(t, X, y, layers):
        found[t] = run["errors"](X, y, layers, run["UNITS"][name][0], run["PARTS"]["test"])

    run["train"](run["UNITS"][name], layers, [row["rate"]], watch, seeds=[3, 4], updates=75)
    assert row["updates"] == 75
    np.testing.assert_allclose(found[75], row["test"][3:5], atol=0.02)


def test_every_activation_has_raced_and_no_choice_lies_at_the_edge_of_its_grid(run, table):
    for name, depth in run["RACES"]:
        race = table[f"race: {name}, {depth}"]
        assert [row["updates"] for row in race["budgets"]] == list(run["BUDGETS"])
        assert np.mean(race["untrained"]) > 0.85
        for row in [*race["budgets"], race["speed"]]:
            assert race["rates"][0] < row["rate"] < race["rates"][-1]
            assert race["gains"][0] < row["gain"] < race["gains"][-1]
        assert all(len(row["test"]) == len(run["SEEDS"]) for row in race["budgets"])
        assert all(np.min(row["validation"]) < 0.5 for row in race["budgets"][-1:])


def test_for_every_mean_the_rate_lies_inside_the_grid(run, table):
    for mean, gain in product(run["MEANS"], run["CENTRE_GAINS"]):
        found = table[f"centre: {mean:g}"][f"gain {gain}"]
        assert run["CENTRE_RATES"][0] < found["rate"] < run["CENTRE_RATES"][-1]
        assert max(found["updates"]) < run["NEVER"]


def test_whatever_the_mean_a_network_begins_as_the_same_function(run):
    X, _ = run["digits"]()
    scores = []
    for mean in run["MEANS"]:
        layers = run["begin"](2, [1], [1], seeds=[3], mean=mean)
        scores.append(
            run["forward"](X[None], layers, lambda s, m=mean: s.sigmoid() - 0.5 + m)[0][-1]
        )
    for other in scores[1:]:
        torch.testing.assert_close(other, scores[0], atol=1e-5, rtol=0)


def test_silent_units_are_those_that_no_training_digit_makes_positive(run, table):
    X, _ = run["digits"]()
    layers = run["begin"](2, [run["ROOT2"]], [0.3])
    x, shares = X[: run["ROWS"]], []
    for W, b in layers[:-1]:
        scores = x @ W + b
        shares.append((scores <= 0).all(dim=1).float().mean(dim=1).numpy())
        x = scores.relu()
    np.testing.assert_allclose(np.mean(shares, axis=0), table["silent: ReLU, 2"]["silent"][0][0])
    by_layer = np.array(table["silent: ReLU, 2"]["by layer"])[0, :, 0]
    np.testing.assert_allclose(by_layer, np.mean(shares, axis=1), rtol=1e-6)


def test_the_stretched_slope_is_that_of_autograd(run):
    s = torch.linspace(-3, 3, 12, requires_grad=True)
    g, slope = run["STRETCHED"]
    (due,) = torch.autograd.grad(g(s).sum(), s)
    torch.testing.assert_close(slope(s, g(s)).detach(), due)


def test_a_rate_for_each_layer_moves_each_by_four_times_the_step_of_the_layer_behind_it(run):
    X, y = run["digits"]()
    x, onehot = X[None, :32], torch.eye(10)[y[None, :32]]
    moved = []
    for factors in (None, run["own_rates"](range(5))):
        layers = run["begin"](4, [1], [1], seeds=[0])
        before = [W.clone() for W, _ in layers]
        run["step"](x, onehot, layers, run["UNITS"]["sigmoid"], 0.1, factors)
        moved.append([W - old for (W, _), old in zip(layers, before, strict=True)])
    for l, (one_rate, own_rate) in enumerate(zip(*moved, strict=True)):
        torch.testing.assert_close(own_rate, 4.0 ** (4 - l) * one_rate, rtol=1e-2, atol=1e-5)


def test_no_rate_of_a_deep_network_lies_at_the_edge_of_its_grid(run, table):
    names = ["stretched", "tanh", "ReLU", "sigmoid", "sigmoid, own rates"]
    for name in names:
        deep = table[f"deep: {name}"]
        learned = [row for row in deep["budgets"] if min(row["validation"]) < 0.85]
        assert learned, name
        assert all(deep["rates"][0] < row["rate"] < deep["rates"][-1] for row in learned)
    rows = table["deep: sigmoid"]["budgets"]
    assert [row["updates"] for row in rows] == list(run["LONG"])
    for mean in run["DEEP_MEANS"]:
        found = table[f"centre, own rates: {mean:g}"]["gain 1"]
        assert run["CENTRE_RATES"][0] < found["rate"] < run["CENTRE_RATES"][-1]


def test_the_stored_rates_by_layer_are_those_of_their_script(run, table):
    deep, found = table["deep: sigmoid, own rates"], {}
    row = deep["budgets"][0]
    layers, unit = run["begin"](4, [1], [row["rate"]], seeds=[3, 4]), run["UNITS"]["sigmoid"]

    def watch(t, X, y, layers):
        found[t] = run["errors"](X, y, layers, unit[0], run["PARTS"]["test"])

    factors = run["own_rates"](layers)
    run["train"](unit, layers, [row["rate"]], watch, [3, 4], row["updates"], factors)
    np.testing.assert_allclose(found[row["updates"]], row["test"][3:5], atol=0.1)
