"""Grading a class: right answers get their points, others none, and nothing stops the batch."""

import copy
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from answers import HELPER, RIGHT, TAMPERING, WITH_HELPER, WRONG, solution
from click.testing import CliRunner
from nbgrader.api import Gradebook
from small_course import NAME, build_small_course

from dlcourse.checks.exercise import load_exercise
from dlcourse.cli import main
from dlcourse.grading import grade as grading
from dlcourse.grading.classroom import Classroom
from dlcourse.grading.grade import Desk
from dlcourse.grading.marks import write_outputs
from dlcourse.grading.program import program
from dlcourse.grading.reply import read_reply
from dlcourse.grading.store import Store
from dlcourse.grading.submission import (
    Unreadable,
    read_cells,
    read_notebook,
    rebuild,
)
from dlcourse.term.report import Report, write_report

EXERCISES = ["relu", "minibatches", "conv_output_size"]
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("grading") / "root", EXERCISES)


@pytest.fixture(scope="module")
def desk(root):
    with Desk(root, NAME) as desk:
        yield desk


@pytest.fixture
def course(root, tmp_path):
    """A copy of the course with nothing graded yet."""
    return shutil.copytree(root, tmp_path / "course", ignore=shutil.ignore_patterns(".dlcourse"))


def answered(root, **answers):
    """A student's notebook: the released one with answers typed in (default: right ones)."""
    notebook = grading.read_master(root, NAME)
    for cell in notebook.cells:
        if cell.id in EXERCISES:
            cell.source = answers.get(cell.id, solution(cell.id))
    return notebook


def cell_of(notebook, name):
    return next(cell for cell in notebook.cells if cell.id == name)


def points(desk, notebook):
    """Points by exercise of a submitted notebook."""
    results = desk.grade(rebuild(desk.master, read_cells(json.loads(json.dumps(notebook)))))
    return {result["exercise"]: result["points"] for result in results}


def result(desk, name, source):
    notebook = answered(desk.root, **{name: source})
    results = desk.grade(rebuild(desk.master, read_cells(notebook)))
    return next(r for r in results if r["exercise"] == name)


FULL = dict.fromkeys(EXERCISES, 1.0)
ONLY_RELU_LOST = {**FULL, "relu": 0.0}

# ---- verdicts


def test_right_wrong_missing_and_refused_are_told_apart(desk):
    right = result(desk, "relu", solution("relu"))
    assert (right["status"], right["points"], right["diagnosis"]) == ("right", 1.0, None)
    wrong = result(desk, "relu", WRONG)
    assert (wrong["status"], wrong["points"]) == ("wrong", 0.0)
    assert wrong["diagnosis"] == "returns_the_absolute_value"
    assert wrong["message"].endswith(
        "Negative inputs come out positive. What should happen to them?"
    )
    starter = cell_of(desk.master, "relu").source
    assert result(desk, "relu", starter)["status"] == "missing"
    assert result(desk, "relu", "")["status"] == "missing"
    broken = result(desk, "relu", "def relu(z) return z")
    assert broken["status"] == "error"
    assert "SyntaxError" in broken["message"]
    cheat = "from dlcourse.reference.activations import relu, relu_backward"
    refused = result(desk, "relu", cheat)
    assert refused["status"] == "refused"
    assert "Write it with NumPy alone" in refused["message"]


def test_an_answer_that_never_ends_times_out_and_others_keep_their_points(desk, monkeypatch):
    monkeypatch.setattr(desk.grader, "seconds", 1)
    loop = "def conv_output_size(*args):\n    while True:\n        pass\n"
    notebook = answered(desk.root, conv_output_size=loop)
    results = {r["exercise"]: r for r in desk.grade(rebuild(desk.master, read_cells(notebook)))}
    assert results["conv_output_size"]["status"] == "timeout"
    assert results["relu"]["status"] == "right"


