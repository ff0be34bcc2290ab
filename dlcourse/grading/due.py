"""When a lecture is due: for everybody, and for one student who has longer."""

from dlcourse.grading.grade import read_master
from dlcourse.grading.marks import Gradebook
from dlcourse.grading.ready import told_of_databases
from dlcourse.grading.store import Store
from dlcourse.grading.worksheet import Refused


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
        If that is no time, or the lecture was due for nobody before.
    """
    from nbgrader.utils import parse_utc

    try:
        time = parse_utc(at)
    except Exception:  # whatever the parser of dates makes of it
        raise Refused(f"{at!r} is no time such as 2026-11-02 10:00 UTC.") from None
    master, store = read_master(root, lecture), Store(root / ".dlcourse" / "grading.db")
    url = f"sqlite:///{root}/gradebook.db"
    with Gradebook(url, lecture, store) as book, told_of_databases(url, "gradebook"):
        book.register(master)
        assignment = book.book.find_assignment(lecture)
        if student is None:
            assignment.duedate = time
            text = f"{lecture} is due on {time:%Y-%m-%d %H:%M} UTC."
        elif assignment.duedate is None:
            raise Refused(f"{lecture} has no due date: set it first, without --student.")
        else:
            book.submission(student).extension = time - assignment.duedate
            text = f"{lecture} is due for {student} on {time:%Y-%m-%d %H:%M} UTC."
        book.book.db.commit()
    return text + " The next dlcourse grade takes late penalties by it."
