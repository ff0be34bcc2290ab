"""From an inbox as it arrived to submitted/: one clean notebook a student, or a reason."""

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from dlcourse.grading.confined import confined
from dlcourse.grading.dropped import read_dropped
from dlcourse.grading.grade import read_master
from dlcourse.grading.harmless import printable
from dlcourse.grading.releases import keep
from dlcourse.grading.submission import NOT_COLLECTED, Unreadable
from dlcourse.grading.times import read_time, read_timestamp
from dlcourse.term.attempts import COPY, KEEP, Place, Read, read_hand_in, some
from dlcourse.term.ended import ended_by_signals
from dlcourse.term.platforms import PLATFORMS, Claim, fitting, read_inbox
from dlcourse.term.recognize import BY_NAME, FOLDER, Finder, is_named, recognize
from dlcourse.term.roster import read_people, write_people
from dlcourse.term.unpack import is_notebook, stem, unpack
from dlcourse.term.whole import write_whole

HANDED_IN = (".py", ".pdf", ".html", ".zip", ".rar", ".7z", ".docx")  # in a notebook's place
LATE = "LATE"
IN_TIME = "WAS IN TIME, and a late one counts now"
NOT_IT = "another hand-in has this student's name by right"
TWO_WAYS = (
    "two of its numbers may be the student's: put it into a folder called as the student in "
    "students.csv, in a new inbox, and collect that"
)
NAME_ALONE = (
    "it bears this name alone, and {} has handed in before: that one counts. If this is theirs, "
    "write the platform's number beside them in students.csv"
)
HIDDEN = "a hidden file"
SECOND = timedelta(seconds=1)


class Collected(NamedTuple):
    """What became of one student's hand-in.

    `reason` is empty if it was collected; `time` says when it was handed in, or `LATE`, or nothing;
    `aside` holds pairs of a path and a reason; `how` says how the student was recognized. What is
    nobody's has no student.
    """

    student: str
    file: str
    reason: str
    time: str = ""
    aside: tuple = ()
    how: str = ""


class Collecting(NamedTuple):
    """What `collect_inbox` gives: a `Collected` for each student and for what is nobody's, the
    platform that named them ("" for none), and files of other lectures, left where they are."""

    found: list
    platform: str
    others: list


def collect(root, lecture, inbox, **how):
    """Do as `collect_inbox`, and give the list of `Collected` alone."""
    return collect_inbox(root, lecture, inbox, **how).found


