"""Figures of lecture 1: lines that decide, classes in several planes, chains of boxes, a timeline.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, MARKERS, PALETTE, SOFT, new_axes


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
    ax = new_axes(ax, width=4.8, height=3.8)
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
    ax.set_title(title)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def plot_planes(planes, labels, *, title):
    """Draw the same labelled points in several planes: name to (points (N, 2), names of the axes).

    Returns
    -------
    array of Axes
    """
    width = 4.2 * len(planes)
    figure, axes = plt.subplots(1, len(planes), figsize=(width, 3.6), layout="constrained")
    for ax, (name, (X, (xlabel, ylabel))) in zip(axes, planes.items(), strict=True):
        for k in range(int(labels.max()) + 1):
            points = X[labels == k]
            ax.plot(*points.T, MARKERS[k], color=PALETTE[k], markersize=4, label=f"class {k}")
        new_axes(ax).set(title=name, xlabel=xlabel, ylabel=ylabel)
        ax.margins(0.08)
    axes[-1].legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    figure.suptitle(title)
    return axes


def plot_chains(chains, *, title):
    """Draw rows of boxes joined by arrows: name of the row to the texts of its boxes."""
    ax = new_axes(width=9.2, height=1.1 * len(chains) + 0.5)
    for row, (name, texts) in enumerate(chains.items()):
        ax.text(-0.75, -row, name, ha="right", va="center", color=PALETTE[row], fontweight="bold")
        for k, text in enumerate(texts):
            box = {"boxstyle": "round,pad=0.4", "facecolor": "#f2f2f2", "edgecolor": PALETTE[row]}
            ax.text(1.5 * k, -row, text, ha="center", va="center", fontsize=9, bbox=box)
            if k:
                arrow = {"arrowstyle": "-|>", "color": INK}
                ax.annotate("", (1.5 * k - 0.52, -row), (1.5 * k - 0.98, -row), arrowprops=arrow)
    longest = max(len(texts) for texts in chains.values())
    ax.set(xlim=(-2, 1.5 * longest - 0.7), ylim=(0.6 - len(chains), 0.6), title=title)
    ax.set_axis_off()
    return ax


def plot_timeline(events, *, title):
    """Draw events over the years: a list of (year, text), in the order of the years."""
    ax = new_axes(width=8.4, height=0.34 * len(events) + 1)
    years = [year for year, _ in events]
    rows = -np.arange(len(events))
    ax.plot(years, rows, "-", color=SOFT, zorder=0)
    ax.plot(years, rows, "o", color=FORWARD)
    for year, row, (_, text) in zip(years, rows, events, strict=True):
        late = year > (years[0] + years[-1]) / 2
        place = {"ha": "right" if late else "left", "va": "center", "fontsize": 9}
        ax.text(year + (-1.5 if late else 1.5), row, f"{year}  {text}", **place)
    ax.set(yticks=[], xlabel="year", title=title, ylim=(rows[-1] - 0.8, 0.8))
    ax.spines["left"].set_visible(False)
    return ax
