"""An inbox of any form becomes nbgrader's submitted/, or gives its reasons."""

import hashlib
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import tracemalloc
import zipfile
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

import nbformat
import pytest
from small_course import NAME, build_small_course

from dlcourse.grading.classroom import digest, find_submissions
from dlcourse.grading.grade import read_master
from dlcourse.grading.harmless import told_apart
from dlcourse.grading.submission import Unreadable, read_notebook
from dlcourse.term import attempts
from dlcourse.term.attendance import take
from dlcourse.term.collect import collect
from dlcourse.term.roster import read_people
from dlcourse.term.unpack import DEEPEST, unpack


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("collect") / "root", ["relu"])


@pytest.fixture
def notebook(root):
    """A notebook with an answer, as text."""
    notebook = read_master(root, NAME)
    next(c for c in notebook.cells if c.id == "relu").source = "mine = 1"
    return nbformat.writes(notebook)


def put(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def test_folders_of_any_naming_are_collected_and_reasons_given(root, notebook, tmp_path):
    inbox = tmp_path / "inbox"
    put(inbox / "ada" / NAME / f"{NAME}.ipynb", notebook)
    put(inbox / "ben" / "deep" / "my copy.ipynb", notebook)
    put(inbox / "cyd.ipynb", notebook)
    put(inbox / "dan" / "one.ipynb", notebook)
    put(inbox / "dan" / "two.ipynb", notebook.replace("mine = 1", "mine = 2"))
    put(inbox / "eve" / "x.ipynb", "{broken")
    (inbox / "fay").mkdir()
    (inbox / "mallory").symlink_to(inbox / "ada")
    found = {one.student: one.reason for one in collect(root, NAME, inbox)}
    assert found.keys() == {"ada", "ben", "cyd", "dan", "eve", "fay", "mallory"}
    assert "it is a link" in found["mallory"]
    assert [found[s] for s in ("ada", "ben", "cyd")] == ["", "", ""]
    assert "dan/one.ipynb, dan/two.ipynb" in found["dan"]
    assert "not JSON" in found["eve"]
    assert "no notebook" in found["fay"]
    for student in ("ada", "ben", "cyd"):
        written = root / "submitted" / student / NAME / f"{NAME}.ipynb"
        assert "mine = 1" in written.read_text(encoding="utf-8")
    assert not list((root / "submitted" / "eve").rglob("*.ipynb"))


def test_hand_ins_packed_in_one_folder_are_told_apart(root, notebook, tmp_path):
    shutil.rmtree(root / "submitted", ignore_errors=True)
    put(tmp_path / "week 3" / f"ada_{NAME}.ipynb", notebook)
    put(tmp_path / "week 3" / f"{NAME}-ben.ipynb", notebook)
    put(tmp_path / "week 3" / "cyd" / f"{NAME}.ipynb", notebook)
    put(tmp_path / "__MACOSX" / "week 3" / "cyd.ipynb", "{broken")
    found = {one.student: one.reason for one in collect(root, NAME, tmp_path, inside=True)}
    assert found == {"ada": "", "ben": "", "cyd": ""}


@pytest.mark.parametrize(
    "files",
    [
        ["ada/x.ipynb", "ben/x.ipynb"],
        ["ada.ipynb", "ben.ipynb"],
        [f"ada/{NAME}.ipynb", "ben/y.ipynb"],
    ],
)
def test_who_hands_in_alone_hands_in_for_nobody_else(root, notebook, tmp_path, files):
    shutil.rmtree(root / "submitted", ignore_errors=True)
    put(tmp_path / "all" / "ada" / "x.ipynb", notebook)
    put(tmp_path / "all" / "ben" / "x.ipynb", notebook)
    collect(root, NAME, tmp_path / "all")
    for file in files:
        put(tmp_path / "late" / "mallory" / file, notebook.replace("mine = 1", "mine = 2"))
    (one,) = collect(root, NAME, tmp_path / "late")
    assert one.student == "mallory"
    assert "collect again with --inside" in one.reason
    for student in ("ada", "ben"):
        own = root / "submitted" / student / NAME / f"{NAME}.ipynb"
        assert "mine = 1" in own.read_text(encoding="utf-8")


def test_looking_inside_needs_one_folder(root, notebook, tmp_path):
    for student in ("ada", "ben"):
        put(tmp_path / student / "x.ipynb", notebook)
    with pytest.raises(Unreadable, match="2 folders, and --inside asks for one"):
        collect(root, NAME, tmp_path, inside=True)


def test_who_has_a_name_by_right_keeps_it_and_the_other_is_reported(root, notebook, tmp_path):
    shutil.rmtree(root / "submitted", ignore_errors=True)
    strange = notebook.replace("mine = 1", "mine = 2")
    put(tmp_path / "ada.ipynb", notebook)
    put(tmp_path / f"ada_{NAME}.ipynb", strange)
    put(tmp_path / "ben" / "x.ipynb", notebook)
    put(tmp_path / "ben.ipynb", strange)
    put(tmp_path / "ben.ipynb.ipynb", notebook)
    put(tmp_path / f"cyd_{NAME}.ipynb", notebook)
    put(tmp_path / f"{NAME}-cyd.ipynb", strange)
    found = {one.student: one for one in collect(root, NAME, tmp_path)}
    told = {student: one.reason for student, one in found.items()}
    assert "one hand-in was expected" in told.pop("cyd")
    assert told == {"ada": "", "ben": "", "ben.ipynb": ""}
    aside = {student: [path for path, _ in one.aside] for student, one in found.items()}
    assert (aside["ada"], aside["ben"]) == ([f"ada_{NAME}.ipynb"], ["ben.ipynb"])
    for student in ("ada", "ben", "ben.ipynb"):
        own = root / "submitted" / student / NAME / f"{NAME}.ipynb"
        assert "mine = 1" in own.read_text(encoding="utf-8")
    assert len(find_submissions(root / "submitted", NAME)) == 4


def test_a_name_made_like_a_rewritten_one_takes_nobodys_place():
    ours = told_apart(["ada_", "ada<"])
    names = ["ada_", "ada<", ours["ada<"]]
    assert len(set(told_apart(names).values())) == 3


def test_a_class_of_one_is_not_taken_for_a_folder_of_hand_ins(root, notebook, tmp_path):
    shutil.rmtree(root / "submitted", ignore_errors=True)
    put(tmp_path / "ada" / f"{NAME}.ipynb", notebook)
    put(tmp_path / "ada" / "old" / "draft.ipynb", notebook)
    assert [(o.student, o.reason) for o in collect(root, NAME, tmp_path)] == [("ada", "")]


def test_who_could_not_be_collected_still_gets_a_record_with_the_reason(root, notebook, tmp_path):
    shutil.rmtree(root / "submitted", ignore_errors=True)
    put(tmp_path / "ada" / "x.ipynb", "{broken")
    put(tmp_path / f"ben_{NAME}.ipynb", notebook)
    put(tmp_path / f"{NAME}_ben.ipynb", notebook)
    assert {one.student: bool(one.reason) for one in collect(root, NAME, tmp_path)} == {
        "ada": True,
        "ben": True,
    }
    for student, file in find_submissions(root / "submitted", NAME):
        with pytest.raises(Unreadable, match={"ada": "not JSON", "ben": "one hand-in"}[student]):
            read_notebook(file)
    put(tmp_path / "ada" / "x.ipynb", notebook)
    collect(root, NAME, tmp_path)
    put(tmp_path / "ada" / "x.ipynb", "{broken again")
    collect(root, NAME, tmp_path)
    (_, file), _ = find_submissions(root / "submitted", NAME)
    assert any("mine = 1" in cell["source"] for cell in read_notebook(file))


@pytest.mark.parametrize("stamp", ["2026-01-02 10:00:00 UTC", "", "05.10.2026"])
def test_a_time_inside_a_hand_in_is_never_read_and_a_stale_one_goes(
    root, notebook, tmp_path, stamp
):
    put(tmp_path / "gil" / "x.ipynb", notebook)
    put(tmp_path / "gil" / "timestamp.txt", stamp)
    home = root / "submitted" / "gil" / NAME
    put(home / "timestamp.txt", "2026-01-01 10:00:00 UTC")
    (one,) = collect(root, NAME, tmp_path)
    assert one.reason == one.time == ""
    assert one.aside == (("gil/timestamp.txt", "a time inside a hand-in is not read"),)
    assert not (home / "timestamp.txt").exists()


def test_a_zip_is_collected_but_nothing_leaves_its_folder(root, notebook, tmp_path):
    archive = tmp_path / "inbox.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("gus/work.ipynb", notebook)
        packed.writestr("../evil.ipynb", notebook)
        packed.writestr("/tmp/evil.ipynb", notebook)
        packed.writestr("hal\\..\\..\\evil.ipynb", notebook)
        link = zipfile.ZipInfo("ida/link.ipynb")
        link.external_attr = 0o120777 << 16
        packed.writestr(link, "/etc/passwd")
        packed.writestr("jon/payload.exe", "x")
    folder = tmp_path / "out" / "inner"
    unpack(archive, folder)
    assert [p.name for p in (tmp_path / "out").rglob("*.ipynb")] == ["work.ipynb"]
    assert {one.student: one.reason for one in collect(root, NAME, archive)} == {
        "gus": "",
        "hal": "evil.ipynb could not be unpacked: it leads outside",
        "ida": "link.ipynb could not be unpacked: it is a link",
        "jon": "one notebook was expected, found: no notebook, but jon/payload.exe",
        "": "it could not be unpacked",
    }


def test_an_entry_that_cannot_be_unpacked_costs_nobody_else_anything(root, notebook, tmp_path):
    archive = tmp_path / "inbox.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ["ada/x.ipynb", "bea.ipynb", "cyd/x.ipynb/x.ipynb", "cyd/x.ipynb"]:
            packed.writestr(name, notebook)
        packed.writestr("dot/" + "n" * 300 + ".ipynb", notebook)
        packed.writestr("eve j.k/x.ipynb", notebook, zipfile.ZIP_LZMA)
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as packed:
        ada, bea, *_, eve = packed.infolist()
    content[ada.header_offset + 6] |= 1  # encrypted, says its own header
    content[content.index(b"PK\x01\x02") + 8] |= 1  # and the directory
    content[bea.header_offset + 60] ^= 255  # other bytes than the checksum says
    content[eve.header_offset + 60] ^= 255  # inside the compressed bytes
    archive.write_bytes(content)
    found = {one.student: one.reason for one in collect(root, NAME, archive)}
    assert found.pop("cyd") == ""
    told = {student: reason.split(": ")[0] for student, reason in found.items()}
    assert told == {
        "ada": "x.ipynb could not be unpacked",
        "bea": "bea.ipynb could not be unpacked",
        "dot": "n" * 80 + " could not be unpacked",
        "eve j.k": "x.ipynb could not be unpacked",
    }
    assert "encrypted" in found["ada"]


@pytest.mark.parametrize("others", [["ada"], ["ada", "ben"]])
def test_who_cannot_be_unpacked_is_told_apart_in_a_packed_folder_too(
    root, notebook, tmp_path, others
):
    archive = tmp_path / "inbox.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name in ["eve", *others]:
            packed.writestr(f"week 3/{name}.ipynb", notebook)
        packed.writestr("timestamp.txt", "2026-01-02")
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as packed:
        eve, *_, stamp = packed.infolist()
    content[eve.header_offset + 60] ^= 255
    content[stamp.header_offset + 44] ^= 255
    archive.write_bytes(content)
    nobodys, one = collect(root, NAME, archive)
    assert (nobodys.student, nobodys.file) == ("", "timestamp.txt")
    assert "--inside" in one.reason
    found = {one.student: one.reason for one in collect(root, NAME, archive, inside=True)}
    assert found.pop("").startswith("nobody is known by this name")  # the time, once more
    assert found.pop("eve").startswith("eve.ipynb could not be unpacked: Bad CRC")
    assert found == dict.fromkeys(others, "")


@pytest.mark.parametrize("archives", [20, pytest.param(300, marks=pytest.mark.long)])
def test_an_archive_damaged_at_random_is_collected_or_refused(root, notebook, tmp_path, archives):
    methods = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)
    archive, rng, outcomes = tmp_path / "inbox.zip", random.Random(0), Counter()
    for number in range(archives):
        with zipfile.ZipFile(archive, "w", methods[number % 4]) as packed:
            for name in ("ada", "ben", "é"):
                packed.writestr(f"{name}/x.ipynb", notebook)
        content = bytearray(archive.read_bytes())
        for _ in range(rng.randint(1, 6)):
            content[-rng.randint(1, rng.choice([400, len(content)]))] = rng.randrange(256)
        archive.write_bytes(content)
        try:
            outcomes[len(collect(root, NAME, archive))] += 1
        except Unreadable:
            outcomes["refused"] += 1
    assert outcomes[3] > archives / 3
    assert outcomes["refused"] > archives / 15


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    (tmp_path / "no.zip").write_text("hello")
    with pytest.raises(Unreadable, match="no zip file"):
        unpack(tmp_path / "no.zip", tmp_path)


