"""The explorers of lecture 9: twenty fits as NumPy makes them, and the rule of early stopping."""

import re

import matplotlib as mpl
import numpy as np
import pytest
import stored_results
from widget_page import assert_described, caption, drag, open_widget

from dlcourse.reference.regularization import bias_variance, early_stopping
from dlcourse.widgets.regularization import GRID, explore_fits, explore_stopping, normals

mpl.use("agg")
TEXT = "Twenty fits, their mean and the truth."
DIPS = [9, 8, 7.5, 7.9, 7, 7, 7.2, 7.1, 6, 6.4, 6.6, 6.5]  # best 8; patience 1 stops at 3


# twenty fits


def test_the_numbers_behind_the_data_are_normal_and_new_for_each_drawing():
    first, second = normals(0), normals(1)
    for numbers in (first, second):
        assert numbers.shape == (20, 200)
        assert abs(numbers.mean()) < 0.08  # five standard errors
        assert abs(numbers.std() - 1) < 0.06
        assert np.corrcoef(numbers).max(initial=0, where=~np.eye(20, dtype=bool)) < 0.4
    assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.08


@pytest.mark.parametrize("settings", [{}, {"degree": 7, "n": 40, "ridge": 10.0}])
def test_bias_and_variance_are_those_of_many_data_sets(settings):
    explorer = explore_fits(**settings)
    fits = []
    for draw in range(60):
        explorer.draw = draw
        fits.extend(explorer.fits)
    bias_squared, variance = bias_variance(fits, np.sin(3 * GRID))
    assert len(fits) == 1200
    assert explorer.variance == pytest.approx(variance, rel=0.1)
    error = 2 * np.sqrt(bias_squared * variance / 1200)  # at most, of the square of a mean
    assert explorer.bias_squared == pytest.approx(bias_squared, abs=4 * error + variance / 1200)


def test_at_the_points_the_variance_is_the_textbook_formula():
    explorer = explore_fits(degree=5, n=200)
    assert explorer.variance == pytest.approx(0.09 * 6 / 200, rel=0.05)


def test_the_variance_explodes_with_the_degree_and_ridge_or_points_tame_it():
    low, high = explore_fits(degree=3), explore_fits(degree=20)
    assert high.variance > 100 * low.variance
    assert high.bias_squared < low.bias_squared < explore_fits(degree=1).bias_squared / 20
    assert explore_fits(degree=20, ridge=1.0).variance < high.variance / 10
    assert explore_fits(degree=20, n=60).variance < high.variance / 10


def test_it_opens_where_nothing_of_the_explosion_is_seen():
    explorer = explore_fits()
    assert explorer.degree == 1
    assert explorer.variance < 0.01


def test_the_twin_shows_degrees_1_3_and_20():
    titles = [ax.get_title() for ax in explore_fits().figure.axes]
    assert [title.split(":")[0] for title in titles] == ["degree 1", "degree 3", "degree 20"]


# when do you stop?


def test_the_stored_curves_are_those_of_their_script():
    stored, script = stored_results.stored("stopping"), stored_results.script("stopping")
    assert len(stored) == len(script["SEEDS"]) == 6
    np.testing.assert_allclose(script["validation_curve"](4, epochs=5), stored[4][:5], atol=1e-3)


def test_no_patience_serves_all_runs_and_each_has_dips_before_its_best():
    explorer = explore_stopping()
    stops = {}
    for run in range(6):
        explorer.run = run
        for patience in range(1, 16):
            explorer.patience = patience
            best, stop = explorer.rule
            assert (best, stop) == early_stopping(explorer.curves[run], patience)
            stops[run, patience] = explorer.cost(stop)
        assert stops[run, 1] > 0.04
        assert stops[run, 15] == 0
    assert sum(stops[run, 4] == 0 for run in range(6)) == 3


def test_runs_of_unequal_length_and_short_ones_are_refused():
    for curves in ([DIPS, DIPS[:-1]], [DIPS[:5]], []):
        with pytest.raises(ValueError, match="one length, 10 or more"):
            explore_stopping(curves)


