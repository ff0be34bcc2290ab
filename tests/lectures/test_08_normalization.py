"""Lecture 08: every claim of `lecture_claims`, on one run; its stored trainings."""

import numpy as np
import pytest
from lecture_claims import LectureClaims
from stored_results import script, stored

PHONE = 312  # pixels: of a wider figure a phone of 400 shows a part, as texts keep their 12 pixels


class TestLecture08(LectureClaims):
    name = "08_normalization"

    def test_every_figure_fits_a_phone(self, cells):
        drawn = [cell for cell in cells if "plot_guess(" not in cell.source]
        outputs = [output for cell in drawn for output in cell.get("outputs", [])]
        figures = [o.metadata["image/png"] for o in outputs if "image/png" in o.get("data", {})]
        assert len(figures) >= 4  # three more come after a guess
        assert max(figure["width"] for figure in figures) <= PHONE


@pytest.mark.parametrize("name", ["200 digits, batch", "layer norm, 2 rows", "sigmoid, plain"])
def test_the_stored_trainings_are_those_of_their_script(name):
    run, kept = script("norms"), stored("norms")[name]
    norm, rates, more = run["JOBS"][name]
    fresh = run["train"](norm, rates[:2], **(more | {"seeds": 2}))
    for part, shares in zip(("validation", "test"), fresh, strict=True):
        np.testing.assert_allclose(shares, np.array(kept[part])[:, :2, :, :2], atol=0.03)


def test_every_training_is_stored_with_its_rates_and_seeds():
    jobs, kept = script("norms")["JOBS"], stored("norms")
    assert kept.keys() == jobs.keys()
    for name, (_, rates, more) in jobs.items():
        looks = more.get("steps", 110) // more.get("every", 110)
        shape = looks, len(rates), len(more.get("scales", [1])), more.get("seeds", 3)
        assert kept[name]["rates"] == rates
        assert [np.shape(kept[name][part]) for part in ("validation", "test")] == [shape] * 2
