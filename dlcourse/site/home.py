"""The first screen, and the lectures below it."""

import html
import re

from dlcourse.authoring.minutes import count
from dlcourse.site.lectures import front_matter, promise, raw

SENTENCE = (
    "Learn deep learning by guessing first, playing with live figures, and writing each part."
)
SEEN = """\
<div class="hero-seen">
<p>Two networks train in this page. The <b>generator</b> G makes the orange points out of noise.
The <b>discriminator</b> D shades the plane: the bluer a place, the more real it calls a point
there. The black points are the real ones, in eight heaps, the <b>modes</b>.</p>
<p>If D cannot tell the two kinds apart, it says one half everywhere. Then its loss is
ln&nbsp;4&nbsp;=&nbsp;1.39 and that of G is ln&nbsp;2&nbsp;=&nbsp;0.69: the dashed lines.</p>
</div>"""
STATED = re.compile(r"\*\*Time:\*\* (\d+) minutes")
TITLE = re.compile(r"(\d+) · (.+)")


def page(lectures, hero, contents):
    """Write the first page.

    Parameters
    ----------
    lectures : dict of Lecture
        By name, in order.
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
    cards = "".join(map(_card, lectures.values()))
    first = next(iter(lectures))
    opening = f"""\
<div class="hero">
<div class="hero-words">
<p class="hero-sentence">{SENTENCE}</p>
<p class="hero-buttons"><a class="button button-first" href="lectures/{first}.html">Begin</a>
<a class="button" href="docs/install.html">Take it on your machine</a></p>
</div>
<div class="hero-widget">{hero}</div>
{SEEN}
</div>"""
    hours = sum(map(_minutes, lectures.values())) / 60
    many = f"{len(lectures)} lecture{'' if len(lectures) == 1 else 's'}"
    whom = f"{many}, {hours:.0f} hours, free. You need school mathematics and a "
    whom += "little Python. Read and play here; the exercises check themselves in JupyterLab."
    parts = [*front_matter(SENTENCE, "hide-toc: true"), "# Deep learning, by doing", raw(opening)]
    parts += ["## Lectures", whom, raw(f'<ol class="lectures">{cards}</ol>'), *trees]
    return "\n\n".join(parts) + "\n"


def _minutes(lecture):
    """The minutes of a lecture's core: those that its opening states, else those counted."""
    stated = STATED.search(lecture.cells[0].source)
    return int(stated[1]) if stated else count(lecture).core


def _card(lecture):
    """A lecture: number, title, what it promises, minutes, exercises."""
    title = TITLE.fullmatch(lecture.title)
    number, said = (title[1], title[2]) if title else ("0", lecture.title)
    written = sum(not exercise.variable for exercise in lecture.exercises)
    size = f"{_minutes(lecture)} minutes · {written} exercise{'' if written == 1 else 's'}"
    return (
        f'<li class="lecture"><a href="lectures/{lecture.name}.html">'
        f'<span class="number">{number}</span><b>{html.escape(said)}</b></a>'
        f"<p>{html.escape(promise(lecture.cells[0].source))}</p>"
        f'<p class="size">{size}</p></li>'
    )
