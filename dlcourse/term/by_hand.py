"""Marks by hand without a browser: one at a time, or all that waits for a person in one table.

A rubric is a table of what is said to many students, each sentence with its points: in the
spreadsheet its code stands for both.
"""

import csv
import html
import io
import re
from typing import NamedTuple

from dlcourse.frame import nbformat
from dlcourse.grading.harmless import inert, meant, printable
from dlcourse.grading.late import LatePenalties
from dlcourse.grading.ready import told_of_databases
from dlcourse.grading.submission import ADDED, tags
from dlcourse.term.handback import as_points
from dlcourse.term.recognize import perhaps
from dlcourse.term.roster import decoded, read_people
from dlcourse.term.totals import read_marks
from dlcourse.term.worksheet import Refused

COLUMNS = ["student", "cell", "answer", "code", "points", "max_points", "comment"]
WRITTEN = [*COLUMNS[:3], "message", *COLUMNS[3:]]
RUBRIC = ["cell", "code", "points", "comment"]
LONGEST = 30_000  # letters of an answer in the table: a spreadsheet cuts a cell at 32,767


class Given(NamedTuple):
    """What a person gives for one cell; a comment of None leaves the one that is there."""

    student: str
    cell: str
    points: float
    comment: str | None = None


class Written(NamedTuple):
    """What a student wrote in one cell, and what the grader said of it: nothing of words."""

    text: str
    message: str = ""
    code: bool = False


def write_sheet(root, lecture, marks):
    """Put explanations, and code that waits for a person, into a table: first the explanations,
    and what reads alike below each other.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
    marks : Marks

    Returns
    -------
    text : str
        CSV; points and comments that a person has given already stand in it.
    words, code : int
        How many explanations, and how many answers in code, are still to be marked.
    """
    rows = []
    for student, mark in marks.students.items():
        for cell, own in read_written(root, lecture, student).items():
            part = mark.parts.get(cell)
            if part and (part.points is None or part.by_hand):
                said = [spreadsheet(own.text), spreadsheet(own.message)]
                points = as_points(part.points)
                ends = ["", points, as_points(part.max_points), part.comment]
                rows.append((own.code, [inert(student), cell, *said, *ends]))
    rows.sort(key=lambda one: (one[0], one[1][1], _same(one[1][2].casefold()), one[1][0]))
    table = io.StringIO()
    csv.writer(table).writerows([WRITTEN, *(row for _, row in rows)])
    waiting = [code for code, row in rows if not row[WRITTEN.index("points")]]
    return table.getvalue(), waiting.count(False), waiting.count(True)


def read_written(root, lecture, student):
    """What a student wrote, as `Written` by cell, as the last grading found it."""
    file = root / "autograded" / student / lecture / f"{lecture}.ipynb"
    if not file.is_file():
        return {}
    cells, found = nbformat.read(file, as_version=4).cells, {}
    messages = {cell.id: _message(cell) for cell in cells if "test" in tags(cell)}
    for cell in cells:
        own = cell.metadata.get("nbgrader", {})
        if "answer" in tags(cell):
            elsewhere = [c for c in cells if c is not cell and {ADDED, "answer"} & tags(c)]
            sources = [c.source for c in elsewhere if _defines(c.source, cell.id)]
            text = "\n\n".join([cell.source, *sources])
            found[cell.id] = Written(text, messages.get(f"test_{cell.id}", ""), code=True)
        elif own.get("solution") and own.get("grade"):
            found[own["grade_id"]] = Written(cell.source)
    return found


def _message(cell):
    """What the grader has written into a test cell."""
    shown = [out["data"].get("text/html", "") for out in cell.outputs if "data" in out]
    return html.unescape("".join(shown).removeprefix("<pre>").removesuffix("</pre>"))


def _defines(source, name):
    """Tell whether a cell may define a name, also one that Python alone cannot read."""
    # blanks of one line: over many empty lines, \s would be tried anew from each of them
    blanks = r"^[ \t]*"
    return re.search(
        rf"{blanks}((async +)?def|class) +{name}\b|{blanks}{name} *=(?!=)", source, re.M
    )


def spreadsheet(text):
    """A text of several lines in a cell that no spreadsheet runs or cuts."""
    cell = "\n".join(inert(line) for line in text.splitlines())
    return cell if len(cell) <= LONGEST else f"{cell[:LONGEST]} …"


def read_sheet(root, lecture, raw, rubric=None):
    """Read the table again, with points, codes and comments in it.

    Parameters
    ----------
    root : Path
    lecture : str
    raw : bytes
    rubric : bytes, optional
        A table of `RUBRIC`'s columns; an empty cell stands for every question.

    Returns
    -------
    given : list of Given
        Rows without points and code are left out.
    changed : list of (str, str)
        Students and cells whose answer is another one than the table's: nothing is given for these.
    empty : int
        How many rows have no points yet.

    Raises
    ------
    Refused
        Where a row cannot be understood, with its number.
    """
    sentences = {}
    for _, row in _rows(rubric, RUBRIC, "the rubric") if rubric else ():
        sentences[row["cell"], row["code"].casefold()] = row["points"], row["comment"]
    given, changed, words, empty = [], [], {}, 0
    for number, row in _rows(raw, COLUMNS, "the table"):
        cell, points, comment = (row[x] for x in ("cell", "points", "comment"))
        student = meant(row["student"])
        if code := row["code"].casefold():
            found = sentences.get((cell, code), sentences.get(("", code)))
            if rubric is None:
                text = f"row {number} has the code {row['code']!r}: name the rubric with --rubric."
                raise Refused(text)
            if found is None:
                raise Refused(f"row {number}: the rubric has no code {row['code']!r} for {cell}.")
            points, comment = points or found[0], "\n".join(x for x in (found[1], comment) if x)
        if not points:
            empty += 1
            continue
        if student not in words:
            words[student] = read_written(root, lecture, student)
        now = words[student].get(cell, Written(""))
        if _same(row["answer"]) not in _saved(spreadsheet(now.text)):
            changed.append((student, cell))
        else:
            given.append(Given(student, cell, as_number(points, f"row {number}"), comment))
    return given, changed, empty


