"""From a platform and back: class list and hand-ins in, marks and feedback out."""

import csv
import io
import json
import sys
import zipfile

import pytest
from answers import solution
from click.testing import CliRunner
from small_course import NAME, build_small_course
from test_packs import canvas_owner, moodles_owner

from dlcourse.cli import main
from dlcourse.grading.grade import read_master

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")

# two share a name, and one has a name that no folder bears as it is
CLASS = {
    "ada1": ("Ada", "Lovelace", "1001", "50011"),
    "ada2": ("Ada", "Lovelace", "1002", "50012"),
    "dcyd": ("Cyd", "Díaz O'Neil", "1003", "50013"),
    "ieve": ("Eve", "Ito", "1004", "50014"),
}
CANVAS = (
    f"\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,{NAME} (4711),Final Score\r\n"
    "    Points Possible,,,,,3.00,(read only)\r\n"
    + "".join(
        f'"{last}, {first}",{number},u{number},{login},"A, B",,\r\n'
        for login, (first, last, number, _) in CLASS.items()
    )
)
MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (grade)","Feedback comments"\r\n'
    + "".join(
        f'"Participant {number}","{first} {last}",{login}@uni.example,,,3.00,Yes,-,\r\n'
        for login, (first, last, _, number) in CLASS.items()
    )
)
ADDRESSES = "name,email\n" + "".join(
    f"{first} {last},{login}@uni.example\n" for login, (first, last, *_) in CLASS.items()
)


def canvas_name(login):
    first, last, number, _ = CLASS[login]
    plain = "".join(c for c in f"{last}{first}".lower() if c.isalnum())
    return f"{plain}_{number}_{7000 + int(number)}_{NAME}.ipynb"


def moodle_name(login):
    first, last, _, number = CLASS[login]
    return f"{first} {last}_{number}_assignsubmission_file_/{NAME}.ipynb"


PLATFORMS = {"canvas": (CANVAS, canvas_name), "moodle": (MOODLE, moodle_name)}


def hand_in(course, archive, name):
    """All but Eve hand in; only the second Ada's answer is wrong."""
    with zipfile.ZipFile(archive, "w") as packed:
        for login in ("ada1", "ada2", "dcyd"):
            notebook = read_master(course, NAME)
            for cell in notebook.cells:
                if cell.id == "conv_output_size" and login != "ada2":
                    cell.source = solution(cell.id)
            packed.writestr(name(login), json.dumps(notebook))


def dlcourse(*words, codes=(0,)):
    done = CliRunner().invoke(main, words)
    assert done.exit_code in codes, done.output
    return done.output


def read_zip(file):
    with zipfile.ZipFile(file) as packed:
        return {name: packed.read(name).decode() for name in packed.namelist()}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_marks_and_feedback_return_to_whom_the_platform_named(tmp_path, monkeypatch, platform):
    export, name = PLATFORMS[platform]
    course = build_small_course(tmp_path / "course", ["conv_output_size"])
    monkeypatch.chdir(course)
    (course / "export.csv").write_bytes(export.encode())
    hand_in(course, course / "inbox.zip", name)
    roster = ("--roster", "export.csv")
    said = dlcourse("collect", "inbox.zip", "--lecture", NAME, *roster, codes=(1,))
    assert "3 of 3 collected" in said
    assert "Eve Ito" in said
    dlcourse("grade", "--lecture", NAME)
    download = ("--download", "inbox.zip") if platform == "canvas" else ()
    said = dlcourse(
        "marks", "--lecture", NAME, f"--{platform}", "export.csv", "--feedback", *download
    )
    assert "3 marks written" in said
    assert "Handed in nothing" in said
    text = (course / "export_marks.csv").read_bytes().decode()
    column = 5 if platform == "canvas" else 4
    rows = list(csv.reader(io.StringIO(text, newline="")))[-4:]
    assert [row[column] for row in rows] == ["1", "0", "1", ""]
    assert text.count("\r\n") == export.count("\r\n")
    files = read_zip(course / "export_feedback.zip")
    if platform == "canvas":
        owners = {canvas_owner(file)[0]: page for file, page in files.items()}
        assert set(files) == {name(login) for login in ("ada1", "ada2", "dcyd")}
    else:
        owners = {moodles_owner(file): page for file, page in files.items()}
    numbers = {login: own[2 if platform == "canvas" else 3] for login, own in CLASS.items()}
    assert set(owners) == {numbers[login] for login in ("ada1", "ada2", "dcyd")}
    assert "not written" in owners[numbers["ada2"]]
    assert "not written" not in owners[numbers["ada1"]]
