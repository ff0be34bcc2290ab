"""A whole class: everybody gets the record due, whoever grades and whoever is killed meanwhile."""

import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing

import psutil
import pytest
from class_of_students import disagreements, hand_in
from nbgrader.api import Gradebook
from small_course import NAME, build_small_course

from dlcourse.grading.classroom import Classroom
from dlcourse.grading.store import Store

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

EXERCISES = ["relu", "conv_output_size"]
KILLED = """
import os, signal
from pathlib import Path
from dlcourse.grading import classroom, store

true, left = store.Store.remember, {after}

def remember(*args):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    true(*args)

if __name__ == "__main__":
    store.Store.remember = remember
    room = classroom.Classroom(Path.cwd(), "{name}", "submitted", {workers})
    room.grade(Path("r.jsonl"), progress=None)
"""


def on_write(monkeypatch, number, act):
    """Call `act` just before the store's `number`-th write."""
    true, count = Store.remember, iter(range(1, 1 << 30))

    def remember(*args):
        if next(count) == number:
            act()
        true(*args)

    monkeypatch.setattr(Store, "remember", remember)


def marks_of(lines):
    keep = ("student", "exercise", "points", "status", "diagnosis", "message")
    return [[line[k] for k in keep] for line in lines]


def forget_results(root, copy):
    """Copy a course with its seed and nothing graded."""
    shutil.copytree(root, copy, ignore=shutil.ignore_patterns("gradebook.db", "autograded"))
    with closing(sqlite3.connect(copy / ".dlcourse" / "grading.db")) as connection:
        connection.executescript("delete from result; delete from submission;")
    return copy


def kill_coordinator(root, after, workers):
    """Grade in a process that is killed at its `after`-th write; none of its workers may stay."""
    script = root / "killed.py"
    script.write_text(KILLED.format(after=after, name=NAME, workers=workers), encoding="utf-8")
    done = subprocess.run([sys.executable, script], cwd=root, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (root / "r.jsonl").exists()
    _, alive = psutil.wait_procs(started_in(root), timeout=60)
    assert alive == []


def started_in(folder):
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return found


def grade_in_spite_of_kills(root, n_students, workers, monkeypatch):
    """Grade a class; kill the coordinator, then a worker, each at a random moment."""
    students = hand_in(root, n_students)
    rng = random.Random()
    moment = rng.randrange(2, n_students // 2)
    kill_coordinator(root, moment, workers)

    def kill_a_worker():
        os.kill(rng.choice(multiprocessing.active_children()).pid, signal.SIGKILL)

    on_write(monkeypatch, rng.randrange(2, n_students // 2), kill_a_worker)
    room = Classroom(root, NAME, root / "submitted", workers)
    lines = room.grade(root / "r.jsonl", progress=None)
    assert disagreements(students, lines) == [], f"the coordinator was killed at {moment}"
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        scores = {s.student.id: s.score for s in book.assignment_submissions(NAME)}
    due = {s.name: sum(p for p, _ in (s.expected or {}).values()) for s in students}
    assert scores == due
    return lines


def grade_alone(root):
    room = Classroom(root, NAME, root / "submitted", workers=1)
    return room.grade(root / "one.jsonl", None, progress=None)


@pytest.fixture
def root(tmp_path):
    return build_small_course(tmp_path / "root", EXERCISES)


def test_a_record_that_differs_from_what_is_due_is_seen(root):
    students = hand_in(root, 8)
    assert len(disagreements(students, [])) == 2 * 7 + 1
    stranger = {"student": "x", "exercise": "relu", "points": 1.0}
    assert "x: nobody's" in disagreements(students, [stranger])


def test_a_hundred_students_get_their_records_in_spite_of_kills(root, tmp_path, monkeypatch):
    lines = grade_in_spite_of_kills(root, 100, 2, monkeypatch)
    monkeypatch.undo()
    again = grade_alone(forget_results(root, tmp_path / "alone"))
    assert marks_of(again) == marks_of(lines)


@pytest.mark.long
def test_three_thousand_students_too_and_the_coordinator_stays_small(root, tmp_path, monkeypatch):
    lines = grade_in_spite_of_kills(root, 3000, 8, monkeypatch)
    monkeypatch.undo()
    copy = forget_results(root, tmp_path / "alone")
    assert marks_of(grade_alone(copy)) == marks_of(lines)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    assert peak < 500, f"the coordinator's memory rose to {peak:.0f} MiB"


@pytest.mark.long
def test_a_cluster_that_loses_a_worker_gives_the_marks_of_one_process(root, tmp_path, monkeypatch):
    from distributed import LocalCluster

    students = hand_in(root, 40)
    Store(root / ".dlcourse" / "grading.db").seed(NAME)
    copy = forget_results(root, tmp_path / "alone")
    with LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address=None) as cluster:
        victim = next(iter(cluster.workers.values())).pid
        on_write(monkeypatch, 10, lambda: os.kill(victim, signal.SIGKILL))
        room = Classroom(root, NAME, root / "submitted", scheduler=cluster.scheduler_address)
        lines = room.grade(root / "r.jsonl", progress=None)
    assert not psutil.pid_exists(victim)
    assert disagreements(students, lines) == []
    assert marks_of(grade_alone(copy)) == marks_of(lines)


def test_an_answer_that_times_out_is_tried_once_more_when_nothing_else_runs(root, monkeypatch):
    monkeypatch.setattr("dlcourse.grading.answer.SECONDS", 1)
    hand_in(root, 3)
    room = Classroom(root, NAME, root / "submitted", workers=1)
    asked = []
    true = room.store.known
    monkeypatch.setattr(Store, "known", lambda self, digest: asked.append(digest) or true(digest))
    notebook = json.loads(room.files["s0000"].read_text(encoding="utf-8"))
    answer = next(cell for cell in notebook["cells"] if cell["id"] == "conv_output_size")
    answer["source"] = "def conv_output_size(*args):\n    while True:\n        pass\n"
    room.files["s0000"].write_text(json.dumps(notebook), encoding="utf-8")
    lines = room.grade(root / "r.jsonl", None, progress=None)
    assert [x["status"] for x in lines if x["student"] == "s0000"][1] == "timeout"
    assert asked[0] == asked[-1]
    assert len(asked) == 4
