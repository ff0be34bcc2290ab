"""What the pages of the site do without a kernel: widgets live, guesses come before truths.

`live` takes a lecture that was executed with a recorder (`dlcourse.site.guesses`) and turns what
can live in a browser into HTML, which the scripts of this folder bring to life. Each widget's
state, and what waits for a guess, is a file of its own that is loaded when it is asked for. A page
that is opened from disk may load classic scripts, but neither modules nor JSON: so each of these
files is a script that hands its content to ``host.js``. What waits for a guess stands there in the
clear; a reader of the source cheats nobody else.
"""

import ast
import copy
import html
import json
import re
from pathlib import Path

from nbformat.v4 import new_output, new_raw_cell

from dlcourse.site.live.hero import hero
from dlcourse.site.live.outputs import GUESS, VIEW, data_of, html_of, twin_of
from dlcourse.site.live.questions import answers, with_questions
from dlcourse.site.live.widgets import handed, widget_html

__all__ = ["SCRIPTS", "STYLES", "hero", "live"]  # what the builder of the site reads
FOLDER = Path(__file__).parent
SCRIPTS = ["live/host.js", "live/guesses.js", "live/questions.js"]
STYLES = ["live/live.css"]
STATES = "application/vnd.jupyter.widget-state+json"
ASK = """<div class="dl-guess" id="{cell}" data-lecture="{lecture}" data-guess="{name}" \
data-ask="{ask}"><p class="dl-line">Your guess: <span class="dl-blank"></span> {hint}</p></div>"""
WAITS = """<div class="dl-waits" data-lecture="{lecture}" data-guess="{name}" data-cell="{cell}">\
<p class="dl-later">This comes after your guess.</p></div>"""
MEASURED = re.compile(
    r"percent|%|points|times|factor|ratio|variance|share|below 0(?!\.)|\bif\b", re.IGNORECASE
)
FORGET = '<div class="dl-forget" data-lecture="{lecture}"></div>'


def live(notebook, lecture):
    """Turn what can live in a page into HTML, and say which files it needs.

    Parameters
    ----------
    notebook : NotebookNode
        A released lecture after its run, with recorded guesses and the states of its widgets.
    lecture : str
        ``"NN_topic"``: a part of the files' names, and of what the browser remembers.

    Returns
    -------
    notebook : NotebookNode
        A copy; cells with ``metadata.site == "html"`` are dealt with.
    files : dict
        Bytes by path below the folder ``_static/live``.
    """
    notebook = copy.deepcopy(notebook)
    page = Page(lecture, notebook)
    notebook.cells = [page.enlivened(cell) for cell in notebook.cells]
    notebook.cells = with_questions(notebook.cells, lecture)
    notebook.cells.append(raw("forget", FORGET.format(lecture=lecture)))
    waiting, checked = handed(f"waiting/{lecture}", page.waiting), answers(lecture)
    files = {**waiting, **handed(f"answers/{lecture}", checked), **page.files}
    return notebook, {**shared_files(), **files}


def shared_files():
    """Scripts and style that every page has in common."""
    names = [Path(path).name for path in SCRIPTS + STYLES]
    return {name: (FOLDER / name).read_bytes() for name in names}


