"""The widgets of lecture 11: the browser interpolates, draws lots and smooths as NumPy does."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, caption, drag, open_widget

from dlcourse.plots.basic import short
from dlcourse.reference.search import pick_rate
from dlcourse.widgets.tuning import BOXES, explore_nine_shots, explore_range_test, uniforms

mpl.use("agg")
TEXT = "A board of learning rates and weight decays on which nine trials are placed."
BOWL = {  # made up; its logarithms are uneven
    "rates": [1e-3, 1e-2, 3e-2, 1.0],
    "decays": [1e-4, 1e-3, 0.1],
    "loss": [[2.0, 1.8, 1.9], [1.0, 0.8, 1.5], [0.6, 0.4, 1.2], [2.1, 2.2, 2.3]],
}
FALLS = {"rates": [0.01, 0.1, 1.0, 10.0], "loss": [[3.0, 2.0, 1.0, 8.0], [3.0, 1.0, 2.0]]}
CURVES = {
    "rates": [0.01, 0.1, 1.0],
    "steps": [0, 5, 10],
    "loss": [[[2.3, 2, 1.5], [2.3, 2.1, 1.7]], [[2.3, 1, 0.5], [2.3, 1, 0.3]], [[2.3] * 3] * 2],
}


def test_a_table_that_does_not_fit_its_axes_is_refused():
    for wrong, message in [
        ({"loss": BOWL["loss"][:3]}, r"shape \(3, 3\) for 4 rates and 3 decays"),
        ({"loss": [[0.0] * 3] * 4}, "all above 0"),
        ({"rates": [1e-3, 1e-2, 1e-2, 1.0]}, "got rates"),
        ({"decays": [0.0, 1e-3, 0.1]}, "got decays"),
    ]:
        with pytest.raises(ValueError, match=message):
            explore_nine_shots({**BOWL, **wrong})


def test_range_tests_that_do_not_fit_their_rates_are_refused():
    longer = {**FALLS, "loss": [[3.0, 2.0, 1.0, 8.0, 9.0]]}
    with pytest.raises(ValueError, match=r"got \[5\] losses for 4 rates"):
        explore_range_test(longer, CURVES)
    with pytest.raises(ValueError, match="rates x starts x steps"):
        explore_range_test(FALLS, {**CURVES, "steps": [0, 5]})


def test_the_landscape_is_the_table_at_its_points_and_bilinear_in_the_logarithms_between():
    shots = explore_nine_shots(BOWL)
    rates, decays = np.meshgrid(BOWL["rates"], BOWL["decays"], indexing="ij")
    np.testing.assert_allclose(shots.loss(rates, decays), BOWL["loss"])
    middle = shots.loss(np.sqrt(1e-3 * 1e-2), np.sqrt(1e-4 * 1e-3))
    assert middle == pytest.approx((2.0 + 1.8 + 1.0 + 0.8) / 4)
    assert shots.loss(1e-3, 10**-1.5) == pytest.approx(0.25 * 1.8 + 0.75 * 1.9)


@pytest.mark.parametrize("edges", [True, False])
@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("box", [BOXES[0], 0.75, BOXES[-1]])
def test_grid_and_random_shots_share_a_box_that_is_shifted(box, linear, edges):
    shots = explore_nine_shots(BOWL, box=box, linear=linear, edges=edges)
    ends = np.log10([[1e-3, 1e-4], [1.0, 0.1]])
    corners = []
    for draw in range(1, 250):
        grid, random = shots.points(draw)
        assert [len({f"{v:.9g}" for v in axis}) for axis in grid.T] == [3, 3]
        assert [len(set(axis)) for axis in random.T] == [9, 9]
        u = uniforms(draw, 2)
        low = ends[0] + (1 - box) * u * (ends[1] - ends[0])
        high = low + box * (ends[1] - ends[0])
        inside = (np.log10([grid, random]) > low - 1e-9) & (np.log10([grid, random]) < high + 1e-9)
        assert inside.all()
        if edges:
            np.testing.assert_allclose(np.log10([grid[0], grid[-1]]), [low, high])
        spaced = grid if linear else np.log10(grid)
        np.testing.assert_allclose(spaced[0] + spaced[-1], 2 * spaced[4])
        corners.append((low - ends[0]) / (1 - box) / (ends[1] - ends[0]))
    np.testing.assert_allclose(np.mean(corners, axis=0), 0.5, atol=0.05)
    assert np.ptp(corners, axis=0).min() > 0.95


def test_the_lots_are_uniform_and_those_of_two_draws_have_nothing_in_common():
    drawn = np.array([uniforms(seed, 20) for seed in range(1, 1001)])
    assert 0 <= drawn.min() < drawn.max() < 1
    shares = np.histogram(drawn, bins=10, range=(0, 1))[0] / drawn.size
    np.testing.assert_allclose(shares, 0.1, atol=0.01)
    assert abs(np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]) < 0.03
    assert abs(np.corrcoef(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())[0, 1]) < 0.03


def test_the_best_of_a_draw_is_the_lowest_loss_of_its_nine():
    shots = explore_nine_shots(BOWL)
    bests = shots.bests(30)
    for draw, best in enumerate(bests, start=1):
        lowest = [min(shots.loss(*point) for point in points) for points in shots.points(draw)]
        assert best == pytest.approx(lowest)
    assert len({f"{value:.6f}" for value in bests.ravel()}) > 30


def test_a_smoothed_loss_is_the_mean_of_its_neighbours_and_at_the_ends_of_fewer():
    test = explore_range_test()
    for start, losses in enumerate(test.tests):
        for size in (1, 5, 15):
            test.smoothing = size
            smoothed, half = test.smoothed(start), size // 2
            middle = np.convolve(losses, np.ones(size) / size, "valid")
            np.testing.assert_allclose(smoothed[half : len(losses) - half], middle)
            assert smoothed[0] == pytest.approx(np.mean(losses[: half + 1]))
            assert smoothed[-1] == pytest.approx(np.mean(losses[len(losses) - half - 1 :]))


def test_the_rule_is_that_of_the_reference_on_smoothed_losses():
    test = explore_range_test(FALLS, CURVES)
    for smoothing, start, lowest, third in [(1, 0, 1.0, 0.1), (1, 1, 0.1, 0.01), (3, 0, 0.1, 0.01)]:
        test.smoothing, test.start = smoothing, start
        assert (test.lowest, test.third) == (lowest, third)
        assert test.third == pick_rate(test.rates, test.smoothed(start))


def test_the_nearest_training_is_found_by_ratio():
    test = explore_range_test(FALLS, CURVES)
    for pick, due in [(0.031, 0.01), (0.033, 0.1), (5.0, 1.0), (1e-3, 0.01)]:
        test.pick = pick
        assert test.nearest == due


@pytest.mark.parametrize("linear", [False, True])
def test_the_twin_of_the_nine_shots_shows_a_grid_and_random_shots_with_what_they_try(linear):
    shots = explore_nine_shots(BOWL, linear=linear)
    titles = [ax.get_title() for ax in shots.figure.axes]
    assert [title.split(":")[0] for title in titles] == ["3 × 3 grid", "random"]
    assert [int(re.search(r"(\d) rates", title)[1]) for title in titles] == [3, 9]
    found = [title.split("best loss ")[1] for title in titles]
    assert found == [short(loss) for loss in shots.bests(1)[0]]


def test_the_twin_of_the_range_test_marks_the_lowest_loss_and_a_third_of_its_rate():
    test = explore_range_test()
    left, right = test.figure.axes
    assert len(left.lines) == len(test.tests) + 3
    assert left.lines[-1].get_xdata()[0] == pytest.approx(test.lowest / 3)
    assert len(right.lines) == 3
    hidden, _ = explore_range_test(rule=False).figure.axes
    assert len(hidden.lines) == len(test.tests) + 1
    assert "third" not in hidden.get_title()


@pytest.mark.parametrize("explore", [explore_nine_shots, explore_range_test])
def test_a_described_explorer_brings_its_text_and_a_picture(explore):
    assert_described(explore(), TEXT)


# in Chromium


def opened(chromium, widget, folder, **look):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, **{"width": 900, **look})


def board(page):
    """The corner of the board without its rugs, and its size, in the page's pixels."""
    fence = page.locator(".dl-fence").bounding_box()
    return fence["x"], fence["y"], fence["width"], fence["height"]


