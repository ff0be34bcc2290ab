"""Figures of lecture 1: units and networks as drawings, lines that decide, chains, a timeline.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import (
    BACKWARD,
    FORWARD,
    INK,
    LINE_STYLES,
    MARKERS,
    PALETTE,
    SOFT,
    new_axes,
    short,
)

LEAST = 9.5  # points: text of drawings, about 13 px


def plot_unit(names, x, w, threshold, *, title):
    """Draw one threshold unit at work: inputs that are on or off, their weights, sum and answer.

    Below it stand the parts of a nerve cell that it is modelled on.
    """
    ax = new_axes(width=4.4, height=3.1)
    places = np.linspace(1, -1, len(names))
    total = float(np.dot(x, w))
    for name, value, weight, y in zip(names, x, w, places, strict=True):
        look = {"color": FORWARD if value else SOFT}
        ax.plot([0, 2.6], [y, 0], lw=1 + 0.9 * abs(weight), alpha=1 if value else 0.5, **look)
        ax.plot(0, y, "o", ms=22, mfc=FORWARD if value else "white", mec=look["color"], mew=2)
        number = {"ha": "center", "va": "center", "fontweight": "bold"}
        ax.text(0, y, short(value), color="white" if value else INK, **number)
        ax.text(-0.42, y, name.replace(" ", "\n"), ha="right", va="center", fontsize=LEAST + 1)
        box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"}
        ax.text(1.2, y * (1 - 1.2 / 2.6), f"× {short(weight)}", bbox=box, **number)
    fires = total > threshold
    ax.plot([2.6, 5.6], [0, 0], color=INK, lw=2, zorder=0)
    box = {"boxstyle": "round,pad=0.5", "facecolor": "white", "edgecolor": INK}
    for x_box, text in [(2.7, f"sum\n{short(total)}"), (4.15, f"above\n{short(threshold)}?")]:
        ax.text(x_box, 0, text, ha="center", va="center", fontsize=LEAST + 1, bbox=box)
    ax.plot(5.5, 0, "o", ms=26, mfc=BACKWARD if fires else "white", mec=BACKWARD, mew=2)
    ax.text(5.5, 0, f"{int(fires)}", color="white" if fires else INK, **number)
    parts = [(-0.15, "dendrites"), (1.3, "synapses"), (2.75, "cell body"), (4.25, "threshold")]
    for x_part, part in [*parts, (5.55, "axon")]:
        ax.text(x_part, -1.95, part, ha="center", va="top", fontsize=LEAST, style="italic")
    ax.text(-1.6, -1.5, "In a nerve cell:", va="top", fontsize=LEAST, style="italic")
    ax.set(xlim=(-1.7, 6.0), ylim=(-2.3, 1.4), title=title)
    ax.set_axis_off()
    return ax


def plot_cut(w, b, *, title, limits=(-1.0, 3.0)):
    """Draw the plane of two inputs: lines of equal score w · x + b, the border, and the arrow w."""
    ax = new_axes(width=4.4, height=4.2)
    grid = np.linspace(*limits, 201)
    scores = grid[None, :] * w[0] + grid[:, None] * w[1] + b
    ax.contourf(grid, grid, scores, levels=[0, np.inf], colors=[BACKWARD], alpha=0.15)
    levels = np.arange(np.ceil(scores.min()), np.floor(scores.max()) + 1)
    ax.contour(grid, grid, scores, levels=levels, colors=[SOFT], linewidths=0.8, linestyles=":")
    ax.contour(grid, grid, scores, levels=[0], colors=[INK], linewidths=2.5)
    square = float(np.dot(w, w))
    foot = _on_border(w, b, limits, 0)
    along = np.array([-w[1], w[0]]) / square**0.5
    for level in (-2, -1, 0, 1, 2):
        place = foot + level * np.asarray(w) / square + 1.15 * along
        text = "score 0" if level == 0 else f"{level:+d}".replace("-", "−")
        box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
        ax.text(*place, text, ha="center", va="center", fontsize=LEAST, bbox=box)
    tip = foot + np.asarray(w)
    arrow = {"arrowstyle": "-|>", "color": FORWARD, "lw": 2.5, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", tip, foot, arrowprops=arrow)
    ax.text(*(tip + 0.12), "$w$", color=FORWARD, fontsize=14)
    ax.text(limits[1] - 0.1, limits[1] - 0.25, "fires: 1", color=BACKWARD, ha="right", bbox=box)
    ax.text(limits[0] + 0.1, limits[0] + 0.15, "silent: 0", color=INK, bbox=box)
    ax.set(xlim=limits, ylim=limits, xlabel="$x_1$", ylabel="$x_2$", title=title, aspect="equal")
    return ax


def _on_border(w, b, limits, along):
    """The border's point nearest to the middle of the plane, or one `along` from it."""
    w, middle = np.asarray(w, dtype=float), np.full(2, np.mean(limits))
    foot = middle - (middle @ w + b) / (w @ w) * w
    return foot + along * np.array([w[1], -w[0]]) / np.hypot(*w)


