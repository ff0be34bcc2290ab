"""The course in a real browser, as a learner and an instructor use it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from jupyter_lab import PROGRAM, running_lab
from learner_page import PATIENCE, LearnerPage
from small_course import NAME

from dlcourse.checks.exercise import load_exercise

pytestmark = pytest.mark.browser
PATH = f"{NAME}/{NAME}.ipynb"


@pytest.fixture(scope="module")
def small_lab(small_course, tmp_path_factory):
    """JupyterLab by `dlcourse lab`, on a copy of the small course."""
    root = tmp_path_factory.mktemp("browser") / "root"
    shutil.copytree(small_course, root)
    command = (PROGRAM, "lab", "--", "--expose-app-in-browser")
    with running_lab(root, command) as address:
        yield root, address


@pytest.fixture
def learner(chromium, small_lab, photographed):
    """The learner's copy of the small lecture, open."""
    _, (host, token) = small_lab
    page = photographed(chromium.new_page(viewport={"width": 1280, "height": 900}))
    return LearnerPage(page, host, token, PATH)


def solution(root, name):
    return load_exercise(root / "solutions" / "exercises" / f"{name}.py").solution_source


def test_run_all_ends_and_nothing_pops_up(learner):
    learner.run_all()
    assert "not yet written" in learner.output("check_relu")
    assert "Traceback" not in learner.page.locator("body").inner_text()
    assert learner.page.locator(".jp-Dialog").count() == 0
    assert learner.page.locator(".jp-toast, .Toastify__toast").count() == 0
    assert learner.page.get_by_text("Create Assignment").count() == 0


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


@pytest.fixture
def instructor(small_course, tmp_path):
    """A course with one right and one wrong submission, and the address of its formgrader."""
    from nbgrader.api import Gradebook

    root = shutil.copytree(small_course, tmp_path / "root")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    release = ["nbgrader", "generate_assignment", NAME, "--force"]
    subprocess.run(release, cwd=root, env=environment, check=True, capture_output=True)
    for student, wrong in [("ada", False), ("ben", True)]:
        notebook = nbformat.read(root / "course" / PATH, as_version=4)
        for cell in notebook.cells:
            if cell.id == "relu" and wrong:
                cell.source = "def relu(z):\n    return abs(z)"
            elif "answer" in cell.metadata.get("tags", []):
                cell.source = solution(root, cell.id)
        file = root / "submitted" / student / PATH
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(notebook), encoding="utf-8")
    program = Path(sys.executable).with_name("jupyter-lab")
    command = (program, "--no-browser", "--allow-root")
    with running_lab(root, command, PATH=environment["PATH"]) as address:
        yield address, lambda: Gradebook(f"sqlite:///{root}/gradebook.db")


def test_formgraders_autograde_button_grades_a_submission(chromium, instructor, photographed):
    (host, token), gradebook = instructor
    page = photographed(chromium.new_page(viewport={"width": 1280, "height": 900}))
    page.set_default_timeout(PATIENCE)
    page.goto(f"{host}/tree?token={token}")  # logs in
    page.goto(f"{host}/formgrader/manage_submissions/{NAME}")
    for student in ["ada", "ben"]:
        row = page.locator("tr", has=page.locator(".student-id", has_text=student))
        row.locator(".autograde a").click()
        modal = page.locator("#success-modal, #error-modal")
        modal.wait_for()
        assert "Successfully autograded" in modal.inner_text()
        modal.get_by_text("OK", exact=True).click()
        modal.wait_for(state="hidden")
    with gradebook() as book:
        scores = {s.student.id: s.score for s in book.assignment_submissions(NAME)}
    assert scores == {"ada": 7.0, "ben": 6.0}
