"""The explorers of lecture 5: the browser's paths are those of the reference, and ask no kernel."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, caption, drag, open_widget

from dlcourse.plots.gradient_descent import (
    own_path,
    plot_arrows,
    plot_contours,
    plot_deal,
    plot_factors,
    plot_land_and_map,
    plot_loop,
    plot_prices,
    plot_symptoms,
    plot_walks,
)
from dlcourse.widgets.gradient_descent import explore_descent, explore_rate

mpl.use("agg")
TEXT = "A bowl from above, with the path of gradient descent."
BOTTOM = np.array([3.0, 1.0])


def bowl_explorer(**settings):
    """Eight rows with curvatures 1 and 4 and errors that leave the bottom at (3, 1)."""
    X = np.array([[1.0, 2.0], [1.0, -2.0], [-1.0, 2.0], [-1.0, -2.0]] * 2)
    t = X @ BOTTOM + np.array([1.0, -1.0, -1.0, 1.0, -0.5, 0.5, 0.5, -0.5])
    rng = np.random.default_rng(7)
    orders = np.array([[rng.permutation(8) for _ in range(3)] for _ in range(2)])
    return explore_descent(X, t, orders, **settings)


def test_with_all_rows_the_distance_shrinks_by_one_minus_rate_times_curvature():
    path = bowl_explorer(rate=0.3, batch_size=8).path
    assert path.shape == (61, 2)
    factors = 1 - 0.3 * np.array([1.0, 4.0])
    powers = factors ** np.arange(61)[:, None]
    np.testing.assert_allclose(path, BOTTOM - powers * BOTTOM, atol=1e-12)


def test_with_one_row_each_step_follows_the_row_whose_turn_it_is():
    explorer = bowl_explorer(rate=0.1, batch_size=1)
    explorer.shuffle = 1
    X, t = np.array(explorer.X), np.array(explorer.t)
    w, path = np.zeros(2), explorer.path
    for step in range(60):  # three epochs of eight, then the first one again
        i = explorer.orders[1][step // 8 % 3][step % 8]
        w = w - 0.1 * (X[i] @ w - t[i]) * X[i]
        np.testing.assert_allclose(path[step + 1], w)


def test_the_last_batch_of_an_epoch_is_shorter():
    explorer = bowl_explorer(rate=0.1, batch_size=5)
    sizes = [len(t) for _, t in explorer._batches()]
    assert sizes == [5, 3] * 30


def test_another_shuffle_is_another_path_unless_all_rows_take_part():
    explorer = bowl_explorer(rate=0.1, batch_size=2)
    before = explorer.path
    explorer.shuffle = 1
    assert not np.allclose(before, explorer.path)
    explorer.batch_size, explorer.shuffle = 8, 0
    before = explorer.path
    explorer.shuffle = 1
    np.testing.assert_allclose(before, explorer.path)


def test_orders_that_leave_rows_out_are_refused():
    rows, targets = np.ones((3, 2)), np.ones(3)
    for orders in (np.zeros((1, 1, 3), int), np.array([0, 1, 2])):
        with pytest.raises(ValueError, match="permutation of the rows"):
            explore_descent(rows, targets, orders)


@pytest.mark.parametrize(("rate", "end"), [(0.25, 0.0), (0.5, 1.0), (0.75, 1024.0)])
def test_one_curvature_multiplies_by_the_same_factor_each_step(rate, end):
    path = explore_rate(curvature=4.0, rate=rate).path
    assert path[-1] == pytest.approx(end)
    assert len(path) == 11


@pytest.mark.parametrize("make", [bowl_explorer, explore_rate])
def test_a_described_explorer_brings_its_text_and_a_picture(make):
    assert_described(make(), TEXT)


def test_the_static_figure_shows_the_path_and_its_settings():
    explorer = bowl_explorer(rate=0.2, batch_size=2)
    ax = explorer.figure.axes[0]
    [line] = [line for line in ax.lines if line.get_label() == "rate 0.2, 2 of 8 rows a step"]
    np.testing.assert_allclose(line.get_xydata(), explorer.path)


def test_contours_lie_where_the_function_has_their_value():
    ax = plot_contours(
        lambda w: w[0] ** 2 + w[1] ** 2, low=(-2, -2), high=(2, 2), levels=[1.0], title="A circle"
    )
    [line] = ax.collections[0].get_paths()
    np.testing.assert_allclose(np.hypot(*line.vertices.T), 1, atol=1e-3)
    assert ax.get_aspect() == 1


def halves(start, steps):
    return [np.array(start) / 2**k for k in range(steps + 1)]


def test_a_learners_own_path_is_drawn_once_it_is_solved_and_never_in_the_way():
    path = own_path(True, halves, [4.0, 2.0], 2)
    np.testing.assert_array_equal(path["your walk"], [[4, 2], [2, 1], [1, 0.5]])
    asked = []
    assert own_path(False, asked.append, 1) == {}
    assert asked == []  # what is unsolved may never end
    assert own_path(True, None) == {}
    assert own_path(True, lambda: 1 / 0) == {}
    assert own_path(True, lambda: [1.0, 2.0]) == {}


def bowl(w):
    return (w[0] ** 2 + 4 * w[1] ** 2) / 2


def texts(ax):
    return [text.get_text() for text in ax.texts]


def test_each_walk_has_a_panel_of_its_own_on_the_same_map():
    walks = {"near": np.array([[2.0, 1.0], [1.0, 0.5]]), "far": np.array([[2.0, 1.0], [3.0, 4.0]])}
    panels = plot_walks(bowl, walks, low=(-4, -4), high=(4, 4), minimum=(0, 0), title="Two walks")
    assert [ax.get_title() for ax in panels] == ["near", "far"]
    for ax, path in zip(panels, walks.values(), strict=True):
        np.testing.assert_array_equal(ax.lines[0].get_xydata(), path)
        assert ax.get_aspect() == 1


def test_the_landscape_and_the_map_carry_the_same_levels():
    words = {"minimum": (0, 0), "title": "Twice", "levels": [1.0, 4.0]}
    space, above = plot_land_and_map(bowl, low=(-3, -3), high=(3, 3), **words)
    assert space.name == "3d"
    circles = [path.vertices for path in above.collections[0].get_paths()]
    heights = [[bowl(point) for point in circle] for circle in circles]
    np.testing.assert_allclose([np.mean(height) for height in heights], [1, 4], atol=1e-2)
    space.figure.canvas.draw()
    assert not space.get_tightbbox().overlaps(above.get_tightbbox())


def test_the_best_single_rate_is_marked_where_both_directions_keep_as_much():
    ax = plot_factors([1, 4], highest=0.6, title="Two directions")
    [mark] = [line for line in ax.lines if line.get_marker() == "o"]
    np.testing.assert_allclose(mark.get_xydata(), [[0.4, 0.6]])
    assert "both keep 0.6:\nthe best single rate, 0.4" in texts(ax)


def test_every_batch_has_its_arrow_and_one_of_no_length_a_ring():
    groups = {"1 row": np.array([[1.0, 0.0], [0.0, 0.0]]), "2 rows": np.array([[0.5, 0.0]])}
    left, right = plot_arrows(groups, (0.5, 0.0), title="Batches")
    assert len(left.texts) == len(right.texts) == 2  # annotations, the mean's among them
    assert len(left.lines) == len(right.lines) + 1


def test_an_epoch_deals_every_row_once_and_tells_each_batch_s_size():
    ax = plot_deal([3, 0, 4, 1, 2], 2, title="One epoch")
    numbers = [text for text in texts(ax) if text.isdigit()]
    assert numbers == [*"01234", *"30412"]
    assert [text for text in texts(ax) if text.startswith("step")] == [
        "step 1: 2 rows",
        "step 2: 2 rows",
        "step 3: 1 row",
    ]


def test_a_loop_has_an_arrow_for_each_step_and_one_into_it():
    ax = plot_loop("once", ["a", "b", "c"], title="A loop")
    assert [text for text in texts(ax) if text] == ["a", "b", "c", "once"]
    assert texts(ax).count("") == 4


def test_a_curve_that_leaves_its_panel_says_how_far():
    words = {"xlabel": "step", "ylabel": "loss", "title": "Two"}
    calm, wild = plot_symptoms({"A": [2.0, 1.0], "B": [2.0, 40.0]}, highest=6, **words)
    assert texts(calm) == []
    assert texts(wild) == ["up to 40"]


def test_a_price_line_ends_in_its_name():
    prices = {"epochs": [[1.0, 2.0], [3.0, 4.0]], "seconds": [[5.0, 6.0], [7.0, 8.0]]}
    for ax, lines in zip(
        plot_prices([1, 64], prices, names=["a", "b"], title="Prices"), prices.values(), strict=True
    ):
        assert texts(ax) == ["a", "b"]
        np.testing.assert_array_equal([line.get_ydata() for line in ax.lines], lines)


# in Chromium


def opened(chromium, widget, folder):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, width=800)


def numbers_at_the_end(page):
    loss, distance = re.search(r"loss is (\S+) .* bottom (\S+)\.$", caption(page)).groups()
    return float(loss), float(distance)


@pytest.mark.browser
@pytest.mark.parametrize(("rate", "position", "rows"), [(0.05, 0, 1), (0.1, 2, 4), (0.3, 3, 8)])
def test_the_browser_walks_the_path_of_the_reference(chromium, tmp_path, rate, position, rows):
    page = opened(chromium, bowl_explorer(), tmp_path)
    drag(page, "learning rate η", rate)
    drag(page, "rows a step", position)
    drag(page, "shuffle", 1)
    explorer = bowl_explorer(rate=rate, batch_size=rows)
    explorer.shuffle = 1
    end = explorer.path[-1]
    loss = np.mean((np.array(explorer.X) @ end - explorer.t) ** 2) / 2
    due = (loss, np.linalg.norm(end - BOTTOM))
    assert numbers_at_the_end(page) == pytest.approx(due, rel=5e-3, abs=1e-6)  # three digits
    assert page.evaluate("window.sent.length") == 3


@pytest.mark.browser
def test_arrow_keys_and_clicks_move_the_start(chromium, tmp_path):
    page = opened(chromium, bowl_explorer(batch_size=8), tmp_path)
    start = page.get_by_role("slider", name="start")
    assert "start (0, 0)" in caption(page)
    start.focus()
    page.keyboard.press("ArrowRight")  # a hundredth of the map, which is 9 wide
    assert "start (0.09, 0)" in caption(page)
    page.keyboard.press("Shift+ArrowDown")
    assert "start (0.09, -0.9)" in caption(page)
    box = page.locator(".dl-frame").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.click(*middle)  # the bottom of the bowl
    assert "start (3, 1)" in caption(page)
    page.mouse.click(box["x"] - 20, middle[1])  # beside the map
    assert "start (3, 1)" in caption(page)
    page.mouse.move(middle[0] + 10, middle[1])  # a grab keeps its distance from the point
    page.mouse.down()
    page.mouse.move(middle[0] + 10 + box["width"] / 9, middle[1], steps=3)
    page.mouse.up()
    assert "start (4, 1)" in caption(page)
    page.mouse.move(*middle)
    assert "start (4, 1)" in caption(page)


def path_of(page, look):
    return page.locator(".dl-plot").first.locator(f".dl-line.{look}").first.get_attribute("d")


@pytest.mark.browser
def test_the_run_before_stays_as_a_ghost_through_a_whole_drag(chromium, tmp_path):
    page = opened(chromium, bowl_explorer(batch_size=8), tmp_path)
    slider = page.get_by_label("learning rate η")
    first = path_of(page, "dl-backward:not(.dl-faint)")
    for rate in (0.2, 0.3):
        drag(page, "learning rate η", rate)
        assert path_of(page, "dl-third") == first
    slider.dispatch_event("change")  # the hand lets go
    second = path_of(page, "dl-backward:not(.dl-faint)")
    drag(page, "learning rate η", 0.1)
    assert path_of(page, "dl-third") == second


@pytest.mark.browser
def test_play_walks_from_the_start_to_the_last_step_and_the_slider_to_any(chromium, tmp_path):
    page = opened(chromium, bowl_explorer(rate=0.25, batch_size=8), tmp_path)
    step = page.get_by_role("slider", name="step", exact=True)
    assert step.get_attribute("aria-valuetext") == "60 of 60"
    step.focus()
    page.keyboard.press("Home")
    assert "After 0 steps the loss is 6.81 " in caption(page)
    page.keyboard.press("ArrowRight")
    assert "After 1 step the" in caption(page)
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play").wait_for()
    assert step.get_attribute("aria-valuetext") == "60 of 60"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("rate", "sentence"),
    [
        (0.1, "by 0.6: it creeps down one side"),
        (0.25, "by 0: it arrives in one step"),
        (0.4, "by -0.6: it jumps across and comes nearer. After 10 steps w = 0.00605"),
        (0.5, "by -1: it jumps for ever. After 10 steps w = 1."),
        (0.6, "by -1.4: it jumps further out each time: it diverges"),
    ],
)
def test_the_browser_names_what_the_rate_does(chromium, tmp_path, rate, sentence):
    page = opened(chromium, explore_rate(curvature=4.0), tmp_path)
    drag(page, "learning rate η", rate)
    assert sentence in caption(page)


@pytest.mark.browser
def test_a_screen_reader_gets_the_text_and_each_move_as_a_sentence(chromium, tmp_path):
    page = opened(chromium, bowl_explorer(), tmp_path)
    assert page.locator(".dlcourse").get_attribute("aria-label") == TEXT
    assert page.get_by_label("rows a step").get_attribute("aria-valuetext") == "1"
