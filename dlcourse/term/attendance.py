"""What a teacher reads at the end of collecting: who came, what counts, and who is missing."""

import csv
import io
import textwrap
import unicodedata
from datetime import datetime

from dlcourse.grading.dropped import read_dropped
from dlcourse.grading.harmless import inert, printable
from dlcourse.grading.late import due_date
from dlcourse.grading.ready import told_of_databases
from dlcourse.grading.times import region
from dlcourse.term.collect import HIDDEN, LATE, collect_inbox, missing
from dlcourse.term.platforms import PLATFORMS
from dlcourse.term.recognize import BY_NAME, NAMESAKE, NEW, with_roster
from dlcourse.term.roster import fill_gradebook, read_people, read_roster, told_by_status
from dlcourse.term.unpack import is_notebook
from dlcourse.term.whole import write_whole

COLUMNS = ["student", "name", "record", "counts", "time", "set aside", "recognized"]
WIDTH = 80
MOST = 40  # students of whom each has a line; of more, only those of whom there is something to say
MOST_ASIDE = 3  # lines of one student
MOST_IN_TABLE = 20  # things set aside of one student
CELL = 30_000  # letters, fewer than a spreadsheet takes
SINCE = "the platform does not say when; it counts as one second after the due date."
OURS = "those of this machine ({:%Z}); --zone Europe/Berlin would say another one"
NO_TIME = "That takes no points: Moodle's zip file has no times."
NO_DUE = "nbgrader has no due date of this lecture, so that no penalty can be taken for it."


def take(root, lecture, inbox, inside=False, roster=None, zone=None, platform=None):
    """Collect an inbox and tell of it; keep the whole table in ``.dlcourse/collected``.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
    inbox : Path
    inside : bool
    roster : Path, optional
        A class list, see `dlcourse.term.roster.read_roster`.
    zone : str, optional
        Of the platform's clock, such as ``Europe/Berlin``; by default this machine's.
    platform : str, optional
        Which one named what is in the inbox; by default what most names say.

    Returns
    -------
    lines : list of str
    complete : bool
        Somebody's hand-in was found, none failed, nothing was left, and nobody is missing.
    """
    from dateutil.tz import tzlocal

    clock = region(zone) if zone else tzlocal()
    people, listed = read_people(root), read_roster(roster) if roster else []
    people, by_name, twice = with_roster(people, listed)
    due = due_date(root, lecture)
    taken = collect_inbox(root, lecture, inbox, inside, people, clock, due, platform)
    found = taken.found
    people = read_people(root)
    if listed:
        with told_of_databases(root / "gradebook.db", "gradebook"):
            fill_gradebook(f"sqlite:///{root}/gradebook.db", people)
    gone = read_dropped(root)
    away = [one for one in missing(root, lecture, people, found) if one.student not in gone]
    kept = root / ".dlcourse" / "collected" / f"{lecture}.csv"
    kept.parent.mkdir(parents=True, exist_ok=True)
    write_whole(kept, as_csv(found, people, away))
    lines = attendance(found, people, away) + _named_by(taken)
    if by_name:
        text = f"In {roster.name} by name alone, {len(by_name)}: {', '.join(by_name)}."
        lines += _wrapped(f"{text} Look at these in students.csv.", "")
    for name, status in told_by_status(roster) if roster else ():
        lines += _wrapped(printable(f"{roster.name} says of {name}: {status}. {NO_TIME}"), "")
    for other, student in twice:
        text = f"{other} is {student}, by the address in {roster.name}, and is so from now on."
        if (root / "submitted" / other).is_dir():
            text += f" What was collected as {other} would be graded, too: dlcourse drop '{other}'"
        lines += _wrapped(text, "")
    if listed and (others := [one.student for one in found if one.how in (NEW, NAMESAKE)]):
        lines += _wrapped(f"Not in {roster.name}, {len(others)}: {', '.join(others)}.", "")
    if any(one.time not in ("", LATE) for one in found):
        lines += _wrapped(
            f"Times that name no zone are read as {zone or OURS.format(datetime.now(clock))}.", ""
        )
    if any(one.time == LATE for one in found):
        lines += _wrapped(f"LATE: {SINCE if due else NO_DUE}", "")
    lines.append(f"The whole table is in {kept.relative_to(root)}.")
    came = any(one.student for one in found)
    return lines, came and not away and not any(one.reason and not _is_hidden(one) for one in found)