def test_the_twin_stops_hkus_table_at_18_19_and_20():
    [ax] = explore_stopping().figure.axes
    walls = [line.get_xdata()[0] for line in ax.lines if line.get_linestyle() == "--"]
    assert walls == [18, 19, 20]


@pytest.mark.parametrize("make", [explore_fits, explore_stopping])
def test_a_described_explorer_brings_its_text_and_a_picture(make):
    assert_described(make(), TEXT)


# in Chromium


def opened(chromium, widget, folder, **look):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, **{"width": 800, **look})


def drawn(page, look):
    """The height in the drawing of each line of a look, as numbers of y."""
    lines = page.locator(f".dl-plot svg svg > path.dl-line{look}").evaluate_all(
        """paths => paths.map(path => path.getAttribute("d").slice(1).split("L")
            .map(point => Number(point.split(" ")[1])))"""
    )
    frame = page.locator(".dl-plot svg svg").first
    top, height = (float(frame.get_attribute(name)) for name in ("y", "height"))
    return 2.4 - 4.8 * (np.array(lines[:20]) - top) / height


@pytest.mark.browser
@pytest.mark.parametrize(
    ("degree", "n", "noise", "ridge"), [(1, 30, 0.3, 0.0), (6, 25, 0.7, 0.1), (20, 200, 0.3, 1.0)]
)
def test_the_browser_fits_as_numpy_does(chromium, tmp_path, degree, n, noise, ridge):
    page = opened(chromium, explore_fits(), tmp_path)
    explorer = explore_fits(degree=degree, n=n, noise=noise, ridge=ridge)
    drag(page, "degree", degree)
    drag(page, "points n", explorer.sizes.index(n))
    drag(page, "noise σ", noise)
    drag(page, "ridge λ", explorer.ridges.index(ridge))
    page.get_by_role("button", name="new data").click()
    explorer.draw = 1
    np.testing.assert_allclose(drawn(page, ".dl-backward.dl-faint"), explorer.fits, atol=0.002)
    error = explorer.bias_squared + explorer.variance + noise**2
    said = re.search(r"variance (\S+) \+ noise .* = error (\S+) on", caption(page)).groups()
    assert [float(number) for number in said] == pytest.approx([explorer.variance, error], rel=5e-3)


@pytest.mark.browser
def test_a_degree_is_seen_in_the_trail_once_it_was_tried(chromium, tmp_path):
    page = opened(chromium, explore_fits(), tmp_path)
    squares = page.locator(".dl-column .dl-dots.dl-backward.dl-square:not(.dl-big)")
    count = "path => path.getAttribute('d').split('M').length - 1"
    assert squares.evaluate(count) == 1
    assert "wild" not in caption(page)
    page.get_by_label("degree").focus()
    for seen in (2, 3, 4):
        page.keyboard.press("ArrowRight")
        assert squares.evaluate(count) == seen
    page.keyboard.press("End")
    assert squares.evaluate(count) == 5
    assert "on average the fits are right, but each one is wild" in caption(page)
    drag(page, "ridge λ", 3)
    assert "they waver" in caption(page)


@pytest.mark.browser
@pytest.mark.parametrize("patience", [1, 2, 4, 15])
def test_the_browser_stops_where_the_reference_does(chromium, tmp_path, patience):
    explorer = explore_stopping([DIPS], patience=patience)
    explorer.stops = [6]
    page = opened(chromium, explorer, tmp_path)
    best, stop = explorer.rule
    cost = explorer.cost(stop)
    how = f"{100 * cost:.2g} % above the best" if cost else "the best of the run"
    said = f"Patience {patience} stops at epoch {stop} and keeps those of epoch {best}, {how}."
    assert said in caption(page)
    assert "you stop at epoch 6 and keep the weights of epoch 4, 17 % above the best." in caption(
        page
    )
    assert caption(page).endswith("The best epoch is 8.")


