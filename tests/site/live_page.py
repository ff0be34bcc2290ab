"""A bare page around what `dlcourse.site.live` makes of a notebook: cells, scripts, style."""

from functools import cache

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from dlcourse.plots.basic import described
from dlcourse.site.live import pages
from dlcourse.site.live.outputs import AFTER, GUESS
from dlcourse.widgets.adversarial import explore_density
from dlcourse.widgets.gradient_descent import explore_rate

LECTURE = "06_activations"  # its questions are in the small page
FOLD = "<details><summary>After your guess</summary><p>Chance reads one in ten.</p></details>"
OPTIONS = "<ol><li>rate</li><li>weights</li><li>loss</li><li>biases</li></ol>"
PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A lecture</title>
<meta name="viewport" content="width=device-width"><style>
body {{ --jp-layout-color0: white; --jp-content-font-color0: #111; margin: 8px;
  background: var(--jp-layout-color0); color: var(--jp-content-font-color0); }}
body[data-jp-theme-light="false"] {{ --jp-layout-color0: #111; --jp-content-font-color0: #eee; }}
</style>{styles}<body><main>{body}</main>{scripts}"""


@cache  # drawing its twins takes longest
def small_lecture():
    """Two widgets, a guess with all that waits for it, a guess among choices, a question."""
    states = {}
    cells = [
        _widget(explore_rate(), "Ten steps of descent in a bowl.", states),
        _widget(explore_density(), "Two densities and the best discriminator.", states),
        _guess("guess_deep", "a number from 0 to 1"),
        _reveal("guess_deep", {"truth": 0.0965, "quantity": "share read", "within": [0, 1]}),
        new_code_cell("after(guess_deep, lowest)", id="below", outputs=_waiting("0.883 at best")),
        new_markdown_cell(FOLD),
        _guess("guess_epochs", "a number of epochs"),
        _reveal("guess_epochs", {"truth": 6, "quantity": "epochs until no mistake"}),
        _guess("guess_letter", '"A" or "B"'),
        _reveal("guess_letter", {"truth": "B", "quantity": "noisy letter", "choices": "AB"}),
        new_markdown_cell(OPTIONS),
        new_code_cell("q_vanishing = ...", id="q_vanishing"),
        new_code_cell('check("q_vanishing")', id="check_q_vanishing"),
    ]
    kept = {"application/vnd.jupyter.widget-state+json": {"state": states}}
    return new_notebook(cells=cells, metadata={"widgets": kept})


def write_page(notebook, lecture, folder):
    """Write a lecture's page and its files into a folder; return the page's path."""
    notebook, files = pages.live(notebook, lecture)
    for path, data in files.items():
        file = folder / "_static" / "live" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return _written(folder / f"{lecture}.html", "\n".join(map(_html, notebook.cells)))


def write_hero(folder):
    """Write the first screen's widget and its files into a folder; return the page's path."""
    text, files = pages.hero()
    write_page(new_notebook(), LECTURE, folder)
    for path, data in files.items():
        file = folder / "_static" / "live" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return _written(folder / "index.html", text)


def _written(path, body):
    styles = "".join(f'<link rel="stylesheet" href="_static/{name}">' for name in pages.STYLES)
    scripts = "".join(f'<script defer src="_static/{name}"></script>' for name in pages.SCRIPTS)
    path.write_text(PAGE.format(body=body, styles=styles, scripts=scripts), "utf-8")
    return path


def _html(cell):
    if cell.cell_type != "code":
        return cell.source
    return "".join(o.data["text/html"] for o in cell.outputs if "text/html" in o.get("data", {}))


def _widget(widget, text, states):
    shown = described(widget, text).outputs
    states[widget.model_id] = {"state": widget.get_state()}
    outputs = [new_output("display_data", data, metadata=more) for data, more in shown]
    return new_code_cell("described(widget)", id=type(widget).__name__, outputs=outputs)


def _guess(name, hint):
    return new_code_cell(f"{name} = ...  # {hint}", id=name, metadata={"tags": ["predict"]})


def _reveal(name, told):
    told = {"choices": None, "within": None, "log": False} | told
    output = new_output("display_data", {GUESS: told})
    source = f"described(plot_guess({name}, truth))"
    return new_code_cell(source, id=f"reveal_{name}", outputs=[output])


def _waiting(text):
    return [
        new_output("display_data", {AFTER: {}}),
        new_output("execute_result", {"text/plain": text}),
    ]
