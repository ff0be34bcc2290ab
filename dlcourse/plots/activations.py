"""Figures of lecture 6: activations beside their slopes, what harms them, panels of its widgets."""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import (
    BACKWARD,
    FORWARD,
    INK,
    LINE_STYLES,
    PALETTE,
    SOFT,
    new_axes,
    plot_lines,
    short,
)

# what a line means: widgets give each role a colour of their theme
ROLES = {"ink": INK, "forward": FORWARD, "backward": BACKWARD, "soft": SOFT}


def plot_units(units, *, title, low=-5.0, high=5.0, top=6.5, ticks=None):
    """Draw activations, and below them their slopes, over scores from `low` to `high`.

    Where a slope jumps, its line is broken.

    Parameters
    ----------
    units : dict
        Name to (forward, backward), with ``backward(dout, z)``.
    title : str
    top : float
        Outputs above it are cut off.
    ticks : sequence of float, optional
        Scores to mark, such as those of the kinks.

    Returns
    -------
    array of two Axes
    """
    figure, axes = plt.subplots(2, 1, figsize=(4.2, 6.2), layout="constrained")  # it fits a phone
    z = np.linspace(low, high, 401)  # an odd number of points: 0 is one of them
    for i, (name, (forward, backward)) in enumerate(units.items()):
        style = {"color": PALETTE[i % 6], "linestyle": LINE_STYLES[i % 6], "linewidth": 1.8}
        axes[0].plot(z, forward(z), label=name, **style)
        axes[1].plot(*broken(z, backward(np.ones_like(z), z)), **style)
    axes[0].set_ylim(max(-2.2, axes[0].get_ylim()[0]), min(top, axes[0].get_ylim()[1]))
    for ax, ylabel in zip(axes, ["output g(z)", "slope g′(z)"], strict=True):
        new_axes(ax).set(xlabel="score z", ylabel=ylabel)
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.grid(alpha=0.3)
        if ticks is not None:
            ax.set_xticks(ticks)
    axes[0].legend(frameon=False)
    figure.suptitle(title)
    return axes


def broken(z, y, jump=0.1):
    """Both with a nan wherever `y` jumps from one point to the next, so that a line breaks there.

    Scores lie so close that no smooth slope of the course changes by `jump` between two.
    """
    places = np.flatnonzero(np.abs(np.diff(y)) > jump) + 1
    return np.insert(z, places, np.nan), np.insert(y, places, np.nan)


def plot_tangents(units, *, title):
    """Draw four activations in a grid, each with its output and its tangent at the score 0.

    Parameters
    ----------
    units : dict
        Four names to (forward, backward), with ``backward(dout, z)``, row by row.
    title : str

    Returns
    -------
    array of Axes, shape (2, 2)
    """
    figure, axes = plt.subplots(
        2, 2, figsize=(4.6, 5), sharex=True, sharey=True, layout="constrained"
    )
    z, zero = np.linspace(-4, 4, 161), np.zeros(1)
    for ax, (name, (forward, backward)) in zip(axes.flat, units.items(), strict=True):
        height, slope = forward(zero)[0], backward(np.ones(1), zero)[0]
        near = np.array([-2.6, 2.6]) / (1 + slope)  # a steep tangent stays inside
        new_axes(ax).set_title(name, fontsize=10)
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.plot(z, forward(z), color=FORWARD, linewidth=2)
        ax.plot(near, height + slope * near, "--", color=BACKWARD, linewidth=1.8)
        ax.plot(0, height, "o", color=INK, markersize=5)
        for y, words, color in [(2.15, "slope", BACKWARD), (1.75, "output", INK)]:
            value = short(slope if words == "slope" else height)
            ax.text(-3.8, y, f"{words} at 0: {value}", color=color, fontsize=9)
        ax.grid(alpha=0.3)
        ax.set(xlim=(-4, 4), ylim=(-1.4, 2.6))
    figure.supxlabel("score z", fontsize=10)
    figure.supylabel("output g(z)", fontsize=10)
    figure.suptitle(title)
    return axes


def plot_spreads(outputs, *, title, reach=1.0):
    """Draw how much the outputs of units differ from row to row, a panel for each hidden layer.

    Parameters
    ----------
    outputs : dict
        Name to the outputs (N, units) of each layer, the first on top; a column for each name.
    title : str
    reach : float
        Differences beyond it are drawn at the edge.

    Returns
    -------
    array of Axes, shape (layers, names)
    """
    depth = max(map(len, outputs.values()))
    size = (4.6, 1.1 * depth + 1.2)
    figure, axes = plt.subplots(
        depth, len(outputs), figsize=size, sharex=True, layout="constrained", squeeze=False
    )
    bins = np.linspace(-reach, reach, 62)  # an odd number of bins: 0 lies inside one
    for column, (name, layers) in enumerate(outputs.items()):
        axes[0, column].set_title(name, fontsize=10)
        for row, values in enumerate(map(np.asarray, layers)):
            ax = new_axes(axes[row, column])
            away = values - values.mean(axis=0)
            ax.hist(away.clip(-reach, reach).ravel(), bins, color=FORWARD)
            words = f"spread {values.std(axis=0).mean():.2g}"
            ax.text(0.98, 0.8, words, ha="right", color=INK, fontsize=9, transform=ax.transAxes)
            ax.set(yticks=[], xlim=(-reach, reach), ylabel="" if column else f"layer {row + 1}")
    figure.supxlabel("output, minus the mean of its unit", fontsize=10)
    figure.suptitle(title)
    return axes


