"""Whatever reading a hand-in takes, it costs that student alone: time, memory, files, folders."""

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import nbformat
import pytest
from small_course import NAME, build_small_course

from dlcourse.grading import confined as confined_module
from dlcourse.grading import preprocessors
from dlcourse.grading.confined import Confined, confined
from dlcourse.grading.grade import Desk, read_master
from dlcourse.grading.submission import Unreadable
from dlcourse.term import unpack
from dlcourse.term.collect import collect

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading a class is for Linux")


def spin():
    while True:
        pass


def fill():
    return len(bytearray(1 << 30))


def vanish():
    os.kill(os.getpid(), signal.SIGKILL)


class Unwritable(Exception):
    def __reduce__(self):
        raise TypeError


def refuse():
    raise Unwritable("no")


def test_what_a_function_gives_or_raises_comes_back():
    assert confined(pow, 2, 3) == 8
    assert confined(os.getpid) != os.getpid()
    with pytest.raises(ZeroDivisionError):
        confined(divmod, 1, 0)
    with pytest.raises(RuntimeError, match="Unwritable: no"):
        confined(refuse)


@pytest.mark.parametrize(
    ("work", "reason"),
    [
        ((spin,), "more than 1 s"),
        ((time.sleep, 60), "more than 1 s"),
        ((fill,), "more than 512 MiB"),
        ((bytes, 100 << 20), "more than 512 MiB"),  # no answer is as long
    ],
)
def test_who_uses_up_time_or_memory_is_told(work, reason):
    with pytest.raises(Unreadable, match=reason):
        confined(*work, seconds=1, memory=512 << 20)


def test_who_is_killed_from_outside_is_no_students_fault():
    with pytest.raises(ChildProcessError, match="-9"):
        confined(vanish)


def test_threads_that_fork_at_once_do_not_wait_for_each_other():
    slow = threading.Thread(target=confined, args=(time.sleep, 3))
    slow.start()
    begun = time.monotonic()
    with pytest.raises(ChildProcessError):
        confined(vanish)
    assert time.monotonic() - begun < 2
    slow.join()


def stumble(what):
    return os.getpid() if what is None else what()


def test_a_process_stays_for_the_next_call_unless_it_grew_or_was_ended():
    with Confined(stumble, seconds=1, memory=512 << 20) as called:
        first = called(None)
        assert first != os.getpid()
        with pytest.raises(RuntimeError):
            called(refuse)
        assert called(None) == first
        for what, error in [(fill, Unreadable), (spin, Unreadable), (vanish, ChildProcessError)]:
            with pytest.raises(error):
                called(what)
            later = called(None)
            assert later != first
            first = later
        os.kill(first, signal.SIGKILL)
        os.waitid(os.P_PID, first, os.WEXITED | os.WNOWAIT)
        assert called(None) != first
        last = called(None)
    assert not Path("/proc", str(last)).exists()