class Page:
    """One lecture on its way into a page: its widgets' states, its guesses, the files it needs."""

    def __init__(self, lecture, notebook):
        widgets = notebook.metadata.get("widgets", {}).get(STATES, {})
        self.lecture, self.states = lecture, widgets.get("state", {})
        self.files, self.waiting = {}, {}
        reveals = [cell for cell in notebook.cells if _compares(cell)[0] == "plot_guess"]
        self.told = {_compares(cell)[1]: _told(cell) for cell in reveals}

    def enlivened(self, cell):
        """The cell as the page shows it."""
        if "predict" in cell.metadata.get("tags", []):
            return self._ask(cell)
        if cell.cell_type != "code":
            return cell
        function, guess = _compares(cell)
        if guess:
            told = {"told": self.told[guess]} if function == "plot_guess" else {}
            self.waiting[cell.id] = told or {"html": self._shown(cell)}
            place = {"lecture": self.lecture, "name": guess, "cell": cell.id}
            return filled(cell, WAITS.format(**place))
        if any(VIEW in data_of(o) for o in cell.outputs):
            return filled(cell, self._shown(cell))
        return cell

    def _ask(self, cell):
        """A form in the place of ``guess_... = ...  # hint``."""
        name = ast.parse(cell.source).body[0].targets[0].id
        _, _, hint = cell.source.partition("#")
        told = self.told[name]
        hint, whole = hint.strip(), is_count(told, hint)
        hint = limited(hint, told, whole)
        ask = {key: told[key] for key in ("choices", "within", "log")}
        ask |= {"hint": hint, "whole": whole}
        line = html.escape(hint)
        text = html.escape(json.dumps(ask, ensure_ascii=False))
        place = {"cell": cell.id, "lecture": self.lecture, "name": name}
        return raw(cell.id, ASK.format(**place, ask=text, hint=line))

    def _shown(self, cell):
        """All outputs of a cell; a widget takes its twin into its box."""
        if not any(VIEW in data_of(o) for o in cell.outputs):
            return "".join(map(html_of, cell.outputs))
        [view] = [data_of(o)[VIEW] for o in cell.outputs if VIEW in data_of(o)]
        twin = twin_of(cell.outputs)
        file = f"states/{self.lecture}/{cell.id}"
        box, files = widget_html(file, self.states[view["model_id"]], twin)
        self.files |= files
        others = [text for text in map(html_of, cell.outputs) if text != twin]
        return "".join([box, *others])


def raw(name, text):
    """A cell of HTML."""
    return new_raw_cell(text, id=name, metadata={"site": "html"})


def filled(cell, text):
    """A code cell whose only output is this HTML."""
    cell.metadata["site"] = "html"
    cell.outputs = [new_output("display_data", {"text/html": text})]
    return cell


def is_count(told, hint):
    """Whether an answer counts things, so that only whole numbers can be right."""
    measured = MEASURED.search(f"{told['quantity']} {hint}")
    return isinstance(told["truth"], int) and not told["choices"] and not measured


def limited(hint, told, whole):
    """What is to be written, with the limits that the form holds it to."""
    if told["choices"]:
        return hint
    limits = []
    if whole and "a number" in hint:
        hint = hint.replace("a number", "a whole number", 1)
    elif whole:
        limits.append("a whole number")
    if told["within"] and not re.search(r"\d.* (?:to|and) \d", hint):
        limits.append("from {} to {}".format(*map(said, told["within"])))
    elif told["log"] and "above 0" not in hint:
        limits.append("above 0")
    elif whole and not told["within"]:
        limits.append("0 or more")
    return f"{hint} ({', '.join(limits)})".strip() if limits else hint


def said(truth):
    """A truth as `dlcourse.plots.guess.plot_guess` writes it: to four digits if it is a float."""
    if isinstance(truth, float):
        return f"{truth:,.4g}".replace("-", "−")
    return f"{truth:,}".replace("-", "−") if isinstance(truth, int) else str(truth)


def _compares(cell):
    """The function that shows a cell's output beside or after a guess, and the guess's name."""
    if cell.cell_type == "code" and ("plot_guess(" in cell.source or "after(" in cell.source):
        for node in ast.walk(ast.parse(cell.source).body[-1]):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("plot_guess", "after"):
                return node.func.id, node.args[0].id
    return "", ""


def _told(cell):
    """What a reveal compares a guess with."""
    [told] = [data_of(o)[GUESS] for o in cell.outputs if GUESS in data_of(o)]
    choices = told["choices"] and list(told["choices"])  # "ABCD" are four
    return {**told, "choices": choices, "said": said(told["truth"])}
