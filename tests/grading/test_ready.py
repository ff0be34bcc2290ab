"""What hinders a grading is told in one sentence, before work is lost."""

import re
import sqlite3
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
