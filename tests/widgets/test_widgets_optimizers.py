"""The race of lecture 10: the browser takes the steps of the reference and finds its best rates."""

import inspect
import re

import matplotlib as mpl
import numpy as np
import pytest
import torch
from widget_page import assert_described, caption, drag, open_widget

from dlcourse.widgets.optimizers import DEFAULTS, FINISH, SURFACES, explore_race, finished

mpl.use("agg")
TEXT = "Six paths on a surface and their losses."


def test_the_default_rates_are_those_of_torch():
    kinds = {"plain": "SGD", "momentum": "SGD", "Nesterov": "SGD", "AdaGrad": "Adagrad"}
    for name, rate in DEFAULTS.items():
        kind = getattr(torch.optim, kinds.get(name, {"RMSProp": "RMSprop"}.get(name, name)))
        assert inspect.signature(kind).parameters["lr"].default == rate, name


def test_at_one_rate_the_well_catches_plain_descent_and_momentum_rolls_past():
    race = explore_race(surface="well", rates={"plain": 0.03, "momentum": 0.03, "RMSProp": 0.03})
    losses = {name: loss[-1] for name, loss in race.losses.items()}
    assert losses["momentum"] < FINISH
    well = race.loss(np.array([1.93, 0.0]))
    assert losses["plain"] == pytest.approx(well, rel=0.05)
    assert losses["RMSProp"] == pytest.approx(well, rel=0.1)


@pytest.mark.parametrize("surface", SURFACES)
def test_the_slope_is_that_of_the_loss_and_the_lowest_points_lie_lowest(surface):
    race = explore_race(surface=surface, kappa=50)
    rng = np.random.default_rng(7)
    w = rng.uniform(-2, 2, size=(40, 2))
    for step in 1e-5 * np.eye(2):
        rise = (race.loss(w + step) - race.loss(w - step)) / 2e-5
        np.testing.assert_allclose(rise, race.slope(w) @ step / 1e-5, atol=1e-6)
    ground = SURFACES[surface]
    np.testing.assert_allclose(race.loss(np.array(ground.lowest)), 0, atol=1e-10)
    everywhere = rng.uniform(ground.low, ground.high, size=(2000, 2))
    assert race.loss(everywhere).min() > 0


def test_a_turned_ravine_is_the_same_one_seen_from_elsewhere():
    straight, turned = explore_race(angle=0, kappa=30), explore_race(angle=30, kappa=30)
    c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
    turned.start = [c * 1.0 - s * 0.5, s * 1.0 + c * 0.5]
    straight.start = [1.0, 0.5]
    for name in ("plain", "momentum", "Nesterov"):
        np.testing.assert_allclose(turned.losses[name], straight.losses[name], rtol=1e-9)
    assert not np.allclose(turned.losses["AdaGrad"], straight.losses["AdaGrad"], rtol=0.1)


def test_who_passes_the_lowest_point_at_speed_has_not_finished():
    low, high = FINISH / 2, 2 * FINISH
    losses = np.array([[high, high, low], [low, low, low], [high, low, low]])
    assert finished(losses).tolist() == [3, 1, 0]
    assert finished(np.array([[1.0], [np.nan]])).tolist() == [2]


def test_the_order_flips_between_default_and_own_best_rates():
    race = explore_race(kappa=10, angle=30)
    losses = {name: loss[-1] for name, loss in race.losses.items()}
    assert min(losses, key=losses.get) == "RMSProp"
    assert sorted(losses, key=losses.get)[3] == "plain"
    race.mode = "best"
    ends = {name: finished(loss[:, None])[0] for name, loss in race.losses.items()}
    assert ends["plain"] < 40 < ends["Nesterov"] < 70 < ends["momentum"] < 160
    assert ends["RMSProp"] == 301
    assert all(1e-4 < rate < 10 for rate in race.best_rates.values())  # none at the sweep's edge


def test_along_the_axes_adagrad_sees_no_ravine_and_turned_it_does():
    ends = {}
    for angle in (0, 30):
        race = explore_race(kappa=100, angle=angle, mode="best")
        ends[angle] = {name: finished(loss[:, None])[0] for name, loss in race.losses.items()}
    assert ends[0]["AdaGrad"] < 10
    assert ends[30]["AdaGrad"] > 300 >= ends[30]["Nesterov"]


