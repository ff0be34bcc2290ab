"""Who is who: the students of a course, their names, and what each platform calls them.

`dlcourse collect` writes ``students.csv`` in the course's folder, UTF-8, with these columns:

- ``student``: the id by which nbgrader, submitted/ and the report know a student;
- ``name``, ``email``: as a roster or the platform says, or empty;
- ``platform``: ``canvas``, ``moodle``, ``blackboard``, ``brightspace``, ``gradescope``, or empty
  where the student is known by the roster or by the name of a folder alone;
- ``platform_id``: what the platform calls the student there: Canvas's user id, the number of
  Moodle's "Participant 1234501", Blackboard's user name, Brightspace's user number, Gradescope's
  student id (or the e-mail address where it has none).

A student has a row for each pair of platform and id, and at least one row: Moodle gives everybody
another number in each assignment. A teacher may edit the file between two collectings.
"""

import csv
import io
from typing import NamedTuple

FILE = "students.csv"
COLUMNS = ["student", "name", "email", "platform", "platform_id"]


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
    rows = csv.DictReader(io.StringIO(file.read_bytes().decode("utf-8-sig"), newline=""))
    if missing := set(COLUMNS) - set(rows.fieldnames or []):
        raise ValueError(f"{file} has no column {', '.join(sorted(missing))}: restore or delete it")
    for row in rows:
        student, name, email, *own = ((row[column] or "").strip() for column in COLUMNS)
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
            rows.writerow([*person[:3], *own])
    partial = root / f"{FILE}.partial"
    partial.write_text(table.getvalue(), encoding="utf-8")
    partial.replace(root / FILE)
