"""A student leaves the course, or comes back."""

from dlcourse.grading.dropped import FILE, read_dropped
from dlcourse.grading.harmless import printable
from dlcourse.term.recognize import perhaps
from dlcourse.term.roster import read_people
from dlcourse.term.whole import write_whole


def drop(root, student, back=False):
    """Drop a student, or take one back; what they handed in and their marks stay as they are.

    Parameters
    ----------
    root : Path
    student : str
    back : bool

    Returns
    -------
    str
        What was done, in a sentence.

    Raises
    ------
    ValueError
        If nobody of that name can be dropped or taken back.
    """
    dropped, shown = read_dropped(root), printable(student)
    if back and student not in dropped:
        raise ValueError(f"{shown} was not dropped. Dropped: {', '.join(dropped) or 'nobody'}.")
    if not back and not _known(root, student):
        question = perhaps(read_people(root), student)
        raise ValueError(f"there is no student {shown} in submitted/ or students.csv.{question}")
    others = [name for name in dropped if name != student]
    lines = others if back else [*others, student]
    write_whole(root / FILE, "".join(f"{line}\n" for line in lines))
    if back:
        return f"{shown} is back. Grade again: it repeats no work."
    return f"{shown} is dropped: not graded, not reported, not marked from now on."


def _known(root, student):
    return student in read_people(root) or any(
        home.name == student for home in (root / "submitted").glob("*")
    )
