"""Whatever a student, a file or an assignment is called, a hand-in stays its student's."""

import csv
import shutil
from pathlib import PurePosixPath

import pytest
from exports import packed
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_course import NAME, build_small_course

from dlcourse.cli import main
from dlcourse.grading.submission import Unreadable
from dlcourse.term.attendance import take
from dlcourse.term.platforms import NO_PLATFORM, PLATFORMS, claim, fitting
from dlcourse.term.roster import Person, read_people, write_people

TIME = "2026-10-09-18-00-00"
ADA, BEN, MAL = ("Ada", "1001"), ("Ben", "1002"), ("Mal", "1003")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("whose") / "root", ["relu"])


@pytest.fixture
def root(built, tmp_path):
    return shutil.copytree(built, tmp_path / "root")


def canvas(name, number, file, title=""):
    return f"{name.lower()}_{number}_{int(number) + 4000}_{file}"


def moodle(name, number, file, title=""):
    return f"{name}_{number}_assignsubmission_file_{file}"


def moodle_folder(name, number, file, title=""):
    return f"{name}_{number}_assignsubmission_file_/{file}"


def blackboard(name, number, file, title="Week 4"):
    return f"{title}_{name.lower()}_attempt_{TIME}_{file}"


def brightspace(name, number, file, title=""):
    return f"{number}-555 - {name} - Oct 9, 2026 800 AM/{file}"


def brightspace_flat(name, number, file, title=""):
    return f"{number}-555 - {name} - Oct 9, 2026 800 AM - {file}"


def nbgrader(name, number, file, title=""):
    return f"{name.lower()}+{NAME}+2026-10-09 18:00:00 UTC+x/{file}"


FORMS = [canvas, moodle, moodle_folder, blackboard, brightspace, brightspace_flat, nbgrader]


def owners(root):
    """Whose answer lies in whose folder."""
    for file in (root / "submitted").glob(f"*/{NAME}/{NAME}.ipynb"):
        text = file.read_text(encoding="utf-8")
        for number in ("1001", "1002", "1003"):
            if f"mine = {number}" in text:
                yield file.parent.parent.name, number


def seen(root):
    """Everything that the whole table names."""
    with (root / ".dlcourse" / "collected" / f"{NAME}.csv").open(encoding="utf-8") as file:
        return "\n".join(" ".join(row) for row in csv.reader(file))


def taken(root, tmp_path, files, **how):
    """Collect notebooks (path, number) into an empty course."""
    shutil.rmtree(root / "submitted", ignore_errors=True)
    (root / "students.csv").unlink(missing_ok=True)
    inbox = packed(root, tmp_path / "i.zip", [(path, f"notebook {n}") for path, n in files])
    return take(root, NAME, inbox, **how)


def inner(form, who):
    """A name of one platform, as the file of another: without a folder."""
    return form(*who, "hw.ipynb").replace("/", "_")


@pytest.mark.parametrize(
    ("outer", "other"),
    [
        # make test gives each platform its own form and the next one's, make test-all every form
        pytest.param(outer, FORMS[j], marks=[] if (j - i) % len(FORMS) < 2 else pytest.mark.long)
        for i, outer in enumerate(FORMS)
        for j in range(len(FORMS))
    ],
)
def test_a_file_named_as_another_platform_would_stays_its_students(root, tmp_path, outer, other):
    hostile = outer(*MAL, inner(other, ADA))
    lines, complete = taken(root, tmp_path, [(hostile, 1003), (outer(*BEN, "hw.ipynb"), 1002)])
    found = dict(owners(root))
    assert complete, lines
    assert sorted(found.values()) == ["1002", "1003"]
    assert not any(student.lower().startswith("ada") for student in found)
    # and beside Ada's own
    files = [(hostile, 1003), *((outer(*who, "hw.ipynb"), int(who[1])) for who in (ADA, BEN))]
    taken(root, tmp_path, files)
    assert sorted(number for _, number in owners(root)) == ["1001", "1002", "1003"]
    assert {n for student, n in owners(root) if student.lower().startswith("ada")} == {"1001"}