def _rows(raw, columns, what):
    text = decoded(raw)
    sign = max(",;\t", key=text.partition("\n")[0].count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=sign)
    if missing := [name for name in columns if name not in (rows.fieldnames or [])]:
        columns = ", ".join(rows.fieldnames or []) or "nothing"
        raise Refused(
            f"{what} has no column {', '.join(missing)}. Its first line has {printable(columns)}."
        )
    try:
        for number, row in enumerate(rows, start=2):
            yield number, {name: (row[name] or "").strip() for name in columns}
    except csv.Error as error:
        raise Refused(f"{what} cannot be read near its line {rows.line_num}: {error}.") from None


def _same(text):
    return " ".join(text.split())


def _saved(text):
    """A text as spreadsheets save it: some of them in letters that lack many, with ? for these."""
    return {_same(text), _same(text.encode("cp1252", "replace").decode("cp1252"))}


def as_number(points, where):
    """A number of points that somebody typed."""
    try:
        return float(points.replace(",", "."))
    except ValueError:
        raise Refused(f"{where}: {points!r} is no number of points.") from None


def give(root, lecture, given):
    """Write marks by hand into the gradebook, all of them or none.

    Late penalties are taken anew, as they may depend on the points.

    Parameters
    ----------
    root : Path
    lecture : str
    given : list of Given

    Returns
    -------
    before : list of (float or None, float)
        For each, the points that there were (None: not marked), and how many there are.

    Raises
    ------
    ValueError
        If there is no such lecture, student or cell, or more points than it has.
    """
    from nbgrader.api import Gradebook

    from dlcourse.frame import quiet_nbgrader

    file, late = root / "gradebook.db", LatePenalties(root)
    read_marks(file, lecture)
    with quiet_nbgrader(), told_of_databases(str(file), "gradebook"):
        with Gradebook(f"sqlite:///{file}") as book:
            try:
                found = [_find(root, book, lecture, one) for one in given]
                before = [(_points(grade), grade.max_score) for grade in found]
                grades = [_grade(book, lecture, *pair) for pair in zip(given, found, strict=True)]
            except Refused:
                book.db.rollback()
                raise
            book.db.flush()
            for submission in {grade.notebook.assignment for grade in grades}:
                late.assign(book.db, submission)
            book.db.commit()
    return before


def told_of_one(given, before, most, marks):
    """Say what one student has now, and had before."""
    mark = marks.students[given.student]
    was = "not marked" if before is None else as_points(before)
    text = f"{given.cell} of {given.student}: {as_points(given.points)} of {as_points(most)} points"
    return printable(
        f"{text}, {was} before; {as_points(mark.total)} of {as_points(marks.max_points)} in all."
    )


def _points(grade):
    return None if grade.needs_manual_grade else grade.score


def _find(root, book, lecture, one):
    """The grade of a student's cell, or what to do where there is none."""
    from nbgrader.api import MissingEntry

    for name in (one.cell, f"test_{one.cell}"):
        try:
            return book.find_grade(name, lecture, lecture, one.student)
        except MissingEntry:
            continue
    people, who = read_people(root), printable(one.student)
    try:
        book.find_submission(lecture, one.student)
    except MissingEntry:
        if one.student not in people and one.student not in [known.id for known in book.students]:
            raise Refused(f"there is no student {who}.{perhaps(people, one.student)}") from None
        text = f"{who} has handed in nothing of {lecture} that was graded"
        raise Refused(f"{text}: give the mark on the platform itself.") from None
    cells = book.find_notebook(lecture, lecture).grade_cells
    names = sorted(cells, key=lambda cell: (not cell.name.startswith("test_"), cell.name))
    there = ", ".join(cell.name.removeprefix("test_") for cell in names)
    what = printable(f"{one.student} has nothing called {one.cell} in {lecture}")
    raise Refused(f"{what}. There are: {there}.")


def _grade(book, lecture, one, grade):
    """Set one grade and its comment."""
    from nbgrader.api import MissingEntry

    if not 0 <= one.points <= grade.max_score:
        raise Refused(
            f"{one.student}, {one.cell}: {as_points(one.points)} points, and there are "
            f"0 to {as_points(grade.max_score)}."
        )
    grade.manual_score, grade.needs_manual_grade = one.points, False
    if one.comment is not None:
        try:
            book.find_comment(one.cell, lecture, lecture, one.student).manual_comment = one.comment
        except MissingEntry:
            raise Refused(f"{one.cell} takes no comment.") from None
    return grade
