"""Lecture 12: every claim of `lecture_claims`, on one run; its stored trainings; its figures."""

import json
import runpy

import numpy as np
import pytest
from lecture_claims import LectureClaims

from dlcourse.data.sets import SAMPLES
from dlcourse.plots.convolution import (
    plot_frames,
    plot_grids,
    plot_photographs,
    plot_track,
    plot_weights,
)


class TestLecture12(LectureClaims):
    name = "12_convolution"


@pytest.fixture(scope="module")
def script():
    return runpy.run_path(str(SAMPLES / "make_shifts.py"))


@pytest.fixture(scope="module")
def stored():
    return json.loads((SAMPLES / "shifts.json").read_text("utf-8"))


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


def test_a_weight_that_is_used_twice_has_one_colour_and_none_is_white():
    axes = plot_weights({"shared": np.array([[1, 2, 0], [0, 1, 2]])}, title="Weights")
    shades = axes[0].images[0].get_array()
    assert shades.mask.tolist() == [[False, False, True], [True, False, False]]
    assert shades[0, 0] == shades[1, 1]
    assert shades[0, 1] == shades[1, 2]
    assert abs(shades[0, 0] - shades[0, 1]) > 0.1


def test_images_in_frames_share_one_scale():
    images = [[[0.0, 1]], [[-2.0, 0]]]
    axes = plot_frames(images, ["a", "b"], title="Two", signed=True)
    assert [ax.get_title() for ax in axes] == ["a", "b"]
    assert {ax.images[0].get_clim() for ax in axes} == {(-2.0, 2.0)}
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
