"""The stepper shows the reference's numbers, one operation a step, and asks no kernel for it."""

import json
import math
from itertools import pairwise

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from widget_page import assert_described, open_widget

from dlcourse.plots.basic import short
from dlcourse.plots.graph import edge_gradients, layout_graph
from dlcourse.reference.activations import sigmoid
from dlcourse.reference.graph import Node, accumulate_gradients, topological_order
from dlcourse.reference.network import chain_gradients
from dlcourse.widgets.backpropagation import explore_backpropagation

mpl.use("agg")
INPUTS = {"x": 0.0, "w1": 3.0, "b1": 0.0, "w2": 2.0, "b2": math.log(1.5) - 1, "y": 1.0}
LABELS = "x w₁ × b₁ + σ w₂ × b₂ + σ y − ½e²"
TEXT = "Two neurons in a row, values forward and gradients backward."


def neuron(x, w, b):
    s = x * w + b
    h = sigmoid(s.value)
    return Node(h, (s, lambda d: d * h * (1 - h)))


def cost(x, w1, b1, w2, b2, y):
    error = neuron(neuron(Node(x), Node(w1), Node(b1)), Node(w2), Node(b2)) - Node(y)
    return Node(error.value**2 / 2, (error, lambda d: d * error.value))


def trace(**inputs):
    J = cost(**inputs)
    return topological_order(J), accumulate_gradients(J)


def stepper(trace=trace, labels=LABELS, **inputs):
    return explore_backpropagation(trace, labels, **(inputs or INPUTS))


def test_each_step_shows_the_values_and_gradients_of_the_reference():
    order, gradients = trace(**INPUTS)
    _, edges = layout_graph(order)
    values = [short(order[parent].value) for parent, _, _ in edges] + [short(order[-1].value)]
    carried = [short(g) for g in edge_gradients(order, gradients)] + ["1"]
    for frame in stepper().frames:
        assert all(text in ("", value) for text, value in zip(frame["values"], values, strict=True))
        assert all(text in ("", g) for text, g in zip(frame["gradients"], carried, strict=True))
    assert (frame["values"], frame["gradients"]) == (values, carried)


def test_a_step_adds_the_numbers_of_one_operation_and_takes_none_away():
    frames = stepper().frames
    order, _ = trace(**INPUTS)
    operations = sum(bool(node.parents) for node in order)
    assert len(frames) == 1 + operations + 1 + operations
    for before, after in pairwise(frames):
        for name in ("values", "gradients"):
            new = [
                i for i, (a, b) in enumerate(zip(before[name], after[name], strict=True)) if a != b
            ]
            assert all(before[name][i] == "" for i in new)
            assert len(new) <= 2


def test_values_come_first_and_gradients_only_after_the_last_value():
    frames = stepper().frames
    first_gradient = next(i for i, frame in enumerate(frames) if any(frame["gradients"]))
    assert all(frames[first_gradient - 1]["values"])
    assert not any(frames[first_gradient - 1]["gradients"])


def test_the_last_step_holds_the_gradients_of_chain_gradients():
    dw, db = chain_gradients(0.5, 1.0, [3.0, 2.0], [0.1, -0.6])
    inputs = {"x": 0.5, "w1": 3.0, "b1": 0.1, "w2": 2.0, "b2": -0.6, "y": 1.0}
    widget = stepper(**inputs)
    _, edges = layout_graph(trace(**inputs)[0])
    names = [LABELS.split()[parent] for parent, _, _ in edges]
    shown = dict(zip(names, widget.frames[-1]["gradients"], strict=False))  # the last leaves J
    expected = {"w₁": dw[0], "b₁": db[0], "w₂": dw[1], "b₂": db[1]}
    assert {name: shown[name] for name in expected} == {n: short(g) for n, g in expected.items()}


def test_a_shared_node_tells_the_sum_of_its_paths():
    def shared(x):
        node = Node(x)
        f = node * node + node
        return topological_order(f), accumulate_gradients(f)

    captions = [frame["caption"] for frame in stepper(shared, "x × +", x=3.0).frames]
    assert [i for i, text in enumerate(captions) if "add up to 7" in text] == [len(captions) - 1]