def test_an_answer_hard_coded_to_the_visible_cases_reads_no_hidden_input(desk):
    exercise = load_exercise(ROOT / "solutions" / "exercises" / "conv_output_size.py")
    cases = exercise.visible_cases()
    values = [outcome.get("value") for outcome in exercise.outcomes(cases)]
    known = {case["args"]: value for case, value in zip(cases, values, strict=True)}
    source = (
        f"def conv_output_size(*args):\n    value = {known}.get(args, 4242)\n"
        "    if value is None:\n        raise ValueError\n    return value\n"
    )
    told = result(desk, "conv_output_size", source)
    assert told["status"] == "wrong"
    assert "right on the cases in the notebook, wrong on" in told["message"]
    assert "4242" not in told["message"]
    assert "conv_output_size(" not in told["message"]


def test_another_precision_on_hidden_cases_is_right_and_said(desk):
    told = result(desk, "relu", solution("relu").replace("dout *", "dout.astype(np.float64) *"))
    assert told["points"] == told["max_points"]
    assert "float32 came in and float64 went out" in told["message"]


def test_an_exception_on_hidden_cases_does_not_carry_them_to_the_student(desk):
    source = solution("conv_output_size").replace(
        "    room =", "    if size > 13:\n        raise KeyError(str(size) + 'secret')\n    room ="
    )
    told = result(desk, "conv_output_size", source)
    assert "Python stopped with a KeyError" in told["message"]
    assert "secret" not in told["message"]


@pytest.mark.parametrize("form", RIGHT)
def test_a_right_answer_is_right_in_every_form(desk, form):
    told = result(desk, "relu", RIGHT[form])
    assert (told["status"], told["points"]) == ("right", 1.0), told["message"]


def test_a_helper_in_a_cell_of_the_students_own_counts(desk):
    notebook = answered(desk.root, relu=WITH_HELPER)
    assert points(desk, notebook) == ONLY_RELU_LOST
    at = notebook.cells.index(cell_of(notebook, "relu"))
    notebook.cells.insert(at, nbformat.v4.new_code_cell(HELPER))
    assert points(desk, notebook) == FULL


def test_definitions_count_as_they_stood_at_the_check_cell(desk):
    notebook = answered(desk.root)
    notebook.cells.append(nbformat.v4.new_code_cell("def relu(z):\n    return 0\n"))
    assert points(desk, notebook) == FULL


# ---- tampering: each case is graded beside a positive control, which keeps its points


@pytest.mark.parametrize("attack", TAMPERING)
def test_no_trick_in_an_answer_earns_its_point(desk, attack):
    told = result(desk, "relu", TAMPERING[attack])
    assert told["points"] == 0.0
    assert told["status"] in {"wrong", "error", "missing", "timeout", "refused"}
    assert points(desk, answered(desk.root)) == FULL


def edited(root, change):
    """A notebook with a wrong relu, changed by `change(notebook, test cell of relu)`."""
    notebook = answered(root, relu=WRONG)
    change(notebook, cell_of(notebook, "test_relu"))
    return notebook


def skip_execution(notebook, cell):
    for one in notebook.cells:
        one.metadata["tags"] = ["skip-execution"]


def delete_tests(notebook, cell):
    notebook.cells = [c for c in notebook.cells if not c.id.startswith(("test_", "check_"))]


def forge_output(notebook, cell):
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "1.0"})]


def raise_points(notebook, cell):
    cell.metadata["nbgrader"]["points"] = 100.0


def edit_test(notebook, cell):
    cell.source = "print('right')"


def flip_flags(notebook, cell):
    cell.metadata["nbgrader"].update(grade=False, solution=True, locked=False)


EDITS = [skip_execution, delete_tests, forge_output, raise_points, edit_test, flip_flags]


@pytest.mark.parametrize("change", EDITS, ids=lambda f: f.__name__)
def test_edited_test_cells_earn_nothing(desk, change):
    assert points(desk, edited(desk.root, change)) == ONLY_RELU_LOST


# ---- notebooks broken in every way


