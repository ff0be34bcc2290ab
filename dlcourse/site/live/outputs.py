"""A cell's outputs as HTML, for what the page shows only after a guess."""

import html
import re

GUESS = "application/vnd.dlcourse.guess+json"
AFTER = "application/vnd.dlcourse.after+json"
VIEW = "application/vnd.jupyter.widget-view+json"
STYLE = re.compile(r"<style>.*?</style>\s*", re.DOTALL)
COLUMNS = re.compile(r"^.*\S {2,}\S", re.MULTILINE)  # a line that is set in columns


def printed(text, kind="dl-output"):
    """What a cell prints; columns keep their places, and other lines may be broken."""
    kind += " output-table" * (len(COLUMNS.findall(text)) > 1)
    return f'<pre class="{kind}">{html.escape(text.rstrip())}</pre>'


def data_of(output):
    """The bundle of an output; streams and errors have none."""
    return output.get("data", {})


def html_of(output):
    """One output as HTML; of what only marks a place, nothing."""
    if output.output_type == "stream":
        return printed(output.text)
    data = data_of(output)
    if GUESS in data or AFTER in data or VIEW in data:
        return ""
    if "text/html" in data:
        return STYLE.sub("", data["text/html"])  # the page has its own
    if "text/plain" in data:
        return printed(data["text/plain"])
    raise ValueError(f"got an output of {sorted(data) or output.output_type}: it has no text")


def twin_of(outputs):
    """The picture that stands beside a widget, as HTML."""
    twins = [html_of(o) for o in outputs if "dlcourse-twin" in data_of(o).get("text/html", "")]
    if len(twins) != 1:
        raise ValueError(f"got {len(twins)} twins beside a widget: show it with described(...)")
    return twins[0]
