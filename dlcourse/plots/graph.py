"""Figures of computational graphs: where nodes and edges go, values above and gradients below.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import numpy as np
from matplotlib.patches import FancyArrowPatch
from matplotlib.path import Path

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, new_axes, short


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


def plot_graph(order, gradients=None, *, labels, title, down=False, ax=None):
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
    down : bool
        Run from top to bottom, values on the left of the edges: so a long chain fits a phone.
    """
    labels = node_labels(order, labels)
    positions, edges = layout_graph(order)
    columns, rows = zip(*positions, strict=True)
    wide, high = max(columns) + 1.6, max(rows) - min(rows)
    size = (4.2, 0.75 * wide) if down else (min(1.35 * wide, 12.5), max(1.25 * high + 1.3, 1.9))
    ax = new_axes(ax, width=size[0], height=size[1])
    if down:
        positions = [(-row, -column) for column, row in positions]
    carried = [None] * len(edges) if gradients is None else edge_gradients(order, gradients)
    for (parent, child, bend), gradient in zip(edges, carried, strict=True):
        _draw_edge(ax, positions[parent], positions[child], bend)
        x, y = edge_middle(positions[parent], positions[child], bend)
        if down and x != positions[child][0]:  # near its start there is room on both sides
            x, y = np.average([positions[parent], positions[child]], axis=0, weights=[0.68, 0.32])
        _label_edge(ax, x, y, order[parent].value, gradient, down)
    (x, y), seed = positions[-1], None if gradients is None else gradients[order[-1]]
    end = (x, y - 1) if down else (x + 1, y)
    _draw_edge(ax, (x, y), end, 0)
    _label_edge(ax, x + 0.6 * (end[0] - x), y + 0.6 * (end[1] - y), order[-1].value, seed, down)
    for node, label, (x, y) in zip(order, labels, positions, strict=True):
        box = "round,pad=0.35" if not node.parents else "circle,pad=0.3"
        look = {"boxstyle": box, "facecolor": "#f2f2f2" if node.parents else "white"}
        ax.text(x, y, label, ha="center", va="center", bbox={**look, "edgecolor": INK})
    if down:
        ax.set(xlim=(-max(rows) - 0.4, -min(rows) + 0.4), ylim=(end[1] - 0.2, 0.5), title=title)
    else:
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


def _label_edge(ax, x, y, value, gradient, down):
    clear = {"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.85}
    before, after = [{"ha": "center", "va": va} for va in ("bottom", "top")]
    shift = (0, 0.06)
    if down:
        before, after = [{"ha": ha, "va": "center"} for ha in ("right", "left")]
        shift = (-0.04, 0)
    look = {"fontsize": 10 if down else 9, "bbox": clear}
    ax.text(x + shift[0], y + shift[1], short(value), color=FORWARD, **before, **look)
    if gradient is not None:
        text, look["fontweight"] = f"{'↑' if down else '←'} {short(gradient)}", "bold"
        ax.text(x - shift[0], y - shift[1], text, color=BACKWARD, **after, **look)
