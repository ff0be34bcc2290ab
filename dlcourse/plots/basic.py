"""Figures of the lectures: numbers in, matplotlib Axes out, alternative text always.

A ``plot_*`` function draws on the ``ax`` it is given (or on a new one) and returns it. A lecture
cell ends in ``described(plot_something(...), "what a blind learner needs to know")``.

Colours are Okabe and Ito's, darkened where they carry text; in grey print the line styles and
markers still tell the lines apart.
"""

import base64
import io
import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.image import AxesImage
from matplotlib.ticker import MaxNLocator

INK = "#1b1b1b"
FORWARD = "#0072b2"  # values x, s, h on their way forward
BACKWARD = "#b84a00"  # gradients and deltas on their way back
PALETTE = ("#0072b2", "#b84a00", "#00755a", "#966800", "#5f6b7a", "#8a4f7d")
# colours of formulas, and what they become on a dark page: no colour reaches a contrast of 4.5 on
# white and on #111 alike (4.35 is the most)
FORMULAS = {FORWARD: "#6bb7f0", BACKWARD: "#ff9d5c", "#007a58": "#4fd0a5"}
SOFT = "#808080"  # lines that help to read: a zero, a border, a scale
LINE_STYLES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P")


RESOLUTION = 200  # dots an inch: double
INLINE = "data:image/png;base64,"
# on a phone it scrolls before its text is under 12 px
PICTURE = "display: block; height: auto; max-width: {width}px; min-width: {least}px; width: 100%"
# one image for both themes: in the dark one its lightness is turned round and its hues turned back,
# white to JupyterLab's #111; over a photograph lies its copy, which stays as it is, and so does
# everything that is printed or shown where no theme is told. A widget's twin is an output of its
# own, before the widget's: it hides while the widget lives, and of a widget without its kernel it
# leaves nothing else ("model not found") to be seen. JupyterLab breaks what is printed anywhere:
# here at words, as long as they fit; and captions of folded cells nowhere: here on a phone
STYLE = """<style>
.jp-OutputArea-child:has(.dlcourse-twin):has(+ .jp-OutputArea-child .dlcourse),
.jp-OutputArea-child:has(.dlcourse-twin) + .jp-OutputArea-child:not(:has(.dlcourse)) {
  display: none; }
.jp-OutputArea .jp-OutputArea-output pre { word-break: normal; }
.jp-Placeholder .jp-PlaceholderText { overflow-wrap: anywhere; white-space: normal; }
@media screen { body:is([data-jp-theme-light="false"], .vscode-dark) .dlcourse-ink {
  filter: invert(0.9333) hue-rotate(180deg); } }
</style>"""


def _on_dark(light, dark):
    """A rule of style: MathJax writes a formula's colour as three numbers into its element."""
    numbers = ", ".join(str(int(light[i : i + 2], 16)) for i in (1, 3, 5))
    place = 'body:is([data-jp-theme-light="false"], .vscode-dark) mjx-container'
    return f'{place} [style*="color: rgb({numbers})"] {{ color: {dark} !important; }}'


RULES = "\n".join(_on_dark(*pair) for pair in FORMULAS.items())
STYLE = STYLE.replace("</style>", f"@media screen {{\n{RULES} }}\n</style>")


class Described:
    """A picture, and perhaps the widget whose twin it is, together with its text.

    ``outputs`` holds a bundle and its metadata for each output of the cell.
    """

    def __init__(self, outputs, text):
        self.outputs, self.text = outputs, text

    def _ipython_display_(self):
        from IPython.display import display

        for bundle, metadata in self.outputs:
            display(bundle, metadata=metadata, raw=True)

    def __repr__(self):
        return self.text


def described(thing, text=None):
    """Show a figure or a widget together with its alternative text.

    Parameters
    ----------
    thing : Axes, Figure, array of Axes, or a widget with a ``figure``
        A figure is turned into an image and closed. A widget stays alive; the image of its
        ``figure`` stands in its place where no one can move sliders.
    text : str
        What a learner who cannot see the figure needs to know: what is drawn and what it shows.
        A figure that describes itself, as `dlcourse.plots.guess.plot_guess` does, takes none;
        its own text stands below it for everybody.
    """
    own = own_text(thing)
    if own and text is not None:
        raise ValueError(f"got the text {text!r}: this figure describes itself, so give it none")
    text = own or text
    if not isinstance(text, str) or len(text.split()) < 4:
        raise ValueError(f"got the text {text!r}: say in a sentence what the figure shows")
    if not (hasattr(type(thing), "comm") and hasattr(type(thing), "figure")):
        return Described([_picture(_figure_of(thing), text, below=text if own else "")], text)
    thing.alt = text
    bundle, metadata = thing._repr_mimebundle_()
    bundle["text/plain"] = "The figure above moves where its kernel runs."
    return Described([_picture(thing.figure, text, twin=True), (bundle, metadata)], text)