def plot_learning(updates, spreads, errors, *, title):
    """Draw how much outputs differ from row to row, logarithmic, and the error below it.

    Parameters
    ----------
    updates : sequence of int, length T
    spreads, errors : dict
        The same names to arrays (R, T): R runs, drawn as their median with a band.
    title : str

    Returns
    -------
    array of two Axes
    """
    figure, axes = plt.subplots(2, 1, figsize=(5.2, 6.6), sharex=True, layout="constrained")
    ways = [("", "spread of the outputs", spreads, "log"), ("updates", "error", errors, "linear")]
    for ax, (xlabel, ylabel, lines, scale) in zip(axes, ways, strict=True):
        words = {"xlabel": xlabel, "ylabel": ylabel, "title": "", "yscale": scale}
        plot_lines(updates, lines, middle=np.ma.median, ax=ax, **words)
    if len(spreads) > 1:
        axes[0].legend(frameon=False, fontsize=9)
        axes[1].get_legend().remove()
    figure.suptitle(title)
    return axes


def plot_steps(paths, *, best, title):
    """Draw paths of two weights, and the directions in which their first step may go.

    Where each step of a path moves both weights up or both down, these two quarters are tinted.

    Parameters
    ----------
    paths : dict
        Name to the places (T, 2) of the weights, the start first.
    best : pair of float
    title : str

    Returns
    -------
    array of Axes
    """
    figure, axes = plt.subplots(len(paths), 1, figsize=(4, 3.6 * len(paths)), layout="constrained")
    for ax, (name, path) in zip(np.atleast_1d(axes), paths.items(), strict=True):
        path = np.asarray(path)
        ax.set(xlim=(-1.6, 2.6), ylim=(-2.1, 2.1), aspect="equal", title=name)
        new_axes(ax).set(xlabel="$w_1$", ylabel="$w_2$")
        moves = np.diff(path, axis=0)
        together = np.all(moves[:, 0] * moves[:, 1] >= 0)
        (x, y), (right, top) = path[0], (2.6, 2.1)
        quarters = [(x, right, y, top), (-1.6, x, -2.1, y)]
        if not together:
            quarters += [(x, right, -2.1, y), (-1.6, x, y, top)]
        for x0, x1, y0, y1 in quarters:
            ax.fill_between([x0, x1], y0, y1, color=FORWARD, alpha=0.14, linewidth=0)
        ax.axhline(y, color=SOFT, linewidth=0.8)
        ax.axvline(x, color=SOFT, linewidth=0.8)
        ax.plot(*path.T, color=BACKWARD, linewidth=1.4, marker="o", markersize=3)
        ax.plot(*path[0], "o", color=INK, markersize=7)
        ax.plot(*best, "*", color=INK, markersize=14)
        ax.text(x - 0.1, y + 0.12, "start", ha="right", color=INK)
        ax.text(best[0], best[1] - 0.5, "best", ha="center", color=INK)
    figure.suptitle(title)
    return axes


def plot_scores(moments, *, title, ax=None):
    """Draw the scores of one ReLU unit, a dot for each row, at several moments.

    Parameters
    ----------
    moments : dict
        Name to the scores (N,) at that moment, the first on top.
    title : str
    """
    ax = new_axes(ax, height=1.2 + 0.9 * len(moments))
    furthest = 1.12 * max(np.abs(scores).max() for scores in moments.values())
    ax.set(xlim=(-furthest, furthest), ylim=(len(moments) - 0.4, -0.75))
    ax.axvspan(0, furthest, color=FORWARD, alpha=0.12, linewidth=0)
    ax.axvline(0, color=INK, linewidth=1)
    for sign, words, color in [
        (-1, "slope 0: learns nothing", BACKWARD),
        (1, "slope 1: learns", FORWARD),
    ]:
        ax.text(sign * furthest / 2, -0.5, words, ha="center", va="center", color=color)
    for row, scores in enumerate(map(np.asarray, moments.values())):
        spread = np.random.default_rng(7).uniform(-0.16, 0.16, size=len(scores))
        for part, color in [(scores <= 0, BACKWARD), (scores > 0, FORWARD)]:
            ax.plot(scores[part], row + spread[part], ".", color=color, markersize=4, alpha=0.6)
        words = f"positive for {np.sum(scores > 0)} of {len(scores)}"
        ax.text(furthest, row + 0.38, words, ha="right", va="center", color=INK, fontsize=9)
    ax.set_yticks(range(len(moments)), list(moments))
    ax.set(xlabel="score of the unit, one dot for each digit", title=title)
    return ax


def plot_panel(panel, series, *, ax):
    """Draw one panel of a `CurveExplorer`: ``series`` are dicts with x, y, role and name."""
    new_axes(ax)
    for line in series:
        style = {"color": ROLES[line["role"]], "label": line["name"] or None}
        dash = "--" if line["dashed"] else "-"
        ax.plot(line["x"], line["y"], dash, marker="o" if line["dots"] else None, ms=4, **style)
    ax.set(title=panel["title"], xlabel=panel["xlabel"], ylabel=panel["ylabel"])
    ax.set(xlim=panel["xlim"], ylim=panel["ylim"], yscale="log" if panel["log"] else "linear")
    ax.grid(alpha=0.3)
    if any(line["name"] for line in series):
        ax.legend(frameon=False, fontsize=9)
    return ax


def curve(x, y, *, name="", role="forward", dashed=False, dots=False):
    """One line of a panel, as plain numbers of five digits that a browser can read."""
    numbers = {"x": [float(f"{v:.5g}") for v in x], "y": [float(f"{v:.5g}") for v in y]}
    return {**numbers, "name": name, "role": role, "dashed": dashed, "dots": dots}
