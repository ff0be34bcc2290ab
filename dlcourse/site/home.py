"""The first screen, and the lectures below it."""

import html
import re

from dlcourse.authoring.lecture import read_lecture
from dlcourse.authoring.minutes import count
from dlcourse.site.lectures import raw

SENTENCE = "Learn deep learning by guessing, moving, and writing it yourself."
PROMISE = re.compile(r"\*\*Promise:\*\*\s+(.+?)(?=\n\n|\Z)", re.DOTALL)
TITLE = re.compile(r"(\d+) · (.+)")


def page(root, names, hero, contents):
    """Write the first page.

    Parameters
    ----------
    root : Path
        The course's root folder.
    names : list of str
        Lectures.
    hero : str
        HTML of the live widget.
    contents : dict
        Pages of the tables of contents, by caption.
    """
    trees = [
        f":::{{toctree}}\n:hidden:\n:caption: {caption}\n\n{chr(10).join(pages)}\n:::"
        for caption, pages in contents.items()
        if pages
    ]
    cards = "".join(_card(root, name) for name in names)
    first = names[0]
    opening = f"""\
<div class="hero">
<p class="hero-sentence">{SENTENCE}</p>
<p class="hero-buttons"><a class="button button-first" href="lectures/{first}.html">Begin</a>
<a class="button" href="#lectures">See all lectures</a></p>
<div class="hero-widget">{hero}</div>
</div>"""
    parts = ["---\nhide-toc: true\n---", "# Deep learning, by doing", raw(opening), "## Lectures"]
    parts += [raw(f'<ol class="lectures">{cards}</ol>'), *trees]
    return "\n\n".join(parts) + "\n"


def _card(root, name):
    """A lecture: number, title, what it promises, minutes, exercises."""
    lecture = read_lecture(root / "solutions" / "lectures" / f"{name}.py")
    title = TITLE.fullmatch(lecture.title)
    number, said = (title[1], title[2]) if title else ("0", lecture.title)
    promise = PROMISE.search(lecture.cells[0].source)
    text = " ".join(promise[1].split()) if promise else ""
    text = text.removeprefix("after this lecture ").removeprefix("after half an hour ")
    written = sum(not exercise.variable for exercise in lecture.exercises)
    size = f"{count(lecture).core} minutes · {written} exercise{'' if written == 1 else 's'}"
    return (
        f'<li class="lecture"><a href="lectures/{name}.html"><span class="number">{number}</span>'
        f"<b>{html.escape(said)}</b></a><p>{html.escape(text[:1].upper() + text[1:])}</p>"
        f'<p class="size">{size}</p></li>'
    )
