"""When a lecture is due: for everybody, and for one student who has longer."""

from datetime import UTC, timedelta, timezone

from dlcourse.frame import quiet_nbgrader
from dlcourse.grading.grade import read_master
from dlcourse.grading.harmless import printable
from dlcourse.grading.marks import Gradebook
from dlcourse.grading.ready import told_of_databases
from dlcourse.grading.store import Store
from dlcourse.grading.times import read_time
from dlcourse.term.handback import as_points
from dlcourse.term.recognize import perhaps
from dlcourse.term.roster import read_people
from dlcourse.term.worksheet import Refused

FORM = "Write it as 2026-11-02 10:00 UTC, or as 2026-11-02 11:00 Europe/Berlin."


def set_due(root, lecture, at, student=None):
    """Write a due date into the gradebook; the next grading takes penalties by it.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : str
    at : str
        A time with its zone, such as ``2026-11-02 10:00 UTC``.
    student : str, optional
        Who has until then; by default everybody.

    Returns
    -------
    str
        What was done, in a sentence.

    Raises
    ------
    Refused
        If that is no time, if the lecture was due for nobody before, or if others are known and
        this student is not.
    """
    time = _in_utc(at)
    master, store = read_master(root, lecture), Store(root / ".dlcourse" / "grading.db")
    url = f"sqlite:///{root}/gradebook.db"
    with Gradebook(url, lecture, store) as book, told_of_databases(url, "gradebook"):
        book.register(master)
        assignment = book.book.find_assignment(lecture)
        people = read_people(root)
        known = {*people, *(one.id for one in book.book.students)}
        if student is None:
            assignment.duedate = time
            text = f"{lecture} is due on {_shown(time)}."
        elif assignment.duedate is None:
            raise Refused(f"{lecture} has no due date: set it first, without --student.")
        elif known and student not in known:
            question = perhaps(people, student)
            raise Refused(f"there is no student {printable(student)} in students.csv.{question}")
        else:
            book.submission(student).extension = time - assignment.duedate
            text = f"{lecture} is due for {student} on {_shown(time)}."
        book.book.db.commit()
        points = as_points(assignment.max_score)
    text = f"{text} It has {points} points."
    if student and not known:
        text += f"\nNobody is known yet: will the class list call this student {student}?"
    return text


def read_due(root, lecture):
    """Say when a lecture is due, and who has an extension.

    Parameters
    ----------
    root : Path
    lecture : str

    Returns
    -------
    list of str
    """
    from nbgrader.api import Gradebook as Nbgrader

    read_master(root, lecture)
    file = root / "gradebook.db"
    with quiet_nbgrader(), told_of_databases(file, "gradebook"):
        with Nbgrader(f"sqlite:///{file}") as book:
            assignment = next((one for one in book.assignments if one.name == lecture), None)
            if assignment is None or assignment.duedate is None:
                return [f"{lecture} has no due date."]
            points = as_points(assignment.max_score)
            lines = [f"{lecture} is due on {_shown(assignment.duedate)}. It has {points} points."]
            longer = [one for one in assignment.submissions if one.extension]
            return lines + [
                f"{printable(one.student_id)}: until {_shown(one.duedate)}"
                for one in sorted(longer, key=lambda one: one.student_id)
            ]


def _shown(time):
    return f"{time:%Y-%m-%d %H:%M} UTC"


def _in_utc(text):
    """A time with its zone, as nbgrader keeps it."""
    try:
        time, elsewhere = (read_time(text, zone) for zone in (UTC, timezone(timedelta(hours=1))))
    except ValueError as error:
        raise Refused(f"{error}. {FORM}") from None
    if time != elsewhere:  # it says no zone
        raise Refused(f"{text!r} says no zone. {FORM}")
    return time.astimezone(UTC).replace(tzinfo=None)
