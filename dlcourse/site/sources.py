"""The documents that the course checks, and the numbered formulas: what a lecture's letters and
numbers stand for is said where they stand.

A Sphinx extension, and the page of the documents.
"""

import re
from pathlib import Path
from typing import NamedTuple

from docutils import nodes

from dlcourse.authoring.settled import SOURCES, read_rows
from dlcourse.site.formulas import TAG, anchor
from dlcourse.site.terms import is_open

SOURCE = re.compile(r"(\w+): \*(.+?)\*(?:,? \(?([^;)]+?)\)?)?(?:;|\.$)", re.DOTALL)
NUMBER = re.compile(r"\((\d{1,2})\.\d{1,2}\)")


class Document(NamedTuple):
    """One of the documents: the letters that lectures call it by, its title, what it belongs to."""

    letters: str
    title: str
    part: str

    @property
    def anchor(self):
        """Its place on the page of the documents."""
        return f"source-{self.letters.lower()}"

    @property
    def said(self):
        """What the letters stand for."""
        return f"{self.title} ({self.part})" if self.part else self.title


def documents():
    """The five documents by their letters."""
    found = SOURCE.findall(" ".join(SOURCES.split()))
    return {letters: Document(letters, title, part) for letters, title, part in found}


def page(root, written):
    """Write the page of the documents, with what the course found in each.

    `written` holds the paths of the site's other pages: what is not among them is not linked.
    """
    lines = ["# The five documents", ""]
    lines.append(
        "The course goes through five lecture documents, and calls them by these letters. Their "
        "formulas are computed and their claims are measured; the text is the course's own."
    )
    for document in documents().values():
        belongs = f" ({document.part})" if document.part else ""
        lines += ["", f"({document.anchor})=", "", f"## {document.letters}", ""]
        lines.append(f"*{document.title}*{belongs}.")
        for table, said in (("errata", "corrected statements"), ("claims", "measured claims")):
            cited = [row["source"] for row in read_rows(root, table).values()]
            count = sum(document.letters in re.findall(r"\w+", source) for source in cited)
            path = f"docs/{table}.md"
            lines.append(
                f"- [{said}]({path}): {count}" if path in written else f"- {said}: {count}"
            )
    return "\n".join(lines) + "\n"


def setup(app):
    """Mark each lecture when it has been read."""
    app.connect("doctree-read", _mark)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _mark(app, doctree):
    name = app.env.current_document.docname
    if name.startswith("lectures/"):
        link_numbers(doctree, Path(app.srcdir) / "lectures", name.partition("/")[2])
        name_sources(doctree, documents())


def link_numbers(doctree, folder, lecture):
    """Make each number of a formula, such as (4.9), a link to it."""
    tags = {path.stem: set(TAG.findall(path.read_text("utf-8"))) for path in folder.glob("*.md")}

    def linked(match):
        number = match[0][1:-1]
        for name, known in tags.items():
            if name[:2] == f"{int(match[1]):02}" and number in known:
                page = "" if name == lecture else f"{name}.html"
                place = f"{page}#{anchor(number)}"
                return nodes.reference(
                    "", match[0], refuri=place, internal=True, classes=["number"]
                )
        return None

    _replace(doctree, NUMBER, linked, is_open)


def name_sources(doctree, known):
    """Let the letters of a document tell its title, and lead to it at the first place."""
    linked = set()

    def named(match):
        document = known[match[0]]
        if match[0] in linked:
            return nodes.abbreviation(match[0], match[0], explanation=document.said)
        linked.add(match[0])
        place = {"refuri": f"../sources.html#{document.anchor}", "reftitle": document.said}
        return nodes.reference("", match[0], internal=True, classes=["source"], **place)

    letters = re.compile(rf"\b(?:{'|'.join(known)})\b")
    _replace(doctree, letters, named, lambda text: is_open(text, tables=True))


def _replace(doctree, pattern, made, wanted):
    """Put what `made` gives (a node, or None) in the place of each match in the running text."""
    for text in list(doctree.findall(nodes.Text)):
        if not (pattern.search(text) and wanted(text)):
            continue
        pieces, end = [], 0
        for match in pattern.finditer(text):
            if node := made(match):
                pieces += [nodes.Text(text[end : match.start()]), node]
                end = match.end()
        pieces = [piece for piece in [*pieces, nodes.Text(text[end:])] if piece.astext()]
        if end:
            text.parent.replace(text, pieces)
