"""Inboxes as learning platforms export them: a student is one person, and their latest counts.

`inboxes/NAME/CONTENT.csv` lists what an export holds (``notebook N``: N answers are written),
`inboxes/NAME/EXPECTED.csv` what a teacher wrote down for it from that list alone.
"""

import csv
import io
import os
import shutil
import sys
import zipfile
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from exports import packed
from small_course import NAME, build_small_course

from dlcourse.cli import main
from dlcourse.term.attendance import take
from dlcourse.term.collect import collect
from dlcourse.term.platforms import claim, fitting
from dlcourse.term.roster import read_people

INBOXES = Path(__file__).with_name("inboxes")
LECTURE = "04_backpropagation"  # of the exports
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("platforms") / "root", ["relu"])


@pytest.fixture
def root(built, tmp_path):
    return shutil.copytree(built, tmp_path / "root")


def table(path):
    text = path.read_text(encoding="utf-8")
    for case in (str.lower, str.upper):
        text = text.replace(case(LECTURE), case(NAME))
    return list(csv.reader(io.StringIO(text)))[1:]


def told(found):
    """Lines as those of an EXPECTED.csv."""
    for one in found:
        aside = "|".join(sorted(f"{path}: {why}" for path, why in one.aside))
        yield [one.student, one.file, one.time, aside, one.reason or "collected"]


@pytest.mark.parametrize("name", sorted(path.name for path in INBOXES.iterdir()))
@pytest.mark.parametrize("form", ["zip", pytest.param("folder", marks=pytest.mark.long)])
def test_an_export_comes_out_as_a_teacher_expects(root, tmp_path, name, form):
    inbox = packed(root, tmp_path / "inbox.zip", table(INBOXES / name / "CONTENT.csv"))
    if form == "folder":
        with zipfile.ZipFile(inbox) as archive:
            archive.extractall(tmp_path / "inbox")
        inbox = tmp_path / "inbox"
    found = sorted(told(collect(root, NAME, inbox, zone=BERLIN)))
    expected = sorted(table(INBOXES / name / "EXPECTED.csv"))
    assert [line[:4] for line in found] == [line[:4] for line in expected]
    for line, due in zip(found, expected, strict=True):
        assert due[4] in line[4]
        home = root / "submitted" / line[0] / NAME
        stamp = home / "timestamp.txt"
        assert (stamp.read_text() if stamp.exists() else "") == line[2].removesuffix("LATE")
        record = f"{NAME}.ipynb" if line[4] == "collected" else "not_collected.txt"
        assert (home / record).is_file()


def test_the_attempt_that_counts_is_the_one_in_submitted(root, tmp_path):
    for name, student in [("moodle_resubmission", "George Boole"), ("folder_resub", "Marie Curie")]:
        inbox = packed(root, tmp_path / "inbox.zip", table(INBOXES / name / "CONTENT.csv"))
        collect(root, NAME, inbox)
        written = root / "submitted" / student / NAME / f"{NAME}.ipynb"
        assert "mine = 14" in written.read_text(encoding="utf-8")


# ---- one class, two assignments


def ids(root):
    return {path.parent.name for path in (root / "submitted").glob(f"*/{NAME}")}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("ada_LATE_1_5_04.ipynb", "ada_1_9_05.ipynb"),
        ("Ada L_77_assignsubmission_file_04.ipynb", "Ada L_88_assignsubmission_file_/05.ipynb"),
        (
            "W4_ada_x_attempt_2026-10-01-12-00-00_4.ipynb",
            "W5_x_attempt_2026-10-08-12-00-00_5.ipynb",
        ),
        ("7-1 - Ada L - Oct 1, 2026 1105 PM/4.ipynb", "7-2 - Ada L - Oct 8, 2026 105 AM - 5.ipynb"),
        ("assignment_1_export/submission_1/4.ipynb", "assignment_2_export/submission_2/5.ipynb"),
        (
            f"ada+{NAME}+2026-10-01 12:00:00 UTC+x/4.ipynb",
            f"ada+{NAME}+2026-10-08 12:00:00 UTC/5.ipynb",
        ),
    ],
)
def test_two_assignments_give_the_same_id(root, tmp_path, first, second):
    for path in (first, second):
        folder, _, _ = path.partition("/")
        files = [(path, "notebook 1")]
        if folder.endswith("_export"):
            who = "\n  :submitters:\n  - :name: Ada L\n    :sid: '7'\n"
            files.append((f"{folder}/submission_metadata.yml", f"text:{path.split('/')[1]}:{who}"))
        (one,) = collect(root, NAME, packed(root, tmp_path / "inbox.zip", files), zone=BERLIN)
        assert (one.reason, one.how) == ("", "new" if path == first else one.how)
        (root / "submitted" / one.student / NAME / f"{NAME}.ipynb").unlink()  # another lecture's
    assert len(ids(root)) == 1


