"""A whole class: everybody gets the record due, whoever grades and whoever is killed meanwhile."""

import json
import os
import random
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from answers import solution
from class_of_students import KINDS, disagreements, hand_in
from damage import DAMAGE
from grade_class import FUNCTIONS
from hindrances import ENDLESS, HINDRANCES
from nbgrader.api import Gradebook
from small_course import NAME, build_small_course

from dlcourse.grading.answer import Grader
from dlcourse.grading.classroom import Classroom, find_submissions
from dlcourse.grading.grade import Desk
from dlcourse.grading.releases import receive
from dlcourse.grading.store import Store
from dlcourse.grading.submission import read_notebook
from dlcourse.sandbox.sandbox import SandboxError
from dlcourse.term.by_hand import Given, give
from dlcourse.term.totals import read_marks

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

EXERCISES = ["relu", "conv_output_size"]
SCRIPT = Path(__file__).with_name("grade_class.py")
MEMORY = 220  # MiB for the coordinator of 3,000; it took 174 then, and 139 for 100


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


def read_lines(file):
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def forget_results(root, copy):
    """Copy a course with its seed and nothing graded."""
    ignored = shutil.ignore_patterns("gradebook.db", "autograded", "*.jsonl")
    shutil.copytree(root, copy, ignore=ignored, symlinks=True)
    with closing(sqlite3.connect(copy / ".dlcourse" / "grading.db")) as connection:
        connection.executescript("delete from result; delete from submission;")
    return copy


def grade(root, workers, *deaths, seconds=3):
    """Grade in a process of its own, whose death may be part of it; see grade_class.py."""
    command = [sys.executable, SCRIPT, *map(str, ["r.jsonl", workers, seconds, *deaths])]
    surroundings = {**os.environ, "PYTHONPATH": str(SCRIPT.parents[1])}
    return subprocess.run(command, cwd=root, env=surroundings, capture_output=True, text=True)


