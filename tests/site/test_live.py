"""Pages of the site without a kernel, opened from disk: widgets live, guesses before truths."""

import copy
from pathlib import Path

import pytest
from accessibility import complaints
from learner_page import change_after, hands
from live_page import LECTURE, small_lecture, write_hero, write_page
from widget_page import set_theme

from dlcourse.authoring.build import lecture_names
from dlcourse.plots.guess import _description
from dlcourse.site.execute import executed
from dlcourse.site.live import pages
from dlcourse.site.live.pages import said

pytestmark = pytest.mark.browser
ROOT = Path(__file__).resolve().parents[2]
NUMBERS = [(0.9, 0.09653), (3, 41), (1200, 1200), (-2.5, 0.3), (1e-5, 0.02), (12345.6, 3), (7, 7.0)]
LETTERS = [("A", "B"), ("B", "B")]


@pytest.fixture(scope="module")
def lecture(tmp_path_factory):
    return write_page(small_lecture(), LECTURE, tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def first_screen(tmp_path_factory):
    return write_hero(tmp_path_factory.mktemp("first"))


@pytest.fixture
def opened(chromium):
    """Opens a page from disk; its errors fail the test."""
    contexts, errors = [], []

    def show(path, *, width=1000, dark=False, **how):
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, **how))
        page = contexts[-1].new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: errors.append(error))
        page.goto(path.as_uri())
        if how.get("java_script_enabled", True):
            set_theme(page, dark=dark)
        return page

    yield show
    for context in contexts:
        context.close()
    assert errors == []


def alive(page):
    """The cards of all widgets, each once it lives in the place of its twin."""
    for box in page.locator(".dl-live").all():
        box.scroll_into_view_if_needed()
        page.wait_for_function("box => box.dataset.lives", arg=box.element_handle())
        assert box.get_attribute("data-lives") == "true", box.get_attribute("data-code")
        assert not box.locator("> .dlcourse-twin").is_visible()
        yield box.locator(".dlcourse")


def commit(page, text):
    """Type a number into the first form that asks for one, by keys alone."""
    page.get_by_role("textbox", name="Your guess").first.focus()
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_widgets_live_from_disk_and_answer_hands(opened, lecture):
    page = opened(lecture)
    cards = list(alive(page))
    assert len(cards) == 2
    assert all(change_after(page, card, hands(page, card)) for card in cards)


def test_without_scripts_the_twins_stand_and_no_truth(opened, lecture):
    page = opened(lecture, java_script_enabled=False)
    assert [twin.is_visible() for twin in page.locator(".dlcourse-twin img").all()] == [True, True]
    assert "0.0965" not in page.content()
    assert page.get_by_text("This figure moves where scripts run").count() == 2


def test_a_truth_comes_after_a_guess_by_keys_alone_and_is_remembered(opened, lecture):
    page = opened(lecture)
    words = page.locator("main")
    assert not page.get_by_text("Chance reads").is_visible()
    commit(page, "1.5")
    assert page.get_by_role("alert").first.inner_text() == "The answer lies between 0 and 1."
    assert page.locator("[data-open]").count() == 0
    page.keyboard.press("Control+a")
    page.keyboard.type("0.9")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("your guess is 0.9, the truth is 0.0965, which is 0.803 less.").wait_for()
    assert "0.883 at best" in words.inner_text()
    assert page.get_by_text("Chance reads").is_visible()
    page.reload()
    page.get_by_text("Share read: your guess is 0.9, the truth is 0.0965").wait_for()
    page.get_by_role("button", name="Forget my guesses").click()
    assert "0.0965" not in page.content()
    page.reload()
    assert "0.0965" not in page.content()


def test_what_waits_leads_to_its_form(opened, lecture):
    page = opened(lecture)
    page.get_by_role("link", name="your guess").first.click()
    assert page.get_by_role("textbox", name="Your guess").first.evaluate(
        "box => box === document.activeElement"
    )


@pytest.mark.parametrize(
    ("typed", "meant"), [("0,9", "0.9"), ("0,125", "0.125"), (" .5 ", "0.5"), ("5e-1", "0.5")]
)
def test_a_number_is_read_as_it_was_meant_and_letters_are_refused(opened, lecture, typed, meant):
    page = opened(lecture)
    commit(page, "half")
    alert = page.get_by_role("alert").first
    assert alert.inner_text() == "“half” is not a number such as 12 or 0.35."
    page.keyboard.press("Control+a")
    page.keyboard.type(typed)
    page.keyboard.press("Enter")
    page.get_by_text(f"your guess is {meant}, the truth is").wait_for()


def test_a_count_takes_whole_numbers_alone_and_says_its_limit(opened, lecture):
    page = opened(lecture)
    box = page.locator('.dl-guess[data-guess="guess_epochs"]')
    assert box.locator(".dl-hint").inner_text() == "a whole number of epochs (0 or more)"
    for typed, told in [
        ("2.5", "The answer is a whole number."),
        ("-1", "The answer is 0 or more."),
    ]:
        box.get_by_role("textbox").fill(typed)
        box.get_by_role("button", name="Commit my guess").click()
        assert box.get_by_role("alert").inner_text() == told
    box.get_by_role("textbox").fill("8")
    box.get_by_role("button", name="Commit my guess").click()
    page.get_by_text("your guess is 8, the truth is 6, which is 2 less.").wait_for()


