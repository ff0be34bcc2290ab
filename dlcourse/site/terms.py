"""Links from a lecture to the glossary, at the first place where it uses each term.

A Sphinx extension.
"""

import os
from pathlib import Path

from docutils import nodes

from dlcourse.paths import course_root
from dlcourse.site.glossary import read_terms

CLOSED = (nodes.reference, nodes.literal, nodes.literal_block, nodes.title, nodes.math, nodes.raw)
CLOSED += (nodes.rubric, nodes.table, nodes.math_block)


def setup(app):
    """Link the terms of each lecture when it has been read."""
    app.connect("doctree-read", _link)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _link(app, doctree):
    name = app.env.current_document.docname
    if name.startswith("lectures/"):
        root = course_root(os.environ.get("DLCOURSE_SITE_ROOT") or Path(app.srcdir))
        link_terms(doctree, [t for t in read_terms(root) if t.lecture <= name.partition("/")[2]])


def link_terms(doctree, terms):
    """Make the first use of each term a link; a term inside a longer one yields to it.

    Terms of later lectures are not linked: the lecture may mean the word as everybody does.
    """
    waiting = sorted(terms, key=lambda term: -len(term.name))
    for text in list(doctree.findall(nodes.Text)):
        if not is_open(text):
            continue
        found = [(m, term) for term in waiting if (m := term.pattern.search(text.astext()))]
        taken = []
        for match, term in found:
            if all(match.end() <= m.start() or m.end() <= match.start() for m, _ in taken):
                taken.append((match, term))
                waiting.remove(term)
        if taken:
            text.parent.replace(text, _pieces(text.astext(), sorted(taken, key=_place)))


def _place(pair):
    return pair[0].start()


def is_open(text, tables=False):
    """Whether a text is running text: no code, formula, title, link; tables if asked."""
    closed = tuple(kind for kind in CLOSED if not (tables and kind is nodes.table))
    node = text.parent
    while node is not None and not isinstance(node, nodes.document):
        if isinstance(node, closed):
            return False
        node = node.parent
    return True


def _pieces(text, taken):
    pieces, end = [], 0
    for match, term in taken:
        link = nodes.reference(
            "",
            match[0],
            refuri=f"../glossary.html#{term.anchor}",
            internal=True,
            reftitle=term.text.replace("$", ""),
            classes=["term"],
        )
        pieces += [nodes.Text(text[end : match.start()]), link]
        end = match.end()
    return [piece for piece in [*pieces, nodes.Text(text[end:])] if piece.astext()]
