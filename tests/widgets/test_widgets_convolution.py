"""Lecture 12's widgets: the browser's maps and fields are those of the reference."""

import itertools
import re

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, caption, open_widget

from dlcourse.data.sets import load_digits, load_photographs
from dlcourse.reference.conv import conv2d
from dlcourse.widgets.convolution import IMAGES, PRESETS, explore_filter, explore_receptive_field
from dlcourse.widgets.receptive_field import STACKS

mpl.use("agg")
TEXT = "What a filter or a stack makes of its input."


def pixels(name):
    return np.array([list(map(int, row)) for row in IMAGES[name].split()])


def test_the_digit_is_a_bundled_one_and_the_photograph_a_bundled_roof():
    centres = (np.arange(12) + 0.5) * 8 / 12 - 0.5
    digit = load_digits().X_train[26, 0]
    for _ in range(2):
        digit = np.array([np.interp(centres, np.arange(8), column) for column in digit.T])
    np.testing.assert_array_equal(pixels("digit"), np.rint(9 * digit))
    roof = load_photographs()[0].mean(axis=0)[8:104, 42:138].reshape(12, 8, 12, 8)
    np.testing.assert_array_equal(pixels("photograph"), np.rint(9 * roof.mean(axis=(1, 3))))


def test_each_place_of_the_map_is_the_sum_of_its_nine_products():
    explorer = explore_filter(kernel="corner", stride=2, padding=1, flip=True)
    for (i, j), value in np.ndenumerate(explorer.output):
        assert explorer.products(i, j).sum() == pytest.approx(value)
    assert explorer.output.shape == (6, 6)


def test_an_image_of_ones_own_has_the_ten_steps_and_no_task():
    explorer = explore_filter(np.linspace(0, 1, 64).reshape(8, 8), kernel=np.eye(3))
    assert (explorer.pixels.min(), explorer.pixels.max(), explorer.task) == (0, 9, "")
    assert explorer.output.shape == (6, 6)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"image": np.zeros((8, 9))}, r"shape \(8, 9\): give \(n, n\)"),
        ({"image": np.full((8, 8), 2.0)}, "values from 0 to 1"),
        ({"kernel": "sobel"}, "got the kernel 'sobel'"),
        ({"kernel": np.ones(9)}, r"shape \(9,\): give \(3, 3\)"),
    ],
)
def test_what_no_filter_slides_over_is_refused(given, message):
    with pytest.raises(ValueError, match=message):
        explore_filter(**given)


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("padded", [False, True])
def test_field_jump_and_start_tell_what_a_gradient_reaches(name, padded):
    stack = explore_receptive_field(name, padded=padded)
    for k in range(stack.lengths[-1]):
        *_, inputs = stack.seen(len(stack.layers), k)
        first = stack.start + k * stack.jump
        due = range(max(first, 0), min(first + stack.field, stack.inputs))
        assert inputs == list(due)


def test_the_presets_see_7_7_16_and_63():
    assert [explore_receptive_field(name).field for name in STACKS] == [7, 7, 16, 63]


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ("one 9", "got the stack 'one 9'"),
        ([("dense", 3, 1)], "got the layers"),
        ([("pool", 6, 1)], "got the layers"),
        ([("pool", 2, 2)] * 7, "got the layers"),
        ([("pool", 7, 3)] * 3 + [("pool", 7, 1)], "does not fit"),
    ],
)
def test_what_cannot_be_stacked_is_refused(layers, message):
    with pytest.raises(ValueError, match=message):
        explore_receptive_field(layers)


def test_the_twins_show_three_stops_and_two_stacks():
    titles = [ax.get_title() for ax in explore_filter().figure.axes]
    assert titles[1].splitlines()[2] == "−8 +16 −7 = 6"
    assert titles[3:] == [f"output, {k} of 100 places" for k in (1, 54, 100)]
    titles = [ax.get_title() for ax in explore_receptive_field("three 3s").figure.axes]
    assert [re.search(r"field of (\d+), which moves by (\d)", t).groups() for t in titles] == [
        ("7", "1"), ("16", "4"),
    ]  # fmt: skip


@pytest.mark.parametrize("explore", [explore_filter, explore_receptive_field])
def test_a_described_explorer_brings_its_text_and_a_picture(explore):
    assert_described(explore(), TEXT)


# a filter in Chromium


def opened(chromium, widget, folder, **look):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, **{"width": 1200, **look})


def number(text):
    return float(text.replace("−", "-")) if text else np.nan


