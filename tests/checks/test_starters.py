"""An exercise that begins with source of its own: unchanged, it is not yet written anywhere."""

import re
import sys

import nbformat
import pytest
from small_course import NAME, build_small_course

from dlcourse.authoring.build import check_lecture, write_lecture
from dlcourse.checks.entry import read_question, write_entry
from dlcourse.checks.exercise import AuthorError, load_exercise
from dlcourse.checks.record import Record
from dlcourse.checks.starter import still_starts
from dlcourse.checks.student import Check, CheckFailed, judge_answer
from dlcourse.grading.answer import Grader
from dlcourse.grading.releases import known_exercises, receive, removed
from dlcourse.grading.submission import read_cells
from dlcourse.learner.copies import bring_up_to_date

HEAD = "def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):\n"
DOC = '    """Return how many windows of `kernel_size` fit, or raise ValueError if none does."""\n'
BROKEN = f"{HEAD}{DOC}    while True:  # it never ends, and nobody runs it\n        stride += 1"
OTHER = f"{HEAD}{DOC}    return size / 2"
LAYOUT = f"# mine\n\n{HEAD}{DOC}    while True:\n        stride += 1  # later"
FILE = "solutions/exercises/conv_output_size.py"
SOLUTION = '# %% tags=["solution"]'


def plant(root, starter):
    """Give the exercise a starter, in place of the one that it has."""
    path = root / FILE
    text = re.sub(r'# %% tags=\["starter"\].*?(?=# %%)', "", path.read_text(), flags=re.DOTALL)
    planted = f'# %% tags=["starter"]\n{starter}\n\n\n# %% tags=["cases"]'
    path.write_text(text.replace('# %% tags=["cases"]', planted, 1))
    return path


@pytest.fixture
def course(tmp_path):
    """A course of two exercises, one of which begins with a broken function."""
    root = build_small_course(tmp_path / "root", ["relu", "conv_output_size"])
    plant(root, BROKEN)
    write_lecture(root, NAME)
    return root


def master(root):
    return nbformat.read(root / "course" / NAME / f"{NAME}.ipynb", as_version=4)


def cell_of(notebook, name):
    [cell] = [cell for cell in notebook.cells if cell.id == name]
    return cell


def test_the_starter_is_released_and_nothing_else_of_the_file(course):
    plant(course, BROKEN.replace("def conv", "def starter_conv"))  # as a file must call it
    write_lecture(course, NAME)
    assert cell_of(master(course), "conv_output_size").source == BROKEN
    assert check_lecture(course, NAME) == []


def test_a_leaked_solution_is_still_found_beside_a_starter(course):
    path = course / "solutions" / "lectures" / f"{NAME}.py"
    solution = load_exercise(course / FILE).solution_source
    path.write_text(f"{path.read_text()}\n# %% [markdown]\n# So:\n\n# %%\n{solution}\n")
    write_lecture(course, NAME)
    assert any("body of conv_output_size is released" in p for p in check_lecture(course, NAME))


@pytest.mark.parametrize(
    ("source", "status"),
    [
        (BROKEN, "unwritten"),
        (LAYOUT, "unwritten"),
        (OTHER, "value"),
        (
            BROKEN.replace("stride=1", "stride=2").replace("while", "return size\n    while"),
            "value",
        ),
    ],
)
def test_the_check_knows_the_starter_by_what_it_does_and_does_not_run_it(course, source, status):
    entry = write_entry(load_exercise(course / FILE))
    space = {}
    exec(source, space)
    answer = {"conv_output_size": space["conv_output_size"]}
    verdict = judge_answer(read_question("conv_output_size", entry), answer, entry)
    assert verdict.status == status


def test_a_changed_default_is_a_change(course):
    plant(course, OTHER)
    entry = write_entry(load_exercise(course / FILE))
    statuses = []
    for source in (OTHER, OTHER.replace("stride=1", "stride=2")):
        space = {}
        exec(source, space)
        question = read_question("conv_output_size", entry)
        statuses.append(judge_answer(question, {"conv_output_size": space.popitem()[1]}, entry))
    assert statuses[0].status == "unwritten"
    assert statuses[1].status != "unwritten"