def test_students_of_one_name_stay_two_wherever_they_come_from(root, tmp_path):
    for number in (10, 20):
        files = [
            (f"John Smith_{n}_assignsubmission_file_x.ipynb", f"notebook {n}")
            for n in (number, number + 1)
        ]
        found = collect(root, NAME, packed(root, tmp_path / "inbox.zip", files))
        assert {one.how for one in found} == {"new, and not alone with this name"}
    assert len(ids(root)) == 4  # nobody can tell without a roster, and nobody guesses


ROSTERS = {
    "canvas": "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
    '"Boole, George",10002,U2,gboole,A\n"Curie, Marie",10003,U3,mcurie,A\n',
    "moodle": "Identifier,Full name,Email address,Status\n"
    "Participant 1,George Boole,g@x.org,-\nParticipant 2,Marie Curie,m@x.org,-\n",
    "blackboard": '\ufeff"Last Name"\t"First Name"\t"Username"\n"Boole"\t"George"\t"gboole"\n'
    '"Curie"\t"Marie"\t"mcurie"\n',
    "brightspace": "OrgDefinedId,Username,Last Name,First Name,Email,End-of-Line Indicator\n"
    "#1,#gboole,Boole,George,g@x.org,#\n#2,#mcurie,Curie,Marie,m@x.org,#\n",
    "gradescope": "First Name,Last Name,SID,Email,Role\nGeorge,Boole,2,g@x.org,Student\n"
    "Marie,Curie,3,m@x.org,Student\n",
    "nbgrader": "email;last_name;id;first_name\ng@x.org;Boole;gboole;George\n;Curie;mcurie;Marie\n",
}
ONE_OF_EACH = {
    "boolegeorge_10002_67891_x.ipynb": {"canvas": "", "moodle": "by name"},
    "George Boole_1_assignsubmission_file_x.ipynb": {"canvas": "by name", "moodle": ""},
    "W_gboole_attempt_2026-10-01-12-00-00_x.ipynb": {"canvas": "", "blackboard": ""},
    "9-1 - George Boole - Oct 1, 2026 1105 PM/x.ipynb": {"brightspace": "by name"},
    "assignment_1_export/submission_1/x.ipynb": {"gradescope": "", "nbgrader": ""},
    "gboole/x.ipynb": {"nbgrader": "", "blackboard": ""},
    "Boole, George/x.ipynb": {"nbgrader": "by name"},
}
GEORGE = (
    "text:submission_1:\n  :submitters:\n  - {':name': George B, ':sid': '2', ':email': G@x.org}"
)


@pytest.mark.parametrize(("path", "roster"), [(p, r) for p, rs in ONE_OF_EACH.items() for r in rs])
def test_a_roster_of_any_platform_names_students_and_who_is_missing(
    root, tmp_path, monkeypatch, path, roster
):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    monkeypatch.chdir(root)
    files = [(path, "notebook 1"), ("assignment_1_export/submission_metadata.yml", GEORGE)]
    inbox = packed(root, tmp_path / "inbox.zip", files[: 1 + ("export" in path)])
    (tmp_path / "class.csv").write_text(ROSTERS[roster], encoding="utf-8")
    args = ["collect", str(inbox), "--lecture", NAME, "--zone", "Europe/Berlin"]
    ran = CliRunner().invoke(main, [*args, "--roster", str(tmp_path / "class.csv")])
    assert ran.exit_code == 1, ran.output
    assert "Missing of 2 in students.csv, 1: Marie Curie (" in ran.output
    assert ("recognized: by name" in ran.output) == (ONE_OF_EACH[path][roster] == "by name")
    people = read_people(root)
    assert [person.name for person in people.values()] == ["George Boole", "Marie Curie"]
    assert ids(root) == {next(iter(people))}
    assert nbgraders_students(root) == {
        p.student: (p.name, p.email or None) for p in people.values()
    }
    again = CliRunner().invoke(main, args)
    assert again.output == ran.output.replace("\n  recognized: by name (George Boole)", "")
    assert max(map(len, ran.output.splitlines())) <= 80


def nbgraders_students(root):
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{root}/gradebook.db") as book:
        return {s.id: (f"{s.first_name} {s.last_name}", s.email) for s in book.students}


def test_a_hand_in_of_a_group_is_each_members(root, tmp_path):
    pair = GEORGE + "\n  - {':name': Marie Curie, ':sid': '3'}\nsubmission_2:\n  :submitters:\n"
    files = [
        ("assignment_1_export/submission_metadata.yml", pair + "  - {':name': Ada, ':sid': '1'}\n"),
        ("assignment_1_export/submission_1/x.ipynb", "notebook 1"),
    ]
    found = collect(root, NAME, packed(root, tmp_path / "inbox.zip", files))
    reasons = {one.student: one.reason for one in found}
    assert reasons == {"George B_2": "", "Marie Curie_3": "", "Ada_1": "it is not there"}