def shown_map(page):
    """The numbers of the output map; what is not yet filled is nan."""
    page.evaluate("new Promise(requestAnimationFrame)")
    cells = page.locator(".dl-output .dl-cells span:not(.dl-none)").all_text_contents()
    side = round(len(cells) ** 0.5)
    return np.array([number(cell) for cell in cells]).reshape(side, side)


def assert_map(page, explorer):
    np.testing.assert_allclose(shown_map(page), explorer.output.round(1), atol=1e-9)


@pytest.mark.browser
def test_the_comparer_of_maps_sees_a_turned_filter_a_shifted_map_and_a_pixel(chromium, tmp_path):
    right = explore_filter(kernel="corner", filled=True)
    page = opened(chromium, right, tmp_path)
    assert_map(page, right)
    pixel = pixels("digit") / 9
    pixel[5, 5] += 1 / 9
    for wrong in (
        explore_filter(kernel="corner", flip=True),
        explore_filter(kernel="corner", padding=1),
        explore_filter(kernel="corner", stride=2),
        explore_filter(pixel, kernel="corner"),
    ):
        with pytest.raises(AssertionError):
            assert_map(page, wrong)


@pytest.mark.browser
def test_the_browser_fills_the_map_of_the_reference_with_all_settings(chromium, tmp_path):
    explorer = explore_filter(filled=True)
    page = opened(chromium, explorer, tmp_path)
    presets = itertools.cycle(PRESETS)
    for image, stride, padding in itertools.product(IMAGES, (1, 2, 3), (0, 1, 2)):
        preset, flip = next(presets), (stride + padding) % 2 == 0
        page.get_by_label("image", exact=True).select_option(image)
        page.get_by_label("filter", exact=True).select_option(preset)
        for group, button in (
            ("stride S", str(stride)),
            ("padding P", str(padding)),
            ("operation", "convolution" if flip else "cross-correlation"),
        ):
            page.get_by_role("group", name=group).get_by_role(
                "button", name=button, exact=True
            ).click()
        due = explore_filter(kernel=preset, stride=stride, padding=padding, flip=flip)
        due.image = image
        assert_map(page, due)
        x = pixels(image).astype(float)[None, None]
        assert due.output.shape == conv2d(x, np.ones((1, 1, 3, 3)), None, stride, padding).shape[2:]
        formula = page.locator(".dl-size").text_content()
        assert formula.endswith(f"= {len(due.output)}")
        unread = (12 + 2 * padding - 3) % stride
        boxes = page.locator(".dl-unread").count()
        side = 12 + 2 * padding
        assert boxes == side**2 - (side - unread) ** 2
        assert ("never read" in caption(page)) == bool(unread)


@pytest.mark.browser
def test_the_map_fills_where_the_window_has_been_by_keys_mouse_and_finger(chromium, tmp_path):
    explorer = explore_filter(kernel="vertical lines")
    page = opened(chromium, explorer, tmp_path, has_touch=True)
    assert "1 of 100 places is filled" in caption(page)
    window = page.get_by_role("slider", name="window")
    window.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    caption(page)
    been = [(0, 0), (0, 1), (0, 2), (1, 2), (1, 1)]
    assert_filled(page, explorer, been)
    box = page.locator(".dl-image .dl-cells").bounding_box()

    def at(*cell):  # the middle of a pixel on the page
        row, column = ((k + 0.5) * box["width"] / 12 for k in cell)
        return box["x"] + column, box["y"] + row

    page.mouse.move(*at(1, 1))  # a corner of the window, which keeps its distance
    page.mouse.down()
    page.mouse.move(*at(5, 6))
    page.mouse.up()
    assert_filled(page, explorer, [*been, (5, 6)])
    page.touchscreen.tap(*at(10, 10))
    assert_filled(page, explorer, [*been, (5, 6), (9, 9)])
    assert window.get_attribute("aria-valuetext").startswith("row 10, column 10 of 10 by 10")
    page.get_by_role("button", name="Fill the map").click()
    assert_map(page, explorer)


def assert_filled(page, explorer, places):
    due = np.full(explorer.output.shape, np.nan)
    for place in places:
        due[place] = explorer.output[place]
    np.testing.assert_array_equal(shown_map(page), due)


