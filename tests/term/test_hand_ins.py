"""What a student hands in: times, other files, archives; and a collecting that is killed."""

import io
import shutil
import signal
import subprocess
import sys
import zipfile
from zoneinfo import ZoneInfo

import pytest
from exports import content, packed
from small_course import NAME, build_small_course

from dlcourse.grading.times import read_time
from dlcourse.term import unpack
from dlcourse.term.collect import collect
from dlcourse.term.roster import read_people

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("platforms") / "root", ["relu"])


@pytest.fixture
def root(built, tmp_path):
    return shutil.copytree(built, tmp_path / "root")


def ids(root):
    return {path.parent.name for path in (root / "submitted").glob(f"*/{NAME}")}


# ---- times


TIMES = {
    "05.10.2026": "2026-10-05 00:00:00+02:00",
    "05.10.2026 23:58": "2026-10-05 23:58:00+02:00",
    "2026-10-05 23:58 CEST": "2026-10-05 23:58:00+02:00",
    "Monday, October 5, 2026 11:58:00 PM CEST": "2026-10-05 23:58:00+02:00",
    "Oct 5, 2026 1158 PM": "2026-10-05 23:58:00+02:00",
    "Oct 5, 2026 105 PM": "2026-10-05 13:05:00+02:00",
    "2026-10-05-23-58-00": "2026-10-05 23:58:00+02:00",
    "2026-12-05 23:58:00.5 UTC": "2026-12-05 23:58:00.500000+00:00",
    "2026-10-05T23:58:00-05:00": "2026-10-05 23:58:00-05:00",
    "2026-10-05 23:58:00 America/New_York": "2026-10-05 23:58:00-04:00",
    "11:58 PM": None,  # of which day?
    "05/10/2026 10:00": None,  # in May or in October?
    "2026-10-05 23:58 CET": None,  # nobody there has winter time in October
    "2026-10-05 23:58 EST": None,
    "2026-10-05 23:58 Nowhere/Land": None,
    "Oct 2026": None,
    "2026-13-45": None,
    "yesterday, sort of": None,
    "": None,
    "9" * 10_000: None,
    "2026 " * 9: None,
}


@pytest.mark.parametrize("text", TIMES, ids=lambda text: text[:30])
def test_a_time_is_read_as_it_was_meant_or_refused(text):
    if TIMES[text] is None:
        with pytest.raises(ValueError, match=r"time|day|zone"):
            read_time(text, BERLIN)
    else:
        assert str(read_time(text, BERLIN)) == TIMES[text]


def test_attempts_at_times_that_nobody_can_read_are_not_put_in_order(root, tmp_path):
    files = [(f"7-1 - Ada - {at}2026 - x.ipynb", "notebook 1") for at in ("5 10 ", "6 11 ")]
    (one,) = collect(root, NAME, packed(root, tmp_path / "inbox.zip", files))
    assert "nothing says which of its attempts is the latest" in one.reason


def test_what_is_late_at_no_time_is_late_by_a_second(root, tmp_path):
    inbox = packed(root, tmp_path / "inbox.zip", [("ada_LATE_1_2_x.ipynb", "notebook 1")])
    collect(root, NAME, inbox, due=read_time("2026-10-05 23:59", BERLIN))
    stamp = root / "submitted" / "ada_1" / NAME / "timestamp.txt"
    assert stamp.read_text() == "2026-10-05 23:59:01+02:00"
    packed(root, inbox, [("ada_1_2_x.ipynb", "notebook 1")])
    collect(root, NAME, inbox)
    assert not stamp.exists()


# ---- what else lies there


def test_a_blank_notebook_never_beats_an_answer(root, tmp_path):
    put = [(f"ada/{NAME}.ipynb", "notebook 0"), ("ada/mine.ipynb", "notebook 1")]
    (one,) = collect(root, NAME, packed(root, tmp_path / "inbox.zip", put))
    assert one.file == "ada/mine.ipynb"
    assert one.aside == ((f"ada/{NAME}.ipynb", "nothing is written in it"),)
    (one,) = collect(root, NAME, packed(root, tmp_path / "inbox.zip", put[:1]))
    assert one.file == f"ada/{NAME}.ipynb"


