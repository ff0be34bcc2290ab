"""A zip file's notebooks, out of which no student brings harm to another."""

import lzma
import shutil
import struct
import zipfile
import zlib
from contextlib import suppress
from pathlib import PurePosixPath

from dlcourse.grading.confined import confined
from dlcourse.grading.submission import MAX_BYTES, NOT_COLLECTED, Unreadable

MAX_FILES = 1000  # notebooks and times that one student hands in
MAX_TOTAL = 4 * MAX_BYTES  # and what they unpack to
DEEPEST = 20  # folders in a folder
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
UNPACKING = (OSError, RuntimeError, ValueError, EOFError, MemoryError, *BROKEN)


def unpack(archive, folder, inside=False):
    """Unpack the notebooks of a zip file, refusing bombs, links and paths that lead outside.

    In the place of a notebook that is refused or broken stands a folder with a note that says so.

    Parameters
    ----------
    archive, folder : Path
    inside : bool
        The hand-ins lie in one folder.

    Raises
    ------
    Unreadable
        If the file is no zip file, or the disk has no room for what it holds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            hand_ins = _hand_ins(packed.infolist(), inside)
            size = sum(min(e.file_size, MAX_BYTES) for own in hand_ins.values() for e, _ in own)
            if size > (room := shutil.disk_usage(folder).free):
                raise Unreadable(
                    f"{archive} unpacks to {size:,} bytes, and {folder.parent} has {room:,} left"
                )
            for home, own in hand_ins.items():
                try:
                    confined(_unpack_some, packed, own, folder)
                except Exception as error:  # it costs this student alone
                    *above, last = home if ".." not in home else home[:1]
                    last = last.removesuffix(".ipynb")[:80]
                    _leave_note(folder.joinpath(*above, last), str(error))
    except Unreadable:
        raise
    except UNPACKING as error:
        raise Unreadable(
            f"{archive} is no folder and no zip file that can be read: {error}"
        ) from None


def _hand_ins(entries, inside):
    """What a zip file's hand-ins hold that is ours to look at: lists of (entry, path) by the path
    of the hand-in."""
    found = {}
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        ours = path.suffix == ".ipynb" or path.name == "timestamp.txt"
        if ours and not (entry.is_dir() or path.is_absolute() or path.parts[0] == ".."):
            found.setdefault(path.parts[: 1 + inside], []).append((entry, path))
    return found


def _unpack_some(packed, entries, folder):
    """Unpack one student's files."""
    size = sum(entry.file_size for entry, _ in entries)
    if len(entries) > MAX_FILES:
        raise Unreadable(f"it holds {len(entries):,} notebooks; at most {MAX_FILES:,} are read")
    if size > MAX_TOTAL:
        raise Unreadable(f"it unpacks to {size:,} bytes; at most {MAX_TOTAL:,} are read")
    for entry, path in entries:
        _unpack_one(packed, entry, path, folder)


def _unpack_one(packed, entry, path, folder):
    deep = len(path.parts) - 1 > DEEPEST
    target = folder.joinpath(*path.parts)
    try:
        if (entry.external_attr >> 16) & 0o170000 == 0o120000:
            raise ValueError("it is a link")
        if ".." in path.parts:
            raise ValueError("it leads outside")
        if deep:
            raise ValueError(f"it lies in more than {DEEPEST} folders")
        target.parent.mkdir(parents=True, exist_ok=True)
        with packed.open(entry) as source:
            content = source.read(MAX_BYTES + 1)  # one byte too many is refused when it is read
        target.write_bytes(content)
    except UNPACKING as error:
        if path.suffix == ".ipynb":
            home = folder / path.parts[0] if deep or ".." in path.parts else target.parent
            why = getattr(error, "strerror", None) or error  # an OSError names a folder of ours
            why = "it asks for too much memory" if isinstance(error, MemoryError) else why
            _leave_note(home / path.stem[:80], f"{path.name[:80]} could not be unpacked: {why}")


def _leave_note(folder, text):
    with suppress(*UNPACKING):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NOT_COLLECTED).write_text(text, encoding="utf-8", errors="replace")
