"""Lecture 2's builders compute in the browser what the reference gives, and draw it."""

import json
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import traitlets
from widget_page import assert_described, open_widget

from dlcourse.plots.approximation import plot_fit, plot_heights, plot_skyline
from dlcourse.reference.approximation import approximate_1d, approximate_2d, tower
from dlcourse.widgets.approximation import (
    PIXELS,
    SAMPLES,
    WALLS,
    explore_bumps,
    explore_towers,
)

mpl.use("agg")
TEXT = "A network of steps that is built by hand."


def wave(x):
    return np.cos(2 * np.pi * x)


def slope(x, y):
    return x + 2 * y


def hill(x, y):
    return np.exp(-8 * ((x - 0.5) ** 2 + (y - 0.5) ** 2))


def bumps(**settings):
    widget = explore_bumps({"wave": wave, "line": lambda x: x}, title="Bumps")
    widget.stage = "sum"
    widget.settings = {**widget.settings, **settings}
    return widget


def towers(stage="city", **settings):
    widget = explore_towers({"slope": slope, "hill": hill}, stage=stage, title="Towers")
    widget.settings = {**widget.settings, **settings}
    return widget


# in Python


def test_without_reach_the_error_of_a_wave_stays_at_one_half():
    for n in (8, 30, 100):
        assert bumps(n=n).largest_error == pytest.approx(0.5, abs=0.04)


def test_with_reach_the_sum_is_that_of_the_reference():
    for n in (1, 7, 31):
        expected = approximate_1d(wave, n, 0.0, 1.0)(np.linspace(0, 1, SAMPLES))
        np.testing.assert_allclose(bumps(n=n, reach=True).sum, expected, atol=2e-5)


def test_the_cross_has_arms_and_a_threshold_takes_them_away():
    z = (np.arange(PIXELS) + 0.5) / PIXELS
    assert towers("cross", steepness=400).cross.max() == pytest.approx(2)
    expected = tower(z, z[:, None], *WALLS, 1.0, 400.0)
    got = towers("cross", threshold=1.5, steepness=400).cross
    np.testing.assert_allclose(got, expected, atol=1e-12)


@pytest.mark.parametrize("n", [1, 5, 12])
def test_the_city_is_that_of_the_reference(n):
    z = (np.arange(PIXELS) + 0.5) / PIXELS
    expected = approximate_2d(slope, n, (0, 1), (0, 1))(z, z[:, None])
    np.testing.assert_allclose(towers(n=n).city, expected, atol=3e-4)


def test_more_towers_have_a_smaller_error():
    errors = [towers(n=n).largest_error for n in (2, 4, 8)]
    assert errors[2] < 0.6 * errors[1] < 0.4 * errors[0]


def test_at_the_corners_where_four_towers_meet_there_is_a_hole_that_no_pixel_shows():
    widget = towers(n=8)
    widget.function = "hill"
    assert widget.corner_error == pytest.approx(1, abs=2e-3)
    assert widget.largest_error < 0.3
    assert towers(n=1).corner_error == 0


def test_an_unknown_stage_or_function_is_refused():
    with pytest.raises(traitlets.TraitError, match="stage is one of"):
        bumps().stage = "bridge"
    with pytest.raises(traitlets.TraitError, match="function is one of"):
        towers().function = "wave"


@pytest.mark.parametrize("make", [bumps, towers])
def test_a_described_builder_brings_its_text_and_a_picture_and_leaves_no_figure_open(make):
    assert_described(make(), TEXT)


@pytest.mark.parametrize("make", [bumps, towers])
def test_the_static_figure_tells_the_largest_error(make):
    widget = make(n=3)
    figure = widget.figure
    said = figure.get_suptitle() + figure.axes[2].get_title()
    plt.close("all")
    assert f"largest error {widget.largest_error:.3g}" in said


@pytest.mark.parametrize("offered", [("step", "bump"), ("sum",)])
def test_only_the_offered_stages_are_drawn_and_the_first_of_them_is_shown_first(offered):
    widget = explore_bumps({"wave": wave}, offered=offered, title="Some")
    titles = [ax.get_title() for ax in widget.figure.axes]
    plt.close("all")
    assert widget.stage == offered[0]
    assert len(titles) == len(offered)
    assert any("largest error" in title for title in titles) == ("sum" in offered)


def test_a_stage_that_does_not_exist_is_not_offered():
    with pytest.raises(traitlets.TraitError, match="bridge"):
        explore_bumps(offered=("step", "bridge"), title="Some")


def test_everything_the_browser_gets_is_plain_json():
    for widget in (bumps(), towers()):
        for name in ("functions", "settings"):
            value = getattr(widget, name)
            assert json.loads(json.dumps(value, allow_nan=False)) == value


# plots


def test_a_fit_is_drawn_over_its_target():
    x = np.linspace(0, 1, 11)
    ax = plot_fit(x, {"net": x**2}, target=x, title="Over")
    assert [line.get_label() for line in ax.lines] == ["f", "net"]
    assert ax.lines[0].get_zorder() <= ax.lines[1].get_zorder()
    assert ax.get_legend() is not None
    plt.close("all")


@pytest.mark.parametrize(("shared", "same"), [(True, True), (False, False)])
def test_maps_share_a_scale_unless_told_otherwise(shared, same):
    maps = {"low": np.array([[0.0, 1.0]]), "high": np.array([[2.0, 5.0]])}
    axes = plot_heights(maps, title="Two", shared=shared)
    limits = [ax.images[0].get_clim() for ax in axes]
    plt.close("all")
    assert (limits[0] == limits[1]) == same
    assert limits[0][0] == 0


