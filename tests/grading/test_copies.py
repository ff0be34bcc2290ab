"""Several cells that claim to be one answer, and several answers to a question with options."""

import copy
import json
import sys

import pytest
from answers import solution
from small_course import NAME, build_small_course

from dlcourse.grading.grade import Desk, read_master

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

QUESTIONS = ["q_cure", "q_vanishing"]
EXERCISES = ["relu", *QUESTIONS]
WRONG = solution("relu").replace("z > 0", "z < 0")
SCRATCH = "relu(np.array([1.0, -2.0]))"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    root = build_small_course(tmp_path_factory.mktemp("copies") / "root", EXERCISES)
    with Desk(root, NAME, seed=0) as desk:
        yield desk


def answered(desk):
    notebook = read_master(desk.root, NAME)
    for cell in notebook.cells:
        cell.source = solution(cell.id) if cell.id in EXERCISES else cell.source
    return notebook


def set_source(notebook, name, source):
    next(cell for cell in notebook.cells if cell.id == name).source = source


def copy_below(notebook, name, after, source):
    """Copy an answer's cell with all its metadata, as JupyterLab does, and write in the copy."""
    at = {cell.id: number for number, cell in enumerate(notebook.cells)}
    other = copy.deepcopy(notebook.cells[at[name]])
    other.id, other.source = f"copy-{len(notebook.cells)}", source
    notebook.cells.insert(at[after] + 1, other)


def without_ids(notebook):
    notebook.nbformat_minor = 4
    for cell in notebook.cells:
        del cell["id"]


def grade(desk, notebook, folder):
    file = folder / f"{NAME}.ipynb"
    file.write_text(json.dumps(notebook), encoding="utf-8")
    return {line["exercise"]: line for line in desk.grade_file(file, {}).lines}


@pytest.mark.parametrize("stripped", [False, True], ids=["", "without ids"])
@pytest.mark.parametrize("after", ["check_relu", "test_relu"])
@pytest.mark.parametrize("source", [WRONG, SCRATCH], ids=["an experiment", "a scratch"])
def test_a_copy_below_the_check_takes_no_point(desk, tmp_path, after, source, stripped):
    notebook = answered(desk)
    copy_below(notebook, "relu", after, source)
    if stripped:
        without_ids(notebook)
    line = grade(desk, notebook, tmp_path)["relu"]
    assert line["status"] == "right", line["message"]


@pytest.mark.parametrize("first", [None, WRONG], ids=["a starter", "a wrong answer"])
def test_a_copy_below_the_check_that_is_right_counts_where_nothing_right_stands_above(
    desk, tmp_path, first
):
    notebook = answered(desk)
    starter = next(cell.source for cell in desk.master.cells if cell.id == "relu")
    set_source(notebook, "relu", first or starter)
    copy_below(notebook, "relu", "test_relu", solution("relu"))
    line = grade(desk, notebook, tmp_path)["relu"]
    assert line["status"] == "right", line["message"]


def test_of_copies_above_the_check_the_last_one_is_the_answer(desk, tmp_path):
    notebook = answered(desk)
    set_source(notebook, "relu", WRONG)
    copy_below(notebook, "relu", "relu", solution("relu"))
    copy_below(notebook, "relu", "check_relu", WRONG)
    assert grade(desk, notebook, tmp_path)["relu"]["status"] == "right"


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("copied", [False, True], ids=["an added cell", "a copy"])
def test_a_question_with_options_has_one_guess_the_last(desk, tmp_path, name, copied):
    right = solution(name)
    wrong = f"{name} = 1 if {right.partition('=')[2].strip()} != 1 else 2\n"
    for first, last in [(right, wrong), (wrong, right)]:
        notebook = answered(desk)
        set_source(notebook, name, first)
        copy_below(notebook, name if copied else "relu", f"check_{name}", last)
        line = grade(desk, notebook, tmp_path)[name]
        assert (line["status"] == "right") == (last == right), line["message"]
