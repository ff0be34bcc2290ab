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
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

INK = "#1b1b1b"
FORWARD = "#004b87"  # values x, s, h on their way forward
BACKWARD = "#b84a00"  # gradients and deltas on their way back
PALETTE = ("#004b87", "#b84a00", "#009e73", "#e69f00", "#56b4e9", "#8a4f7d")
LINE_STYLES = ("-", "--", "-.", ":", (0, (6, 1, 1, 1, 1, 1)), (0, (1, 2)))
MARKERS = ("o", "s", "^", "D", "v", "P")


class Described:
    """A picture or a widget together with its text, as a notebook shows it."""

    def __init__(self, bundle, metadata, text):
        self.bundle, self.metadata, self.text = bundle, metadata, text

    def _repr_mimebundle_(self, include=None, exclude=None):
        return self.bundle, self.metadata

    def __repr__(self):
        return self.text


def described(thing, text):
    """Show a figure or a widget together with its alternative text.

    Parameters
    ----------
    thing : Axes, Figure, array of Axes, or a widget with a ``figure``
        A figure is turned into an image and closed. A widget stays alive; the image of its
        ``figure`` goes with it, for places where no one can move sliders.
    text : str
        What a learner who cannot see the figure needs to know: what is drawn and what it shows.
    """
    if not isinstance(text, str) or len(text.split()) < 4:
        raise ValueError(f"got the text {text!r}: say in a sentence what the figure shows")
    is_widget = hasattr(type(thing), "comm") and hasattr(type(thing), "figure")
    png = _png(thing.figure if is_widget else _figure_of(thing))
    bundle = {"text/plain": text, "image/png": png}
    metadata = {"image/png": {"alt": text}}
    if is_widget:
        thing.alt = text
        widget_bundle, widget_metadata = thing._repr_mimebundle_()
        return Described({**widget_bundle, **bundle}, {**widget_metadata, **metadata}, text)
    alt = text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    image = f'<img alt="{alt}" src="data:image/png;base64,{png}" style="max-width: 100%">'
    return Described({**bundle, "text/html": image}, metadata, text)


def _figure_of(thing):
    first = np.ravel(np.asarray(thing, dtype=object))[0]
    figure = getattr(first, "figure", first)
    if not hasattr(figure, "savefig"):
        raise ValueError(f"got a {type(thing).__name__}: pass Axes, a Figure or a widget")
    return figure


def _png(figure):
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100, bbox_inches="tight", metadata={"Software": None})
    plt.close(figure)
    return base64.b64encode(file.getvalue()).decode("ascii")


def new_axes(ax=None, width=6.4, height=3.6):
    """Return `ax`, or the Axes of a new figure of this size in inches, without the box's lid."""
    if ax is None:
        ax = plt.subplots(figsize=(width, height), layout="constrained")[1]
    ax.spines[["top", "right"]].set_visible(False)
    return ax


