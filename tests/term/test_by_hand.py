"""Marks by hand from a table, one at a time, due dates, and students who leave."""

import csv
import io
import json
import re
import warnings

import pytest
from click.testing import CliRunner
from nbgrader.api import Gradebook
from small_course import NAME, build_small_course

from dlcourse.cli import main
from dlcourse.frame import nbformat, quiet_nbgrader
from dlcourse.grading.grade import read_master
from dlcourse.grading.marks import Gradebook as OurGradebook
from dlcourse.grading.marks import as_text, explanations, write_outputs
from dlcourse.grading.store import Store
from dlcourse.grading.submission import ADDED
from dlcourse.term.by_hand import read_written
from dlcourse.term.roster import Person, write_people
from dlcourse.term.totals import read_marks

WORDS = {"ada": "Because\nit is flat.", "ben": "=cmd|'/C calc'!A0", "cyd": None}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Three students, of whom two explained something; nothing of it is marked."""
    root = build_small_course(tmp_path / "course", ["relu"])
    master = read_master(root, NAME)
    store = Store(root / ".dlcourse" / "grading.db")
    with OurGradebook(f"sqlite:///{root}/gradebook.db", NAME, store) as book:
        book.register(master)
        for student, words in WORDS.items():
            notebook = hand_in(root, student, words)
            result = {"exercise": "relu", "points": 0.5, "status": "partly"}
            texts = explanations(notebook, master)
            book.record(student, texts, [result], "2026-11-02 11:30:00 UTC")
    monkeypatch.chdir(root)
    return root


def hand_in(root, student, words):
    notebook = read_master(root, NAME)
    for cell in notebook.cells:
        if cell.id == "explain_flat" and words:
            cell.source = words
    file = root / "autograded" / student / NAME / f"{NAME}.ipynb"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(as_text(notebook), encoding="utf-8")
    return notebook


def dlcourse(*words, code=0):
    done = CliRunner().invoke(main, words)
    assert done.exit_code == code, done.output
    return done.output


def by_hand(*words, code=0):
    return dlcourse("by-hand", "--lecture", NAME, *words, code=code)


def part(course, student, cell="explain_flat"):
    found = read_marks(course / "gradebook.db", NAME).students[student].parts[cell]
    return found.points, found.comment


def read_table(course):
    text = (course / "words.csv").read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def save_table(course, rows):
    table = io.StringIO()
    writer = csv.DictWriter(table, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    (course / "words.csv").write_text(table.getvalue(), encoding="utf-8")


def test_the_table_has_what_was_written_and_nothing_that_a_spreadsheet_runs(course):
    assert "2 explanations to mark" in by_hand("--write", "words.csv")
    rows = read_table(course)
    assert {row["student"]: row["answer"] for row in rows} == {
        "ada": "Because\nit is flat.",
        "ben": "'=cmd|'/C calc'!A0",
    }
    assert "is there already" in by_hand("--write", "words.csv", code=1)


def test_code_that_waits_for_a_person_is_in_the_table_and_is_marked_by_it(course):
    result = {"exercise": "relu", "points": 0.0, "status": "outdated"}
    result["message"] = "? relu: a < b was asked\n=1+1"
    master, store = read_master(course, NAME), Store(course / ".dlcourse" / "grading.db")
    code = "def relu(z):\n    return max(z, 0)"

    def grade():
        with OurGradebook(f"sqlite:///{course}/gradebook.db", NAME, store) as book:
            for student in ("dan", "eve"):
                notebook = hand_in(course, student, None)
                next(cell for cell in notebook.cells if cell.id == "relu").source = code
                write_outputs(notebook, [result])
                file = course / "autograded" / student / NAME / f"{NAME}.ipynb"
                file.write_text(as_text(notebook), encoding="utf-8")
                book.record(student, explanations(notebook, master), [result])

    grade()
    assert "2 explanations and 2 answers in code to mark" in by_hand("--write", "words.csv")
    rows = read_table(course)
    assert [row["student"] for row in rows] == ["ben", "ada", "dan", "eve"]
    for row in rows[2:]:
        assert (row["cell"], row["answer"], row["points"]) == ("relu", code, "")
        assert row["message"] == "? relu: a < b was asked\n'=1+1"
    save_table(course, [row | {"points": "1", "comment": "As asked then."} for row in rows[2:]])
    by_hand("--read", "words.csv")
    grade()
    assert part(course, "eve", "relu") == (1.0, "As asked then.")
    marks = read_marks(course / "gradebook.db", NAME).students
    assert [marks[student].unfinished for student in ("ada", "dan", "eve")] == [True, False, False]
    for row in rows:
        del row["message"]  # a table of an earlier release, or one without what is not needed
    save_table(course, [row | {"points": "0"} for row in rows[2:]])
    assert "2 marks given by hand." in by_hand("--read", "words.csv")


def test_code_is_shown_with_the_cells_in_which_it_may_stand(course):
    notebook = hand_in(course, "ada", None)
    empty = "\n" * 300_000  # a search that begins anew in each line takes most of an hour
    for source in ("%%time\nrelu = abs", "relu(1)", empty):
        cell = nbformat.v4.new_code_cell(source, metadata={"tags": [ADDED]})
        notebook.cells.append(cell)
    file = course / "autograded" / "ada" / NAME / f"{NAME}.ipynb"
    file.write_text(as_text(notebook), encoding="utf-8")
    starter = next(cell.source for cell in notebook.cells if cell.id == "relu")
    assert read_written(course, NAME, "ada")["relu"].text == f"{starter}\n\n%%time\nrelu = abs"


def test_points_codes_and_comments_of_the_table_reach_the_gradebook(course):
    by_hand("--write", "words.csv")
    rows = read_table(course)
    for row in rows:
        row["code"], row["comment"] = ("A", "And more.") if row["student"] == "ada" else ("", "")
        row["points"] = "" if row["student"] == "ada" else "0,5"
    save_table(course, rows)
    (course / "rubric.csv").write_text("cell,code,points,comment\n,a,2,Right.\n", encoding="utf-8")
    assert by_hand("--read", "words.csv", "--rubric", "rubric.csv") == "2 marks given by hand.\n"
    assert part(course, "ada") == (2.0, "Right.\nAnd more.")
    assert part(course, "ben") == (0.5, "")
    marks = read_marks(course / "gradebook.db", NAME).students
    assert [marks[s].total for s in ("ada", "ben", "cyd")] == [2.5, 1.0, 0.5]
    assert not any(marks[s].unfinished for s in ("ada", "ben", "cyd"))


def test_an_answer_that_changed_since_is_not_marked_by_the_older_table(course):
    by_hand("--write", "words.csv")
    save_table(course, [row | {"points": "1"} for row in read_table(course)])
    hand_in(course, "ada", "For another reason.")
    said = by_hand("--read", "words.csv", code=3)
    assert "1 marks given by hand" in said
    assert "NOT GIVEN: ada" in said
    assert part(course, "ada")[0] is None
    assert part(course, "ben")[0] == 1.0


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"points": "much"}, "row 3: 'much' is no number of points"),
        ({"points": "3"}, "ben, explain_flat: 3 points, and there are 0 to 2"),
        ({"points": "-1"}, "-1 points, and there are 0 to 2"),
        ({"code": "Z"}, "row 3: the rubric has no code 'Z' for explain_flat"),
    ],
)
def test_a_row_that_cannot_be_understood_gives_nothing_at_all(course, change, says):
    by_hand("--write", "words.csv")
    rows = sorted(read_table(course), key=lambda row: row["student"])
    rows = [row | {"points": "1"} for row in rows]
    save_table(course, [rows[0], rows[1] | change])
    (course / "rubric.csv").write_text("cell,code,points,comment\n,A,2,Right.\n")
    assert says in by_hand("--read", "words.csv", "--rubric", "rubric.csv", code=1)
    assert part(course, "ada")[0] is None


def test_a_name_like_a_formula_and_an_endless_explanation_hinder_nobody(course):
    words = WORDS | {"=1+1": "Flat.", "dan": "*" * 200_000}
    master = read_master(course, NAME)
    store = Store(course / ".dlcourse" / "grading.db")
    with OurGradebook(f"sqlite:///{course}/gradebook.db", NAME, store) as book:
        for student in ("=1+1", "dan"):
            texts = explanations(hand_in(course, student, words[student]), master)
            book.record(student, texts, [{"exercise": "relu", "points": 0.5, "status": "partly"}])
    by_hand("--write", "words.csv")
    rows = read_table(course)
    assert all(len(row["answer"]) < 32_767 for row in rows)  # a spreadsheet cuts what is longer
    save_table(course, [row | {"points": "1"} for row in rows])
    by_hand("--read", "words.csv")
    assert {part(course, student)[0] for student in ("ada", "ben", "=1+1", "dan")} == {1.0}


def test_a_table_that_cannot_be_read_is_told_in_one_sentence(course):
    by_hand("--write", "words.csv")
    rows = read_table(course)
    save_table(course, [rows[0] | {"comment": "x" * 200_000}])
    assert "field larger than" in by_hand("--read", "words.csv", code=1)


def test_a_code_without_a_rubric_and_a_table_of_something_else_are_told(course):
    by_hand("--write", "words.csv")
    save_table(course, [row | {"code": "A"} for row in read_table(course)])
    assert "row 2 has the code 'A': name the rubric with --rubric" in by_hand(
        "--read", "words.csv", code=1
    )
    (course / "other.csv").write_text("Student,ID\n")
    said = by_hand("--read", "other.csv", code=1)
    assert "no column student, cell" in said
    assert "Its first line has Student, ID." in said


def test_a_lecture_that_is_in_no_gradebook_is_told_and_no_gradebook_is_made(course):
    words = ["--student", "ada", "--cell", "relu", "--points", "1"]
    said = dlcourse("by-hand", "--lecture", "9_awkward", *words, code=1)
    assert f"9_awkward is not in the gradebook, which holds {NAME}" in said
    (course / "gradebook.db").rename(course / "elsewhere.db")
    assert "there is no gradebook" in by_hand(*words, code=1)
    assert not (course / "gradebook.db").exists()


def test_one_answer_is_marked_by_its_name_and_another_name_is_refused(course):
    one = ("--student", "ada", "--cell", "relu", "--points")
    by_hand(*one, "1", "--comment", "You are right.")
    assert part(course, "ada", "relu") == (1.0, "You are right.")
    assert "ada has nothing called tanh" in by_hand(
        "--student", "ada", "--cell", "tanh", "--points", "1", code=1
    )
    assert "2 points, and there are 0 to 1" in by_hand(*one, "2", code=1)
    assert "say --write FILE" in by_hand("--student", "ada", code=2)


def test_a_due_date_and_an_extension_reach_the_gradebook(course):
    due = ("due", "--lecture", NAME, "--at")
    assert "no due date: set it first" in dlcourse(
        *due, "2026-11-02 12:00 UTC", "--student", "ada", code=1
    )
    assert "is due on 2026-11-02 10:00 UTC. It has 3 points." in dlcourse(
        *due, "2026-11-02 11:00 +0100"
    )
    dlcourse(*due, "2026-11-02 11:00 UTC", "--student", "ada")
    late_eve = (*due, "2026-11-02 12:00 UTC", "--student", "eve")
    assert "there is no student eve" in dlcourse(*late_eve, code=1)
    write_people(course, {"eve": Person("eve")})
    dlcourse(*late_eve)
    with warnings.catch_warnings(), quiet_nbgrader():
        with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
            late = {x.student.id: x.total_seconds_late for x in book.assignment_submissions(NAME)}
    assert late == {"ada": 1800.0, "ben": 5400.0, "cyd": 5400.0, "eve": 0}
    assert read_marks(course / "gradebook.db", NAME).students["eve"].total is None


def test_a_due_date_with_dots_is_no_day_in_may(course):
    told = dlcourse("due", "--lecture", NAME, "--at", "05.11.2026 11:00 Europe/Berlin")
    assert "is due on 2026-11-05 10:00 UTC" in told


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("tomorrow-ish", "is no time"),
        ("2026-11-02 10:00", "says no zone"),
        ("10:00 UTC", "says no day"),
        ("05/11/2026 10:00 UTC", "may mean two"),
        ("2026-11-02 10:00 CEST", "is in CEST"),
    ],
)
def test_a_due_date_that_is_not_clear_is_refused(course, text, why):
    told = dlcourse("due", "--lecture", NAME, "--at", text, code=1)
    assert why in told
    assert "Write it as 2026-11-02 10:00 UTC" in told


def test_who_is_dropped_stays_so_until_taken_back(course):
    (course / "submitted" / "ada").mkdir(parents=True)
    assert "there is no student eve" in dlcourse("drop", "eve", code=1)
    dlcourse("drop", "ada")
    dlcourse("drop", "ada")
    assert (course / "dropped.txt").read_text() == "ada\n"
    line = {
        "student": "ada", "lecture": NAME, "exercise": "relu", "status": "right", "message": "",
        "points": 1.0, "max_points": 1.0, "diagnosis": None, "sandbox": None, "versions": {},
    }  # fmt: skip
    lines = [line, line | {"student": "ben"}]
    (course / "r.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines))
    dlcourse("report", "r.jsonl")
    table = (course / "report" / NAME / "marks.csv").read_text("utf-8")
    assert re.findall(r"^\w+", table, re.M)[-1:] == ["ben"]
    assert "ada" not in table
    write_people(course, {name: Person(name) for name in ("ada", "ben")})
    (course / "inbox").mkdir()
    (course / "inbox" / "ben.ipynb").write_text(json.dumps(read_master(course, NAME)))
    assert "Missing" not in dlcourse("collect", "inbox", "--lecture", NAME)
    assert "ada is back" in dlcourse("drop", "ada", "--back")
    assert "Missing of 2" in dlcourse("collect", "inbox", "--lecture", NAME, code=1)
    assert "was not dropped" in dlcourse("drop", "ada", "--back", code=1)
