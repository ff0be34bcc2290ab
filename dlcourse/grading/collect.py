"""From an inbox as it arrived to submitted/: one clean notebook a student, or a reason."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dlcourse.frame import nbformat
from dlcourse.grading.classroom import read_timestamp
from dlcourse.grading.confined import confined
from dlcourse.grading.grade import read_master
from dlcourse.grading.harmless import printable, told_apart
from dlcourse.grading.releases import keep, receive
from dlcourse.grading.submission import (
    NOT_COLLECTED,
    Unreadable,
    not_collected,
    read_notebook,
)
from dlcourse.grading.unpack import DEEPEST, unpack

KEEP = "keep the right one and collect again"


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
            unpack(inbox, Path(folder), inside)
            inbox = Path(folder)
        entries = _entries(inbox, inside)
        alone, hand_ins = len(entries) == 1 and not inside, _by_student(entries, lecture)
        written, found = told_apart(hand_ins), []
        for name, (entry, problem) in hand_ins.items():
            read = _read(master, lecture, entry, problem, alone, unpacked)
            if read.text or read.reason:
                home = root / "submitted" / written[name] / lecture
                found.append(Collected(written[name], read.file, _write(home, lecture, read)))
        return found


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
    """The notebooks and notes in a folder, as deep as a hand-in may be, and none where it is
    closed to us."""
    for where, folders, names in os.walk(folder, onerror=onerror):
        if len(Path(where).relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        ours = (name for name in names if name.endswith(".ipynb") or name == NOT_COLLECTED)
        yield from (Path(where, name) for name in ours)


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


class Read(NamedTuple):
    """What one hand-in holds: the notebook as text, or why there is none; and the time."""

    file: str
    text: str
    reason: str
    time: str | None = None


def _read(master, lecture, entry, problem, alone, unpacked):
    """Read one hand-in; whatever it does, it does to itself."""
    if problem:
        return Read("", "", problem)
    try:
        return confined(_found, master, lecture, entry, alone, unpacked)
    except Unreadable as error:
        return Read("", "", str(error))
    except Exception as error:  # nothing stops the batch
        return Read("", "", f"{type(error).__name__}: {error}")


def _found(master, lecture, entry, alone, unpacked):
    file, problem = _notebook(entry, lecture, alone, unpacked)
    if file is None:
        return Read("", "", problem)
    try:
        text = nbformat.writes(receive(master, read_notebook(file)))
    except Unreadable as error:
        return Read(file.name, "", str(error))
    except Exception as error:
        return Read(file.name, "", f"{type(error).__name__}: {error}")
    stamp = file.parent / "timestamp.txt"
    return Read(file.name, text, "", None if stamp.is_symlink() else read_timestamp(file))


def _write(home, lecture, read):
    """Put what was read into submitted/, or a note that says why nothing was."""
    reason = printable(read.reason)
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not reason:
            (home / f"{lecture}.ipynb").write_text(read.text + "\n", encoding="utf-8")
            (home / NOT_COLLECTED).unlink(missing_ok=True)
            if read.time is not None:
                (home / "timestamp.txt").write_text(read.time, encoding="utf-8")
    except OSError as error:
        reason = printable(f"it cannot be written ({error.strerror})")
    if reason:
        with suppress(OSError):
            (home / NOT_COLLECTED).write_text(reason, encoding="utf-8", errors="replace")
    return reason
