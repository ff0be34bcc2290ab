"""What goes wrong in a term: late by mistake, a table saved otherwise, a name in an id's place."""

import csv
import io
from pathlib import Path

import pytest
from small_course import NAME, build_small_course
from test_by_hand import by_hand, dlcourse, hand_in

from dlcourse.grading.grade import read_master
from dlcourse.grading.late import LatePenalties
from dlcourse.grading.marks import Gradebook, as_text, explanations
from dlcourse.grading.results import told
from dlcourse.grading.store import Store
from dlcourse.term.handback import comment
from dlcourse.term.report import Report, write_report
from dlcourse.term.roster import (
    Person,
    fill_gradebook,
    read_people,
    read_roster,
    write_people,
)
from dlcourse.term.totals import Mark, Part, read_marks

IN_TIME, TOO_LATE = "2026-11-02 09:00:00 UTC", "2026-11-02 11:00:00 UTC"
ZERO = '\nc.LateSubmissionPlugin.penalty_method = "zero"\n'


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A lecture that was due at ten, with one exercise and one explanation."""
    root = build_small_course(tmp_path / "course", ["relu"])
    with (root / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(ZERO)
    monkeypatch.chdir(root)
    dlcourse("due", "--lecture", NAME, "--at", "2026-11-02 10:00 UTC")
    write_people(root, {"gil": Person("gil", "Gil Guest"), "ada": Person("ada", "Ada Lovelace")})
    return root


def graded(course, student, words=None, time=None):
    """What a grading of a student's hand-in leaves, without a sandbox; None: nothing explained."""
    master, notebook = read_master(course, NAME), hand_in(course, student, words)
    store = Store(course / ".dlcourse" / "grading.db")
    with Gradebook(f"sqlite:///{course}/gradebook.db", NAME, store, LatePenalties(course)) as book:
        book.register(master)
        result = {"exercise": "relu", "points": 0.5, "status": "partly"}
        book.record(student, explanations(notebook, master), [result], time)


def mark(course, student="ada"):
    found = read_marks(course / "gradebook.db", NAME).students[student]
    return found.total, found.penalty, found.unfinished


def test_points_for_an_explanation_that_is_taken_out_wait_for_a_person(course):
    graded(course, "ada", "It is flat.")
    by_hand("--student", "ada", "--cell", "explain_flat", "--points", "2")
    graded(course, "ada")
    assert mark(course) == (2.5, 0.0, True)
    by_hand("--write", "words.csv")
    assert [row["student"] for row in read_table("words.csv")] == ["ada"]
    by_hand("--student", "ada", "--cell", "explain_flat", "--points", "0")
    graded(course, "ada")
    assert mark(course) == (0.5, 0.0, False)


def test_points_for_what_was_explained_aloud_stay_where_nothing_is_written(course):
    graded(course, "ada")
    by_hand("--student", "ada", "--cell", "explain_flat", "--points", "2")
    graded(course, "ada")
    assert mark(course) == (2.5, 0.0, False)


def test_a_hand_in_that_is_late_no_more_has_its_points_back(course):
    graded(course, "ada", time=TOO_LATE)
    assert mark(course) == (0.0, 0.5, False)
    graded(course, "ada", time=IN_TIME)
    assert mark(course) == (0.5, 0.0, False)
    graded(course, "ada", time=TOO_LATE)
    graded(course, "ada")  # Canvas says LATE no more: no time is known
    assert mark(course) == (0.5, 0.0, False)


