"""Who is who: the students of a course, their names, and what each platform calls them.

`dlcourse collect` writes ``students.csv`` in the course's folder, UTF-8, with these columns:

- ``student``: the id by which nbgrader, submitted/ and the report know a student;
- ``name``, ``email``: as a roster or the platform says, or empty;
- ``platform``: ``canvas``, ``moodle``, ``blackboard``, ``brightspace``, ``gradescope``,
  ``nbgrader``; ``roster`` for any other number or user name that a roster gives; ``folder`` for
  the name of a folder or file that is another than ``student``; or empty where there is none;
- ``platform_id``: what the platform calls the student there: Canvas's user id, the number of
  Moodle's "Participant 1234501", Blackboard's user name, Brightspace's user number, Gradescope's
  student id (or the e-mail address where it has none).

A student has a row for each pair of platform and id, and at least one row: Moodle gives everybody
another number in each assignment. A teacher may edit the file between two collectings.
"""

import csv
import io
import re
from typing import NamedTuple

from dlcourse.grading.harmless import harmless_name, inert, meant
from dlcourse.term.whole import write_whole
from dlcourse.term.worksheet_form import PARTICIPANT

FILE = "students.csv"
COLUMNS = ["student", "name", "email", "platform", "platform_id"]
ROSTER = "roster"
ANEW = "moodle"  # gives everybody another number in each assignment
# headings of rosters, by their letters and digits alone; those of ids in the order of preference
IDS = [
    *("student", "id", "username", "sisloginid", "loginid", "netid", "sid", "studentid"),
    *("studentnumber", "matrikelnummer", "idnumber", "orgdefinedid", "sisuserid"),
]
NAMES = ["name", "fullname", "studentname", "displayname", "vollständigername"]
FIRST = ["firstname", "givenname", "vorname"]
LAST = ["lastname", "surname", "familyname", "nachname"]
EMAILS = ["email", "emailaddress", "emailadresse", "mail"]
TEST_STUDENT = "Student, Test"  # with which an instructor looks around in Canvas
WORKSHEET = 7  # columns at least of Moodle's worksheet
CANVAS = {"sisuserid", "sisloginid", "canvasid"}  # beside these, "ID" is Canvas's own


class Person(NamedTuple):
    """A student; `ids` holds pairs of platform and platform_id."""

    student: str
    name: str = ""
    email: str = ""
    ids: tuple = ()


def read_people(root):
    """Read the students of a course.

    Parameters
    ----------
    root : Path
        The course's root folder.

    Returns
    -------
    dict of str to Person
        By student, in the file's order; empty where nobody was collected yet.

    Raises
    ------
    ValueError
        If the file is no table with these columns.
    """
    file, found = root / FILE, {}
    if not file.is_file():
        return found
    headings, *rows = _rows(file) or [[]]
    if missing := set(COLUMNS) - set(headings):
        raise ValueError(f"{file} has no column {', '.join(sorted(missing))}: restore or delete it")
    for cells in rows:
        row = dict(zip(headings, cells, strict=False))
        student, name, email, *own = (_said(row.get(column, "")) for column in COLUMNS)
        if not student:
            continue
        known = found.get(student, Person(student))
        ids = known.ids + ((tuple(own),) if all(own) else ())
        found[student] = Person(student, name or known.name, email or known.email, ids)
    return found


def write_people(root, people):
    """Write the students of a course; killed at any moment, the old file or the new one is there.

    Parameters
    ----------
    root : Path
    people : dict of str to Person
    """
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\n")
    rows.writerow(COLUMNS)
    for person in people.values():
        for own in dict.fromkeys(person.ids) or [("", "")]:
            rows.writerow(map(inert, [*person[:3], *own]))
    write_whole(root / FILE, table.getvalue())


def read_roster(file):
    """Read a class list: a table with headings in any order, as spreadsheets and platforms do.

    Parameters
    ----------
    file : Path

    Returns
    -------
    list of Person

    Raises
    ------
    ValueError
        If no heading names students.
    """
    first, *rows = _rows(file) or [[]]
    headings = _headings(first)
    if _is_worksheet(first, rows):
        headings = ["identifier", *headings[1:]]
    lines = (dict(zip(headings, row, strict=False)) for row in rows)
    people = [person for line in lines if (person := _listed(line)) is not None]
    if not people:
        raise ValueError(
            f"{file} lists nobody. Its first line must name the columns, such as id, name and "
            f"email; it is {','.join(first)[:80]!r}"
        )
    return people


