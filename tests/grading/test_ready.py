"""What hinders a grading is told in one sentence, before work is lost."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from answers import solution
from click.testing import CliRunner
from small_course import NAME, build_small_course
from sqlalchemy.exc import OperationalError
from test_limits import hand_in

from dlcourse.cli import main
from dlcourse.grading import classroom, ready
from dlcourse.grading.answer import Grader
from dlcourse.grading.classroom import Classroom
from dlcourse.grading.grade import Desk, Outcome, apart
from dlcourse.grading.marks import Gradebook
from dlcourse.grading.ready import NotReady
from dlcourse.sandbox.sandbox import SandboxError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    root = build_small_course(tmp_path_factory.mktemp("ready") / "root", ["relu"])
    for number in range(3):
        hand_in(root, f"s{number}", f"{solution('relu')}\n# {number}\n")
    return root


@pytest.fixture
def graded(monkeypatch):
    """Files that were graded; none is where work would have been lost."""
    found = []

    def grade_file(self, path, known):
        found.append(path.parts[-3])
        return Outcome([apart("unreadable", "as told")], {})

    monkeypatch.setattr(Desk, "grade_file", grade_file)
    return found


def grade(course, results="r.jsonl", gradebook=classroom.DEFAULT_URL, **options):
    room = Classroom(course, NAME, course / "submitted", 1, **options)
    return room.grade(course / results, gradebook, progress=None)


def locked(file):
    """Hold a database as another program does that writes into it."""
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("begin exclusive")
    return closing(other)


def test_a_locked_gradebook_is_told_before_anything_is_graded(course, graded):
    with locked(course / "gradebook.db"):
        with pytest.raises(NotReady, match=r"gradebook .*gradebook.db cannot be written \(.*lock"):
            grade(course)
    assert not graded


def test_a_gradebook_that_is_read_only_is_told_before_anything_is_graded(course, graded):
    sqlite3.connect(course / "other.db").close()
    with pytest.raises(NotReady, match=r"readonly.*Allow yourself to write"):
        ready.check_database(f"file:{course}/other.db?mode=ro", "gradebook")
    with pytest.raises(NotReady, match="cannot be written"):
        grade(course, gradebook=f"sqlite:///{course}/submitted")
    assert not graded


def test_a_record_that_is_locked_is_told_before_anything_is_graded(course, graded):
    grade(course, gradebook=None)
    graded.clear()
    with locked(course / ".dlcourse" / "grading.db"):
        with pytest.raises(NotReady, match="record of what has been graded"):
            grade(course)
    assert not graded


def test_a_disk_that_is_full_is_told_and_what_was_graded_is_known(course, monkeypatch):
    asked, true = [], Grader.grade
    monkeypatch.setattr(Grader, "grade", lambda *a: asked.append(a[1]) or true(*a))

    def full(*_):
        raise OperationalError("insert", {}, sqlite3.OperationalError("database or disk is full"))

    with monkeypatch.context() as patched:
        patched.setattr(Gradebook, "_submissions", full)
        with pytest.raises(NotReady, match=r"disk is full.*Make room.*not graded anew"):
            grade(course)
    assert len(asked) == 3
    assert len(grade(course)) == 3
    assert len(asked) == 3


@pytest.mark.parametrize("where", ["submitted", "gradebook.txt/r.jsonl"])
def test_results_that_cannot_be_written_are_told_before_anything_is_graded(course, graded, where):
    (course / "gradebook.txt").touch()
    with pytest.raises(NotReady, match="--results"):
        grade(course, results=where)
    assert not graded


@pytest.mark.parametrize("error", [NotReady, SandboxError])
def test_the_command_prints_one_sentence_and_no_traceback(course, monkeypatch, error):
    def fails(*_, **__):
        raise error("One sentence.")

    monkeypatch.chdir(course)
    monkeypatch.setattr(Classroom, "grade", fails)
    done = CliRunner().invoke(main, ["grade", "--lecture", NAME])
    assert (done.output, done.exit_code) == ("Error: One sentence.\n", 1)


def test_the_time_that_is_left_counts_what_is_graded_once_more(course, monkeypatch, capsys):
    outcomes = [{}, {"key": {"status": "timeout"}}, {}, {}]

    def grade_file(self, path, known):
        return Outcome([apart("unreadable", "as told")], {}, timeouts=outcomes.pop(0))

    monkeypatch.setattr(Desk, "grade_file", grade_file)
    room = Classroom(course, NAME, course / "submitted", 1)
    room.grade(course / "r.jsonl", None, progress=sys.stderr)
    shown = re.findall(r"(\d+)/(\d+)", capsys.readouterr().err)
    assert shown[-1] == ("4", "4")


COMMANDS = {
    "build": ["build", NAME],
    "collect": ["collect", __file__, "--lecture", NAME],
    "grade": ["grade", "--lecture", NAME],
    "report": ["report", __file__],
    "due": ["due", "--lecture", NAME, "--at", "2026-11-02 10:00 UTC"],
    "by-hand": ["by-hand", "--lecture", NAME, "--write", "words.csv"],
    "marks": ["marks", "--lecture", NAME, "--canvas", __file__],
    "drop": ["drop", "ada"],
    "doctor": ["doctor"],
}


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
def test_outside_a_course_every_command_says_so_in_one_sentence(tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(main, words)
    assert re.fullmatch(
        r"Error: There is no course at or above .*, then try again\.\n", done.output
    )
    assert list(tmp_path.iterdir()) == []


def test_a_lecture_that_nobody_handed_in_is_told(course, tmp_path):
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(NotReady, match=rf"no submission of {NAME} in .*dlcourse collect INBOX"):
            Classroom(course, NAME, folder)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exercise_with_a_fault_is_told_before_anything_is_graded(course, tmp_path, workers):
    root = shutil.copytree(course, tmp_path / "root")
    file = root / "solutions" / "exercises" / "relu.py"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("def hidden(rng):\n", "def hidden(rng):\n    yield 1, 2\n"))
    with pytest.raises(
        NotReady, match=r"Nothing was graded.*relu\.py:\d+: hidden.*It is relu\(z\)"
    ):
        Classroom(root, NAME, root / "submitted", workers).grade(root / "new.jsonl", progress=None)
    assert not (root / "new.jsonl").exists()


def test_a_fault_of_ours_is_told_with_its_reason(course, monkeypatch):
    monkeypatch.chdir(course)
    monkeypatch.setattr(Desk, "grade_file", lambda *_: 1 / 0)
    words = ["grade", "--lecture", NAME, "--workers", "1", "--no-gradebook"]
    done = CliRunner().invoke(main, words)
    assert done.exit_code == 1
    assert "UNGRADED, 3 (their earlier marks stay), such as s0, s1, s2:" in done.output
    assert "The grader failed, not the student: ZeroDivisionError" in done.output


def test_workers_load_nothing_from_the_folder_where_grading_begins(course, tmp_path):
    root = shutil.copytree(course, tmp_path / "root")
    (root / "dlcourse").mkdir()
    (root / "dlcourse" / "__init__.py").write_text("raise RuntimeError('of the wrong folder')")
    script = tmp_path / "command.py"
    script.write_text("from dlcourse.cli import main\nif __name__ == '__main__':\n    main()\n")
    words = ["grade", "--lecture", NAME, "--workers", "2", "--no-gradebook"]
    done = subprocess.run(
        [sys.executable, script, *words], cwd=root, capture_output=True, text=True, timeout=120
    )
    assert "3 submissions graded" in done.stdout, done.stderr


def test_a_gradebook_that_is_locked_is_told_by_collecting_too(course, tmp_path, monkeypatch):
    root = shutil.copytree(course, tmp_path / "root")
    Classroom(root, NAME, root / "submitted", 1).grade(root / "r.jsonl", progress=None)
    monkeypatch.chdir(root)

    def is_locked(*_):
        raise OperationalError("select", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr("nbgrader.api.Gradebook.__init__", is_locked)
    done = CliRunner().invoke(main, ["collect", "submitted", "--lecture", NAME])
    assert done.exit_code == 1
    assert re.fullmatch(r"Error: The gradebook .*database is locked.*\n", done.output)


def test_a_report_that_cannot_be_written_is_told(course, monkeypatch):
    monkeypatch.chdir(course)
    grade(course, gradebook=None)
    (course / "note.txt").touch()
    done = CliRunner().invoke(main, ["report", "r.jsonl", "--to", "note.txt/report"])
    assert re.fullmatch(r"Error: .*Not a directory.*\n", done.output)
