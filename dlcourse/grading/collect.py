"""From an inbox as it arrived to submitted/: one clean notebook a student, or a reason."""

import lzma
import os
import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dlcourse.frame import nbformat
from dlcourse.grading.classroom import read_timestamp
from dlcourse.grading.grade import read_master
from dlcourse.grading.harmless import printable, told_apart
from dlcourse.grading.releases import keep, receive
from dlcourse.grading.submission import (
    MAX_BYTES,
    NOT_COLLECTED,
    Unreadable,
    not_collected,
    read_notebook,
)

MAX_FILES = 20_000
MAX_TOTAL = 4 << 30
DEEPEST = 20  # folders in a folder
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
UNPACKING = (OSError, RuntimeError, ValueError, EOFError, *BROKEN)


class Collected(NamedTuple):
    """What became of one student's hand-in; `reason` is empty if it was collected."""

    student: str
    file: str
    reason: str


def collect(root, lecture, inbox):
    """Copy an inbox to submitted/, each notebook rebuilt on the master.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
    inbox : Path
        A folder or a zip file: ``<student>/anything/*.ipynb`` or ``<student>.ipynb``, or all of
        them in one folder. Of several notebooks of one student, the one with the lecture's name is
        taken. In a student's name, the lecture's is left out, and what a page could take for its
        own becomes ``_``.

    Returns
    -------
    list of Collected
        One entry a student. A student whose file cannot be read gets the reason here, and in
        submitted/ in the notebook's place; an earlier notebook stays.
    """
    master = read_master(root, lecture)
    if not inbox.is_dir():
        with TemporaryDirectory() as folder:
            unpack(inbox, Path(folder))
            return collect(root, lecture, Path(folder))
    keep(root, master)
    return [_collect_one(root, master, lecture, *one) for one in students(inbox, lecture)]


def students(inbox, lecture):
    """Yield (student, notebook file or None, what else there is to say) for each of an inbox."""
    found = {}
    for entry in _entries(inbox, lecture):
        name = entry.stem if entry.suffix == ".ipynb" else entry.name
        found.setdefault(_without(lecture, name), []).append(entry)
    written = told_apart(found)
    for name, entries in found.items():
        student = written[name]
        if len(entries) > 1:
            names = ", ".join(entry.name for entry in entries)
            yield student, None, f"one hand-in was expected, found: {names}"
        else:
            yield from _notebook(student, entries[0], lecture)


def _entries(folder, lecture):
    """What lies in an inbox, or in the one folder that was packed with all hand-ins in it."""
    entries = [e for e in sorted(folder.iterdir()) if not e.is_symlink() and e.name[0] != "."]
    entries = [e for e in entries if e.name != "__MACOSX"]
    if len(entries) == 1 and entries[0].is_dir():
        inside = [*_notebooks(entries[0]), *_notes(entries[0])]
        if len({f.relative_to(entries[0]).parts[0] for f in inside}) > 1 and not any(
            f.stem == lecture and f.parent == entries[0] for f in inside
        ):
            return _entries(entries[0], lecture)
    return entries


def _without(lecture, name):
    """Take the lecture's name off a file name such as ``ada_03_losses``."""
    student = name
    for mark in "_- ":
        student = student.removesuffix(mark + lecture).removeprefix(lecture + mark)
    return student if student.strip(". ") else name


def _files(folder):
    """All files in a folder, as deep as a hand-in may be, and none where it is closed to us."""
    for where, folders, names in os.walk(folder):
        if len(Path(where).relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        yield from (Path(where, name) for name in names)


def _notebooks(folder):
    files = [f for f in sorted(_files(folder)) if f.suffix == ".ipynb"]
    files = [f for f in files if f.is_symlink() or f.is_file()]
    return [f for f in files if ".ipynb_checkpoints" not in f.parts]


def _notes(folder):
    return [file for file in sorted(_files(folder)) if file.name == NOT_COLLECTED]


def _notebook(student, entry, lecture):
    """Yield the one hand-in of a student; nothing for a file that is no notebook."""
    if entry.suffix == ".ipynb" and entry.is_file():
        yield student, entry, ""
    elif entry.is_dir():
        files = _notebooks(entry)
        named = [f for f in files if f.stem == lecture] or files
        if len(named) == 1:
            yield student, named[0], ""
        else:
            names = ", ".join(str(f.relative_to(entry)) for f in named) or "no notebook"
            told = [not_collected(note) for note in _notes(entry) if not named]
            yield student, None, "; ".join(told) or f"one notebook was expected, found: {names}"


def _collect_one(root, master, lecture, student, file, problem):
    """Collect one hand-in; whatever it does, it does to itself."""
    name, home = "" if file is None else file.name, root / "submitted" / student / lecture
    try:
        _copy(master, lecture, home, file, problem)
        return Collected(student, name, "")
    except Unreadable as error:
        reason = printable(str(error))
    except Exception as error:  # nothing stops the batch
        reason = printable(f"{type(error).__name__}: {error}")
    with suppress(OSError):
        (home / NOT_COLLECTED).write_text(reason, encoding="utf-8", errors="replace")
    return Collected(student, name, reason)


def _copy(master, lecture, home, file, problem):
    home.mkdir(parents=True, exist_ok=True)
    if file is None:
        raise Unreadable(problem)
    nbformat.write(receive(master, read_notebook(file)), home / f"{lecture}.ipynb")
    (home / NOT_COLLECTED).unlink(missing_ok=True)
    stamp = file.parent / "timestamp.txt"
    time = None if stamp.is_symlink() else read_timestamp(file)
    if time is not None:
        (home / stamp.name).write_text(time, encoding="utf-8")


def unpack(archive, folder):
    """Unpack the notebooks of a zip file, refusing bombs, links and paths that lead outside.

    In the place of a notebook that is refused or broken stands a folder with a note that says so.

    Raises
    ------
    Unreadable
        If the file is no zip file or unpacks to more than the limits allow.
    """
    try:
        with zipfile.ZipFile(archive) as packed:
            entries = [e for e in packed.infolist() if not e.is_dir()]
            if len(entries) > MAX_FILES or sum(e.file_size for e in entries) > MAX_TOTAL:
                raise Unreadable(f"{archive} unpacks to too much: split it")
            for entry in entries:
                _unpack_one(packed, entry, folder)
    except Unreadable:
        raise
    except UNPACKING as error:
        raise Unreadable(
            f"{archive} is no folder and no zip file that can be read: {error}"
        ) from None


def _unpack_one(packed, entry, folder):
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.suffix != ".ipynb" and path.name != "timestamp.txt":
        return
    if path.is_absolute() or path.parts[0] == "..":
        return  # nobody's
    target = folder.joinpath(*path.parts)
    try:
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise ValueError("it is a link")
        if ".." in path.parts:
            raise ValueError("it leads outside")
        target.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(entry) as source:
            content = source.read(MAX_BYTES + 1)  # one byte too many is refused when it is read
        target.write_bytes(content)
    except UNPACKING as error:
        if path.suffix == ".ipynb":
            home = folder / path.parts[0] if ".." in path.parts else target.parent
            why = getattr(error, "strerror", None) or error  # an OSError names a folder of ours
            _leave_note(home / path.stem[:80], f"{path.name[:80]} could not be unpacked: {why}")


def _leave_note(folder, text):
    with suppress(*UNPACKING):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NOT_COLLECTED).write_text(text, encoding="utf-8", errors="replace")
