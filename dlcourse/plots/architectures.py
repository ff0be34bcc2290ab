"""Figures of the lecture on architectures: winners, costs, and gradients along a line.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import INK, LINE_STYLES, PALETTE, SOFT, new_axes

PARTS = {"convolutions": (PALETTE[2], ""), "dense layers": (PALETTE[3], "///")}


def plot_winners(winners, *, human, title, ax=None):
    """Draw the errors of a contest year by year, each with its winner and the layers it has.

    Parameters
    ----------
    winners : sequence of (year, name, error in %, layers or None)
    human : float
        A person's error in %, drawn as a line.
    title : str
    ax : Axes, optional
    """
    ax = new_axes(ax, width=7.2, height=3.5)
    years, _, errors, _ = zip(*winners, strict=True)
    ax.hlines(human, years[0] - 0.5, years[-1], color=SOFT, linestyle="--", linewidth=1)
    ax.text(years[0] - 0.4, human + 0.4, f"a person, {human:g} %", color=INK, fontsize=9)
    ax.plot(years, errors, "-", color=PALETTE[0], linewidth=1.2)
    for year, name, error, count in winners:
        marker = "o" if count else "s"
        ax.plot(year, error, marker, color=PALETTE[0], markersize=7)
        note = f"{name}\n{error:g} %" + (f", {count} layers" if count else "")
        ax.annotate(note, (year, error), (5, 7), textcoords="offset points", fontsize=9)
    ax.set(xlabel="year", ylabel="top-5 error, %", title=title, ylim=(0, max(errors) + 5))
    ax.set(xlim=(years[0] - 0.5, years[-1] + 1.4), xticks=years)
    return ax


def plot_costs(networks, *, title):
    """Draw what networks hold and what they compute, split into convolutions and dense layers.

    Parameters
    ----------
    networks : dict
        Name to {quantity with its unit: (in convolutions, in dense layers)}; all networks have the
        same quantities, one panel each.
    title : str

    Returns
    -------
    array of Axes, one a quantity
    """
    quantities = [*next(iter(networks.values()))]
    size = (3.4 * len(quantities), 0.9 + 0.42 * len(networks))
    figure, axes = plt.subplots(
        1, len(quantities), figsize=size, layout="constrained", sharey=True, squeeze=False
    )
    for ax, quantity in zip(axes[0], quantities, strict=True):
        begin = np.zeros(len(networks))
        for k, (part, (color, hatch)) in enumerate(PARTS.items()):
            width = np.array([costs[quantity][k] for costs in networks.values()])
            look = {"color": color, "hatch": hatch, "edgecolor": "white", "height": 0.62}
            ax.barh(range(len(networks)), width, left=begin, label=part, linewidth=0, **look)
            begin = begin + width
        for row, total in enumerate(begin):
            ax.text(total + 0.015 * begin.max(), row, f"{total:,.3g}", va="center", fontsize=9)
        ax.set(xlabel=quantity, xlim=(0, 1.17 * begin.max()))
        ax.set_yticks(range(len(networks)), networks)
        ax.spines[["top", "right"]].set_visible(False)
    axes[0, 0].invert_yaxis()
    bars, names = axes[0, 0].get_legend_handles_labels()
    figure.legend(bars, names, loc="outside lower center", ncols=2, frameon=False)
    figure.suptitle(title)
    return axes[0]


def plot_slopes(panels, *, xlabel, title, lines=2):
    """Draw how single gradients change along a line through the data, one panel a network.

    Parameters
    ----------
    panels : dict
        Name to an array (points, inputs): the gradient at points from 0 to 1 of the way. Each panel
        is scaled to its own largest value, and shows the inputs that vary most.
    xlabel, title : str
    lines : int
        Inputs to show.

    Returns
    -------
    array of Axes, one a panel
    """
    figure, axes = plt.subplots(
        2,
        (len(panels) + 1) // 2,
        figsize=(6.8, 4.2),
        layout="constrained",
        sharex=True,
        sharey=True,
    )
    for ax, (name, slopes) in zip(axes.ravel(), panels.items(), strict=True):
        chosen = np.argsort(-slopes.std(axis=0))[:lines]
        scaled = slopes[:, chosen] / np.abs(slopes[:, chosen]).max()
        for i, line in enumerate(scaled.T):
            look = {"color": PALETTE[4 + i % 2], "linestyle": LINE_STYLES[i], "linewidth": 1.2}
            ax.plot(np.linspace(0, 1, len(line)), line, **look)
        ax.set_title(name, fontsize=10)
        ax.axhline(0, color=SOFT, linewidth=0.7)
    figure.supxlabel(xlabel, fontsize=10)
    figure.supylabel("gradient, scaled", fontsize=10)
    figure.suptitle(title)
    return axes.ravel()
