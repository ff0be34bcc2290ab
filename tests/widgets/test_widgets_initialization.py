"""The explorers of lecture 7 show the reference's numbers, and a move asks no kernel."""

from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, open_widget

from dlcourse.reference.initializers import layer_stds
from dlcourse.widgets.signals import explore_signals
from dlcourse.widgets.symmetry import distinct_units, explore_symmetry

mpl.use("agg")
TEXT = "What a learner who cannot see this explorer needs to know."
DEPTH = 7
rng = np.random.default_rng(7)
X = rng.normal(size=(12, 9))
BASE = [rng.normal(size=(9, 9)) / 3 for _ in range(DEPTH)]
UNITS = {"tanh": np.tanh, "identity": lambda s: s}
POINTS = np.array([[0.0, 0.0], [1.0, 1.0], [0.0, 1.0], [1.0, 0.0]])
LABELS = np.array([0, 0, 1, 1])


def measure(unit, gain):
    signals = [X]
    for W in BASE:
        signals.append(UNITS[unit](gain * signals[-1] @ W))
    return signals[1:], [gain**layer for layer in range(DEPTH, 0, -1)]


def signals(measure=measure, **options):
    marks = {"small": 0.1, "right": 1.0, "large": 4.0}
    return explore_signals(measure, ["tanh", "identity"], [0.5, 1.0, 2.0], marks, **options)


def network(*units):
    """Parameters of hidden units given as (w1, w2, b)."""
    units = np.array(units, dtype=float)
    return units[:, :2].T, units[:, 2]


ALIKE = network((1, 1, -0.5), (1, 1, -0.5), (1, 1, -0.5))
APART = network((1, 1, -0.5), (1, 0, -0.5), (0, 1, -0.5))
RUNS = {0.0: [ALIKE, ALIKE], 0.1: [ALIKE, APART]}


def first_unit_decides(parameters, points):
    W1, b1 = parameters
    return (points @ W1[:, 0] + b1[0] > 0).astype(int)


def symmetry():
    return explore_symmetry(RUNS, [0, 1000], first_unit_decides, POINTS, LABELS)


def test_every_scale_shows_the_stds_of_the_reference():
    widget = signals()
    assert widget.gains == [0.1, 0.5, 1.0, 2.0, 4.0]
    for unit, g in UNITS.items():
        for gain, run in zip(widget.gains, widget.runs[unit], strict=True):
            expected = layer_stds(X, [gain * W for W in BASE], g)
            np.testing.assert_allclose(run["forward"], expected, rtol=5e-3)
            assert run["backward"] == pytest.approx(measure(unit, gain)[1], rel=5e-3)