def shoot(page, *places):
    """Click at places of the board, as shares of its width and height from below."""
    for across, up in places:
        x, y, width, height = board(page)
        page.mouse.click(x + across * width, y + (1 - up) * height)
        caption(page)


NINE = [(0.1 * k, (0.37 * k) % 0.9 + 0.05) for k in range(1, 10)]
OPAQUE = """canvas => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data
    .filter((value, i) => i % 4 === 3 && value).length"""


def sent(page, name):
    return page.evaluate(f"window.model.get('{name}')")


def assert_hidden(page):
    assert page.locator(".dl-plot canvas").first.evaluate(OPAQUE) == 0
    assert page.locator(".dl-level, .dl-heap, .dl-box, .dl-floor").count() == 0
    assert page.get_by_role("button", name="draw again").is_hidden()


@pytest.mark.browser
def test_nothing_of_the_landscape_is_seen_before_the_ninth_shot_and_all_of_it_after(
    chromium, tmp_path
):
    page = opened(chromium, explore_nine_shots(BOWL), tmp_path)
    assert_hidden(page)
    words = page.locator(".dlcourse").inner_text()
    assert not re.search(r"random|grid|0\.4\b|loss [\d.]+", words)
    shoot(page, *NINE[:8])
    assert_hidden(page)
    shoot(page, NINE[8])
    page.wait_for_timeout(500)
    assert page.locator(".dl-plot canvas").first.evaluate(OPAQUE) > 10_000
    assert page.get_by_role("button", name="draw again").is_visible()
    page.get_by_role("button", name="start again").click()
    caption(page)
    assert_hidden(page)
    assert sent(page, "shots") == []