def duplicate_answer(notebook):
    at = notebook.cells.index(cell_of(notebook, "relu"))
    notebook.cells.insert(at, copy.deepcopy(notebook.cells[at]))


def duplicate_starter_after_answer(notebook):
    cell = copy.deepcopy(cell_of(notebook, "relu"))
    cell.source = "def relu(z):\n    # your code here\n    raise NotImplementedError\n"
    notebook.cells.insert(notebook.cells.index(cell_of(notebook, "relu")), cell)


def strip_metadata(notebook):
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({})


def strip_metadata_and_ids(notebook):
    for number, cell in enumerate(notebook.cells):
        cell.metadata, cell.id = nbformat.from_dict({}), f"x{number}"


def garbage_metadata(notebook):
    notebook.metadata = nbformat.from_dict({"kernelspec": 5})
    for cell in notebook.cells[:3]:
        cell.metadata = nbformat.from_dict({"nbgrader": "yes", "tags": {"a": 1}})


def reverse_cells(notebook):
    notebook.cells.reverse()


BROKEN = [
    duplicate_answer,
    duplicate_starter_after_answer,
    strip_metadata,
    strip_metadata_and_ids,
    garbage_metadata,
    reverse_cells,
]


@pytest.mark.parametrize("damage", BROKEN, ids=lambda f: f.__name__)
def test_a_right_notebook_keeps_its_points_however_it_is_broken(desk, damage):
    notebook = answered(desk.root)
    damage(notebook)
    assert points(desk, notebook) == FULL


def test_rebuilding_is_idempotent_and_keeps_predictions_and_explanations(desk):
    notebook = answered(desk.root)
    cell_of(notebook, "guess_corners").source = "guess_corners = 1"
    cell_of(notebook, "explain_flat").source = "It is flat there."
    notebook.cells.insert(3, nbformat.v4.new_code_cell("x = 1"))
    once = rebuild(desk.master, read_cells(notebook))
    assert rebuild(desk.master, read_cells(once)) == once
    assert cell_of(once, "guess_corners").source == "guess_corners = 1"
    assert cell_of(once, "explain_flat").source == "It is flat there."
    assert "x = 1\n" in program(once, "relu")


def test_demo_cells_are_never_graded(desk):
    notebook = answered(desk.root)
    assert "import math" not in "".join(program(rebuild(desk.master, read_cells(notebook)), "relu"))


def test_a_notebook_in_the_old_format_is_read(desk):
    notebook = nbformat.convert(answered(desk.root), 3)
    cells = read_cells(json.loads(nbformat.writes(notebook, version=3)))
    results = desk.grade(rebuild(desk.master, cells))
    assert {r["exercise"]: r["points"] for r in results} == FULL


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"{not json", "not JSON"),
        (b"\xff\xfe\x00", "not text"),
        (b"[1, 2]", "holds a list"),
        (b'{"cells": 3}', "no list of cells"),
        (b"[" * 100_000, "not JSON"),
    ],
)
def test_what_is_no_notebook_says_why(tmp_path, content, reason):
    (tmp_path / "x.ipynb").write_bytes(content)
    with pytest.raises(Unreadable, match=reason):
        read_notebook(tmp_path / "x.ipynb")


