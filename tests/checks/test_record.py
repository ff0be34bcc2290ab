"""The file of progress: whatever happens to it costs a line, and never a check."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from small_course import NAME

from dlcourse.checks import record as record_module
from dlcourse.checks.entry import write_entry
from dlcourse.checks.exercise import load_exercise
from dlcourse.checks.record import Record, progress_file
from dlcourse.checks.student import Check, CheckFailed

RIGHT = """\
def relu(z):
    return z * (z > 0)
def relu_backward(dout, z):
    return dout * (z > 0)
"""
WRONG = RIGHT.replace("z * (z > 0)", "z + {}")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "progress.json"


@pytest.fixture(scope="module")
def numbers(pytestconfig):
    path = pytestconfig.rootpath / "solutions" / "exercises" / "relu.py"
    entries = {"relu": write_entry(load_exercise(path))}
    return {"lecture": NAME, "release": "1", "exercises": entries}


def answer(check, source):
    """Run an answer cell and its check; return what the check says."""
    namespace = {"check": check}
    exec(source, namespace)
    try:
        exec("check('relu')", namespace)
    except CheckFailed as failed:
        return failed.text
    return "right"


def content(file):
    return json.loads(file.read_text(encoding="utf-8"))


def is_solved(file):
    return "solved" in Record(file).entry(NAME, "relu")


def test_the_record_holds_times_and_fingerprints_and_no_answer(file, numbers):
    check = Check(numbers, record=Record(file))
    answer(check, WRONG.format(1))
    answer(check, RIGHT)
    [entry] = content(file)["lectures"][NAME].values()
    assert sorted(entry) == ["asked", "last", "solved", "wrong"]
    assert re.fullmatch(r"[0-9a-f]{8}", entry["wrong"][0])
    assert len(file.read_bytes()) < 500


ADD = """\
import sys
from pathlib import Path
from dlcourse.checks.record import Record
record = Record(Path(sys.argv[1]))
for n in range(40):
    record.tried("lecture", f"exercise {n % 4}", f"{sys.argv[2]} {n}")
