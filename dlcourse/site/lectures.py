"""An executed lecture as one page of Markdown: text, code, figures, folds, cards of exercises."""

import ast
import html
import json
import posixpath
import re

from dlcourse.authoring.minutes import FOLDED, HEADING, exercise_minutes
from dlcourse.site import figures
from dlcourse.site.guesses import AFTER, KIND
from dlcourse.site.live.outputs import printed
from dlcourse.site.settings import BINDER, COLAB, PUBLISHED, SOURCE

VIEW = "application/vnd.jupyter.widget-view+json"
DROPPED = {"check", "test"}
PROMISE = re.compile(r"\*\*Promise:\*\*\s+(.+?)(?=\n\n|\Z)", re.DOTALL)
LINK = re.compile(r"\]\(((?!https?:|#|mailto:)[^)\s]+)\)")
DEFINED = re.compile(r"^(\[\w+\]:) (\S+\.ipynb)$", re.MULTILINE)
TIMED = re.compile(r"(##+) (.+) \((\d+) minutes?\)")
NOTEBOOK = re.compile(r"(?:.*/)?(\w+)\.ipynb(?:#cell-id=(.+))?")
# a text that wants the reader to think before the next cell is run
ASKED = re.compile(
    r"before\s+you\s+run|decide\s+first|then\s+run\s+(?:the|this)\s+cell", re.IGNORECASE
)
# how the second part is begun in a notebook, where the first one's results are gone
AGAIN = re.compile(r"\s+[A-Z][^.]*\*Run > Run All\s+Above\s+Selected\s+Cell\*(?: first)?\.")
STANDING = (
    '<p class="standing">This page shows what the notebook printed. To change cells and run them, '
    '<a href="../docs/install.html">take the lecture in JupyterLab</a>.</p>'
)


def page(notebook, name, exercises):
    """Write a lecture's page.

    Parameters
    ----------
    notebook : NotebookNode
        As executed, and as `dlcourse.site.live` left it: its cells of kind "html" are taken as
        they are.
    name : str
        ``NN_topic``.
    exercises : dict
        The lecture's exercises by their id.

    Returns
    -------
    text : str
        MyST Markdown.
    files : dict
        Its figures, as `dlcourse.site.figures.linked` gives them.
    """
    parts, files, cells, above = [], {}, list(notebook.cells), ""
    while cells:
        cell = cells.pop(0)
        if cell.id.removeprefix("statement_") in exercises and cell.cell_type == "markdown":
            own = _exercise_cells(cells, cell.id.removeprefix("statement_"))
            del cells[: len(own)]
            parts.append(_card(cell, own, exercises[cell.id.removeprefix("statement_")], files))
        elif cell.cell_type == "code" and imports(cell):
            parts.append(_set_up(cell))
        else:
            parts.append(_cell(cell, files, asked=ASKED.search(above)))
        if cell.cell_type == "markdown":  # what it asks holds for all code down to the next text
            above = cell.source.rpartition("\n\n")[2]
    head, _, rest = parts[0].partition("\n")
    opening = [*front_matter(promise(rest)), head, _tools(name), rest]
    return "\n\n".join([*opening, *filter(None, parts[1:])]) + "\n", files


def promise(text):
    """What a lecture's opening promises, as a sentence of its own; nothing if it promises none."""
    found = PROMISE.search(text)
    said = " ".join(found[1].split()).removeprefix("after this lecture ") if found else ""
    return said[:1].upper() + said[1:]


def front_matter(text, *settings):
    """The head of a page that search engines quote this text from."""
    lines = [*settings, "myst:", "  html_meta:", f"    description: {json.dumps(text)}"]
    return ["\n".join(["---", *lines, "---"])] if text else []


def _exercise_cells(cells, name):
    """The answer, check and test that follow a statement; `live` may have dropped some."""
    last = max((i for i, c in enumerate(cells[:4]) if c.id.endswith(name)), default=-1)
    return cells[: last + 1]


def _tools(name):
    """Where the lecture can be worked through, and its printed form."""
    path = f"course/{name}/{name}.ipynb"
    elsewhere = [
        (f"{COLAB}/{path}", "colab", "Open in Colab"),
        (f"{BINDER}/learn/{name}/{name}.ipynb", "binder", "Open in Binder"),
        (f"{SOURCE}/{path}", "notebook", "Notebook"),
    ]
    links = [
        *(elsewhere if PUBLISHED else ()),
        ("../docs/install.html", "install", "On your machine"),
        (f"../pdf/{name}.pdf", "pdf", "PDF"),
    ]
    items = [f'<a class="tool tool-{kind}" href="{url}">{text}</a>' for url, kind, text in links]
    return raw(
        f'<nav class="tools" aria-label="This lecture elsewhere">{"".join(items)}</nav>{STANDING}'
    )


def imports(cell):
    """Whether a cell does nothing but import, and much of it."""
    lines = ast.parse(cell.source).body
    return len(lines) > 2 and all(isinstance(line, ast.Import | ast.ImportFrom) for line in lines)


def _set_up(cell):
    summary = raw('<details class="code"><summary>What the cells below import</summary>')
    return _wrapped(cell, summary, code(cell.source), raw("</details>"))


def raw(text):
    """A block of HTML that Markdown leaves alone, whatever lines it has."""
    fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{{raw}} html\n{text}\n{fence}"