def test_links_and_giants_are_not_read(tmp_path, monkeypatch):
    (tmp_path / "link.ipynb").symlink_to(ROOT / "README.md")
    with pytest.raises(Unreadable, match="a link"):
        read_notebook(tmp_path / "link.ipynb")
    monkeypatch.setattr("dlcourse.grading.submission.MAX_BYTES", 3)
    (tmp_path / "big.ipynb").write_text("12345")
    with pytest.raises(Unreadable, match="5 bytes, at most 3"):
        read_notebook(tmp_path / "big.ipynb")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff",
        b"[]",
        b"{}",
        b'{"outcomes": [1]}',
        b'{"outcomes": [{}]}',
        b'{"outcomes": [{"value": 1, "raises": {}}]}',
        b'{"outcomes": [{"raises": {"names": [], "message": "", "line": ""}}]}',
        b'{"outcomes": [{"value": 1, "reports": 3}]}',
        b'{"missing": [], "problems": []}',
        b'{"missing": ["x"], "problems": [3]}',
        b'{"missing": ["x"], "problems": [[0, -1, "a"]]}',
        b'{"missing": ["x"], "problems": [[0, 0, 3]]}',
        b'{"missing": ["x"], "stopped": [3]}',
        b'{"missing": ["x"], "stopped": [[0, true]]}',
        b'{"outcomes": [{"value": [' + b"1," * 600_000 + b"1]}]}",
    ],
)
def test_a_reply_of_another_form_is_refused(payload):
    from dlcourse.checks.codec import Unreadable as UnreadableReply

    with pytest.raises(UnreadableReply):
        read_reply(payload, 1, ["x"])
    assert read_reply(b'{"outcomes": [{"value": 1}]}', 1, ["x"])["outcomes"]


def test_what_a_reply_says_can_be_written_to_any_file():
    said = rb'[[0, 0, "KeyError: half \ud83d"], [1, 2, "\u00e9: \ud83d\ude00"]]'
    forged = b'{"missing": ["x"], "problems": ' + said + b"}"
    reply = read_reply(forged, 1, ["x"])
    problems = [(0, 0, "KeyError: half ?"), (1, 2, "Exception: \U0001f600")]
    assert reply == {"missing": ["x"], "problems": problems, "stopped": (), "replaced": []}
    with pytest.raises(UnicodeEncodeError):
        json.loads(forged)["problems"][0][2].encode()


def test_an_address_is_left_out_of_a_message_for_it_changes(desk):
    source = "def relu(z):\n    raise ValueError(object())\n"
    message = result(desk, "relu", source)["message"]
    assert "ValueError: <object object>" in message


# ---- a class


def hand_in(course, student, notebook, name=NAME):
    folder = course / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(notebook, bytes):
        (folder / f"{name}.ipynb").write_bytes(notebook)
    else:
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def hand_in_class(course):
    hand_in(course, "ada", answered(course))
    hand_in(course, "ben", answered(course, relu=WRONG))
    hand_in(course, "cyd", b"{not json")
    hand_in(course, "dan", answered(course), name="my copy (1)")
    twice = answered(course)
    duplicate_answer(twice)
    hand_in(course, "eve", twice)
    (course / "submitted" / "fay" / NAME).mkdir(parents=True)


