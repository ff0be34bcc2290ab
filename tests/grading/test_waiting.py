"""What a submission of answers that sleep may cost, and that a busy machine costs nobody a point.

Nothing here sleeps: the grader's replies are told beforehand.
"""

import sys
from dataclasses import replace

import pytest
from answers import RIGHT, solution
from damage import LOOP
from small_course import NAME, build_small_course
from test_limits import hand_in

from dlcourse.checks.budget import COMMON
from dlcourse.grading.answer import Grader
from dlcourse.grading.classroom import Classroom
from dlcourse.grading.clock import (
    FLOOR,
    HURRIED,
    LAST,
    LONGEST,
    SHORT,
    SPENT,
    WAITED,
    WALL,
    limits,
    longest,
    patience,
)
from dlcourse.grading.grade import Answer, Desk
from dlcourse.grading.program import Program
from dlcourse.grading.team import Team
from dlcourse.sandbox.sandbox import Reply

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

EXERCISES = ["relu", "minibatches", "conv_output_size", "sgd_step", "accuracy"]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("waiting") / "root", EXERCISES)


@pytest.fixture
def root(tmp_path):
    root = build_small_course(tmp_path / "root", ["relu"])
    hand_in(root, "ada", RIGHT["loops"])
    return root


def told(monkeypatch, outcomes):
    """Let the grader find each of these in turn, the last one for ever; give what it was asked."""
    asked, true = [], Grader.grade

    def grade(self, name, cells, made_for=None, slow=(), times=None, short=False):
        asked.append((name, times))
        status = outcomes[min(len(asked), len(outcomes)) - 1]
        found = true(self, name, [solution(name)])
        points = found.max_points if status == "right" else 0.0
        return replace(
            found, status=status, points=points, seconds=25.0, waited=status == "timeout"
        )

    monkeypatch.setattr(Grader, "grade", grade)
    return asked


def graded(root, **options):
    room = Classroom(root, NAME, root / "submitted", 1, **options)
    return [line["status"] for line in room.grade(root / "r.jsonl", None, progress=None)]


def test_an_answer_in_a_hurry_has_less_time_on_the_wall_and_as_much_processor_time():
    found = [limits(2.0, times) for times in (WALL, HURRIED, LAST)]
    assert [one.seconds for one in found] == [2 * WALL, 2 * HURRIED, 2 * LAST]
    assert {one.processor for one in found} == {2.0}
    assert 1 < LAST < HURRIED < WALL


def test_no_answer_has_more_than_a_minute_but_one_that_may_work_for_longer():
    assert limits(8.0).seconds == LONGEST == 60
    assert limits(64.0).seconds == limits(64.0, HURRIED).seconds == 64 * LAST


def test_only_time_that_was_lost_by_timeouts_makes_a_hurry():
    line = {"status": "timeout", "seconds": WAITED}
    assert patience([]) == patience([line]) == WALL
    assert patience([line, {**line, "seconds": 0.1}]) == HURRIED
    assert patience([{**line, "status": "right"}] * 3) == WALL


def test_a_notebook_of_sleeping_answers_is_hurried_after_a_minute(course, monkeypatch):
    asked = told(monkeypatch, ["timeout"])
    hand_in(course, "ada", RIGHT["loops"])
    with Desk(course, NAME, seed=0) as desk:
        file = course / "submitted" / "ada" / NAME / f"{NAME}.ipynb"
        outcome = desk.grade_file(file, {})
    assert [times for _, times in asked] == [WALL, WALL, WALL, HURRIED, HURRIED]
    assert len(outcome.timeouts) == 5
    assert not outcome.keyed


@pytest.mark.parametrize("status", ["right", "timeout"])
def test_a_submission_whose_answers_all_sleep_is_graded_within_its_bound(
    course, monkeypatch, status
):
    processor, asked = [FLOOR + 4.0] * 13 + [8.0 + 4.0] * 2, []

    def sleeping(self, name, cells, made_for, slow, times, short):
        """It comes back, or does not, when its time on the wall is over."""
        asked.append(limits(processor[len(asked)], times).seconds)
        waited = status == "timeout"
        points = {"points": 0.0, "max_points": 1.0}
        return {"status": status, "seconds": asked[-1], "stopped": [], "waited": waited, **points}

    monkeypatch.setattr(Desk, "_grade_one", sleeping)
    monkeypatch.setattr(Grader, "key", lambda self, name, *_: name)
    with Desk(course, NAME, seed=0) as desk:
        program = Program(["x"], None, "")
        desk._grade_all([Answer(f"exercise {n}", None, program) for n in range(15)], {}.get)
    assert SPENT < sum(asked) <= longest(processor) < 8 * 60
    assert asked[-1] == LAST * processor[-1]


