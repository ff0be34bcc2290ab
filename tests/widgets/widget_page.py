"""A widget alone in a browser page, with a model that stands in for the kernel's."""

import json

from anywidget import AnyWidget

PAGE = """<!DOCTYPE html><meta charset="utf-8"><style>{css}</style>
<div id="place" style="width: {width}px"></div><script type="module">
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
window.end = widget.render({{ model, el: document.getElementById("place") }});
</script>"""


def open_widget(browser, widget, folder, *, width=1000):
    """Show a widget in a page of its own.

    ``window.model`` stands in for the kernel's, ``window.sent`` holds the state at each
    ``save_changes``, ``window.end`` is what the widget gave back to be called at its end. An
    error of the script is raised here.
    """
    own = set(widget.trait_names(sync=True)) - set(AnyWidget.class_trait_names(sync=True))
    state = {name: getattr(widget, name) for name in own if not name.startswith("_")}
    html = PAGE.format(
        css=widget._css,
        code=widget._esm.replace("export default", "const widget ="),
        state=json.dumps(state),
        width=width,
    )
    path = folder / f"{type(widget).__name__}.html"
    path.write_text(html, "utf-8")
    page = browser.new_page(viewport={"width": width + 40, "height": 900})
    page.set_default_timeout(20_000)
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(path.as_uri())
    if errors:
        raise errors[0]
    return page
