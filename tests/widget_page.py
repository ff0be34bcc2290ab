"""A widget alone in a browser page, with a model that stands in for the kernel's."""

import json

import matplotlib.pyplot as plt
from anywidget import AnyWidget

from dlcourse.plots.basic import described

PAGE = """<!DOCTYPE html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>A widget</title><style>
body {{ --jp-layout-color0: white; --jp-content-font-color0: #000; margin: 8px;
  background: var(--jp-layout-color0); }}
body[data-jp-theme-light="false"] {{ --jp-layout-color0: #111; --jp-content-font-color0: #fff; }}
{css}</style><body data-jp-theme-light="true"><main>
<div id="place" style="width: {width}px"></div></main><script type="module">
{code}
const state = {state}, listeners = {{}};
window.sent = [];
window.model = {{
  get: (name) => state[name],
  set(name, value) {{
    state[name] = value;
    (listeners["change:" + name] || []).forEach((listener) => listener());
  }},
  save_changes() {{ window.sent.push({{...state}}); }},
  on(event, listener) {{ (listeners[event] ||= []).push(listener); }},
  off(event, listener) {{
    listeners[event] = listeners[event].filter((known) => known !== listener);
  }},
}};
window.listening = () => Object.values(listeners).flat().length;
const el = document.createElement("div"); // JupyterLab too puts it into the page afterwards
window.end = widget.render({{ model, el }});
document.getElementById("place").append(el);
</script>"""
DRAWN = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


def open_widget(browser, widget, folder, *, width=1000, dark=False, **context):
    """Show a widget in a page of its own, in JupyterLab's light or dark theme.

    ``window.model`` stands in for the kernel's, ``window.sent`` holds the state at each
    ``save_changes``, ``window.end`` is what the widget gave back to be called at its end. An
    error of the script is raised here.
    """
    own = set(widget.trait_names(sync=True)) - set(AnyWidget.class_trait_names(sync=True))
    state = {name: getattr(widget, name) for name in {*own, "_css", "_esm"}}
    file = folder / f"{type(widget).__name__}.html"
    return open_state(browser, state, file, width=width, dark=dark, **context)


def open_state(browser, state, file, *, width=1000, dark=False, **context):
    """Show the widget of which a kernel, or a notebook that was run, holds this state."""
    shown = {name: value for name, value in state.items() if not name.startswith("_")}
    html = PAGE.format(
        css=state["_css"],
        code=state["_esm"].replace("export default", "const widget ="),
        state=json.dumps(shown),
        width=width,
    )
    file.write_text(html, "utf-8")
    page = browser.new_page(viewport={"width": width + 16, "height": 900}, **context)
    page.set_default_timeout(20_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(file.as_uri())
    set_theme(page, dark=dark)
    page.evaluate(DRAWN)
    if errors:
        raise errors[0]
    return page


def caption(page):
    """What a widget says, once it is drawn; minus signs and spaces as they are typed."""
    page.evaluate(DRAWN)
    text = page.locator(".dlcourse-caption").text_content()
    return text.replace("−", "-").replace("\u00a0", " ")


def drag(page, name, value, **how):
    """Set the slider of that name (``exact=True`` where it is part of another's) to a value."""
    page.get_by_label(name, **how).evaluate(
        "(slider, value) => { slider.value = value; slider.dispatchEvent(new Event('input')); }",
        value,
    )


def reload_widget(page):
    """Show an open widget anew, as it was at first: a fifth of the work of another page."""
    page.reload()
    page.evaluate(DRAWN)


def set_theme(page, *, dark):
    """Switch to JupyterLab's dark or light theme, as JupyterLab does."""
    page.evaluate(f"document.body.dataset.jpThemeLight = '{str(not dark).lower()}'")


def assert_twin(shown, text):
    """`described` shows a widget as two outputs: a picture that carries its text, the widget."""
    (twin, metadata), (widget, _) = shown.outputs
    assert twin["text/plain"] == metadata["image/png"]["alt"] == text
    assert f'alt="{text}"' in twin["text/html"]
    assert twin["image/png"]
    assert "application/vnd.jupyter.widget-view+json" in widget
    assert "image/png" not in widget  # a fallback in its own bundle would never be shown


def assert_described(widget, text):
    """A described widget carries its text, brings a picture and leaves no figure open."""
    assert_twin(described(widget, text), text)
    assert widget.alt == text
    assert plt.get_fignums() == []
