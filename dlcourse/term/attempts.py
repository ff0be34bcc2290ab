"""Of all that one student handed in, the notebook that counts, and what was set aside."""

import os
import re
from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple

from dlcourse.frame import nbformat
from dlcourse.grading.releases import receive, stated_lecture
from dlcourse.grading.submission import (
    NOT_COLLECTED,
    Unreadable,
    not_collected,
    read_cells,
    read_json,
)
from dlcourse.grading.times import read_time
from dlcourse.term.platforms import NOT_THEIRS, Claim
from dlcourse.term.unpack import DEEPEST, is_archive, is_notebook, stem, unpack_inner

KEEP = "keep the right one and collect again"
COPY = re.compile(r"(.+?)(?: ?\((\d{1,9})\)|-(\d{1,9}))?")  # a browser's or Canvas's number
MOST = 20  # notebooks of one attempt that are read, and lines about what was set aside
EARLIER, OLDER, OTHER = "an earlier attempt", "an earlier version", "another notebook"
OLDER_IN_TIME = f"{OLDER}, WHICH WAS IN TIME"
SAME, BLANK = "the same once more", "nothing is written in it"
NO_NOTEBOOK, NO_TIME = "no notebook", "a time inside a hand-in is not read"


class Place(NamedTuple):
    """Where hand-ins are read: the inbox, whether we unpacked it, whether it holds this one alone;
    a folder for archives inside; the zone of times that say none."""

    inbox: Path
    unpacked: bool
    alone: bool
    scratch: Path
    zone: tzinfo


class Read(NamedTuple):
    """What one hand-in comes to: the notebook as text, or why there is none; when it was handed in,
    if that is known; pairs of a path and a reason for what was set aside."""

    file: str = ""
    text: str = ""
    reason: str = ""
    time: str = ""
    late: bool = False
    aside: tuple = ()


class File(NamedTuple):
    """A notebook among what was handed in."""

    path: Path
    shown: str
    base: str  # its name without an ending and without the number of a copy
    number: tuple  # the greater, the later
    claim: Claim


class Several(Unreadable):
    """Nothing says which of some notebooks counts."""


def read_hand_in(master, lecture, claims, place):
    """Read what one student handed in: of the latest attempt that holds a notebook of the lecture,
    the latest version.

    Parameters
    ----------
    master : NotebookNode
        The released notebook.
    lecture : str
    claims : list of Claim
    place : Place

    Returns
    -------
    Read
        What stands in it is somebody else's word.
    """
    failed, others = [], []
    try:
        attempts = _latest_first(claims, place.zone, others)
        for at, (time, attempt) in enumerate(attempts):
            files, rest = _listed(attempt, place, failed)
            others += rest
            _ask_if_several_students(attempt, lecture, files, failed, place)
            if chosen := _chosen(master, lecture, files, failed, others):
                before = [own for _, claims in attempts[at + 1 :] for own in claims]
                older = [
                    _shown(own, place, path) for own in before for path in _walk(own, place, [])
                ]
                aside = (*failed, *others, *((shown, EARLIER) for shown in older))
                file, text = chosen
                return Read(file.shown, text, "", time, file.claim.late, aside)
    except Several as error:
        return Read(reason=str(error), aside=(*failed, *others))
    return Read(reason=_why_none(claims, failed, others), aside=(*failed, *others))


def _ask_if_several_students(attempt, lecture, files, failed, place):
    """Refuse to guess whether a lone folder is one student's or holds the folders of several."""
    own = attempt[0]
    if place.alone and not own.platform and own.entry.is_dir():
        parts = [shown.split("/") for shown in (*(f.shown for f in files), *(s for s, _ in failed))]
        first = {part[1] for part in parts if len(part) > 1}
        if len(first) > 1 and not (own.entry / f"{lecture}.ipynb").is_file():
            ask = "If these are the hand-ins of several students, collect again with --inside"
            raise Several(f"one notebook was expected, found: {some(sorted(first))}. {ask}")


def _latest_first(claims, zone, notes):
    """Pairs of a time ("" where it is not known) and the claims of that attempt."""
    attempts, unread = {}, {}
    for own in claims:
        try:
            time = read_time(own.time, zone) if own.time else None
        except ValueError as error:
            time, unread[own.time] = None, str(error)
        attempts.setdefault(time, []).append(own)
    if unread and len({own.time for own in claims}) > 1:
        told = "; ".join(unread.values())
        raise Several(f"nothing says which of its attempts is the latest: {told}")
    notes += [(f"the time {time}", why) for time, why in unread.items()]
    ordered = sorted(attempts, key=lambda time: time.timestamp() if time else 0, reverse=True)
    return [(time.isoformat(" ") if time else "", attempts[time]) for time in ordered]


def _shown(own, place, path=None):
    """A path as the person who collects knows it."""
    path = path or own.entry
    if path.is_relative_to(place.scratch):  # out of an archive, whose number comes first
        return "/".join(path.relative_to(place.scratch).parts[1:])
    return path.relative_to(place.inbox).as_posix()


