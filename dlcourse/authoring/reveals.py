"""No answer before the guess: what a reveal's cell must keep to itself, and the text around it.

A reveal draws a guess beside the truth (`dlcourse.plots.guess.plot_guess`). It is released folded,
and ``truth=`` on its line says how the answer would be read: a text, or a list of them.
"""

import re

from dlcourse.authoring.minutes import REVEAL, is_folded

DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
QUOTED = re.compile(r'"[^"\n]*"')
HEADING = re.compile(r"^##+ ", re.MULTILINE)
SECTION = re.compile(r"^## ", re.MULTILINE)  # a smaller heading below a guess ends nothing


def reveal_problems(lecture):
    """List reveals that stand open, say no truth, or whose truth can be read before the guess.

    Returns
    -------
    list of (Cell, str)
    """
    found = []
    for place, cell in enumerate(lecture.cells):
        if cell.type == "code" and REVEAL in cell.source:
            truths = cell.metadata.get("truth", [])
            truths = truths if isinstance(truths, list) else [truths]
            if not is_folded(cell):
                found.append((cell, 'a reveal stands open. Begin it with "# @title Your guess"'))
            if not truths:
                found.append((cell, 'a reveal says no truth. Add truth="..." to its line'))
            found += [
                (where, f"{shown!r} tells what the guess is for. Fold it into <details>")
                for shown in map(str, truths)
                for where, text in _around(lecture.cells, place)
                if tells(text, shown)
            ]
    return found


def _around(cells, place):
    """Yield what can be read before a reveal, from the last heading on, and below it.

    Below, up to the next guess or the end of the section, whatever smaller headings stand there.
    """
    for cell in reversed(cells[:place]):
        text = _readable(cell)
        begins = cell.type == "markdown" and HEADING.search(text)
        yield cell, HEADING.split(text)[-1] if begins else text
        if begins:
            break
    for cell in cells[place + 1 :]:
        text = _readable(cell)
        ends = cell.type == "markdown" and SECTION.search(text)
        yield cell, SECTION.split(text)[0] if ends else text
        if ends or "predict" in cell.tags:
            break


def _readable(cell):
    """What of a cell can be read: no prediction, no <details>, no choices; a fold's caption."""
    if cell.type == "code":
        hidden = "predict" in cell.tags or cell.exercise
        shown = cell.source.partition("\n")[0] if is_folded(cell) else cell.source
        return "" if hidden else shown
    return "" if "instructor" in cell.tags else QUOTED.sub("", DETAILS.sub("", cell.source))


def tells(text, truth):
    """Tell whether a text shows a truth: as whole words or a whole number, whatever its case."""
    words = r"\s+".join(map(re.escape, truth.split()))
    return re.search(rf"(?<![\w.])-?{words}(?!\w|[.,]\d)", text, re.IGNORECASE) is not None