def test_a_vanished_signal_is_one_bar_and_an_exploded_one_sits_at_the_ends():
    widget = signals()
    last = np.array(widget.runs["identity"][0]["counts"][-1])
    assert np.flatnonzero(last).tolist() == [len(last) // 2]
    last = np.array(widget.runs["identity"][-1]["counts"][-1])
    assert last[[0, -1]].sum() > 0.9 * last.sum()


def test_named_scales_are_buttons_at_their_place_and_one_is_shown_first():
    widget = signals(start="right")
    assert {name: widget.gains[k] for name, k in widget.marks.items()} == {
        "small": 0.1,
        "right": 1.0,
        "large": 4.0,
    }
    assert widget.gains[widget.index] == 1.0
    assert signals().index == 0
    with pytest.raises(ValueError, match="'wrong'"):
        signals(start="wrong")


def test_the_first_and_the_last_layer_are_among_the_histograms():
    widget = signals()
    assert widget.shown == [1, 2, 5, 7]
    assert all(len(run["counts"]) == 4 for run in widget.runs["tanh"])


def test_a_move_measures_nothing():
    calls = []

    def counted(unit, gain):
        calls.append((unit, gain))
        return measure(unit, gain)

    widget = signals(counted)
    assert len(calls) == 10
    widget.index, widget.unit = 3, "identity"
    widget.index = 99
    assert widget.index == 4
    assert len(calls) == 10


def test_an_unknown_activation_is_refused():
    with pytest.raises(ValueError, match="'relu'"):
        signals().unit = "relu"


def test_the_caption_tells_the_numbers():
    run = signals().runs["identity"][0]
    assert run["caption"].startswith("identity, gain 0.1 (small): ")
    assert "layer 7" in run["caption"]


def test_equal_units_count_once_and_nearly_equal_ones_too():
    assert distinct_units(*ALIKE) == 1
    assert distinct_units(*APART) == 3
    assert distinct_units(*network((1, 1, 0), (1.001, 1, 0), (1.1, 1, 0))) == 2


def test_every_stop_shows_regions_lines_and_a_sentence():
    widget = symmetry()
    captions = [[frame["caption"] for frame in run] for run in widget.frames]
    assert "0 steps: 3 units of 1 kind, 75%" in captions[0][0]
    assert "1,000 steps: 3 units of 3 kinds, 75%" in captions[1][1]
    for frame in (frame for run in widget.frames for frame in run):
        assert len(frame["regions"]) == np.prod(widget.cells)
        assert len(frame["lines"]) == 3


def test_a_line_ends_at_the_box_where_the_score_is_zero():
    widget = symmetry()
    for (w, v, b), (x1, y1, x2, y2) in zip(
        np.column_stack([APART[0].T, APART[1]]), widget.frames[1][1]["lines"], strict=True
    ):
        np.testing.assert_allclose([w * x1 + v * y1 + b, w * x2 + v * y2 + b], 0, atol=2e-3)
        edges = [*widget.box["x"], *widget.box["y"]]
        for end in ((x1, y1), (x2, y2)):
            assert np.min(np.abs(np.subtract.outer(end, edges))) < 2e-3


def test_a_unit_without_a_border_in_the_box_has_no_line():
    runs = {0.0: [network((0, 0, 1), (1, 0, 50))]}
    widget = explore_symmetry(runs, [0], first_unit_decides, POINTS, LABELS)
    assert widget.frames[0][0]["lines"] == []


def test_sliders_stay_inside_their_ranges():
    widget = symmetry()
    widget.noise, widget.stop = 9, -1
    assert (widget.noise, widget.stop) == (1, 0)


@pytest.mark.parametrize("make", [signals, symmetry])
def test_a_described_explorer_brings_text_and_picture_and_leaves_no_figure_open(make):
    assert_described(make(), TEXT)


# in Chromium


@pytest.fixture
def opened(chromium, tmp_path):
    """Opens a widget in a page of its own."""

    def show(widget):
        widget.alt = TEXT
        return open_widget(chromium, widget, tmp_path)

    return show


def picture(page):
    return page.locator(".dl-plot").first.evaluate(
        "plot => plot.innerHTML + plot.querySelector('canvas')?.toDataURL()"
    )


@pytest.mark.browser
def test_scale_activation_and_buttons_redraw_the_histograms(opened):
    widget = signals(start="right")
    page = opened(widget)
    caption = page.locator(".dlcourse-caption")
    assert caption.text_content() == widget.runs["tanh"][2]["caption"]
    pictures = [picture(page)]
    page.get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    assert caption.text_content() == widget.runs["tanh"][3]["caption"]
    pictures.append(picture(page))
    page.get_by_role("button", name="small").click()
    pictures.append(picture(page))
    page.get_by_role("combobox").select_option("identity")
    assert caption.text_content() == widget.runs["identity"][0]["caption"]
    assert all(before != after for before, after in pairwise(pictures))
    assert page.evaluate("window.sent.at(-1).unit") == "identity"
    assert page.locator(".dlcourse").get_attribute("aria-label") == TEXT


@pytest.mark.browser
def test_both_sliders_walk_through_the_training_runs(opened):
    widget = symmetry()
    page = opened(widget)
    first = picture(page)
    page.get_by_label("differences at the start").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("steps of training").focus()
    page.keyboard.press("End")
    caption = page.locator(".dlcourse-caption").text_content()
    assert caption == widget.frames[1][1]["caption"]
    assert picture(page) != first
    assert page.evaluate("[window.sent.at(-1).noise, window.sent.at(-1).stop]") == [1, 1]
