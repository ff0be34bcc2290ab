"""Whose mark goes into which row of a platform's file, and what is left on both sides."""

import html
import unicodedata
from collections import Counter
from typing import NamedTuple

from dlcourse.grading.harmless import inert, printable
from dlcourse.grading.totals import Mark
from dlcourse.grading.worksheet import Refused

NEAR = 1e-9  # a sum of thirds is not beyond what there is


class Filled(NamedTuple):
    """A platform's file with marks, and everybody who is not in it.

    Attributes
    ----------
    raw : bytes
    rows : dict
        The `Row` by student, of all who were matched.
    written : dict
        The mark by student, as it was written.
    replaced : list of str
        Students who had another mark there.
    strangers : list of str
        Names of rows that are nobody's in the gradebook.
    without_row : list of str
        Students with a mark, and without a row.
    unfinished : list of str
        Students whose marks a person has still to complete.
    nothing : list of str
        Students with a row who handed in nothing.
    locked : list of (str, str)
        Students whose cell was left, and why.
    """

    raw: bytes
    rows: dict
    written: dict
    replaced: list
    strangers: list
    without_row: list
    unfinished: list
    nothing: list
    locked: list

    def complete(self):
        """Tell whether nobody with a mark is missing, and no row is a stranger's."""
        return not (self.strangers or self.without_row or self.unfinished or self.locked)


def fill(sheet, marks, people, scale=False, unfinished=False, comments=False):
    """Put marks into a platform's file.

    Parameters
    ----------
    sheet : Worksheet
    marks : Marks
    people : dict
        From `read_people`.
    scale : bool
        Stretch marks to the points that the platform has.
    unfinished : bool
        Write marks, too, that a person has still to complete.
    comments : bool
        Write comments, where the file has a column for them.

    Returns
    -------
    Filled

    Raises
    ------
    Refused
        If a mark is beyond the points that there are, or these differ from the lecture's.
    """
    if comments and sheet.comments is None:
        raise Refused(f"this file of {sheet.platform} has no column of comments.")
    known = [_known(mark, people.get(student), sheet) for student, mark in marks.students.items()]
    known += [_known(Mark(n), one, sheet) for n, one in people.items() if n not in marks.students]
    rows, strangers = match(sheet.rows, known)
    changes, written, replaced, waiting, nothing, locked = {}, {}, [], [], [], []
    for student, row in rows.items():
        mark = marks.students.get(student, Mark(student))
        if mark.total is None:
            nothing.append(student)
        elif row.locked:
            locked.append((student, row.locked))
        elif mark.unfinished and not unfinished:
            waiting.append(student)
        else:
            value = written[student] = as_points(_points(row, mark, marks.max_points, scale))
            before = sheet.table.rows[row.number][sheet.column].strip()
            if before and as_points(_value(before)) != value:
                replaced.append(student)
            changes[row.number, sheet.column] = value
            if comments:
                changes[row.number, sheet.comments] = comment(mark, marks.max_points)
    marked = [student for student, mark in marks.students.items() if mark.total is not None]
    return Filled(
        raw=sheet.table.replace(changes),
        rows=rows,
        written=written,
        replaced=replaced,
        strangers=[row.name for row in strangers],
        without_row=[student for student in marked if student not in rows],
        unfinished=waiting,
        nothing=nothing,
        locked=locked,
    )


def told(filled):
    """Say who is in the file, and who is missing on either side.

    Parameters
    ----------
    filled : Filled

    Returns
    -------
    list of str
    """
    lines = [f"{len(filled.written)} marks written."]
    if filled.replaced:
        lines.append(f"Another mark stood there, of {_names(filled.replaced)}.")
    if filled.nothing:
        lines.append(f"Handed in nothing, and the cell was left: {_names(filled.nothing)}.")
    if filled.locked:
        why = ", ".join(f"{student} ({reason})" for student, reason in filled.locked)
        lines.append(f"NOT WRITTEN, the platform takes no mark: {printable(why)}.")
    if filled.unfinished:
        lines.append(
            f"NOT WRITTEN, something is still to be marked by hand: {_names(filled.unfinished)}. "
            "Mark it in formgrader, or write what there is with --unfinished."
        )
    if filled.without_row:
        lines.append(f"NOT WRITTEN, without a row in this file: {_names(filled.without_row)}.")
    if filled.strangers:
        lines.append(
            f"Rows of nobody in the gradebook or in students.csv: {_names(filled.strangers)}."
        )
    return lines


