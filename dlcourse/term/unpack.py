"""A zip file's notebooks, out of which no student brings harm to another."""

import lzma
import os
import re
import shutil
import struct
import zipfile
import zlib
from contextlib import ExitStack, suppress
from pathlib import PurePosixPath

from dlcourse.grading.confined import confined
from dlcourse.grading.submission import MAX_BYTES, NOT_COLLECTED, Unreadable
from dlcourse.term.platforms import METADATA, NOT_THEIRS, claim, depth, platform_of

MAX_FILES = 1000  # notebooks and times that one student hands in
MAX_TOTAL = 4 * MAX_BYTES  # and what they unpack to
DEEPEST = 20  # folders in a folder
LONGEST = 200  # bytes of the name of a note's folder
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error)
UNPACKING = (OSError, RuntimeError, ValueError, EOFError, MemoryError, *BROKEN)


def unpack(archive, folder, inside=False, platform=None):
    """Unpack the notebooks of a zip file, refusing bombs, links and paths that lead outside.

    In the place of a notebook that is refused or broken stands a folder with a note that says so.

    Parameters
    ----------
    archive, folder : Path
    inside : bool
        The hand-ins lie in one folder.
    platform : str, optional
        See `dlcourse.term.platforms.platform_of`.

    Returns
    -------
    list of str
        What could not be given a place, not even that of a note.

    Raises
    ------
    Unreadable
        If the file is no zip file, or the disk has no room for what it holds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with zipfile.ZipFile(archive) as packed:
            hand_ins, lost = _hand_ins(packed.infolist(), inside, platform)
            ours = [entry for _, own in hand_ins for entry, path in own if _is_ours(path)]
            size = sum(min(entry.file_size, MAX_BYTES) for entry in ours)
            if size > (room := shutil.disk_usage(folder).free):
                raise Unreadable(
                    f"{archive} unpacks to {size:,} bytes, and {folder.parent} has {room:,} left"
                )
            for home, own in hand_ins:
                try:
                    confined(_unpack_some, packed, own, folder)
                except Exception as error:  # it costs this student alone
                    _leave_note(_note(folder, home), str(error))
                place = folder.joinpath(*_inside(home))
                if not os.path.lexists(place) and not os.path.lexists(_note(folder, home)):
                    lost.append("/".join(home))
            return lost
    except Unreadable:
        raise
    except UNPACKING as error:
        raise Unreadable(
            f"{archive} is no folder and no zip file that can be read: {error}"
        ) from None


def unpack_inner(archives, folder):
    """Unpack the zip files of one student's hand-in, which share that student's bounds.

    Parameters
    ----------
    archives : list of (Path, Path)
        A zip file and the place below `folder` for what it holds. What is wrong with one is told
        by a note there.
    folder : Path

    Raises
    ------
    Unreadable
        If they hold too much together.
    """
    with ExitStack() as stack:
        opened = []
        for archive, place in archives:
            try:
                packed = stack.enter_context(zipfile.ZipFile(archive))
                found = [(entry, path) for entry in packed.infolist() if (path := _path(entry))]
                opened.append((packed, found, folder / place))
            except UNPACKING as error:
                _leave_note(folder / place, f"it is no zip file that can be read: {error}")
        _refuse_too_much([pair for _, found, _ in opened for pair in found])
        for packed, found, place in opened:
            place.mkdir(parents=True, exist_ok=True)
            _unpack_some(packed, found, place)


def is_notebook(name):
    """Tell a notebook by its name, as browsers and mail programs change it, too."""
    return name.lower().endswith((".ipynb", ".ipynb.txt"))


def is_archive(name):
    """Tell a zip file by its name."""
    return name.lower().endswith(".zip")


def stem(name):
    """A notebook's name without its ending."""
    return re.sub(r"\.ipynb(\.txt)?$", "", name, flags=re.I)


def _parts(entry):
    return PurePosixPath(entry.filename.replace("\\", "/")).parts


def _path(entry):
    """Where an entry of a zip file wants to lie, or None if nobody would look for it there."""
    path = PurePosixPath(*_parts(entry))
    hidden = any(NOT_THEIRS.fullmatch(part) for part in path.parts)
    return None if hidden or not path.parts or path.is_absolute() or path.parts[0] == ".." else path


def _inside(home):
    return home if ".." not in home else home[:1]


def _note(folder, home):
    """The place of a note on a hand-in, of a name that any disk takes."""
    *above, last = _inside(home)
    name = stem(last).encode("utf-8", "surrogateescape")[:LONGEST].decode(errors="ignore")
    return folder.joinpath(*above, name)


def _hand_ins(entries, inside, platform):
    """What a zip file's hand-ins hold: their path, and a list of (entry, path), by student; and
    the names of entries that want to lie outside."""
    found, lost, places = {}, [], []
    for entry in entries:
        if (path := _path(entry)) is not None:
            places.append((entry, path, path.parts[: depth(path.parts, inside)]))
        elif not any(NOT_THEIRS.fullmatch(part) for part in _parts(entry)):
            lost.append(entry.filename)
    homes = {home for _, _, home in places}
    above = {home[:-1] for home in homes}
    names = [home[-1] for home in homes - above if len(home) == 2 or not inside]
    platform = platform_of(names, platform)
    for entry, path, home in places:
        own = claim(PurePosixPath(home[-1]), platform)
        key = (own.platform, own.id, *home[:-1]) if own else home
        found.setdefault(key, (home, []))[1].append((entry, path))
    return found.values(), lost


def _is_ours(path):
    """Tell what is looked at from what is told of by its name alone."""
    if path.name == NOT_COLLECTED:  # which is our word alone
        return False
    note = len(path.parts) == 1 and path.suffix == ".txt"  # as Blackboard's are
    return is_notebook(path.name) or is_archive(path.name) or note or path.name == METADATA


def _refuse_too_much(entries):
    ours = [entry for entry, path in entries if _is_ours(path)]
    size = sum(entry.file_size for entry in ours)
    if len(ours) > MAX_FILES:
        raise Unreadable(f"it holds {len(ours):,} notebooks; at most {MAX_FILES:,} are read")
    if size > MAX_TOTAL:
        raise Unreadable(f"it unpacks to {size:,} bytes; at most {MAX_TOTAL:,} are read")


def _unpack_some(packed, entries, folder):
    """Unpack one student's files."""
    _refuse_too_much(entries)
    named = 0
    for entry, path in entries:
        if _is_ours(path):
            _unpack_one(packed, entry, path, folder)
        elif named < MAX_FILES and path.name != NOT_COLLECTED and len(path.parts) <= DEEPEST:
            named += 1
            _name_only(folder.joinpath(*path.parts), entry.is_dir())


def _name_only(target, is_folder):
    """Put an empty file in the place of one that is only told of."""
    with suppress(*UNPACKING):
        if ".." not in target.parts:
            (target if is_folder else target.parent).mkdir(parents=True, exist_ok=True)
            target.touch(exist_ok=True)


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
        if is_notebook(path.name) or is_archive(path.name):
            home = folder / path.parts[0] if deep or ".." in path.parts else target.parent
            why = getattr(error, "strerror", None) or error  # an OSError names a folder of ours
            why = "it asks for too much memory" if isinstance(error, MemoryError) else why
            name = stem(path.name)[:80]
            _leave_note(home / name, f"{path.name[:80]} could not be unpacked: {why}")
        elif not deep:
            _name_only(target, False)


def _leave_note(folder, text):
    with suppress(*UNPACKING):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / NOT_COLLECTED).write_text(text, encoding="utf-8", errors="replace")