def test_a_broken_last_attempt_leaves_the_one_before(root, tmp_path):
    files = [
        ("7-1 - Ada - Oct 5, 2026 1105 PM/x.ipynb", "notebook 1"),
        ("7-1 - Ada - Oct 6, 2026 1105 PM/x.ipynb", "text:{broken"),
        ("7-1 - Ada - Oct 7, 2026 1105 PM/x.pdf", "text:PDF"),
    ]
    (one,) = collect(root, NAME, packed(root, tmp_path / "inbox.zip", files), zone=BERLIN)
    assert (one.reason, one.time) == ("", "2026-10-05 23:05:00+02:00")
    assert [path for path, _ in one.aside] == [name for name, _ in files[1:]]


def test_every_entry_of_a_plain_inbox_has_its_line(root, tmp_path):
    files = [
        ("ada.py", "text:1"),
        ("ben/slides.pdf", "text:1"),
        ("ben/.secret", "text:1"),
        (".hidden.ipynb", "notebook 1"),
        ("README", "text:1"),
        (".DS_Store", "text:1"),
        ("__MACOSX/._ada.py", "AppleDouble"),
        (f"cyd_{NAME} (1).ipynb", "notebook 2"),
        (f"cyd_{NAME}.ipynb", "notebook 1"),
    ]
    found = {
        one.student: one for one in collect(root, NAME, packed(root, tmp_path / "i.zip", files))
    }
    assert found.keys() == {"ada", "ben", "cyd", ""}
    assert "no notebook, but ada.py" in found["ada"].reason
    assert "no notebook, but ben/.secret, ben/slides.pdf" in found["ben"].reason
    assert found["cyd"].file == f"cyd_{NAME} (1).ipynb"
    assert ids(root) == {"ada", "ben", "cyd"}


def a_zip(root, *names):
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content(root, "notebook 1"))
    return inner.getvalue()


INNER = {
    "too many": ([f"{n}.ipynb" for n in range(30)], "it holds 60 notebooks; at most 40 are read"),
    "a way out": (["x/../../x.ipynb"], "could not be unpacked: it leads outside"),
    "a zip in a zip": (["x.zip"], "a zip file in a zip file is not opened"),
    "nothing": ([], "no notebook"),
    "a note of its own": (["not_collected.txt"], "no notebook"),
}


@pytest.mark.parametrize("kind", INNER)
def test_zip_files_that_one_student_hands_in_share_that_students_bounds(
    root, tmp_path, monkeypatch, kind
):
    monkeypatch.setattr(unpack, "MAX_FILES", 40)
    names, reason = INNER[kind]
    inbox = tmp_path / "inbox.zip"
    with zipfile.ZipFile(inbox, "w") as archive:
        for number in (1, 2):
            archive.writestr(f"mallory/{number}.zip", a_zip(root, *names))
        archive.writestr("ada/hw.zip", a_zip(root, "hw/x.ipynb"))
        archive.writestr("zoe/hw.zip", "this is no zip file")
    found = {one.student: one for one in collect(root, NAME, inbox)}
    assert (found["ada"].reason, found["ada"].file) == ("", "ada/hw.zip/hw/x.ipynb")
    assert reason in found["mallory"].reason
    assert "no zip file that can be read" in found["zoe"].reason
    assert not [path for path in tmp_path.rglob("x.ipynb") if root not in path.parents]


# ---- killed halfway


SLOW = """
import os, sys, time
from pathlib import Path
from dlcourse.term import collect
true = collect._write
def write(home, *args):
    done = true(home, *args)
    print(home.parent.name, flush=True)
    time.sleep(60 if "ben" in str(home) else 0)
    return done
collect._write = write
collect.collect(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
"""


def test_a_killed_collecting_is_started_again_and_gives_the_same(root, tmp_path):
    files = [
        (f"{name}_{at}_9_x.ipynb", f"notebook {at}")
        for at, name in enumerate(["ada", "ben", "cyd"])
    ]
    inbox = packed(root, tmp_path / "inbox.zip", files)
    args = [sys.executable, "-c", SLOW, str(root), NAME, str(inbox)]
    with subprocess.Popen(args, stdout=subprocess.PIPE, text=True) as process:
        assert [process.stdout.readline() for _ in range(2)] == ["ada_0\n", "ben_1\n"]
        process.send_signal(signal.SIGKILL)
    assert ids(root) == {"ada_0", "ben_1"}
    assert read_people(root).keys() == {"ada_0", "ben_1", "cyd_2"}
    assert [one.how for one in collect(root, NAME, inbox)] == ["", "", ""]
    assert ids(root) == read_people(root).keys()
