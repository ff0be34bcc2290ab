"""Lecture 1's units learn in the browser as the reference does."""

import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import traitlets
from widget_page import assert_described, open_widget

from dlcourse.plots.neurons import (
    plot_borders,
    plot_correction,
    plot_cut,
    plot_errors,
    plot_line,
    plot_network,
    plot_planes,
    plot_starts,
    plot_timeline,
    plot_unit,
)
from dlcourse.reference.losses import cross_entropy
from dlcourse.reference.network import mlp_scores
from dlcourse.reference.neurons import perceptron_fit, perceptron_predict
from dlcourse.widgets.cut import explore_line
from dlcourse.widgets.neurons import explore_hidden_units
from dlcourse.widgets.perceptron import explore_perceptron

mpl.use("agg")
TEXT = "A perceptron that learns on points in a plane."
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
AND, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0])


def trainer():
    return explore_perceptron({"AND": (CORNERS, AND), "XOR": (CORNERS, XOR)}, title="It learns")


def setter():
    return explore_line(CORNERS, {"AND": AND, "XOR": XOR}, title="Set it")


def bender(**settings):
    """Hidden units on XOR and on two more of its corners, 20 steps of learning."""
    many = (np.repeat(CORNERS, 3, axis=0), np.repeat(AND, 3))
    widget = explore_hidden_units({"XOR": (CORNERS, XOR), "many": many}, title="It bends")
    widget.steps = 20
    for name, value in settings.items():
        setattr(widget, name, value)
    return widget


def figure_title(widget):
    title = widget.figure.axes[0].get_title()
    plt.close("all")
    return title


def test_the_first_preset_is_shown_and_nothing_is_learned_yet():
    widget = trainer()
    assert widget.points == [[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 1]]
    assert widget.unit == {"w": [0, 0], "b": 0, "row": 0, "wrong": 0, "history": []}


def test_the_static_figure_says_where_the_rule_ends():
    widget = trainer()
    assert figure_title(widget) == "It learns: all right after 6 epochs"
    widget.points = widget.presets["XOR"]
    assert figure_title(widget) == "It learns: still 4 wrong after 50 epochs"


def test_a_point_without_a_class_is_refused():
    with pytest.raises(traitlets.TraitError, match="a point is"):
        trainer().points = [[0.0, 1.0]]
    with pytest.raises(traitlets.TraitError, match="a point is"):
        trainer().points = [[0.0, 1.0, 2]]


def test_a_described_perceptron_brings_its_text_and_a_picture_and_leaves_no_figure_open():
    assert_described(trainer(), TEXT)


def test_a_described_bender_brings_its_text_and_a_picture_and_leaves_no_figure_open():
    assert_described(bender(), TEXT)


def test_the_static_figure_shows_0_3_and_20_hidden_units():
    titles = [ax.get_title().split(":")[0] for ax in bender().figure.axes]
    plt.close("all")
    assert titles == ["0 hidden units", "3 hidden units", "20 hidden units"]


def test_training_lowers_the_loss_and_another_start_ends_elsewhere():
    losses = [
        cross_entropy(mlp_scores(CORNERS, *bender(steps=steps, start=start).train(4)), XOR)
        for steps, start in [(0, 1), (200, 1), (200, 2)]
    ]
    assert losses[1] < 0.1 * losses[0]
    assert losses[2] < 0.5 * losses[0]
    assert losses[1] != losses[2]


@pytest.mark.parametrize(("name", "value"), [("data", "rings"), ("units", 21), ("depth", 3)])
def test_a_setting_that_does_not_exist_is_refused(name, value):
    with pytest.raises(traitlets.TraitError):
        setattr(bender(), name, value)


@pytest.mark.parametrize(("w", "n_areas"), [([0.0, 0.0], 0), ([1.0, 1.0], 2)])
def test_without_weights_no_line_is_drawn(w, n_areas):
    ax = plot_line(CORNERS, AND, w, -1.5, title="AND")
    assert len(ax.collections) == n_areas
    plt.close("all")


def test_every_plane_shows_every_point():
    planes = {"one": (CORNERS, ("a", "b")), "two": (2 * CORNERS, ("c", "d"))}
    for ax in plot_planes(planes, XOR, title="Twice"):
        assert sum(len(line.get_xdata()) for line in ax.lines) == 4
    plt.close("all")


def test_a_timeline_writes_every_event_with_its_year():
    ax = plot_timeline([(1943, "a unit"), (1957, "a rule")], title="Years")
    assert [text.get_text() for text in ax.texts] == ["1943  a unit", "1957  a rule"]
    plt.close("all")


def test_a_timeline_draws_its_two_longest_gaps_thick():
    events = [(1900, "a"), (1901, "b"), (1911, "c"), (1913, "d"), (1933, "e")]
    ax = plot_timeline(events, title="Years")
    thick = [list(line.get_xdata()) for line in ax.lines if line.get_linewidth() == 3]
    assert thick == [[1901, 1911], [1913, 1933]]
    plt.close("all")


