"""What the search looks through: each section of each page with its text, as one script.

A Sphinx extension. Sphinx's own search fetches each page that it found to quote from it, which a
page that was opened from disk may not do, and it ranks a lecture's title no higher than any other.
What stands in folds is left out, since some of it tells what a guess asks for.
"""

import json
import re
from pathlib import Path

from docutils import nodes

KINDS = {"lectures/": "lecture", "glossary": "term", "api/": "function", "": "page"}
LEFT_OUT = (nodes.raw, nodes.math_block, nodes.comment, nodes.title)
SIGNS = {
    r"\,": " ",
    r"\;": " ",
    r"\vert": "|",
    r"\cdot": "·",
    r"\le": "≤",
    r"\ge": "≥",
    r"\pm": "±",
}
SIGNS |= {
    r"\dots": "…",
    r"\ldots": "…",
    r"\cdots": "…",
    r"\lVert": "|",
    r"\rVert": "|",
    r"\in": "in",
    r"\ne": "≠",
    r"\quad": " ",
    r"\to": "to",
}
MARKS = re.compile(r"\\(?:mathbb|mathbf|mathrm|text|tfrac|frac|left|right)\s*|[\\{}$]")
CODE = (nodes.literal_block, nodes.doctest_block, nodes.field_list)
TERM = re.compile(r"^(.+?): (.+?)(?: Lecture (\d+)\.)?$", re.DOTALL)


def setup(app):
    """Write the index when all pages have been read."""
    app.connect("builder-inited", _without_sphinxs)
    app.connect("html-page-context", _add_scripts)
    app.connect("build-finished", _write)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def _without_sphinxs(app):
    """No page reads Sphinx's index, and without it a build that was stopped could not go on."""
    app.builder.search = False


def _add_scripts(app, name, template, context, doctree):
    if name == "search":
        app.add_js_file("search-index.js", defer="defer")
        app.add_js_file("search.js", defer="defer")


def _write(app, error):
    if error is None:
        found = [row for name in sorted(app.env.found_docs) for row in rows(app.env, name)]
        text = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
        path = Path(app.outdir) / "_static" / "search-index.js"
        path.write_text(f"window.dlcourseIndex = {text};\n", encoding="utf-8")


def rows(env, name):
    """A page's sections: kind, title of the page, title of the section, address, text."""
    kind = next(kind for start, kind in KINDS.items() if name.startswith(start))
    doctree = env.get_doctree(name)
    page = env.titles[name].astext()
    if name == "glossary":
        yield from terms(doctree)
        return
    for section in doctree.findall(nodes.section):
        title = section.next_node(nodes.title)
        first = section.parent is doctree
        place = f"{name}.html" if first else f"{name}.html#{section['ids'][0]}"
        text = " ".join(spoken(section).split())
        if kind == "lecture" and not first:
            yield ["section", page, plain(title), place, text]
        else:
            yield [kind, page, page if first else plain(title), place, text]


def terms(doctree):
    """The terms of the glossary: each paragraph that stands at a term's place.

    In the place of the page's title stands the number of the lecture that introduces the term.
    """
    for paragraph in doctree.findall(nodes.paragraph):
        places = [name for name in paragraph["ids"] if name.startswith("term-")]
        if places and (found := TERM.match(plain(paragraph))):
            yield ["term", found[3] or "", found[1], f"glossary.html#{places[0]}", found[2]]


def spoken(section):
    """A section's own text, without that of the sections in it and of what is folded.

    Code and lists of arguments come behind the sentences: an excerpt begins with those.
    """
    parts, behind, folds = [], [], 0
    for child in _blocks(section):
        if isinstance(child, nodes.raw):
            text = child.astext()
            folds += text.count("<details") - text.count("</details>")
        elif folds == 0:
            (behind if isinstance(child, CODE) else parts).append(plain(child))
    return "\n".join(parts + behind)


def _blocks(section):
    for child in section.children:
        if isinstance(child, nodes.section):
            continue
        if isinstance(child, nodes.container):
            yield from _blocks(child)
        elif isinstance(child, nodes.raw) or not isinstance(child, LEFT_OUT):
            yield child


def plain(node):
    """A node's text without raw HTML; a formula stands as its source, without its marks."""
    between = "" if isinstance(node, nodes.TextElement) else " "
    return between.join(map(_shown, node.findall(nodes.Text)))


def _shown(text):
    if isinstance(text.parent, nodes.raw | nodes.comment):
        return ""
    return spelled_out(text.astext()) if isinstance(text.parent, nodes.math) else text.astext()


def spelled_out(latex):
    """A formula in the letters that people type, such as ``e^-z`` for ``e^{-z}``."""
    for written, meant in SIGNS.items():
        latex = re.sub(re.escape(written) + r"(?![a-zA-Z])", meant, latex)
    return " ".join(MARKS.sub("", latex).split())