def test_no_call_gets_the_reply_to_one_that_was_broken_off(monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    with Confined(divmod) as called:
        assert called(7, 2) == (3, 1)
        with monkeypatch.context() as patched:
            patched.setattr(confined_module, "_read", interrupted)
            with pytest.raises(KeyboardInterrupt):
                called(9, 2)
        assert called(5, 2) == (2, 1)


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    return build_small_course(tmp_path_factory.mktemp("confined") / "root", ["relu"])


@pytest.fixture(scope="module")
def notebook(root):
    return (root / "course" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")


def too_many_files(packed, notebook):
    for number in range(unpack.MAX_FILES + 1):
        packed.writestr(f"mallory/{number}.ipynb", "{}")


def too_many_bytes(packed, notebook):
    for number in range(3):
        packed.writestr(f"mallory/{number}.ipynb", "0" * 30_000_000)


def one_file_too_large(packed, notebook):
    packed.writestr("mallory/x.ipynb", "0" * 60_000_000)


def folders_without_end(packed, notebook):
    packed.writestr("/".join(["mallory", *"d" * 1200, "x.ipynb"]), notebook)


def a_file_larger_than_it_says(packed, notebook):
    packed.writestr("mallory/x.ipynb", "0" * 60_000_000)


def many_tables(packed, notebook):
    for number in range(20_001):
        packed.writestr(f"mallory/{number}.csv", "1")
    packed.writestr("mallory/x.ipynb", notebook)


def a_huge_dictionary(packed, notebook):
    packed.writestr("mallory/x.ipynb", notebook, zipfile.ZIP_LZMA)


ARCHIVES = {
    too_many_files: "at most 1,000 are read",
    too_many_bytes: "at most 50,000,000 are read",
    one_file_too_large: "at most 50,000,000 are read",
    a_file_larger_than_it_says: "could not be unpacked",
    folders_without_end: "more than 20 folders",
    many_tables: "",
    a_huge_dictionary: "it asks for too much memory",
}


@pytest.mark.parametrize("fill", ARCHIVES)
def test_a_hand_in_in_a_zip_file_stops_nobody_else(root, notebook, tmp_path, monkeypatch, fill):
    monkeypatch.setattr(unpack, "MAX_TOTAL", 50_000_000)
    archive = tmp_path / "inbox.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("ada.ipynb", notebook)
        fill(packed, notebook)
        packed.writestr("zoe/x.ipynb", notebook)
    if fill is a_huge_dictionary:  # which LZMA's header asks for
        content = bytearray(archive.read_bytes())
        at = content.index(b"mallory/x.ipynb") + len("mallory/x.ipynb")
        assert content[at : at + 5] == bytes([9, 4, 5, 0, 0x5D])
        content[at + 5 : at + 9] = struct.pack("<I", 0xFFFFFFFF)
        archive.write_bytes(content)
    if fill is a_file_larger_than_it_says:
        content, size = bytearray(archive.read_bytes()), struct.pack("<I", 60_000_000)
        for _ in range(2):  # before the file, and in the archive's list
            at = content.index(size)
            content[at : at + 4] = struct.pack("<I", 100)
        archive.write_bytes(content)
    found = {one.student: one.reason for one in collect(root, NAME, archive)}
    assert (found["ada"], found["zoe"]) == ("", "")
    assert ARCHIVES[fill] in found["mallory"]
    assert bool(ARCHIVES[fill]) == bool(found["mallory"])


def test_an_archive_for_which_the_disk_has_no_room_is_refused_before_it_is_unpacked(
    tmp_path, monkeypatch
):
    archive = tmp_path / "inbox.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("ada.ipynb", "{}")
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(9, 8, 1))
    with pytest.raises(Unreadable, match="unpacks to 2 bytes"):
        unpack.unpack(archive, tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_a_folder_of_twenty_thousand_tables_and_one_of_endless_depth_stop_nobody(
    root, notebook, tmp_path
):
    for name in ("ada", "mallory", "zoe"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.ipynb").write_text(notebook, encoding="utf-8")
    for number in range(20_001):
        (tmp_path / "mallory" / f"{number}.csv").touch()
    (tmp_path / "nested").mkdir()
    inside = os.open(tmp_path / "nested", os.O_RDONLY)
    for _ in range(1200):
        os.mkdir("d", dir_fd=inside)
        deeper = os.open("d", os.O_RDONLY, dir_fd=inside)
        os.close(inside)
        inside = deeper
    os.close(inside)
    try:
        found = {one.student: one.reason for one in collect(root, NAME, tmp_path)}
    finally:
        subprocess.run(["rm", "-rf", tmp_path / "nested"], check=True)  # Python would not manage
    assert [found[name] for name in ("ada", "mallory", "zoe")] == ["", "", ""]
    assert "no notebook" in found["nested"]


NESTED = {
    "lists": lambda: "[" + "[]," * 15_000_000 + "0]",
    "empty cells": lambda: json.dumps({"cells": [{}]}).replace("{}", "{}," * 10_000_000 + "{}"),
}


@pytest.mark.parametrize("kind", [pytest.param("lists", marks=pytest.mark.long), "empty cells"])
def test_a_notebook_that_needs_gigabytes_is_that_students_reason(root, notebook, tmp_path, kind):
    (tmp_path / "ada.ipynb").write_text(notebook, encoding="utf-8")
    (tmp_path / "mallory.ipynb").write_text(NESTED[kind](), encoding="utf-8")
    before = Path("/proc/self/statm").read_text().split()[1]
    found = {one.student: one.reason for one in collect(root, NAME, tmp_path)}
    assert found["ada"] == ""
    assert found["mallory"]
    after = Path("/proc/self/statm").read_text().split()[1]
    assert (int(after) - int(before)) * os.sysconf("SC_PAGESIZE") < 100 << 20


def test_nbgraders_own_way_rebuilds_and_reads_in_a_process_of_ours_too(root, monkeypatch):
    resources = {"metadata": {"path": str(root)}, "nbgrader": {"assignment": NAME}}
    notebook = read_master(root, NAME)
    monkeypatch.setattr(preprocessors, "receive", lambda *_: os.getpid())
    where, _ = preprocessors.Rebuild().preprocess(notebook, resources)
    assert where != os.getpid()
    huge = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x" * 300_001)])
    with pytest.raises(Unreadable, match="its code has 300,001 letters"):
        preprocessors.Rebuild().preprocess(huge, resources)
    with Desk(root, NAME) as desk:
        seen, true = [], desk._answers
        monkeypatch.setattr(desk, "_answers", lambda nb: seen.append(nb) or true(nb))
        assert desk.grade(notebook)[0]["status"] == "missing"
    assert not seen  # it was called, and not here
