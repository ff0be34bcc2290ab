"""Feedback as a platform takes it back: one zip file for all students of an assignment."""

import html
import io
import re
import zipfile
from pathlib import Path

from dlcourse.frame import nbformat
from dlcourse.term.pdf import as_pdf
from dlcourse.term.worksheet import Refused

PAGE = "feedback.html"
DATED = (2000, 1, 1, 0, 0, 0)  # the same feedback is the same file


def moodle_pack(rows, pages):
    """Pack pages as Moodle uploads "multiple feedback files in a zip".

    Moodle reads the participant's number between the first two underscores of a folder's name.

    Parameters
    ----------
    rows : dict
        A `Row` by student.
    pages : dict
        HTML by student.

    Returns
    -------
    packed : bytes
    missing : list of str
        Students for whom Moodle has no place.
    """
    named = {student: row for student, row in rows.items() if student in pages and row.own_id}
    files = {
        f"{_plain(row.name)}_{row.own_id}_assignsubmission_file_/{PAGE}": pages[student]
        for student, row in named.items()
    }
    return _zip(files), [student for student in pages if student not in named]


def canvas_pack(rows, pages, download):
    """Pack pages as Canvas uploads them: named as in its download of the submissions.

    Canvas reads the student's number and that of the file handed in from a name, and shows what
    it finds under the name of that file: a notebook for a notebook, therefore, and a PDF for a PDF.

    Parameters
    ----------
    rows : dict
    pages : dict
        Markdown by student.
    download : Path
        The zip file (or the folder unpacked from it) that Canvas made of the submissions.

    Returns
    -------
    packed : bytes
    missing : list of str
    """
    places = {}
    for name in sorted(_names(download), key=lambda name: (_is_notebook(name), _attempt(name))):
        numbers = re.findall(r"(?<![^_])\d+(?=_)", name)[:2]
        if len(numbers) == 2 and _form(name) and not name.startswith("._"):
            places[numbers[0]] = name  # of several files of one student, the last notebook
    found = {student: places.get(row.own_id) for student, row in rows.items()}
    named = {found[student]: text for student, text in pages.items() if found.get(student)}
    files = {name: _form(name)(text) for name, text in named.items()}
    return _zip(files), [student for student in pages if not found.get(student)]


def _form(name):
    """How a file of this name is written; None where we cannot write one."""
    return FORMS.get(Path(name).suffix.lower())


def _is_notebook(name):
    return name.lower().endswith(".ipynb")


def _attempt(name):
    return [int(number) for number in re.findall(r"(?<![^_])\d{1,18}(?=_)", name)[:2]]


def _names(download):
    """The names of the files that Canvas packed, without folders."""
    if download.is_dir():
        return [path.name for path in download.rglob("*") if path.is_file()]
    try:
        with zipfile.ZipFile(download) as archive:
            return [Path(one.filename).name for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, OSError) as error:
        raise Refused(f"{download} is no zip file that can be read ({error}).") from None


def _plain(name):
    """A name without what parts the parts of a folder's name."""
    return re.sub(r'[_/\\:*?"<>|]+', " ", name).strip(" .") or "Student"


def _zip(files):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, DATED)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            content = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
            archive.writestr(entry, content)
    return packed.getvalue()


def as_notebook(markdown):
    """Markdown as the text of a notebook, a cell a section; a heading in a fence begins none."""
    sections = [""]
    for line, fenced in _lines(markdown):
        if line.startswith("## ") and not fenced:
            sections.append("")
        sections[-1] += f"{line}\n"
    cells = [
        {"cell_type": "markdown", "id": f"feedback-{n}", "metadata": {}, "source": text.strip()}
        for n, text in enumerate(sections)
    ]
    whole = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    return nbformat.writes(nbformat.from_dict(whole)) + "\n"


def _as_text(markdown):
    """Markdown for those who see it as it is: what stood in a fence is indented."""
    marks = re.compile(r"`{3,}\w*")
    lines = [
        f"    {line}" if fenced else line
        for line, fenced in _lines(markdown)
        if not (fenced is None and marks.fullmatch(line))
    ]
    return "\n".join(lines)


def _lines(markdown):
    """Pairs of a line and whether it stands in a fence (of the fence's own lines, None)."""
    fence = ""
    for line in markdown.split("\n"):
        opened = re.match(r"`{3,}", line)
        if fence and line == fence:
            fence = ""
            yield line, None
        elif fence or not opened:
            yield line, bool(fence)
        else:
            fence = opened[0]
            yield line, None


def _as_page(markdown):
    text = html.escape(_as_text(markdown), quote=False)
    style = "white-space: pre-wrap; max-width: 50em"
    start = '<!doctype html>\n<meta charset="utf-8">\n<title>Feedback</title>\n'
    return f'{start}<pre style="{style}">{text}</pre>\n'


FORMS = {
    ".ipynb": as_notebook,
    ".pdf": lambda markdown: as_pdf(_as_text(markdown)),
    ".zip": lambda markdown: _zip({PAGE: _as_page(markdown)}),
    **dict.fromkeys([".html", ".htm"], _as_page),
    ".md": lambda markdown: markdown,
    **dict.fromkeys([".py", ".txt"], _as_text),
}
