"""The widgets of lecture 15: the browser computes what the reference computes."""

import math
from itertools import pairwise

import matplotlib as mpl
import numpy as np
import pytest
from widget_page import assert_described, caption, drag, open_widget

from dlcourse.plots.basic import short
from dlcourse.reference.adaptive import adam_step
from dlcourse.reference.generative import (
    discriminator_loss,
    discriminator_loss_backward,
    generator_logit_gradient,
    generator_loss,
)
from dlcourse.reference.linear import linear_backward
from dlcourse.widgets.adversarial import explore_density, explore_ring
from dlcourse.widgets.tuning import uniforms

mpl.use("agg")
TEXT = "Two players, and what each of them has learned."
MODES = 2 * np.c_[np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)]


def test_a_mean_a_width_or_steps_that_are_not_offered_are_refused():
    for how in ({"mean": 7.0}, {"width": 0.1}):
        with pytest.raises(ValueError, match="a mean from -6 to 6"):
            explore_density(**how)
    for how in ({"forger": 3}, {"inspector": 10}):
        with pytest.raises(ValueError, match="choose from"):
            explore_ring(**how)


def test_equal_densities_have_no_divergence_and_far_ones_nearly_ln_2():
    same, far = explore_density(0.0), explore_density(6.0)
    assert same.divergence == pytest.approx(0, abs=1e-12)
    assert same.value == pytest.approx(-math.log(4))
    assert 0.68 < far.divergence < math.log(2)
    assert abs(far.slopes[0]) < 0.03 < 5 < far.slopes[1]


def test_the_saturating_slope_is_that_of_the_value_while_the_discriminator_stays():
    explorer = explore_density(1.5, 0.7)
    h, slope = 1e-4, explorer.slopes[0]
    values = [explore_density(1.5 + side * h, 0.7).value for side in (1, -1)]
    # D* moves with the mean, but where V is highest in D a small move changes nothing
    assert (values[0] - values[1]) / (2 * h) == pytest.approx(slope, rel=1e-5)


@pytest.mark.parametrize("explore", [explore_density, explore_ring])
def test_each_widget_brings_its_twin_and_its_text(explore):
    assert_described(explore(), TEXT)


# in Chromium


def opened(chromium, widget, folder, **look):
    widget.alt = TEXT
    return open_widget(chromium, widget, folder, **{"width": 800, **look})


def assert_tells(page, explorer):
    saturating, other = (short(abs(slope)) for slope in explorer.slopes)
    said = caption(page)
    assert f"V(D*) is {explorer.value:.3f}, the divergence {explorer.divergence:.3f} of" in said
    assert f"is {saturating} with the saturating loss and {other} with the other." in said


def test_value_and_slopes_are_those_of_the_reference_while_the_peak_is_moved(chromium, tmp_path):
    page = opened(chromium, explore_density(), tmp_path)
    assert_tells(page, explore_density())
    peak = page.locator(".dl-handle")
    peak.focus()
    for key, times in (("ArrowRight", 3), ("ArrowUp", 8), ("Shift+ArrowLeft", 2)):
        for _ in range(times):
            peak.press(key)
        state = page.evaluate("window.sent.at(-1)")
        assert_tells(page, explore_density(state["mean"], state["width"]))
    assert state["mean"] < 0
    assert state["width"] < 0.9
    drag(page, "mean of the model", 5)
    drag(page, "width of the model", 2)
    assert_tells(page, explore_density(5.0, 2.0))
    page.close()


def test_the_peak_follows_the_mouse(chromium, tmp_path):
    page = opened(chromium, explore_density(), tmp_path)
    box = page.locator(".dl-handle").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y - 30, steps=3)
    page.mouse.up()
    state = page.evaluate("window.sent.at(-1)")
    assert state["mean"] < 1
    assert state["width"] < 1
    page.close()


class Dice:
    """The browser's numbers: mulberry32, and pairs of normal ones by Box and Muller."""

    def __init__(self, seed):
        self.numbers, self.spare = iter(uniforms(seed, 60_000)), None

    def uniform(self):
        return next(self.numbers)

    def normal(self):
        if self.spare is not None:
            kept, self.spare = self.spare, None
            return kept
        r, turn = math.sqrt(-2 * math.log(1 - self.uniform())), 2 * math.pi * self.uniform()
        self.spare = r * math.sin(turn)
        return r * math.cos(turn)

    def normals(self, *shape):
        return np.reshape([self.normal() for _ in range(math.prod(shape))], shape)