def test_what_diverges_is_infinite_from_there_on():
    race = explore_race(kappa=100, rates={"plain": 1.0})
    assert (race.mode, race.rates["Adam"]) == ("own", DEFAULTS["Adam"])
    losses = race.losses["plain"]
    [gone] = np.nonzero(np.isinf(losses))
    assert gone[0] < 5
    assert gone.tolist() == list(range(gone[0], 301))
    assert np.isfinite(race.losses["Adam"]).all()


@pytest.mark.parametrize(("surface", "step"), [("ravine", 34), ("well", 2)])
def test_the_twin_of_the_race_shows_default_rates_above_own_best_ones(surface, step):
    titles = [ax.get_title() for ax in explore_race(surface=surface).figure.axes]
    assert titles == [
        "at default rates", "nobody finishes", "each at its own best rate",
        f"plain descent is first at the finish, at step {step}",
    ]  # fmt: skip


def test_the_twin_shows_own_rates_alone_where_they_are_chosen():
    race = explore_race(racers=["Adam"])
    race.mode = "own"
    assert [len(ax.lines) for ax in race.figure.axes] == [2, 2]


def test_a_described_explorer_brings_its_text_and_a_picture():
    assert_described(explore_race(), TEXT)


# in Chromium


def opened(chromium, widget, folder, **look):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, **{"width": 800, **look})


def curves(page, plot):
    """The points, in pixels, of each racer's line in one of the two drawings."""
    paths = page.locator(".dl-plot").nth(plot).locator("path[class*='dl-line dl-r']").evaluate_all(
        """paths => paths.filter(path => !/dl-(faint|edge)/.test(path.className.baseVal))
            .map(path => [path.className.baseVal.match(/dl-r(\\d)/)[1], path.getAttribute("d")])"""
    )  # fmt: skip
    numbers = {int(i): np.array(re.findall(r"-?[\d.]+", d), float) for i, d in paths}
    return {list(DEFAULTS)[i]: points.reshape(-1, 2) for i, points in numbers.items()}


def frame(page, plot):
    box = page.locator(".dl-plot").nth(plot).locator("svg svg").first
    return [float(box.get_attribute(name)) for name in ("x", "y", "width", "height")]


def assert_drawn_as_numpy_runs(page, race):
    x, y, width, height = frame(page, 0)
    low, high = SURFACES[race.surface].low, SURFACES[race.surface].high
    for name, points in curves(page, 0).items():
        path = race.paths[name]
        path = path[np.isfinite(path[:, 0])]
        due = x + width * (path[:, 0] - low[0]) / (high[0] - low[0])
        up = y + height * (high[1] - path[:, 1]) / (high[1] - low[1])
        near = np.hypot(due, up) < 1e4
        assert len(points) == len(due)
        np.testing.assert_allclose(points[near], np.stack([due, up], -1)[near], atol=0.5)
    assert set(curves(page, 0)) == set(race.racers)


@pytest.mark.browser
@pytest.mark.parametrize("surface", SURFACES)
def test_the_browser_takes_the_steps_of_the_reference(chromium, tmp_path, surface):
    page = opened(chromium, explore_race(), tmp_path)
    page.get_by_label("surface", exact=True).select_option(surface)
    race = explore_race(surface=surface)
    assert "default rates" in caption(page)
    assert_drawn_as_numpy_runs(page, race)
    drag(page, "plain rate", -0.5, exact=True)
    drag(page, "RMSProp rate", -3, exact=True)
    caption(page)
    race.mode = "own"
    race.rates = {**DEFAULTS, "plain": 10**-0.5, "RMSProp": 1e-3}
    assert_drawn_as_numpy_runs(page, race)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("surface", "kappa", "angle"),
    [("ravine", 10, 30), ("ravine", 100, 0), ("saddle", 10, 30), ("plateau", 10, 30)],
)
def test_the_browser_finds_the_best_rates_of_the_reference(
    chromium, tmp_path, surface, kappa, angle
):
    race = explore_race(surface=surface, kappa=kappa, angle=angle, mode="best")
    page = opened(chromium, race, tmp_path)
    caption(page)
    assert page.evaluate("window.model.get('rates')") == pytest.approx(race.best_rates)
    ends = {name: finished(loss[:, None])[0] for name, loss in race.losses.items()}
    told = caption(page).replace("plain descent", "plain")
    said = dict(re.findall(r"(\w+) \((\d+)\)", told))
    first, end = re.search(r"(\w+) is first at the finish, at step (\d+)", told).groups()
    said = {name: int(step) for name, step in {**said, first: end}.items()}
    assert said == {name: end for name, end in ends.items() if end <= 300}
    assert min(ends.values()) == said[first]