# ---- one hand-in that is meant to stop all: it stops itself


def deep(folder, notebook):
    """Python walks no more than a thousand folders down; nobody hands in so many."""
    put(folder.joinpath(*"d" * (DEEPEST + 5), "x.ipynb"), notebook)


def a_pipe_for_a_time(folder, notebook):
    put(folder / "x.ipynb", notebook)
    os.mkfifo(folder / "timestamp.txt")


def a_pipe_for_a_notebook(folder, notebook):
    os.mkfifo(folder / "x.ipynb")


def a_note_of_its_own(folder, notebook):
    put(folder / "not_collected.txt", "The grader broke, give me the points")


def many_files(folder, notebook):
    for number in range(200):
        put(folder / f"{'n' * 100}{number}.ipynb", notebook)


def a_word_to_the_terminal(folder, notebook):
    put(folder / "\x1b]0;owned\x07.ipynb", notebook)
    put(folder / "\x9b2J.ipynb", notebook.replace("mine = 1", "mine = 2"))


HOSTILE = {
    "deep": "no notebook",
    "a_pipe_for_a_time": "",
    "a_pipe_for_a_notebook": "it is no file that can be read",
    "a_note_of_its_own": "no notebook",
    "many_files": "and 195 more",
    "a_word_to_the_terminal": "expected",
}


@pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hand_in_stops_nobody_else(root, notebook, tmp_path, kind):
    put(tmp_path / "ada.ipynb", notebook)
    (tmp_path / "mallory").mkdir()
    globals()[kind](tmp_path / "mallory", notebook)
    put(tmp_path / "zoe.ipynb", notebook)
    found = {one.student: one.reason for one in collect(root, NAME, tmp_path)}
    assert (found["ada"], found["zoe"]) == ("", "")
    assert HOSTILE[kind] in found["mallory"]
    assert found["mallory"].isprintable()


@pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")
def test_a_pipe_in_an_inbox_is_a_hand_in_that_cannot_be_read(root, notebook, tmp_path):
    put(tmp_path / "ada.ipynb", notebook)
    os.mkfifo(tmp_path / "mallory.ipynb")
    found = {one.student: one.reason for one in collect(root, NAME, tmp_path)}
    assert found == {"ada": "", "mallory": "it is no file that can be read"}


@pytest.mark.parametrize("closed", ["list", "look"])
def test_a_folder_that_is_closed_to_us_is_that_students_reason(
    root, notebook, tmp_path, monkeypatch, closed
):
    """Mode 000, where not even the names can be listed, and 444, where no file can be looked at."""
    put(tmp_path / "ada.ipynb", notebook)
    put(tmp_path / "mallory" / "x.ipynb", notebook)

    def closing(module, name, shut):
        true = getattr(module, name)

        def refuses(path, *args, **kwargs):
            if str(path) == str(shut):
                raise PermissionError(13, "Permission denied", str(path))
            return true(path, *args, **kwargs)

        monkeypatch.setattr(module, name, refuses)

    if closed == "list":
        closing(os, "scandir", tmp_path / "mallory")
    else:
        closing(Path, "stat", tmp_path / "mallory" / "x.ipynb")
    found = {one.student: one.reason for one in collect(root, NAME, tmp_path)}
    assert found["ada"] == ""
    assert "cannot be opened (Permission denied)" in found["mallory"]


