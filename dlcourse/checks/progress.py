"""Show what a learner has solved: in a notebook, and as text for the command line."""

from html import escape
from typing import NamedTuple

from dlcourse.checks.entry import lecture_names, load_numbers
from dlcourse.checks.record import open_record, when


class Table(NamedTuple):
    """What is shown: a caption, a line of heads, lines of texts, and sentences below."""

    caption: str
    head: tuple
    lines: list
    notes: list


def show_progress(lecture=None):
    """Show your progress as a table, in a notebook.

    Parameters
    ----------
    lecture : str, optional
        Show the exercises of this lecture (``"04_backpropagation"``, or ``"04"``) one by one; by
        default one line for each lecture.
    """
    from IPython.display import display

    try:
        table = progress_table(open_record(), lecture)
    except ValueError as error:
        print(error)
        return
    display({"text/html": as_html(table), "text/plain": as_text(table)}, raw=True)


def is_solved(lecture, exercise):
    """Whether the person at this notebook has solved an exercise, in any release."""
    return "solved" in open_record().entry(lecture, exercise)


def progress_table(record, lecture=None):
    """Count what a record holds of the exercises that there are.

    Parameters
    ----------
    record : dlcourse.checks.record.Record
    lecture : str, optional

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        If there is no such lecture.
    """
    if lecture is None:
        names = lecture_names()
    else:
        names = [_find(str(lecture))]
    states = {name: _states(record, name) for name in names}
    states = {name: found for name, found in states.items() if found}
    table = _overview(states) if lecture is None else _details(names[0], states.get(names[0], []))
    older = sum(state.word.startswith(EARLIER) for found in states.values() for state in found)
    return table._replace(notes=_notes(record, older))


LEFT = 'style="text-align: left"'
EARLIER = "solved in an earlier release"


class State(NamedTuple):
    """One exercise: its state in words, its points, points reached, tries, last activity."""

    exercise: str
    word: str
    points: float
    reached: float
    tries: int
    last: str

    @property
    def solved(self):
        """True if it was solved, in this release or an earlier one."""
        return self.word.startswith("solved")


def _find(name):
    known = lecture_names()
    found = [k for k in known if name in (k, k.split("_")[0], k.split("_")[0].lstrip("0") or "0")]
    if len(found) != 1:
        raise ValueError(f"There is no lecture {name!r}. There are: {', '.join(known)}.")
    return found[0]


def _states(record, lecture):
    found = []
    for exercise, entry in load_numbers(lecture)["exercises"].items():
        known = record.entry(lecture, exercise)
        solved, wrong = "solved" in known, len(known.get("wrong", []))
        word = _word(known, [entry.get("asked"), *entry.get("earlier", ())])
        reached = entry["points"] if solved else 0
        last = known.get("last", "")
        found.append(State(exercise, word, entry["points"], reached, wrong + solved, last))
    return found


def _word(known, asked):
    if "solved" in known:
        word = "solved" if known.get("asked") in asked else EARLIER
    else:
        word = "tried" if known.get("wrong") else "open"
    return f"{word}, solution seen" if "seen" in known else word


def _overview(states):
    head = ("lecture", "solved", "points", "tries", "last activity")
    lines = [(name, *_sums(found)) for name, found in states.items()]
    everything = [state for found in states.values() for state in found]
    return Table("Your progress", head, [*lines, ("all lectures", *_sums(everything))], [])


def _sums(found):
    solved = sum(state.solved for state in found)
    reached, points = sum(s.reached for s in found), sum(s.points for s in found)
    tries = sum(s.tries for s in found)
    last = max((s.last for s in found), default="")
    return f"{solved} of {len(found)}", f"{reached:g} of {points:g}", str(tries), _moment(last)


def _details(lecture, found):
    head = ("exercise", "state", "points", "tries", "last activity")
    lines = [
        (s.exercise, s.word, f"{s.reached:g} of {s.points:g}", str(s.tries), _moment(s.last))
        for s in found
    ]
    return Table(f"Your progress in {lecture}", head, lines, [])


def _moment(text):
    return f"{when(text):%Y-%m-%d %H:%M}" if text else "none yet"


def _notes(record, older):
    notes = ["Solved is what the visible checks say; a grader looks at other cases too."]
    if older:
        one = "exercise asks" if older == 1 else "exercises ask"
        notes.append(
            f"{older} solved {one} something else since a newer release: run the check again."
        )
    if record.path and record.path.is_file():
        notes.append(f"Kept in {record.path}, and sent nowhere.")
    else:
        notes.append("Nothing is kept yet." if record.path else "Kept nowhere.")
    return notes


def as_text(table):
    """Write a table in columns."""
    rows = [table.head, *table.lines]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    return "\n".join([table.caption, "", *lines, "", *table.notes])


def as_html(table):
    """Write a table as HTML whose rows and columns have heads, for those who hear it read."""
    first, *rest = map(escape, table.head)
    head = "".join(f'<th scope="col">{text}</th>' for text in rest)
    rows = "".join(_html_row(line) for line in table.lines)
    notes = "<br>".join(map(escape, table.notes))
    return (
        f"<table><caption>{escape(table.caption)}</caption>"
        f'<thead><tr><th scope="col" {LEFT}>{first}</th>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table><p><small>{notes}</small></p>"
    )


def _html_row(line):
    first, *rest = map(escape, line)
    cells = "".join(f"<td>{text}</td>" for text in rest)
    return f'<tr><th scope="row" {LEFT}>{first}</th>{cells}</tr>'
