"""The documents of docs/ as pages: their links lead to pages or to the repository."""

import html
import posixpath
import re

from dlcourse.site.settings import SOURCE

LINK = re.compile(r"(!?)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(((?!https?:|#|mailto:)[^)\s]+)\)")
CELL = re.compile(r"course/(\w+)/\w+\.ipynb(?:#cell-id=(.+))?")
TABLE = re.compile(r"^\|.+\|\n\|[-| :]+\|\n(?:\|.+\|(?:\n(?=\|)|$))*", re.MULTILINE)
CARDS, SENTENCES = (
    4,
    120,
)  # columns that a phone has no room for; letters of a row that is no numbers
PAGES = {  # where a document of the repository lies on the site
    "README.md": "index.md",
    "CONTRIBUTING.md": "docs/contributing.md",
    "CHANGELOG.md": "docs/changelog.md",
}


def page(text, path):
    """Rewrite a document's links.

    Parameters
    ----------
    text : str
        Markdown.
    path : str
        Where it lies in the repository, such as ``docs/grading.md``.
    """
    here = posixpath.dirname(PAGES.get(path, path))

    def rewritten(link):
        picture, said, target = link.groups()
        target, _, anchor = target.partition("#")
        full = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        cell = CELL.fullmatch(full + ("#" + anchor if anchor else ""))
        if cell and cell[2]:  # a cell is no heading, hence unknown to Markdown
            place = posixpath.relpath(f"lectures/{cell[1]}.html", here or ".")
            return f'<a href="{place}#{cell[2]}">{html.escape(said)}</a>'
        if cell:
            full = f"lectures/{cell[1]}.md"
        elif full in PAGES or (full.startswith("docs/") and full.endswith(".md")):
            full = PAGES.get(full, full)
        elif not picture:
            return f"[{said}]({SOURCE}/{full})"
        hash_ = f"#{anchor}" if anchor else ""
        return f"{picture}[{said}]({posixpath.relpath(full, here or '.')}{hash_})"

    return TABLE.sub(_carded, LINK.sub(rewritten, text))


def _carded(table):
    """A table of sentences, which a phone shows as cards."""
    rows = table[0].split("\n")
    wide = rows[0].count("|") > CARDS and max(map(len, rows)) > SENTENCES
    return f"::::{{container}} cards\n{table[0]}\n::::" if wide else table[0]
