"""The inception bench of lecture 13: the browser counts what the reference counts."""

import re
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, caption, drag, open_widget

from dlcourse.reference.architectures import inception_parameters
from dlcourse.widgets.architectures import MODULES, explore_inception, explore_lesion

mpl.use("agg")
TEXT = "Four branches of a module and what they cost."
TIMES = {"3a": 2.40, "5a": 5.15}  # how many times the parameters without the two reductions


def test_the_modules_are_those_of_the_twin_and_each_takes_in_what_the_one_before_puts_out():
    googlenet = pytest.importorskip("dlcourse.twins.googlenet")
    assert {name: module.widths for name, module in MODULES.items()} == googlenet.INCEPTIONS
    modules = list(MODULES.values())
    for before, after in pairwise(modules):
        one, _, three, _, five, pooled = before.widths
        assert one + three + five + pooled == after.in_channels


def test_the_first_module_costs_what_the_paper_and_the_lecture_say():
    bench = explore_inception()
    assert bench.parameters == 163_696
    assert bench.multiplications == 128_049_152
    bench.reduced = False
    assert bench.parameters == 393_472
    assert bench.branches == [[(1, 64)], [(3, 128)], [(5, 32)], [(1, 32)]]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("reduced", [True, False])
def test_the_branches_add_up_to_the_module_and_multiply_at_each_place(module, reduced):
    bench = explore_inception(module=module, reduced=reduced)
    parameters, multiplications = np.transpose(list(bench.costs.values()))
    assert parameters.sum() == inception_parameters(bench.in_channels, bench.branches)
    biases = sum(out for branch in bench.branches for _, out in branch)
    assert (parameters.sum() - biases) * MODULES[module].size ** 2 == multiplications.sum()


@pytest.mark.parametrize(("module", "times"), TIMES.items())
def test_leaving_the_reductions_out_costs_so_many_times_as_much(module, times):
    few, many = (explore_inception(module=module, reduced=r).parameters for r in (True, False))
    assert many / few == pytest.approx(times, abs=0.005)


def test_the_twin_shows_the_nine_modules_with_and_without():
    figure = explore_inception().figure
    [ax] = figure.axes
    heights = [bar.get_height() for bar in ax.patches]
    assert len(heights) == 18
    assert (heights[0], heights[9]) == (0.163696, 0.393472)
    assert [ax.texts[i].get_text() for i in (0, 7)] == ["× 2.40", "× 5.15"]
    saved = 25_305_944 - 6_998_552  # of all GoogLeNet, counted by its twin
    few, many = (float(found) for found in re.findall(r"\d+\.\d+", figure.get_suptitle()))
    assert many - few == pytest.approx(saved / 1e6, abs=0.01)


@pytest.mark.parametrize("make", [explore_inception, explore_lesion])
def test_a_described_explorer_brings_its_text_and_a_picture(make):
    assert_described(make(), TEXT)


# in Chromium


def opened(chromium, widget, folder, **look):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, **{"width": 800, **look})


def number(words):
    return int(words.replace(",", ""))


def assert_counted_as_the_reference_counts(page, bench):
    said = caption(page)
    parameters, work = re.search(r"in: ([\d,]+) parameters and ([\d,.]+) million", said).groups()
    assert number(parameters) == bench.parameters
    millions = bench.multiplications / 1e6
    assert float(work.replace(",", "")) == pytest.approx(millions, rel=5e-3)
    rows = page.locator(".dl-plot").nth(1).locator("svg > text").all_text_contents()
    for name, cost in bench.costs.items():
        shown = re.match(r"([\d,]+) · ([\d,.]+) M", rows[rows.index(name) + 1]).groups()
        assert number(shown[0]) == cost[0]
        assert float(shown[1].replace(",", "")) == pytest.approx(cost[1] / 1e6, rel=5e-3)


@pytest.fixture(scope="module")
def bench_page(chromium, tmp_path_factory):
    page = opened(chromium, explore_inception(), tmp_path_factory.mktemp("bench"),
                  reduced_motion="reduce")  # fmt: skip
    yield page
    page.close()


@pytest.mark.browser
def test_a_wrong_count_is_seen(bench_page):
    bench_page.get_by_role("button", name="3a", exact=True).click()
    with pytest.raises(AssertionError):
        assert_counted_as_the_reference_counts(bench_page, explore_inception(reduce5=24))
    with pytest.raises(AssertionError):
        assert_counted_as_the_reference_counts(bench_page, explore_inception(reduced=False))


