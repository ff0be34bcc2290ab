"""docs/term.md is run as it stands: a term with twelve students, from release to last mark."""

import csv
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from answers import HALF, LOOPS, WRONG, solution
from click.testing import CliRunner
from small_course import NAME, build_small_course

from dlcourse.cli import main
from dlcourse.grading.grade import read_master

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

PAGE = Path(__file__).parents[2] / "docs" / "term.md"
EXERCISES = ["relu", "conv_output_size"]
IN_THE_PAGE = {"06_activations": NAME, "explain_level": "explain_flat"}
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.M | re.S)
CLASS = {
    "ada": "Ada Lovelace",
    "ben": "Ben O'Neil Bloom",
    "cyd": "Cyd Díaz",
    "dan": "Dan Drucker",
    "eve": "Eve Engel",
    "fay": "Fay Farouk",
    "hal": "Hal Hendriks",
    "ida": "Ida Ito",
    "jon": "Jon Jónsson",
    "kim": "Kim Min-seo",
    "lea": "Lea Lund",
    "max": "Max Mbeki",
}
OWN = '''
def conv_output_size(size, kernel_size, stride=1, pad_start=0, pad_end=0):
    """Count the places at which the window fits."""
    if stride < 1:
        raise ValueError("the stride is below 1")
    positions, left = 0, -pad_start
    while left + kernel_size <= size + pad_end:
        positions, left = positions + 1, left + stride
    if positions == 0:
        raise ValueError("the kernel is larger than the padded input")
    return positions
'''
ANSWERS = {
    "dan": {"relu": HALF},
    "eve": {"relu": WRONG},
    "fay": {"relu": LOOPS},
    "hal": {"conv_output_size": OWN},
    "ida": {"conv_output_size": OWN.replace("positions", "n").replace("left", "at")},
}
LATE = ("ben", "kim")
LEA = "lundlea_1010"  # whom no class list names
WORDS = "Because every gradient below is multiplied by a slope near 0, says {}."


def commands():
    """The page's commands with their exit status, and what each block of them prints."""
    text = PAGE.read_text(encoding="utf-8")
    for name, small in IN_THE_PAGE.items():
        text = text.replace(name, small)
    blocks = [(found[1], found[2]) for found in BLOCK.finditer(text)]
    for (kind, block), (after, prints) in zip(blocks, [*blocks[1:], ("sh", "")], strict=True):
        if kind == "sh":
            lines = [re.fullmatch(r"(.+?)(?: # (\d))?", line) for line in block.splitlines()]
            yield [(x[1], int(x[2] or 0)) for x in lines], prints if after == "text" else ""


def canvas_name(student):
    """The name of a student's file in Canvas's download of the submissions."""
    first, _, last = CLASS[student].rpartition(" ")
    plain = "".join(c for c in f"{last}{first}".lower() if c.isalnum())
    number = list(CLASS).index(student)
    late = "LATE_" if student in LATE else ""
    return f"{plain}_{late}{1000 + number}_{7000 + number}_{NAME}.ipynb"


def hand_in(course, archive, broken=()):
    """Pack what the class handed in, as Canvas does."""
    archive.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(archive, "w") as inbox:
        for student in CLASS:
            notebook = read_master(course, NAME)
            words = WORDS.format(student) if student != "max" else ""
            own = {name: solution(name) for name in EXERCISES} | ANSWERS.get(student, {})
            own |= {"explain_flat": words} if words else {}
            for cell in notebook.cells:
                cell.source = own.get(cell.id, cell.source)
            text = '{"cells": [' if student in broken else json.dumps(notebook)
            inbox.writestr(canvas_name(student), text)


