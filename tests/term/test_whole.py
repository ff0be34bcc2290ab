"""A write that fails leaves the old file, whatever command it was."""

import errno
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from small_course import NAME, build_small_course

from dlcourse.cli import main
from dlcourse.term.roster import Person, write_people
from dlcourse.term.whole import write_whole


@pytest.fixture
def full(monkeypatch):
    """Let files take no more than some bytes, as on a full disk; by default none."""

    def fill(room=0):
        def write_bytes(path, raw):
            with path.open("wb") as file:
                file.write(raw[:room])
            raise OSError(errno.ENOSPC, "No space left on device")

        def write_text(path, text, *_, **__):
            write_bytes(path, text.encode("utf-8", "replace"))

        monkeypatch.setattr(Path, "write_bytes", write_bytes)
        monkeypatch.setattr(Path, "write_text", write_text)

    return fill


@pytest.mark.parametrize("room", [0, 1, 5])
@pytest.mark.parametrize("old", [None, b"old"])
def test_whatever_the_room_the_old_file_or_none_is_there(tmp_path, full, room, old):
    path = tmp_path / "x.csv"
    if old:
        path.write_bytes(old)
    full(room)
    with pytest.raises(OSError, match=r"No space left on device: .*x\.csv"):
        write_whole(path, "a new one")
    assert [file.name for file in tmp_path.iterdir()] == (["x.csv"] if old else [])
    assert not old or path.read_bytes() == old


def test_a_new_file_is_whole_and_keeps_mode_and_link(tmp_path):
    (tmp_path / "kept").write_text("old")
    (tmp_path / "kept").chmod(0o600)
    (tmp_path / "link").symlink_to("kept")
    write_whole(tmp_path / "link", "a\r\n\udce9")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "kept").read_bytes() == b"a\r\n?"
    assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    root = build_small_course(tmp_path_factory.mktemp("whole") / "root", ["relu"])
    write_people(root, {"geo": Person("geo", "Geo Boole"), "mal": Person("mal")})
    (root / "dropped.txt").write_text("mal\n")
    for student in ("geo", "mal"):
        folder = root / "submitted" / student / NAME
        folder.mkdir(parents=True)
        shutil.copy(root / "course" / NAME / f"{NAME}.ipynb", folder)
    return root


@pytest.mark.parametrize("args", [["drop", "geo"], ["drop", "mal", "--back"]])
def test_who_is_dropped_stays_so_where_the_disk_is_full(built, tmp_path, monkeypatch, full, args):
    root = shutil.copytree(built, tmp_path / "root")
    monkeypatch.chdir(root)
    full()
    ran = CliRunner().invoke(main, args)
    assert ran.exit_code == 1
    assert "No space left on device" in ran.output
    assert "dropped.txt" in ran.output
    assert (root / "dropped.txt").read_bytes() == b"mal\n"


def test_collecting_on_a_full_disk_loses_nobody(built, tmp_path, monkeypatch, full):
    root = shutil.copytree(built, tmp_path / "root")
    monkeypatch.chdir(root)
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    inbox = tmp_path / "inbox" / "geo"
    inbox.mkdir(parents=True)
    text = (root / "course" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
    (inbox / "x.ipynb").write_text(text.replace("def relu", "# mine\\ndef relu"), encoding="utf-8")
    full(9)
    ran = CliRunner().invoke(main, ["collect", str(inbox.parent), "--lecture", NAME])
    assert ran.exit_code == 1
    assert "No space left on device" in ran.output
    after = {path: path.read_bytes() for path in before if path.exists()}
    assert after == before
