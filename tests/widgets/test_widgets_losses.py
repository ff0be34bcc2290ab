"""Lecture 3's widgets show the reference's numbers, and a move needs no kernel."""

import json

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from widget_page import assert_described, open_widget

from dlcourse.plots.basic import short
from dlcourse.reference import losses, metrics
from dlcourse.reference.activations import softmax
from dlcourse.widgets.pulls import LOSSES, explore_pulls
from dlcourse.widgets.softmax import explore_softmax
from dlcourse.widgets.threshold import explore_threshold

mpl.use("agg")
TEXT = "Something to move, and what it shows."
Y = np.array([0, 0, 0, 1, 0, 1, 1])
SCORES = np.array([0.05, 0.1, 0.2, 0.25, 0.3, 0.35, 0.4])
EIGHTHS = np.log([1.0, 2.0, 5.0])  # whose softmax is 1/8, 2/8, 5/8
THRESHOLDS = np.linspace(0, 0.5, 11)


def mover(curve=True, **more):
    shown = {"names": ("no nine", "nine"), "title": "A threshold", "curve": curve, **more}
    return explore_threshold(Y, SCORES, thresholds=THRESHOLDS, start=10, **shown)


def mixer(scores=EIGHTHS):
    return explore_softmax(["cat", "dog", "hen"], scores, title="Scores")


def tug(**chosen):
    made = explore_pulls([1, 2, 3, 4, 10], answer=7, limits=(0, 15), title="Pulls")
    for name, value in chosen.items():
        setattr(made, name, value)
    return made


def test_every_threshold_shows_the_counts_and_ratios_of_the_reference():
    for threshold, frame in zip(THRESHOLDS, mover().frames, strict=True):
        answers = (SCORES >= threshold) * 1
        assert frame["counts"] == metrics.confusion_matrix(Y, answers, 2).tolist()
        assert frame["ratios"]["precision"] == metrics.precision(Y, answers)
        assert frame["ratios"]["recall"] == metrics.recall(Y, answers)
        assert frame["ratios"]["F1"] == metrics.f1_score(Y, answers)
        assert frame["ratios"]["accuracy"] == metrics.accuracy(Y, answers)


def test_the_point_of_every_threshold_lies_on_the_curve():
    widget = mover()
    curve = set(zip(widget.curve["fpr"], widget.curve["tpr"], strict=True))
    for frame in widget.frames:
        point = (frame["fpr"], frame["ratios"]["recall"])
        assert min(np.hypot(point[0] - x, point[1] - y) for x, y in curve) < 1e-12


def test_the_sentence_counts_what_is_found_and_what_is_a_false_alarm():
    captions = [frame["caption"] for frame in mover().frames]
    assert captions[10] == "Threshold 0.5: 0 of 3 nines are found, with 0 false alarms."
    assert captions[5] == "Threshold 0.25: 3 of 3 nines are found, with 1 false alarm."


def test_the_position_stays_between_the_first_and_the_last_threshold():
    widget = mover()
    widget.position = 1000
    assert widget.position == len(THRESHOLDS) - 1
    widget.position = -5
    assert widget.position == 0


def test_a_move_sends_the_position_alone():
    widget, sent = mover(), []
    widget.observe(lambda change: sent.append(change.name))
    for position in range(5):
        widget.position = position
    assert set(sent) == {"position"}


def test_everything_the_browser_gets_is_plain_json():
    widget = mover()
    for value in (widget.frames, widget.curve, widget.scores, widget.labels, mixer().scores):
        assert json.loads(json.dumps(value)) == value


@pytest.mark.parametrize("widget", [mover(), mixer(), tug()], ids=["threshold", "softmax", "pulls"])
def test_a_described_widget_brings_its_text_and_a_picture_and_leaves_no_figure_open(widget):
    assert_described(widget, TEXT)


def test_the_static_figures_show_the_chosen_numbers():
    counts = [text.get_text() for text in mover().figure.axes[1].texts]
    shares = [text.get_text() for text in mixer().figure.axes[0].texts]
    plt.close("all")
    assert counts == ["4", "0", "3", "0"]
    assert shares == ["12.5%", "25.0%", "62.5%"]


# in Chromium


@pytest.fixture
def shown(chromium, tmp_path):
    """Opens a widget in a page of its own."""

    def show(widget):
        widget.alt = TEXT
        return open_widget(chromium, widget, tmp_path)

    return show


def counts(page):
    return [int(text) for text in page.locator(".dlcourse-threshold-count").all_text_contents()]


@pytest.mark.browser
def test_arrow_keys_move_the_threshold_and_the_counts_follow(shown):
    page = shown(mover())
    assert counts(page) == [4, 0, 3, 0]
    page.get_by_role("slider").focus()
    for _ in range(5):
        page.keyboard.press("ArrowLeft")
    assert counts(page) == [3, 1, 0, 3]
    caption = mover().frames[5]["caption"]
    assert page.locator(".dlcourse-caption").text_content() == caption
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "0.25"
    assert page.locator("span:text-is('precision') + b").text_content() == "0.750"
    assert page.locator(".dlcourse").get_attribute("aria-label") == TEXT


