"""The glossary: terms of solutions/glossary.toml, each with the lecture that introduces it."""

import re
import tomllib
from typing import NamedTuple


class Term(NamedTuple):
    """A term, one sentence that defines it, and the lecture (``NN_topic``) that introduces it."""

    name: str
    text: str
    lecture: str
    also: tuple = ()

    @property
    def anchor(self):
        """Its place on the glossary's page."""
        return "term-" + re.sub(r"[^a-z0-9]+", "-", self.name.lower()).strip("-")

    @property
    def pattern(self):
        """A regular expression of the term and its other forms."""
        forms = sorted((self.name, *self.also), key=len, reverse=True)
        words = "|".join(r"\s+".join(map(re.escape, form.split())) for form in forms)
        return re.compile(rf"(?<![\w-])(?:{words})(?![\w-])", re.IGNORECASE)


def read_terms(root):
    """Read the terms, in the order of the alphabet."""
    text = (root / "solutions" / "glossary.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)
    lectures = {path.stem[:2]: path.stem for path in (root / "course").iterdir()}
    terms = [
        Term(name, row["text"], lectures[row["lecture"]], tuple(row.get("also", ())))
        for name, row in rows.items()
    ]
    return sorted(terms, key=lambda term: term.name.lower())


def page(root, names):
    """Write the glossary's page; terms of lectures that the site lacks stand without a link."""
    lines = [
        "# Glossary",
        "",
        "Each term in one sentence, with the lecture that introduces it.",
    ]
    initial = ""
    for term in read_terms(root):
        if term.name[0].upper() != initial:
            initial = term.name[0].upper()
            lines += ["", f"## {initial}"]
        number = f"Lecture {int(term.lecture[:2])}"
        link = f"[{number}](lectures/{term.lecture}.md)" if term.lecture in names else number
        lines += ["", f"({term.anchor})=", "", f"**{term.name}**: {term.text} *{link}.*"]
    return "\n".join(lines) + "\n"