def platform_files(course):
    """What the platforms export: all but Lea, who came later, and one who hands in nothing."""
    known = [(n, student, name) for n, (student, name) in enumerate(CLASS.items())]
    known = [one for one in known if one[1] != "lea"] + [(99, "gil", "Gil Guest")]
    head = f"Student,ID,SIS Login ID,Section,{NAME} (4711),Current Score\n"
    head += ",,,,Manual Posting,\n    Points Possible,,,,4.00,(read only)\n"
    rows, participants = [], []
    for number, student, name in known:
        first, _, last = name.rpartition(" ")
        rows.append(f'"{last}, {first}",{1000 + number},{student},"Mon, Tue",,\n')
        participants.append(
            f'"Participant {5000 + number}","{name}",{student}@uni.example,"Submitted for grading",'
            ',4.00,Yes,"Monday, 2 November 2026, 9:00 AM",-,\r\n'
        )
    (course / "canvas.csv").write_bytes(("\ufeff" + head + "".join(rows)).encode())
    head = (
        'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed"'
        ',"Last modified (submission)","Last modified (grade)","Feedback comments"\r\n'
    )
    (course / "moodle.csv").write_bytes((head + "".join(participants)).encode())


def fill_the_table(course):
    """Ten explanations, marked by a code or by points, as a spreadsheet would save them."""
    file = course / "words.csv"
    rows = list(csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline="")))
    for row in rows:
        right = row["student"] != "kim"
        row["code"], row["points"] = (
            ("", "1,5") if row["student"] == "jon" else ("AB"[not right], "")
        )
    table = io.StringIO()
    writer = csv.DictWriter(table, rows[0], delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    file.write_text(table.getvalue(), encoding="utf-8")


def mend_the_exercise(course):
    """Its cases change, and so does nothing that a student was asked."""
    file = course / "solutions" / "exercises" / "conv_output_size.py"
    text = file.read_text(encoding="utf-8")
    assert "def hidden(rng):\n" in text
    more = "def hidden(rng):\n    yield 31, 4, 3\n"
    file.write_text(text.replace("def hidden(rng):\n", more), encoding="utf-8")


BEFORE = {"--read words.csv": fill_the_table}


def run(command):
    """Run one line of the page, and return its exit status and what it prints."""
    words = shlex.split(command)
    if words[0] == "dlcourse":
        done = CliRunner().invoke(main, words[1:])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exc_info
        return done.exit_code, done.output
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        command, shell=True, env={**os.environ, "PATH": path}, capture_output=True, text=True
    )
    return done.returncode, done.stdout


def printed(expected, output):
    """The first line of the page that does not stand in the output in its place, or None."""
    lines = iter(output.splitlines())
    for shown in expected.splitlines():
        pattern = re.escape(shown).replace(r"\.\.\.", ".*")
        if shown.strip() != "..." and not any(re.fullmatch(pattern, line) for line in lines):
            return shown
    return None


@pytest.fixture(scope="module")
def term(tmp_path_factory):
    """The course's folder when all of the page was done."""
    course = build_small_course(tmp_path_factory.mktemp("term") / "course", EXERCISES)
    config = course / "nbgrader_config.py"
    text = config.read_text(encoding="utf-8")
    config.write_text(text + 'c.LateSubmissionPlugin.penalty_method = "zero"\n', encoding="utf-8")
    platform_files(course)
    hand_in(course, course / "inbox" / "first.zip", broken=["cyd"])
    hand_in(course, course / "inbox" / "second.zip")
    builds = 0
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(course)
        for block, expected in commands():
            output = ""
            for command, status in block:
                for part, prepare in BEFORE.items():
                    if part in command:
                        prepare(course)
                if "dlcourse build" in command and (builds := builds + 1) == 2:
                    mend_the_exercise(course)
                code, said = run(command)
                assert code == status, (command, said)
                output += said
            assert (missing := printed(expected, output)) is None, (missing, output)
            for name in ("canvas_marks.csv", "moodle_marks.csv"):
                if (course / name).exists() and not (course / f"first_{name}").exists():
                    shutil.copy(course / name, course / f"first_{name}")
    return course