REDS = """places => {
    const canvas = document.querySelector(".dl-plot canvas");
    const brush = canvas.getContext("2d");
    return places.map(([x, y]) => brush.getImageData(
        Math.floor(x * canvas.width), Math.floor(y * canvas.height), 1, 1).data[0]);
}"""


@pytest.mark.browser
def test_the_tint_is_the_deeper_the_lower_the_loss_is(chromium, tmp_path):
    explorer = explore_nine_shots()
    explorer.shots = [[10**-k, 10**-k] for k in np.linspace(0, 4, 9)]
    page = opened(chromium, explorer, tmp_path)
    frame = page.locator(".dl-plot svg svg").first
    width, height = (float(frame.get_attribute(name)) for name in ("width", "height"))
    u = np.random.default_rng(7).uniform(0.02, 0.98, (60, 2))
    x, y = (36 + u[:, 0] * (width - 36)) / width, (1 - u[:, 1]) * (height - 36) / height
    reds = np.array(page.evaluate(REDS, np.column_stack([x, y]).tolist()))
    low, high = (np.log10([explorer.rates[i], explorer.decays[i]]) for i in (0, -1))
    loss = explorer.loss(*(10 ** (low + u * (high - low))).T)
    table = np.array(explorer.table)
    due = np.log(loss / table.min()) / np.log(table.max() / table.min())
    reach = reds.max() - reds.min()
    assert reach > 80
    away = np.abs((reds - 0x8F) / (0xFF - 0x8F) - due)
    assert np.median(away) < 0.02
    assert away.max() < 0.2  # a pixel at the wall holds a slope


@pytest.mark.browser
def test_a_shot_shows_the_loss_of_its_place_and_counts_the_rates_that_were_tried(
    chromium, tmp_path
):
    explorer = explore_nine_shots(BOWL)
    page = opened(chromium, explorer, tmp_path)
    losses = []
    for k, place in enumerate([(0.2, 0.3), (0.5, 0.3), (0.5, 0.8), (0.8, 0.1)], start=1):
        shoot(page, place)
        shots = sent(page, "shots")
        assert len(shots) == k
        losses.append(explorer.loss(*shots[-1]))
        assert caption(page).startswith(f"Shot {k} of 9: rate ")
        assert f"gives a loss of {short(losses[-1])}" in caption(page)
        lowest = int(np.argmin(losses))
        due = (
            "the lowest so far"
            if lowest == k - 1
            else f"{short(min(losses))}, of shot {lowest + 1}"
        )
        assert due in caption(page)
    assert "You have tried 3 rates and 3 decays." in caption(page)
    rug = page.locator(".dl-rug").get_attribute("d")
    assert (rug.count("v8"), len(set(re.findall(r"M([\d.]+) [\d.]+v8", rug)))) == (4, 3)


