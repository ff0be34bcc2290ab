"""A CSV file of somebody else, in which cells are replaced and every other byte stays."""

import re

BOM = "\ufeff"
SIGNS = ",;\t"  # what may part cells; platforms write semicolons where commas begin decimals


class Table:
    """A CSV file: its cells as `csv` reads them, and where each of them stands.

    Parameters
    ----------
    raw : bytes

    Attributes
    ----------
    rows : list of list of str
        A blank line is an empty row.

    Raises
    ------
    ValueError
        If the file is in UTF-16: no single byte of it can be told from another's half.
    """

    def __init__(self, raw):
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise ValueError("it is in UTF-16. Download it again as CSV in UTF-8")
        try:
            self.encoding, text = "utf-8", raw.decode("utf-8")
        except UnicodeDecodeError:  # each byte is a letter, and comes back as it was
            self.encoding, text = "latin-1", raw.decode("latin-1")
        self.start = BOM if text.startswith(BOM) else ""
        self.text = text[len(self.start) :]
        self.sign = max(SIGNS, key=lambda sign: len(next(_rows(self.text, sign), [])))
        places = list(_rows(self.text, self.sign))
        self.rows = [[value for value, *_ in row] for row in places]
        self._places = [[place for _, *place in row] for row in places]

    def replace(self, changes):
        """Write the file with some cells replaced.

        Parameters
        ----------
        changes : dict
            The new text by (row, column).

        Returns
        -------
        bytes
            A cell that had quotes keeps them, and others get some where they need them.
        """
        parts, at = [self.start], 0
        for (row, column), value in sorted(changes.items()):
            start, end = self._places[row][column]
            value = value.encode(self.encoding, "replace").decode(self.encoding)
            blank = not value and len(self._places[row]) == 1  # else the row would be a blank line
            quoted = self.text[start : start + 1] == '"'
            if quoted or blank or re.search(rf'["\r\n{self.sign}]', value):
                value = '"' + value.replace('"', '""') + '"'
            parts += [self.text[at:start], value]
            at = end
        return "".join([*parts, self.text[at:]]).encode(self.encoding)


def _rows(text, sign):
    """Yield each row's cells as (value, start, end); quotes and ends as `csv` understands them."""
    cell = re.compile(
        rf'(?:"(?P<quoted>(?:[^"]|"")*+)(?:"|\Z))?'  # a quote that is never closed reads to the end
        rf"(?P<plain>[^{sign}\r\n]*)(?P<end>{sign}|\r\n|\r|\n|\Z)"
    )
    at, row = 0, []
    while at < len(text) or row:
        found = cell.match(text, at)
        value = (found["quoted"] or "").replace('""', '"') + found["plain"]
        row.append((value, found.start(), found.end("plain")))
        at = found.end()
        if found["end"] != sign:
            yield [] if len(row) == 1 and row[0][1] == row[0][2] else row
            row = []
