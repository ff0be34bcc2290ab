"""Three ways to the gradebook give one mark: dlcourse grade, nbgrader autograde, the formgrader."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from answers import HALF, solution
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from small_course import NAME, build_small_course
from traitlets.config import PyFileConfigLoader

from dlcourse.grading.classroom import Classroom
from dlcourse.grading.grade import read_master
from dlcourse.term.collect import collect

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

EXERCISES = ["relu", "conv_output_size"]
A_POINT_AN_HOUR = """
import math

from nbgrader.plugins import LateSubmissionPlugin


class PointAnHour(LateSubmissionPlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        return math.ceil(total_seconds_late / 3600)


c.AssignLatePenalties.plugin_class = PointAnHour
"""
ZERO = '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'


def by_command(course):
    Classroom(course, NAME, course / "submitted", workers=1).grade(
        course / "r.jsonl", progress=None
    )


def by_nbgrader(course):
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["nbgrader", "autograde", NAME, "--force"],
        cwd=course,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def by_formgrader(course):
    """What the formgrader's button calls, a student at a time."""
    config = PyFileConfigLoader("nbgrader_config.py", path=str(course)).load_config()
    config.CourseDirectory.root = str(course)
    api = NbGraderAPI(coursedir=CourseDirectory(config=config), config=config)
    for home in sorted((course / "submitted").iterdir()):
        done = api.autograde(NAME, home.name)
        assert done["success"], done


ROUTES = [by_command, by_nbgrader, by_formgrader]


@pytest.fixture(scope="module")
def due(tmp_path_factory):
    """A course whose lecture was due at ten o'clock."""
    root = build_small_course(tmp_path_factory.mktemp("routes") / "root", EXERCISES)
    with pytest.MonkeyPatch.context() as patch:  # nbgrader calls alembic
        patch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
        with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
            book.add_assignment(NAME, duedate="2026-11-02 10:00:00 UTC")
    return root


@pytest.fixture
def course(due, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    return shutil.copytree(due, tmp_path / "course")


def hand_in(course, student, at="09:00:00", **answers):
    """Put a notebook (by default a right one) with its time into the inbox, and collect it."""
    notebook = read_master(course, NAME)
    right = {name: solution(name) for name in EXERCISES}
    for cell in notebook.cells:
        cell.source = {**right, **answers}.get(cell.id, cell.source)
    folder = course / "inbox" / f"{student}+{NAME}+2026-11-02 {at} UTC+x7"  # nbgrader's exchange
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "work.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    assert {one.reason for one in collect(course, NAME, course / "inbox")} == {""}


def marks(course):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            s.student.id: (s.score, s.late_submission_penalty, s.needs_manual_grade)
            for s in book.assignment_submissions(NAME)
        }


def forget(course):
    """Spoil every mark and forget every result, so that nothing survives from the last route."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        for submission in book.assignment_submissions(NAME):
            submission.notebooks[0].late_submission_penalty = 33.0
            for grade in submission.notebooks[0].grades:
                if grade.manual_score is None:
                    grade.auto_score = 77.0
        book.db.commit()
    with closing(sqlite3.connect(course / ".dlcourse" / "grading.db")) as connection:
        connection.executescript("delete from result; delete from submission;")


def by_every_route(course, routes):
    """The marks, the same by every route and at every repetition."""
    by_command(course)
    first = marks(course)
    for route in routes:
        forget(course)
        assert marks(course) != first
        route(course)
        assert marks(course) == first, route.__name__
    return first


def test_half_an_answer_earns_half_and_late_points_are_taken_by_every_route(course):
    penalties(course, A_POINT_AN_HOUR, (0.0, 1.0, 2.0), ROUTES[1:])


@pytest.mark.long
def test_the_penalty_that_comes_with_nbgrader_is_taken_by_every_route(course):
    penalties(course, ZERO, (0.0, 1.5, 2.0), ROUTES[1:])


def penalties(course, settings, expected, routes):
    """Hand in three notebooks; by each route they get their points and these penalties."""
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(settings)
    hand_in(course, "ada", at="10:00:00")
    hand_in(course, "ben", at="10:59:00", relu=HALF)
    hand_in(course, "cyd", at="19:30:00")  # ten points: no more than there are
    assert by_every_route(course, routes) == {
        student: (score, penalty, False)
        for student, score, penalty in zip(
            ["ada", "ben", "cyd"], [2.0, 1.5, 2.0], expected, strict=True
        )
    }


def test_without_a_penalty_in_the_settings_late_points_count(course):
    hand_in(course, "ada")
    hand_in(course, "ben", at="10:00:01", relu=HALF)
    assert by_every_route(course, [by_command]) == {
        "ada": (2.0, 0.0, False),
        "ben": (1.5, 0.0, False),
    }


def set_by_hand(course, student, name, points):
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        grade = book.find_grade(name, NAME, NAME, student)
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


@pytest.mark.parametrize(
    "route", [by_command, by_formgrader, pytest.param(by_nbgrader, marks=pytest.mark.long)]
)
def test_what_a_person_marked_stays_until_the_explanation_changes(course, route):
    hand_in(course, "ada", explain_flat="Because it is flat.")
    by_command(course)
    assert marks(course) == {"ada": (2.0, 0.0, True)}
    set_by_hand(course, "ada", "explain_flat", 1.5)
    hand_in(course, "ada", explain_flat="For another reason.")
    route(course)
    assert marks(course) == {"ada": (3.5, 0.0, True)}
    set_by_hand(course, "ada", "explain_flat", 1.5)
    forget(course)
    route(course)
    assert marks(course) == {"ada": (3.5, 0.0, False)}


@pytest.mark.parametrize("route", [by_command, pytest.param(by_formgrader, marks=pytest.mark.long)])
def test_who_is_late_no_more_has_the_points_back(course, route):
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(ZERO)
    hand_in(course, "ada", at="10:30:00")
    by_command(course)
    assert marks(course) == {"ada": (2.0, 2.0, False)}
    (course / "submitted" / "ada" / NAME / "timestamp.txt").unlink()
    route(course)
    assert marks(course) == {"ada": (2.0, 0.0, False)}