class Player:
    def __init__(self, dice, *sizes):
        weights = [dice.normals(n, m) * math.sqrt(2 / n) for n, m in pairwise(sizes)]
        self.params = [array for W in weights for array in (W, np.zeros(W.shape[1]))]
        self.moments, self.t = [(0 * p, 0 * p) for p in self.params], 0

    def run(self, x):
        states = [x]
        for k in range(0, 6, 2):
            s = states[-1] @ self.params[k] + self.params[k + 1]
            states.append(s if k == 4 else np.where(s < 0, 0.2 * s, s))
        return states

    def back(self, states, dout):
        grads = []
        for k in (4, 2, 0):
            if k < 4:
                dout = np.where(states[k // 2 + 1] < 0, 0.2 * dout, dout)
            dout, *own = linear_backward(dout, states[k // 2], *self.params[k : k + 2])
            grads = own + grads
        return grads, dout

    def step(self, grads):
        self.t += 1
        for k, g in enumerate(grads):
            moved = adam_step(self.params[k], g, *self.moments[k], self.t, 0.003, beta1=0.5)
            self.params[k], self.moments[k] = moved[0], moved[1:]


def trained(seed, forger, inspector, rounds):
    """The game of ring.js in NumPy: losses (rounds, 2), the modes' shares, the share near any."""
    dice = Dice(seed)
    G, D, losses = Player(dice, 2, 32, 32, 2), Player(dice, 2, 32, 32, 1), []
    for _ in range(rounds):
        for _ in range(inspector):
            real = [MODES[int(8 * dice.uniform())] + 0.1 * dice.normals(2) for _ in range(64)]
            seen = [D.run(np.array(real)), D.run(G.run(dice.normals(64, 2))[-1])]
            logits = seen[0][-1], seen[1][-1]
            slopes = discriminator_loss_backward(*logits)
            grads = [D.back(*pair)[0] for pair in zip(seen, slopes, strict=True)]
            D.step([g + h for g, h in zip(*grads, strict=True)])
        for _ in range(forger):
            made = G.run(dice.normals(64, 2))
            judged = D.run(made[-1])
            towards = D.back(judged, generator_logit_gradient(judged[-1]))[1]
            G.step(G.back(made, towards)[0])
        losses.append((discriminator_loss(*logits), generator_loss(judged[-1])))
    fakes = G.run(Dice(1000 + seed).normals(256, 2))[-1]
    far = np.linalg.norm(fakes[:, None] - MODES, axis=2)
    shares = np.bincount(far.argmin(axis=1), minlength=8) / 256
    return np.array(losses), shares, (far.min(axis=1) < 0.3).mean()


@pytest.mark.parametrize(("forger", "inspector"), [(1, 1), (5, 2)])
def test_the_browser_trains_as_numpy_trains(chromium, tmp_path, forger, inspector):
    page = opened(chromium, explore_ring(forger, inspector), tmp_path)
    assert f"G takes {forger} step" in caption(page)
    page.get_by_role("button", name="10 rounds").click()
    losses, shares, near = trained(1, forger, inspector, 10)
    of_d, of_g = losses.mean(axis=0)
    assert caption(page) == (
        f"Round 10: {sum(shares > 0.02)} of 8 modes get more than 2 % of the fakes, the fullest "
        f"one {100 * shares.max():.0f} %; {100 * near:.0f} % lie near a mode. Mean losses of the "
        f"last 10 rounds: D {of_d:.2f}, G {of_g:.2f}."
    )
    page.close()


def test_ten_generator_steps_collapse_in_the_browser_and_one_fills_the_ring(chromium, tmp_path):
    page = opened(chromium, explore_ring(), tmp_path)
    fullest = (
        "Number(document.querySelector('.dlcourse-caption').textContent.match(/one (\\d+) %/)[1])"
    )
    found = {}
    for steps in ("10", "1"):
        page.evaluate(f"model.set('forger', {steps})")
        shares = []
        for _ in range(20):
            page.get_by_role("button", name="10 rounds").click()
            shares.append(page.evaluate(fullest))
        found[steps] = np.median(shares[10:])
        page.get_by_role("button", name="new start").click()
    assert found["1"] < 40 < found["10"]
    page.close()


def test_play_trains_until_it_is_paused_and_a_new_start_knows_nothing(chromium, tmp_path):
    page = opened(chromium, explore_ring(), tmp_path)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("Number(document.querySelector('.dlcourse').dataset.round) > 12")
    page.get_by_role("button", name="Pause").click()
    told = caption(page)
    assert told.startswith("Round ")
    page.wait_for_timeout(200)
    assert caption(page) == told
    page.get_by_role("button", name="new start").click()
    assert caption(page).startswith("Nothing is learned yet: press Play.")
    assert page.evaluate("window.sent.at(-1).start") == 2
    page.close()
