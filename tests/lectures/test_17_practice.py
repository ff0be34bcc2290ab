"""Lecture 17: every claim of `lecture_claims`, on one run; its stored measurements; its figures."""

import numpy as np
import pytest
from lecture_claims import LectureClaims
from stored_results import script, stored

from dlcourse.plots.practice import (
    plot_changes,
    plot_copies,
    plot_levers,
    plot_questions,
    plot_repairs,
    plot_segment,
    plot_where,
)


class TestLecture17(LectureClaims):
    name = "17_practice"


@pytest.fixture(scope="module")
def practice():
    return stored("practice"), script("practice")


def test_the_stored_levers_are_those_of_their_script(practice):
    kept, run = practice
    found = run["one_start"](*run["split"](2, 8), 2, strengths=(1.0,))
    for lever in ("nothing", *run["LEVERS"]):
        known = kept["digit 8"][lever]["full"]["test"][2]
        np.testing.assert_allclose(found[lever]["full"][0], known, atol=0.02)


def test_every_lever_was_tried_on_every_digit_from_every_start(practice):
    kept, run = practice
    for digit in range(10):
        table = kept[f"digit {digit}"]
        assert [*table] == ["nothing", *run["LEVERS"]]
        shapes = {np.shape(rows["test"]) for found in table.values() for rows in found.values()}
        assert shapes == {(len(run["SEEDS"]), 5)}


def test_the_scores_of_the_widget_are_those_of_the_script(practice):
    kept, run = practice
    train, _, test = run["split"](0)
    assert kept["scores"]["y"] == test[1].tolist()
    for lever in run["LEVERS"]:
        sets = run["pulled"](lever, 1.0, *train, np.random.default_rng(0))
        score = run["logistic"](*sets, 1e-3)(test[0])
        np.testing.assert_allclose(score, kept["scores"]["scores"][lever][-1], atol=2e-3)
        np.testing.assert_allclose(
            kept["scores"]["scores"][lever][0], kept["scores"]["scores"][run["LEVERS"][0]][0]
        )


def test_the_stored_nets_are_those_of_their_script(practice):
    kept, run = practice
    train, valid, test = run["split"](3)
    table = run["net_table"](*train, np.ones(len(train[1])), valid, test, 3)
    found, _ = run["chosen"](table)
    np.testing.assert_allclose(found[0], kept["net 3"]["nothing"]["full"][0][0], atol=0.01)


def test_each_lever_has_its_histograms_and_its_numbers():
    y, scores = np.array([0, 0, 1, 1]), [-2.0, 1.0, -1.0, 2.0]
    figure = plot_levers(
        y, {"a": scores, "b": [-1, -1, 1, 1]}, 0.0, ("no", "yes"), limits=(-3, 3), title="Two"
    )
    assert [ax.get_title(loc="left") for ax in figure.axes] == [
        "a: recall 0.50, precision 0.50, AUC 0.750",
        "b: recall 1.00, precision 1.00, AUC 1.000",
    ]


def test_histograms_above_a_guess_keep_the_area_to_themselves():
    rows = {"a": [-2.0, 1.0, -1.0, 2.0]}
    figure = plot_levers(
        np.array([0, 0, 1, 1]), rows, 0.0, ("no", "yes"), limits=(-3, 3), title="One", area=False
    )
    assert figure.axes[0].get_title(loc="left") == "a: recall 0.50, precision 0.50"


def test_a_test_letter_that_is_trained_is_framed_and_counted():
    figure = plot_copies(("AB", "AC"), ("AABB", "C"), title="Two")
    first, second = figure.axes
    framed = [text.get_text() for text in first.texts if text.get_bbox_patch()]
    assert framed == ["A"]
    assert first.get_title() == "copy, then split: 1 of 2 test rows are trained"
    assert second.get_title() == "split, then copy: 0 of 1 test rows are trained"


def test_changes_are_dots_with_their_median_around_a_line_at_0():
    ax = plot_changes({"a": [-1, 0, 2], "b": [1, 1, 1]}, xlabel="change", title="Two")
    zero, dots, median = ax.lines[:3]
    assert [*zero.get_xdata()] == [0, 0]
    assert list(dots.get_xdata()) == [-1, 0, 2]
    assert [*median.get_xdata()] == [0, 0]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a", "b"]


def test_each_lever_points_at_its_station():
    texts = {text.get_text() for text in plot_where(title="Where").texts}
    assert {"training rows", "loss of a row", "scores", "decision"} <= texts
    assert any("threshold" in text for text in texts)


def test_each_question_leads_to_the_next_and_to_what_is_wrong():
    ax = plot_questions([("A?", "a"), ("B?", "b")], title="Two")
    texts = [text.get_text() for text in ax.texts]
    assert texts[0] == "A?"
    assert {"a", "B?", "b", "now look at the curves"} <= set(texts)


def test_repairs_are_a_staircase_of_medians_from_top_to_bottom():
    ax = plot_repairs({"none": [8, 10, 12], "softmax": [40, 90]}, xlabel="accuracy", title="Two")
    stairs = ax.lines[-1]
    assert [*stairs.get_xdata()] == [10, 10, 65, 65]
    assert [*stairs.get_ydata()] == [0.5, -0.5, -0.5, -1.5]


def test_the_new_row_lies_on_the_segment_between_two_rare_rows():
    rare, others = np.array([[0.0, 0.0], [2.0, 1.0]]), np.array([[3.0, 3.0]])
    ax = plot_segment(rare, others, (0, 1), 0.25, title="One")
    new = next(line for line in ax.lines if line.get_label() == "new row")
    assert (*new.get_xdata(), *new.get_ydata()) == (0.5, 0.25)
