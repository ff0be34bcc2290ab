"""The explorers of lecture 6 show the reference's numbers, and a move asks no kernel."""

import json
from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import traitlets
from widget_page import assert_twin, open_widget

from dlcourse.plots.activations import (
    plot_learning,
    plot_scores,
    plot_spreads,
    plot_steps,
    plot_units,
)
from dlcourse.plots.basic import described
from dlcourse.reference.activations import relu, relu_backward, tanh, tanh_backward
from dlcourse.reference.network import layer_gradient_norms
from dlcourse.widgets.activations import (
    BEST,
    DEPTHS,
    GAINS,
    MEANS,
    RATES,
    curvature,
    explore_activations,
    explore_zigzag,
    zigzag,
)

mpl.use("agg")
TEXT = "Two panels of curves that follow three controls."


def tanh_slope(z):
    return 1 - np.tanh(z) ** 2


def relu_slope(z):
    return (z > 0) * 1.0


def batch():
    rng = np.random.default_rng(3)
    return rng.normal(size=(12, 6)), rng.integers(0, 10, size=12)


@pytest.fixture(scope="module")
def survivors():
    units = {"tanh": (tanh, tanh_slope), "relu": (relu, relu_slope)}
    return explore_activations(units, *batch(), title="What survives", width=8)


@pytest.fixture(scope="module")
def zigzags():
    return explore_zigzag(title="Zig-zag")


def shown(widget, panel):
    return widget.lines(widget.panels[panel])


def test_the_right_panel_shows_the_gradient_norms_of_the_reference(survivors):
    survivors.choice = {"unit": 0, "depth": DEPTHS.index(5), "gain": GAINS.index(2.0)}
    rng = np.random.default_rng(7)
    sizes = [6, 8, 8, 8, 8, 10]
    weights = [rng.normal(scale=2.0 / n**0.5, size=(n, m)) for n, m in pairwise(sizes)]
    norms = layer_gradient_norms(*batch(), weights, np.tanh, tanh_slope)
    (line,) = shown(survivors, 1)
    assert line["x"] == [1, 2, 3, 4, 5]
    assert np.allclose(line["y"], norms, rtol=1e-4)


def test_the_left_panel_shows_the_chosen_unit_and_its_slope(survivors):
    survivors.choice = {"unit": 1, "depth": 0, "gain": 0}
    output, slope = shown(survivors, 0)
    assert np.allclose(output["y"], np.maximum(output["x"], 0))
    assert set(slope["y"]) == {0, 1}


def test_every_position_has_its_curves_and_its_sentence(survivors, zigzags):
    for widget in (survivors, zigzags):
        positions = np.ndindex(*[len(control["options"]) for control in widget.controls])
        for position in positions:
            names = [control["name"] for control in widget.controls]
            widget.choice = dict(zip(names, map(int, position), strict=True))
            assert widget.caption()
            assert all(widget.lines(panel) for panel in widget.panels)


def test_each_step_of_the_path_goes_along_the_mean_gradient_of_its_rows():
    path = zigzag(1.5, 0.1, 20, 3)
    for before, after in pairwise(path):
        assert np.allclose(after, before - 0.1 * curvature(1.5) @ (before - BEST))


def test_a_single_row_of_positive_inputs_moves_both_weights_the_same_way():
    moves = np.sign(np.diff(zigzag(4.0, 0.01, 1, 40), axis=0))
    assert np.array_equal(moves[:, 0], moves[:, 1])
    around_zero = np.sign(np.diff(zigzag(0.0, 0.01, 1, 40), axis=0))
    assert 0.2 < np.mean(around_zero[:, 0] == around_zero[:, 1]) < 0.8


@pytest.mark.parametrize(("rate", "falls"), [(0.2, True), (0.3, False)])
def test_with_mean_two_rates_above_two_ninths_diverge(zigzags, rate, falls):
    zigzags.choice = {"mean": MEANS.index(2.0), "rate": RATES.index(rate), "rows": 1}
    (line,) = shown(zigzags, 1)
    assert (line["y"][-1] < line["y"][0]) == falls
    assert ("diverges" in zigzags.caption()) != falls


def test_the_ellipses_are_level_sets_of_the_loss(zigzags):
    zigzags.choice = {"mean": MEANS.index(1.0), "rate": 0, "rows": 0}
    for ellipse in shown(zigzags, 0)[:3]:
        away = np.stack([ellipse["x"], ellipse["y"]], axis=1) - BEST
        heights = np.einsum("ni,ij,nj->n", away, curvature(1.0), away)
        assert np.allclose(heights, heights[0], rtol=1e-3)


def test_a_choice_outside_is_moved_inside_and_an_unknown_control_is_refused(survivors):
    survivors.choice = {"unit": 99, "depth": -5, "gain": 1}
    assert survivors.choice == {"unit": 1, "depth": 0, "gain": 1}
    with pytest.raises(traitlets.TraitError, match="choice needs"):
        survivors.choice = {"unit": 0}