def test_who_is_not_in_the_roster_is_named_and_who_was_dropped_is_not_missed(
    root, tmp_path, monkeypatch
):
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    (root / "dropped.txt").write_text("mcurie\n")
    (tmp_path / "class.csv").write_text(ROSTERS["canvas"], encoding="utf-8")
    files = [("boolegeorge_10002_1_x.ipynb", "notebook 1"), ("guest_7_2_x.ipynb", "notebook 1")]
    inbox = packed(root, tmp_path / "inbox.zip", files)
    lines, complete = take(root, NAME, inbox, roster=tmp_path / "class.csv")
    assert complete
    assert "Not in class.csv, 1: guest_7." in lines


def test_a_class_that_moves_from_canvas_to_moodle_stays_one_class_and_the_names_are_told(
    root, tmp_path
):
    canvas = (
        "Student,ID,SIS User ID,SIS Login ID,Section\n    Points Possible,,,,\n"
        '"Boole, George",10002,u-1,gboole,A\n"Curie, Marie",10003,u-2,mcurie,A\n'
        '"Student, Test",10077,,0a1b2c,A\n'
    )
    moodle = (
        "Identifier,Full name,Email address\nParticipant 501,George Boole,g@uni.example\n"
        "Participant 502,Marie Curie,m@uni.example\n"
    )
    (tmp_path / "canvas.csv").write_text(canvas, encoding="utf-8")
    (tmp_path / "moodle.csv").write_text(moodle, encoding="utf-8")
    inbox = packed(root, tmp_path / "1.zip", [("boolegeorge_10002_1_x.ipynb", "notebook 1")])
    lines, _ = take(root, NAME, inbox, roster=tmp_path / "canvas.csv")
    assert [*read_people(root)] == ["gboole", "mcurie"]
    assert not any("by name" in line for line in lines)
    (root / "dropped.txt").write_text("mcurie\n")
    hand_ins = [
        ("George Boole_501_assignsubmission_file_/x.ipynb", "notebook 2"),
        ("Marie Curie_502_assignsubmission_file_/x.ipynb", "notebook 2"),
    ]
    inbox = packed(root, tmp_path / "2.zip", hand_ins)
    lines, complete = take(root, NAME, inbox, roster=tmp_path / "moodle.csv")
    assert complete
    told = "In moodle.csv by name alone, 2: gboole, mcurie. Look at these in students.csv."
    assert told in lines
    assert {who: own.email for who, own in read_people(root).items()} == {
        "gboole": "g@uni.example",
        "mcurie": "m@uni.example",
    }
    lines, _ = take(root, NAME, inbox, roster=tmp_path / "moodle.csv")
    assert told not in lines


def test_a_namesake_with_another_address_is_somebody_else(root, tmp_path):
    inbox = packed(root, tmp_path / "1.zip", [("gboole/x.ipynb", "notebook 1")])
    for address in ("g@a.example", "g@b.example"):
        (tmp_path / "class.csv").write_text(f"name,email\nGeorge Boole,{address}\n")
        take(root, NAME, inbox, roster=tmp_path / "class.csv")
    assert {"g@a.example", "g@b.example"} <= {*read_people(root)}


def test_a_roster_that_lists_nobody_is_refused_with_its_first_line(root, tmp_path, monkeypatch):
    monkeypatch.chdir(root)
    (tmp_path / "inbox").mkdir()
    (tmp_path / "class.csv").write_text("ada,ben\ncyd,dan\n")
    args = [str(tmp_path / "inbox"), "--lecture", NAME, "--roster", str(tmp_path / "class.csv")]
    ran = CliRunner().invoke(main, ["collect", *args])
    assert ran.exit_code == 1
    assert "lists nobody" in ran.output
    assert "'ada,ben'" in ran.output


def test_what_a_student_calls_a_file_makes_it_nobody_elses():
    hostile = {
        "mallory_3_8_x_10002_67891_y.ipynb": ("canvas", "3"),
        "Mallory_3_assignsubmission_file_Ada_4_assignsubmission_file_y.ipynb": ("moodle", "3"),
        "W_m_attempt_2026-10-01-12-00-00_W_ada_attempt_2026-10-02-12-00-00_y.ipynb": (
            "blackboard",
            "m",
        ),
        "3-1 - M - Oct 1, 2026 1105 PM - 4-1 - Ada - Oct 2, 2026 1105 PM - y.ipynb": (
            "brightspace",
            "3",
        ),
    }
    for name, own in hostile.items():
        found = claim(Path(name), own[0])
        assert (found.platform, found.id) == own


def test_a_name_of_any_length_is_looked_at_in_no_time():
    for name in ["_1" * 40_000, "a - " * 20_000 + "2026", "_attempt_" * 9000]:
        assert fitting(name) == []
