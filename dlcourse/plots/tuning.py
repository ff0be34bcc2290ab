"""Where trials of a search fall, and what they find (Lecture 11)."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from dlcourse.plots.basic import INK, MARKERS, PALETTE, SOFT, plot_lines


def plot_against(values, lines, *, ticks, xlabel, ylabel, title, yticks=None):
    """Draw named curves over a setting on a logarithmic axis, with plain numbers at its ticks.

    Parameters
    ----------
    values : array_like, shape (T,)
        Of the setting, above 0.
    lines : dict
        As for `plot_lines`.
    ticks : sequence of float
        Where the axis is labelled.
    yticks : sequence of float, optional
        Where the other axis is labelled; with them it is logarithmic, too.
    xlabel, ylabel, title : str

    Returns
    -------
    Axes
    """
    words = {"xlabel": xlabel, "ylabel": ylabel, "title": title, "xscale": "log"}
    ax = plot_lines(values, lines, **words, yscale="linear" if yticks is None else "log")
    for axis, places in ((ax.xaxis, ticks), (ax.yaxis, yticks)):
        if places is not None:
            axis.set_minor_locator(NullLocator())
            axis.set_ticks(places, [f"{place:,g}" for place in places])
    return ax


def plot_trials(boards, *, xlabel, ylabel, title):
    """Draw trials in the unit square, and on both edges the values that they try of each setting.

    Parameters
    ----------
    boards : dict
        Name of a way to search to its trials, array_like (n, 2), in shares of the box's sides.
    xlabel, ylabel, title : str

    Returns
    -------
    array of Axes, one a way
    """
    size = (3.1 * len(boards), 3.5)
    figure, axes = plt.subplots(1, len(boards), figsize=size, layout="constrained", squeeze=False)
    for i, (ax, (name, trials)) in enumerate(zip(axes[0], boards.items(), strict=True)):
        x, y = np.asarray(trials, dtype=float).T
        look = {"color": PALETTE[i % 6], "linestyle": "none", "clip_on": False}
        ax.plot(x, y, MARKERS[i % 6], markersize=8, **look)
        ax.plot(x, np.full(len(x), -0.12), "|", markersize=13, markeredgewidth=2, **look)
        ax.plot(np.full(len(y), -0.12), y, "_", markersize=13, markeredgewidth=2, **look)
        ax.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], color=SOFT, linewidth=1)
        tried = len(np.unique(np.round(x, 9))), len(np.unique(np.round(y, 9)))
        ax.set(xlim=(-0.17, 1.05), ylim=(-0.17, 1.05), xticks=[], yticks=[], aspect="equal")
        ax.set_title(f"{name}: {tried[0]} × {tried[1]} values", fontsize=10)
        ax.set_xlabel(xlabel)
        ax.spines[:].set_visible(False)
    axes[0, 0].set_ylabel(ylabel)
    figure.suptitle(title)
    return axes[0]


def plot_found(races, *, xlabel, title):
    """Draw what ways to search find: a row a way, a dot a repetition, a bar at their median.

    Parameters
    ----------
    races : dict
        Name of a budget to {way: values above 0}, the same ways in each.
    xlabel, title : str

    Returns
    -------
    array of Axes, one a budget
    """
    size = (4.2 * len(races), 2.9)
    figure, axes = plt.subplots(
        1, len(races), figsize=size, layout="constrained", sharex=True, sharey=True, squeeze=False
    )
    for ax, (name, ways) in zip(axes[0], races.items(), strict=True):
        for row, (_, values) in enumerate(ways.items()):
            color = PALETTE[row % 6]
            spread = np.linspace(-0.22, 0.22, len(values))  # equal ones stand side by side
            ax.plot(values, row + spread, MARKERS[row % 6], color=color, markersize=4, alpha=0.5)
            ax.plot(np.median(values), row, "|", color=INK, markersize=24, markeredgewidth=2.5)
        ax.set(xscale="log", title=name, ylim=(len(ways) - 0.5, -0.5))
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 1.5, 2, 3, 5, 7)))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_yticks(range(len(ways)), ways)
        ax.grid(alpha=0.3, axis="x")
        ax.spines[["top", "right"]].set_visible(False)
        ax.set_xlabel(xlabel)
    figure.suptitle(title)
    return axes[0]
