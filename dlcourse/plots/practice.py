"""Levers on unequal classes, and the questions of a failing run (Lecture 17)."""

from textwrap import fill

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, PALETTE, SOFT, new_axes
from dlcourse.reference import metrics


def plot_levers(y, rows, threshold, names, *, limits, title, area=True):
    """Draw two histograms of scores for each lever, and what a threshold makes of them.

    Parameters
    ----------
    y : ndarray of {0, 1}, shape (N,)
    rows : dict
        Lever to scores, array_like (N,).
    threshold : float
    names : pair of str
        What one of class 0 and one of class 1 is called.
    limits : pair of float
        Ends of the histograms; scores beyond join the outer bars.
    title : str
    area : bool
        Whether the area under the ROC curve is told, too.

    Returns
    -------
    Figure
    """
    figure, axes = plt.subplots(
        len(rows), 1, figsize=(4.4, 1.35 * len(rows) + 0.8), layout="constrained", sharex=True,
        squeeze=False,
    )  # fmt: skip
    edges = np.linspace(*limits, 41)
    for ax, (lever, scores) in zip(axes.flat, rows.items(), strict=True):
        scores = np.asarray(scores, dtype=float)
        inside = np.clip(scores, *limits)
        for label, color, hatch in ((0, FORWARD, None), (1, BACKWARD, "///")):
            counts = np.histogram(inside[y == label], edges)[0]
            ax.bar(
                edges[:-1], counts / counts.max(), np.diff(edges), align="edge", color=color,
                alpha=0.55, hatch=hatch, linewidth=0, label=names[label],
            )  # fmt: skip
        ax.axvline(threshold, color=INK, linewidth=2)
        called = (scores >= threshold).astype(int)
        found, right = metrics.recall(y, called), metrics.precision(y, called)
        auc = f", AUC {metrics.roc_auc(y, scores):.3f}" if area else ""
        ax.set_title(
            f"{lever}: recall {found:.2f}, precision {right:.2f}{auc}",
            fontsize=10, loc="left",
        )  # fmt: skip
        ax.set(yticks=[], ylim=(0, 1.1), xlim=limits)
        new_axes(ax)
    axes.flat[-1].set_xlabel("score (log-odds); each histogram as high as its fullest bar")
    axes.flat[0].legend(frameon=False, loc="upper right", fontsize=9)
    figure.suptitle(title, fontsize=11)
    return figure


def plot_changes(changes, *, xlabel, title, ax=None):
    """Draw a dot for each run's change against another run, a row of them a name, and its median.

    Parameters
    ----------
    changes : dict
        Name to numbers, 0 where nothing changed.
    xlabel, title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=5.0, height=0.6 * len(changes) + 1.1)
    ax.axvline(0, color=SOFT, linewidth=1)
    for k, (name, values) in enumerate(changes.items()):
        ax.plot(values, np.full(len(values), -k), "o", color=FORWARD, alpha=0.55, label=name)
        middle = np.median(values)
        ax.plot([middle, middle], [-k - 0.3, -k + 0.3], color=BACKWARD, linewidth=3)
    ax.set_yticks(-np.arange(len(changes)), changes)
    ax.set(xlabel=xlabel, ylim=(0.6 - len(changes), 0.6), title=title)
    return ax


def _box(ax, x, y, text, color=INK, **more):
    frame = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": color}
    return ax.text(x, y, text, ha="center", va="center", fontsize=10, bbox=frame, **more)


def _arrow(ax, start, end, color=INK, style="-"):
    how = {"arrowstyle": "->", "color": color, "linewidth": 1.6, "linestyle": style}
    ax.annotate("", end, start, arrowprops={**how, "shrinkA": 2, "shrinkB": 2})


def plot_where(*, title, ax=None):
    """Draw the way from rows to a decision, and where each lever acts on it.

    Parameters
    ----------
    title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=4.6, height=4.4)
    stations = ["training rows", "loss of a row", "scores", "decision"]
    levers = {
        0: "oversampling, SMOTE:\nmore rare rows\nundersampling:\nfewer others",
        1: "class weights:\nrare rows count more",
        3: "threshold:\nwhich score is enough",
    }
    for k, name in enumerate(stations):
        _box(ax, 0, -k, name, fontweight="bold")
        if k:
            _arrow(ax, (0, 1 - k - 0.17), (0, -k + 0.17))
    for k, words in levers.items():
        color = PALETTE[2] if k == 3 else BACKWARD
        ax.text(1.05, -k, words, ha="left", va="center", fontsize=10, color=color)
        _arrow(ax, (1.0, -k), (0.62, -k), color)
    ax.text(0.08, -1.5, "training", color=SOFT, fontsize=9, va="center")
    ax.text(0.08, -2.5, "after training", color=SOFT, fontsize=9, va="center")
    ax.set(xlim=(-0.75, 2.5), ylim=(-3.5, 0.6), title=title)
    ax.set_axis_off()
    return ax


