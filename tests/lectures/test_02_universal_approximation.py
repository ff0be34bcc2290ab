"""Lecture 02: every claim of `lecture_claims`, on one run; its stored trainings; its figures."""

import numpy as np
import pytest
import torch
from lecture_claims import LectureClaims
from stored_results import script, stored

from dlcourse.plots.approximation import own_values
from dlcourse.reference.approximation import approximate_1d, sawtooth

PHONE = 312  # pixels: of a wider figure a phone of 400 shows a part, as texts keep their 12 pixels


class TestLecture02(LectureClaims):
    name = "02_universal_approximation"

    def test_every_figure_fits_a_phone(self, cells):
        drawn = [cell for cell in cells if "plot_guess(" not in cell.source]
        outputs = [output for cell in drawn for output in cell.get("outputs", [])]
        figures = [o.metadata["image/png"] for o in outputs if "image/png" in o.get("data", {})]
        assert len(figures) >= 10  # four more come after a guess
        assert max(figure["width"] for figure in figures) <= PHONE


def test_the_script_s_gradients_are_those_of_autograd():
    run = script("waves")
    params = [p.double().requires_grad_() for p in run["begin"](1)]
    x, y = (a.double() for a in run["grid"](25, 1))
    w, b, v, c = params
    misses = torch.sigmoid(x @ w + b) @ v + c - y
    misses.square().mean(dim=(1, 2)).sum().backward()
    with torch.no_grad():
        for found, p in zip(run["gradients"](params, x, y), params, strict=True):
            torch.testing.assert_close(found, p.grad)


def test_the_stored_errors_are_those_of_their_script():
    looks = (0, 500)
    rows = stored("waves")["waves: 1"]
    found = np.median(script("waves")["train"](1, looks), axis=2)
    rates = slice(2, 5)  # beside them a step more or less decides
    due = np.median([row[:2] for row in rows], axis=2)
    np.testing.assert_allclose(found[rates], due[rates], rtol=0.15)


def test_every_network_was_trained_at_every_rate_from_every_start():
    run, table = script("waves"), stored("waves")
    assert (table["steps"], table["rates"]) == ([*run["LOOKS"]], [*run["RATES"]])
    for waves in run["WAVES"]:
        shape = (len(run["RATES"]), len(run["LOOKS"]), run["SEEDS"])
        assert np.shape(table[f"waves: {waves}"]) == shape


def test_two_waves_are_missed_after_500_steps_at_every_rate_and_learned_later_at_all_but_one():
    medians = np.median(stored("waves")["waves: 2"], axis=2)
    assert medians[:, 1].min() > 1
    assert medians[:-1, -1].max() < 0.06
    assert medians[-1].min() > 1


def test_random_units_read_more_digits_than_the_pixels_and_random_outer_weights_a_tenth():
    digits = stored("waves")["digits"]
    assert min(digits["300"]) > digits["pixels"][0] > max(digits["30"])
    assert np.mean(digits["untrained"]) == pytest.approx(0.1, abs=0.03)
    means = [np.mean(digits[str(K)]) for K in script("waves")["WIDTHS"]]
    assert means == sorted(means)


def test_exact_bumps_need_32_cells_for_a_tenth_and_gentle_edges_save_one():
    x = np.linspace(0, 1, 100_001)
    wave = np.cos(2 * np.pi * x)
    for n, enough in [(31, False), (32, True)]:
        middles = (np.minimum((x * n).astype(int), n - 1) + 0.5) / n
        assert (np.abs(np.cos(2 * np.pi * middles) - wave).max() < 0.1) == enough
    gentle = approximate_1d(lambda x: np.cos(2 * np.pi * x), 31, 0.0, 1.0)
    assert np.abs(gentle(x) - wave).max() < 0.1


def test_no_sum_of_bends_of_1023_corners_makes_the_first_slope_of_ten_tents():
    heights = sawtooth(np.arange(1025) / 1024, 10)
    slopes = 1024 * np.diff(heights)
    assert slopes[0] == 1024
    assert set(np.diff(slopes)) == {-2048.0, 2048.0}


def test_a_learner_s_own_network_is_drawn_when_it_is_right_and_gives_what_can_be_drawn():
    def fails():
        raise ZeroDivisionError

    assert own_values(True, lambda: [1, 2], (2,)).tolist() == [1, 2]
    for solved, values in [(False, lambda: [1, 2]), (True, lambda: [1]), (True, fails)]:
        assert own_values(solved, values, (2,)) is None
    assert own_values(True, lambda: [1, np.nan], (2,)) is None