def test_running_it_unchanged_is_no_try_and_a_change_is_one(course, tmp_path, capsys):
    record = Record(tmp_path / "progress.json")
    exercises = {"conv_output_size": write_entry(load_exercise(course / FILE))}
    check = Check({"lecture": NAME, "release": "1", "exercises": exercises}, record=record)
    for source, tries in [(BROKEN, 0), (OTHER, 1)]:
        space = {"check": check}
        exec(source, space)
        try:
            exec('check("conv_output_size")', space)
        except CheckFailed:
            assert tries
        assert len(record.entry(NAME, "conv_output_size").get("wrong", [])) == tries
    assert capsys.readouterr().out == "… conv_output_size: not yet changed.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="the sandbox is for Linux")
@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ([BROKEN], "missing"),
        (["x = 1", LAYOUT], "missing"),
        ([BROKEN, OTHER], "wrong"),
        ([OTHER], "wrong"),
        ([BROKEN, "conv_output_size = max"], "wrong"),
        (None, "right"),
    ],
)
def test_the_grader_reads_it_so_too(course, cells, status):
    cells = cells or [BROKEN, load_exercise(course / FILE).solution_source]
    with Grader((course / FILE).parent, seed=3) as grader:
        result = grader.grade("conv_output_size", ["import numpy as np", *cells])
    assert (result.status, result.points) == (status, float(status == "right"))


def test_a_cell_that_is_no_python_but_names_the_answer_is_a_change():
    assert still_starts(BROKEN, [BROKEN, "%matplotlib inline"])
    assert not still_starts(BROKEN, [BROKEN, "def conv_output_size(:"])
    assert not still_starts(BROKEN, ["x = 1"])
    assert not still_starts("", [""])


def test_an_untouched_starter_gives_way_to_a_newer_one_and_an_answer_stays(course):
    bring_up_to_date(course)
    mine = course / "learn" / NAME / f"{NAME}.ipynb"
    plant(course, OTHER)
    write_lecture(course, NAME)
    bring_up_to_date(course)
    notebook = nbformat.read(mine, as_version=4)
    assert cell_of(notebook, "conv_output_size").source == OTHER
    cell_of(notebook, "conv_output_size").source = OTHER.replace("2", "3")
    nbformat.write(notebook, mine)
    plant(course, BROKEN)
    write_lecture(course, NAME)
    bring_up_to_date(course)
    assert cell_of(nbformat.read(mine, as_version=4), "conv_output_size").source.endswith("/ 3")


def test_a_starter_whose_exercise_left_the_lecture_is_no_answer_to_set_aside(course):
    submitted = read_cells(master(course))
    lecture = course / "solutions" / "lectures" / f"{NAME}.py"
    lecture.write_text(
        lecture.read_text().replace('# %% tags=["exercise"]\nexercise("conv_output_size")', "")
    )
    write_lecture(course, NAME)
    assert removed(receive(master(course), submitted), known_exercises(course)) == []
    for cell in submitted:
        cell["source"] = cell["source"].replace("stride += 1", "return size")
    assert removed(receive(master(course), submitted), known_exercises(course)) == [
        "conv_output_size"
    ]


@pytest.mark.parametrize(
    ("starter", "words"),
    [
        ("x = 1", "the starter defines no function"),
        (BROKEN.replace("stride=1", "stride"), "the starter defines conv_output_size"),
        (BROKEN.replace("Return how", "Return so"), "the starter defines conv_output_size"),
        (None, "the starter is the solution"),
    ],
)
def test_a_starter_that_is_none_is_refused(course, starter, words):
    path = plant(course, starter or load_exercise(course / FILE).solution_source)
    with pytest.raises(AuthorError, match=words):
        load_exercise(path)


def test_a_sum_of_any_length_is_told_from_a_starter():
    starter = "def repair(x):\n    return x\n"
    for terms in range(900, 1001, 5):
        answer = f"def repair(x):\n    return {'+'.join('0' * terms)}\n"
        assert not still_starts(starter, [answer])
