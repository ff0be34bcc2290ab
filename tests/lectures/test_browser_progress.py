"""Stuck alone in a real JupyterLab: hint, solution, and a record that shows a person was there."""

import json
import shutil

import pytest
from jupyter_lab import PROGRAM, running_lab
from learner_page import LearnerPage
from small_course import NAME

pytestmark = pytest.mark.browser
ANSWER = """\
def relu(z):
    return {}

def relu_backward(dout, z):
    return dout * (z > 0)
"""
ACTIVE = "jupyterapp.shell.currentWidget.content.activeCell.model.id"


@pytest.fixture
def learner(chromium, small_course, tmp_path):
    """A learner's copy of the small lecture, open."""
    root = shutil.copytree(small_course, tmp_path / "root")
    command = (PROGRAM, "lab", "--", "--expose-app-in-browser")
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    file = tmp_path / "progress.json"
    with running_lab(root, command, DLCOURSE_PROGRESS=str(file)) as (host, token):
        yield LearnerPage(page, host, token, f"{NAME}/{NAME}.ipynb")
        page.close()


def in_a_new_cell(learner, after, source):
    """Insert a cell below another one, type, run, and return what it shows."""
    learner.show(after)
    learner.page.evaluate("jupyterapp.commands.execute('notebook:insert-cell-below')")
    name = learner.page.evaluate(ACTIVE)
    learner.write(name, source)
    return learner.run(name)


def test_whoever_is_stuck_gets_a_hint_then_the_solution_and_it_is_recorded(learner, tmp_path):
    learner.run_all()
    asked = in_a_new_cell(learner, "check_relu", 'show_solution("relu")')
    assert asked.startswith("Try relu yourself first: after 3 different tries")
    verdicts = []
    for result in ["abs(z)", "abs(z)  # again", "-z", "z"]:
        learner.write("relu", ANSWER.format(result))
        learner.run("relu")
        verdicts.append(learner.run("check_relu"))
    assert ["Hint:" in verdict for verdict in verdicts] == [False, False, False, True]
    assert 'show_solution("relu")' in verdicts[-1]
    assert "return np.maximum(z, 0)" in in_a_new_cell(
        learner, "check_relu", 'show_solution("relu")'
    )
    learner.write("relu", ANSWER.format("np.maximum(z, 0)"))
    learner.run("relu")
    assert learner.run("check_relu").startswith("✓ relu: right.")
    shown = in_a_new_cell(
        learner,
        "check_relu",
        "from dlcourse.checks.progress import show_progress\nshow_progress()",
    )
    assert f"{NAME}\t1 of 7" in shown
    recorded = json.loads((tmp_path / "progress.json").read_text(encoding="utf-8"))
    [(exercise, entry)] = recorded["lectures"][NAME].items()
    assert exercise == "relu"
    assert len(entry["wrong"]) == 3
    assert {"seen", "solved"} <= set(entry)
