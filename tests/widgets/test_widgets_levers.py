"""The levers of lecture 17: the browser counts as the reference does; order alone moves a curve."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
import traitlets
from stored_results import stored
from widget_page import assert_described, open_widget

from dlcourse.reference import metrics
from dlcourse.widgets.levers import LIMITS, explore_levers

mpl.use("agg")
TEXT = "Scores to push with a lever, and a threshold that cuts them."
Y = [0, 0, 0, 1, 0, 1]
PLAIN = [-4.0, -3.0, -2.0, -1.0, 0.5, 2.0]
SCORES = {
    "class weights": [PLAIN, [score + 2 for score in PLAIN]],
    "undersampling": [PLAIN, [3.0, 1.0, 0.0, -1.0, 0.5, 2.0]],
}


def levers(**chosen):
    made = {"names": ("other", "eight"), "title": "Levers", **chosen}
    return explore_levers(Y, SCORES, [0, 1], **made)


def of_lecture(**chosen):
    kept = stored("practice")["scores"]
    shown = {"names": ("other", "eight"), "title": "Levers", **chosen}
    return explore_levers(kept["y"], kept["scores"], kept["strengths"], **shown)


def test_the_curve_and_its_area_are_those_of_the_reference():
    frame = levers().frames["undersampling"][1]
    fpr, tpr, _ = metrics.roc_curve(np.array(Y), np.array(frame["scores"]))
    assert (frame["fpr"], frame["tpr"]) == (fpr.tolist(), tpr.tolist())
    assert frame["auc"] == metrics.roc_auc(np.array(Y), np.array(frame["scores"]))


def test_a_constant_moves_the_scores_and_leaves_the_curve():
    before, after = levers().frames["class weights"]
    assert before["scores"] != after["scores"]
    assert (before["fpr"], before["tpr"]) == (after["fpr"], after["tpr"])


def test_an_unknown_lever_is_refused_and_positions_stay_inside():
    made = levers()
    with pytest.raises(traitlets.TraitError, match="got 'luck'"):
        made.lever = "luck"
    made.strength, made.threshold = 9, -100.0
    assert (made.strength, made.threshold) == (1, LIMITS[0])


def test_the_static_figure_shows_nothing_and_each_lever_at_full_strength():
    titles = [ax.get_title(loc="left") for ax in levers().figure.axes]
    plt.close("all")
    assert [title.split(":")[0] for title in titles] == ["nothing", *SCORES]
    assert titles[0].endswith("recall 0.50, precision 0.50, AUC 0.875")


def test_it_brings_its_text_and_a_picture():
    assert_described(levers(), TEXT)


# in Chromium


@pytest.fixture
def shown(chromium, tmp_path):
    def show(widget):
        widget.alt = TEXT
        return open_widget(chromium, widget, tmp_path)

    return show


def counts(page):
    return [int(text) for text in page.locator(".dlcourse-threshold-count").all_text_contents()]


@pytest.mark.browser
def test_the_browser_counts_as_the_reference_at_every_lever_and_threshold(shown):
    widget = of_lecture()
    page, y = shown(widget), np.array(widget.labels)
    for lever in widget.levers:
        for strength, threshold in ((0, 0.0), (2, -2.0), (4, 1.5)):
            page.evaluate(f"model.set('lever', '{lever}'); model.set('strength', {strength});"
                          f"model.set('threshold', {threshold})")  # fmt: skip
            called = (np.array(widget.frames[lever][strength]["scores"]) >= threshold).astype(int)
            assert counts(page) == metrics.confusion_matrix(y, called, 2).ravel().tolist()
            for name in ("precision", "recall", "accuracy"):
                value = getattr(metrics, name)(y, called)
                assert page.locator(f"span:text-is('{name}') + b").text_content() == f"{value:.3f}"
            f1 = metrics.f1_score(y, called)
            assert page.locator("span:text-is('F1') + b").text_content() == f"{f1:.3f}"


@pytest.mark.browser
def test_a_button_pulls_another_lever_and_the_sentence_says_what_it_did(shown):
    page = shown(levers(strength=1))
    assert counts(page) == [2, 2, 0, 2]
    page.get_by_role("button", name="undersampling").click()
    assert counts(page) == [0, 4, 1, 1]
    words = page.locator(".dlcourse-caption").text_content()
    assert words.startswith(
        "undersampling, strength 1, threshold 0: 1 of 2 eights are found, with 4"
    )
    assert words.endswith("Area under the curve: 0.375 (nothing: 0.875).")


@pytest.mark.browser
def test_arrow_keys_move_the_threshold_and_dragging_does_too(shown):
    page = shown(levers())
    slider = page.get_by_role("slider", name="threshold")
    slider.focus()
    before = page.evaluate("model.get('threshold')")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("model.get('threshold')") > before
    box = page.locator(".dl-drags").bounding_box()
    page.mouse.move(box["x"] + 0.1 * box["width"], box["y"] + 100)
    page.mouse.down()
    page.mouse.up()
    assert page.evaluate("model.get('threshold')") < -8
