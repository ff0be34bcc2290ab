"""Lecture 07: every claim of `lecture_claims`, on one run; its stored trainings."""

import numpy as np
import pytest
from lecture_claims import LectureClaims
from stored_results import script, stored


class TestLecture07(LectureClaims):
    name = "07_initialization"


@pytest.mark.parametrize("start", [("ReLU", 3, "Xavier", 1), ("tanh", 10, "He", 1)])
def test_the_stored_trainings_are_those_of_their_script(start):
    run = script("starts")
    table = stored("starts")[run["name"](*start)]
    row = table["budgets"][0]
    untrained, (_, test) = run["train"](start, [row["rate"]], seeds=[3, 4], looks=(5,))
    np.testing.assert_allclose(100 * untrained[1][0], table["untrained"][3:5], atol=0.1)
    np.testing.assert_allclose(100 * test[0], row["test"][3:5], atol=1)


def test_no_rate_that_was_chosen_for_a_network_that_learns_lies_at_its_grid_s_edge():
    run = script("starts")
    assert stored("starts").keys() == {run["name"](*start) for start in run["STARTS"]}
    for start in run["STARTS"]:
        table = stored("starts")[run["name"](*start)]
        assert table["rates"] == run["rates_of"](start)
        assert [row["epochs"] for row in table["budgets"]] == list(run["EPOCHS"])
        for row in table["budgets"]:
            place = table["rates"].index(row["rate"])
            assert row["validation"][place] == max(row["validation"])
            learned = np.mean(row["test"]) > 1.5 * np.mean(table["untrained"])
            assert not learned or 0 < place < len(table["rates"]) - 1
            assert len(row["test"]) == len(run["SEEDS"])


def test_a_half_scale_has_not_begun_to_learn_after_five_epochs():
    table = stored("starts")["ReLU, 10 layers, He × 0.5"]
    assert np.mean(table["budgets"][0]["test"]) < 1.5 * np.mean(table["untrained"])