def test_a_move_sends_the_choice_alone(zigzags):
    sent = []
    zigzags.observe(lambda change: sent.append(change.name))
    zigzags.choice = {"mean": 3, "rate": 2, "rows": 1}
    zigzags.unobserve_all()
    assert sent == ["choice"]


def test_everything_the_browser_gets_is_plain_json(survivors, zigzags):
    for widget in (survivors, zigzags):
        assert json.loads(json.dumps(widget.panels, allow_nan=False)) == widget.panels


def test_a_described_explorer_brings_its_text_and_a_picture_and_leaves_no_figure_open(survivors):
    assert_twin(described(survivors, TEXT), TEXT)
    assert survivors.alt == TEXT
    assert plt.get_fignums() == []


def test_plot_spreads_takes_each_units_mean_away_and_says_how_much_is_left():
    wide = np.array([[0.0, 3.0], [0.4, 3.4]])  # two units of spread 0.2 around means of their own
    axes = plot_spreads({"kept": [wide], "faded": [wide / 100]}, title="Spreads")
    assert axes.shape == (1, 2)
    assert [ax.texts[0].get_text() for ax in axes.flat] == ["spread 0.2", "spread 0.002"]
    for ax, places in zip(axes.flat, [[-0.2, 0.2], [0.0]], strict=True):
        full = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches if bar.get_height()]
        np.testing.assert_allclose(full, places, atol=bar_width(ax) / 2)
        assert sum(bar.get_height() for bar in ax.patches) == wide.size


def bar_width(ax):
    return ax.patches[0].get_width()


def test_plot_units_draws_each_unit_and_its_slope():
    axes = plot_units(
        {"tanh": (tanh, tanh_backward), "relu": (relu, relu_backward)}, title="Two", low=-2, high=2
    )
    z, slope = axes[1].lines[0].get_data()
    plt.close("all")
    assert np.allclose(slope, tanh_slope(z))
    assert [text.get_text() for text in axes[0].get_legend().get_texts()] == ["tanh", "relu"]


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_plot_learning_draws_medians_of_spread_and_error_below_one_another():
    runs = np.array([[0.1, 1.0], [0.2, 2.0], [0.4, 9.0]])
    pair = {"net": runs, "other": 2 * runs}
    axes = plot_learning([0, 60], pair, {"net": runs / 10, "other": runs}, title="Learning")
    for ax, due, scale in zip(axes, [[0.2, 2.0], [0.02, 0.2]], ["log", "linear"], strict=True):
        np.testing.assert_allclose(ax.lines[0].get_ydata(), due)
        assert ax.get_yscale() == scale
    assert axes[0].get_legend().get_texts()[0].get_text() == "net"
    assert axes[1].get_legend() is None


def test_two_quarters_are_tinted_where_both_weights_move_alike_and_four_where_not():
    alike, free = [[0, 0], [1, 0.2], [0.5, -0.4]], [[0, 0], [1, -0.2], [1.2, -0.4]]
    axes = plot_steps({"alike": alike, "free": free}, best=(1.5, -1), title="Steps")
    plt.close("all")
    assert [len(ax.collections) for ax in axes] == [2, 4]


def test_the_digits_that_make_a_unit_positive_are_counted():
    scores = np.array([-1.0, 0.0, 2.0])
    ax = plot_scores({"before": scores, "after": scores - 3}, title="Scores")
    plt.close("all")
    assert texts(ax)[-2:] == ["positive for 1 of 3", "positive for 0 of 3"]


# in Chromium


@pytest.fixture
def page(chromium, tmp_path, survivors):
    survivors.alt = TEXT
    survivors.choice = {"unit": 0, "depth": 4, "gain": 1}
    page = open_widget(chromium, survivors, tmp_path)
    yield page
    page.close()


def dots(page):
    points = page.locator(".dl-plot").nth(1).locator("path.dl-dots")
    return points.get_attribute("d").count("M")


@pytest.mark.browser
def test_arrow_keys_on_the_slider_change_depth_caption_and_curve(page, survivors):
    assert dots(page) == DEPTHS[4]
    page.get_by_role("slider", name="layers").focus()
    page.keyboard.press("ArrowRight")
    assert dots(page) == DEPTHS[5]
    assert page.locator(".dlcourse-caption").text_content() == survivors.captions["0,5,1"]
    assert page.get_by_role("slider", name="layers").get_attribute("aria-valuetext") == str(
        DEPTHS[5]
    )


@pytest.mark.browser
def test_the_select_changes_the_unit_and_a_screen_reader_hears_it(page):
    page.get_by_role("combobox", name="activation").select_option("1")
    caption = page.locator(".dlcourse-caption").text_content()
    assert caption.startswith("relu")
    assert page.locator(".dlcourse").get_attribute("aria-label") == TEXT