@contextmanager
def as_nobody():
    """Be a user whom a closed folder stops: nothing stops root."""
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")
@pytest.mark.parametrize("mode", [0o000, 0o444])
@pytest.mark.parametrize("place", ["ada", f"ada/{NAME}"])
def test_a_closed_folder_in_submitted_is_told_as_one(notebook, mode, place):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        put(Path(folder, "ada", NAME, f"{NAME}.ipynb"), notebook)
        Path(folder, place).chmod(mode)
        try:
            with as_nobody():
                ((student, file),) = find_submissions(folder, NAME)
                with pytest.raises(Unreadable) as told:
                    read_notebook(file)
        finally:
            Path(folder, place).chmod(0o755)
    assert student == "ada"
    assert str(told.value) == "it cannot be opened (Permission denied)"


@pytest.mark.parametrize("what", ["read_json", "receive"])
def test_what_cannot_be_opened_or_rebuilt_is_that_students_reason(
    root, notebook, tmp_path, monkeypatch, what
):
    put(tmp_path / "ada.ipynb", notebook)
    put(tmp_path / "mallory.ipynb", notebook.replace("mine = 1", "mine = 2"))
    true = getattr(attempts, what)

    def fails(*args):
        given = args[0].read_text() if what == "read_json" else str(args[1])
        if "mine = 2" in given:
            raise PermissionError(13, "Permission denied") if what == "read_json" else KeyError
        return true(*args)

    monkeypatch.setattr(attempts, what, fails)
    found = {one.student: one.reason for one in collect(root, NAME, tmp_path)}
    assert found["ada"] == ""
    assert found["mallory"].startswith(("PermissionError", "KeyError"))