def collect_inbox(
    root, lecture, inbox, inside=False, people=None, zone=UTC, due=None, platform=None
):
    """Copy an inbox to submitted/, each notebook rebuilt on the master.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
    inbox : Path
        A folder or a zip file as a learning platform names things
        (`dlcourse.term.platforms`), or ``<student>/anything/*.ipynb`` and ``<student>.ipynb``.
        In such a student's name the lecture's is left out, and what a page could take for its own
        becomes ``_``.
    inside : bool
        The hand-ins lie in the one folder of the inbox. That is never guessed: a lone hand-in is
        a folder, too, and whoever filled it would choose whose work its notebooks are.
    people : dict of str to Person, optional
        The students of the course; by default those of its ``students.csv``, which is written.
    zone : tzinfo
        That of times which name none.
    due : datetime, optional
        What is `LATE` at a time that nobody tells counts as handed in a second later.
    platform : str, optional
        Which one named the hand-ins, see `dlcourse.term.platforms.platform_of`.

    Returns
    -------
    Collecting
        What cannot be read gets the reason here, and in submitted/ in the notebook's place; an
        earlier notebook stays.

    Raises
    ------
    FileNotFoundError
        If the lecture is not released.
    Unreadable
        If the inbox is no folder and no zip file, or holds no single folder to look inside, or
        nothing says which platform has named what it holds.
    """
    master = read_master(root, lecture)
    keep(root, master)
    people = read_people(root) if people is None else people
    with ended_by_signals(), TemporaryDirectory() as folder:
        unpacked, lost = not inbox.is_dir(), []
        if unpacked:
            lost = unpack(inbox, Path(folder), inside, platform)
            inbox = Path(folder)
        named, found, strays = read_inbox(
            inbox, inside, lambda entry: _plain(entry, lecture, people), platform
        )
        ours, others = {}, []
        for own in found:
            if own.lecture in ("", lecture):
                ours.setdefault((own.platform, own.id), []).append(own)
            else:
                others.append(printable(own.entry.name))
        told = [_nobodys(entry.relative_to(inbox), named) for entry in strays]
        told += [Collected("", printable(name), "it could not be unpacked") for name in lost]
        told += _two_ways(people, ours)
        people, whose = recognize(people, {pair: owns[0] for pair, owns in ours.items()})
        told += _name_alone(root / "submitted", lecture, people, ours, whose)
        write_people(root, people)  # before anybody's folder: who is killed here keeps the ids
        alone = len(ours) == 1 and not inside
        for student, (owns, more, reason) in _by_student(ours, whose).items():
            with TemporaryDirectory() as scratch:
                place = Place(inbox, unpacked, alone, Path(scratch), zone)
                read = Read(reason=reason) if reason else _read(master, lecture, owns, place)
            aside = [*read.aside, *((str(o.entry.relative_to(inbox)), NOT_IT) for o in more)]
            home = root / "submitted" / student / lecture
            if _spoils(home / f"{lecture}.ipynb", read, due):
                aside.append((f"{lecture}.ipynb of an earlier collecting", IN_TIME))
            aside = tuple((printable(path), printable(why)) for path, why in aside)
            reason = _write(home, lecture, read, due)
            time = read.time or (LATE if read.late else "")
            how = whose[owns[0].platform, owns[0].id][1]
            told.append(Collected(student, printable(read.file), reason, time, aside, how))
        return Collecting(told, named, others)


def _two_ways(people, ours):
    """Take out, and tell of, what would be another student's if its name were read otherwise."""
    told, known = [], Finder(people).ids
    for pair, owns in [*ours.items()]:
        holder = people.get(known.get(pair))
        right = holder.name if holder else ""
        names = {own.name for own in owns}
        doubted = [
            own
            for own in owns
            if own.unsure
            and (
                len(names) > 1
                or (right and not is_named(right, own.name))
                or (not holder and (pair[0], str(own.number)) in known)
            )
        ]
        told += [Collected("", printable(own.entry.name), TWO_WAYS) for own in doubted]
        ours[pair] = [own for own in owns if own not in doubted]
        if not ours[pair]:
            del ours[pair]
    return told


def _name_alone(submitted, lecture, people, ours, whose):
    """Take out, and tell of, what would replace a student's notebook by its name alone."""
    told = []
    for pair, (student, how) in [*whose.items()]:
        if how == BY_NAME and (submitted / student / lecture / f"{lecture}.ipynb").is_file():
            owns = ours.pop(pair)
            del whose[pair]
            ids = tuple(own for own in people[student].ids if own != (pair[0] or FOLDER, pair[1]))
            people[student] = people[student]._replace(ids=ids)
            why = printable(NAME_ALONE.format(student))
            told += [Collected("", printable(own.entry.name), why) for own in owns]
    return told


def _spoils(before, read, due):
    """Tell whether a hand-in that is late goes before another one that was in time."""
    if read.reason or not due or not before.is_file() or not _is_late(read.time, read.late, due):
        return False
    time = read_timestamp(before)
    with suppress(OSError):
        other = before.read_text(encoding="utf-8", errors="replace") != read.text + "\n"
        return other and not _is_late(time, False, due)
    return False


def _is_late(time, marked, due):
    return read_time(time) > due if time else marked


def _nobodys(path, platform):
    why = "nobody is known by this name"
    if path.name.startswith("."):
        why = HIDDEN
    elif platform:
        why = f"{PLATFORMS[platform].title} names no hand-in like this"
    elif fitting(path.name):
        why = "it is named by a platform, and the others are not"
    return Collected("", printable(str(path)), f"{why}: it is left where it is")


