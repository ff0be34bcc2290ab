"""Marks into the file that a learning platform wrote: Canvas's gradebook, Moodle's worksheet.

What the files look like, and what becomes of them when they are uploaded, was read from the
platforms' own sources: `gradebook_exporter.rb` and `gradebook_importer.rb` of Canvas,
`mod/assign/gradingtable.php` and `mod/assign/feedback/offline` of Moodle. Both take a point in a
number whatever their language.
"""

import re
from typing import NamedTuple

from dlcourse.term.cells import Table
from dlcourse.term.worksheet_form import Places, by_form, is_locked

CANVAS_ASSIGNMENT = re.compile(r"(?P<title>.*) \((?P<id>\d+)\)")
CANVAS_TOTALS = re.compile(r"(Current|Final|Override) (Score|Points|Grade|Status)")
CANVAS_TEST_STUDENT = ("student", "test")  # "Student, Test", with which an instructor looks around
NOT_MARKED = {"EX": "excused there", "N/A": "not assigned to them there"}


class Refused(ValueError):
    """A file that cannot be filled, in a sentence that says what to do."""


class Row(NamedTuple):
    """One student's row.

    Attributes
    ----------
    number : int
    name : str
        As a person reads it.
    own_id : str
        The platform's number for the student.
    ids : tuple of str
        Logins, numbers and addresses by which the university knows them.
    possible : float or None
        The points that there are.
    locked : str
        Why no mark can be written there.
    """

    number: int
    name: str
    own_id: str
    ids: tuple
    possible: float | None
    locked: str = ""


class Worksheet(NamedTuple):
    """A platform's file, understood: its table, the rows of students, the columns to fill, and
    what is to be said of them where they were not known by their names."""

    platform: str
    table: Table
    rows: list
    column: int
    comments: int | None = None
    told: str = ""

    def title(self):
        """The head of the column of marks."""
        return self.table.rows[0][self.column]


def read_canvas(raw, lecture, wanted=None):
    """Understand Canvas's export of a gradebook.

    Parameters
    ----------
    raw : bytes
    lecture : str
    wanted : str, optional
        The head of the lecture's column, or the number in it; by default the one column in whose
        name the lecture's occurs.
    """
    table = _table(raw)
    head = [cell.strip() for cell in table.rows[0]]
    names = 2 if head[:2] == ["LastName", "FirstName"] else 1
    if "Section" not in head or head[names : names + 1] != ["ID"]:
        raise Refused(
            "this is no gradebook of Canvas: its first row has no Student, ID and Section. "
            "In Canvas: Grades > Export > Export Entire Gradebook."
        )
    known = [head.index(n) for n in ("SIS User ID", "SIS Login ID", "Integration ID") if n in head]
    possible = next((r for r in table.rows[1:] if _first(r).startswith("Points Possible")), [])
    column = _canvas_column(head, possible, lecture, wanted)
    rows = []
    for number, row in enumerate(table.rows[1:], start=1):
        if row is possible or len(row) <= column or not (row[names] or _first(row)):
            continue  # a blank line, or which assignments are posted by hand
        last, _, first = row[0].partition(",") if names == 1 else (row[0], "", row[1])
        if (last.strip().casefold(), first.strip().casefold()) == CANVAS_TEST_STUDENT:
            continue
        person = f"{first.strip()} {last.strip()}".strip(), row[names].strip()
        ids = tuple(row[place].strip() for place in known if row[place].strip())
        locked = NOT_MARKED.get(row[column].strip().upper(), "")
        points = _number(possible[column], "Points Possible") if possible else None
        rows.append(Row(number, *person, ids, points, locked))
    return Worksheet("Canvas", table, rows, column)