def plot_borders(X, borders, *, title, limits=(-0.5, 1.5)):
    """Draw several borders in one plane: name to (w, b); each fires on the side of its name."""
    ax = new_axes(width=4.4, height=4.2)
    ax.plot(*X.T, "o", color=INK, ms=9)
    for (x1, x2), side in zip(X, ("right", "right", "left", "left"), strict=True):
        away = 0.06 if side == "left" else -0.06
        ax.text(x1 + away, x2 - 0.1, f"({x1:g}, {x2:g})", ha=side, va="center")
    grid = np.linspace(*limits, 201)
    for k, (name, (w, b)) in enumerate(borders.items()):
        scores = grid[None, :] * w[0] + grid[:, None] * w[1] + b
        ax.contour(grid, grid, scores, levels=[0], colors=[PALETTE[k]], linewidths=2.5)
        ax.contourf(grid, grid, scores, levels=[0, np.inf], colors=[PALETTE[k]], alpha=0.12)
        place = _on_border(w, b, limits, 0.55)
        box = {"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": "none"}
        ax.text(*place, name, color=PALETTE[k], fontweight="bold", ha="center", bbox=box)
    ax.set(xlim=limits, ylim=limits, xlabel="$x_1$", ylabel="$x_2$", title=title, aspect="equal")
    ax.set(xticks=[0, 1], yticks=[0, 1])
    return ax


def plot_correction(X, labels, row, before, after, *, title, limits=(-0.5, 1.5)):
    """Draw one step of the perceptron rule: two borders (w, b), and the row that moved the line."""
    ax = plot_line(X, labels, *after, title=title, limits=limits)
    grid = np.linspace(*limits, 201)
    w, b = before
    scores = grid[None, :] * w[0] + grid[:, None] * w[1] + b
    ax.contour(grid, grid, scores, levels=[0], colors=[INK], linewidths=1.5, linestyles="--")
    ax.plot(*X[row], "o", ms=18, mfc="none", mec=INK, mew=2)
    for name, (w, b), share in [("before", before, 0.55), ("after", after, -0.55)]:
        box = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
        place = _on_border(w, b, limits, share)
        ax.text(*place, name, ha="center", va="center", fontsize=LEAST, bbox=box)
    return ax


def plot_network(weights, biases, names, *, title, width=4.4):
    """Draw a small network, its weights on the connections and its biases below the units.

    A weight of 0 is no connection.

    Parameters
    ----------
    weights, biases : list of ndarray
        (D_in, D_out) and (D_out,) each, first layer first; a bias of 0 is not written.
    names : list of list of str
        What stands in the circles, the inputs first.
    width : float, optional
        In inches.
    """
    ax = new_axes(width=width, height=3.3)
    rows = [np.linspace(1, -1, len(layer)) if len(layer) > 1 else np.zeros(1) for layer in names]
    edge = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"}
    for l, W in enumerate(weights):
        for i, j in np.argwhere(W):
            weight = W[i, j]
            (x, y), (x_to, y_to) = (2 * l, rows[l][i]), (2 * l + 2, rows[l + 1][j])
            color = FORWARD if weight > 0 else BACKWARD
            style = "-" if weight > 0 else "--"
            ax.plot([x, x_to], [y, y_to], style, color=color, lw=1.5 + abs(weight), zorder=0)
            crosses = i > j and W.shape[1] > 1  # then not both numbers in the middle
            share = 0.6 if crosses else 0.36
            place = (x + share * (x_to - x), y + share * (y_to - y))
            number = {"ha": "center", "va": "center", "fontsize": LEAST, "bbox": edge}
            ax.text(*place, short(weight), color=color, **number)
    for l, layer in enumerate(names):
        for k, (name, y) in enumerate(zip(layer, rows[l], strict=True)):
            ax.plot(2 * l, y, "o", ms=34, mfc="white", mec=INK, mew=1.5)
            ax.text(2 * l, y, name, ha="center", va="center", fontsize=LEAST)
            bias = biases[l - 1][k] if l else 0
            if bias:
                text = f"b = {short(bias)}"
                ax.text(2 * l, y - 0.42, text, ha="center", va="center", bbox=edge)
    ax.set(xlim=(-0.6, 2 * len(weights) + 0.6), ylim=(-1.65, 1.45), title=title)
    ax.set_axis_off()
    return ax


