"""Where trials of a search fall, and what they find (Lecture 11)."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, MARKERS, PALETTE, SOFT, plot_lines


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


def plot_trials(boards, valley, *, xlabel, ylabel, title):
    """Draw trials in the unit square, and above it where they fall in the valley of one setting.

    Parameters
    ----------
    boards : dict
        Name of a way to search to its trials, array_like (n, 2), in shares of the box's sides.
    valley : callable
        The loss, from 0 to 1, that belongs to values (n,) of the setting across.
    xlabel, ylabel, title : str

    Returns
    -------
    array of Axes, (2, a way): the valley and the square below it
    """
    figure, axes = plt.subplots(
        2, len(boards), figsize=(3.1 * len(boards), 4.6), sharex=True, sharey="row",
        height_ratios=(1, 2), layout="constrained", squeeze=False,
    )  # fmt: skip
    along = np.linspace(0, 1, 201)
    for i, ((above, ax), (name, trials)) in enumerate(zip(axes.T, boards.items(), strict=True)):
        x, y = np.asarray(trials, dtype=float).T
        color, marker, loss = PALETTE[i % 6], MARKERS[i % 6], valley(x)
        above.plot(along, valley(along), color=SOFT, linewidth=1.5)
        above.vlines(x, -0.2, loss, color=color, linewidth=1, linestyle=":")
        above.plot(x, loss, marker, color=color, markersize=7, clip_on=False)
        above.plot(
            x[loss.argmin()], loss.min(), "o", markersize=14, markerfacecolor="none",
            markeredgecolor=INK, clip_on=False,
        )  # fmt: skip
        ax.vlines(x, y, 1.06, color=color, linewidth=1, linestyle=":", clip_on=False)
        ax.plot(x, y, marker, color=color, markersize=7, clip_on=False)
        ax.plot([0, 1, 1, 0, 0], [0, 0, 1, 1, 0], color=SOFT, linewidth=1)
        tried = len(np.unique(np.round(x, 9)))
        above.set_title(f"{name}: {tried} values,\nlowest loss {loss.min():.2f}", fontsize=10)
        above.set(ylim=(-0.2, 1.15), xlim=(-0.06, 1.06), yticks=[0, 1])
        ax.set(ylim=(-0.06, 1.06), xticks=[], yticks=[], xlabel=xlabel)
        for one in (above, ax):
            one.spines[:].set_visible(False)
            one.tick_params(length=0)
    axes[0, 0].set_ylabel("loss")
    axes[1, 0].set_ylabel(ylabel)
    figure.suptitle(title)
    return axes


def plot_folds(ways, *, title):
    """Draw cross-validations, a row a training and a column a part of the rows.

    Parameters
    ----------
    ways : dict
        Caption of a cross-validation to a matrix (k, k) of bool: does training i choose by the
        labels of part j? Training i validates on part i.
    title : str

    Returns
    -------
    array of Axes, one a cross-validation
    """
    size = (3.3 * len(ways), 3.6)
    figure, axes = plt.subplots(1, len(ways), figsize=size, layout="constrained", squeeze=False)
    for ax, (name, chooses) in zip(axes[0], ways.items(), strict=True):
        k = len(chooses)
        for (i, j), chosen in np.ndenumerate(np.asarray(chooses)):
            color, hatch = (BACKWARD, "///") if i == j else (FORWARD, "")
            box = {"facecolor": color + "33", "edgecolor": color, "hatch": hatch}
            ax.add_patch(plt.Rectangle((j + 0.06, i + 0.1), 0.88, 0.8, linewidth=1, **box))
            if chosen:
                look = {"markeredgecolor": "white", "markersize": 13, "markeredgewidth": 1.5}
                ax.plot(j + 0.5, i + 0.5, "o", color=BACKWARD if i == j else INK, **look)
        ax.set(xlim=(0, k), ylim=(k, 0), aspect="equal")
        ax.set_xticks(np.arange(k) + 0.5, range(1, k + 1))
        ax.set_yticks(np.arange(k) + 0.5, range(1, k + 1))
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("part of the rows")
    axes[0, 0].set_ylabel("training")
    keys = [
        Patch(facecolor=FORWARD + "33", edgecolor=FORWARD, label="trains"),
        Patch(facecolor=BACKWARD + "33", edgecolor=BACKWARD, hatch="///", label="validates"),
        Line2D([], [], marker="o", color=INK, linestyle="none", markersize=9, label="chooses"),
    ]
    figure.legend(handles=keys, loc="outside lower center", ncols=3, frameon=False)
    figure.suptitle(title)
    return axes[0]


def plot_luck(estimates, truth, *, xlabel, title):
    """Draw how one setting's estimated errors are spread, and how those of the winners are.

    Parameters
    ----------
    estimates : dict
        Caption to array_like (n, settings), estimated errors of settings that are equally good.
    truth : float
        The error that they all have.
    xlabel, title : str

    Returns
    -------
    array of Axes, one a caption
    """
    size = (3.7 * len(estimates), 3.1)
    figure, axes = plt.subplots(
        1, len(estimates), figsize=size, layout="constrained", sharex=True, squeeze=False
    )
    for ax, (name, errors) in zip(axes[0], estimates.items(), strict=True):
        errors = np.asarray(errors, dtype=float)
        values = np.unique(errors)
        width = 0.85 * np.diff(values).min()
        for i, (label, part) in enumerate(
            {"one setting": errors, "the winner": errors.min(1)}.items()
        ):
            share = [100 * np.isclose(part, value).mean() for value in values]
            look = {"color": PALETTE[i] + ("55" if i == 0 else "aa"), "edgecolor": PALETTE[i]}
            ax.bar(values, share, width, label=label, hatch=("", "///")[i], **look)
        ax.axvline(truth, color=INK, linestyle="--", linewidth=1.5, label="true error")
        ax.set(xlabel=xlabel, title=name)
        ax.spines[["top", "right"]].set_visible(False)
        ax.grid(alpha=0.3, axis="y")
    axes[0, 0].set_ylabel("share of the cases, %")
    axes[0, -1].legend(frameon=False)
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
