"""A lecture changes after it was handed out: nobody who answered the older release pays for it."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from answers import WRONG, solution
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook
from small_course import NAME, build_small_course, lecture_source

from dlcourse.authoring.build import write_lecture
from dlcourse.grading.classroom import Classroom
from dlcourse.grading.grade import Desk, read_master
from dlcourse.grading.marks import explanations
from dlcourse.grading.program import program
from dlcourse.grading.releases import (
    MOST_REMOVED,
    UNKNOWN,
    find_kept,
    keep,
    kept_folder,
    known_exercises,
    made_for,
    receive,
    release,
    removed,
)
from dlcourse.grading.store import FORMERLY, Store, words_digest
from dlcourse.grading.submission import read_cells

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

EXERCISES = ["relu", "conv_output_size", "q_xor"]
RIGHT = {name: solution(name) for name in EXERCISES}
GIVEN = '# %% tags=["given"]\nimport numpy as np\n'
# today's relu keeps what is above 1; a statement that says so; the release before it was max(0, z)
TODAY = [
    (r"g(z) = \max(0, z)$", r"g(z) = z$ where $z > 1$, else 0$"),
    ("return np.maximum(z, 0)", "return z * (z > 1)"),
]
NEW_RELU = "def relu(z):\n    return z * (z > 1)\n\n" + solution("relu").split("\n\n\n")[1]


def source(root, name):
    return root / "solutions" / "exercises" / f"{name}.py"


def change(path, *pairs):
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def rebuild_lecture(root, exercises=EXERCISES):
    """Release the lecture again, with the exercises named."""
    lecture = root / "solutions" / "lectures" / f"{NAME}.py"
    before = lecture.read_text(encoding="utf-8")
    given = before[before.index("# %% tags") : before.index("# %%\nimport math")]
    old = lecture_source(exercises)
    lecture.write_text(old.replace(GIVEN, given.rstrip() + "\n"), encoding="utf-8")
    contract = root / "solutions" / "contract.toml"
    if "relu" not in exercises:
        contract.write_text(contract.read_text().replace("relu = ", "# relu = "))
    write_lecture(root, NAME)


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """The course as it was when the first release was handed out."""
    return build_small_course(tmp_path_factory.mktemp("releases") / "root", EXERCISES)


@pytest.fixture
def course(first, tmp_path):
    return shutil.copytree(first, tmp_path / "course", ignore=shutil.ignore_patterns(".dlcourse"))


def answered(root, **answers):
    """A notebook of the release in `root`, answered rightly but for `answers`."""
    notebook = read_master(root, NAME)
    for cell in notebook.cells:
        cell.source = {**RIGHT, **answers}.get(cell.id, cell.source)
    return notebook


def graded(root, notebook):
    """Lines by exercise."""
    with Desk(root, NAME, seed=3) as desk:
        lines = desk.grade(receive(desk.master, read_cells(notebook)))
    return {line["exercise"]: line for line in lines}


def facts(line):
    return line["status"], line["points"], line["max_points"]


def test_todays_release_is_graded_as_ever_and_leaves_no_mark(course):
    notebook = receive(read_master(course, NAME), read_cells(answered(course)))
    assert made_for(notebook) == {}
    assert removed(notebook, known_exercises(course)) == []
    lines = graded(course, answered(course, relu=WRONG))
    assert [facts(line) for line in lines.values()] == [
        ("wrong", 0.0, 1.0),
        ("right", 1.0, 1.0),
        ("right", 1.0, 1.0),
    ]


def test_other_cases_or_mistakes_do_not_make_another_question(course):
    old = answered(course, relu=WRONG)
    change(
        source(course, "relu"), ("[0.0, 3.0]", "[0.0, 4.0]"), ("come out positive", "are positive")
    )
    rebuild_lecture(course)
    assert release(read_cells(old)) != release(read_cells(read_master(course, NAME)))
    lines = graded(course, old)
    assert facts(lines["relu"]) == ("wrong", 0.0, 1.0)
    assert "are positive" in lines["relu"]["message"]
    assert facts(lines["q_xor"]) == ("right", 1.0, 1.0)


def test_without_the_older_exercise_a_wrong_answer_is_left_to_a_person(course):
    old, lucky = answered(course), answered(course, relu=NEW_RELU)
    change(source(course, "relu"), *TODAY)
    rebuild_lecture(course)
    lines = graded(course, old)
    assert facts(lines["relu"]) == ("outdated", 0.0, 1.0)
    assert "older release" in lines["relu"]["message"]
    assert facts(lines["conv_output_size"]) == ("right", 1.0, 1.0)
    assert facts(graded(course, lucky)["relu"]) == ("right", 1.0, 1.0)
    assert facts(graded(course, answered(course))["relu"])[0] != "outdated"


def test_with_the_older_exercise_an_answer_is_graded_by_what_it_was_asked(course):
    old, wrong = answered(course), answered(course, relu=WRONG)
    ahead = answered(course, relu=NEW_RELU)  # right today, and not what was asked
    keep(course, read_master(course, NAME))
    change(source(course, "relu"), *TODAY)
    change(source(course, "relu"), ('tags=["solution"]', 'tags=["solution"] points=3'))
    rebuild_lecture(course)
    line = graded(course, old)["relu"]
    assert facts(line) == ("right", 3.0, 3.0)
    assert "as it was in the release that you answered" in line["message"]
    assert facts(graded(course, wrong)["relu"]) == ("wrong", 0.0, 3.0)
    assert facts(graded(course, ahead)["relu"]) == ("partly", 1.5, 3.0)
    assert facts(graded(course, answered(course, relu=NEW_RELU))["relu"]) == ("right", 3.0, 3.0)


def test_a_right_number_is_no_evidence_where_the_question_was_another(course):
    old = answered(course)
    change(source(course, "q_xor"), ("### ", "### Once more: "))
    rebuild_lecture(course)
    assert facts(graded(course, old)["q_xor"]) == ("outdated", 0.0, 1.0)
    assert facts(graded(course, answered(course))["q_xor"]) == ("right", 1.0, 1.0)


def test_an_exercise_taken_out_costs_nothing_and_a_new_one_is_left_to_a_person(course):
    rebuild_lecture(course, ["relu", "conv_output_size"])
    old = answered(course)
    rebuild_lecture(course, ["conv_output_size", "q_xor"])
    lines = graded(course, old)
    assert facts(lines["relu"]) == ("removed", 0.0, 0.0)
    assert "costs no points" in lines["relu"]["message"]
    assert facts(lines["q_xor"]) == ("outdated", 0.0, 1.0)
    assert facts(lines["conv_output_size"]) == ("right", 1.0, 1.0)
    deleted = answered(course)
    deleted.cells = [cell for cell in deleted.cells if cell.id != "q_xor"]
    assert facts(graded(course, deleted)["q_xor"]) == ("missing", 0.0, 1.0)


def test_an_answer_finds_the_given_cells_of_its_own_release(course):
    lecture = course / "solutions" / "lectures" / f"{NAME}.py"
    change(lecture, (GIVEN, GIVEN + "\n\ndef positive(z):\n    return z > 0\n"))
    rebuild_lecture(course)
    leaning = RIGHT["relu"].replace("(z > 0)", "positive(z)")
    old = answered(course, relu=leaning)
    change(
        lecture, ("def positive(z):\n    return z > 0", "def sign_of(z):\n    return np.sign(z)")
    )
    rebuild_lecture(course)
    assert facts(graded(course, old)["relu"]) == ("right", 1.0, 1.0)
    cells = program(receive(read_master(course, NAME), read_cells(old)), "relu")
    assert not [cell for cell in cells if "import math" in cell]  # a demo of any release
    assert facts(graded(course, answered(course, relu=leaning))["relu"])[0] == "partly"


def test_receiving_again_changes_nothing(course):
    old = answered(course)
    change(source(course, "relu"), *TODAY)
    rebuild_lecture(course, ["relu", "conv_output_size", "sigmoid_step"])
    master = read_master(course, NAME)
    once = receive(master, read_cells(old))
    assert receive(master, read_cells(json.loads(json.dumps(once)))) == once
    assert made_for(once).keys() == {"relu", "sigmoid_step"}
    assert made_for(once)["sigmoid_step"] == UNKNOWN
    known = known_exercises(course)
    assert removed(once, known) == ["q_xor"]
    marks = {"dlcourse": {"exercise": "", "asked": "0" * 12}}
    for number in range(200):  # somebody's invention
        marks["dlcourse"]["exercise"] = f"x{number}"
        cell = new_code_cell(f"x = {number}", metadata=json.loads(json.dumps(marks)))
        old.cells.append(cell)
    received = receive(master, read_cells(old))
    assert removed(received, known) == ["q_xor"]
    assert len(removed(received, {f"x{number}" for number in range(200)})) == MOST_REMOVED


@pytest.mark.parametrize(
    "claim", ["../../../secret", "/etc", "unknown", "0" * 12, 5, None, ["x"], "<script>"]
)
def test_a_forged_release_earns_nothing_and_reaches_no_file(course, claim):
    keep(course, read_master(course, NAME))
    for answer, status in [(WRONG, {"wrong", "outdated"}), (RIGHT["relu"], {"right"})]:
        notebook = answered(course, relu=answer)
        for cell in notebook.cells:
            if cell.id == "relu":
                cell.metadata["dlcourse"] = {"exercise": "relu", "made_for": claim, "asked": claim}
        line = graded(course, notebook)["relu"]
        assert line["status"] in status
        assert line["points"] == float(status == {"right"})


def test_an_exercise_that_only_a_kept_release_has_is_told_and_an_invention_is_not(course):
    keep(course, read_master(course, NAME))
    kept = next(kept_folder(course).glob("**/relu.py"))
    kept.rename(kept.with_name("bump.py"))
    notebook = answered(course)
    for name in ["bump", "invented"]:
        marks = {"dlcourse": {"exercise": name, "asked": UNKNOWN}}
        notebook.cells.append(new_code_cell(f"{name} = 1", metadata=marks))
    assert graded(course, notebook).keys() == {*EXERCISES, "bump"}


def test_a_forged_exercise_is_no_path_and_no_script(course):
    notebook = answered(course)
    mine = [dict(exercise=name, asked=UNKNOWN) for name in ["../x", "<b>", "relu\n", "x" * 999]]
    for number, ours in enumerate(mine):
        notebook.cells.append(new_code_cell(f"x = {number}", metadata={"dlcourse": ours}))
    assert graded(course, notebook).keys() == set(EXERCISES)


def test_a_kept_file_that_asks_something_else_or_cannot_be_read_is_passed_over(course):
    keep(course, read_master(course, NAME))
    asked = read_cells(read_master(course, NAME))
    claim = next(cell["asked"] for cell in asked if cell["exercise"] == "relu")
    assert find_kept(kept_folder(course), "relu", claim).id == "relu"
    kept = next(kept_folder(course).glob("**/relu.py"))
    change(kept, *TODAY)
    assert find_kept(kept_folder(course), "relu", claim) is None
    kept.write_text("def broken(:")
    assert find_kept(kept_folder(course), "relu", claim) is None


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('check = begin("99_awkward", "ab12")', "ab12"),
        ("check = begin('99_awkward', 'ab12', hints=False,\n    solutions=False)", "ab12"),
        ('check = begin(\n    "99_awkward",\n    "ab12",\n)', "ab12"),
        ("print('nothing')", None),
    ],
)
def test_the_release_is_read_in_every_form_of_the_first_cell(source, found):
    assert release([{"id": "begin", "source": source}]) == found
    assert release([{"id": "c-1", "source": source}]) is None


def marks(course):
    """Score, highest score and what awaits a person, by student."""
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        return {
            s.student.id: (s.score, s.max_score, s.needs_manual_grade)
            for s in book.assignment_submissions(NAME)
        }


def hand_in(course, student, notebook):
    folder = course / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{NAME}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def test_the_gradebook_follows_the_lecture_by_every_route(course):
    rebuild_lecture(course, ["relu", "conv_output_size"])
    hand_in(course, "ada", answered(course))
    room = Classroom(course, NAME, course / "submitted", workers=1)
    room.grade(course / "r.jsonl", progress=None)
    assert marks(course) == {"ada": (2.0, 4.0, False)}
    rebuild_lecture(course, ["conv_output_size", "q_xor", "sigmoid_step"])
    RIGHT["sigmoid_step"] = solution("sigmoid_step")
    hand_in(course, "ben", answered(course))
    room = Classroom(course, NAME, course / "submitted", workers=1)
    lines = room.grade(course / "r.jsonl", progress=None)
    assert {x["exercise"]: x["status"] for x in lines if x["student"] == "ada"} == {
        "conv_output_size": "right",
        "q_xor": "outdated",
        "sigmoid_step": "outdated",
        "relu": "removed",
    }
    due = {"ada": (1.0, 5.0, True), "ben": (3.0, 5.0, False)}
    assert marks(course) == due
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    for command in ["autograde", "generate_feedback"]:
        done = subprocess.run(
            ["nbgrader", command, NAME, "--force"],
            cwd=course,
            env=environment,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        assert marks(course) == due
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:  # a person decides
        for name in ["test_q_xor", "test_sigmoid_step"]:
            grade = book.find_grade(name, NAME, NAME, "ada")
            grade.manual_score, grade.needs_manual_grade = 0.5, False
        book.db.commit()
    room.grade(course / "r.jsonl", progress=None)
    assert marks(course)["ada"] == (2.0, 5.0, False)


def test_points_by_hand_are_looked_at_again_when_the_answer_is_another(course):
    def grade(notebook):
        hand_in(course, "ada", notebook)
        room = Classroom(course, NAME, course / "submitted", workers=1)
        room.grade(course / "r.jsonl", progress=None)
        return marks(course)["ada"]

    def give(points):
        with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
            grade = book.find_grade("test_relu", NAME, NAME, "ada")
            grade.manual_score, grade.needs_manual_grade = points, False
            book.db.commit()

    def claiming(answer, asked=UNKNOWN):
        notebook = answered(course, relu=answer)
        relu = next(cell for cell in notebook.cells if cell.id == "relu")
        relu.metadata["dlcourse"]["asked"] = asked
        return notebook

    assert grade(claiming(WRONG)) == (2.0, 5.0, True)
    give(1.0)
    assert grade(claiming(WRONG)) == (3.0, 5.0, False)
    assert grade(claiming(WRONG + "# another\n")) == (3.0, 5.0, True)
    give(1.0)
    for later in [answered(course, relu=WRONG + "# another\n"), read_master(course, NAME)]:
        assert grade(later)[2] is True  # judged today, or not answered
        assert grade(later)[2] is True  # and until somebody has looked
        give(0.5)
        assert grade(later)[2] is False


def test_the_words_of_an_earlier_version_are_known_again(tmp_path):
    with closing(sqlite3.connect(tmp_path / "grading.db")) as connection:
        connection.executescript(FORMERLY.split("insert")[0])
        connection.execute("insert into explanation values ('ada', 'x', 'why', 'It is flat.')")
        connection.commit()
    for _ in range(2):
        known = Store(tmp_path / "grading.db").words("x", ["ada"])
        assert known == {("ada", "why"): words_digest("It is flat.")}


def test_of_an_explanation_of_any_length_a_digest_waits(first):
    master, notebook = read_master(first, NAME), read_master(first, NAME)
    long = "so " * 300_000
    for cell in notebook.cells:
        ours = cell.metadata.get("nbgrader", {})
        cell.source = long if ours.get("solution") else cell.source
    found = explanations(notebook, master)
    assert {"test_relu", "test_q_xor"} <= found.keys()
    assert {len(words) for words, _ in found.values()} == {32}