def test_steps_stay_between_the_first_and_the_last_frame():
    widget = stepper()
    last = len(widget.frames) - 1
    widget.back()
    assert widget.step == 0
    widget.step = 1000
    assert widget.step == last
    widget.forward()
    assert widget.step == last
    widget.back()
    assert widget.step == last - 1
    widget.reset()
    assert widget.step == 0


def test_a_step_recomputes_nothing():
    calls = []

    def counted(**inputs):
        calls.append(inputs)
        return trace(**inputs)

    widget = stepper(counted)
    sent = []
    widget.observe(lambda change: sent.append(change.name))
    for _ in range(len(widget.frames)):
        widget.forward()
    assert len(calls) == 1
    assert set(sent) == {"step"}


def test_an_edited_input_changes_the_numbers_and_keeps_the_step():
    widget = stepper()
    widget.step = 17
    (w1,) = [
        i
        for i, (p, _, _) in enumerate(layout_graph(trace(**INPUTS)[0])[1])
        if LABELS.split()[p] == "w₁"
    ]
    assert widget.frames[-1]["gradients"][w1] == "0"
    widget.inputs = {**INPUTS, "x": 1.0, "b1": -3.0}
    assert widget.frames[-1]["gradients"][w1] == "−0.048"
    assert widget.step == 17


def test_the_static_figure_shows_the_last_step():
    widget = stepper()
    texts = [text.get_text() for text in widget.figure.axes[0].texts]
    plt.close("all")
    for text in ["0.08", "0.6", "↑ −0.096", "↑ −0.192"]:
        assert text in texts


def test_a_described_widget_brings_its_text_and_a_picture_and_leaves_no_figure_open():
    assert_described(stepper(), TEXT)


def test_a_wrong_number_of_labels_is_refused():
    with pytest.raises(ValueError, match="3 labels"):
        stepper(labels="x w b")


def test_everything_the_browser_gets_is_plain_json():
    widget = stepper()
    assert json.loads(json.dumps(widget.frames)) == widget.frames
    assert all(np.isfinite([*node_place]).all() for node_place in places(widget))


def places(widget):
    return [(node["x"], node["y"]) for node in widget.graph["nodes"]]


# in Chromium


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    widget = stepper()
    widget.alt = TEXT
    return open_widget(chromium, widget, tmp_path_factory.mktemp("widget"))


def numbers(page):
    return [text for text in page.locator("text.dlcourse-number").all_text_contents() if text]


@pytest.mark.browser
def test_buttons_and_arrow_keys_walk_through_the_frames(page):
    frames = stepper().frames
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Forward").click()
    assert page.locator(".dlcourse-caption").text_content() == frames[1]["caption"]
    page.get_by_label("Graph: left and right arrow keys step").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".dlcourse-caption").text_content() == frames[2]["caption"]
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("End")
    last = frames[-1]
    assert sorted(numbers(page)) == sorted(
        [*last["values"], *(f"← {g}" for g in last["gradients"])]
    )
    page.keyboard.press("Home")
    assert page.get_by_role("button", name="Back").is_disabled()


@pytest.mark.browser
def test_a_screen_reader_gets_the_text_and_the_sentence_of_the_step(page):
    page.get_by_role("button", name="Reset").click()
    assert page.locator(".dlcourse").get_attribute("aria-label") == TEXT
    caption = page.locator(".dlcourse-caption").text_content()
    spoken = page.locator("[aria-live=polite]")
    spoken.filter(has_text=caption).wait_for(state="attached")
    assert spoken.text_content() == caption


@pytest.mark.browser
def test_an_edited_field_is_sent_to_the_kernel_and_nonsense_is_not(page):
    page.evaluate("window.sent.length = 0")
    page.get_by_label("w1").fill("4.5")
    page.get_by_label("w1").press("Tab")
    page.get_by_label("b1").fill("")
    page.get_by_label("b1").press("Tab")
    assert page.evaluate("window.sent.map(({ inputs }) => [inputs.w1, inputs.b1])") == [[4.5, 0]]