def test_row_0_of_a_map_is_at_the_bottom():
    [ax] = plot_heights({"map": np.array([[0.0], [1.0]])}, title="One")
    assert ax.images[0].origin == "lower"
    plt.close("all")


def test_a_skyline_is_drawn_over_its_photograph():
    ax = plot_skyline(np.zeros((4, 8)), np.array([0.0, 1.0]), np.array([0.2, 0.7]), title="Roof")
    assert ax.images
    assert all(line.get_ydata().tolist() == [0.2, 0.7] for line in ax.lines)
    plt.close("all")


# in Chromium


@pytest.fixture
def show(chromium, tmp_path):
    pages = []

    def open_one(widget):
        widget.alt = TEXT
        pages.append(open_widget(chromium, widget, tmp_path))
        return pages[-1]

    yield open_one
    for page in pages:
        page.close()


def caption(page):
    return page.locator(".dlcourse-caption").text_content()


def said_error(page):
    return float(re.search(r"largest error.*? is ([\d.e−]+[\de])", caption(page))[1])


def move(page, name, key, times=1):
    page.get_by_role("slider", name=name, exact=True).focus()
    for _ in range(times):
        page.keyboard.press(key)


@pytest.mark.browser
def test_the_step_follows_w_and_b_from_the_keyboard(show):
    widget = bumps()
    widget.stage = "step"
    page = show(widget)
    assert caption(page) == "w = 10, b = −3: the step is at −b/w = 0.3."
    move(page, "b", "ArrowLeft", 2)
    assert caption(page) == "w = 10, b = −5: the step is at −b/w = 0.5."
    assert page.get_by_role("slider", name="b", exact=True).get_attribute("aria-valuetext") == "−5"


@pytest.mark.browser
def test_stages_are_chosen_by_buttons_and_each_shows_its_own_controls(show):
    page = show(bumps())
    assert not page.get_by_role("slider", name="w", exact=True).is_visible()
    page.get_by_role("button", name="2 bump").click()
    assert page.get_by_role("button", name="2 bump").get_attribute("aria-pressed") == "true"
    assert page.get_by_role("slider", name="height").is_visible()
    assert caption(page) == (
        "Outer weights 0.6 and −0.6. The bump is 0.6 in the middle and 0.3 at its left edge."
    )


@pytest.mark.browser
def test_a_stage_that_is_not_offered_has_no_button_and_a_single_one_needs_none(show):
    page = show(explore_bumps(offered=("step", "bump"), title="Some"))
    assert page.get_by_role("button", name="2 bump").count() == 1
    assert page.get_by_role("button", name="3 sum of bumps").count() == 0
    page = show(explore_bumps({"wave": wave}, offered=("sum",), title="One"))
    assert page.get_by_role("button", name="sum of bumps").count() == 0
    assert page.get_by_role("slider", name="bumps").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize("settings", [{}, {"reach": True}, {"sharpness": 3, "reach": True}])
def test_the_browser_finds_the_largest_error_of_the_reference(show, settings):
    widget = bumps(n=9, **settings)
    page = show(widget)
    assert said_error(page) == pytest.approx(widget.largest_error, rel=5e-3)
    move(page, "bumps", "ArrowRight", 5)
    widget.settings = {**widget.settings, "n": 14}
    assert said_error(page) == pytest.approx(widget.largest_error, rel=5e-3)


@pytest.mark.browser
def test_a_button_lets_the_outer_bumps_reach_further(show):
    page = show(bumps(n=40))
    assert said_error(page) == pytest.approx(0.5, abs=0.01)
    page.get_by_role("button", name="reach further").click()
    assert said_error(page) == pytest.approx(np.pi / 40, abs=0.005)


@pytest.mark.browser
def test_another_function_is_drawn_and_measured(show):
    widget = bumps(n=10, reach=True)
    page = show(widget)
    page.get_by_role("combobox", name="function").select_option("line")
    assert said_error(page) == pytest.approx(0.05, abs=0.002)


@pytest.mark.browser
def test_the_threshold_takes_first_the_arms_then_the_middle(show):
    page = show(towers("cross", steepness=400))
    assert caption(page) == "No threshold: the middle is 2 high, the arms 1, the ground 0."
    expected = {"0.5": "middle is 1 high, the arms 1,", "1.5": "middle is 1 high, the arms 0,"}
    expected["2.3"] = "middle is 0 high, the arms 0,"
    for threshold, words in expected.items():
        slider = page.get_by_role("slider", name="threshold")
        slider.fill(threshold)
        assert caption(page).startswith(f"Threshold {threshold}:")
        assert words in caption(page)


@pytest.mark.browser
@pytest.mark.parametrize("sharpness", [10, 1000])
def test_the_city_in_the_browser_has_the_error_of_the_reference(show, sharpness):
    widget = towers(n=5, sharpness=sharpness)
    page = show(widget)
    assert f"meet it is {round(widget.corner_error, 2):g}." in caption(page)
    assert said_error(page) == pytest.approx(widget.largest_error, rel=5e-3)
    page.get_by_role("combobox", name="function").select_option("hill")
    widget.function = "hill"
    assert said_error(page) == pytest.approx(widget.largest_error, rel=5e-3)


@pytest.mark.browser
@pytest.mark.parametrize("make", [bumps, towers])
def test_a_screen_reader_gets_the_text(show, make):
    assert show(make()).locator(".dlcourse").get_attribute("aria-label") == TEXT
