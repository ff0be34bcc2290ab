"""The phase map of lecture 10: its borders, colours and numbers are those of the reference."""

import re

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, caption, open_widget

from dlcourse.reference.optimizers import momentum_step, nesterov_step
from dlcourse.widgets.optimizers import explore_phase_map
from dlcourse.widgets.phase_map import METHODS

mpl.use("agg")
TEXT = "A plane of rates and momenta, and the path of a ball."


@pytest.mark.parametrize(
    ("method", "border"),
    [
        ("momentum", lambda mu: 2 * (1 + mu)),
        ("nesterov", lambda mu: (2 + 2 * mu) / (1 + 2 * mu)),
        ("misprint", lambda mu: min(1 / mu - 1, (2 + 2 * mu) / max(1 - 2 * mu, 1e-9))),
    ],
)
def test_the_border_is_where_the_reference_begins_to_diverge(method, border):
    for mu in (0.1, 0.5, 0.9):
        edge = border(mu)
        inside = explore_phase_map(method=method, rate=0.98 * edge, mu=mu)
        outside = explore_phase_map(method=method, rate=1.02 * edge, mu=mu)
        assert np.abs(inside.walk(3000)[-1]) < 0.1 < 10 < np.abs(outside.walk(3000)[-1])
        assert inside.spectral_radius < 1 < outside.spectral_radius
        assert (inside.behaviour == "diverges", outside.behaviour) == (False, "diverges")


def test_at_mu_0_9_the_stable_ranges_are_3_8_1_36_and_0_111():
    edges = {"momentum": 3.8, "nesterov": 3.8 / 2.8, "misprint": 1 / 9}
    for method, edge in edges.items():
        for rate, stable in ((edge - 1e-6, True), (edge + 1e-6, False)):
            radius = explore_phase_map(method=method, rate=rate, mu=0.9).spectral_radius
            assert (radius < 1) is stable


def test_the_printed_form_is_the_one_that_steps_against_its_own_look_ahead():
    theta, m = 1.0, 0.0
    walk = explore_phase_map(method="misprint", rate=0.2, mu=0.5).walk(20)
    for k in range(20):  # gradient at theta + mu m, then theta - m
        assert walk[k] == pytest.approx(theta)
        m = 0.5 * m + 0.2 * (theta + 0.5 * m)
        theta -= m


def test_the_radius_is_the_rate_at_which_the_distance_shrinks():
    for method in METHODS:
        explorer = explore_phase_map(method=method, rate=0.08, mu=0.9)
        far = np.abs(explorer.walk(3000))
        late = np.max(far[2000:]) / np.max(far[1000:2000])
        assert late ** (1 / 1000) == pytest.approx(explorer.spectral_radius, rel=1e-3)


def test_a_behaviour_is_what_the_signs_of_the_walk_say():
    glides = explore_phase_map(rate=0.1, mu=0.1)
    zigzags = explore_phase_map(rate=1.7, mu=0.01)
    swings = explore_phase_map(rate=0.5, mu=0.9)
    assert [e.behaviour for e in (glides, zigzags, swings)] == ["glides", "zig-zags", "swings"]
    assert (glides.walk() > 0).all()
    assert (zigzags.walk()[:-1] * zigzags.walk()[1:] < 0).all()
    turns = np.sum(swings.walk()[:-1] * swings.walk()[1:] < 0)
    assert 3 < turns < 20


@pytest.mark.parametrize("step", [momentum_step, nesterov_step])
def test_from_the_step_told_on_the_weight_stays_within_a_thousandth(step):
    method = step.__name__.split("_")[0]
    explorer = explore_phase_map(method=method, rate=0.5, mu=0.9)
    w, v, walk = 1.0, 0.0, [1.0]
    for _ in range(400):
        g = w if step is momentum_step else (lambda ahead: ahead)
        w, v = (float(a) for a in step(w, g, v, 0.5, 0.9))
        walk.append(w)
    far = np.abs(walk) >= 1e-3
    assert not far[explorer.steps :].any()
    assert far[explorer.steps - 1]
    assert explore_phase_map(rate=3.9, mu=0.9).steps is None
    assert explore_phase_map(rate=1e-4, mu=0.0).steps is None


def test_the_twin_of_the_map_shows_three_maps():
    titles = [ax.get_title() for ax in explore_phase_map().figure.axes]
    assert titles == ["momentum", "Nesterov", "Nesterov as printed"]


def test_a_described_explorer_brings_its_text_and_a_picture():
    assert_described(explore_phase_map(), TEXT)


# in Chromium


def opened(chromium, widget, folder, **look):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, **{"width": 800, **look})


def frame(page, plot):
    box = page.locator(".dl-plot").nth(plot).locator("svg svg").first
    return [float(box.get_attribute(name)) for name in ("x", "y", "width", "height")]