def plot_line(X, labels, w, b, *, title, limits=None, names=("$x_1$", "$x_2$"), ax=None):
    """Draw points of classes 0 and 1, and the line w · x + b = 0 with the side where a unit fires.

    Parameters
    ----------
    X : ndarray, shape (N, 2)
    labels : ndarray of {0, 1}, shape (N,)
    w, b : ndarray, shape (2,), and float
        With w = 0 there is no line, and none is drawn.
    limits : pair of numbers, optional
        Of both axes; without it the axes follow the points.
    """
    ax = new_axes(ax, width=4.3, height=3.8)
    corners = (X.min(axis=0) - 0.5, X.max(axis=0) + 0.5)
    low, high = [(v, v) for v in limits] if limits else corners
    across, up = (np.linspace(a, z, 200) for a, z in zip(low, high, strict=True))
    if np.any(np.asarray(w) != 0):
        scores = across[None, :] * w[0] + up[:, None] * w[1] + b
        ax.contourf(across, up, scores, levels=[0, np.inf], colors=[BACKWARD], alpha=0.15)
        ax.contour(across, up, scores, levels=[0], colors=[INK], linewidths=2)
    for k, color in enumerate((FORWARD, BACKWARD)):
        ax.plot(*X[labels == k].T, MARKERS[k], color=color, label=f"class {k}")
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=names[0], ylabel=names[1])
    if limits:
        ax.set(xticks=[0, 1], yticks=[0, 1])
    ax.set_title(title)
    _key(ax)
    return ax


def _key(ax):
    """Name the classes below the axes, where a phone has room."""
    ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)


def plot_planes(planes, labels, *, title, borders=None):
    """Draw the same labelled points in several planes: name to (points (N, 2), names of the axes).

    Parameters
    ----------
    borders : dict, optional
        Name of a plane to (w, b): a line w · x + b = 0, and the side where a unit fires.

    Returns
    -------
    array of Axes
    """
    size = (4.2, 3.0 * len(planes) + 0.4)  # one below the other: a phone shows both
    figure, axes = plt.subplots(len(planes), 1, figsize=size, layout="constrained")
    size = 4 if len(labels) > 20 else 9
    for ax, (name, (X, (xlabel, ylabel))) in zip(axes, planes.items(), strict=True):
        for k in range(int(labels.max()) + 1):
            points = X[labels == k]
            ax.plot(*points.T, MARKERS[k], color=PALETTE[k], markersize=size, label=f"class {k}")
        new_axes(ax).set(title=name, xlabel=xlabel, ylabel=ylabel)
        ax.margins(0.08 if len(labels) > 20 else 0.3)
        if (xlabel, ylabel) == ("$x_1$", "$x_2$") and len(labels) > 20:
            ax.set_aspect("equal", adjustable="datalim")  # rings are round
        if len(np.unique(X)) == 2:
            ax.set(xticks=[0, 1], yticks=[0, 1])
        if borders and name in borders:
            (w, b), limits = borders[name], [ax.get_xlim(), ax.get_ylim()]
            across, up = (np.linspace(*ends, 200) for ends in limits)
            scores = across[None, :] * w[0] + up[:, None] * w[1] + b
            ax.contourf(across, up, scores, levels=[0, np.inf], colors=[BACKWARD], alpha=0.15)
            ax.contour(across, up, scores, levels=[0], colors=[INK], linewidths=2)
    _key(axes[-1])
    figure.suptitle(title)
    return axes


def plot_errors(x, y, lines, *, title):
    """Draw points and one line in each plane: title to (w0, w1), with the errors as uprights."""
    size = (4.2, 1.9 * len(lines) + 0.5)
    figure, axes = plt.subplots(
        len(lines), 1, figsize=size, sharex=True, sharey=True, squeeze=False, layout="constrained"
    )
    for ax, (name, (w0, w1)) in zip(axes[:, 0], lines.items(), strict=True):
        ends = np.array([x.min() - 0.3, x.max() + 0.3])
        new_axes(ax).plot(ends, w0 + w1 * ends, "-", color=INK, lw=2)
        ax.vlines(x, y, w0 + w1 * x, color=BACKWARD, lw=2.5, ls="--")
        ax.plot(x, y, "o", color=FORWARD, ms=8)
        ax.set_title(name, fontsize=LEAST + 1)
        ax.set(ylabel="y", xticks=x)
    axes[-1, 0].set_xlabel("x")
    figure.suptitle(title)
    return axes[:, 0]


