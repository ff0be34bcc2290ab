"""Lecture 12: every claim of `lecture_claims`, on one run; its stored trainings; its figures."""

import numpy as np
import pytest
import stored_results
from lecture_claims import LectureClaims

from dlcourse.plots.convolution import (
    plot_frames,
    plot_grids,
    plot_photographs,
    plot_track,
    plot_weights,
)
from dlcourse.reference.conv1d import conv1d


class TestLecture12(LectureClaims):
    name = "12_convolution"


@pytest.fixture(scope="module")
def script():
    return stored_results.script("shifts")


@pytest.fixture(scope="module")
def stored():
    return stored_results.stored("shifts")


@pytest.mark.parametrize("name", ["dense", "max pool", "stride 2"])
def test_the_stored_percentages_are_those_of_their_script(script, stored, name):
    found = script["read_right"](script["train"](name, 0.01, seed=3))
    np.testing.assert_allclose(found, stored["centred"][name]["0.01"][3], atol=4)


def test_every_network_was_trained_at_every_rate_from_every_start(script, stored):
    assert stored["centred"].keys() == script["NETWORKS"].keys()
    for table in stored["centred"].values():
        assert list(table) == [*map(str, script["RATES"]), "untrained"]
        for rows in table.values():
            assert np.shape(rows) == (len(script["SEEDS"]), len(script["SHIFTS"]))


def test_a_dense_network_reads_few_digits_that_move_by_two(stored):
    for rows in stored["centred"]["dense"].values():
        assert np.max(rows, axis=0)[2] < 30


def test_behind_one_pool_even_shifts_are_forgotten_and_odd_ones_are_not(script, stored):
    for rate in map(str, script["RATES"]):
        rows = np.mean(stored["centred"]["max pool"][rate], axis=0)
        assert np.ptp(rows[::2]) < 0.3
        assert rows[2] - rows[1] > 5
        assert np.ptp(stored["centred"]["global maximum"][rate], axis=1).max() < 0.6


def test_of_five_windows_nine_readings_come_nearest_to_the_ship():
    seconds = np.arange(200.0)
    ship = 30 * np.sin(seconds / 40) + 0.1 * seconds
    flights = [ship + np.random.default_rng(s).normal(scale=5, size=200) for s in range(10)]
    apart = {
        n: np.mean([(conv1d(x, np.ones(n) / n) - ship[n - 1 :]) ** 2 for x in flights])
        for n in (1, 3, 9, 27, 81)
    }
    assert min(apart, key=apart.get) == 9


def test_long_training_was_stored_for_every_rate_and_start_and_none_chosen_lies_at_an_edge(
    script, stored
):
    assert list(stored["long"]) == list(script["LONG"][0])
    for found in stored["long"].values():
        assert list(found["valid"]) == list(found["test"]) == [*map(str, script["RATES"])]
        valid = {rate: np.mean(rows) for rate, rows in found["valid"].items()}
        assert max(valid, key=valid.get) == str(found["rate"])
        assert found["rate"] in script["RATES"][1:-1]
        assert {len(rows) for rows in found["test"].values()} == {len(script["SEEDS"])}


def test_trained_long_a_blur_costs_nothing_in_the_middle_and_takes_most_of_the_drop_away(stored):
    pool, blur = (np.array(found["test"][str(found["rate"])]) for found in stored["long"].values())
    assert abs((pool - blur)[:, 0].mean()) < 1
    assert (blur[:, 0] - blur[:, 1]).mean() < 0.3 * (pool[:, 0] - pool[:, 1]).mean()


def test_training_makes_filters_more_like_edges_and_not_more_like_lines(stored):
    start, learned = (stored["looks"][when] for when in ("start", "learned"))
    assert np.mean(learned["edges"]) > np.mean(start["edges"]) + 0.1
    assert np.mean(learned["lines"]) < np.mean(start["lines"]) + 0.02


def test_no_chosen_rate_of_a_first_layer_lies_at_its_grid_s_edge(script, stored):
    inner = script["FILTER_RATES"][1:-1]
    assert all(found["rate"] in inner for found in stored["filters"].values())
    assert all(len(found["test"]) == len(script["SEEDS"]) for found in stored["filters"].values())


def test_a_digit_that_moves_keeps_its_pixels(script):
    images = script["digits"]()[2][:2]
    still = images[:, 0, 0, 0].long() * 0
    once, moved = (script["framed"](images, still + d, still).numpy() for d in (0, 2))
    np.testing.assert_array_equal(np.roll(once, 2, axis=3), moved)
    np.testing.assert_array_equal(once[:, :, 3:11, 3:11], images)


def test_grids_write_every_number_and_frame_a_window():
    grids = {"a": (np.arange(6.0).reshape(2, 3), "x"), "b": ([[7]], "w")}
    axes = plot_grids(grids, frames=[("a", 0, 1, 2, 2)], title="Two grids")
    assert [text.get_text() for text in axes[0].texts] == list("012345")
    widest = max(axes[0].patches, key=lambda patch: patch.get_width())
    assert (widest.get_xy(), widest.get_width(), widest.get_height()) == ((1, 0), 2, 2)
    assert [text.get_text() for text in axes[1].texts] == ["7"]


def test_a_weight_that_is_used_twice_has_one_colour_that_of_the_filter_and_none_is_white():
    shared = np.array([[1, 2, 0], [0, 1, 2]])
    axes = plot_weights({"shared": shared, "filter": np.array([[1, 2]])}, title="Weights")
    images = [ax.images[0] for ax in axes]
    assert images[0].get_array().mask.tolist() == [[False, False, True], [True, False, False]]
    matrix, own = (image.to_rgba(image.get_array()) for image in images)
    np.testing.assert_array_equal(matrix[0, 0], matrix[1, 1])
    np.testing.assert_array_equal(matrix[0, :2], own[0])
    assert np.abs(own[0, 0] - own[0, 1]).max() > 0.03
    assert [text.get_text() for text in axes[1].texts] == ["1", "2"]


def test_many_weights_are_grey_and_so_claim_no_colour():
    ax = plot_weights({"dense": np.arange(1, 13).reshape(3, 4)}, title="Weights")[0]
    assert ax.images[0].get_cmap().name == "Greys_r"  # "gray" is a photograph
    assert len(ax.texts) == 0


def test_images_in_frames_share_one_scale():
    images = [[[0.0, 1]], [[-2.0, 0]]]
    axes = plot_frames(images, ["a", "b"], title="Two", signed=True)
    assert [ax.get_title() for ax in axes] == ["a", "b"]
    assert {ax.images[0].get_clim() for ax in axes} == {(-2.0, 2.0)}
    assert len(axes[0].figure.axes) == 3  # the scale
    assert {ax.images[0].get_clim() for ax in plot_frames(images, "ab", title="Two")} == {(0, 2.0)}


def test_a_track_names_what_it_draws():
    lines = {"mean": ([1, 2], [0.5, 0.5])}
    words = {"xlabel": "s", "ylabel": "km", "title": "A track"}
    ax = plot_track([0, 1, 2], [0, 0, 1], [1, 0, 1], lines, **words)
    assert [line.get_label() for line in ax.lines] == ["readings", "truth", "mean"]


def test_photographs_stand_side_by_side_with_their_names():
    images = {"a": np.eye(3), "b": 1 - np.eye(3)}
    axes = plot_photographs(images, title="Two")
    assert [ax.get_title() for ax in axes] == ["a", "b"]
    np.testing.assert_array_equal(axes[1].images[0].get_array(), images["b"])
