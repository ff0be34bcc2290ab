"""Lecture 6's network learns in the browser as the reference does."""

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import traitlets
from widget_page import assert_described, open_widget

from dlcourse.data.sets import load_digits
from dlcourse.reference.activations import dead_fraction, relu
from dlcourse.reference.linear import linear
from dlcourse.widgets.training import LEAST, UNITS, TrainingExplorer, explore_training

mpl.use("agg")
TEXT = "A network of 30 hidden units that learns to read digits."
DIGITS = load_digits(flat=True)


def network(steps=20, **settings):
    first, then = slice(0, 100), slice(100, 160)
    X, y = DIGITS.X_train, DIGITS.y_train
    widget = explore_training(X[first], y[first], X[then], y[then], title="It learns to read")
    widget.steps = steps
    for name, value in settings.items():
        setattr(widget, name, value)
    return widget


def test_learning_lowers_the_loss_from_that_of_guessing():
    _, losses = network(steps=100, rate=0.3).train()
    assert losses[0] == pytest.approx(np.log(10), rel=0.5)
    assert np.mean(losses[-5:]) < 0.2


def test_pixels_that_are_no_sixteenths_and_unknown_units_are_refused():
    with pytest.raises(ValueError, match="multiples of 1/16"):
        explore_training(np.full((1, 64), 0.3), [1], DIGITS.X_test, DIGITS.y_test, title="No")
    with pytest.raises(traitlets.TraitError):
        network().unit = "swish"


def test_a_described_network_brings_its_text_and_a_picture_and_leaves_no_figure_open():
    assert_described(network(), TEXT)


def test_the_picture_marks_dead_units_and_a_unit_that_learns_from_one_digit_has_a_bar(monkeypatch):
    shares = np.array([0, 0.002, 1.0] * 10)
    monkeypatch.setattr(TrainingExplorer, "shares_alive", lambda self, layers: shares)
    below = network().figure.axes[1]
    (bars,), (marks,) = below.containers, below.lines
    assert [round(bar.get_height(), 3) for bar in bars] == [LEAST, 1] * 10
    np.testing.assert_array_equal(marks.get_xdata(), np.arange(1, 31, 3))
    plt.close("all")


# in Chromium


def learned(page):
    """What the browser has come to: weights and biases of both layers."""
    page.wait_for_function("window.sent.at(-1)?.layers.length")
    return [
        np.array(part) for layer in page.evaluate("window.sent.at(-1).layers") for part in layer
    ]


@pytest.mark.browser
@pytest.mark.parametrize("unit", UNITS)
def test_the_browser_trains_as_the_reference_does(chromium, tmp_path, unit):
    widget = network(unit=unit, gain=2.0, rate=0.1)
    page = open_widget(chromium, widget, tmp_path)
    due, _ = widget.train()
    for got, part in zip(learned(page), due, strict=True):
        np.testing.assert_allclose(got, part.ravel(), rtol=1e-9, atol=1e-12)
    page.close()


@pytest.mark.browser
def test_it_counts_the_dead_units_of_the_reference_and_the_digits_read_right(chromium, tmp_path):
    widget = network(rate=3.0, gain=4.0)
    page = open_widget(chromium, widget, tmp_path)
    learned(page)
    (W1, b1, W2, b2), _ = widget.train()
    hidden = relu(linear(DIGITS.X_train[:160].astype(float), W1, b1))
    right = np.mean(linear(hidden[100:], W2, b2).argmax(axis=1) == DIGITS.y_train[100:160])
    said = page.locator(".dlcourse-caption").text_content()
    dead, share = re.search(r"(\d+) of 30", said)[1], re.search(r"(\d+) % of 60", said)[1]
    assert int(dead) == round(30 * dead_fraction(hidden[:100])) > 0
    assert int(share) == round(100 * right)
    first = relu(DIGITS.X_train[:100] @ widget._first_weights()[0])
    assert f"({round(30 * dead_fraction(first))} before the first step)" in said
    assert page.locator(".dlcourse-task").text_content() == widget.task
    squares = page.locator(".dl-plot").nth(2).locator(".dl-square")
    assert squares.get_attribute("d").count("M") == int(dead)
    page.close()


@pytest.mark.browser
def test_another_unit_gain_or_rate_trains_anew(chromium, tmp_path):
    page = open_widget(chromium, network(), tmp_path)
    learned(page)
    page.get_by_role("button", name="tanh").click()
    said = page.locator(".dlcourse-caption")
    said.filter(has_text="tanh, gain 1.41, rate 0.3: after 20 steps").wait_for()
    page.get_by_role("slider", name="learning rate").focus()
    page.keyboard.press("ArrowLeft")
    said.filter(has_text="tanh, gain 1.41, rate 0.1: after 20 steps").wait_for()
    assert page.locator("[aria-pressed=true]").text_content() == "tanh"
    page.close()