"""


def test_notebooks_that_write_at_once_lose_nothing(file):
    names = ["ada", "ben", "eve"]
    command = [sys.executable, "-c", ADD, str(file)]
    running = [subprocess.Popen([*command, name], stdout=subprocess.PIPE) for name in names]
    assert [process.communicate()[0] for process in running] == [b""] * len(names)
    found = content(file)["lectures"]["lecture"].values()
    wrong = {fingerprint for entry in found for fingerprint in entry["wrong"]}
    assert wrong == {f"{name} {n}" for name in names for n in range(40)}


def test_two_open_notebooks_do_not_overwrite_each_other(file):
    one, other = Record(file), Record(file)
    one.solved("a", "x", "")
    other.solved("b", "y", "")
    one.tried("a", "z", "1")
    assert list(content(file)["lectures"]) == ["a", "b"]
    assert set(content(file)["lectures"]["a"]) == {"x", "z"}


FOREIGN = {
    "empty": b"",
    "torn": b'{"format": "dlcourse progress", "version": 1, "lectures": {"a',
    "no text": b"\xff\xfe\x00",
    "too deep": b"[" * 200_000,
    "a list": b"[1]",
    "of another program": b'{"version": 1, "lectures": {}}',
    "no version": b'{"format": "dlcourse progress", "lectures": {}}',
    "odd lectures": b'{"format": "dlcourse progress", "version": 1, "lectures": [1]}',
    "odd entry": b'{"format": "dlcourse progress", "version": 1, "lectures": {"a": {"b": 1}}}',
    "odd time": b'{"format": "dlcourse progress", "version": 1, "lectures": '
    b'{"a": {"b": {"last": "0001-01-01x"}}}}',
    "odd tries": b'{"format": "dlcourse progress", "version": 1, "lectures": '
    b'{"a": {"b": {"wrong": [1]}}}}',
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_file_that_is_no_record_is_kept_aside_and_costs_a_line(file, numbers, capsys, name):
    file.parent.mkdir()
    file.write_bytes(FOREIGN[name])
    check = Check(numbers, record=Record(file))
    assert answer(check, RIGHT) == "right"
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("Your record of progress cannot be read; it is kept as")
    assert said[1:] == ["✓ relu: right."]
    assert file.with_name("progress.json.broken").read_bytes() == FOREIGN[name]
    assert is_solved(file)


def test_a_file_that_breaks_while_the_notebook_is_open_takes_nothing_along(file, numbers, capsys):
    check = Check(numbers, record=Record(file))
    answer(check, RIGHT)
    file.write_bytes(b"{")
    answer(check, WRONG.format(1))
    assert is_solved(file)
    assert capsys.readouterr().out.count("cannot be read") == 1


def test_what_was_kept_aside_before_is_not_overwritten(file):
    file.parent.mkdir()
    for text in ["first", "second", "third"]:
        file.write_text(text)
        Record(file)
    kept = sorted(file.parent.glob("*.broken*"))
    assert [path.read_text() for path in kept] == ["first", "second", "third"]


def test_a_newer_versions_file_is_left_as_it_is(file, numbers, capsys):
    file.parent.mkdir()
    text = '{"format": "dlcourse progress", "version": 2, "lectures": "otherwise"}'
    file.write_text(text)
    check = Check(numbers, record=Record(file))
    for n in [1, 2]:
        answer(check, WRONG.format(n))
    assert answer(check, WRONG.format(3)).count("Hint:") == 1  # in memory all goes on
    [said] = capsys.readouterr().out.splitlines()
    assert "of a newer dlcourse and is left alone" in said
    assert file.read_text() == text
    assert [path.name for path in file.parent.iterdir()] == ["progress.json"]


def test_what_a_later_version_adds_to_an_entry_stays(file):
    file.parent.mkdir()
    entry = {"wrong": ["1"], "mood": "good"}
    known = {"format": "dlcourse progress", "version": 1, "lectures": {"a": {"b": entry}}, "x": 1}
    file.write_text(json.dumps(known))
    Record(file).solved("a", "b", "")
    assert content(file)["x"] == 1
    assert content(file)["lectures"]["a"]["b"]["mood"] == "good"


def test_a_folder_that_cannot_be_made_costs_one_line(tmp_path, numbers, capsys):
    (tmp_path / "data").write_text("a file where a folder should be")
    check = Check(numbers, record=Record(tmp_path / "data" / "progress.json"))
    for n in [1, 2]:
        answer(check, WRONG.format(n))
    assert "Hint:" in answer(check, WRONG.format(3))
    assert answer(check, RIGHT) == "right"
    [said, tick] = capsys.readouterr().out.splitlines()
    assert said.startswith("Your record of progress cannot be kept (")
    assert said.endswith("The checks work all the same.")
    assert tick == "✓ relu: right."


@pytest.mark.skipif(
    sys.platform == "win32" or os.geteuid() == 0, reason="nothing is read-only to root"
)
def test_a_read_only_folder_costs_one_line_and_is_read(file, numbers, capsys):
    answer(Check(numbers, record=Record(file)), RIGHT)
    file.parent.chmod(0o500)
    try:
        assert is_solved(file)
        answer(Check(numbers, record=Record(file)), WRONG.format(1))
    finally:
        file.parent.chmod(0o700)
    assert capsys.readouterr().out.count("cannot be kept") == 1


def refuse(*_):
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize(
    ("system", "refusals", "kept"),
    [("win32", 3, True), ("win32", record_module.MOVES, False), ("linux", 1, False)],
)
def test_a_file_that_another_program_has_open_is_waited_for_where_that_helps(
    system, refusals, kept, file, numbers, monkeypatch
):
    left, replace = iter(range(refusals)), Path.replace
    monkeypatch.setattr(sys, "platform", system)
    monkeypatch.setattr(record_module.time, "sleep", lambda seconds: None)
    monkeypatch.setattr(
        Path, "replace", lambda *a: replace(*a) if next(left, None) is None else refuse()
    )
    answer(Check(numbers, record=Record(file)), RIGHT)
    monkeypatch.undo()
    assert is_solved(file) == kept
    assert [path for path in file.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_write_that_fails_leaves_the_old_file_whole(file, numbers, monkeypatch, capsys, step):
    check = Check(numbers, record=Record(file))
    answer(check, RIGHT)
    before = file.read_bytes()
    monkeypatch.setattr(*{"fsync": (os, "fsync"), "replace": (Path, "replace")}[step], refuse)
    assert "✗ relu" in answer(check, WRONG.format(1))
    assert file.read_bytes() == before
    assert sorted(p.suffix for p in file.parent.iterdir()) == [".json", ".lock"]
    assert capsys.readouterr().out.count("cannot be kept ([Errno 13] Permission denied)") == 1


def test_a_notebook_that_holds_the_lock_too_long_holds_up_no_check(file, monkeypatch, capsys):
    monkeypatch.setattr(record_module, "PATIENCE", 0)
    file.parent.mkdir()
    with FileLock(f"{file}.lock"):
        Record(file).solved("a", "b", "")
    assert "cannot be kept" in capsys.readouterr().out


def test_a_disk_without_locks_costs_one_line(file, monkeypatch, capsys):
    def no_locks(*_, **__):
        raise NotImplementedError("no flock here")

    monkeypatch.setattr("filelock.FileLock", no_locks)
    Record(file).solved("a", "b", "")
    assert "cannot be kept (no flock here)" in capsys.readouterr().out


def test_the_environment_names_the_file_or_switches_it_off(monkeypatch, tmp_path):
    monkeypatch.setenv("DLCOURSE_PROGRESS", str(tmp_path / "mine.json"))
    assert progress_file() == tmp_path / "mine.json"
    monkeypatch.setenv("DLCOURSE_PROGRESS", "off")
    assert progress_file() is None
    monkeypatch.delenv("DLCOURSE_PROGRESS")
    assert progress_file().name == "progress.json"
    assert progress_file().parent.name == "dlcourse"