def test_every_error_of_a_line_is_drawn_from_the_point_to_the_line():
    x, y = np.array([0.0, 1.0]), np.array([1.0, 3.0])
    (ax,) = plot_errors(x, y, {"level": (2, 0)}, title="Errors")
    uprights = [segment.tolist() for segment in ax.collections[0].get_segments()]
    assert uprights == [[[0, 1], [0, 2]], [[1, 3], [1, 2]]]
    plt.close("all")


def test_rings_are_drawn_round():
    points, labels = np.random.default_rng(7).normal(size=(30, 2)), np.arange(30) % 2
    planes = {"as they lie": (points, ("$x_1$", "$x_2$")), "else": (points, ("a", "b"))}
    first, second = plot_planes(planes, labels, title="Twice")
    assert (first.get_aspect(), second.get_aspect()) == (1, "auto")
    plt.close("all")


def words(ax):
    """The texts of a drawing; its figure is closed."""
    plt.close("all")
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(("threshold", "answer"), [(5, "0"), (3.5, "1")])
def test_a_drawn_unit_says_its_sum_and_its_answer(threshold, answer):
    ax = plot_unit(["sun", "snow"], [1, 1], [3, 1], threshold, title="A unit")
    assert {"sum\n4", f"above\n{threshold}?", "× 3", answer, "synapses"} <= set(words(ax))


def test_a_cut_names_its_border_and_the_scores_beside_it():
    said = words(plot_cut([1, 2], -2, title="A cut"))
    assert {"score 0", "+1", "−1", "$w$", "fires: 1"} <= set(said)


def test_borders_and_corrections_write_their_names_on_their_lines():
    assert "OR" in words(plot_borders(CORNERS, {"OR": ([1, 1], -0.5)}, title="OR"))
    ax = plot_correction(CORNERS, AND, 1, ([2, 2], -1), ([2, 1], -2), title="One step")
    place = {text.get_text(): text.get_position() for text in ax.texts}
    for name, (w, b) in {"before": ([2, 2], -1), "after": ([2, 1], -2)}.items():
        assert abs(np.dot(w, place[name]) + b) < 1e-12
    plt.close("all")


def test_a_drawn_network_writes_every_weight_and_every_bias_but_zeros():
    weights, biases = [np.array([[1.0, 2.0], [3.0, -4.0]])], [np.array([0.0, -0.5])]
    said = words(plot_network(weights, biases, [["a", "b"], ["c", "d"]], title="Small"))
    assert sorted(said) == sorted(["1", "2", "3", "−4", "a", "b", "c", "d", "b = −0.5"])


def test_every_start_is_a_dot():
    ax = plot_starts({"2": [70, 95, 95], "3": [96, 97]}, title="Starts", xlabel="units")
    assert [len(line.get_xdata()) for line in ax.lines] == [3, 2]
    plt.close("all")


def test_the_line_that_a_learner_sets_begins_with_three_of_four_right():
    assert figure_title(setter()) == "Set it: 3 of 4 right"
    assert_described(setter(), TEXT)


def test_the_static_line_crosses_out_the_point_that_is_wrong():
    ax = setter().figure.axes[0]
    (crosses,) = [line for line in ax.lines if line.get_marker() == "x"]
    assert crosses.get_xydata().tolist() == [[1, 0]]
    plt.close("all")


@pytest.mark.parametrize(("name", "value"), [("data", "NOR"), ("w1", 3.5), ("b", -4)])
def test_a_line_that_the_sliders_cannot_set_is_refused(name, value):
    with pytest.raises(traitlets.TraitError):
        setattr(setter(), name, value)


# in Chromium


@pytest.mark.browser
@pytest.mark.parametrize("w2_b", [(1.0, -1.5), (1.0, -2.0), (-3.0, 3.0), (0.0, 0.0)])
def test_the_line_in_the_browser_fires_where_the_reference_does(chromium, tmp_path, w2_b):
    widget = setter()
    widget.w2, widget.b = w2_b
    page = open_widget(chromium, widget, tmp_path)
    said = page.locator(".dlcourse-caption").text_content()
    fires = perceptron_predict(CORNERS, [1.0, w2_b[0]], w2_b[1])
    named = [f"({x1:g}, {x2:g})" for x1, x2 in CORNERS[fires == 1]]
    assert said.startswith("The unit fires at " if named else "The unit fires nowhere.")
    assert re.findall(r"\(\d, \d\)", said.split(".")[0]) == named
    right = int(np.sum(fires == AND))
    assert (f"All {right} points are right" if right == 4 else f"{right} of 4 points") in said
    page.close()


@pytest.mark.browser
def test_arrow_keys_move_a_weight_and_a_button_asks_for_another_gate(chromium, tmp_path):
    page = open_widget(chromium, setter(), tmp_path)
    page.get_by_role("slider", name="weight w₂").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="XOR").click()
    state = page.evaluate("window.sent.at(-1)")
    assert (state["w2"], state["data"]) == (0.25, "XOR")
    page.close()