def ended_in(folder):
    """Tell whether every process that works in a folder ends soon."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder):
                found.append(process)
        except (psutil.Error, OSError):
            continue
    return psutil.wait_procs(found, timeout=60)[1] == []


def grade_in_spite_of_kills(root, students, workers, seed, each=1, seconds=3):
    """Grade a class; kill the coordinator, then workers, `each` so often, at random moments.

    Returns the lines and what it took, all gradings together.
    """
    rng = random.Random(seed)
    # the later ones lie beyond what an earlier grading has stored
    bounds = range(20, len(students) * 3 // 4, max(1, (len(students) * 3 // 4 - 20) // each))
    spans = [(low, low + bounds.step) for low in bounds][:each]

    def moments():
        return [(rng.choice(list(FUNCTIONS)), rng.randrange(*span)) for span in spans]

    begun, killed = time.monotonic(), [moments(), moments()]
    for moment in killed[0]:
        done = grade(root, workers, "coordinator", *moment, seconds=seconds)
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert not (root / "r.jsonl").exists()
        assert ended_in(root)
    deaths = [word for moment in killed[1] for word in ("worker", *moment)]
    done = grade(root, workers, *deaths, seconds=seconds)
    took = round(time.monotonic() - begun, 1)
    assert done.returncode == 0, done.stderr
    assert ended_in(root)
    assert "A grading process died" in done.stderr
    lines = read_lines(root / "r.jsonl")
    assert disagreements(students, lines) == [], f"seed {seed}, killed at {killed}"
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        scores = {s.student.id: s.score for s in book.assignment_submissions(NAME)}
    assert scores == {s.name: s.points for s in students}
    facts = json.loads(done.stdout)
    return lines, {"workers": workers, "seconds": took, "peak_mib": facts["peak_mib"]}


def what_became_of_damage(students, lines):
    """By kind of damage: how many students, and what the first of them is told."""
    told = {}
    for line in lines:
        if line["exercise"] in (None, "relu"):
            why = " ".join(line["message"].split())
            judged = line["status"] in ("right", "partly", "wrong", "missing")
            told[line["student"]] = line["status"] if judged else f"{line['status']}: {why}"
    found = {}
    for kind in KINDS:
        names = [s.name for s in students if s.damage == kind]
        found[kind] = {"students": len(names), "told": told[names[0]]}
    return found


@pytest.fixture
def root(tmp_path):
    return build_small_course(tmp_path / "root", EXERCISES)


def test_a_record_that_differs_from_what_is_due_is_seen(root):
    students = hand_in(root, 8, every=8)
    assert len(disagreements(students, [])) == 2 * 7 + 1
    stranger = {"student": "x", "exercise": "relu", "points": 1.0}
    assert "x: nobody's" in disagreements(students, [stranger])


def test_a_hundred_students_and_more_get_their_records_in_spite_of_kills(root):
    students = hand_in(root, 2 * len(DAMAGE), every=2)  # over a hundred
    assert {s.damage for s in students} == {None, *DAMAGE}
    grade_in_spite_of_kills(root, students, 3, seed=secrets.randbits(32))


def test_one_process_and_several_give_the_same_lines(root, tmp_path):
    hand_in(root, 12, every=3)
    assert grade(root, 3).returncode == 0
    alone = forget_results(root, tmp_path / "alone")
    assert grade(alone, 1).returncode == 0
    assert marks_of(read_lines(alone / "r.jsonl")) == marks_of(read_lines(root / "r.jsonl"))


@pytest.mark.long
def test_three_thousand_students_too_and_the_coordinator_stays_small(
    root, tmp_path, record_testsuite_property
):
    students = hand_in(root, 3000, kinds={**DAMAGE, **HINDRANCES}, endless=ENDLESS)
    assert {s.damage for s in students} == {None, *KINDS}
    killed_at = secrets.randbits(32)
    lines, killed = grade_in_spite_of_kills(root, students, 8, killed_at, each=3, seconds=0)
    copy = forget_results(root, tmp_path / "alone")
    done = grade(copy, 1, seconds=0)
    assert done.returncode == 0, done.stderr
    assert marks_of(read_lines(copy / "r.jsonl")) == marks_of(lines)
    alone = json.loads(done.stdout)
    for took in (killed, alone):
        assert took["peak_mib"] < MEMORY
        took["students_a_second"] = round(len(students) / took["seconds"], 1)
    told = subprocess.run([sys.executable, "-m", "dlcourse", "report", "r.jsonl"], cwd=root)
    assert told.returncode == 0
    pages = {page.stem for page in (root / "report").rglob("feedback/*.html")}
    assert pages >= {s.name for s in students}
    facts = {
        "students": len(students),
        "of whom never end": sum(s.damage in ENDLESS for s in students),
        "in spite of six kills": killed,
        "undisturbed": alone,
        "broken": what_became_of_damage(students, lines),
    }
    record_testsuite_property("class", json.dumps(facts))  # benchmarks/bench_class.py keeps it


def asked_again(root):
    """Answers, by exercise, that are not right and that cells below their check may save."""
    lines = read_lines(root / "r.jsonl")
    points = {(line["student"], line["exercise"]): line["points"] for line in lines}
    found = Counter()
    with Desk(root, NAME) as desk:
        for student, file in find_submissions(root / "submitted", NAME):
            if (student, None) in points:  # it cannot be read
                continue
            for answer in desk._answers(receive(desk.master, read_notebook(file))):
                found[answer.name] += (
                    bool(answer.program.whole) and points[student, answer.name] < 1
                )
    return found


def test_a_second_run_grades_only_what_an_edited_exercise_asks(root, monkeypatch):
    asked, true = [], Desk._grade_one
    monkeypatch.setattr(Desk, "_grade_one", lambda self, *a: asked.append(a[0]) or true(self, *a))
    hand_in(root, 6, every=6)

    def run():
        asked.clear()
        Classroom(root, NAME, root / "submitted", 1).grade(root / "r.jsonl", progress=None)
        return Counter(asked)

    first = run()
    assert first == Counter(5 * EXERCISES) + asked_again(root)
    assert run() == Counter()
    with (root / "solutions" / "exercises" / "relu.py").open("a", encoding="utf-8") as file:
        file.write("\nEDITED = True\n")
    assert run() == Counter(relu=first["relu"])


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
    assert grade(copy, 1).returncode == 0
    assert marks_of(read_lines(copy / "r.jsonl")) == marks_of(lines)


def test_a_fault_of_ours_leaves_earlier_marks_and_calls_a_person(root, monkeypatch):
    students = hand_in(root, 3)
    room = Classroom(root, NAME, root / "submitted", 1)
    room.grade(root / "r.jsonl", progress=None)
    room.store.draw_new_seed(NAME)
    monkeypatch.setattr(Desk, "_grade_one", lambda self, *a: 1 / 0)
    lines = room.grade(root / "r.jsonl", progress=None)
    assert {line["status"] for line in lines} == {"ungraded"}
    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        found = book.assignment_submissions(NAME)
        assert {s.student.id: s.score for s in found} == {s.name: s.points for s in students}
        assert all(s.needs_manual_grade for s in found)


def test_after_a_fault_of_ours_what_a_person_marked_is_still_marked(root, monkeypatch):
    students = hand_in(root, 3)
    room = Classroom(root, NAME, root / "submitted", 1)
    room.grade(root / "r.jsonl", progress=None)
    give(root, NAME, [Given(one.name, "relu", 0.25) for one in students])
    with monkeypatch.context() as patch:
        patch.setattr(Desk, "grade_file", lambda *_: 1 / 0)
        room.grade(root / "r.jsonl", progress=None)
    room.grade(root / "r.jsonl", progress=None)
    marks = read_marks(root / "gradebook.db", NAME).students.values()
    assert [mark.parts["relu"].points for mark in marks] == [0.25] * 3
    assert not any(mark.unfinished for mark in marks)


def test_nobody_is_graded_where_no_safe_sandbox_starts(root, monkeypatch):
    monkeypatch.setattr("dlcourse.sandbox.rungs.attempts", lambda kind: [])
    hand_in(root, 3)
    with pytest.raises(SandboxError, match="No safe sandbox starts here"):
        Classroom(root, NAME, root / "submitted", 1).grade(root / "r.jsonl", progress=None)
    assert not (root / "r.jsonl").exists()


def test_an_answer_that_waits_too_long_is_tried_once_more_at_the_end(root, monkeypatch):
    hand_in(root, 3)
    room = Classroom(root, NAME, root / "submitted", workers=1)
    asked = []
    true = room.store.known
    monkeypatch.setattr(Store, "known", lambda self, digest: asked.append(digest) or true(digest))
    notebook = json.loads(room.files["s0000"].read_text(encoding="utf-8"))
    answer = next(cell for cell in notebook["cells"] if cell["id"] == "conv_output_size")
    answer["source"] = "# on a busy machine\n" + solution("conv_output_size")
    room.files["s0000"].write_text(json.dumps(notebook), encoding="utf-8")
    grades = Grader.grade

    def on_a_busy_machine(self, name, cells, *rest):
        found = grades(self, name, cells, *rest)
        if name == "conv_output_size" and any("busy machine" in cell for cell in cells):
            return replace(found, status="timeout", points=0.0, waited=True)
        return found

    monkeypatch.setattr(Grader, "grade", on_a_busy_machine)
    lines = room.grade(root / "r.jsonl", None, progress=None)
    assert [x["status"] for x in lines if x["student"] == "s0000"][1] == "timeout"
    assert asked[0] == asked[-1]
    assert len(asked) == 4