def test_after_two_answers_without_end_the_others_have_a_short_try(course, monkeypatch):
    asked = []

    def ask(self, name, cells, made_for, slow, times, short):
        asked.append(short)
        status, points = ("right", 1.0) if len(asked) == 4 else ("timeout", 0.0)
        found = {"status": status, "points": points, "max_points": 1.0, "stopped": []}
        return {**found, "seconds": 2.0, "waited": len(asked) == 2}

    monkeypatch.setattr(Desk, "_grade_one", ask)
    monkeypatch.setattr(Grader, "key", lambda self, name, *rest: (name, rest[-1]))
    program = Program(["x"], None, "")
    answers = [Answer(f"exercise {n}", None, program) for n in range(6)]
    with Desk(course, NAME, seed=0) as desk:
        _, keyed, timeouts = desk._grade_all(answers, {}.get)
        assert asked == [False, False, False, True, True, True]  # the second may end elsewhere
        assert list(timeouts) == [("exercise 1", False)]
        assert [short for _, short in keyed] == [False, False, True, True, True]
        desk.grader.seconds = 2.0  # asked for by a person: nothing is short then
        asked.clear()
        desk._grade_all(answers, {}.get)
        assert asked == [False] * 6


@pytest.mark.usefixtures("ample_wall")
def test_where_all_but_one_answer_loop_it_has_its_point_and_a_person_looks(root, tmp_path):
    root = build_small_course(tmp_path / "many", EXERCISES)
    source = "".join(f"def {name}(*args):\n    while True: pass\n" for name in EXERCISES[:-1])
    hand_in(root, "ada", f"{source}\n{solution('accuracy')}")
    with Desk(root, NAME, seed=0) as desk:
        for name in EXERCISES:
            desk.grader.clock(desk.grader.paper(name))
        used = []
        true = desk.grader.ask
        desk.grader.ask = lambda *a: used.extend(found := true(*a)) or found
        outcome = desk.grade_file(root / "submitted" / "ada" / NAME / f"{NAME}.ipynb", {})
    statuses = [line["status"] for line in outcome.lines]
    assert statuses == ["timeout", "timeout", "undecided", "undecided", "right"]
    assert "your instructor will look at it" in outcome.lines[2]["message"]
    assert not outcome.timeouts  # all of it is known for certain, and never run again
    assert sum(reply.processor for reply in used) < 2 * (FLOOR + 0.3) + 2 * (FLOOR / SHORT + 0.3)


def test_the_cases_of_a_stateful_exercise_share_their_time_on_the_wall(course, monkeypatch):
    found = []

    class Sleeping:
        def run(self, job, most, label):
            found.append(most.seconds)
            return Reply("ok" if len(found) < 3 else "timeout", b"", min(most.seconds, 8.0), "")

    with Grader(course / "solutions" / "exercises", 0) as grader:
        monkeypatch.setattr(grader, "_sandbox_of", lambda paper: Sleeping())
        paper = grader.paper("relu")
        monkeypatch.setattr(paper, "jobs", lambda *_: [b"job"] * 5)
        assert len(grader.ask(paper, [], 0.0)) == 3
    most = limits(COMMON).seconds
    assert found == [most, most - 8.0, most - 16.0]


def test_a_timeout_that_came_twice_is_remembered_and_never_run_again(root, monkeypatch):
    asked = told(monkeypatch, ["timeout"])
    assert graded(root) == ["timeout"]
    assert len(asked) == 2
    assert graded(root) == ["timeout"]
    assert len(asked) == 2


@pytest.mark.usefixtures("ample_wall")
def test_an_answer_that_has_worked_for_as_long_as_it_may_is_not_tried_again(root, monkeypatch):
    asked, true = [], Desk._grade_one
    monkeypatch.setattr(Desk, "_grade_one", lambda *a: asked.append(a[1]) or true(*a))
    hand_in(root, "ben", LOOP)
    for _ in range(2):
        assert graded(root, seconds=0.5) == ["right", "timeout"]
        assert asked == ["relu", "relu"]


def test_an_answer_that_was_slow_on_a_busy_machine_loses_nothing(root, monkeypatch):
    asked = told(monkeypatch, ["timeout", "right"])
    assert graded(root) == ["right"]
    assert graded(root) == ["right"]
    assert len(asked) == 2


def test_a_timeout_that_came_once_before_the_grader_was_killed_is_not_remembered(root, monkeypatch):
    asked = told(monkeypatch, ["timeout", "timeout", "right"])
    true, runs = Team.run, []

    def killed_at_the_second(self, jobs, at_once=None):
        runs.append(at_once)
        if len(runs) == 2:
            raise KeyboardInterrupt
        return true(self, jobs, at_once)

    monkeypatch.setattr(Team, "run", killed_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        graded(root)
    assert len(asked) == 1
    assert graded(root) == ["right"]
    assert len(asked) == 3


def test_timeouts_are_tried_again_by_half_of_the_workers(root, monkeypatch):
    room = Classroom(root, NAME, root / "submitted", 1)
    many = []
    monkeypatch.setattr(Team, "run", lambda self, jobs, at_once=None: many.append(at_once) or ())
    assert list(room._graded(Team(8), room._place())) == []
    assert many == [None, 4, 1]


def test_results_of_another_processor_time_have_another_name(course):
    keys = set()
    for seconds in (None, 1, 5):
        with Grader(course / "solutions" / "exercises", 0, seconds=seconds) as grader:
            keys.add(grader.key("relu", [solution("relu")]))
    assert len(keys) == 3


def test_nbgraders_own_way_remembers_a_timeout_that_came_twice_too(course, monkeypatch):
    asked = told(monkeypatch, ["timeout"])
    with Desk(course, NAME) as desk:
        for _ in range(2):
            lines = desk.grade(desk.master)
            assert {line["status"] for line in lines} == {"timeout"}
    assert len(asked) == 2 * len(EXERCISES)
