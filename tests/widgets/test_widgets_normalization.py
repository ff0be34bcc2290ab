"""The explorers of lecture 8: the browser computes what the reference does, and asks no kernel."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, caption, drag, open_widget

from dlcourse.plots.normalization import own_run, plot_narrow_lines, plot_pass, plot_tables
from dlcourse.widgets.normalization import explore_batch, explore_units

mpl.use("agg")
TEXT = "Scores of one unit above, its outputs below."


def line(scores=(1, 3, 5, 7)):
    return explore_batch(scores, running=(4, 5))


def heights(**settings):
    rng = np.random.default_rng(7)
    height = rng.normal(1.7, 0.1, size=40)
    return explore_units(height, 60 * (height - 1) + rng.normal(0, 5, size=40), **settings)


def test_outputs_are_the_batch_norm_of_the_scores():
    explorer = line()
    np.testing.assert_allclose(explorer.outputs, np.array([-3, -1, 1, 3]) / 5**0.5, rtol=1e-5)
    explorer.gamma, explorer.beta = 2.0, 1.0
    np.testing.assert_allclose(explorer.outputs, 1 + np.array([-6, -2, 2, 6]) / 5**0.5, rtol=1e-5)


def test_in_training_one_row_moves_all_outputs_at_test_its_own_alone():
    for mode, moved in (("training", 4), ("test", 1)):
        before, after = line(), line([1, 3, 5, 12])
        before.mode = after.mode = mode
        assert np.sum(~np.isclose(before.outputs, after.outputs)) == moved


def test_a_single_row_gives_beta_in_training():
    explorer = line([7])
    explorer.beta = 0.5
    np.testing.assert_allclose(explorer.outputs, [0.5])


def test_scores_off_the_line_are_refused():
    for scores in ([], [17], range(9)):
        with pytest.raises(ValueError, match="1 to 8 numbers between -3 and 13"):
            line(scores)


def test_no_unit_cures_a_column_that_is_not_centred_and_one_cures_a_centred_one():
    raw = [heights(unit=unit).condition for unit in (1, 10, 100)]
    assert min(raw) > 500
    assert raw[2] > 1000 * raw[0]
    assert heights(unit=10, treatment="centred").condition < 2
    assert heights(unit=100, treatment="standardized").condition == pytest.approx(1)


def test_sixty_steps_arrive_on_a_round_bowl_and_hardly_move_in_a_ravine():
    explorer = heights(treatment="standardized")
    bottom = np.linalg.lstsq(explorer.rows, np.array(explorer.target), rcond=None)[0]
    np.testing.assert_allclose(explorer.path[-1], bottom)
    assert heights(unit=100).path.shape == (61, 2)


@pytest.mark.parametrize("make", [line, heights])
def test_a_described_explorer_brings_its_text_and_a_picture(make):
    assert_described(make(), TEXT)


def test_the_twin_of_the_bowl_names_the_four_condition_numbers():
    titles = [ax.get_title() for ax in heights().figure.axes]
    assert len(titles) == 4
    assert titles[3] == "standardized\nκ = 1"


def test_tables_stand_side_by_side_in_one_scale_of_colours():
    tables = {"small": np.eye(2) / 2, "large": np.ones((2, 2))}
    names = {"rows": "ab", "columns": "cd", "xlabel": "scale", "ylabel": "rate"}
    left, right = plot_tables(tables, **names, title="Two tables")
    assert left.images[0].get_clim() == right.images[0].get_clim() == (-1.6, 1.6)
    assert [ax.get_title() for ax in (left, right)] == ["small", "large"]
    assert [text.get_text() for text in left.texts] == ["0.5", "0", "0", "0.5"]


def test_a_pass_is_drawn_with_each_value_and_each_gradient():
    names = ["x", "μ", "c", "v", "s", "x̂", "y"]
    values = {name: np.array([k + 0.25, -k]) for k, name in enumerate(names)}
    ax = plot_pass(values, {name: 10 + k for k, name in enumerate(names)}, title="A walk")
    texts = [text.get_text() for text in ax.texts]
    for k, name in enumerate(names):
        at = next(i for i, text in enumerate(texts) if text.split(" =")[0] == name)
        assert texts[at + 1 : at + 3] == [f"{k + 0.25:.3g}  {'−' if k else ''}{k}", f"↑ {10 + k}"]
    assert len(ax.patches) == 8
    assert not [t for t in plot_pass(values, title="Forwards").texts if "↑" in t.get_text()]


def test_narrow_lines_have_their_names_below():
    ax = plot_narrow_lines([1, 2], {"a": [1, 2], "b": [2, 1]}, xlabel="x", ylabel="y", title="t")
    ax.figure.canvas.draw()
    legend = ax.get_legend().get_window_extent()
    assert legend.y1 < ax.xaxis.label.get_window_extent().y0
    assert legend.y0 >= 0


def test_a_learners_functions_train_once_they_are_solved_and_only_then():
    def train(forward):
        return [forward(1.0), 2.0], 0.5

    assert own_run(True, train, abs) == ([1.0, 2.0], 0.5)
    assert own_run(False, train, abs) is None
    assert own_run(True, train, None) is None
    assert own_run(True, train, lambda x: x / 0) is None
    assert own_run(True, train, lambda x: float("nan")) is None
    assert own_run(True, lambda f: f(1.0), abs) is None


# in Chromium


def opened(chromium, widget, folder):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, width=800)


def told(page):
    """The outputs that the caption ends with."""
    end = re.split("utputs: |β = ", caption(page))[-1]
    return [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", end)]


@pytest.mark.browser
@pytest.mark.parametrize("mode", ["training", "test"])
def test_the_browser_normalizes_as_the_reference_does(chromium, tmp_path, mode):
    page = opened(chromium, line(), tmp_path)
    page.get_by_role("button", name=mode).click()
    drag(page, "scale γ", 1.5)
    drag(page, "shift β", -1)
    row = page.get_by_role("slider", name="row 4")
    row.focus()
    page.keyboard.press("Shift+ArrowRight")  # ten halves
    explorer = line([1, 3, 5, 12])
    explorer.mode, explorer.gamma, explorer.beta = mode, 1.5, -1.0
    assert told(page) == pytest.approx(explorer.outputs, rel=5e-3)  # three digits


@pytest.mark.browser
def test_a_row_follows_the_hand_and_rows_come_and_go(chromium, tmp_path):
    page = opened(chromium, line(), tmp_path)
    row = page.get_by_role("slider", name="row 4")
    box = row.bounding_box()
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 100, at[1] + 30, steps=3)
    page.mouse.up()
    assert float(row.get_attribute("aria-valuenow")) > 9
    assert len(told(page)) == 4
    page.get_by_role("button", name="add a row").click()
    assert len(told(page)) == 5
    for _ in range(4):
        page.get_by_role("button", name="remove a row").click()
    assert "1 row: it is its own mean" in caption(page)
    assert told(page) == [0]
    assert page.get_by_role("button", name="remove a row").is_disabled()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("treatment", "unit", "position", "rate"),
    [("as it is", 1, 0, 0.5), ("as it is", 100, 4, 0.5), ("centred", 30, 3, 0.8)],
)
def test_the_browser_walks_on_the_bowl_of_the_reference(
    chromium, tmp_path, treatment, unit, position, rate
):
    page = opened(chromium, heights(), tmp_path)
    page.get_by_role("button", name=treatment).click()
    drag(page, "unit of height", position)
    drag(page, "rate, of", rate)
    explorer = heights(treatment=treatment, unit=unit, rate=rate)
    A, t, path = explorer.rows, np.array(explorer.target), explorer.path
    start, end = np.linalg.norm(path[[0, -1]] - np.linalg.lstsq(A, t)[0], axis=1)
    size, million, left = re.search(
        r"number (\S+?)( million)?\. .* leave (\S+) %", caption(page)
    ).groups()
    assert float(size) * (1e6 if million else 1) == pytest.approx(explorer.condition, rel=5e-3)
    assert float(left) == pytest.approx(100 * end / start, rel=5e-3, abs=1e-6)
