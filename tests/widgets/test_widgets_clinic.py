"""The clinic of lecture 17: readings are the stored ones, and no bug is told before it is named."""

import json

import matplotlib as mpl
import pytest
from stored_results import stored
from widget_page import caption, open_widget

from dlcourse.widgets.clinic import CARDS, explore_clinic

mpl.use("agg")


def test_a_case_that_is_not_there_is_refused():
    for case in (0, 13):
        with pytest.raises(ValueError, match="cases are 1 to 12"):
            explore_clinic(case=case)


def test_each_bug_is_one_case_and_its_numbers_are_of_one_stored_start():
    clinic, table = explore_clinic(), stored("clinic")["readings"]
    assert sorted(clinic.hidden) == list(range(12))
    names = [name for instruments, _ in CARDS.values() for name in instruments]
    assert sorted(names) == sorted(stored("clinic")["instruments"])
    for bug, (sound, run) in zip(clinic.hidden, clinic.runs, strict=True):
        starts = [
            start
            for start in range(10)
            if run == [table[clinic.bugs[bug]][name][start] for name in names]
            and sound == [table["none"][name][start] for name in names]
        ]
        assert starts


def test_the_cards_that_are_called_enough_tell_the_bug_at_every_start_and_fewer_do_not():
    clinic, table = explore_clinic(), stored("clinic")["readings"]
    cards = [instruments for instruments, _ in CARDS.values()]

    def apart(bug, other, card):
        for name in cards[card]:
            one, two = ([9e9 if v is None else v for v in table[b][name]] for b in (bug, other))
            if min(one) > max(two) or max(one) < min(two):
                return True
        return False

    for bug, enough in zip(clinic.hidden, clinic.enough, strict=True):
        others = [other for other in table if other != clinic.bugs[bug]]
        for other in others:
            assert any(apart(clinic.bugs[bug], other, card) for card in enough)
        if len(enough) > 1:  # what is left out of them leaves a script that looks alike
            for card in enough:
                rest = [one for one in enough if one != card]
                assert not all(
                    any(apart(clinic.bugs[bug], other, c) for c in rest) for other in others
                )


def test_the_twin_shows_each_case_and_names_the_bugs_in_an_order_of_their_own():
    clinic = explore_clinic()
    [ax] = clinic.figure.axes
    assert len(ax.texts) == 13 * 11
    rows = [label.get_text() for label in ax.get_yticklabels()]
    assert rows == ["a sound run", *(f"case {number}" for number in range(1, 13))]
    duplicates = {t.get_position()[1]: t for t in ax.texts if t.get_position()[0] == 8}
    [leak] = [row for row, t in duplicates.items() if t.get_fontweight() == "bold"]
    assert duplicates[leak].get_text() == "300"
    assert clinic.bugs[clinic.hidden[leak - 1]] == "validation rows in the training set"
    listed = " ".join(ax.get_xlabel().split("order: ")[1].split()).split("; ")
    assert sorted(listed) == listed == sorted(clinic.bugs)
    assert listed != [clinic.bugs[bug] for bug in clinic.hidden]


# in Chromium


@pytest.fixture
def page(chromium, tmp_path):
    page = open_widget(chromium, explore_clinic(case=2), tmp_path, width=800)
    yield page
    page.close()


def read(page, card):
    page.get_by_role("button", name=card, exact=False).first.click()


def name(page, bug):
    page.get_by_label("the bug").select_option(label=bug)
    page.get_by_role("button", name="Name it").click()


def test_a_click_shows_the_run_beside_a_sound_one_and_counts_once(page):
    assert page.locator(".dl-card i:visible").count() == 0
    read(page, "training")
    read(page, "training")
    clinic = explore_clinic(case=2)
    sound, run = (numbers[2] for numbers in clinic.runs[1])
    assert caption(page) == (
        f"Training: {run:.1f} % in this run, {sound:.1f} % in a sound run from the same start."
    )
    assert page.locator(".dl-card i:visible").all_text_contents() == [
        f"this run{run:.1f} %sound{sound:.1f} %"
    ]
    assert page.evaluate("window.sent.at(-1).used") == [2]


@pytest.mark.parametrize(
    "case",
    [1, 5, 9, *(pytest.param(n, marks=pytest.mark.long) for n in range(1, 13) if n % 4 != 1)],
)
def test_no_case_tells_its_bug_before_it_is_named(chromium, tmp_path, case):
    clinic = explore_clinic()
    page = open_widget(chromium, explore_clinic(case=case), tmp_path, width=800)
    for card in CARDS:
        read(page, card)
        assert clinic.bugs[clinic.hidden[case - 1]] not in caption(page)
    page.close()


def test_a_wrong_name_is_answered_by_a_reading_and_the_right_one_by_the_score(page):
    name(page, "rows sorted by class")
    assert "nothing that you have read speaks against that" in caption(page)
    assert "softmax" not in caption(page)
    read(page, "one batch")
    name(page, "gradients never cleared")
    assert caption(page).startswith("No, it is not “gradients never cleared”: then one batch")
    name(page, "softmax twice")
    assert caption(page).startswith("Yes: softmax twice, named after 1 reading and 2 wrong names.")
    assert page.evaluate("window.sent.at(-1).solved") == [[2, 1, 2]]
    assert "1 of 12 with 1 reading (1 can do it)" in page.locator(".dl-task").text_content()
    assert page.get_by_label("the bug").is_disabled()


def test_the_next_case_begins_unread_and_the_score_stays(page):
    read(page, "one batch")
    name(page, "softmax twice")
    page.get_by_role("button", name="Next case").click()
    assert page.locator(".dl-task b").text_content() == "Case 3 of 12."
    assert page.locator(".dl-card[aria-pressed=true]").count() == 0
    assert "Named so far: 1 of 12" in page.locator(".dl-task").text_content()
    state = page.evaluate("window.sent.at(-1)")
    assert (state["case"], state["used"], state["named"]) == (3, [], [])


def test_it_is_played_by_the_keyboard_alone(page):
    page.get_by_role("button", name="first loss").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert caption(page).startswith("One batch: 1.9 in this run")
    page.get_by_label("the bug").focus()
    page.keyboard.type("softmax")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    assert caption(page).startswith("Yes: softmax twice")


def test_a_run_without_a_number_says_so(chromium, tmp_path):
    clinic = explore_clinic()
    rate = clinic.bugs.index("rate a hundred times too large")
    page = open_widget(chromium, explore_clinic(case=clinic.hidden.index(rate) + 1), tmp_path)
    read(page, "one batch")
    assert caption(page).startswith("One batch: no number in this run")
    name(page, "softmax twice")
    assert caption(page).endswith("Here it reads no number.")
    assert json.dumps(clinic.runs)  # null, as a browser can read it
    page.close()
