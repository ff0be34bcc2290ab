"""The marks of a lecture as formgrader adds them up: by hand, late days and all."""

from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from dlcourse.grading.ready import told_of_databases


class Part(NamedTuple):
    """What a student has for one graded cell: points (None: not marked yet), how many there are,
    whether a person gave them, and the person's comment."""

    points: float | None
    max_points: float
    by_hand: bool
    comment: str


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
    from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    penalty = (
        select(SubmittedAssignment.student_id, SubmittedNotebook.late_submission_penalty)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .where(SubmittedAssignment.assignment_id == assignment.id)
    )
    penalties = dict(map(tuple, book.db.execute(penalty)))
    graded, marks = _graded(book.db, assignment), {}
    for student in book.db.scalars(select(Student).order_by(Student.id)):
        name = f"{student.first_name or ''} {student.last_name or ''}".strip()
        person = student.id, name, student.email or "", student.lms_user_id or ""
        own = graded.get(student.id)
        taken = penalties.get(student.id) or 0.0
        mark = (max(0.0, own.score - taken), taken, own.waits, own.parts) if own else ()
        marks[student.id] = Mark(*person, *mark)
    return marks


class _Graded:
    """One student's cells, added up here: nbgrader's own sums read all grades for each student."""

    def __init__(self):
        self.score, self.waits, self.any, self.parts = 0.0, False, False, {}


def _graded(database, assignment):
    """A `_Graded` for each student of whom anything was graded: a due date alone is no hand-in."""
    from nbgrader.api import BaseCell, Comment, Grade, SubmittedAssignment, SubmittedNotebook
    from sqlalchemy import select

    def rows(table, *columns):
        return database.execute(
            select(SubmittedAssignment.student_id, BaseCell, *columns)
            .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
            .join(table, table.notebook_id == SubmittedNotebook.id)
            .join(BaseCell, BaseCell.id == table.cell_id)
            .where(SubmittedAssignment.assignment_id == assignment.id)
            .order_by(~BaseCell.name.startswith("test_"), BaseCell.name)  # exercises first
        )

    found = defaultdict(_Graded)
    said = rows(Comment, Comment.comment)
    comments = {(student, cell.name): text or "" for student, cell, text in said}
    columns = Grade.score, Grade.auto_score, Grade.manual_score, Grade.needs_manual_grade
    for student, cell, score, auto, by_hand, waits in rows(Grade, *columns):
        own, name = found[student], cell.name.removeprefix("test_")
        own.score += score
        own.waits |= bool(waits)
        own.any |= auto is not None or by_hand is not None
        comment = comments.get((student, cell.name)) or comments.get((student, name), "")
        points = None if waits else score
        own.parts[name] = Part(points, cell.max_score, by_hand is not None, comment)
    return {student: own for student, own in found.items() if own.any}
