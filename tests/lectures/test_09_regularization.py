"""Lecture 09: every claim of `lecture_claims`, on one run; what its verdicts hang on; its stored
trainings and its figure."""

import re
from ast import literal_eval

import numpy as np
import pytest
import stored_results
from lecture_claims import LectureClaims, released

from dlcourse.plots.regularization import balls, plot_balls, touching

MADE = released("09_regularization").cells


def place(start):
    """The place of the only cell in which a line begins so."""
    found = [
        i for i, cell in enumerate(MADE) if re.search(f"^{re.escape(start)}", cell.source, re.M)
    ]
    assert len(found) == 1, start
    return found[0]


class TestLecture09(LectureClaims):
    name = "09_regularization"

    @pytest.fixture
    def number(self, run):
        return run[1]

    def test_each_cure_gives_back_points_where_labels_are_wrong(self, number):
        assert number["ill"] + 2 < number["stopped"]
        assert number["ill"] + 5 < min(number["shrunk"], number["thinned"]) < number["plain"]

    def test_dropout_gains_by_overfitting_and_not_by_scarcity(self, number):
        # the same 300 digits, wrong labels and true ones
        assert number["rescued"] > 4 > 0.5 > number["needless"]
        assert number["scarce"] > 0 > number["dear"]
        assert "gain where the network overfits" in MADE[place("**Verdict on C6")].source

    def test_what_is_passed_back_in_part_costs_one_or_two_points(self, number):
        assert 0.4 < number["full_share"] - number["five_share"] < 2

    def test_a_cure_in_pytorch_is_shown_beside_none(self, number):
        assert number["bare"] + 2 < number["treated"]

    def test_as_many_coefficients_by_count_are_no_equal_fit(self, number):
        assert number["hasty"] > 10 * number["quartic"]

    def test_the_error_at_100_features_is_one_number(self, run, number):
        first = next(i for i, cell in enumerate(MADE) if "def errors_of" in cell.source)
        told = literal_eval(run[0].cells[first].outputs[0].data["text/plain"])
        assert told[100] == round(number["top"], 2)

    @pytest.mark.parametrize(("guess", "verdict"), [("guess_gain", "C6"), ("guess_2000", "C10")])
    def test_what_is_guessed_cannot_be_read_behind(self, guess, verdict):
        asked, told = place(f"{guess} = ..."), place(f"**Verdict on {verdict}")
        codes = [cell for cell in MADE[asked + 1 : told] if cell.cell_type == "code"]
        assert codes
        assert all(cell.source.startswith("# @title") for cell in codes)
        before = MADE[told].source.split("**Verdict")[0]
        assert before.count("<details>") == before.count("</details>") + 1

    def test_a_limit_alone_is_asked_before_it_is_part_of_a_step(self):
        assert place("def max_norm(") < place("def regularized_step(")

    @pytest.mark.parametrize(
        ("erratum", "wrong"),
        [("U5", "Printed: stop"), ("E10", "HW, EPFL).**"), ("W9", "gradient is 0 in that step")],
    )
    def test_no_source_is_charged_with_what_it_does_not_print(self, erratum, wrong):
        text = MADE[place(f"**{erratum} (")].source.split(f"**{erratum} (")[1].split("**U")[0]
        assert wrong not in text


@pytest.mark.parametrize("kind", ["full", "five"])
def test_the_stored_trainings_are_those_of_their_script(kind):
    stored, script = stored_results.stored("meprop"), stored_results.script("meprop")
    k, starts = script["KINDS"][kind]
    assert [np.shape(rows) for rows in stored[kind].values()] == [(3, len(starts))] * 2
    assert stored["rates"] == script["RATES"]
    fresh = dict(zip(("validation", "test"), script["train"](k, [0.1], [2, 3]), strict=True))
    for name, shares in fresh.items():
        np.testing.assert_allclose(shares[0], stored[kind][name][0][2:4], atol=2)


@pytest.mark.parametrize(("name", "chosen"), [("a fifth wrong", {}), ("decay", {"lam": [0.01]})])
def test_the_stored_cures_are_those_of_their_script(name, chosen):
    run, kept = stored_results.script("cures"), stored_results.stored("cures")[name]
    images, wrong, more = run["JOBS"][name]
    fresh = run["train"](images, wrong, **(more | chosen | {"seeds": 2}))
    for part, shares in zip(("training", "validation", "test"), fresh, strict=True):
        np.testing.assert_allclose(shares, np.array(kept[part])[:, :1, :2], atol=2)


def test_every_cure_is_stored_with_its_strengths_and_starts():
    run, kept = stored_results.script("cures"), stored_results.stored("cures")
    assert kept.keys() == {*run["JOBS"], "in PyTorch"}
    for name, (_, _, more) in run["JOBS"].items():
        looks = more.get("steps", 400) // more.get("every", 400) + 1
        strengths = len(more.get("lam", [0])) * len(more.get("p", [0])), more.get("seeds", 5)
        last = 1 if name in run["BRIEF"] else looks
        assert np.shape(kept[name]["training"]) == (looks, *strengths)
        assert np.shape(kept[name]["validation"]) == (last, *strengths)
        assert np.shape(kept[name]["test"]) == (last, *strengths)
    assert {len(shares) for shares in kept["in PyTorch"].values()} == {5}
    again = run["in_pytorch"](0.5, 0.01, 2)
    assert abs(again - kept["in PyTorch"]["treated"][2]) < 2


def test_a_diamond_is_touched_at_its_corner_and_a_disc_is_not():
    def loss(w):
        return ((w - [0.5, 2.0]) ** 2).sum(axis=-1)

    found = {name: touching(loss, corners) for name, corners in balls().items()}
    assert found["L1"].tolist() == [0, 1]
    np.testing.assert_allclose(found["L2"], np.array([0.5, 2.0]) / np.hypot(0.5, 2), atol=1e-2)
    titles = [ax.get_title() for ax in plot_balls(loss, (0.5, 2.0), title="Two balls")]
    assert titles == ["L2: the lowest at (0.24, 0.97)", "L1: the lowest at (0.00, 1.00)"]
