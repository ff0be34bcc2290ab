"""Lecture 12: the browser traces a stack of layers as the reference does."""

import itertools
import re

import pytest
from test_widgets_convolution import opened
from widget_page import caption

from dlcourse.reference.conv_shapes import receptive_field
from dlcourse.widgets.convolution import explore_receptive_field
from dlcourse.widgets.receptive_field import SIZES, STACKS, STRIDES

pytestmark = pytest.mark.browser


def lit(page, row):
    """The numbers of the lit units of a row, counted among all its units from the left."""
    xs = [
        re.findall(r"M(-?[\d.]+)", page.locator(f".dl-plot {kind}").nth(row).get_attribute("d"))
        for kind in (".dl-units", ".dl-lit")
    ]
    every, shown = sorted(map(float, [*xs[0], *xs[1]])), sorted(map(float, xs[1]))
    return [every.index(x) for x in shown]


def assert_traced(page, explorer, row, k):
    """The page lights what the reference's gradient reaches, and says its field."""
    page.evaluate(f"model.set('unit', {[row, k]})")
    said = caption(page)
    for above, units in zip(range(row, -1, -1), explorer.seen(row, k), strict=True):
        assert lit(page, above) == units
    sizes, strides = ([layer[i] for layer in explorer.layers[:row]] for i in (1, 2))
    assert f"its field is {receptive_field(sizes, strides)} wide" in said
    inputs = explorer.seen(row, k)[-1]
    assert f"sees inputs {inputs[0]} to {inputs[-1]}" in said


def test_the_comparer_of_traces_sees_another_stack_and_another_unit(chromium, tmp_path):
    right = explore_receptive_field("three 3s")
    page = opened(chromium, right, tmp_path)
    assert_traced(page, right, 3, 20)
    other = explore_receptive_field([("convolution", 3, 1), ("convolution", 3, 1), ("pool", 4, 1)])
    for wrong, row in ((other, 3), (explore_receptive_field("three 3s", padded=True), 2)):
        with pytest.raises(AssertionError):
            assert_traced(page, wrong, row, 20)