def _cell(cell, files, asked=False):
    tags = set(cell.metadata.get("tags", []))
    if cell.cell_type == "raw":
        text, file = figures.linked(cell.source)
        files |= file
        return raw(text)
    if "explain" in tags:
        return _explanation(cell)
    if cell.cell_type == "markdown":
        return markdown(cell.source)
    if cell.id == "begin" or DROPPED & tags:
        return ""
    if "predict" in tags:
        return _prediction(cell)
    if "show_progress(" in cell.source:
        note = "In JupyterLab you see here how far you have come."
        return _wrapped(cell, raw(f'<p class="note">{note}</p>'))
    shown = _outputs(cell, files)
    if asked and shown and cell.metadata.get("site") != "html":
        what = "the figure" if "dlcourse-figure" in shown[0] else "what the cell prints"
        opened = f'<details class="reveal"><summary>Answer first, then see {what}</summary>'
        shown = [raw(opened), *shown, raw("</details>")]
    return _wrapped(cell, _source(cell), *shown)


def _wrapped(cell, *parts):
    kind = "cell cell-folded" if cell.source.startswith(FOLDED) else "cell"
    return "\n\n".join([raw(f'<div class="{kind}" id="{cell.id}">'), *parts, raw("</div>")])


def markdown(text):
    """A cell of text: its headings without the marks for the builder, its links to pages."""
    lines = []
    for line in AGAIN.sub("", text).splitlines():
        heading, timed = HEADING.fullmatch(line), TIMED.fullmatch(line)
        if heading and heading[3]:
            level, title, kind, minutes = heading.groups()
            said = f"{kind} · {_counted(int(minutes), 'minute')}" if minutes else kind
            lines += [f"{level} {title}", "", raw(f'<p class="part part-{kind}">{said}</p>'), ""]
        elif timed:
            level, title, minutes = timed.groups()
            lines += [
                f"{level} {title}",
                "",
                raw(f'<p class="part">{_counted(int(minutes), "minute")}</p>'),
            ]
            lines.append("")
        else:
            lines.append(line)
    text = LINK.sub(lambda link: f"]({_target(link[1])})", "\n".join(lines))
    return DEFINED.sub(lambda link: f"{link[1]} {_target(link[2])}", text)


def _target(link):
    """Where a link of a notebook leads on the site: to a page, or to the repository."""
    notebook = NOTEBOOK.fullmatch(link)
    if notebook:
        return f"{notebook[1]}.md"
    return f"{SOURCE}/{posixpath.normpath(posixpath.join('course/x', link))}"


def code(source):
    """A block of Python."""
    return f"````python\n{source}\n````"


def _source(cell):
    if not cell.source.startswith(FOLDED):
        return code(cell.source)
    title, _, rest = cell.source.removeprefix(FOLDED).partition("\n")
    summary = f'<details class="code"><summary>{html.escape(title)}</summary>'
    return "\n\n".join([raw(summary), code(rest), raw("</details>")])


def _outputs(cell, files):
    """The outputs as HTML; what tells a prediction's truth stays folded."""
    shown = [one for output in cell.outputs for one in _output(output, files)]
    if not any({KIND, AFTER} & set(output.get("data", ())) for output in cell.outputs):
        return shown
    opened = raw('<details class="reveal"><summary>Make your guess, then open this</summary>')
    return [opened, *shown, raw("</details>")]


def _output(output, files):
    if output.output_type == "stream":
        if output.name == "stdout":
            yield raw(printed(output.text, "output"))
        return
    data = output.get("data", {})
    if {VIEW, KIND, AFTER} & set(data):
        return
    if "text/html" in data:
        text, file = figures.linked(_text(data["text/html"]))
        files |= file
        plain = "dlcourse-" not in text and "dl-" not in text
        yield raw(f'<div class="output-html">{text}</div>' if plain else text)
    elif "text/plain" in data:
        yield raw(printed(_text(data["text/plain"]), "output"))


def _text(value):
    return value if isinstance(value, str) else "".join(value)


def _prediction(cell):
    asked = cell.source.partition("#")[2].strip()
    line = f"Your guess: <span>{html.escape(asked)}</span>" if asked else "Your guess"
    return raw(f'<p class="guess" id="{cell.id}">{line}</p>')


def _explanation(cell):
    points = cell.metadata.get("nbgrader", {}).get("points")
    worth = f" ({_counted(points, 'point')}, marked by a person)" if points else ""
    note = f"In JupyterLab you write your explanation here{worth}."
    return raw(f'<p class="explain" id="{cell.id}">{note}</p>')


def _card(statement, cells, exercise, files):
    """An exercise: its heading, what it earns and takes, what is asked, where an answer begins."""
    title, _, asked = statement.source.partition("\n")
    minutes = _counted(exercise_minutes(exercise), "minute")
    marks = f"{_counted(exercise.points, 'point')} · {minutes}"
    kind = "Question" if exercise.variable else "Exercise"
    opening = f'<div class="exercise" id="{exercise.id}"><p class="marks"><b>{kind}</b> {marks}</p>'
    parts = [raw(opening), f":::{{rubric}} {title.lstrip('# ')}\n:heading-level: 3\n:::"]
    parts.append(markdown(asked.strip()))
    answer = next(c for c in cells if c.id == exercise.id)
    if answer.cell_type == "raw":
        parts += [_cell(cell, files) for cell in cells if cell.cell_type == "raw"]
    else:
        does = "checks your choice" if exercise.variable else "checks your answer"
        where = '<a href="../docs/install.html">JupyterLab</a>'
        note = f'In {where}, <code>check("{exercise.id}")</code> {does}.'
        parts += [code(answer.source), raw(f'<p class="note">{note}</p>')]
    return "\n\n".join([*parts, raw("</div>")])


def _counted(number, what):
    return f"{number:g} {what}{'' if number == 1 else 's'}"