def plot_shapes(z, shapes, *, title):
    """Draw activation functions: name to (values, where the name stands)."""
    ax = new_axes(width=4.3, height=3.0)
    for k, (name, (values, place)) in enumerate(shapes.items()):
        ax.plot(z, values, LINE_STYLES[k], color=PALETTE[k], lw=2)
        ax.text(*place, name, color=PALETTE[k], ha="center", va="center", fontweight="bold")
    ax.set(xlabel="score z", ylabel="output φ(z)", title=title)
    ax.grid(alpha=0.3)
    return ax


def plot_chains(chains, *, title):
    """Draw rows of boxes joined by arrows: name of the row to the texts of its boxes."""
    ax = new_axes(width=6.8, height=0.8 * len(chains) + 0.5)
    for row, (name, texts) in enumerate(chains.items()):
        ax.text(-0.7, 0.42 - row, name, va="center", color=PALETTE[row], fontweight="bold")
        for k, text in enumerate(texts):
            box = {"boxstyle": "round,pad=0.4", "facecolor": "#f2f2f2", "edgecolor": PALETTE[row]}
            ax.text(1.5 * k, -row, text, ha="center", va="center", fontsize=LEAST, bbox=box)
            if k:
                arrow = {"arrowstyle": "-|>", "color": INK}
                ax.annotate("", (1.5 * k - 0.6, -row), (1.5 * k - 0.9, -row), arrowprops=arrow)
    longest = max(len(texts) for texts in chains.values())
    ax.set(xlim=(-0.8, 1.5 * longest - 0.7), ylim=(0.6 - len(chains), 0.7), title=title)
    ax.set_axis_off()
    return ax


def plot_timeline(events, *, title):
    """Draw events over the years: (year, text) in order; the two longest gaps stand out."""
    ax = new_axes(width=7, height=0.34 * len(events) + 1)
    years = [year for year, _ in events]
    rows = -np.arange(len(events))
    gaps = np.diff(years)
    for k, gap in enumerate(gaps):
        look = {"color": BACKWARD, "lw": 3} if gap >= sorted(gaps)[-2:][0] else {"color": SOFT}
        ax.plot(years[k : k + 2], [rows[k] - 0.5] * 2, "-", zorder=0, **look)  # between the texts
    for year, row in zip(years, rows, strict=True):
        ends = [max(row - 0.5, rows[-1]), min(row + 0.5, 0)]
        ax.plot([year, year], ends, "-", color=SOFT, lw=1, zorder=0)
    ax.plot(years, rows, "o", color=FORWARD)
    for year, row, (_, text) in zip(years, rows, events, strict=True):
        late = year > (years[0] + years[-1]) / 2
        place = {"ha": "right" if late else "left", "va": "center", "fontsize": 9}
        ax.text(year + (-1.5 if late else 1.5), row, f"{year}  {text}", **place)
    ax.set(yticks=[], xlabel="year", title=title, ylim=(rows[-1] - 0.8, 0.8))
    ax.spines["left"].set_visible(False)
    return ax


def plot_starts(shares, *, title, xlabel, level=None):
    """Draw what networks reach from several starts: a column of dots for each name.

    Parameters
    ----------
    shares : dict
        Name to percentages, one a start.
    level : (float, str), optional
        A percentage to compare with, and its name.
    """
    ax = new_axes(width=4.3, height=3.4)
    for k, values in enumerate(shares.values()):
        shifts = np.linspace(-0.22, 0.22, len(values))
        ax.plot(k + shifts, sorted(values), "o", color=FORWARD, alpha=0.8, ms=6)
    if level:
        ax.axhline(level[0], color=SOFT, ls="--", lw=1)
        ax.text(len(shares) - 0.5, level[0] - 1, level[1], ha="right", va="top", fontsize=LEAST)
    ax.set(xticks=range(len(shares)), xticklabels=shares, xlabel=xlabel, title=title)
    ax.set(ylabel="% right", xlim=(-0.6, len(shares) - 0.4), ylim=(None, 101))
    return ax