@pytest.mark.browser
@pytest.mark.parametrize("flip", [False, True])
def test_the_equation_holds_the_nine_products_of_the_reference(chromium, tmp_path, flip):
    explorer = explore_filter(kernel="corner", flip=flip)
    page = opened(chromium, explorer, tmp_path)
    page.evaluate("model.set('position', [4, 3])")
    value = int(explorer.output[4, 3])
    assert (
        f"row 5, column 4 of the 10 × 10 map, nine pixels times nine weights add up to {value}"
        in caption(page)
    )
    products = [number(text) for text in page.locator(".dl-terms b").all_text_contents()]
    assert products == explorer.products(4, 3).ravel().tolist()
    left, right = page.locator(".dl-equation").text_content().replace("−", "-").split("=")
    terms = [float(re.sub(r"\s|\+", "", term)) for term in left.split(" ") if term]
    assert (terms, float(right)) == (products, value)


SOBEL = [-1, 0, 1, -2, 0, 2, -1, 0, 1]
LEFT_EDGES = (
    [SOBEL, [-1, 1, 0] * 3, [0, -1, 1] * 3, [-2, 1, 1] * 3, [0, 0, 0, -1, 0, 1, 0, 0, 0]],
    [SOBEL[::-1], np.reshape(SOBEL, (3, 3)).T.ravel().tolist(), [0] * 9, [1, 0, 0] * 3],
)


@pytest.mark.browser
def test_a_filter_of_ones_own_solves_the_task_and_no_preset_does(chromium, tmp_path):
    page = opened(chromium, explore_filter(), tmp_path)
    for preset in PRESETS:
        page.get_by_label("filter", exact=True).select_option(preset)
        assert "solved" not in caption(page)
    page.get_by_label("filter", exact=True).select_option("identity")
    for row in (1, 2, 3):
        for column, weight in ((1, -1), (2, 0), (3, 1)):
            page.get_by_label(f"weight in row {row}, column {column}").fill(str(weight))
    assert caption(page).endswith("The task is solved.")
    page.get_by_role("button", name="convolution", exact=True).click()
    assert "solved" not in caption(page)  # turned, it answers at the right edge
    page.get_by_role("button", name="cross-correlation").click()
    right, wrong = LEFT_EDGES
    for weights, solved in [(w, True) for w in right] + [(w, False) for w in wrong]:
        page.evaluate(f"model.set('weights', {weights})")
        assert ("solved" in caption(page)) == solved, weights
    assert page.get_by_label("filter", exact=True).input_value() == ""


@pytest.mark.browser
def test_a_marked_weight_changes_by_buttons_and_the_sum_by_its_divisor(chromium, tmp_path):
    page = opened(chromium, explore_filter(kernel="identity"), tmp_path)
    page.get_by_label("weight in row 1, column 3").focus()
    for name in ("marked weight plus 1", "marked weight plus 1", "marked weight less 1", "÷ 9"):
        page.get_by_role("button", name=name).click()
    assert page.evaluate("model.get('weights')") == [0, 0, 1, 0, 1, 0, 0, 0, 0]
    assert page.evaluate("model.get('divisor')") == 9
    assert re.search(r"\(.*\) / 9 = ", page.locator(".dl-equation").text_content())


@pytest.mark.browser
def test_the_window_slides_by_itself_only_when_it_is_asked_to(chromium, tmp_path):
    page = opened(chromium, explore_filter(), tmp_path)
    assert page.evaluate("model.get('position')") == [0, 0]
    page.get_by_role("button", name="Slide").click()
    page.wait_for_function("model.get('position')[1] > 1")
    page.get_by_role("button", name="Pause").click()
    assert page.get_by_role("button", name="Slide").count() == 1


@pytest.mark.browser
def test_on_a_phone_a_number_stands_in_its_box_or_not_at_all(chromium, tmp_path):
    explorer = explore_filter(kernel="horizontal lines", padding=2, filled=True)
    page = opened(chromium, explorer, tmp_path, width=320)
    shown = shown_map(page)
    there = np.isfinite(shown)
    assert 0.5 < there.mean() < 1
    np.testing.assert_array_equal(shown[there], explorer.output[there])
    spread = "boxes => Math.max(...boxes.map(box => box.scrollWidth - box.clientWidth))"
    assert page.locator(".dl-cells span:not(.dl-none)").evaluate_all(spread) <= 1


@pytest.mark.browser
@pytest.mark.parametrize(("motion", "seconds"), [("no-preference", "0.1s"), ("reduce", "0s")])
def test_with_reduced_motion_the_window_jumps(chromium, tmp_path, motion, seconds):
    page = opened(chromium, explore_filter(), tmp_path, reduced_motion=motion)
    look = "node => getComputedStyle(node).transitionDuration"
    assert page.locator(".dl-window").evaluate(look) == seconds
