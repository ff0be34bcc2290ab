"""Lecture 01: every claim of `lecture_claims`, on one run; its stored trainings."""

import numpy as np
import pytest
from lecture_claims import LectureClaims
from stored_results import script, stored

from dlcourse.reference.network import backpropagate


class TestLecture01(LectureClaims):
    name = "01_neurons"


def test_the_stored_trainings_are_those_of_their_script():
    run = script("units")
    run["train"].__globals__["LOOKS"] = (150,)
    row = stored("units")["XOR"]["2"]["looks"][0]
    _, shares = run["train"](run["xor"], 2)
    place = run["RATES"].index(row["rate"])
    np.testing.assert_allclose(100 * shares["test"][place], row["test"], atol=1)
    found, kept = 100 * shares["validation"].mean(axis=1), np.array(row["validation"])
    np.testing.assert_allclose(found[:-2], kept[:-2], atol=1)
    # at the two highest rates scores jump, and other kernels take other jumps
    np.testing.assert_allclose(found[-2:], kept[-2:], atol=8)


@pytest.mark.parametrize("points", ["moons", "XOR"])
def test_no_rate_that_was_chosen_lies_at_its_grid_s_edge(points):
    table, run = stored("units"), script("units")
    assert tuple(table["rates"]) == run["RATES"]
    assert [int(units) for units in table[points]] == list(run["UNITS"][points])
    for sizes in table[points].values():
        assert [look["epochs"] for look in sizes["looks"]] == list(run["LOOKS"])
        for look in sizes["looks"]:
            place = table["rates"].index(look["rate"])
            assert 0 < place < len(table["rates"]) - 1
            assert look["validation"][place] == max(look["validation"])
            assert np.mean(look["test"]) > np.mean(sizes["untrained"]) + 10


@pytest.mark.parametrize("look", range(3))
def test_two_hidden_units_are_stuck_on_xor_from_three_starts_of_ten_and_three_units_from_none(look):
    reached = {units: row["looks"][look]["test"] for units, row in stored("units")["XOR"].items()}
    assert sum(share < 76 for share in reached["2"]) == 3
    assert sum(share > 92 for share in reached["2"]) == 7
    assert min(min(reached[units]) for units in ("3", "4", "6", "20")) > 93


def test_a_step_of_the_script_goes_along_the_gradient_of_the_reference():
    step, rng = script("units")["step"], np.random.default_rng(7)
    X, y = rng.normal(size=(20, 2)), rng.integers(0, 2, 20)
    W1, b1, w, c = rng.normal(size=(2, 3)), rng.normal(size=3), rng.normal(size=(3, 1)), 0.3
    layers = [(W1[None].copy(), b1[None, None].copy()), (w[None].copy(), np.full((1, 1, 1), c))]
    step(X[None], y[None, :, None], layers, np.ones((1, 1, 1)))
    two = np.hstack([np.zeros((3, 1)), w])  # softmax of (0, z) is the logistic function of z
    _, (dW1, dW2), (db1, db2) = backpropagate(X, y, [W1, two], [b1, np.array([0.0, c])])
    np.testing.assert_allclose(layers[0][0][0], W1 - dW1, atol=1e-12)
    np.testing.assert_allclose(layers[0][1][0, 0], b1 - db1, atol=1e-12)
    np.testing.assert_allclose(layers[1][0][0, :, 0], w[:, 0] - dW2[:, 1], atol=1e-12)
    np.testing.assert_allclose(layers[1][1][0, 0, 0], c - db2[1], atol=1e-12)