@pytest.mark.browser
@pytest.mark.parametrize("method", METHODS)
def test_the_browser_tells_radius_behaviour_and_steps_of_the_reference(chromium, tmp_path, method):
    page = opened(chromium, explore_phase_map(method=method), tmp_path)
    for rate, mu in [(0.05, 0.9), (0.3, 0.1), (1.7, 0.02), (1.2, 0.5), (3.6, 0.95)]:
        page.evaluate(f"window.model.set('rate', {rate}); window.model.set('mu', {mu})")
        explorer = explore_phase_map(method=method, rate=rate, mu=mu)
        text = caption(page)
        assert f"w {explorer.behaviour}" in text
        assert f"spectral radius is {explorer.spectral_radius:.3f}" in text
        told = re.search(r"from step (\d+) on", text)
        assert (int(told[1]) if told else None) == explorer.steps


PIXEL = """([rate, mu]) => {
    const canvas = document.querySelector(".dl-plot canvas");
    const place = [canvas.width * rate / 4, canvas.height * (1 - mu)].map(Math.floor);
    return [...canvas.getContext("2d").getImageData(...place, 1, 1).data].slice(0, 3);
}"""


@pytest.mark.browser
@pytest.mark.parametrize("method", METHODS)
def test_the_map_has_the_colour_of_what_the_reference_does(chromium, tmp_path, method):
    page = opened(chromium, explore_phase_map(method=method), tmp_path)
    rng = np.random.default_rng(7)
    seen = set()
    for rate, mu in rng.uniform([0.02, 0.02], [3.98, 0.98], size=(60, 2)):
        explorer = explore_phase_map(method=method, rate=rate, mu=mu)
        if 0.9 < explorer.spectral_radius < 1.1:  # paper at the border
            continue
        red, green, blue = page.evaluate(PIXEL, [rate, mu])
        colour = {"glides": blue, "diverges": red}.get(explorer.behaviour, green)
        assert colour == max(red, green, blue), (rate, mu)
        seen.add(explorer.behaviour)
    assert len(seen) > 2


@pytest.mark.browser
def test_keys_move_the_point_over_the_border(chromium, tmp_path):
    page = opened(chromium, explore_phase_map(method="misprint", rate=0.08), tmp_path)
    assert "comes home" in caption(page)
    point = page.get_by_role("slider", name="point")
    point.focus()
    page.keyboard.press("ArrowRight")
    assert "ηλ = 0.12, μ = 0.90: w diverges, since a slope that is read behind" in caption(page)
    page.keyboard.press("Shift+ArrowDown")
    assert "ηλ = 0.12, μ = 0.80: w swings" in caption(page)
    assert page.evaluate("[window.model.get('rate'), window.model.get('mu')]") == [0.12, 0.8]
    page.get_by_role("button", name="Nesterov").click()
    page.locator(".dlcourse-caption", has_text="Nesterov at").wait_for()


@pytest.mark.browser
def test_with_reduced_motion_the_map_changes_at_once(chromium, tmp_path):
    page = opened(chromium, explore_phase_map(), tmp_path, reduced_motion="reduce")
    page.get_by_role("button", name="Misprint").click()
    assert page.locator(".dlcourse-caption").text_content().startswith("Nesterov as printed at")
    assert page.get_by_text("ηλ > 1/μ − 1").count() == 1


@pytest.mark.browser
def test_a_click_on_the_map_takes_the_point_there(chromium, tmp_path):
    page = opened(chromium, explore_phase_map(), tmp_path)
    x, y, width, height = frame(page, 0)
    corner = page.locator(".dl-plot").first.bounding_box()
    page.mouse.click(corner["x"] + x + width / 2, corner["y"] + y + height / 2)
    assert "ηλ = 2.00, μ = 0.50: w swings" in caption(page)
    page.mouse.down()
    page.mouse.move(corner["x"] + x + width - 1, corner["y"] + y + height / 2, steps=4)
    page.mouse.up()
    assert re.search(r"ηλ = (3\.99|4\.00), μ = 0\.50: w diverges", caption(page))


@pytest.mark.browser
def test_on_a_phone_no_heading_lies_over_another(chromium, tmp_path):
    page = opened(chromium, explore_phase_map(), tmp_path, width=340)
    for plot in (2, 3, 4):
        texts = page.locator(".dl-plot").nth(plot).locator("text").all()
        boxes = [text.bounding_box() for text in texts if text.text_content()]
        for i, a in enumerate(boxes):
            for b in boxes[:i]:
                apart = max(abs(a["x"] + a["width"] / 2 - b["x"] - b["width"] / 2)
                            - (a["width"] + b["width"]) / 2,
                            abs(a["y"] + a["height"] / 2 - b["y"] - b["height"] / 2)
                            - (a["height"] + b["height"]) / 2)  # fmt: skip
                assert apart > -4, (plot, a, b)  # a text's box is higher than its letters