@pytest.mark.browser
def test_keys_move_the_crosshair_and_enter_shoots_once_at_a_place(chromium, tmp_path):
    page = opened(chromium, explore_nine_shots(BOWL), tmp_path)
    aim = page.get_by_role("slider", name="crosshair")
    aim.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "ArrowUp", "Shift+ArrowDown", "Enter", "Enter"):
        page.keyboard.press(key)
    rate, decay = 10 ** np.array([-3 + 3 * 0.61, -4 + 3 * 0.41])
    assert sent(page, "shots") == [pytest.approx([rate, decay])]
    assert "You have shot at" in caption(page)
    told = aim.get_attribute("aria-valuetext")
    assert (
        told == f"rate {short(float(f'{rate:.2g}'))}, weight decay {short(float(f'{decay:.2g}'))}"
    )
    page.keyboard.press("ArrowLeft")
    page.get_by_role("button", name="Shoot").click()
    assert len(sent(page, "shots")) == 2


@pytest.mark.browser
def test_a_finger_shoots_where_it_taps(chromium, tmp_path):
    page = opened(chromium, explore_nine_shots(BOWL), tmp_path, has_touch=True)
    x, y, width, height = board(page)
    page.touchscreen.tap(x + 0.25 * width, y + 0.75 * height)
    caption(page)
    assert sent(page, "shots") == [pytest.approx([10**-2.25, 10**-3.25], rel=0.1)]
    page.touchscreen.tap(x - 20, y + height / 2)  # on the rugs
    assert len(sent(page, "shots")) == 1


@pytest.mark.browser
def test_who_shoots_by_the_button_goes_on_with_the_draws(chromium, tmp_path):
    explorer = explore_nine_shots(BOWL)
    explorer.shots = [[0.002 * k, 0.01] for k in range(1, 9)]
    page = opened(chromium, explorer, tmp_path)
    page.get_by_role("button", name="Shoot").focus()
    page.keyboard.press("Enter")
    caption(page)
    assert page.evaluate("document.activeElement.textContent") == "draw again"


@pytest.mark.browser
@pytest.mark.parametrize("table", [BOWL, None], ids=["made up", "stored"])
def test_the_browser_draws_what_numpy_draws_and_finds_the_same(chromium, tmp_path, table):
    explorer = explore_nine_shots(table)
    rng = np.random.default_rng(7)
    low, high = (np.log10([explorer.rates[i], explorer.decays[i]]) for i in (0, -1))
    explorer.shots = (10 ** rng.uniform(low, high, (9, 2))).tolist()
    page = opened(chromium, explorer, tmp_path)
    best = min(explorer.loss(*shot) for shot in explorer.shots)
    for linear, name in ((False, "logarithms"), (True, "values")):
        for edges, points in ((True, "edge to edge"), (False, "middles of cells")):
            box = BOXES[3 * linear + edges]
            explorer.linear, explorer.edges, explorer.box = linear, edges, box
            drag(page, "box", BOXES.index(box))
            page.get_by_role("button", name=name).click()
            page.get_by_role("button", name=points).click()
            bests = explorer.bests(57)
            for draws in (1, 2, 57):
                page.evaluate(f"model.set('draws', {draws})")
                grid, random = bests[draws - 1]
                wins = int((bests[:draws, 1] < bests[:draws, 0]).sum())
                said = caption(page)
                assert f"Your best loss is {short(best)} (shot" in said
                assert f"the lowest of the landscape is {short(np.min(explorer.table))}," in said
                assert f"the grid tries 3 rates and gets {short(grid)}, " in said
                assert f"the random shots try 9 rates and get {short(random)}. " in said
                assert f"beat the grid in {wins} of {draws} draw" in said
    heaps = page.locator(".dl-heap").evaluate_all("all => all.map(d => d.getAttribute('d'))")
    assert [heap.count("M") for heap in heaps] == [57, 57]