@pytest.mark.browser
def test_before_it_is_taught_the_curve_is_neither_drawn_nor_named(shown):
    page = shown(mover(curve=False))
    assert page.locator(".dl-plot").count() == 1
    assert "ROC" not in page.locator(".dlcourse").text_content()
    assert [ax.get_title() for ax in mover(curve=False).figure.axes] == [
        "Filled: called positive",
        "Counts",
    ]
    plt.close("all")
    assert "ROC curve" in shown(mover()).locator(".dlcourse").text_content()


@pytest.mark.browser
def test_dragging_over_the_scores_moves_the_threshold_there(shown):
    page = shown(mover())
    box = page.locator(".dl-drags").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100, steps=5)
    page.mouse.up()
    assert page.evaluate("window.model.get('position')") == 5
    page.mouse.move(box["x"] + 10, box["y"] + 100)
    assert page.evaluate("window.model.get('position')") == 5


@pytest.mark.browser
@pytest.mark.parametrize("scores", [[0.0, 0.7, 1.6], [-10.0, 10.0, 9.5], [3.0, 3.0, 3.0]])
def test_the_browser_shares_as_the_reference_does(shown, scores):
    page = shown(mixer(scores))
    shares = [f"{100 * share:.1f} %" for share in softmax(np.array(scores))]
    names = ["cat", "dog", "hen"]
    expected = ", ".join(f"{name} {share}" for name, share in zip(names, shares, strict=True))
    if max(np.abs(scores)) > 5:  # what a button would do is out of reach, and it says so
        expected += ". Scores end at 10, so a button rests."
    assert page.locator(".dlcourse-caption").text_content() == expected


@pytest.mark.browser
def test_adding_one_changes_no_share_doubling_does_and_reset_returns(shown):
    page = shown(mixer())
    caption = page.locator(".dlcourse-caption")
    before = caption.text_content()
    page.get_by_role("button", name="Add 1").click()
    assert caption.text_content() == before
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("button", name="Double").click()
    assert caption.text_content() == "cat 3.3 %, dog 13.3 %, hen 83.3 %"
    page.get_by_role("slider", name="score of cat").focus()
    page.keyboard.press("End")
    assert page.get_by_role("button", name="Add 1").is_disabled()
    assert page.evaluate("window.sent.at(-1).scores[0]") == 10


@pytest.mark.browser
@pytest.mark.parametrize("far", [10.0, 15.0])
@pytest.mark.parametrize("loss", LOSSES)
def test_the_pulls_balance_where_the_reference_has_its_lowest_loss(shown, loss, far):
    targets = np.array([1, 2, 3, 4, far])
    mean_cost = {
        "half the square": lambda c: losses.mse_loss(np.full(5, c), targets) / 2,
        "distance": lambda c: losses.l1_loss(np.full(5, c), targets),
    }[loss]
    answers = np.arange(0, 151) / 10
    best = float(answers[np.argmin([mean_cost(c) for c in answers])])
    assert best == pytest.approx({"half the square": targets.mean(), "distance": 3}[loss])
    page = shown(tug(loss=loss, far=far, answer=best))
    said = page.locator(".dlcourse-caption").text_content()
    assert said.endswith(f"mean cost {short(mean_cost(best))}. The pulls balance.")
    page.get_by_role("slider", name="answer").focus()
    page.keyboard.press("ArrowRight")
    said = page.locator(".dlcourse-caption").text_content()
    assert said.endswith(f"mean cost {short(mean_cost(best + 0.1))}.")


@pytest.mark.browser
def test_dragging_moves_the_answer_and_a_button_changes_the_cost(shown):
    page = shown(tug())
    page.get_by_role("button", name="distance").click()
    assert page.evaluate("window.model.get('loss')") == "distance"
    box = page.locator(".dl-drags").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.8, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 100, steps=5)
    page.mouse.up()
    assert page.evaluate("window.model.get('answer')") == pytest.approx(7.5, abs=0.1)


def test_the_cost_counts_each_error_with_its_price():
    widget = mover(costs=(1, 9))
    for frame in widget.frames:
        (_, fp), (fn, _) = frame["counts"]
        assert frame["cost"] == fp + 9 * fn
        assert frame["caption"].endswith(f"Cost: 1 · {fp} + 9 · {fn} = {frame['cost']}.")
    assert "cost" not in mover().frames[0]
    assert [ax.get_title() for ax in widget.figure.axes][-1] == "Cost of all answers"
    plt.close("all")


@pytest.mark.browser
def test_the_histograms_hold_every_score_and_say_the_four_counts(shown):
    page = shown(mover())
    for _ in range(5):
        page.get_by_role("slider").press("ArrowLeft")
    words = page.locator(".dl-plot").first.locator("text.dl-halo").all_text_contents()
    assert words == ["no nine: TN 3", "FP 1", "nine: FN 0", "TP 3"]
    heights = [len(patch) for patch in mover().figure.axes[0].containers]
    plt.close("all")
    assert set(heights) == {24}