@pytest.mark.parametrize("outer", FORMS)
@pytest.mark.parametrize("other", FORMS)
def test_a_lone_file_that_fits_two_platforms_is_asked_about(root, tmp_path, outer, other):
    hostile = outer(*MAL, inner(other, ADA))
    named = outer.__name__.partition("_")[0]
    fits = fitting(hostile.partition("/")[0])
    assert named in fits
    if len(fits) > 1:
        with pytest.raises(Unreadable, match="--platform"):
            taken(root, tmp_path, [(hostile, 1003)])
    asked = named if len(fits) > 1 else None
    taken(root, tmp_path, [(hostile, 1003)], platform=asked)
    ((student, number),) = owners(root)
    assert number == "1003"
    assert not student.lower().startswith("ada")


TITLES = ["HW 1+2+3", "HW_1_2", "1-2 - A - Oct 1, 2026 100 AM", "x_assignsubmission_file_"]


# but for an attempt's: no title of a teacher's looks like one
TITLES += [title for title in (inner(form, ADA) for form in FORMS) if "_attempt_" not in title]


@pytest.mark.parametrize("title", TITLES)
def test_no_title_of_an_assignment_makes_a_class_vanish(root, tmp_path, title):
    files = [(blackboard(*who, "hw.ipynb", title), int(who[1])) for who in (ADA, BEN, MAL)]
    asked = None if fitting(files[0][0]) == ["blackboard"] else "blackboard"
    if asked:
        with pytest.raises(Unreadable, match="Blackboard 3"):
            taken(root, tmp_path, files)
    taken(root, tmp_path, files, platform=asked)
    assert sorted(owners(root)) == [("ada", "1001"), ("ben", "1002"), ("mal", "1003")]


@pytest.mark.parametrize("form", [moodle, moodle_folder, brightspace, brightspace_flat])
@pytest.mark.parametrize("called", ["Class Act", "Section", "Tutorial 4", "Cohort Ann"])
def test_no_name_makes_a_hand_in_a_folder_of_hand_ins(root, tmp_path, form, called):
    mal = form(called, "1003", "hw.ipynb").rpartition("/")[0] or form(called, "1003", "x")
    hostile = f"{mal}/{form(*ADA, 'hw.ipynb').partition('/')[0]}/hw-2.ipynb"
    files = [(hostile, 1003), *((form(*who, "hw.ipynb"), int(who[1])) for who in (ADA, BEN))]
    lines, _ = taken(root, tmp_path, files)
    assert {n for student, n in owners(root) if student.startswith("Ada")} == {"1001"}
    assert {n for student, n in owners(root) if student.startswith(called)} == {"1003"}, lines


def test_two_plus_signs_in_a_name_lose_no_hand_in(root, tmp_path):
    files = [(moodle(*ADA, f"ada+geo+{NAME}.ipynb"), 1001), (moodle(*BEN, "hw.ipynb"), 1002)]
    _, complete = taken(root, tmp_path, files)
    assert complete
    assert sorted(owners(root)) == [("Ada", "1001"), ("Ben", "1002")]


def test_what_fits_no_name_of_the_platform_is_named_and_the_command_says_so(root, tmp_path):
    files = [
        (canvas(*ADA, "hw.ipynb"), 1001),
        (canvas(*BEN, "hw.ipynb"), 1002),
        ("mal.ipynb", 1003),
    ]
    lines, complete = taken(root, tmp_path, files)
    assert not complete
    assert "Of nobody:" in lines
    assert any("mal.ipynb: Canvas names no hand-in like this" in line for line in lines)
    assert 'Names of Canvas; 1 do not fit and stand above under "Of nobody".' in lines
    assert "Of nobody:" not in taken(root, tmp_path, files[:2])[0]


def test_among_names_of_students_one_of_a_platform_is_asked_about(root, tmp_path):
    files = [("ada.ipynb", 1001), ("ben.ipynb", 1002), ("mal_2026_10_x.ipynb", 1003)]
    lines, complete = taken(root, tmp_path, files)
    assert not complete
    assert sorted(owners(root)) == [("ada", "1001"), ("ben", "1002")]
    assert any("named by a platform, and the others are not" in line for line in lines)
    assert taken(root, tmp_path, files, platform=NO_PLATFORM)[1]
    assert ("mal_2026_10_x", "1003") in owners(root)
    with pytest.raises(Unreadable, match="2 names in the inbox"):
        taken(root, tmp_path, files[1:])