@pytest.mark.browser
def test_draws_are_added_one_by_one_or_by_the_hundred_up_to_a_thousand(chromium, tmp_path):
    explorer = explore_nine_shots(BOWL)
    explorer.shots = [[0.002 * k, 0.01] for k in range(1, 10)]
    page = opened(chromium, explorer, tmp_path)
    page.get_by_role("button", name="draw again").click()
    assert sent(page, "draws") == 2
    for _ in range(10):
        page.get_by_role("button", name="100 more").click()
        caption(page)
    assert sent(page, "draws") == 1000
    assert page.get_by_role("button", name="draw again").is_disabled()
    wins = int((np.diff(explorer.bests(1000)) < 0).sum())
    assert f"Random wins {wins} of 1000 draws" in page.locator("text").all_text_contents()


@pytest.mark.browser
def test_the_crosshair_reads_the_landscape_once_it_is_uncovered(chromium, tmp_path):
    explorer = explore_nine_shots(BOWL)
    page = opened(chromium, explorer, tmp_path)
    aim = page.get_by_role("slider", name="crosshair")
    assert "loss" not in aim.get_attribute("aria-valuetext")
    shoot(page, *NINE)
    aim.focus()
    page.keyboard.press("ArrowRight")
    rate, decay = sent(page, "shots")[-1]
    loss = short(explorer.loss(rate * 10 ** (3 / 100), decay))
    assert aim.get_attribute("aria-valuetext").endswith(f", loss {loss}")
    page.keyboard.press("Enter")
    assert len(sent(page, "shots")) == 9


@pytest.mark.browser
@pytest.mark.parametrize("name", ["you", "grid", "random"])
def test_one_set_alone_shows_its_own_rugs_and_losses(chromium, tmp_path, name):
    explorer = explore_nine_shots(BOWL)
    explorer.shots = [[10 ** (-0.3 * k), 10 ** (-1.2 - 0.25 * k)] for k in range(1, 10)]
    page = opened(chromium, explorer, tmp_path)
    assert page.locator(".dl-rug").count() == 3
    page.get_by_role("button", name=name, exact=True).click()
    caption(page)
    assert page.locator(".dl-rug").count() == 1
    grid, random = explorer.points(1)
    points = {"you": np.array(explorer.shots), "grid": grid, "random": random}[name]
    best = short(explorer.loss(*points.T).min())
    assert page.locator(".dl-plot").first.locator(".dl-name", has_text=best).count() == 1


@pytest.mark.browser
def test_with_reduced_motion_the_landscape_is_there_at_once(chromium, tmp_path):
    for motion, moves in (("no-preference", 1), ("reduce", 0)):
        explorer = explore_nine_shots(BOWL)
        explorer.shots = [[0.002 * k, 0.01] for k in range(1, 9)]
        page = opened(chromium, explorer, tmp_path, reduced_motion=motion)
        page.get_by_role("button", name="Shoot").click()
        page.locator(".dl-level").first.wait_for(state="attached")
        assert page.evaluate("document.querySelector('.dl-plot').getAnimations().length") == moves
        page.close()


@pytest.mark.browser
@pytest.mark.parametrize("smoothing", [1, 5, 15])
def test_the_browser_smooths_as_numpy_does_and_finds_the_same_lowest_rate(
    chromium, tmp_path, smoothing
):
    test = explore_range_test()
    test.smoothing = smoothing
    page = opened(chromium, test, tmp_path)
    lowest = []
    for start in range(len(test.tests)):
        page.get_by_role("button", name=str(start + 1), exact=True).click()
        test.start = start
        lowest.append(test.lowest)
        two = [short(float(f"{rate:.2g}")) for rate in (test.lowest, test.lowest / 3)]
        how = f"smoothed over {smoothing} rates" if smoothing > 1 else "not smoothed"
        assert caption(page).startswith(
            f"Start {start + 1}, {how}: the loss is lowest at a rate of {two[0]}, "
            f"and a third of it is {two[1]};"
        )
        curve = page.locator(".dl-plot").first.locator("path.dl-curve").get_attribute("d")
        heights = np.array([float(point.split()[1]) for point in curve[1:].split("L")])
        fit = np.polyfit(test.smoothed(start), heights, 1)
        np.testing.assert_allclose(np.polyval(fit, test.smoothed(start)), heights, atol=0.2)
    ends = [short(float(f"{rate / 3:.2g}")) for rate in (min(lowest), max(lowest))]
    assert f"over five starts the third lies between {ends[0]} and {ends[1]}." in caption(page)