def test_the_page_runs_from_the_first_release_to_the_last_mark(term):
    with (term / "term.csv").open(newline="", encoding="utf-8") as file:
        rows = {row["student_id"]: row for row in csv.DictReader(file)}
    assert set(rows) == {*CLASS, "gil", LEA} - {"lea"}
    assert float(rows["ada"]["score"]) == 4.0


def marks_of(file, key, mark):
    text = file.read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    return {row[rows[0].index(key)]: row[rows[0].index(mark)] for row in rows[1:]}


def test_late_work_extensions_rubrics_complaints_and_drops_show_in_the_marks(term):
    marks = marks_of(term / "moodle_marks.csv", "Full name", "Grade")
    assert marks == {
        "Ada Lovelace": "4",
        "Ben O'Neil Bloom": "4",  # late, and had an extension
        "Cyd Díaz": "4",  # broken, then handed in again
        "Dan Drucker": "4",  # a complaint was right
        "Eve Engel": "",  # dropped
        "Fay Farouk": "4",
        "Hal Hendriks": "4",
        "Ida Ito": "4",
        "Jon Jónsson": "3.5",  # points without a code
        "Kim Min-seo": "0",  # late
        "Max Mbeki": "2",  # no explanation
        "Gil Guest": "",
    }


def test_both_platforms_get_the_same_marks_and_nothing_else_changes(term):
    canvas = marks_of(term / "first_canvas_marks.csv", "Student", f"{NAME} (4711)")
    moodle = marks_of(term / "first_moodle_marks.csv", "Full name", "Grade")
    by_name = {" ".join(reversed(name.split(", "))): mark for name, mark in canvas.items()}
    assert {name: by_name[name] for name in moodle} == moodle
    assert sum(bool(mark) for mark in moodle.values()) == 10
    for platform in ("canvas", "moodle"):
        before = (term / f"{platform}.csv").read_bytes().decode()
        after = (term / f"first_{platform}_marks.csv").read_bytes().decode()
        assert len(before.splitlines()) == len(after.splitlines())
        assert [line[:20] for line in before.splitlines()] == [
            line[:20] for line in after.splitlines()
        ]


def test_feedback_holds_the_comments_and_the_total(term):
    with zipfile.ZipFile(term / "moodle_feedback.zip") as archive:
        pages = {name.split("_")[0]: archive.read(name).decode() for name in archive.namelist()}
    assert len(pages) == 10
    assert "The slope is named, its effect on the gradient is not." in pages["Kim Min-seo"]
    assert "after 3 were taken off for" in pages["Kim Min-seo"]
    assert "You are right." in pages["Dan Drucker"]
    assert "<b>4 of 4</b>" in pages["Ada Lovelace"]
    with zipfile.ZipFile(term / "canvas_feedback.zip") as archive:
        names = archive.namelist()
        one = json.loads(archive.read(f"lovelaceada_1000_7000_{NAME}.ipynb"))
    assert len(names) == 11  # one of them says why the file cannot be read
    text = "".join("".join(cell["source"]) for cell in one["cells"])
    assert "**4 of 4** points in all" in text
    assert "Right, and to the point." in text


def test_two_who_copied_are_in_the_report_and_nobody_else(term):
    page = (term / "report" / NAME / "report.html").read_text(encoding="utf-8")
    section = page[page.index("Alike in the class") : page.index("<h2>Marks</h2>")]
    assert re.findall(r'<th scope="row">(.*?)</th>', section) == ["hal, ida"]
    assert "<code>conv_output_size</code> 100 %" in section
    assert ">dan<" in page
    assert ">eve<" not in page


def test_the_table_of_marks_has_formgraders_totals(term):
    marks = marks_of(term / "report" / NAME / "marks.csv", "student", "total")
    assert marks["kim"] == "0"
    assert marks["dan"] == "4"
    assert "eve" not in marks