@pytest.mark.browser
def test_the_future_is_hidden_until_the_learner_stops_and_what_was_seen_stays(chromium, tmp_path):
    page = opened(chromium, explore_stopping(), tmp_path)
    curve = page.locator(".dl-plot").first.locator(".dl-line")
    points = "paths => paths.map(path => path.getAttribute('d').split('L').length)"
    assert curve.evaluate_all(points) == [6]
    assert page.get_by_label("patience").is_disabled()
    drag(page, "epoch", 12)
    drag(page, "epoch", 8)
    assert curve.evaluate_all(points) == [13]
    page.get_by_role("button", name="stop here").click()
    assert sum(curve.evaluate_all(points)) > 50
    assert page.evaluate("window.model.get('stops')") == [12, -1, -1, -1, -1, -1]
    page.get_by_role("button", name="another run").click()
    assert curve.evaluate_all(points) == [6]
    drag(page, "epoch", 49)  # the last epoch stops by itself
    assert page.evaluate("window.model.get('stops')")[:2] == [12, 49]
    assert "Over 2 runs you lose" in caption(page)
    assert page.get_by_label("patience").is_enabled()


@pytest.mark.browser
def test_who_stops_by_keyboard_goes_on_with_the_patience(chromium, tmp_path):
    page = opened(chromium, explore_stopping([DIPS]), tmp_path)
    page.get_by_role("button", name="stop here").focus()
    page.keyboard.press("Enter")
    page.evaluate("new Promise((done) => setTimeout(done, 60))")  # a card hands keys on after 50
    assert page.evaluate("document.activeElement.ariaLabel") == "patience"
    page.keyboard.press("ArrowRight")
    assert "Patience 4 stops at epoch 11 and keeps those of epoch 8, the best" in caption(page)


@pytest.mark.browser
def test_a_tie_is_told_to_be_no_better(chromium, tmp_path):
    page = opened(chromium, explore_stopping([DIPS]), tmp_path)
    assert "the validation loss is 7, as low as 1 epoch ago, which is no better." in caption(page)
    drag(page, "epoch", 6)
    assert "7.2, and the lowest, 7, came 2 epochs ago." in caption(page)
    drag(page, "epoch", 8)
    assert "6, which is the lowest so far." in caption(page)


@pytest.mark.browser
def test_a_run_that_was_stopped_is_played_anew_when_it_comes_again(chromium, tmp_path):
    page = opened(chromium, explore_stopping([DIPS, DIPS]), tmp_path)
    for _ in range(2):
        page.get_by_role("button", name="stop here").click()
        page.get_by_role("button", name="another run").click()
    assert page.evaluate("window.model.get('stops')") == [-1, 5]
    assert page.get_by_role("button", name="stop here").is_enabled()


@pytest.mark.browser
def test_each_label_has_the_colour_of_its_line(chromium, tmp_path):
    explorer = explore_stopping([DIPS])
    explorer.stops = [6]
    page = opened(chromium, explorer, tmp_path)
    colour = (
        "text => [getComputedStyle(text).fill, getComputedStyle(text).getPropertyValue('--role')]"
    )
    fills = [
        page.get_by_text(name, exact=True).evaluate(colour) for name in ("you stop", "patience 3")
    ]
    assert fills[0] != fills[1]
    lines = page.locator(".dl-plot").first.locator(".dl-line")
    strokes = lines.evaluate_all("paths => paths.map(path => getComputedStyle(path).stroke)")
    assert {fill for fill, _ in fills} <= set(strokes)


@pytest.mark.browser
def test_what_leaves_the_frame_is_told(chromium, tmp_path):
    page = opened(chromium, explore_fits(degree=3), tmp_path)
    assert "outside the frame" not in caption(page)
    page = opened(chromium, explore_fits(degree=20, n=25), tmp_path)
    farthest = float(re.search(r"reaches ([\d.]+), outside the frame", caption(page))[1])
    explorer = explore_fits(degree=20, n=25)
    assert farthest == pytest.approx(np.abs(explorer.fits).max(), rel=0.01)