def _listed(attempt, place, failed):
    """The notebooks of an attempt, and pairs of a path and a reason for everything else."""
    files, others, archives = [], [], []
    for own in attempt:
        for path in _walk(own, place, failed):
            if is_archive(path.name) and not path.is_symlink():
                archives.append((own, path))
            else:
                _sort(own, path, place, files, others, failed)
    inside = [
        (path, Path(str(at), _shown(own, place, path))) for at, (own, path) in enumerate(archives)
    ]
    try:
        unpack_inner(inside, place.scratch)
    except Unreadable as error:
        failed += [(_shown(own, place, path), str(error)) for own, path in archives]
        archives = []
    for (own, _), (_, folder) in zip(archives, inside, strict=True) if archives else ():
        own = own._replace(entry=place.scratch / folder)
        for path in _walk(own, place, failed):
            _sort(own, path, place, files, others, failed)
    return files, others


def _sort(own, path, place, files, others, failed):
    """Put a file where it belongs: among the notebooks, or what is told of."""
    shown = _shown(own, place, path)
    ours = place.unpacked or path.is_relative_to(place.scratch)
    if path.name == NOT_COLLECTED and ours:
        failed.append((_shown(own, place, path.parent), not_collected(path)))
    elif is_archive(path.name):
        link = "it is a link" if path.is_symlink() else "a zip file in a zip file is not opened"
        failed.append((shown, link))
    elif not is_notebook(path.name):
        others.append((shown, NO_TIME if path.name == "timestamp.txt" else NO_NOTEBOOK))
    elif not _is_file(path):
        failed.append((shown, "it is no file that can be read"))
    else:
        name = own.file if path == own.entry and own.file else path.name
        base, *copies = COPY.fullmatch(stem(name)).groups()
        number = next((int(copy) for copy in copies if copy), 0)
        files.append(File(path, shown, base.casefold(), (own.number, number), own))


def _walk(own, place, failed):
    """The files of a claim, as deep as a hand-in may be."""
    entry = own.entry
    if entry.is_symlink():
        failed.append((_shown(own, place), "it is a link. The file itself is needed"))
    elif not entry.is_dir():
        if not entry.exists():
            failed.append((_shown(own, place), "it is not there"))
        elif not own.note:
            yield entry
    else:
        closed = []
        for where, folders, names in os.walk(entry, onerror=closed.append):
            deep = len(Path(where).relative_to(entry).parts) >= DEEPEST
            folders[:] = [] if deep else sorted(name for name in folders if _theirs(name))
            yield from (Path(where, name) for name in sorted(names) if _theirs(name))
        for error in closed:
            why = f"it cannot be opened ({error.strerror}). Allow yourself to read its folder"
            failed.append((_shown(own, place), why))


def _theirs(name):
    return not NOT_THEIRS.fullmatch(name) and name != ".ipynb_checkpoints"


def _is_file(path):
    try:
        return path.is_symlink() or path.is_file()
    except OSError:  # its folder is closed to us: reading it gives the reason
        return True


def _chosen(master, lecture, files, failed, others):
    """The notebook that counts and its text, or None; what does not count is told of."""
    blank = []
    named = [file for file in files if file.base == lecture.casefold()]
    rest = [file for file in files if file.base != lecture.casefold()]
    for group in (named, rest):
        if len(group) > MOST:
            raise Several(_several(group))
        written = []
        for file in group:
            try:
                text, untouched = _read(master, lecture, file.path)
            except Unreadable as error:
                failed.append((file.shown, str(error)))
            except Exception as error:
                failed.append((file.shown, f"{type(error).__name__}: {error}"))
            else:
                (blank if untouched else written).append((file, text))
        if written:
            others += [(file.shown, BLANK) for file, _ in blank]
            others += [(file.shown, OTHER) for file in rest if group is named]
            return _latest(written, others)
    return _latest(blank, others) if blank else None


def _latest(read, others):
    """The latest version among pairs of a file and its text."""
    last = max(file.number for file, _ in read)
    *_, (counts, text) = top = [(f, text) for f, text in read if f.number == last]
    if len({text for _, text in top}) > 1:
        raise Several(_several([file for file, _ in top]))
    older = {f: OLDER_IN_TIME if counts.claim.late and not f.claim.late else OLDER for f, _ in read}
    others += [(f.shown, SAME if f.number == last else older[f]) for f, _ in read if f != counts]
    return counts, text


def _several(files):
    names = [file.shown for file in files]
    return f"one notebook was expected, found: {some(names)}: {KEEP}"


def some(names):
    """The first few of some names."""
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


def _read(master, lecture, path):
    """A notebook rebuilt on the master, as text, and whether nothing is written in it."""
    content = read_json(path)
    other = stated_lecture(content)
    if other not in (None, lecture):
        raise Unreadable(f"it is the notebook of {other}, not of {lecture}")
    notebook = receive(master, read_cells(content))
    released = {cell.id: cell.source for cell in master.cells}
    untouched = all(cell.source == released.get(cell.id) for cell in notebook.cells)
    return nbformat.writes(notebook), untouched


def _why_none(claims, failed, others):
    """Why no notebook of a hand-in could be taken."""
    if len(failed) == 1 or len({why for _, why in failed}) == 1:
        return failed[0][1]
    if failed:
        return "; ".join(f"{shown}: {why}" for shown, why in failed[:5])
    names = [shown for shown, _ in others]
    found = f"no notebook, but {some(names)}" if names else "no notebook"
    deep = f", in folders at most {DEEPEST} deep" * (claims[0].entry.is_dir() and not names)
    return f"one notebook was expected, found: {found}{deep}"