def _names(names):
    return printable(", ".join(names))


def _points(row, mark, max_points, scale):
    """A mark in the platform's points."""
    possible = max_points if row.possible is None else row.possible
    if abs(possible - max_points) > NEAR and not scale:
        raise Refused(
            f"there are {as_points(possible)} points on the platform and {as_points(max_points)} "
            "in the lecture. Set the platform's to the lecture's and download the file again, or "
            "stretch the marks with --scale."
        )
    points = mark.total * possible / max_points if scale and max_points else mark.total
    if points > possible + NEAR:
        raise Refused(
            f"{mark.student} has {as_points(points)} points, and the platform takes "
            f"{as_points(possible)} at most. Look at this mark in formgrader."
        )
    return points


def as_points(points):
    """Points with two digits at most, as many as the platforms show."""
    return "" if points is None else f"{points:.2f}".rstrip("0").rstrip(".")


def _value(text):
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None


def comment(mark, max_points):
    """One student's mark in a few words, for a column that Moodle shows as HTML."""
    lines = [f"{as_points(mark.total)} of {as_points(max_points)} points."]
    if mark.penalty:
        lines.append(f"Late: {as_points(mark.penalty)} points were taken off.")
    for name, part in mark.parts.items():
        points = "not marked yet" if part.points is None else as_points(part.points)
        words = f" {' '.join(part.comment.split())}" if part.comment.strip() else ""
        lines.append(f"{name}: {points} of {as_points(part.max_points)}.{words}")
    return inert(html.escape(" ".join(lines), quote=False)) if len(lines) else ""


class Known(NamedTuple):
    """By what a student is known: the platform's numbers, addresses and logins, names."""

    student: str
    own_ids: tuple
    ids: tuple
    names: tuple


def _known(mark, person, sheet):
    """Put together what the gradebook and the course's students.csv say of a student."""
    own = [n for platform, n in person.ids if platform == sheet.platform.lower()] if person else []
    email, name = (person.email, person.name) if person else ("", "")
    ids = mark.student, mark.email, email
    return Known(mark.student, (*own, mark.lms_id), ids, (mark.name, name, mark.student))


def match(rows, students):
    """Find each row's student: by the platform's number, by login or address, at last by name.

    What two rows or two students share tells nothing.

    Parameters
    ----------
    rows : list of Row
    students : list of Known

    Returns
    -------
    found : dict
        Rows by student, in the order of the rows.
    strangers : list of Row
    """
    found, strangers = {}, list(rows)
    for keys_of_row, keys_of_student in WAYS:
        free = [one for one in students if one.student not in found]
        owners, claims = _by_key(free, keys_of_student), _by_key(strangers, keys_of_row)
        pairs = {}
        for key, claimed in claims.items():
            if len(claimed) == len(owners.get(key, [])) == 1:
                pairs.setdefault(owners[key][0].student, {})[claimed[0].number] = claimed[0]
        taken = Counter(number for own in pairs.values() for number in own)
        found |= {
            student: row
            for student, own in pairs.items()
            for number, row in own.items()
            if len(own) == taken[number] == 1
        }
        strangers = [row for row in strangers if row not in found.values()]
    return dict(sorted(found.items(), key=lambda pair: pair[1].number)), strangers


def _by_key(things, keys):
    found = {}
    for thing in things:
        for key in {key.casefold() for key in keys(thing) if key}:
            found.setdefault(key, []).append(thing)
    return found


def _words(name):
    """A name's words in alphabetical order: "Lovelace, Ada" is "Ada Lovelace"."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(sorted("".join(c if c.isalnum() else " " for c in plain).split()))


def _letters(name):
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def _squashed(name):
    """A name as Canvas writes it into the names of files: the last name, the first, no blanks."""
    first, _, last = name.rpartition(" ")
    return _letters(last + first)


# ways to know somebody, the surest first: keys of a row, keys of a student
WAYS = (
    (lambda row: [row.own_id], lambda one: one.own_ids),
    (lambda row: row.ids, lambda one: one.ids),
    (lambda row: [known.partition("@")[0] for known in row.ids], lambda one: [one.student]),
    (lambda row: [row.own_id], lambda one: [one.student]),
    (lambda row: [_words(row.name)], lambda one: [_words(name) for name in one.names]),
    (lambda row: [_squashed(row.name)], lambda one: [_letters(one.student)]),
)
