"""Lecture 03: every claim of `lecture_claims`, on one run; its stored trainings."""

import numpy as np
from lecture_claims import LectureClaims
from stored_results import script, stored


class TestLecture03(LectureClaims):
    name = "03_losses"


def test_the_stored_trainings_are_those_of_their_script():
    found = script("softmaxes")["split"](seed=2, rates=(1,), steps=(200,))
    for way in ("once", "twice"):
        row = stored("softmaxes")[f"{way}, 200 steps"]
        np.testing.assert_allclose(found[way][1], [[row["test at rate 1"][2]]], atol=0.3)


def test_two_softmaxes_are_slower_at_one_rate_and_no_worse_at_a_rate_of_their_own():
    for steps in (200, 400):
        once, twice = (stored("softmaxes")[f"{way}, {steps} steps"] for way in ("once", "twice"))
        assert np.all(np.less(twice["test at rate 1"], once["test at rate 1"]))
        assert np.mean(once["test at rate 1"]) - np.mean(twice["test at rate 1"]) > 5
        assert abs(np.mean(once["test"]) - np.mean(twice["test"])) < 0.5


def test_no_rate_that_was_chosen_lies_at_the_edge_of_its_grid():
    run, table = script("softmaxes"), stored("softmaxes")
    assert table.keys() == {
        f"{way}, {steps} steps" for way in run["WAYS"] for steps in run["STEPS"]
    }
    for row in table.values():
        assert len(row["test"]) == len(run["SEEDS"])
        assert min(run["RATES"]) < min(row["rates"]) <= max(row["rates"]) < max(run["RATES"])