def test_what_a_guess_opens_comes_into_sight(opened, lecture):
    page = opened(lecture, width=400, reduced_motion="reduce")
    page.evaluate("document.querySelector('.dl-guess').style.marginBottom = '1000px'")
    commit(page, "0.9")
    page.get_by_text("Share read: your guess is 0.9").wait_for()
    assert page.locator("[data-open]").first.evaluate(
        "place => place.getBoundingClientRect().bottom <= innerHeight"
    )


@pytest.mark.parametrize(
    ("told", "hint", "whole", "shown"),
    [
        ({"truth": 3, "quantity": "quota, %"}, "a percentage", False, "a percentage"),
        ({"truth": 3, "within": [0, 9]}, "pixels", True, "pixels (a whole number, from 0 to 9)"),
        ({"truth": 3, "within": [0, 9]}, "0 to 9", True, "0 to 9 (a whole number)"),
        ({"truth": 0.5, "log": True}, "a rate", False, "a rate (above 0)"),
    ],
)
def test_a_hint_says_the_limits_that_a_form_holds_a_guess_to(told, hint, whole, shown):
    told = {"quantity": "", "choices": None, "within": None, "log": False} | told
    assert pages.is_count(told, hint) == whole
    assert pages.limited(hint, told, whole) == shown


def test_a_guess_among_choices_is_marked_beside_the_truth(opened, lecture):
    page = opened(lecture)
    page.get_by_role("radio", name="A", exact=True).check()
    page.get_by_role("button", name="Commit my guess").last.click()
    page.get_by_text("Noisy letter: your guess is A, the truth is B.").wait_for()
    assert page.locator(".dl-options li").all_inner_texts() == ["A ▼ you", "B ◆ truth"]


def test_a_question_is_told_right_or_wrong_and_its_answer_is_in_no_file(opened, lecture):
    page = opened(lecture)
    page.get_by_role("radio", name="rate").check()
    page.get_by_role("button", name="Check my answer").click()
    page.get_by_text("✗ Not this one. The rate scales the steps, after").wait_for()
    page.get_by_role("radio", name="weights").check()
    page.get_by_role("button", name="Check my answer").click()
    page.get_by_text("✓ Right.").wait_for()
    files = pages.live(small_lecture(), LECTURE)[1]
    assert b"The rate scales" not in files[f"answers/{LECTURE}.js"]


@pytest.mark.parametrize(("width", "dark"), [(400, False), (1000, True)])
def test_axe_has_no_complaint_and_nothing_is_wider_than_the_page(opened, lecture, width, dark):
    page = opened(lecture, width=width, dark=dark)
    assert complaints(page, "main") == []
    commit(page, "0.9")
    page.locator("[data-open]").first.wait_for()
    assert len(list(alive(page))) == 2
    assert complaints(page, "main") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_sentence_beside_the_truth_is_the_notebooks(opened, lecture):
    page = opened(lecture)
    rows = [(guess, truth, None, False) for guess, truth in NUMBERS]
    rows += [(guess, truth, None, True) for guess, truth in NUMBERS if guess > 0]
    rows += [(guess, truth, ["A", "B"], False) for guess, truth in LETTERS]
    for guess, truth, choices, log in rows:
        told = {"truth": truth, "said": said(truth), "quantity": "its size"}
        text = page.evaluate(
            "([text, told]) => dlcourseGuesses.compare(text, told)",
            [str(guess), told | {"choices": choices, "log": log}],
        )
        assert text == _description(guess, truth, "its size", choices, log), (guess, truth, log)


def test_the_first_screen_trains_by_itself_and_can_be_paused(opened, first_screen):
    page = opened(first_screen, width=400)
    [card] = alive(page)
    page.wait_for_function("card => Number(card.dataset.round) > 20", arg=card.element_handle())
    card.get_by_role("button", name="Pause").click()
    assert complaints(page, "main") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_who_wants_less_motion_starts_the_first_screen_by_hand(opened, first_screen):
    page = opened(first_screen, reduced_motion="reduce")
    [card] = alive(page)
    assert card.get_attribute("data-round") == "0"
    assert card.get_by_role("button", name="Play").is_visible()


def test_a_script_that_leans_on_another_file_is_refused():
    notebook = copy.deepcopy(small_lecture())
    [states] = notebook.metadata.widgets.values()
    for model in states["state"].values():
        model["state"]["_esm"] = 'import a from "./b.js";\nimport c from "./d.js";\n'
    with pytest.raises(ValueError, match="is not one text with one `export default`"):
        pages.live(notebook, LECTURE)


@pytest.mark.long
@pytest.mark.parametrize("name", [n for n in lecture_names(ROOT) if (ROOT / "course" / n).is_dir()])
def test_every_widget_lives_and_every_guess_opens(opened, tmp_path, name):
    notebook = executed(ROOT, name, ROOT / "build" / "site" / "executed")
    page = opened(write_page(notebook, name, tmp_path), width=400)
    for card in alive(page):
        assert change_after(page, card, hands(page, card)), name
    for box in page.locator(".dl-guess").all():
        radios = box.get_by_role("radio")
        radios.first.check() if radios.count() else box.get_by_role("textbox").fill("1")
        box.get_by_role("button", name="Commit my guess").click()
        box.locator(".dl-committed").wait_for()
    waiting = page.locator(".dl-waits")
    page.wait_for_function("!document.querySelector('.dl-waits:not([data-open])')")
    assert waiting.count() >= page.locator(".dl-guess").count() > 0
    boxes = page.locator(".dl-guess, .dl-waits, .dl-live")
    wide = (
        "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth).map(box => box.outerHTML)"
    )
    assert [html[:200] for html in boxes.evaluate_all(wide)] == []
