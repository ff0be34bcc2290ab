"""Lecture 15: every claim of `lecture_claims`, on one run; its stored trainings; its figures."""

import numpy as np
import pytest
from lecture_claims import LectureClaims
from stored_results import script, stored

from dlcourse.plots.adversarial import plot_best, plot_frames, plot_game, plot_players


class TestLecture15(LectureClaims):
    name = "15_generative_adversarial_networks"


def test_the_stored_leads_are_those_of_their_script():
    run, kept = script("gan"), stored("gan")["lead"]
    rates = run["RATES"]["plain steps"]
    d, length, away = run["lead"](0, rates, False, looks=(50,))
    np.testing.assert_allclose(d[0], kept["D"]["0"], rtol=0.01)
    for form, lengths, distances in zip(run["FORMS"], length, away, strict=True):
        np.testing.assert_allclose(lengths, kept["length"]["0"][form], rtol=0.01)
        known = np.array(kept["plain steps"]["0"][form], dtype=float)
        np.testing.assert_allclose(distances[0, :, 0], known[0, :, 0], rtol=0.05)


def test_the_stored_rings_are_those_of_their_script():
    run, kept = script("gan"), stored("gan")["ring"]
    found, fakes = run["ring"](*run["RING"]["1 : 1"], rounds=100, keep=(100,))
    np.testing.assert_allclose(found["D"], kept["1 : 1"]["D"][:2], rtol=0.02)
    agree = np.abs(found["share"] - np.array(kept["1 : 1"]["share"][:2])) < 0.05
    assert agree[0].all()
    assert agree[1].sum() >= 7  # of ten starts: some hang on the last bit by then
    np.testing.assert_allclose(fakes[0], kept["1 : 1"]["fakes"][0], atol=0.3)


def test_a_long_run_begins_as_the_short_one_until_its_steps_change():
    kept, changed = stored("gan"), "10 : 1, then 1 : 5"
    for name in ("1 : 1", "10 : 1"):
        assert kept["long"][name]["good"][:12] == kept["ring"][name]["good"]
    ten, then = (kept["long"][name]["share"] for name in ("10 : 1", changed))
    before = script("gan")["LATER"] // script("gan")["EVERY"]
    assert then[:before] == ten[:before]
    assert max(then[before + 5]) < min(0.25, np.median(ten[before + 5]))


def test_the_stored_digits_are_those_of_their_script():
    run, kept = script("gan"), stored("gan")["digits"]
    rows, _ = run["digits"](0, 1, 250)
    assert rows[0] == kept["1 : 1"]["runs"][0][0]
    for player in "DG":
        assert rows[1][player] == pytest.approx(kept["1 : 1"]["runs"][0][1][player], rel=0.05)


def test_every_setting_was_tried_from_as_many_starts_as_the_script_says():
    run, kept = script("gan"), stored("gan")
    assert {*run["RING"]} == {*kept["ring"]}
    shapes = {np.shape(checks["share"]) for checks in kept["ring"].values()}
    assert shapes == {(run["ROUNDS"] // run["EVERY"], 10)}
    assert {*run["LONG"]} == {*kept["long"]}
    shapes = {np.shape(checks["good"]) for checks in kept["long"].values()}
    assert shapes == {(run["LONG_ROUNDS"] // run["EVERY"], 10)}
    for how, rates in run["RATES"].items():
        for ahead in run["AHEAD"]:
            away = kept["lead"][how][str(ahead)]
            assert {np.shape(away[form]) for form in run["FORMS"]} == {(len(rates), 10, 5)}
            near = kept["lead"]["near, other starts"][how][str(ahead)]
            assert {np.shape(near[form]) for form in run["FORMS"]} == {(len(rates), 2)}
    seeds = {name: len(kept["digits"][name]["runs"]) for name in run["DIGITS"]}
    assert seeds == {name: setting[2] for name, setting in run["DIGITS"].items()}


def test_no_best_rate_of_a_lead_lies_at_its_grid_s_edge_where_the_forms_differ():
    run, kept = script("gan"), stored("gan")["lead"]
    for form in run["FORMS"]:
        away = np.array(kept["plain steps"]["2000"][form], dtype=float)[..., 4]
        arrived = (away < 0.5).sum(axis=1)
        assert max(arrived[0], arrived[-1]) < arrived.max()


def test_the_best_discriminator_is_drawn_between_the_two_densities():
    ax = plot_best([0.0, 1.0], [0.3, 0.0], [0.1, 0.2], title="Best")
    assert ax.lines[2].get_ydata() == pytest.approx([0.75, 0.0])


def test_each_frame_has_its_caption_and_its_points():
    figure = plot_frames({"a": [[0, 0], [1, 1]], "b": [[2, 2]]}, title="Two", columns=1)
    assert [ax.get_title() for ax in figure.axes] == ["a", "b"]
    assert [ax.lines[1].get_xdata().tolist() for ax in figure.axes] == [[0, 1], [2]]


def test_a_game_goes_from_a_dot_to_a_square_and_each_path_has_its_name():
    ax = plot_game({"a": [[1, 0], [0, 1]]}, xlabel="x", ylabel="y", title="One")
    assert [line.get_marker() for line in ax.lines] == ["None", "o", "s", "x"]
    assert [ax.lines[i].get_xdata().tolist() for i in (1, 2)] == [[1], [0]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a"]


def test_forward_ways_lead_to_the_discriminator_and_gradients_back_to_the_generator():
    ax = plot_players(title="Two")
    places = {text.get_text(): text.get_position() for text in ax.texts}
    ways = [text for text in ax.texts if getattr(text, "arrow_patch", None)]
    dashed = [way.arrow_patch.get_linestyle() == "--" for way in ways]

    def ends_near(name):
        near = (np.hypot(*np.subtract(way.xy, places[name])) < 0.45 for way in ways)
        return [back for back, arrives in zip(dashed, near, strict=True) if arrives]

    assert ends_near("discriminator D") == [False, False, True]  # fakes, real data; its gradient
    assert ends_near("generator G") == [False, True]
    assert ends_near("real data") == []