def test_a_notebook_that_is_closed_to_us_is_unreadable(tmp_path, monkeypatch):
    put(tmp_path / "x.ipynb", "{}")

    def refuses(path, *_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("pathlib.Path.read_bytes", refuses)
    monkeypatch.setattr("pathlib.Path.open", refuses)
    with pytest.raises(Unreadable, match="cannot be opened"):
        read_notebook(tmp_path / "x.ipynb")
    assert digest(tmp_path / "x.ipynb") == ""


def test_a_file_is_named_by_its_content_without_holding_it(tmp_path):
    file = tmp_path / "x.ipynb"
    file.write_bytes(b"x" * (20 << 20))
    tracemalloc.start()
    try:
        name = digest(file)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert name == hashlib.sha256(file.read_bytes()).hexdigest()
    assert peak < 1 << 20


@pytest.mark.parametrize(
    "name", [f"{NAME}_..", f"{NAME}-.", f"_{NAME}", f"{NAME} ", "é" * 90, "\udce9" * 60]
)
def test_no_name_leads_out_of_its_folder_or_leaves_no_room(root, notebook, tmp_path, name):
    shutil.rmtree(root / "submitted", ignore_errors=True)
    put(tmp_path / "inbox" / name / "x.ipynb", notebook)
    put(tmp_path / "inbox" / "ada.ipynb", notebook)
    assert [one.reason for one in collect(root, NAME, tmp_path / "inbox")] == ["", ""]
    written = sorted((root / "submitted").glob(f"*/{NAME}/{NAME}.ipynb"))
    assert len(written) == 2
    assert all(len(file.parts[-3].encode()) <= 200 for file in written)
    assert not (root / NAME).exists()


def test_names_that_are_written_alike_stay_two_students(root, notebook, tmp_path):
    shutil.rmtree(root / "submitted", ignore_errors=True)
    put(tmp_path / "ada_lovelace" / "x.ipynb", notebook)
    put(tmp_path / "ada\x7flovelace" / "x.ipynb", notebook.replace("mine = 1", "mine = 2"))
    found = {one.student: one.reason for one in collect(root, NAME, tmp_path)}
    assert list(found.values()) == ["", ""]
    own = root / "submitted" / "ada_lovelace" / NAME / f"{NAME}.ipynb"
    assert "mine = 1" in own.read_text(encoding="utf-8")
    # and where folders were put into submitted/ by other means
    shutil.rmtree(root / "submitted")
    for name in ("ada_lovelace", "ada\x7flovelace"):
        put(root / "submitted" / name / NAME / f"{NAME}.ipynb", notebook)
    names = dict(find_submissions(root / "submitted", NAME))
    assert len(names) == 2
    assert names["ada_lovelace"].parts[-3] == "ada_lovelace"


BLANKS = ["ada", " ada", "ada ", "'=1", "=1", " =1", "\N{SUPERSCRIPT EQUALS SIGN}1"]


def test_a_name_that_begins_with_a_blank_or_a_quote_is_its_own_students_each_time(
    root, notebook, tmp_path
):
    shutil.rmtree(root / "submitted", ignore_errors=True)
    (root / "students.csv").unlink(missing_ok=True)
    for number, name in enumerate(BLANKS):
        put(tmp_path / name / "x.ipynb", notebook.replace("mine = 1", f"mine = {number}"))
    takes = [take(root, NAME, tmp_path)[0] for _ in "12"]
    assert f"{len(BLANKS)} of {len(BLANKS)} collected into submitted/." in takes[0]
    assert takes[1][:-2] == takes[0][:-2]
    students = read_people(root)
    assert len(students) == len(BLANKS)
    own = (root / "submitted" / name / NAME / f"{NAME}.ipynb" for name in students)
    found = [re.search(r"mine = (\d)", file.read_text(encoding="utf-8"))[1] for file in own]
    assert sorted(found) == [str(number) for number in range(len(BLANKS))]
    (tmp_path / " ada" / "x.ipynb").unlink()
    (tmp_path / " ada").rmdir()
    take(root, NAME, tmp_path)
    kept = root / "submitted" / "ada" / NAME / f"{NAME}.ipynb"
    assert "mine = 0" in kept.read_text(encoding="utf-8")


def test_a_thousand_files_of_long_names_are_no_endless_cell(root, notebook, tmp_path):
    archive = tmp_path / "i.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("ada/x.ipynb", notebook)
        for number in range(300):
            packed.writestr(f"ada/{'d' * 200}/{'d' * 200}/{number:03}{'x' * 190}.txt", "")
    take(root, NAME, archive)
    table = (root / ".dlcourse" / "collected" / f"{NAME}.csv").read_text(encoding="utf-8")
    assert "and 280 more" in table
    assert len(table) < 40_000


@pytest.fixture
def attentive():
    """Signals do what they do by default: who runs the tests in the background ignores some."""
    defaults = {"SIGTERM": signal.SIG_DFL, "SIGHUP": signal.SIG_DFL}
    defaults["SIGINT"] = signal.default_int_handler
    before = [
        (number, signal.signal(number, handler))
        for name, handler in defaults.items()
        if (number := getattr(signal, name, None))
    ]
    yield
    for number, handler in before:
        signal.signal(number, handler)


@pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")
@pytest.mark.usefixtures("attentive")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_closed_terminal_leaves_no_hand_in_behind(root, notebook, tmp_path, monkeypatch, name):
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    with zipfile.ZipFile(tmp_path / "i.zip", "w") as packed:
        packed.writestr("ada/x.ipynb", notebook)
    seen = []

    def closed(*_):
        seen.extend((tmp_path / "temporary").rglob("*.ipynb"))
        signal.raise_signal(getattr(signal, name))

    monkeypatch.setattr("dlcourse.term.collect.write_people", closed)
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises((SystemExit, KeyboardInterrupt)):
        collect(root, NAME, tmp_path / "i.zip")
    assert [path.name for path in seen] == ["x.ipynb"]
    assert not any((tmp_path / "temporary").iterdir())
    assert signal.getsignal(signal.SIGTERM) == before