def _canvas_column(head, possible, lecture, wanted):
    """The place of the lecture's column among Canvas's assignments."""
    found = {}
    for place, title in enumerate(head):
        read_only = place < len(possible) and "read only" in possible[place]
        assignment = CANVAS_ASSIGNMENT.fullmatch(title)
        if assignment and not read_only and not CANVAS_TOTALS.search(title):
            found[place] = (title, *assignment.groups())
    if wanted:
        ours = [place for place, names in found.items() if wanted in names]
    else:
        key = f" {_plain(lecture)} "
        ours = [place for place, names in found.items() if key in f" {_plain(names[1])} "]
    if len(ours) != 1:
        here = "; ".join(title for title, *_ in found.values()) or "none"
        raise Refused(
            f"{len(ours) or 'no'} assignments of this export are called {wanted or lecture}. Say "
            f"with --column which one is meant, by its name or its number. There are: {here}."
        )
    return ours[0]


def read_moodle(raw, lecture, wanted=None):
    """Understand Moodle's worksheet for grading offline, which is of one assignment: in English by
    the names of its columns, in other languages by their form."""
    table = _table(raw)
    head = [cell.strip() for cell in table.rows[0]]
    full = [row for row in table.rows[1:] if row]
    places, told = _by_names([name.casefold() for name in head], wanted), ""
    if places is None:
        places = _by_form(head, full, wanted)
        comments = "no" if places.comments is None else f"{head[places.comments]!r} for"
        told = (
            f"Recognized by the form of its columns: {head[places.mark]!r} for marks, "
            f"{head[places.most]!r} for the most, {comments} comments."
        )
    rows = []
    for number, row in enumerate(table.rows[1:], start=1):
        if not row:
            continue
        if len(row) != len(head):
            raise Refused(f"row {number + 1} has {len(row)} cells, and the first {len(head)}.")
        own_id = re.search(r"\d+$", row[0].strip())
        ids = tuple(row[place].strip() for place in places.ids if row[place].strip())
        possible = _number(row[places.most], head[places.most])
        closed = places.changeable is not None and is_locked(row[places.changeable])
        locked = "it cannot be changed there" if closed else ""
        name = row[places.name].strip()
        rows.append(Row(number, name, own_id[0] if own_id else "", ids, possible, locked))
    return Worksheet("Moodle", table, rows, places.mark, places.comments, told)


def _by_names(head, wanted):
    """The places of an English worksheet's columns; None if it is none."""
    mark = (wanted or "Grade").strip().casefold()
    if head[0] != "identifier" or "maximum grade" not in head or head.count(mark) != 1:
        return None
    place = {name: head.index(name) for name in head}
    ids = [place[n] for n in ("email address", "id number", "username") if n in place]
    found = (place.get(name) for name in ("grade can be changed", "feedback comments"))
    return Places(place.get("full name", 0), ids, place[mark], place["maximum grade"], *found)


def _by_form(head, rows, wanted):
    """The places of a worksheet's columns in another language."""
    try:
        if any(len(row) != len(head) for row in rows):
            raise ValueError(f"rows of {len(head)} cells, as many as the first row has")
        return by_form(head, rows, wanted)
    except ValueError as error:
        raise Refused(
            f"this is no grading worksheet of Moodle. Looked for: in English the columns "
            f"Identifier, {wanted or 'Grade'} and Maximum grade, of which one is not there or "
            f"there twice; in any other language {error}. In Moodle: the assignment > View all "
            "submissions > Download grading worksheet, for an assignment that is marked in points."
        ) from None


READERS = {"canvas": read_canvas, "moodle": read_moodle}


def _table(raw):
    try:
        table = Table(raw)
    except ValueError as error:
        raise Refused(f"this file cannot be read: {error}.") from None
    if not table.rows or not table.rows[0]:
        raise Refused("this file begins with no row of names.")
    return table


def _first(row):
    return row[0].strip() if row else ""


def _plain(text):
    """Lower-case words and numbers, parted by single blanks."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def _number(text, what):
    """A number of points, with a point or a comma; None for an empty cell."""
    text = text.strip()
    if not text:
        return None
    if not re.fullmatch(r"\d+([.,]\d+)?", text):
        raise Refused(f"{text!r} under {what} is no number of points.")
    return float(text.replace(",", "."))