def _plain(entry, lecture, people):
    """The claim of a file or folder that bears a student's name alone; None if it is nobody's."""
    name = unicodedata.normalize("NFC", entry.name)
    if name.startswith("."):
        return None
    if entry.is_dir() or (entry.is_symlink() and not is_notebook(name)):
        return Claim(entry, "", _without(lecture, name)[0])
    student, number = _without(lecture, stem(name) if is_notebook(name) else Path(name).stem)
    if is_notebook(name) or name.lower().endswith(HANDED_IN) or student in people:
        return Claim(entry, "", student, number=number)
    return None


def _without(lecture, name):
    """Take the lecture's name off a file name such as ``ada_03_losses`` or ``ada_03_losses (2)``,
    and give the number of that copy."""
    student, number = name, 0
    copy = re.fullmatch(rf"(.+[_\- ]{re.escape(lecture)})(?: ?\((\d{{1,9}})\)|-(\d{{1,9}}))", name)
    if copy:
        student, number = copy[1], int(copy[2] or copy[3])
    for mark in "_- ":
        student = student.removesuffix(mark + lecture).removeprefix(lecture + mark)
    return (student, number) if student.strip(". ") else (name, 0)


def _by_student(ours, whose):
    """By student: the claims that count, those that do not, and a reason if none does."""
    found, students = {}, {}
    for pair, owns in ours.items():
        students.setdefault(whose[pair][0], {})[pair] = owns
    for student, pairs in students.items():
        accounts = [owns for (platform, _), owns in pairs.items() if platform]
        every = [own for owns in pairs.values() for own in owns]
        if len(accounts) == 1:
            kept = accounts[0]
        else:
            kept = [] if accounts else _by_right(every)
        rest = [own for own in every if own not in kept]
        names = some([own.entry.name for own in every])
        reason = "" if kept else f"one hand-in was expected, found: {names}: {KEEP}"
        found[student] = kept or every, rest if kept else [], reason
    return found


def _by_right(owns):
    """Of plain hand-ins that come to one name, those that have it by right: the only one, with its
    copies, or the folder of exactly that name, else the file."""
    families = {}
    for own in owns:
        name = stem(own.entry.name) if is_notebook(own.entry.name) else own.entry.name
        name = COPY.fullmatch(name)[1] if own.number else name
        families.setdefault((name, own.entry.is_dir()), []).append(own)
    exact = {key: family for key, family in families.items() if key[0] == family[0].id}
    exact = {key: family for key, family in exact.items() if key[1]} or exact
    families = exact if len(families) > 1 else families
    return next(iter(families.values())) if len(families) == 1 else []


def _read(master, lecture, owns, place):
    """Read one student's hand-in; whatever it does, it does to itself."""
    try:
        return confined(read_hand_in, master, lecture, owns, place)
    except Unreadable as error:
        return Read(reason=str(error))
    except Exception as error:  # nothing stops the batch
        return Read(reason=f"{type(error).__name__}: {error}")


def _write(home, lecture, read, due):
    """Put what was read into submitted/, or a note that says why nothing was."""
    reason = printable(read.reason)
    time = read.time or (str(due + SECOND) if read.late and due else "")
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not reason:
            if time:
                write_whole(home / "timestamp.txt", time)
            else:
                (home / "timestamp.txt").unlink(missing_ok=True)  # of an earlier collecting
            write_whole(home / f"{lecture}.ipynb", read.text + "\n")
            (home / NOT_COLLECTED).unlink(missing_ok=True)
    except OSError as error:
        reason = printable(f"it cannot be written ({error.strerror})")
    if reason:
        with suppress(OSError):
            write_whole(home / NOT_COLLECTED, reason)
    return reason


def missing(root, lecture, people, found):
    """The students of a course of whom nothing has come, now or before."""
    came = {*(one.student for one in found), *read_dropped(root)}
    for person in people.values():
        home = root / "submitted" / person.student / lecture
        if person.student not in came and not (home / f"{lecture}.ipynb").is_file():
            yield person