def marks(course):
    """Score and what awaits a person, by student, from nbgrader's gradebook."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            s.student.id: (s.score, s.needs_manual_grade) for s in book.assignment_submissions(NAME)
        }


EXPECTED = {
    "ada": (3.0, False),
    "ben": (2.0, False),
    "cyd": (0.0, True),
    "dan": (3.0, False),
    "eve": (3.0, False),
    "fay": (0.0, True),
}


def test_every_student_gets_a_record_and_workers_change_nothing(course):
    hand_in_class(course)
    room = Classroom(course, NAME, course / "submitted", workers=1)
    lines = room.grade(course / "one.jsonl", progress=None)
    by_student = {student: [x for x in lines if x["student"] == student] for student in EXPECTED}
    assert {s: len(own) for s, own in by_student.items()} == {
        **dict.fromkeys("ada ben dan eve".split(), 3),
        "cyd": 1,
        "fay": 1,
    }
    assert by_student["cyd"][0]["status"] == "unreadable"
    assert by_student["cyd"][0]["exercise"] is None
    assert "not JSON" in by_student["cyd"][0]["message"]
    assert "no such file" in by_student["fay"][0]["message"]
    assert marks(course) == EXPECTED
    written = (course / "one.jsonl").read_text().splitlines()
    assert [json.loads(line) for line in written] == lines
    fields = "student lecture exercise points max_points status message diagnosis seconds"
    assert set(lines[0]) == {*fields.split(), "sandbox", "versions", "stopped", "waited"}
    shutil.rmtree(course / ".dlcourse")
    (course / ".dlcourse").mkdir()
    seed = lines[0]["versions"]["seed"]
    Store(course / ".dlcourse" / "grading.db").seed(NAME)
    again = Classroom(course, NAME, course / "submitted", workers=2)
    lines_again = again.grade(course / "two.jsonl", gradebook=None, progress=None)
    assert lines_again[0]["versions"]["seed"] != seed
    same = ("student", "exercise", "points", "status", "diagnosis")
    assert [[x[k] for k in same] for x in lines_again] == [[x[k] for k in same] for x in lines]


def test_nbgraders_own_autograde_and_feedback_give_the_same_marks_and_show_nothing_hidden(course):
    hand_in(course, "ada", answered(course))
    hand_in(course, "ben", answered(course, relu=WRONG))
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    room = Classroom(course, NAME, course / "submitted", workers=1)
    room.grade(course / "r.jsonl", progress=None)
    ours = marks(course)
    assert ours == {"ada": (3.0, False), "ben": (2.0, False)}
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:  # nothing may survive from before
        for submission in book.assignment_submissions(NAME):
            for grade in submission.notebooks[0].grades:
                grade.auto_score = 77.0
        book.db.commit()
    for command in ["autograde", "generate_feedback"]:
        done = subprocess.run(
            ["nbgrader", command, NAME, "--force"],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
    assert marks(course) == ours
    page = (course / "feedback" / "ben" / NAME / f"{NAME}.html").read_text()
    assert "Negative inputs come out positive" in page
    for secret in ["HIDDEN TESTS", "hidden_test", "np.maximum(z, 0)"]:
        assert secret not in page
        assert secret not in (course / "autograded" / "ben" / NAME / f"{NAME}.ipynb").read_text()


def test_a_cell_without_a_result_gets_zero_and_html_is_escaped(desk):
    notebook = rebuild(desk.master, read_cells(answered(desk.root)))
    bad = {"exercise": "relu", "points": 1.0, "message": "<script>alert(1)</script>"}
    write_outputs(notebook, [bad])
    outputs = {c.id: c.outputs for c in notebook.cells if c.id.startswith("test_")}
    assert outputs["test_minibatches"][0]["data"]["text/plain"] == "0.0"
    assert outputs["test_relu"][0]["data"]["text/plain"] == "1.0"
    assert "<script>" not in outputs["test_relu"][0]["data"]["text/html"]


def test_what_a_person_graded_stays_graded_while_the_explanation_is_unchanged(course):
    notebook = answered(course)
    cell_of(notebook, "explain_flat").source = "Because it is flat."
    hand_in(course, "ada", notebook)

    def grade():
        Classroom(course, NAME, course / "submitted", workers=1).grade(
            course / "r.jsonl", progress=None
        )
        return marks(course)["ada"]

    assert grade() == (3.0, True)
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        mark = book.find_grade("explain_flat", NAME, NAME, "ada")
        mark.manual_score, mark.needs_manual_grade = 2.0, False
        book.db.commit()
    assert grade() == (5.0, False)
    cell_of(notebook, "explain_flat").source = "Because of something else."
    hand_in(course, "ada", notebook)
    assert grade() == (5.0, True)


def test_a_killed_run_resumes_and_grades_nothing_twice(course):
    for student in ["ada", "ben", "cyd", "dan"]:
        hand_in(course, student, answered(course, relu=solution("relu") + f"# {student}\n"))
    command = "from pathlib import Path; from dlcourse.grading import grade, classroom\n"
    command += "count = 0; true_grade = grade.Desk._grade_one\n"
    command += "def killed(self, *a):\n    global count; count += 1\n"
    command += "    import os, signal\n    count > 7 and os.kill(os.getpid(), signal.SIGKILL)\n"
    command += "    return true_grade(self, *a)\ngrade.Desk._grade_one = killed\n"
    command += f"classroom.Classroom(Path('.').resolve(), '{NAME}', 'submitted', 1)"
    command += ".grade(Path('r.jsonl'), progress=None)"
    killed = subprocess.run([sys.executable, "-c", command], cwd=course, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not (course / "r.jsonl").exists()
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        true_grade = Desk._grade_one
        patch.setattr(
            Desk, "_grade_one", lambda self, *a: asked.append(a[0]) or true_grade(self, *a)
        )
        room = Classroom(course, NAME, course / "submitted", workers=1)
        lines = room.grade(course / "r.jsonl", progress=None)
    assert len(asked) < 12 - 5
    assert [line["points"] for line in lines] == [1.0] * 12
    assert set(marks(course).values()) == {(3.0, False)}


def test_the_seed_is_drawn_once_and_anew_only_on_request(tmp_path):
    store = Store(tmp_path / "grading.db")
    first = store.seed(NAME)
    assert Store(tmp_path / "grading.db").seed(NAME) == first
    assert store.seed("other") != first
    store.draw_new_seed(NAME)
    assert store.seed(NAME) != first


def test_links_among_the_submissions_are_not_followed(course):
    hand_in(course, "ada", answered(course))
    (course / "submitted" / "mallory").symlink_to(course / "submitted" / "ada")
    (course / "submitted" / "trudy").mkdir()
    (course / "submitted" / "trudy" / NAME).symlink_to(course / "submitted" / "ada" / NAME)
    lines = Classroom(course, NAME, course / "submitted", 1).grade(course / "r.jsonl", None, None)
    told = {line["student"]: line["message"] for line in lines}
    assert told["mallory"] == told["trudy"] == "The notebook cannot be read: it is a link."
    assert "right" in told["ada"]


def test_names_and_messages_that_no_file_takes_stop_nothing(course):
    hand_in(course, "ada", answered(course, relu="def relu(z):\n    raise KeyError('x\\ud800')\n"))
    hand_in(course, "ben", answered(course, relu="raise ValueError('\\ud800')"))
    hand_in(course, os.fsdecode(b"caf\xe9"), answered(course))
    room = Classroom(course, NAME, course / "submitted", 1)
    lines = room.grade(course / "r.jsonl", progress=None)
    assert {line["student"] for line in lines} == {"ada", "ben", "caf_udce9"}
    assert marks(course) == {"ada": (2.0, False), "ben": (2.0, False), "caf_udce9": (3.0, False)}
    written = write_report(Report(course, lines, course / "submitted"), course / "report")
    assert (written[-1] / "caf_udce9.html").is_file()


def test_the_command_writes_results_and_says_how_many(course, monkeypatch):
    hand_in(course, "ada", answered(course))
    hand_in(course, "ben", answered(course, relu=WRONG))
    monkeypatch.chdir(course)
    monkeypatch.setattr(os, "environ", os.environ.copy())  # the command sets threads
    done = CliRunner().invoke(main, ["grade", "--lecture", NAME, "--workers", "1"])
    assert done.exit_code == 0, done.output
    assert f"2 submissions graded into {NAME}.jsonl: answers: 5 right, 1 wrong" in done.output
    lines = (course / f"{NAME}.jsonl").read_text().splitlines()
    assert [json.loads(line)["student"] for line in lines] == ["ada"] * 3 + ["ben"] * 3
    assert marks(course) == {"ada": (3.0, False), "ben": (2.0, False)}
    elsewhere = ["grade", "--lecture", NAME, "--results", "new/folder/r.jsonl", "--no-gradebook"]
    assert CliRunner().invoke(main, elsewhere).exit_code == 0
    assert (course / "new" / "folder" / "r.jsonl").read_text().splitlines() == lines
    failed = CliRunner().invoke(main, ["grade", "--lecture", "98_none"])
    assert failed.exit_code == 1
    assert "98_none" in failed.output
