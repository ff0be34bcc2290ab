"""Whose mark goes into which row of a platform's file, and what is left on both sides."""

import html
from typing import NamedTuple

from dlcourse.grading.dropped import read_dropped
from dlcourse.grading.harmless import printable
from dlcourse.grading.results import read_results
from dlcourse.term.matching import as_known, match
from dlcourse.term.packs import canvas_pack, moodle_pack
from dlcourse.term.pages import feedback_page
from dlcourse.term.report import Report
from dlcourse.term.roster import read_people
from dlcourse.term.totals import Mark, read_marks
from dlcourse.term.whole import write_whole
from dlcourse.term.worksheet import READERS, Refused

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
    dropped : list of str
        Students with a row who were dropped.
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
    dropped: list

    def complete(self):
        """Tell whether nobody with a mark is missing, and no row is a stranger's."""
        return not (self.strangers or self.without_row or self.unfinished or self.locked)


def hand_back(root, lecture, platform, file, to=None, packed=None, column=None, **how):
    """Fill a platform's file, and pack feedback; both into new files beside it.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
    platform : str
        ``canvas`` or ``moodle``.
    file : Path
    to : Path, optional
    packed : (Path, Path or None), optional
        For feedback: the results of grading, and Canvas's download.
    column : str, optional
    **how
        As `fill` takes it.

    Returns
    -------
    lines : list of str
        What is to be said.
    complete : bool
        Whether nobody is missing.
    """
    to = to or file.with_name(f"{file.stem}_marks{file.suffix}")
    if to.resolve() == file.resolve():
        raise Refused(f"{to} is the platform's own file: name another one with --to.")
    sheet = READERS[platform](file.read_bytes(), lecture, column)
    marks, people = read_marks(root / "gradebook.db", lecture), read_people(root)
    dropped = read_dropped(root)
    filled = fill(sheet, marks, people, dropped, **how)
    lines, complete, pack = told(filled), filled.complete(), None
    if packed:
        pack, given, why, missing = _pack(root, marks, filled, sheet, packed)
        if missing:
            lines.append(f"WITHOUT FEEDBACK, no place for it: {_names(missing)}.")
            complete = False
    write_whole(to, filled.raw)
    lines = [sheet.told] * bool(sheet.told) + lines
    lines = [f"{to}, column {sheet.title()}:", *(f"  {line}" for line in lines)]
    if pack is not None:
        archive = to.with_name(f"{file.stem}_feedback.zip")
        write_whole(archive, pack)
        lines.append(f"{archive}: feedback for {given} students.")
        if why:
            lines.append(f"  Why their file cannot be read, and what to hand in: {_names(why)}.")
    return lines, complete


def _pack(root, marks, filled, sheet, packed):
    """Feedback as the platform takes it, for those whose marks are written and those whose file
    cannot be read: the zip file, for how many it is, the latter of them, and who has no place."""
    results, download = packed
    if not results.is_file():
        raise Refused(
            f"there is no {results}, from which feedback is made: name it with --results."
        )
    report = Report(root, read_results(results), None, marks)
    form = "md" if sheet.platform == "Canvas" else "html"
    broken = {line["student"] for line in report.apart() if line["status"] == "unreadable"}
    asked = [*filled.written, *(student for student in filled.unfinished if student in broken)]
    pages = {s: feedback_page(report, s, form) for s in asked if s in report.students}
    if form == "html":
        pack, missing = moodle_pack(filled.rows, pages)
    else:
        pack, missing = canvas_pack(filled.rows, pages, download)
    given = [student for student in pages if student not in missing]
    why = [student for student in given if student in broken]
    return pack, len(given), why, [student for student in asked if student not in given]


def fill(sheet, marks, people, dropped=(), scale=False, unfinished=False, comments=False):
    """Put marks into a platform's file.

    Parameters
    ----------
    sheet : Worksheet
    marks : Marks
    people : dict
        From `read_people`.
    dropped : list of str
        Students whose cells are left.
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
    platform = sheet.platform.lower()
    known = [
        as_known(mark, people.get(student), platform) for student, mark in marks.students.items()
    ]
    known += [
        as_known(Mark(n), one, platform) for n, one in people.items() if n not in marks.students
    ]
    rows, strangers = match(sheet.rows, known)
    changes, written = {}, {}
    left, replaced, waiting, nothing, locked = [], [], [], [], []
    for student, row in rows.items():
        mark = marks.students.get(student, Mark(student))
        if student in dropped:
            left.append(student)
        elif mark.total is None:
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
        without_row=[one for one in marked if one not in rows and one not in dropped],
        unfinished=waiting,
        nothing=nothing,
        locked=locked,
        dropped=left,
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
    if filled.dropped:
        lines.append(f"Dropped, and the cell was left: {_names(filled.dropped)}.")
    if filled.locked:
        why = ", ".join(f"{student} ({reason})" for student, reason in filled.locked)
        lines.append(f"NOT WRITTEN, the platform takes no mark: {printable(why)}.")
    if filled.unfinished:
        lines.append(
            f"NOT WRITTEN, something is still to be marked by hand: {_names(filled.unfinished)}. "
            "Mark it (dlcourse by-hand, or formgrader), or write what there is with --unfinished."
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
    """One student's mark in a few words, for a column that Moodle shows as HTML; it begins with a
    digit, so that no spreadsheet takes it for a formula."""
    lines = [f"{as_points(mark.total)} of {as_points(max_points)} points."]
    if mark.penalty:
        lines.append(f"Late: {as_points(mark.penalty)} points were taken off.")
    for name, part in mark.parts.items():
        points = "not marked yet" if part.points is None else as_points(part.points)
        words = f" {' '.join(part.comment.split())}" if part.comment.strip() else ""
        lines.append(f"{name}: {points} of {as_points(part.max_points)}.{words}")
    ended = [line + "." * line[-1].isalnum() for line in lines[:-1]]
    return html.escape(" ".join([*ended, lines[-1]]), quote=False)
