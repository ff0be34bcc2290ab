"""The marks of a lecture as formgrader adds them up: by hand, late days and all."""

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from dlcourse.grading.ready import told_of_databases


class Part(NamedTuple):
    """What a student has for one graded cell: points (None: not marked yet), how many there are,
    whether a person gave them, the person's comment, and whether anything was graded at all."""

    points: float | None
    max_points: float
    by_hand: bool
    comment: str
    graded: bool = True


class Mark(NamedTuple):
    """A student of the gradebook, with the mark for one lecture.

    Attributes
    ----------
    student : str
        nbgrader's id.
    name, email, lms_id : str
        Empty where the gradebook has none.
    total : float or None
        All points less the penalty, at least 0; None where nothing was handed in.
    penalty : float
    unfinished : bool
        A person has still to look at something.
    parts : dict
        A `Part` by graded cell; exercises are named without their ``test_``.
    """

    student: str
    name: str = ""
    email: str = ""
    lms_id: str = ""
    total: float | None = None
    penalty: float = 0.0
    unfinished: bool = False
    parts: dict = {}  # noqa: RUF012 - nobody writes there


class Marks(NamedTuple):
    """What there is to earn in a lecture, and each student's `Mark` by id."""

    max_points: float
    students: dict


def read_marks(file, lecture):
    """Read a lecture's marks from nbgrader's gradebook, which stays as it is.

    Parameters
    ----------
    file : Path
    lecture : str

    Returns
    -------
    Marks

    Raises
    ------
    ValueError
        If there is no gradebook, or the lecture is not in it.
    """
    from nbgrader.api import Gradebook, MissingEntry

    from dlcourse.frame import quiet_nbgrader

    if not Path(file).is_file():
        raise ValueError(f"there is no gradebook {file}. Run dlcourse grade --lecture {lecture}.")
    with quiet_nbgrader(), told_of_databases(str(file), "gradebook"):
        with Gradebook(f"sqlite:///{file}") as book:
            try:
                assignment = book.find_assignment(lecture)
            except MissingEntry:
                known = ", ".join(sorted(one.name for one in book.assignments)) or "nothing"
                raise ValueError(
                    f"{lecture} is not in the gradebook, which holds {known}. "
                    f"Run dlcourse grade --lecture {lecture}."
                ) from None
            return Marks(assignment.max_score, _students(book, assignment))


def find_marks(file, lecture):
    """A lecture's `Marks`, or None where no gradebook holds it."""
    try:
        return read_marks(file, lecture)
    except ValueError:
        return None


def _students(book, assignment):
    from nbgrader.api import Student, SubmittedAssignment
    from sqlalchemy import select

    database, parts = book.db, _parts(book.db, assignment)
    columns = (
        SubmittedAssignment.student_id,
        SubmittedAssignment.score,
        SubmittedAssignment.late_submission_penalty,
        SubmittedAssignment.needs_manual_grade,
    )
    query = select(*columns).where(SubmittedAssignment.assignment_id == assignment.id)
    found = {
        student: {
            "total": max(0.0, score - penalty),  # as nbgrader's own export
            "penalty": penalty,
            "unfinished": bool(unfinished),
            "parts": parts[student],
        }
        for student, score, penalty, unfinished in database.execute(query)
        if any(part.graded for part in parts[student].values())  # or only its due date was set
    }
    marks = {}
    for student in database.scalars(select(Student).order_by(Student.id)):
        name = f"{student.first_name or ''} {student.last_name or ''}".strip()
        person = student.id, name, student.email or "", student.lms_user_id or ""
        marks[student.id] = Mark(*person, **found.get(student.id, {}))
    return marks


def _parts(database, assignment):
    """What each student has for each cell."""
    from nbgrader.api import BaseCell, Comment, Grade, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    def rows(table, *columns):
        return database.execute(
            select(SubmittedAssignment.student_id, BaseCell.name, *columns)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(table, table.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == table.cell_id)
            .where(SubmittedAssignment.assignment_id == assignment.id)
            .order_by(~BaseCell.name.startswith("test_"), BaseCell.name)  # exercises first
        )

    found = defaultdict(dict)
    comments = {
        (student, name): text or "" for student, name, text in rows(Comment, Comment.comment)
    }
    grade = Grade.score, Grade.max_score, Grade.manual_score
    more = Grade.needs_manual_grade, Grade.auto_score
    for student, cell, score, max_points, by_hand, waits, auto in rows(Grade, *grade, *more):
        name = cell.removeprefix("test_")
        points = None if waits else score
        comment = comments.get((student, cell)) or comments.get((student, name), "")
        graded = by_hand is not None or auto is not None
        found[student][name] = Part(points, max_points, by_hand is not None, comment, graded)
    return found