def _picture(figure, text, *, twin=False, below=False):
    """A figure as an image of double resolution, and its metadata; the figure is closed.

    With `below` everybody reads the text under the image, which then needs no other.
    """
    photographs = [shown for shown in figure.findobj(AxesImage) if shown.get_cmap().name == "gray"]
    png, unturned = _photographed(figure, photographs) if photographs else (_png(figure), "")
    width, height = (int.from_bytes(png[i : i + 4], "big") // 2 for i in (16, 20))  # its header
    code = base64.b64encode(png).decode("ascii")
    look = PICTURE.format(width=width, least=round(0.86 * width))  # 10 points are 14 px
    written = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    alt, line = ("", f"<p>{written}</p>") if below else (written, "")
    image = f'<img alt="{alt}" class="dlcourse-ink" src="{INLINE}{code}" style="{look}">'
    if unturned:
        above = f"background: url({INLINE}{unturned}) 0 0 / 100% 100%; inset: 0; position: absolute"
        image = f'<div style="position: relative; {look}">{image}<div style="{above}"></div></div>'
    kind = "dlcourse-twin" if twin else "dlcourse-figure"
    box = 'role="group" aria-label="Figure" tabindex="0" style="overflow-x: auto"'  # keys scroll it
    html = f'{STYLE}<div class="{kind}" {box}>{image}</div>{line}'
    metadata = {"image/png": {"alt": text, "width": width, "height": height}}
    return {"text/plain": text, "image/png": code, "text/html": html}, metadata


def _photographed(figure, photographs):
    """A figure as an image, and its photographs alone, to lie over it where themes turn ink round.

    Whoever takes styles out of the page shows the first alone.
    """
    from PIL import Image  # Matplotlib brings it

    figure.set_dpi(RESOLUTION)
    figure.canvas.draw()
    figure.set_layout_engine("none")  # a second draw would move what is measured now
    pad = plt.rcParams["savefig.pad_inches"]
    box = figure.get_tightbbox(figure.canvas.get_renderer()).padded(pad)
    places = [shown.get_window_extent() for shown in photographs]
    png = _png(figure, box)
    grey = np.asarray(Image.open(io.BytesIO(png)).convert("LA"))
    alone = np.zeros_like(grey)
    left, top = box.x0 * RESOLUTION, box.y1 * RESOLUTION
    for place in places:
        rows = slice(round(top - place.y1), round(top - place.y0))
        columns = slice(round(place.x0 - left), round(place.x1 - left))
        alone[rows, columns] = grey[rows, columns]
    file = io.BytesIO()
    Image.fromarray(alone).save(file, format="png")
    return png, base64.b64encode(file.getvalue()).decode("ascii")


def own_text(thing):
    """The text that a figure gives itself, else None."""
    return thing.get_gid() if hasattr(thing, "get_gid") else None


def _figure_of(thing):
    first = np.ravel(np.asarray(thing, dtype=object))[0]
    figure = getattr(first, "figure", first)
    if not hasattr(figure, "savefig"):
        raise ValueError(f"got a {type(thing).__name__}: pass Axes, a Figure or a widget")
    return figure


def _png(figure, box="tight"):
    file, said = io.BytesIO(), {"Software": None}
    figure.savefig(file, format="png", dpi=RESOLUTION, bbox_inches=box, metadata=said)
    plt.close(figure)
    return file.getvalue()


def new_axes(ax=None, width=6.4, height=3.6):
    """Return `ax`, or the Axes of a new figure of this size in inches, without the box's lid."""
    if ax is None:
        ax = plt.subplots(figsize=(width, height), layout="constrained")[1]
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def plot_lines(
    x, lines, *, xlabel, ylabel, title, xscale="linear", yscale="linear", middle=np.ma.mean, ax=None
):
    """Draw named curves over a shared `x`: ``lines`` maps a name to values.

    A value may also be an array (R, len(x)): R runs, drawn as their `middle` (mean or
    ``np.ma.median``) with a band from the lowest to the highest; a run that has ended is nan from
    there on.
    """
    ax = new_axes(ax)
    x = np.asarray(x)
    every = max(1, len(x) // 8)
    for i, (name, values) in enumerate(lines.items()):
        style = {"color": PALETTE[i % 6], "linestyle": LINE_STYLES[i % 6], "marker": MARKERS[i % 6]}
        runs = np.ma.masked_where(np.isnan(values), values).reshape(-1, len(x))
        ax.plot(x, middle(runs, axis=0), label=name, markevery=every, markersize=5, **style)
        if len(runs) > 1:
            ax.fill_between(x, runs.min(axis=0), runs.max(axis=0), color=style["color"], alpha=0.2)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
    if x.dtype.kind in "iu" and xscale == "linear":  # epochs and steps are whole
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.grid(alpha=0.3)
    if len(lines) > 1:
        ax.legend(frameon=False)
    return ax


def plot_matrix(M, *, title, rows=None, columns=None, ax=None):
    """Show a small matrix as colours with its numbers written in."""
    M = np.asarray(M)
    longest = max(len(str(text)) for text in [*map(short, M.flat), *(columns or [])])
    wide = min(0.8, 0.12 + 0.1 * longest)  # inches: ten columns of counts fit a phone
    ax = new_axes(ax, width=1.2 + wide * M.shape[1], height=1.2 + 0.5 * M.shape[0])
    top = max(np.abs(M).max(), 1e-12)
    ax.imshow(M, cmap="PuOr_r", vmin=-1.6 * top, vmax=1.6 * top, aspect="auto")
    for (i, j), value in np.ndenumerate(M):
        ax.text(j, i, short(value), ha="center", va="center", color=INK)
    ax.set_xticks(range(M.shape[1]), columns or range(1, M.shape[1] + 1))
    ax.set_yticks(range(M.shape[0]), rows or range(1, M.shape[0] + 1))
    ax.set_title(title)
    return ax


def plot_images(images, titles, *, title, columns=8, ax=None):
    """Show grey images (N, H, W) as one picture, a title over each."""
    images = np.asarray(images)
    rows = math.ceil(len(images) / columns)
    ax = new_axes(ax, width=1.1 * columns, height=1.35 * rows + 0.4)
    for k, (image, name) in enumerate(zip(images, titles, strict=True)):
        i, j = divmod(k, columns)
        edges = (j, j + 0.9, -1.25 * i - 0.9, -1.25 * i)
        ax.imshow(image, cmap="gray_r", extent=edges)
        frame = plt.Rectangle(edges[::2], 0.9, 0.9, fill=False, edgecolor="0.75", linewidth=0.8)
        ax.add_patch(frame)  # empty columns belong to an image, too
        ax.text(j + 0.45, -1.25 * i + 0.06, name, ha="center", va="bottom", fontsize=9)
    ax.set(xlim=(0, columns), ylim=(-1.25 * rows + 0.3, 0.3), title=title)
    ax.set_axis_off()
    return ax


def plot_regions(predict, X, labels, *, title, ax=None, resolution=120):
    """Draw labelled points in the plane over the class that `predict` gives each place."""
    ax = new_axes(ax, width=4.6, height=3.8)
    low, high = X.min(axis=0) - 0.4, X.max(axis=0) + 0.4
    axes = [np.linspace(a, b, resolution) for a, b in zip(low, high, strict=True)]
    grid = np.stack(np.meshgrid(*axes), axis=-1)
    classes = predict(grid.reshape(-1, 2)).reshape(resolution, resolution)
    n = int(max(classes.max(), labels.max())) + 1
    ax.contourf(*axes, classes, levels=np.arange(n + 1) - 0.5, colors=PALETTE[:n], alpha=0.25)
    for k in range(n):
        points = X[labels == k]
        ax.plot(*points.T, MARKERS[k], color=PALETTE[k], markersize=5, label=f"class {k}")
    ax.set(xlabel="$x_1$", ylabel="$x_2$", title=title)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def short(value):
    """Write a number with three significant digits, an array as its shape."""
    if np.size(value) != 1:
        return "×".join(str(n) for n in np.shape(value))
    return f"{float(np.reshape(value, ())) + 0.0:.3g}".replace("-", "−")  # + 0.0: no "−0"
