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
KEEP = "keep the right one and collect again"
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
UNPACKING = (OSError, RuntimeError, ValueError, EOFError, *BROKEN)


class Collected(NamedTuple):
    """What became of one student's hand-in; `reason` is empty if it was collected."""

    student: str
    file: str
    reason: str


def collect(root, lecture, inbox, inside=False):
    """Copy an inbox to submitted/, each notebook rebuilt on the master.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
    inbox : Path
        A folder or a zip file: ``<student>/anything/*.ipynb`` or ``<student>.ipynb``. Of several
        notebooks of one student, the one with the lecture's name is taken. In a student's name,
        the lecture's is left out, and what a page could take for its own becomes ``_``.
    inside : bool
        The hand-ins lie in the one folder of the inbox. That is never guessed: a lone hand-in is
        a folder, too, and whoever filled it would choose whose work its notebooks are.

    Returns
    -------
    list of Collected
        One entry a hand-in. One that cannot be read gets the reason here, and in submitted/ in the
        notebook's place; an earlier notebook stays.

    Raises
    ------
    FileNotFoundError
        If the lecture is not released.
    Unreadable
        If the inbox is no folder and no zip file, or holds no single folder to look inside.
    """
    master = read_master(root, lecture)
    keep(root, master)
    with TemporaryDirectory() as folder:
        unpacked = not inbox.is_dir()
        if unpacked:
            unpack(inbox, Path(folder))
            inbox = Path(folder)
        found = students(inbox, lecture, inside, unpacked)
        return [_collect_one(root, master, lecture, *one) for one in found]


def students(inbox, lecture, inside=False, unpacked=False):
    """Yield (student, notebook file or None, what else there is to say) for each of an inbox; one
    that we `unpacked` holds notes of ours, and in another a note is somebody's word."""
    entries = _entries(inbox, inside)
    alone, found = len(entries) == 1 and not inside, _by_student(entries, lecture)
    written = told_apart(found)
    for name, (entry, problem) in found.items():
        file = None
        if not problem:
            file, problem = _notebook(entry, lecture, alone, unpacked)
        if file or problem:
            yield written[name], file, problem


def _entries(folder, inside):
    """What lies in an inbox, or in the one folder in it."""
    entries = [e for e in sorted(folder.iterdir()) if e.name[0] != "." and e.name != "__MACOSX"]
    if not inside:
        return entries
    folders = [e for e in entries if e.is_dir() and not e.is_symlink()]
    if len(folders) != 1:
        raise Unreadable(f"the inbox holds {len(folders)} folders, and --inside asks for one")
    return _entries(folders[0], False)


def _by_student(entries, lecture):
    """Entries by student, and what speaks against them: a name that several have is the folder's
    of exactly that name, else the file's, and else nobody's."""
    rivals, found, others = {}, {}, {}
    for entry in entries:
        rivals.setdefault(_without(lecture, _plain_name(entry)), []).append(entry)
    for student, claims in rivals.items():
        exact = [entry for entry in claims if _plain_name(entry) == student]
        exact = [entry for entry in exact if entry.name == student] or exact
        if len(claims) == 1 or len(exact) == 1:
            own = claims[0] if len(claims) == 1 else exact[0]
            found[student] = own, ""
            text = f"the hand-in of {student} is {own.name}. If both are theirs, {KEEP}"
            for entry in claims:
                if entry != own:
                    others[f"{entry.name}/"] = entry, text  # a slash: it is nobody's name
        else:
            names = _some([entry.name for entry in claims])
            found[student] = claims[0], f"one hand-in was expected, found: {names}: {KEEP}"
    return found | others


def _plain_name(entry):
    return entry.stem if entry.suffix == ".ipynb" else entry.name


def _some(names):
    """The first few of some names."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _without(lecture, name):
    """Take the lecture's name off a file name such as ``ada_03_losses``."""
    student = name
    for mark in "_- ":
        student = student.removesuffix(mark + lecture).removeprefix(lecture + mark)
    return student if student.strip(". ") else name


def _files(folder, onerror=None):
    """All files in a folder, as deep as a hand-in may be, and none where it is closed to us."""
    for where, folders, names in os.walk(folder, onerror=onerror):
        if len(Path(where).relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        yield from (Path(where, name) for name in names)


def _is_notebook(file):
    try:
        kind = file.is_symlink() or file.is_file()
    except OSError:  # its folder is closed to us: reading it gives the reason
        kind = True
    return kind and file.suffix == ".ipynb" and ".ipynb_checkpoints" not in file.parts


def _notebook(entry, lecture, alone, unpacked):
    """The one notebook of a hand-in, or why there is none; (None, "") for what is no hand-in."""
    if entry.is_symlink():
        return None, "it is a link. The file itself is needed"
    if not entry.is_dir():
        if entry.suffix != ".ipynb":
            return None, ""
        return (entry, "") if entry.is_file() else (None, "it is no file that can be read")
    closed = []
    files = sorted(_files(entry, closed.append))
    notebooks = [file for file in files if _is_notebook(file)]
    notes = [file for file in files if unpacked and file.name == NOT_COLLECTED]
    first = {file.relative_to(entry).parts[0] for file in (*notebooks, *notes)}
    if alone and len(first) > 1 and entry / f"{lecture}.ipynb" not in notebooks:
        ask = "If these are the hand-ins of several students, collect again with --inside"
        return None, f"one notebook was expected, found: {_some(sorted(first))}. {ask}"
    named = [file for file in notebooks if file.stem == lecture] or notebooks
    return (named[0], "") if len(named) == 1 else (None, _why_none(entry, named, notes, closed))


def _why_none(entry, named, notes, closed):
    """Why no notebook of a folder can be taken."""
    if named:
        names = _some([str(file.relative_to(entry)) for file in named])
        return f"one notebook was expected, found: {names}: {KEEP}"
    if notes:
        return "; ".join(not_collected(note) for note in notes[:5])
    if closed:
        return f"it cannot be opened ({closed[0].strerror}). Allow yourself to read its folder"
    return f"one notebook was expected, found: no notebook, in folders at most {DEEPEST} deep"


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
