"""Tables of the lectures: rows in, headed columns out, as text and as HTML."""

from html import escape

import numpy as np

from dlcourse.plots.basic import Described, short

BOX = 'role="group" aria-label="Table" tabindex="0" style="overflow-x: auto"'  # keys scroll it
LEFT = 'style="text-align: left"'


def as_table(columns, rows):
    """Lay rows out under headed columns; a cell ends in it, as in `described`.

    Parameters
    ----------
    columns : sequence of str
        The heads; the first column heads the rows.
    rows : iterable of sequences
        Texts as they are, whole numbers in full, others with three significant digits.

    Raises
    ------
    ValueError
        If a row has more or fewer entries than there are columns.
    """
    lines = [[_said(entry) for entry in row] for row in rows]
    for line in lines:
        if len(line) != len(columns):
            raise ValueError(f"got {len(line)} entries under {len(columns)} columns: {line}")
    text = _as_text([list(columns), *lines])
    return Described([({"text/plain": text, "text/html": _as_html(columns, lines)}, {})], text)


def _said(entry):
    if isinstance(entry, str):
        return entry
    if float(entry).is_integer():
        return f"{int(entry):,}".replace("-", "−")
    return short(np.float64(entry))


def _as_text(lines):
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_padded(line, widths) for line in lines)


def _padded(line, widths):
    first, *rest = zip(line, widths, strict=True)
    numbers = "".join(f"  {entry:>{width}}" for entry, width in rest)
    return f"{first[0]:<{first[1]}}{numbers}"


def _as_html(columns, lines):
    first, *rest = map(escape, columns)
    head = "".join(f'<th scope="col">{name}</th>' for name in rest)
    body = "".join(map(_html_row, lines))
    return (
        f'<div class="dlcourse-table" {BOX}><table style="margin-left: 0">'
        f'<thead><tr><th scope="col" {LEFT}>{first}</th>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _html_row(line):
    first, *rest = map(escape, line)
    cells = "".join(f"<td>{entry}</td>" for entry in rest)
    return f'<tr><th scope="row" {LEFT}>{first}</th>{cells}</tr>'
