"""Figures of the lecture on optimizers: courses, valleys, and the finish of a race.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from dlcourse.plots.basic import INK, LINE_STYLES, MARKERS, PALETTE, SOFT, new_axes

# an optimizer has one name, colour and mark in every figure, and in the race of the widgets too
RUNNERS = ("plain", "momentum", "Nesterov", "AdaGrad", "RMSProp", "Adam")


def look_of(runner):
    """The colour, line and marker of an optimizer; its place in `RUNNERS` says which."""
    i = RUNNERS.index(runner)
    return {"color": PALETTE[i], "linestyle": LINE_STYLES[i], "marker": MARKERS[i]}


def plot_runners(x, lines, *, xlabel, ylabel, title, xscale="linear", yscale="linear", ax=None):
    """Draw a curve for each optimizer in its own look, over a shared `x`.

    Parameters
    ----------
    x : array_like, shape (T,)
    lines : dict
        Name to values (T,). A name is an optimizer's, or that and a change of it, as in "Adam,
        uncorrected"; a second curve of one optimizer is dotted and its marks are hollow.
    xlabel, ylabel, title, xscale, yscale : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax, drawn = new_axes(ax), set()
    for name, values in lines.items():
        runner = name.split(",")[0]
        again = {"linestyle": ":", "markerfacecolor": "none"} if runner in drawn else {}
        drawn.add(runner)
        look = {**look_of(runner), **again, "markersize": 5, "markevery": max(1, len(x) // 8)}
        ax.plot(x, values, label=name, **look)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, xscale=xscale, yscale=yscale)
    ax.grid(alpha=0.3)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def plot_courses(courses, *, title, low=(-11, -10), high=(5, 4)):
    """Draw paths over contour lines that grow tenfold, one panel a course.

    Parameters
    ----------
    courses : dict
        Name to (loss, paths): the loss takes points (..., 2), `paths` maps an optimizer's name to
        points (T, 2). All courses have the same names.
    title : str
    low, high : pairs of numbers
        Corners of the rectangle shown; the minimum, at 0, is marked with a star.

    Returns
    -------
    array of Axes, one a course
    """
    size = (3.6 * len(courses), 3.7)
    figure, axes = plt.subplots(1, len(courses), figsize=size, layout="constrained", squeeze=False)
    grid = np.meshgrid(*(np.linspace(a, b, 160) for a, b in zip(low, high, strict=True)))
    for ax, (name, (loss, paths)) in zip(axes[0], courses.items(), strict=True):
        values = loss(np.stack(grid, axis=-1))
        ax.contour(*grid, values, levels=[1, 10, 100, 1000], colors=SOFT, linewidths=0.8)
        for runner, path in paths.items():
            look = {**look_of(runner), "linewidth": 1.3, "markersize": 3.5}
            ax.plot(*np.transpose(path), label=runner, **look)
        ax.plot(0, 0, "*", color=INK, markersize=11, zorder=5)
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal", title=name)
        ax.set(xlabel="$w_1$", ylabel="$w_2$")
    lines, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=len(names), frameon=False)
    figure.suptitle(title)
    return axes[0]


def plot_valleys(valleys, ends, *, start, title, low=-1.5, high=5.5):
    """Draw functions of one number side by side, and where balls that begin at `start` end.

    Parameters
    ----------
    valleys : dict
        Name to function of one number.
    ends : dict
        The same names; each maps what a ball is called to the place where it ends.
    start : float
    title : str
    low, high : float
        Ends of the axis.

    Returns
    -------
    array of Axes, one a valley
    """
    size = (2.7 * len(valleys), 3.1)
    figure, axes = plt.subplots(
        1, len(valleys), figsize=size, layout="constrained", sharey=True, squeeze=False
    )
    places = np.linspace(low, high, 600)
    for ax, (name, f) in zip(axes[0], valleys.items(), strict=True):
        ax.plot(places, f(places), color=SOFT, linewidth=1.3)
        ax.plot(start, f(start), "o", color=INK, markersize=5)
        ax.annotate("start", (start, f(start)), (-3, 6), textcoords="offset points", ha="right")
        stacked = {}
        for i, (ball, x) in enumerate(ends[name].items()):
            level = stacked[round(x)] = stacked.get(round(x), -1) + 1  # in one place: on a pile
            y = f(x) + 0.18 + 0.26 * level
            ax.plot(x, y, MARKERS[i], color=PALETTE[i], markersize=7, label=ball)
        ax.set(title=name, xlabel="x")
    axes[0, 0].set_ylabel("f(x)")
    lines, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(lines, names, loc="outside lower center", ncols=len(names), frameon=False)
    figure.suptitle(title)
    return axes[0]


def plot_finishes(races, *, xlabel, title):
    """Draw where runners finish: a row a runner, a dot a start, a bar at their mean.

    Parameters
    ----------
    races : dict
        Name of a race to {optimizer: values above 0}, the same ones in each.
    xlabel, title : str

    Returns
    -------
    array of Axes, one a race
    """
    size = (2.9 * len(races), 2.9)
    figure, axes = plt.subplots(
        1, len(races), figsize=size, layout="constrained", sharex=True, sharey=True, squeeze=False
    )
    for ax, (name, runners) in zip(axes[0], races.items(), strict=True):
        for row, (runner, values) in enumerate(runners.items()):
            look = {**look_of(runner), "linestyle": "none", "alpha": 0.5}
            ax.plot(values, [row] * len(values), markersize=4, **look)
            ax.plot(np.mean(values), row, "|", color=look["color"], ms=19, markeredgewidth=2.5)
        ax.set(xscale="log", title=name, ylim=(len(runners) - 0.5, -0.5))
        ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.set_yticks(range(len(runners)), runners)
        ax.grid(alpha=0.3, axis="x")
    axes[0, len(races) // 2].set_xlabel(xlabel)
    figure.suptitle(title)
    return axes[0]