def test_the_command_knows_the_platforms():
    (asked,) = (one for one in main.commands["collect"].params if one.name == "platform")
    assert [*asked.type.choices] == [*sorted(PLATFORMS, key=asked.type.choices.index), NO_PLATFORM]


def test_an_inbox_with_nothing_of_the_lecture_is_no_success(root, tmp_path):
    path = f"ada+other_lecture+2026-10-09 18:00:00 UTC+x/{NAME}.ipynb"
    lines, complete = taken(root, tmp_path, [(path, 1001)])
    assert not complete
    other = "Of other lectures, and left there, 1: ada+other_lecture+2026-10-09 18:00:00 UTC+x."
    assert other in " ".join(lines)


@pytest.mark.parametrize(
    "path",
    [
        f"Mal_1003_assignsubmission_file_{'x' * 300}.ipynb",
        f"Mal_1003_assignsubmission_file_{'x' * 300}/hw.ipynb",
        "/Mal_1003_assignsubmission_file_/hw.ipynb",
        "../Mal_1003_assignsubmission_file_hw.ipynb",
        "Mal_1003_assignsubmission_file_/" + "d/" * 25 + "x.pdf",
    ],
)
def test_what_no_disk_takes_is_named(root, tmp_path, path):
    files = [(path, 1003), *((moodle(*who, "hw.ipynb"), int(who[1])) for who in (ADA, BEN))]
    _, complete = taken(root, tmp_path, files)
    assert not complete
    assert "Mal_1003" in seen(root) or "Mal" in dict(read_people(root))
    assert sorted(owners(root)) == [("Ada", "1001"), ("Ben", "1002")]


# ---- whose name is less certain


def test_a_name_that_ends_in_anothers_number_of_canvas_is_asked_about(root, tmp_path):
    """Canvas writes the name "mal_1001", the own number 1003 and that of the file."""
    people = {"ada": Person("ada", "Ada", "", (("canvas", "1001"),))}
    hostile = ("mal_1001_1003_5003_12_x.ipynb", "notebook 1003")
    for known in (people, {"mal": Person("mal", "Mal_1001", "", (("canvas", "1003"),))}):
        shutil.rmtree(root / "submitted", ignore_errors=True)
        write_people(root, known)
        honest = [(canvas(*BEN, "12_x.ipynb"), "notebook 1002")]
        _, complete = take(root, NAME, packed(root, tmp_path / "i.zip", [hostile, *honest]))
        assert not complete
        assert [number for _, number in owners(root)] == ["1002"]
        assert "two of its numbers may be the student's" in seen(root)
    ada = (canvas(*ADA, "hw.ipynb"), "notebook 1001")
    (root / "students.csv").unlink()
    take(root, NAME, packed(root, tmp_path / "i.zip", [hostile, ada]))
    assert ("ada_1001", "1001") in owners(root)
    assert "1003" not in dict(owners(root)).values()


def test_a_name_alone_replaces_no_notebook(root, tmp_path):
    first = packed(root, tmp_path / "1.zip", [(moodle(*ADA, "hw.ipynb"), "notebook 1001")])
    take(root, NAME, first)
    again = packed(root, tmp_path / "2.zip", [(moodle("Ada", "1003", "hw.ipynb"), "notebook 1003")])
    for _ in "12":  # not at the second time either
        _, complete = take(root, NAME, again)
        assert not complete
        assert dict(owners(root)) == {"Ada": "1001"}
    assert "has handed in before" in seen(root)
    take(root, NAME, packed(root, tmp_path / "1.zip", [(moodle(*ADA, "x.ipynb"), "notebook 1002")]))
    assert dict(owners(root)) == {"Ada": "1002"}


# ---- any name at all

WORDS = st.sampled_from(
    f"_|+| - |1001|Ada|ada|LATE|attempt|{TIME}|assignsubmission_file_|Section|Class|2026|.|x|é|\n"
    f"|(1)|{NAME}|2026-10-09 18:00:00 UTC".split("|")
)
FREE = st.lists(WORDS, min_size=1, max_size=8).map("".join)


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(file=FREE)
def test_a_platform_finds_its_own_part_before_any_file_name(form, file):
    own = form.__name__.partition("_")[0]
    name = form(*MAL, f"{file}.ipynb").partition("/")[0]
    found = claim(PurePosixPath(name), own)
    assert found.id == ("mal" if own in ("blackboard", "nbgrader") else "1003")
