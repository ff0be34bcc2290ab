"""The course in a real browser, as a learner and an instructor use it."""

import shutil

import nbformat
import pytest
from jupyter_lab import PROGRAM, running_lab
from learner_page import FLAGS, LearnerPage
from small_course import NAME

from dlcourse.checks.exercise import load_exercise

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium on this machine"),
]
PATH = f"{NAME}/{NAME}.ipynb"


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def small_lab(small_course, tmp_path_factory):
    """JupyterLab by `dlcourse lab`, on a copy of the small course."""
    root = tmp_path_factory.mktemp("browser") / "root"
    shutil.copytree(small_course, root)
    command = (PROGRAM, "lab", "--", "--expose-app-in-browser")
    with running_lab(root, command) as address:
        yield root, address


@pytest.fixture
def learner(browser, small_lab, tmp_path):
    """The learner's copy of the small lecture, open, and a picture of it if the test fails."""
    _, (host, token) = small_lab
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    yield LearnerPage(page, host, token, PATH)
    page.screenshot(path=tmp_path / "last.png")
    page.close()


def solution(root, name):
    return load_exercise(root / "solutions" / "exercises" / f"{name}.py").solution_source


def test_run_all_ends_and_nothing_pops_up(learner):
    learner.run_all()
    assert "not yet written" in learner.output("check_relu")
    assert "Traceback" not in learner.page.locator("body").inner_text()
    assert learner.page.locator(".jp-Dialog").count() == 0
    assert learner.page.locator(".jp-toast, .Toastify__toast").count() == 0


def test_a_wrong_answer_gets_its_tutors_sentence_and_the_right_one_the_tick(learner, small_lab):
    learner.run_all()
    right = solution(small_lab[0], "relu")
    learner.write("relu", right.replace("dout * (z > 0)", "(z > 0) * 1.0"))
    learner.run("relu")
    verdict = learner.run("check_relu")
    assert "✗ relu_backward" in verdict
    assert "What does the chain rule do with dout?" in verdict
    assert "Traceback" not in verdict
    learner.write("relu", right)
    learner.run("relu")
    assert learner.run("check_relu").startswith("✓ relu: right.")


def test_validate_agrees_on_a_fully_answered_notebook(learner, small_lab):
    root, (host, token) = small_lab
    path = root / "learn" / PATH
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if "answer" in cell.metadata.get("tags", []):
            cell.source = solution(root, cell.id)
        if cell.id == "explain_flat":
            cell.source = "The slope is nearly 0 there."
    nbformat.write(notebook, path)
    learner = LearnerPage(learner.page, host, token, PATH)
    assert "Success" in learner.validate()