@pytest.mark.browser
def test_the_training_at_the_nearest_trained_rate_is_shown_and_judged(chromium, tmp_path):
    test = explore_range_test(FALLS, CURVES)
    page = opened(chromium, test, tmp_path)
    for pick, end, times, verdict in [
        (0.01, 1.6, "4 times the lowest", "slow"),
        (0.1, 0.4, "the lowest", "good"),
        (0.2, 0.4, "the lowest", "good"),
        (1.0, 2.3, "5.7 times the lowest", "ruin"),
    ]:
        page.evaluate(f"model.set('pick', {pick})")
        test.pick = pick
        assert np.mean(test.curves[test.trained.index(test.nearest)], axis=0)[-1] == pytest.approx(
            end
        )
        said = caption(page)
        rate = "it" if pick == test.nearest else "0.1, the nearest rate that was trained,"
        assert f"Your pick is {short(pick)}: training at {rate} ends" in said
        assert f"after 10 steps at a validation loss of {short(end)} (" in said
        assert f"{times} of the trained rates: {verdict}." in said
    squares = page.locator(".dl-plot").first.locator("path.dl-square.dl-backward:not(.dl-edge)")
    assert squares.get_attribute("d").count("M") == 3


@pytest.mark.browser
def test_the_pick_moves_by_slider_and_by_dragging(chromium, tmp_path):
    test = explore_range_test()
    page = opened(chromium, test, tmp_path)
    before = sent(page, "pick")
    page.get_by_label("your pick").focus()
    page.keyboard.press("ArrowRight")
    near = min((r for r in test.rates if r > before * 1.01), default=None)
    assert sent(page, "pick") == near
    frame, corner = page.locator(".dl-plot svg svg").first, page.locator(".dl-plot").first
    box = {name: float(frame.get_attribute(name)) for name in ("x", "y", "width")}
    box = {**box, **{name: box[name] + corner.bounding_box()[name] for name in "xy"}}
    low, high = np.log10([test.rates[0], test.rates[-1]])
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 100, steps=3)
    page.mouse.up()
    due = 10 ** (low + 0.7 * (high - low))
    assert sent(page, "pick") == pytest.approx(due, rel=0.12)
    assert sent(page, "pick") in test.rates
    drag(page, "smoothing", 3)
    assert sent(page, "smoothing") == 7


@pytest.mark.browser
def test_a_rule_that_is_hidden_is_neither_drawn_nor_told(chromium, tmp_path):
    page = opened(chromium, explore_range_test(rule=False), tmp_path)
    first = page.locator(".dl-plot").first
    assert first.locator(".dl-third, .dl-big").count() == 0
    assert not re.search("lowest at|third", page.locator(".dlcourse").text_content())
    page.get_by_role("button", name="shown").click()
    assert "a third of it is" in caption(page)
    assert first.locator("path.dl-third.dl-dashed").count() == 1


@pytest.mark.browser
@pytest.mark.parametrize("explore", [explore_nine_shots, explore_range_test])
def test_on_a_phone_no_word_of_a_drawing_leaves_the_card(chromium, tmp_path, explore):
    explorer = explore()
    if hasattr(explorer, "shots"):
        explorer.shots, explorer.draws = [[10**-k, 10**-k] for k in np.linspace(0, 4, 9)], 1000
    else:
        explorer.pick = explorer.trained[-1]
    page = opened(chromium, explorer, tmp_path, width=320)
    card = page.locator(".dlcourse").bounding_box()
    words = [text for text in page.locator(".dl-plot text").all() if text.text_content()]
    assert len(words) > 20
    for text in words:
        box = text.bounding_box()
        assert card["x"] <= box["x"], text.text_content()
        assert box["x"] + box["width"] <= card["x"] + card["width"], text.text_content()
