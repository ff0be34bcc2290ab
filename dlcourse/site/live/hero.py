"""The widget of the first screen: two networks that begin to compete before anybody asks."""

from dlcourse.plots.basic import described
from dlcourse.site.live.outputs import STYLE
from dlcourse.site.live.widgets import widget_html
from dlcourse.widgets.adversarial import explore_ring

TITLE = "A network learns to forge: its orange points try to pass for real ones"
TEXT = (
    "Eight small heaps of real points on a ring, and 256 forged ones that a network makes of "
    "noise. A second network shades the plane by how real it calls each place. While both train in "
    "the browser, the forged points move from the middle to the heaps. Buttons set how many steps "
    "each network takes in a round; Pause stops the training."
)


def hero():
    """Give the ring of lecture 15, which trains by itself as soon as it is seen.

    Returns
    -------
    html : str
    files : dict
        Bytes by path below the folder ``_static/live``.
    """
    widget = explore_ring(title=TITLE)
    twin = STYLE.sub("", described(widget, TEXT).outputs[0][0]["text/html"])
    text, files = widget_html("states/hero", {"state": widget.get_state()}, twin, press="Play")
    return text, files
