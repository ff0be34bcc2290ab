"""Progress that stays: nothing that happens to its file costs a check, or what was solved."""

import json
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner
from person import person
from small_course import NAME, build_small_course, environment

from dlcourse.authoring.build import earlier_questions, write_lecture
from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.progress import as_html, as_text, progress_table
from dlcourse.checks.record import Record, progress_file
from dlcourse.checks.student import Check, CheckFailed, begin
from dlcourse.cli import main
from dlcourse.grading.answer import INSIDE, Grader
from dlcourse.learner import copies

ROOT = Path(__file__).parents[2]
RIGHT = """\
def relu(z):
    return z * (z > 0)
def relu_backward(dout, z):
    return dout * (z > 0)
"""
WRONG = RIGHT.replace("z * (z > 0)", "z + {}")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course of two exercises."""
    root = tmp_path_factory.mktemp("progress") / "root"
    return build_small_course(root, ["relu", "conv_output_size"])


@pytest.fixture(autouse=True)
def lectures(course, monkeypatch):
    """The lectures that there are: the small one."""
    monkeypatch.setenv("DLCOURSE_NUMBERS", str(course / "build" / "numbers"))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "progress.json"


@pytest.fixture
def numbers(course):
    path = course / "build" / "numbers" / f"{NAME}.json"
    return json.loads(path.read_text(encoding="utf-8"))


def answer(check, source, exercise="relu"):
    """Run an answer cell and its check; return what the check says."""
    namespace = {"check": check}
    exec(source, namespace)
    try:
        exec(f"check({exercise!r})", namespace)
    except CheckFailed as failed:
        return failed.text
    return "right"


def content(file):
    return json.loads(file.read_text(encoding="utf-8"))


def line(file, lecture=None, row=0):
    return progress_table(Record(file), lecture).lines[row]


def test_what_was_tried_and_solved_is_there_after_a_restart(file, numbers):
    check = Check(numbers, record=Record(file))
    answer(check, WRONG.format(1))
    answer(check, WRONG.format(1))
    answer(check, WRONG.format(2))
    assert answer(check, RIGHT) == "right"
    name, solved, points, tries, last = line(file)
    assert (name, solved, points, tries) == (NAME, "1 of 2", "1 of 2", "3")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", last)


def test_solved_stays_solved_whatever_comes_after(file, numbers):
    check = Check(numbers, record=Record(file))
    answer(check, RIGHT)
    first = content(file)["lectures"][NAME]["relu"]["solved"]
    answer(check, WRONG.format(1))
    answer(check, RIGHT)
    assert content(file)["lectures"][NAME]["relu"]["solved"] == first
    assert line(file)[1] == "1 of 2"


def test_an_exercise_that_asks_something_else_is_solved_in_an_earlier_release(file, numbers):
    check = Check(numbers, record=Record(file))
    check.record.solved(NAME, "relu", "asked before")
    table = progress_table(Record(file), NAME)
    assert table.lines[0][1] == "solved in an earlier release"
    assert any("1 solved exercise asks something else" in note for note in table.notes)
    assert line(file)[1] == "1 of 2"
    answer(check, RIGHT)
    assert line(file, NAME)[1] == "solved"


def test_answers_and_progress_are_carried_where_a_promise_is_said_in_other_words(
    course, file, tmp_path, monkeypatch
):
    root = shutil.copytree(course, tmp_path / "root")
    monkeypatch.setenv("DLCOURSE_NUMBERS", str(root / "build" / "numbers"))
    path = root / "solutions" / "exercises" / "relu.py"
    today = path.read_text(encoding="utf-8")
    by_hand = re.sub(r"promises = .*\n", "", today).replace(
        "take the slope to be 0.", "take the slope to be 0. Arrays may be empty."
    )
    path.write_text(by_hand, encoding="utf-8")
    before = load_exercise(path).asked
    write_lecture(root, NAME)
    copies.bring_up_to_date(root)
    mine = root / "learn" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(mine, as_version=4)
    next(cell for cell in notebook.cells if cell.id == "relu").source = RIGHT
    nbformat.write(notebook, mine)
    Record(file).solved(NAME, "relu", before)

    path.write_text(today, encoding="utf-8")
    write_lecture(root, NAME)
    assert line(file, NAME)[1] == "solved in an earlier release"
    (root / "solutions" / "asked.toml").write_text(f'relu = ["{before}"]\n', encoding="utf-8")
    write_lecture(root, NAME)
    copies.bring_up_to_date(root)
    sources = {cell.id: cell.source for cell in nbformat.read(mine, as_version=4).cells}
    assert sources["relu"] == RIGHT
    assert sources["statement_relu"].endswith("a second call must give the same result.")
    assert line(file, NAME)[1] == "solved"


def test_earlier_questions_are_of_exercises_and_not_todays():
    for name, earlier in earlier_questions(ROOT).items():
        today = load_exercise(ROOT / "solutions" / "exercises" / f"{name}.py").asked
        assert earlier, name
        assert today not in earlier, name


def test_a_release_a_reset_and_a_fresh_environment_leave_the_record_alone(
    course, file, numbers, tmp_path
):
    answer(Check(numbers, record=Record(file)), RIGHT)
    before = file.read_bytes()
    root = shutil.copytree(course, tmp_path / "root")
    copies.bring_up_to_date(root)
    lecture = root / "solutions" / "lectures" / f"{NAME}.py"
    lecture.write_text(lecture.read_text().replace("Count them.", "Count them all."))
    write_lecture(root, NAME)
    copies.bring_up_to_date(root)
    copies.reset(root, NAME, answers=True)
    assert file.read_bytes() == before
    kept = progress_file()
    assert not any(parent in kept.parents for parent in [root, Path(sys.prefix), Path.cwd()])


def test_a_record_without_a_file_lasts_as_long_as_the_kernel(numbers):
    check = Check(numbers, record=Record(None))
    answer(check, RIGHT)
    assert progress_table(check.record).lines[0][1] == "1 of 2"
    assert progress_table(Record(None)).lines[0][1] == "0 of 2"


def test_a_person_at_a_kernel_is_recorded_and_a_program_is_not(course, file, tmp_path):
    surroundings = {**environment(course), "DLCOURSE_PROGRESS": str(file)}
    beginning = f'from dlcourse.checks.student import begin\ncheck = begin("{NAME}", "x")'
    with person(tmp_path, **surroundings) as run:
        for asks in [False, True]:
            run(beginning, asks)
            run(RIGHT, asks)
            [tick] = run("check('relu')", asks)
            assert tick["text"] == "✓ relu: right.\n"
            assert file.exists() == asks
        run("from dlcourse.checks.progress import show_progress")
        [shown] = run("show_progress()")
    assert line(file)[1] == "1 of 2"
    assert NAME in shown["data"]["text/plain"]
    assert "<table>" in shown["data"]["text/html"]


@pytest.fixture
def answered(course, tmp_path):
    """A folder with the released notebook, all of it answered."""
    notebook = nbformat.read(course / "course" / NAME / f"{NAME}.ipynb", as_version=4)
    for cell in notebook.cells:
        if "answer" in cell.metadata.get("tags", []):
            file = course / "solutions" / "exercises" / f"{cell.id}.py"
            cell.source = load_exercise(file).solution_source
        if cell.id == "explain_flat":
            cell.source = "The slope is nearly 0 there."
    nbformat.write(notebook, tmp_path / f"{NAME}.ipynb")
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [("-m", "nbgrader", "validate"), ("-m", "pytest", "-p", "no:xdist", "--nbval-lax", "-q")],
    ids=["nbgrader validate", "nbval"],
)
def test_a_notebook_that_a_program_runs_is_not_recorded(course, answered, file, command):
    surroundings = {**environment(course), "DLCOURSE_PROGRESS": str(file)}
    surroundings["PATH"] = f"{Path(sys.executable).parent}:{surroundings['PATH']}"
    command = [sys.executable, *command, f"{NAME}.ipynb"]
    run = subprocess.run(command, cwd=answered, env=surroundings, capture_output=True, text=True)
    assert re.search("Success|passed", run.stdout), run.stdout + run.stderr
    assert "failed" not in run.stdout
    assert not file.parent.exists()


def test_neither_the_builder_nor_the_grader_records(course, file, tmp_path, monkeypatch):
    monkeypatch.setenv("DLCOURSE_PROGRESS", str(file))
    root = shutil.copytree(course, tmp_path / "root")
    write_lecture(root, NAME)
    with Grader(root / "solutions" / "exercises", seed=1, unsafe=True) as grader:
        assert grader.grade("relu", ["import numpy as np", RIGHT]).status == "right"
    begin(NAME, "x")  # outside a notebook
    assert not file.parent.exists()


def test_the_sandbox_holds_nothing_of_it():
    inside = {"codec.py", "budget.py", "loud.py", "outcome.py", "pristine.py"}
    assert {path.name for _, path in INSIDE} == inside


def test_an_answer_cannot_reach_the_record_from_the_sandbox(course):
    reaching = RIGHT.replace("return", "import dlcourse.checks.record\n    return")
    with Grader(course / "solutions" / "exercises", seed=1, unsafe=True) as grader:
        assert grader.grade("relu", ["import numpy as np", reaching]).status == "refused"


class Heads(HTMLParser):
    """Collects the scopes of the heads, and the texts of the cells."""

    def __init__(self):
        super().__init__()
        self.scopes, self.texts = [], []

    def handle_starttag(self, tag, attrs):
        self.scopes += [dict(attrs)["scope"]] if tag == "th" else []

    def handle_data(self, data):
        self.texts.append(data)


def test_the_table_says_the_same_to_the_eye_and_to_the_ear(file, numbers):
    answer(Check(numbers, record=Record(file)), RIGHT)
    table = progress_table(Record(file))
    heads = Heads()
    heads.feed(as_html(table))
    assert heads.scopes == ["col"] * 5 + ["row"] * 2
    assert heads.texts[0] == "Your progress"
    for row in [table.head, *table.lines]:
        assert set(row) <= set(heads.texts)
        assert "  ".join(row).split() in [text.split() for text in as_text(table).splitlines()]
    assert f"Kept in {file}, and sent nowhere." in heads.texts


def test_the_table_escapes_what_it_shows(tmp_path):
    record = Record(tmp_path / "<b>" / "progress.json")
    record.saw_solution(NAME, "relu")
    assert "&lt;b&gt;" in as_html(progress_table(record))


def test_the_command_shows_lectures_and_of_one_lecture_its_exercises(
    file, numbers, monkeypatch, tmp_path
):
    monkeypatch.setenv("DLCOURSE_PROGRESS", str(file))
    monkeypatch.chdir(tmp_path)
    check = Check(numbers, record=Record(file))
    answer(check, WRONG.format(1))
    check.record.saw_solution(NAME, "relu")
    whole = CliRunner().invoke(main, ["progress"]).output
    assert re.search(rf"^{NAME} +0 of 2 +0 of 2 +1 ", whole, re.MULTILINE)
    assert re.search(r"^all lectures +0 of 2", whole, re.MULTILINE)
    one = CliRunner().invoke(main, ["progress", "99"]).output
    assert re.search(r"^relu +tried, solution seen +0 of 1 +1 ", one, re.MULTILINE)
    assert re.search(r"^conv_output_size +open +0 of 1 +0 +none yet", one, re.MULTILINE)
    unknown = CliRunner().invoke(main, ["progress", "98"])
    assert (unknown.exit_code, unknown.output) == (
        1,
        f"Error: There is no lecture '98'. There are: {NAME}.\n",
    )


def test_the_command_finds_the_lectures_of_a_course_of_your_own(course, file, monkeypatch):
    monkeypatch.setenv("DLCOURSE_PROGRESS", str(file))
    monkeypatch.delenv("DLCOURSE_NUMBERS")
    monkeypatch.chdir(course)
    assert NAME in CliRunner().invoke(main, ["progress"]).output