def plot_lines(x, lines, *, xlabel, ylabel, title, xscale="linear", yscale="linear", ax=None):
    """Draw named curves over a shared `x`: ``lines`` maps a name to values.

    A value may also be an array (R, len(x)): R runs, drawn as their mean with a band from the
    lowest to the highest.
    """
    ax = new_axes(ax)
    x = np.asarray(x)
    every = max(1, len(x) // 8)
    for i, (name, values) in enumerate(lines.items()):
        style = {"color": PALETTE[i % 6], "linestyle": LINE_STYLES[i % 6], "marker": MARKERS[i % 6]}
        runs = np.atleast_2d(np.asarray(values))
        ax.plot(x, runs.mean(axis=0), label=name, markevery=every, markersize=5, **style)
        if len(runs) > 1:
            ax.fill_between(x, runs.min(axis=0), runs.max(axis=0), color=style["color"], alpha=0.2)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
    ax.grid(alpha=0.3)
    if len(lines) > 1:
        ax.legend(frameon=False)
    return ax


def plot_guess(guess, truth, *, quantity, choices=None, log=False, ax=None):
    """Mark the learner's guess beside the truth on one axis.

    Parameters
    ----------
    guess : number, one of `choices`, or ``...``
        ``...`` (not committed yet) draws the truth alone.
    truth : number or one of `choices`
    quantity : str
        What the axis shows, with its unit.
    choices : sequence, optional
        The possible answers, where they are not numbers.
    log : bool
        Use a logarithmic axis, for answers that span orders of magnitude.
    """
    ax = new_axes(ax, height=1.7)
    guess = _committed(guess, choices)
    place = (lambda value: list(choices).index(value)) if choices else float
    ax.plot(place(truth), 0, "D", color=FORWARD, markersize=11, label=f"truth: {_said(truth)}")
    if guess is not None:
        label = f"you: {_said(guess)}"
        ax.plot(place(guess), 0.35, "v", color=BACKWARD, markersize=11, label=label)
    if choices:
        ax.set_xticks(range(len(choices)), [str(c) for c in choices])
        ax.set_xlim(-0.5, len(choices) - 0.5)
    else:
        marked = [float(truth)] + ([] if guess is None else [float(guess)])
        ax.set_xscale("log" if log else "linear")
        if log:
            ax.set_xlim(min(marked) / 10, 10 * max(marked))
        else:
            ax.set_xlim(min(0, 1.2 * min(marked)), max(0, 1.2 * max(marked)) or 1)
    known = "" if guess is not None else " (no guess yet: write one above and run again)"
    ax.set(ylim=(-0.5, 0.9), yticks=[], xlabel=quantity, title="Your guess and the truth" + known)
    ax.spines["left"].set_visible(False)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def _said(answer):
    if isinstance(answer, (float, np.floating)):
        return f"{answer:,.4g}".replace("-", "−")
    return f"{answer:,}" if isinstance(answer, (int, np.integer)) else str(answer)


def _committed(guess, choices):
    """The guess, or None where there is nothing to draw."""
    if guess is ... or guess is None:
        return None
    if choices:
        if guess not in choices:
            raise ValueError(
                f"your guess is {guess!r}: choose one of {', '.join(map(str, choices))}"
            )
        return guess
    if not isinstance(guess, (int, float, np.number)):
        raise ValueError(f"your guess is {guess!r}: write a number, such as 12 or 3.5e-4")
    return guess


def plot_matrix(M, *, title, rows=None, columns=None, ax=None):
    """Show a small matrix as colours with its numbers written in."""
    M = np.asarray(M)
    ax = new_axes(ax, width=1.2 + 0.8 * M.shape[1], height=1.2 + 0.5 * M.shape[0])
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
        ax.imshow(image, cmap="gray_r", extent=(j, j + 0.9, -1.25 * i - 0.9, -1.25 * i))
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


def layout_graph(order):
    """Place the nodes of a computational graph: forward runs from left to right.

    Parameters
    ----------
    order : list of nodes
        Each after all of its ``parents``; the last one is the output.

    Returns
    -------
    positions : list of (column, row), one a node
    edges : list of (parent, child, bend)
        Indices into `order`, child by child in the order of its parents. `bend` is how far the
        middle of the edge lies above the straight line, so that no edge hides another.
    """
    index = {id(node): i for i, node in enumerate(order)}
    parents = [[index[id(p)] for p in node.parents] for node in order]
    columns = _columns(parents)
    rows = _rows(parents, columns)
    edges = []
    for child, sources in enumerate(parents):
        for k, parent in enumerate(sources):
            twins = sources.count(parent)
            bend = 0.5 - sources[:k].count(parent) if twins > 1 else 0.0
            if columns[child] - columns[parent] > 1 and rows[child] == rows[parent]:
                bend = 1.1
            edges.append((parent, child, 0.9 * bend))
    return list(zip(columns, rows, strict=True)), edges


def _columns(parents):
    """Depth of each node; a leaf stands right before its first consumer."""
    depth = [0] * len(parents)
    for i, sources in enumerate(parents):
        depth[i] = 1 + max((depth[p] for p in sources), default=-1)
    for i, sources in enumerate(parents):
        if not sources:
            depth[i] = min((depth[c] for c, ps in enumerate(parents) if i in ps), default=1) - 1
    return depth


def _rows(parents, columns):
    """Row of each node: the longest path stays level, what joins it comes from above or below."""
    rows, taken = {len(parents) - 1: 0}, {(columns[-1], 0)}
    for child in range(len(parents) - 1, -1, -1):
        for p in sorted(set(parents[child]), key=lambda p: (-columns[p], parents[child].index(p))):
            if p in rows:
                continue
            near = rows[child]
            free = (near + d for d in (0, 1, -1, 2, -2, 3, -3, 4, -4))
            rows[p] = next(r for r in free if (columns[p], r) not in taken)
            taken.add((columns[p], rows[p]))
    return [rows.get(i, 0) for i in range(len(parents))]


def edge_gradients(order, gradients):
    """What each edge carries back, in the order of `layout_graph`'s edges.

    ``gradients`` maps a node to dJ/dnode; an edge carries the part that its child sends.
    """
    return [part for node in order if node.parents for part in node.pullback(gradients[node])]


def plot_graph(order, gradients=None, *, labels, title, ax=None):
    """Draw a computational graph: values above the edges, gradients below them.

    Parameters
    ----------
    order : list of nodes
        As `topological_order` gives them; each has ``parents``, ``value`` and ``pullback``.
    gradients : dict, optional
        Node to gradient, as `accumulate_gradients` gives it; without it only values are drawn.
    labels : str
        What stands in the nodes, in their order, with spaces between: the formula in reverse
        Polish notation, ``"x w × b +"``.
    """
    labels = node_labels(order, labels)
    positions, edges = layout_graph(order)
    columns, rows = zip(*positions, strict=True)
    height = 1.25 * (max(rows) - min(rows)) + 1.3
    ax = new_axes(ax, width=min(1.35 * (max(columns) + 1.6), 12.5), height=max(height, 1.9))
    carried = [None] * len(edges) if gradients is None else edge_gradients(order, gradients)
    for (parent, child, bend), gradient in zip(edges, carried, strict=True):
        _draw_edge(ax, positions[parent], positions[child], bend)
        x, y = edge_middle(positions[parent], positions[child], bend)
        _label_edge(ax, x, y, order[parent].value, gradient)
    end = (columns[-1] + 1, rows[-1])
    _draw_edge(ax, positions[-1], end, 0)
    seed = None if gradients is None else gradients[order[-1]]
    _label_edge(ax, end[0] - 0.4, end[1], order[-1].value, seed)
    for node, label, (x, y) in zip(order, labels, positions, strict=True):
        box = "round,pad=0.35" if not node.parents else "circle,pad=0.3"
        look = {"boxstyle": box, "facecolor": "#f2f2f2" if node.parents else "white"}
        ax.text(x, y, label, ha="center", va="center", bbox={**look, "edgecolor": INK})
    ax.set(xlim=(-0.5, end[0] + 0.2), ylim=(min(rows) - 0.6, max(rows) + 0.7), title=title)
    ax.set_axis_off()
    return ax


def node_labels(order, labels):
    """Split `labels` into one a node, or say how many are missing."""
    texts = labels.split()
    if len(texts) != len(order):
        raise ValueError(f"got {len(texts)} labels ({labels!r}) for a graph of {len(order)} nodes")
    return texts


def edge_middle(start, end, bend):
    """The point half-way along an edge, `bend` above the straight line."""
    return (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + bend / 2


def _draw_edge(ax, start, end, bend):
    middle = np.array([(start[0] + end[0]) / 2, (start[1] + end[1]) / 2 + bend])
    into = middle - end
    end = end + 0.23 * into / np.hypot(*into)  # the arrow head stays outside the node
    path = Path([start, middle, end], [Path.MOVETO, Path.CURVE3, Path.CURVE3])
    ax.add_patch(
        FancyArrowPatch(path=path, arrowstyle="-|>", mutation_scale=11, color="#6e6e6e", zorder=0)
    )


def _label_edge(ax, x, y, value, gradient):
    clear = {"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.85}
    look = {"ha": "center", "fontsize": 9, "bbox": clear}
    ax.text(x, y + 0.06, short(value), color=FORWARD, va="bottom", **look)
    if gradient is not None:
        text = f"← {short(gradient)}"
        ax.text(x, y - 0.06, text, color=BACKWARD, va="top", fontweight="bold", **look)