def plot_questions(questions, *, title, ax=None):
    """Draw questions one below the other: the next one is asked if the answer is right.

    Parameters
    ----------
    questions : sequence of (str, str)
        A question, and what is wrong if the answer is no.
    title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=5.2, height=0.85 * len(questions) + 1.0)
    for k, (question, wrong) in enumerate(questions):
        _box(ax, 0, -k, question)
        ax.text(1.7, -k, wrong, ha="left", va="center", fontsize=10, color=BACKWARD)
        _arrow(ax, (1.25, -k), (1.65, -k), BACKWARD, "--")
        _arrow(ax, (0, -k - 0.24), (0, -k - 0.76), FORWARD)
    ax.text(0.1, -0.5, "yes", color=FORWARD, fontsize=9, va="center")
    ax.text(1.45, 0.13, "no", color=BACKWARD, fontsize=9, ha="center")
    _box(ax, 0, -len(questions), "now look at the curves", SOFT)
    ax.set(xlim=(-1.3, 3.4), ylim=(-len(questions) - 0.5, 0.5), title=title)
    ax.set_axis_off()
    return ax


def plot_repairs(runs, *, xlabel, title, ax=None):
    """Draw a dot for each run after each repair, and the medians as a staircase.

    Parameters
    ----------
    runs : dict
        What was mended to the numbers of the runs, in order.
    xlabel, title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = plot_changes(
        {fill(name, 26): values for name, values in runs.items()}, xlabel=xlabel, title=title, ax=ax
    )
    edges = 0.5 - np.arange(len(runs) + 1)
    medians = [np.median(values) for values in runs.values()]
    ax.plot(np.repeat(medians, 2), np.repeat(edges, 2)[1:-1], color=BACKWARD, linewidth=1)
    return ax


def plot_segment(rare, others, pair, u, *, title, ax=None):
    """Draw two classes in the plane, and a new row on the segment between two rare ones.

    Parameters
    ----------
    rare, others : ndarray, shapes (n, 2) and (m, 2)
    pair : pair of int
        The rare row to begin at, and its neighbour.
    u : float
        How far along the segment the new row lies, 0 to 1.
    title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=4.4, height=3.2)
    start, end = rare[pair[0]], rare[pair[1]]
    new = start + u * (end - start)
    ax.plot(*others.T, "s", color=FORWARD, alpha=0.55, label="others")
    ax.plot(*np.transpose([start, end]), color=BACKWARD, linewidth=1.5)
    ax.plot(*rare.T, "o", color=BACKWARD, label="rare rows")
    ax.plot(*new, "*", color=PALETTE[2], markersize=16, label="new row")
    for text, place in (("$x$", start), ("$x'$", end), ("$x + u(x' - x)$", new)):
        ax.annotate(text, place, (6, -14), textcoords="offset points", color=INK)
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5), fontsize=9)
    ax.set(xticks=[], yticks=[], xlabel="feature 1", ylabel="feature 2", title=title)
    return ax


def plot_copies(before, after, *, title):
    """Draw rows as letters: copied and then split, and split and then copied.

    Parameters
    ----------
    before, after : pair of str
        The letters of the training and of the test rows, where copies are made before the split
        and after it. A test letter that is trained, too, is framed.
    title : str

    Returns
    -------
    Figure
    """
    figure, axes = plt.subplots(2, 1, figsize=(4.4, 4.0), layout="constrained")
    orders = ("copy, then split", "split, then copy")
    colors = dict(zip(sorted({*"".join((*before, *after))}), PALETTE, strict=False))
    for ax, order, parts in zip(axes, orders, (before, after), strict=True):
        for k, (part, letters) in enumerate(zip(("training", "test"), parts, strict=True)):
            ax.text(-0.7, -k, part, ha="right", va="center", fontsize=10, color=INK)
            for i, letter in enumerate(letters):
                twin = k == 1 and letter in parts[0]
                frame = {"boxstyle": "square,pad=0.25", "facecolor": "white", "edgecolor": INK}
                ax.text(
                    i, -k, letter, ha="center", va="center", fontsize=12, fontweight="bold",
                    color=colors[letter], bbox=frame if twin else None,
                )  # fmt: skip
        ax.set(xlim=(-2.6, max(map(len, (*before, *after))) - 0.4), ylim=(-1.6, 0.6))
        twins = sum(letter in parts[0] for letter in parts[1])
        ax.set_title(f"{order}: {twins} of {len(parts[1])} test rows are trained", fontsize=10)
        ax.set_axis_off()
    figure.suptitle(title, fontsize=11)
    return figure