def told_by_status(file):
    """What Moodle's worksheet says of a student's time, such as "Submitted - 1 day late".

    Parameters
    ----------
    file : Path

    Returns
    -------
    list of (str, str)
        Names (or addresses, or Moodle's numbers), and the cell under "Status" that holds a number.
    """
    first, *rows = _rows(file) or [[]]
    headings = _headings(first)
    if "status" not in headings or not _is_worksheet(first, rows):
        return []
    lines = [dict(zip(headings, row, strict=False)) for row in rows]
    whom = (*NAMES, *EMAILS, headings[0])
    named = [(next((x[n] for n in whom if x.get(n)), ""), x.get("status", "")) for x in lines]
    return [(name, status) for name, status in named if re.search(r"\d", status)]


def _is_worksheet(first, rows):
    """Tell Moodle's worksheet in any language: its first column has "Teilnehmer/in 1234501"."""
    numbered = [PARTICIPANT.fullmatch(row[0].strip()) for row in rows if row]
    words = {found and found[1] for found in numbered}
    return len(first) >= WORKSHEET and len(words) == 1 and None not in words


def _rows(file):
    """The cells of a table that was saved by whatever spreadsheet, with whatever sign between."""
    text = decoded(file.read_bytes())
    sign = max(",;\t", key=text.partition("\n")[0].count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=sign))
    except csv.Error as error:
        raise ValueError(f"{file} is no table that can be read: {error}") from None


def _said(cell):
    """What a cell says that `inert` may have written."""
    return meant(cell).strip()


def decoded(content):
    """The text of a table, in whatever letters a spreadsheet has saved it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")  # what older spreadsheets save


def _headings(cells):
    """Headings by their letters and digits; "Student" is a name where another column is the id."""
    plain = [re.sub(r"[\W_]", "", cell.casefold()) for cell in cells]
    if CANVAS & {*plain} or {"student", "section"} <= {*plain}:
        plain = ["canvasid" if heading == "id" else heading for heading in plain]
    named = {*NAMES, *FIRST, *LAST} & {*plain}
    if not named and {"canvasid", *IDS[1:]} & {*plain}:
        plain = ["name" if heading == "student" else heading for heading in plain]
    return plain


def _listed(line):
    """One line of a roster; None for what is no student's, such as Canvas's points possible."""
    line = {key: text.strip().strip("#") for key, text in line.items()}

    def said(headings):
        return next((line[key] for key in headings if line.get(key)), "")

    name = said(NAMES) or f"{said(FIRST)} {said(LAST)}".strip()
    if line.get("canvasid") and name == TEST_STUDENT:
        return None
    name = " ".join(reversed(name.split(", "))) if name.count(", ") == 1 else name
    email = said(EMAILS)
    ids = dict.fromkeys((ROSTER, line[key]) for key in IDS if line.get(key))
    number = re.search(r"\d+$", line.get("identifier", ""))  # Participant 1234501
    ids |= {("canvas", line["canvasid"]): None} if line.get("canvasid") else {}
    ids |= {(ANEW, number[0]): None} if number else {}
    if not ids and not email:
        return None
    student = next((one for kind, one in ids if kind == ROSTER), email or name)
    own = "_".join(next(iter(ids), ()))
    return Person(harmless_name(student or own), name, email, tuple(ids))


def fill_gradebook(url, people):
    """Give nbgrader's students their names and addresses, without what a page could take for its
    own: formgrader puts them into its pages as they are. Names that are there already are mended.

    Parameters
    ----------
    url : str
        Of the gradebook.
    people : dict of str to Person
    """
    from nbgrader.api import Gradebook, Student

    from dlcourse.frame import quiet_nbgrader

    with quiet_nbgrader(), Gradebook(url) as book:
        known = {student.id: student for student in book.students}
        for person in people.values():
            student = known.get(person.student) or Student(id=person.student)
            first, _, last = person.name.partition(" ")
            student.first_name = first or student.first_name
            student.last_name = last or student.last_name
            student.email = person.email or student.email
            known[student.id] = student
        for student in known.values():
            student.first_name = _for_a_page(student.first_name)
            student.last_name = _for_a_page(student.last_name)
            student.email = _for_a_page(student.email)
            book.db.add(student)
        book.db.commit()


def _for_a_page(text):
    return harmless_name(text) if text else text