def read_table(file):
    text = Path(file).read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def save_table(file, rows, encoding="utf-8"):
    table = io.StringIO()
    writer = csv.DictWriter(table, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    Path(file).write_bytes(table.getvalue().encode(encoding, "replace"))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_a_table_that_a_spreadsheet_saved_in_its_own_letters_is_read(course, encoding):
    graded(course, "ada", "因为它是平的: über flach – “so”.")
    by_hand("--write", "words.csv")
    rows = [row | {"points": "1", "comment": "Größer!"} for row in read_table("words.csv")]
    save_table("words.csv", rows, encoding)
    assert "1 marks given" in by_hand("--read", "words.csv")
    found = read_marks(course / "gradebook.db", NAME).students["ada"].parts["explain_flat"]
    assert (found.points, found.comment) == (1.0, "Größer!")


def test_an_answer_that_the_table_changed_is_not_blamed_on_the_student_alone(course):
    graded(course, "ada", "It is flat.")
    by_hand("--write", "words.csv")
    rows = [row | {"points": "1", "answer": "It is"} for row in read_table("words.csv")]
    save_table("words.csv", rows)
    said = by_hand("--read", "words.csv", code=3)
    assert "NOT GIVEN: ada, explain_flat" in said
    assert "handed in again, or the column answer was changed" in said


def test_rows_that_are_still_empty_are_counted(course):
    graded(course, "ada", "It is flat.")
    graded(course, "ben", "It is not.")
    by_hand("--write", "words.csv")
    assert "2 rows have no points yet" in by_hand("--read", "words.csv")
    rows = read_table("words.csv")
    save_table("words.csv", [rows[0] | {"points": "1"}, rows[1]])
    assert "1 rows have no points yet" in by_hand("--read", "words.csv")


def test_one_mark_by_hand_says_whose_it_is_and_what_there_was_before(course):
    graded(course, "ada")
    said = by_hand("--student", "ada", "--cell", "relu", "--points", "1")
    assert "relu of ada: 1 of 1 points, 0.5 before; 1 of 3 in all." in said


def test_what_is_called_wrongly_is_told_with_what_there_is(course):
    graded(course, "ada")
    mark = ("--cell", "relu", "--points", "1")
    said = by_hand("--student", "ada", "--cell", "rellu", "--points", "1", code=1)
    assert "ada has nothing called rellu" in said
    assert "There are: relu, explain_flat." in said
    assert "Is it ada?" in by_hand("--student", "Ada Lovelace", *mark, code=1)
    assert "there is no student adda" in by_hand("--student", "adda", *mark, code=1)
    assert "gil has handed in nothing" in by_hand("--student", "gil", *mark, code=1)
    assert "Is it gil?" in dlcourse("drop", "Gil Guest", code=1)
    due = ("due", "--lecture", NAME, "--at", "2026-11-04 10:00 UTC", "--student")
    assert "Is it ada?" in dlcourse(*due, "lovelace ada", code=1)


def test_due_dates_and_extensions_can_be_read(course):
    dlcourse("due", "--lecture", NAME, "--at", "2026-11-04 10:00 UTC", "--student", "gil")
    said = dlcourse("due", "--lecture", NAME)
    assert f"{NAME} is due on 2026-11-02 10:00 UTC. It has 3 points." in said
    assert "gil: until 2026-11-04 10:00 UTC" in said


WORKSHEET = (
    "ID,Vollständiger Name,E-Mail-Adresse,Status,Bewertung,Bestwertung,Zuletzt geändert\n"
    'Teilnehmer/in 2001,John Smith,js@x.org,Zur Bewertung abgegeben,,"3,00",-\n'
    'Teilnehmer/in 2002,John Smith,smith@x.org,Keine Abgabe,,"3,00",-\n'
)
CLASS_LIST = "id,name,email\njs1,John Smith,js@x.org\njs2,John Smith,smith@x.org\n"


def collected(course, *words, code=1):
    return dlcourse("collect", "inbox", "--lecture", NAME, *words, code=code)


def moodle_hands_in(course, *names):
    for name in names:
        folder = course / "inbox" / f"{name}_assignsubmission_file_"
        folder.mkdir(parents=True)
        (folder / "hw.ipynb").write_text(as_text(read_master(course, NAME)), encoding="utf-8")


def test_a_worksheet_in_another_language_tells_namesakes_apart_too(course):
    write_people(course, {})
    (course / "class.csv").write_text(CLASS_LIST, encoding="utf-8")
    (course / "worksheet.csv").write_text(WORKSHEET, encoding="utf-8")
    moodle_hands_in(course, "John Smith_2001")
    collected(course, "--roster", "class.csv")
    assert read_people(course).keys() == {"js1", "js2", "John Smith"}
    said = collected(course, "--roster", "worksheet.csv")
    assert "John Smith is js1, by the address in worksheet.csv" in said
    assert "dlcourse drop 'John Smith'" in said.replace("\n", " ")
    assert "Missing of 2 in students.csv, 1: John Smith (js2)." in said
    assert read_people(course).keys() == {"js1", "js2"}
    dlcourse("drop", "John Smith")


def test_what_the_worksheet_says_of_the_time_is_told(course):
    late = "Abgegeben - 1 Tag 2 Stunden verspätet"
    text = WORKSHEET.replace("Zur Bewertung abgegeben", late)
    (course / "worksheet.csv").write_text(text + "\n", encoding="utf-8")  # a blank line
    moodle_hands_in(course, "John Smith_2001")
    said = " ".join(collected(course, "--roster", "worksheet.csv").split())
    assert f"worksheet.csv says of John Smith: {late}. That takes no points" in said
    assert said.count("says of") == 1


def test_two_students_who_have_one_address_are_one_again(course):
    ids = (("moodle", "2001"),)
    people = {"js1": Person("js1", "John Smith", "js@x.org", (("moodle", "1001"),))}
    write_people(course, people | {"js_": Person("js_", "John Smith", "js@x.org", ids)})
    (course / "worksheet.csv").write_text(WORKSHEET, encoding="utf-8")
    moodle_hands_in(course, "John Smith_2001")
    assert "js_ is js1, by the address" in collected(course, "--roster", "worksheet.csv")
    assert (course / "submitted" / "js1" / NAME / f"{NAME}.ipynb").is_file()
    assert read_people(course)["js1"].ids == (("moodle", "1001"), ("moodle", "2001"))


def test_a_worksheet_without_names_and_addresses_is_a_class_list_too(course):
    (course / "worksheet.csv").write_text(
        "Identifier,Status,Grade\nParticipant 7,-,-\n", encoding="utf-8"
    )
    assert read_roster(course / "worksheet.csv") == [Person("moodle_7", "", "", (("moodle", "7"),))]


def test_an_export_after_the_due_date_says_whose_hand_in_was_in_time(course):
    def canvas(late, text):
        notebook = read_master(course, NAME)
        next(cell for cell in notebook.cells if cell.id == "relu").source = text
        (course / "inbox").mkdir(exist_ok=True)
        for old in (course / "inbox").iterdir():
            old.unlink()
        name = f"lovelaceada_{late}10_20_{NAME}.ipynb"
        (course / "inbox" / name).write_text(as_text(notebook), encoding="utf-8")

    (course / "class.csv").write_text("id,name\nada,Ada Lovelace\n", encoding="utf-8")
    canvas("", "relu = 1")
    assert "IN TIME" not in collected(course, "--roster", "class.csv")
    canvas("LATE_", "relu = 1")
    assert "IN TIME" not in collected(course)
    canvas("", "relu = 1")
    collected(course)
    canvas("LATE_", "relu = 2")
    assert "WAS IN TIME, and a late one counts now" in collected(course)
    assert "IN TIME" not in collected(course)


def test_answers_to_an_older_question_are_told_when_they_are_graded():
    line = {"exercise": "relu", "status": "right", "versions": {}}
    older = line | {"status": "wrong", "versions": {"made_for": "0123"}}
    broken = {"exercise": None, "status": "unreadable", "versions": {}}
    assert told([line, older, older, broken]) == [
        "1 unreadable; answers: 1 right, 2 wrong",
        "Answers to an older question, judged by that one where its file is kept: 2 to relu.",
    ]
    assert told([]) == ["nothing."]


def test_the_recipe_for_ten_percent_a_day_takes_them(course):
    page = (Path(__file__).parents[2] / "docs" / "grading.md").read_text(encoding="utf-8")
    recipe = page.split("```python\n")[1].split("```")[0]
    with (course / "nbgrader_config.py").open("a", encoding="utf-8") as file:
        file.write(f"\n{recipe}")
    for time, penalty in [(IN_TIME, 0.0), (TOO_LATE, 0.05), ("2026-11-03 10:00:01 UTC", 0.1)]:
        graded(course, "ada", time=time)
        assert mark(course) == (pytest.approx(0.5 - penalty), pytest.approx(penalty), False)


def test_a_comment_does_not_run_into_what_follows():
    parts = {"a": Part(1.0, 2.0, True, "Too short"), "b": Part(2.0, 2.0, True, "Good!")}
    said = comment(Mark("ada", total=3.0, parts=parts), 4.0)
    assert said == "3 of 4 points. a: 1 of 2. Too short. b: 2 of 2. Good!"


def test_the_report_has_names_and_those_who_handed_in_nothing(course):
    graded(course, "ada")
    line = {
        "student": "ada", "lecture": NAME, "exercise": "relu", "status": "undecided",
        "points": 0.0, "max_points": 1.0, "message": "", "diagnosis": None, "sandbox": None,
        "versions": {},
    }  # fmt: skip
    fill_gradebook(f"sqlite:///{course}/gradebook.db", read_people(course))
    marks = read_marks(course / "gradebook.db", NAME)
    write_report(Report(course, [line], None, marks), course / "report")
    rows = read_table(course / "report" / "marks.csv")
    assert [(row["student"], row["status"], row["name"]) for row in rows] == [
        ("ada", "graded", "Ada Lovelace"),
        ("gil", "nothing", "Gil Guest"),
    ]
    page = (course / "report" / "report.html").read_text(encoding="utf-8")
    assert "Handed in nothing: gil (Gil Guest).</p>" in page
    assert "<b>1</b> to look at" in page
    write_report(Report(course, [line], None, marks, ["gil"]), course / "report")
    assert len(read_table(course / "report" / "marks.csv")) == 1