@pytest.mark.browser
@pytest.mark.parametrize("module", MODULES)
def test_the_browser_counts_as_the_reference(bench_page, module):
    page = bench_page
    page.get_by_role("button", name=module, exact=True).click()
    for words, reduced in (("with both reductions", True), ("left out", False)):
        page.get_by_role("button", name=words).click()
        bench = explore_inception(module=module, reduced=reduced)
        assert_counted_as_the_reference_counts(page, bench)
        ratio = explore_inception(module=module, reduced=False).parameters
        ratio /= explore_inception(module=module).parameters
        due = f"by {ratio:.2f}." if reduced else f"{ratio:.2f} times as many"
        assert due in caption(page)


@pytest.mark.browser
def test_sliders_move_the_module_and_a_preset_brings_it_back(bench_page):
    page = bench_page
    page.get_by_role("button", name="3a", exact=True).click()
    page.get_by_role("button", name="with both reductions").click()
    drag(page, "maps in", 512, exact=True)
    drag(page, "1×1 before the 3×3", 32)
    drag(page, "1×1 before the 5×5", 64)
    bench = explore_inception(in_channels=512, reduce3=32, reduce5=64)
    assert_counted_as_the_reference_counts(page, bench)
    assert caption(page).startswith("Changed from 3a, 512 maps of 28×28 in")
    assert page.locator(".dl-modules [aria-pressed=true]").count() == 0
    page.get_by_role("button", name="3a", exact=True).click()
    assert_counted_as_the_reference_counts(page, explore_inception())


@pytest.mark.browser
def test_a_reduction_that_does_not_pay_is_told_so_exactly_from_where_it_begins(bench_page):
    page = bench_page
    page.get_by_role("button", name="3a", exact=True).click()
    page.get_by_role("button", name="with both reductions").click()
    drag(page, "1×1 before the 3×3", 200)
    [most] = re.findall(r"it pays up to (\d+) maps", caption(page))
    without = explore_inception(reduced=False).costs["3×3"][0]
    pays = [explore_inception(reduce3=r).costs["3×3"][0] < without for r in (164, 165)]
    assert (pays, int(most)) == ([True, False], 164)


@pytest.mark.browser
def test_the_area_of_a_box_is_its_weights(bench_page):
    page = bench_page
    page.get_by_role("button", name="4a", exact=True).click()
    page.get_by_role("button", name="with both reductions").click()
    caption(page)
    size = "boxes => boxes.map(b => b.width.baseVal.value * b.height.baseVal.value)"
    areas = page.locator(".dl-plot").first.locator(".dl-conv").evaluate_all(size)
    reduced = page.locator(".dl-plot").first.locator(".dl-reduce").evaluate_all(size)
    one, r3, three, r5, five, pooled = MODULES["4a"].widths
    due = np.array([480 * one, 9 * r3 * three, 25 * r5 * five, 480 * pooled, 480 * r3, 480 * r5])
    np.testing.assert_allclose(np.array(areas + reduced) / areas[1], due / due[1], rtol=0.03)


@pytest.mark.browser
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_switch_turns_in_steps_or_with_reduced_motion_at_once(chromium, tmp_path, motion):
    page = opened(chromium, explore_inception(), tmp_path, reduced_motion=motion)
    page.evaluate(
        """() => {
            window.seen = new Set();
            new MutationObserver(() => {
                const box = document.querySelector("rect.dl-more");
                if (box) window.seen.add(box.getAttribute("width"));
            }).observe(document.querySelector(".dlcourse-place"), {childList: true, subtree: true});
        }"""
    )
    page.get_by_role("button", name="left out").click()
    page.locator("rect.dl-reduce").first.wait_for(state="detached")
    caption(page)
    steps = page.evaluate("window.seen.size")
    assert steps == 1 if motion == "reduce" else steps > 1
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("make", [explore_inception, explore_lesion])
@pytest.mark.parametrize("width", [304, 384, 620, 700, 1384])
def test_no_text_lies_on_another(chromium, tmp_path, make, width):
    page = opened(chromium, make(), tmp_path, width=width, reduced_motion="reduce")
    for name in ("5b", "left out", "plain", "block 3"):
        for button in page.get_by_role("button", name=name, exact=True).all():
            button.click()
        caption(page)
        boxes = page.locator(".dl-plot text, .dl-plot button").evaluate_all(
            """nodes => nodes.filter(n => n.textContent.trim())
                .map(n => [n.textContent, ...[n, n.closest(".dl-plot")]
                    .flatMap(m => m.getBoundingClientRect())])
                .map(([t, r, p]) => [t, r.left, r.top + 2, r.right, r.bottom - 2,
                    p.left - 0.5 <= r.left && r.right <= p.right + 0.5])"""
        )
        for i, (words, left, top, right, bottom, whole) in enumerate(boxes):
            assert whole, words
            for other, a, b, c, d, _ in boxes[:i]:
                apart = right <= a or c <= left or bottom <= b or d <= top
                assert apart, (words, other)