@pytest.fixture
def page(chromium, tmp_path):
    widget = trainer()
    widget.alt = TEXT
    page = open_widget(chromium, widget, tmp_path, width=600)
    yield page
    page.close()


def press(page, name, times=1):
    for _ in range(times):
        page.get_by_role("button", name=name).click()


def unit(page):
    return page.evaluate("window.model.get('unit')")


@pytest.mark.browser
def test_epochs_in_the_browser_give_the_weights_and_mistakes_of_the_reference(page):
    press(page, "One epoch", 6)
    w, b, mistakes = perceptron_fit(CORNERS, AND)
    assert (unit(page)["w"], unit(page)["b"]) == (w.tolist(), b)
    assert unit(page)["history"] == mistakes
    assert "Every point is right." in page.locator(".dlcourse-caption").text_content()


@pytest.mark.browser
def test_single_rows_make_up_an_epoch_and_the_button_finishes_one_that_has_begun(page):
    press(page, "One row", 3)
    assert unit(page)["row"] == 3
    press(page, "One epoch")
    assert (unit(page)["row"], unit(page)["history"]) == (0, [1])
    press(page, "Forget weights")
    assert unit(page) == {"w": [0, 0], "b": 0, "row": 0, "wrong": 0, "history": []}


@pytest.mark.browser
def test_xor_is_never_learned(page):
    page.get_by_role("combobox", name="points").select_option("XOR")
    press(page, "One epoch", 20)
    assert unit(page)["history"] == perceptron_fit(CORNERS, XOR, max_epochs=20)[2]
    assert "Every point is right." not in page.locator(".dlcourse-caption").text_content()


@pytest.mark.browser
def test_arrow_keys_and_enter_place_a_point_of_the_chosen_class(page):
    page.get_by_role("button", name="■ class 1").click()
    page.get_by_role("application").focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate("window.model.get('points')").pop() == [0.7, 0.6, 1]
    assert (
        page.get_by_role("application")
        .get_attribute("aria-label")
        .startswith("Plane with 5 points")
    )


@pytest.mark.browser
def test_a_click_places_a_point_where_it_lands(page):
    box = page.locator(".dl-frame").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.evaluate("window.model.get('points')").pop() == [0.5, 0.5, 0]
    circles = page.locator("path.dl-dots.dl-forward:not(.dl-edge)")
    assert circles.get_attribute("d").count("M") == 4


@pytest.mark.browser
def test_a_screen_reader_hears_what_the_last_row_did(page):
    press(page, "One row", 4)
    said = page.locator(".dlcourse-caption").text_content()
    assert re.match(r"Point \(1, 1\) of class 1 is called 0: the line moves\. w = \(1, 1\)", said)
    assert page.locator(".dlcourse").get_attribute("aria-label") == TEXT


def learned(page, count):
    """What the browser has come to when its `count`-th network is done: weights and biases."""
    page.wait_for_function(
        "count => window.sent.at(-1)?.layers.length && tries() >= count", arg=count
    )
    return page.evaluate("window.model.get('layers')")


TRIES = """window.tries = () => document.querySelectorAll(".dl-plot")[1]
    .querySelector(".dl-dots.dl-soft").getAttribute("d").split("M").length - 1"""


@pytest.mark.browser
@pytest.mark.parametrize(("units", "depth", "start"), [(0, 1, 1), (3, 1, 1), (20, 1, 5), (4, 2, 2)])
def test_the_browser_trains_as_the_reference_does(chromium, tmp_path, units, depth, start):
    widget = bender(units=units, depth=depth, start=start)
    page = open_widget(chromium, widget, tmp_path)
    page.evaluate(TRIES)
    weights, biases = widget.train(units)
    for (W, b), due_W, due_b in zip(learned(page, 1), weights, biases, strict=True):
        np.testing.assert_allclose(W, due_W.ravel(), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(b, due_b, rtol=1e-9, atol=1e-12)
    right = np.mean(mlp_scores(CORNERS, weights, biases).argmax(axis=1) == XOR)
    assert f"{right:.1%}".replace("%", " %") in page.locator(".dlcourse-caption").text_content()


@pytest.mark.browser
def test_arrow_keys_add_hidden_units_and_every_try_leaves_a_dot(chromium, tmp_path):
    page = open_widget(chromium, bender(units=0), tmp_path)
    page.evaluate(TRIES)
    learned(page, 1)
    said = page.locator(".dlcourse-caption")
    assert said.text_content().startswith("No hidden unit: the border is a line.")
    page.get_by_role("slider", name="hidden units").focus()
    for count, text in [(2, "1 hidden unit. "), (3, "2 hidden units. ")]:
        page.keyboard.press("ArrowRight")
        learned(page, count)
        assert said.text_content().startswith(text)
    assert page.locator(".dl-plot").first.locator(".dl-dashed").count() == 2
    page.get_by_role("combobox", name="points").select_option("many")
    page.wait_for_function("window.model.get('data') === 'many' && tries() === 1")
    squares = page.locator(".dl-plot").first.locator(".dl-square:not(.dl-edge)")
    assert squares.get_attribute("d").count("M") == 3
