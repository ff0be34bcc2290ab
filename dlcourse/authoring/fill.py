"""What the builder writes into a lecture's text: minutes, the table of lectures, numbers of a run.

The source says ``{{time}}``, ``{{lectures}}`` or ``{{name:.2f}}``. A number is declared on the line
of the cell that computes it, with its band (``numbers={"share": [91, 95]}``, or
``{"share": ["100 * right.mean()", 91, 95]}``), and stored beside the lecture; see `numbers`.
"""

import re
from dataclasses import replace

from dlcourse.authoring.lecture import read_lecture
from dlcourse.authoring.minutes import HEADING, count, sections
from dlcourse.authoring.numbers import read_numbers
from dlcourse.checks.exercise_cells import AuthorError

PLACE = re.compile(r"\{\{([a-z]\w*)(?::([^{}]*))?\}\}")
TIME, LECTURES = "{{time}}", "{{lectures}}"
START = "00_"  # what comes before the lectures


def fill(root, lecture):
    """Fill in everything that a lecture's text leaves to the builder.

    Parameters
    ----------
    root : Path
        The course's root folder.
    lecture : Lecture

    Returns
    -------
    Lecture
        The same, its Markdown filled in.

    Raises
    ------
    AuthorError
        If a number is not declared or not stored, or its form cannot be written.
    """
    told = iter(_headings(lecture))
    stored = read_numbers(lecture)
    cells = []
    for cell in lecture.cells:
        if cell.type == "markdown":
            text = "\n".join(_timed(line, told) for line in cell.source.split("\n"))
            text = text.replace(TIME, time_said(count(lecture))) if TIME in text else text
            text = text.replace(LECTURES, table(root)) if LECTURES in text else text
            cell = replace(cell, source=_with_numbers(lecture, cell, text, stored))
        cells.append(cell)
    return replace(lecture, cells=cells)


def _headings(lecture):
    """The minutes of each marked section, in order."""
    told = []
    for section in sections(lecture):
        if section.marked:
            told.append(section.minutes)
        elif section.continues:
            told[-1] += section.minutes
    return told


def _timed(line, told):
    heading = HEADING.match(line)
    if not heading or not heading[3]:
        return line
    minutes = next(told)
    unit = "minute" if minutes == 1 else "minutes"
    return f"{heading[1]} {heading[2]} ({heading[3]}, {minutes} {unit})"


def time_said(counts):
    """Say a lecture's minutes in its opening."""
    stop = f", with a place to stop after {counts.parts[0]}" if len(counts.parts) > 1 else ""
    deeper = f"; {counts.deeper} more for the ones marked *deeper*" if counts.deeper else ""
    return f"{counts.core} minutes for the sections marked *core*{stop}{deeper}"


def table(root):
    """The lectures as rows of a Markdown table, and the links that the rows name."""
    paths = sorted((root / "solutions" / "lectures").glob("[0-9]*_*.py"))
    rows, links = [], []
    for path in paths:
        if path.stem.startswith(START):
            continue
        lecture = read_lecture(path)
        counts = count(lecture)
        number, title = lecture.title.split(" · ", 1)
        rows.append(
            f"| [{number} {title}][{number}] | {counts.core} min | {counts.deeper} min | "
            f"{builds_on(lecture)} |"
        )
        links.append(f"[{number}]: ../{lecture.name}/{lecture.name}.ipynb")
    return "\n".join(
        ["| lecture | core | deeper | builds on |", "|---|---|---|---|", *rows, "", *links]
    )


def builds_on(lecture):
    """Name the lectures that a lecture builds on; for the first one, what it says itself."""
    text = " ".join(lecture.cells[0].source.split())
    said = re.search(r"\*\*Builds on:\*\* (.+?)(?: \*\*|$)", text)[1].rstrip(".")
    numbers = sorted({int(n) for n in re.findall(r"lecture (\d+)", said)})
    if not numbers:
        return said
    return f"lecture{'s' * (len(numbers) > 1)} {', '.join(map(str, numbers))}"


def _with_numbers(lecture, cell, text, stored):
    def written(place):
        name, form = place[1], place[2] or ""
        if name not in stored:
            problem = f"the number {name!r} is not stored"
            remedy = (
                'Declare it where it is computed, numbers={"...": [low, high]}, and run '
                f"`dlcourse build --numbers {lecture.name}`"
            )
            raise AuthorError(lecture.path, cell.line, problem, remedy)
        try:
            return format(stored[name], form).replace("-", "−")
        except ValueError as error:
            problem = f"{place[0]} cannot be written: {error}"
            raise AuthorError(lecture.path, cell.line, problem, "Write {{name:.2f}}") from None

    return PLACE.sub(written, text)