@pytest.mark.parametrize("name", STACKS)
@pytest.mark.parametrize("padded", [False, True])
def test_the_browser_lights_what_a_gradient_reaches(chromium, tmp_path, name, padded):
    explorer = explore_receptive_field(name, padded=padded)
    page = opened(chromium, explorer, tmp_path)
    for row, n in list(enumerate(explorer.lengths))[1:]:
        for k in {0, n // 3, n - 1}:
            assert_traced(page, explorer, row, k)
    sums = page.locator(".dl-sums p b").all_text_contents()
    due = [explorer.field, explorer.jump, explorer.start]
    assert [int(text.replace("−", "-")) for text in sums[:3]] == due


def test_the_learner_stacks_layers_and_the_formula_follows(chromium, tmp_path):
    page = opened(chromium, explore_receptive_field("three 3s"), tmp_path)
    page.get_by_label("layer 1: stride S").select_option("2")
    page.get_by_label("layer 2: size F").select_option("5")
    page.get_by_label("layer 3: kind").select_option("pool")
    page.get_by_role("button", name="Add a layer").click()
    layers = [("convolution", 3, 2), ("convolution", 5, 1), ("pool", 3, 1), ("convolution", 3, 1)]
    due = explore_receptive_field(layers)
    assert_traced(page, due, 4, 3)
    formula = page.locator(".dl-sums p").first.text_content()
    assert formula.endswith("1 + (3−1)·1 + (5−1)·2 + (3−1)·2 + (3−1)·2 = 19")
    assert page.get_by_label("stack", exact=True).input_value() == ""
    page.get_by_role("button", name="Remove the last").click()
    assert_traced(page, explore_receptive_field(layers[:3]), 3, 3)


def test_a_layer_that_does_not_fit_cannot_be_chosen_and_with_padding_it_can(chromium, tmp_path):
    page = opened(chromium, explore_receptive_field("five 3s, stride 2"), tmp_path)
    add = page.get_by_role("button", name="Add a layer")
    assert add.is_disabled()  # one unit is left
    size = page.get_by_label("layer 5: size F")
    off = size.locator("option").evaluate_all("all => all.map(one => one.disabled)")
    assert off == [size > 3 for size in SIZES]
    page.get_by_role("button", name="⌊(F − 1)/2⌋").click()
    assert add.is_enabled()
    assert_traced(page, explore_receptive_field("five 3s, stride 2", padded=True), 5, 0)
    assert "in the padding" in caption(page)


def test_a_stride_that_outruns_its_filter_leaves_holes_and_the_sentence_says_so(chromium, tmp_path):
    layers = [("convolution", 1, 2), ("convolution", 3, 1)]
    page = opened(chromium, explore_receptive_field(layers), tmp_path)
    assert_traced(page, explore_receptive_field(layers), 2, 4)
    assert "sees inputs 8 to 12, but only 3 of them" in caption(page)


def test_the_mouse_points_by_hovering_and_keys_walk_along_the_rows(chromium, tmp_path):
    page = opened(chromium, explore_receptive_field(), tmp_path)
    box = page.locator(".dl-plot > svg").bounding_box()
    page.mouse.move(box["x"] + 1, box["y"] + box["height"] - 20)
    assert caption(page).startswith("Unit 0 of 13 in layer 4")
    hand = page.get_by_role("slider", name="unit")
    hand.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Shift+ArrowRight"):
        page.keyboard.press(key)
    assert caption(page).startswith("Unit 15 of 26 in layer 3")
    assert hand.get_attribute("aria-valuetext") == "unit 15 of layer 3, sees inputs 30 to 43"


def test_31_takes_three_layers_and_the_widget_knows_it(chromium, tmp_path):
    layer = list(itertools.product(SIZES, STRIDES))
    reached = [
        {receptive_field(*zip(*stack, strict=True)) for stack in itertools.product(layer, repeat=n)}
        for n in (1, 2, 3)
    ]
    assert [31 in fields for fields in reached] == [False, False, True]
    best = [("convolution", 3, 2), ("convolution", 7, 2), ("convolution", 5, 1)]
    longer = [*best, ("convolution", 1, 1)]
    for layers, words in ((best, "Solved: 31 with 3 layers"), (longer, "can be done with fewer")):
        explorer = explore_receptive_field(layers)
        assert explorer.field == 31
        page = opened(chromium, explorer, tmp_path)
        assert words in page.locator(".dl-task").text_content()
        assert words in caption(page)
        page.close()


LAB = 284  # CSS pixels: a card in JupyterLab on a screen of 400
WRITTEN = """select => {
    const pen = document.createElement("canvas").getContext("2d"), look = getComputedStyle(select);
    pen.font = look.font;
    const sides = parseFloat(look.paddingLeft) + parseFloat(look.paddingRight);
    return pen.measureText(select.value).width + sides + 20; // and its arrow
}"""


@pytest.mark.parametrize("padded", [False, True])
def test_on_a_phone_no_label_overlaps_another(chromium, tmp_path, padded):
    explorer = explore_receptive_field([("convolution", 3, 2)] * 5, padded=padded)
    page = opened(chromium, explorer, tmp_path, width=LAB)
    kind = page.locator(".dl-stack select").first
    assert kind.evaluate(WRITTEN) <= kind.bounding_box()["width"]
    for row, n in enumerate(explorer.lengths):
        for k in {0, n // 2, n - 1}:
            page.evaluate(f"model.set('unit', {[row, k]})")
            caption(page)
            boxes = [text.bounding_box() for text in page.locator(".dl-plot text").all()]
            assert len(boxes) == 13
            for a, b in itertools.combinations(boxes, 2):
                aside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
                assert aside or a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]


def test_what_is_drawn_while_its_cell_is_out_of_sight_keeps_its_width(chromium, tmp_path):
    page = opened(chromium, explore_receptive_field(), tmp_path)
    ends = "path => path.getBBox().x + path.getBBox().width"
    before = page.locator(".dl-units").first.evaluate(ends)
    page.evaluate("document.getElementById('place').style.display = 'none'")
    page.evaluate("model.set('unit', [4, 2])")
    caption(page)
    page.evaluate("document.getElementById('place').style.display = ''")
    assert "layer 4" in caption(page)
    assert page.locator(".dl-units").first.evaluate(ends) == before > 700