def _is_hidden(one):
    """Tell a file that no platform and no teacher made; a hidden notebook may be somebody's."""
    return not one.student and one.reason.startswith(HIDDEN) and not is_notebook(one.file)


def _named_by(taken):
    """Say whose names the inbox has, and what was not looked at."""
    strange = sum(not one.student and not _is_hidden(one) for one in taken.found)
    who = PLATFORMS[taken.platform].title if taken.platform else "no platform: each is a student's"
    left = f'; {strange} do not fit and stand above under "Of nobody"' if strange else ""
    lines = _wrapped(f"Names of {who}{left}.", "")
    if taken.others:
        names = ", ".join(taken.others[:MOST_ASIDE]) + ", ..." * (len(taken.others) > MOST_ASIDE)
        lines += _wrapped(f"Of other lectures, and left there, {len(taken.others)}: {names}.", "")
    return lines


def attendance(found, people, missing):
    """Write the table as lines of text.

    Parameters
    ----------
    found : list of Collected
    people : dict of str to Person
    missing : list of Person

    Returns
    -------
    list of str
    """
    students = [one for one in found if one.student]
    shown = [one for one in students if len(students) <= MOST or _is_odd(one)]
    lines = [f"{'student':<24} {'handed in':<16} what counts"] if shown else []
    for one in shown:
        lines += _lines(one, people[one.student])
    if len(shown) < len(students):
        lines.append(f"and {len(students) - len(shown)} more of whom there is nothing to say.")
    nobodys = [(one.file, one.reason) for one in found if not one.student]
    lines += ["", "Of nobody:", *_listed(nobodys)] if nobodys else []
    came = sum(not one.reason for one in students)
    lines += ["", f"{came} of {len(students)} collected into submitted/."]
    if missing:
        names = ", ".join(map(called, missing))
        lines += _wrapped(f"Missing of {len(people)} in students.csv, {len(missing)}: {names}.", "")
    return [printable(line) for line in lines]


def called(person):
    """A student's name, and what commands call them where that is another."""
    same = person.name in ("", person.student)
    return person.student if same else f"{person.name} ({person.student})"


def _is_odd(one):
    return bool(one.reason or one.aside or one.time == LATE or one.how in (BY_NAME, NAMESAKE))


def _lines(one, person):
    """One student's line, and below it what a person may have to look at."""
    counts = "nothing" if one.reason else _cut(one.file, WIDTH - 42, end=True)
    lines = [f"{_padded(one.student, 24)} {one.time[:16]:<16} {counts}"]
    if one.how in (BY_NAME, NAMESAKE):
        lines += _wrapped(f"recognized: {one.how} ({person.name or one.student})")
    if one.reason:
        lines += _wrapped(f"{one.reason}.")
    elif one.aside:
        lines += ["  set aside:", *_listed(one.aside)]
    return lines


def _listed(pairs):
    """Some paths with their reasons, the end of a path, where its own name stands."""
    lines = [
        f"    {_cut(path, WIDTH - 8 - len(why), end=True)}: {why}"
        for path, why in pairs[:MOST_ASIDE]
    ]
    return lines + [f"    and {len(pairs) - MOST_ASIDE} more"] * (len(pairs) > MOST_ASIDE)


def _padded(text, width):
    """Some letters of East Asia take two places in a terminal."""
    cut = _cut(text, width)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in cut)
    return cut + " " * (width - len(cut) - wide)


def _wrapped(text, indent="  "):
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=indent)


def _cut(text, width, end=False):
    width = max(width, 20)
    if len(text) <= width:
        return text
    return "…" + text[1 - width :] if end else text[: width - 1] + "…"


def as_csv(found, people, missing):
    """Write everything that is known of a collecting as a table, one line a student or a thing."""
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(COLUMNS)
    for one in found:
        name = people[one.student].name if one.student else ""
        more = len(one.aside) - MOST_IN_TABLE
        aside = [f"{path}: {why}" for path, why in one.aside[:MOST_IN_TABLE]]
        told = "; ".join(aside + [f"and {more} more"] * (more > 0))
        record = one.reason or "collected"
        cells = [one.student, name, record, one.file, one.time, told, one.how]
        rows.writerow(inert(_cut(cell, CELL)) for cell in cells)
    for person in missing:
        rows.writerow(map(inert, [person.student, person.name, "missing", "", "", "", ""]))
    return table.getvalue()
