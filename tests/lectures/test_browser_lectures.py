"""Every lecture in a real JupyterLab: it runs to its end, and each widget answers hands."""

from pathlib import Path

import pytest
from jupyter_lab import PROGRAM, running_lab
from learner_page import LearnerPage

ROOT = Path(__file__).resolve().parents[2]
LECTURES = sorted(path.stem for path in (ROOT / "course").glob("*/*.ipynb"))
SHORT = {LECTURES[0], LECTURES[-1]}  # the others wait for make test-all: a minute each
pytestmark = pytest.mark.browser


def with_marks(name):
    return pytest.param(name, marks=[] if name in SHORT else pytest.mark.long)


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """One JupyterLab for all lectures, on a learner's fresh copies."""
    root = tmp_path_factory.mktemp("lectures") / "root"
    root.mkdir()
    for name in ["nbgrader_config.py", "course", "constraints.txt"]:
        (root / name).symlink_to(ROOT / name)
    with running_lab(root, (PROGRAM, "lab", "--", "--expose-app-in-browser")) as address:
        yield address


@pytest.fixture(params=map(with_marks, LECTURES))
def lecture(request, chromium, lab, photographed):
    """A lecture, open; its kernel is ended afterwards."""
    page = photographed(chromium.new_page(viewport={"width": 1280, "height": 900}))
    learner = LearnerPage(page, *lab, f"{request.param}/{request.param}.ipynb")
    yield learner
    learner.shut_down()


def hands(page, card):
    """What hands can do to a widget: a key on its first slider, else a click on a button."""
    sliders = card.locator("input[type=range]")
    if sliders.count():
        at_end = sliders.first.evaluate("slider => slider.value === slider.max")
        sliders.first.focus()
        return lambda: page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
    return card.locator("button:enabled").first.click


def test_a_lecture_runs_to_its_end_and_each_widget_answers(lecture):
    lecture.run_all()
    ours = [name for name, tags in lecture.errors() if not {"check", "test"} & set(tags)]
    assert ours == []
    assert lecture.page.locator(".jp-Dialog").count() == 0
    for name in lecture.widgets():
        card = lecture.widget(name)
        assert card.get_attribute("aria-label").strip()
        assert lecture.change_after(card, hands(lecture.page, card)), name
