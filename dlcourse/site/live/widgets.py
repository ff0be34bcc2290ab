"""A widget as HTML, with its script and its state as files that are loaded when it is near.

The host (``host.js``) is our own, 100 lines, for no kept one fits: the HTML manager of ipywidgets
is a large bundle that asks a CDN for anywidget, and anywidget's own front end needs a page with
Jupyter's module loader. What both give to a widget's script is the small interface that anywidget
documents: a model, an element, ``initialize`` and ``render``.
"""

import json
import re
from hashlib import sha256

EXPORT = re.compile(r"^export (?=const|function)", re.MULTILINE)  # for tests; a function has none
# traits that a widget is shown with where no Python computes, and a line on it
WITHOUT_PYTHON = {
    "BackpropagationStepper": ({"inputs": {}}, "In JupyterLab you can change the inputs, too."),
}
STILL = "This figure moves where scripts run, and in JupyterLab."
WIDGET = """<div class="dl-live" data-state="{state}" data-code="{code}"{press}>{twin}\
<p class="dl-note">{still}</p>{line}</div>"""


def widget_html(name, model, twin, press=""):
    """Write the box of a widget and its files.

    Parameters
    ----------
    name : str
        Of the file that holds its state.
    model : dict
        As a notebook keeps it: ``state``, and ``buffers`` if there are any.
    twin : str
        HTML of the picture that stands in its place until it lives.
    press : str
        The text of a button that is pressed as soon as it lives.

    Returns
    -------
    html : str
    files : dict
        Bytes by path below the folder ``_static/live``.
    """
    state, buffers = model["state"], model.get("buffers", [])
    kind = state["_anywidget_id"].rpartition(".")[2]
    code, files = script_of(kind, state)
    without, line = WITHOUT_PYTHON.get(kind, ({}, ""))
    shown = {k: v for k, v in state.items() if not k.startswith("_") and v is not None} | without
    line = f'<p class="dl-line-below">{line}</p>' if line else ""
    press = f' data-press="{press}"' if press else ""
    box = WIDGET.format(state=name, code=code, press=press, twin=twin, still=STILL, line=line)
    return box, files | handed(name, {"state": shown, "buffers": buffers})


def script_of(kind, state):
    """A widget's script and style as a file that hands them over, named by what is in it."""
    if state["_esm"].count("export default") != 1 or "\nimport " in state["_esm"]:
        raise ValueError(f"the script of {kind} is not one text with one `export default`")
    code = EXPORT.sub("", state["_esm"].replace("export default", "return"))
    style = json.dumps(state.get("_css", ""), ensure_ascii=False)
    name = f"widgets/{kind}-{sha256((code + style).encode()).hexdigest()[:8]}"
    content = f"{{ style: {style}, make() {{\n{code}\n}} }}"
    return name, {
        f"{name}.js": f'"use strict";\ndlcourseLive.arrive("{name}", {content});\n'.encode()
    }


def handed(name, content):
    """A file that hands data to the host."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return {f"{name}.js": f'dlcourseLive.arrive("{name}", {text});\n'.encode()}