@pytest.mark.browser
def test_the_best_rates_follow_the_ravine_until_a_hand_sets_one(chromium, tmp_path):
    page = opened(chromium, explore_race(), tmp_path)
    page.get_by_role("button", name="own best rates").click()
    assert "own best rates" in caption(page)
    before = page.evaluate("window.model.get('rates').plain")
    drag(page, "κ of the ravine", 8, exact=True)
    caption(page)
    after = page.evaluate("window.model.get('rates').plain")
    assert after < before / 5
    assert after == pytest.approx(explore_race(kappa=100).best_rates["plain"])
    drag(page, "Adam rate", -1, exact=True)
    assert "your rates" in caption(page)
    assert page.evaluate("window.model.get('rates').plain") == after
    assert page.evaluate("window.model.get('rates').Adam") == pytest.approx(0.1)
    page.get_by_role("button", name="default rates").click()
    assert "default rates" in caption(page)
    assert page.get_by_label("Adam rate").get_attribute("aria-valuetext") == "0.001"


@pytest.mark.browser
def test_what_diverges_is_said_and_shown_as_such(chromium, tmp_path):
    page = opened(chromium, explore_race(), tmp_path)
    drag(page, "plain rate", 0, exact=True)
    assert re.search(r"plain descent \(step \d\) has diverged\.$", caption(page))
    assert page.locator(".dl-plot").nth(1).get_by_text("plain ✕").count() == 1
    assert page.locator(".dl-mark.dl-r0.dl-hollow").count() == 2  # at the edge of both drawings


@pytest.mark.browser
def test_a_switch_takes_an_optimizer_out_and_in_again(chromium, tmp_path):
    page = opened(chromium, explore_race(), tmp_path)
    for name in DEFAULTS:
        switch = page.get_by_role("button", name=name, exact=True)
        switch.click()
        caption(page)
        assert name not in curves(page, 0)
        assert switch.get_attribute("aria-pressed") == "false"
    assert "nobody runs" in caption(page)
    page.get_by_role("button", name="Adam", exact=True).click()
    assert "Adam leads" in caption(page)
    assert list(curves(page, 1)) == ["Adam"]


@pytest.mark.browser
@pytest.mark.parametrize("surface", SURFACES)
def test_on_a_phone_every_racer_has_its_name_and_mark_below_the_map(chromium, tmp_path, surface):
    page = opened(chromium, explore_race(surface=surface), tmp_path, width=340)
    keys = page.locator(".dl-plot").first.locator(".dl-key")
    assert keys.all_inner_texts() == list(DEFAULTS)
    assert keys.locator(".dl-mark").count() == 6
    ticks = page.locator(".dl-plot").nth(1).locator(".dl-tick").all_text_contents()
    assert {"0", "300"} <= set(ticks)
    assert "100" not in ticks
    page.get_by_role("button", name="Adam", exact=True).click()
    caption(page)
    assert keys.all_inner_texts() == [name for name in DEFAULTS if name != "Adam"]


@pytest.mark.browser
def test_the_start_moves_by_keys_and_the_race_by_its_steps(chromium, tmp_path):
    page = opened(chromium, explore_race(), tmp_path)
    start = page.get_by_role("slider", name="start")
    start.focus()
    page.keyboard.press("ArrowRight")
    assert start.get_attribute("aria-valuetext") == "start −1.17, 0.5"
    race = explore_race()
    race.start = [-1.168, 0.5]
    caption(page)
    assert_drawn_as_numpy_runs(page, race)
    drag(page, "step", 40, exact=True)
    assert "step 40 of 300" in caption(page)
    assert {len(points) for points in curves(page, 0).values()} == {41}


@pytest.mark.browser
def test_with_reduced_motion_a_race_jumps_ten_steps_at_a_time(chromium, tmp_path):
    page = opened(chromium, explore_race(), tmp_path, reduced_motion="reduce")
    drag(page, "step", 280, exact=True)
    page.get_by_label("step", exact=True).evaluate(
        """step => { window.seen = []; new MutationObserver(() => window.seen.push(
            step.getAttribute("aria-valuetext"))).observe(step, { attributes: true }); }"""
    )
    page.get_by_role("button", name="Play").click()
    page.get_by_role("button", name="Pause").wait_for()
    page.get_by_role("button", name="Play").wait_for()
    assert list(dict.fromkeys(page.evaluate("window.seen"))) == ["290 of 300", "300 of 300"]
