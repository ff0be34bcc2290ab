"""Figures of the lecture on architectures: winners, costs, blocks of layers, and ways through them.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

from itertools import combinations
from math import comb

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.lines import Line2D

from dlcourse.plots.basic import INK, PALETTE, SOFT, new_axes

WIDTH = 2.95  # inches: a phone shows them without scrolling
PARTS = {"convolutions": (PALETTE[2], ""), "dense layers": (PALETTE[3], "///")}


def plot_winners(winners, *, human, title, ax=None):
    """Draw the errors of a contest year by year, each with its winner and the layers it has.

    Parameters
    ----------
    winners : sequence of (year, name, error in %, layers)
        Layers are None of what is no network, and 0 where no source tells them.
    human : float
        A person's error in %, drawn as a line.
    title : str
    ax : Axes, optional
    """
    ax = new_axes(ax, width=5, height=3.5)
    years, _, errors, _ = zip(*winners, strict=True)
    ax.hlines(human, years[0] - 0.5, years[-1], color=SOFT, linestyle="--", linewidth=1)
    ax.text(years[0] - 0.4, human + 0.4, f"a person, {human:g} %", color=INK, fontsize=9)
    ax.plot(years, errors, "-", color=PALETTE[0], linewidth=1.2)
    for year, name, error, count in winners:
        marker = "s" if count is None else "o"
        ax.plot(year, error, marker, color=PALETTE[0], markersize=7)
        note = f"{name}\n{error:g} %" + (f", {count} layers" if count else "")
        at = (9, -11) if year == years[-1] else (5, 7)  # the last one beside its dot: there is room
        ax.annotate(note, (year, error), at, textcoords="offset points", fontsize=9)
    looks = {"linestyle": "none", "color": PALETTE[0]}
    kinds = [
        Line2D([], [], marker=m, label=n, **looks)
        for m, n in (("s", "no network"), ("o", "network"))
    ]
    ax.legend(handles=kinds, frameon=False, loc="upper right")
    ax.set(xlabel="year", ylabel="top-5 error, %", title=title, ylim=(0, max(errors) + 5))
    ax.set(xlim=(years[0] - 0.5, years[-1] + 1.6), xticks=years)
    return ax


def plot_maps(layers, *, title, ax=None):
    """Draw layers from left to right, each as a pile of squares as large as its maps.

    Parameters
    ----------
    layers : dict
        Name to shape: maps (C, H, W), or (units,). A pile shows at most four of the maps.
    title : str
    ax : Axes, optional
    """
    ax = new_axes(ax, width=5, height=2.2)
    sides = [shape[-1] if len(shape) == 3 else 1 for shape in layers.values()]
    x, lift = 0.0, 1.6  # how far each map of a pile stands to the right of the one behind it
    for (name, shape), side in zip(layers.items(), sides, strict=True):
        pile = min(shape[0], 4) if len(shape) == 3 else 1
        wide = side + lift * (pile - 1)
        room = max(wide, 13)  # a small map leaves room for its text
        left = x + (room - wide) / 2
        for k in range(pile):
            corner = left + lift * k, (wide - side) / 2 - side / 2 - lift * k
            look = {"facecolor": "white", "edgecolor": PALETTE[0], "linewidth": 1}
            ax.add_patch(plt.Rectangle(corner, side, side, **look))
        maps = f"{shape[0]}\n{side}×{side}" if len(shape) == 3 else f"{shape[0]}\nunits"
        middle = {"ha": "center", "color": INK, "fontsize": 9}
        ax.text(x + room / 2, 21, name, va="center", **middle)
        ax.text(x + room / 2, -21, maps, va="top", linespacing=1.2, **middle)
        x += room + 4
    ax.set(xlim=(-1, x - 3), ylim=(-33, 24), aspect="equal")
    ax.set_title(title, fontsize=10)
    ax.set_axis_off()
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
    size = (4.4, 0.9 + (0.6 + 0.36 * len(networks)) * len(quantities))
    figure, axes = plt.subplots(len(quantities), figsize=size, layout="constrained", squeeze=False)
    axes = axes[:, 0]
    for ax, quantity in zip(axes, quantities, strict=True):
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
        ax.invert_yaxis()
    bars, names = axes[0].get_legend_handles_labels()
    figure.legend(bars, names, loc="outside lower center", ncols=2, frameon=False)
    figure.suptitle(title, fontsize=11)
    return axes


def plot_blocks(blocks, *, shortcuts, title, ax=None):
    """Draw blocks of layers side by side, from the input below to the output above.

    Parameters
    ----------
    blocks : dict
        Name to the layers in order. Of a block with a shortcut, one of them is "+", where what
        came in is added.
    shortcuts : collection of str
        Names of the blocks with a shortcut.
    title : str
    ax : Axes, optional
    """
    tallest = max(map(len, blocks.values()))
    ax = new_axes(ax, width=2.1 * len(blocks), height=1.1 + 0.48 * (tallest + 2))
    arrow = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0}
    for column, (name, layers) in enumerate(blocks.items()):
        x = 2.4 * column
        ax.text(x, -0.7, name, ha="center", va="center", fontsize=11)
        for row, layer in enumerate(["h", *layers, "next h"]):
            inner = 0 < row <= len(layers)
            color = PALETTE[1] if layer == "+" else PALETTE[0] if inner else "none"
            box = {"boxstyle": "circle" if layer == "+" else "round", "fc": "white", "ec": color}
            ax.text(x, row, layer, ha="center", va="center", fontsize=10, color=INK, bbox=box)
            if row:
                ax.annotate("", (x, row - 0.28), (x, row - 0.72), arrowprops=arrow)
        if name in shortcuts:
            end = 1 + layers.index("+")
            side = x + 1.1
            ax.plot([x + 0.15, side, side], [0, 0, end], color=PALETTE[1], linewidth=1.2)
            way = {**arrow, "color": PALETTE[1]}
            ax.annotate("", (x + 0.22, end), (side, end), arrowprops=way)
            ax.text(side + 0.1, end / 2, "h as it is", color=PALETTE[1], fontsize=10, va="center")
    ax.set(xlim=(-1.1, 2.4 * len(blocks) - 0.2), ylim=(-1.1, tallest + 1.5), title=title)
    ax.axis("off")
    return ax


def plot_branches(branches, *, enters, leaves, title, ax=None):
    """Draw branches of layers side by side, from what enters all of them to their concatenation.

    Parameters
    ----------
    branches : list of lists of str
        The layers of each branch in order, each with its text, which may have several lines.
    enters, leaves : str
        What stands below the branches, and above them.
    title : str
    ax : Axes, optional
    """
    tallest, middle = max(map(len, branches)), (len(branches) - 1) / 2
    ax = new_axes(ax, width=WIDTH, height=1.5 + 0.85 * tallest)
    center = {"ha": "center", "va": "center", "fontsize": 9, "color": INK}
    way = {"arrowstyle": "-|>", "color": "#6e6e6e", "shrinkA": 0, "shrinkB": 0}
    top = tallest + 0.9
    for x, layers in enumerate(branches):
        low = 0.15
        for row, layer in enumerate(layers):
            ax.annotate("", (x, row + 0.62), (x, low), arrowprops=way)
            look = {"boxstyle": "round,pad=0.25", "fc": "white", "ec": PALETTE[0]}
            ax.text(x, row + 1, layer, bbox=look, linespacing=1.25, **center)
            low = row + 1.38
        ax.annotate("", (x, top - 0.18), (x, low), arrowprops=way)
    for y in (0.15, top - 0.18):
        ax.plot([0, len(branches) - 1], [y, y], color="#6e6e6e", linewidth=1)
    ax.text(middle, -0.1, enters, **center)
    ax.text(middle, top + 0.08, leaves, **center)
    ax.set(xlim=(-0.55, len(branches) - 0.45), ylim=(-0.3, top + 0.3))
    ax.set_title(title, fontsize=10)
    ax.set_axis_off()
    return ax


def plot_paths(blocks, *, title, ax=None):
    """Draw each way from the input of residual blocks to their output: through some, past others.

    Parameters
    ----------
    blocks : int
        How many blocks stand one behind the other; there are 2 to this power ways.
    title : str
    ax : Axes, optional
    """
    ax = new_axes(ax, width=WIDTH, height=0.8 + 0.3 * 2**blocks + 0.3 * (blocks + 1))
    center, y = {"ha": "center", "va": "center", "fontsize": 9, "color": INK}, 0.0
    begin, end, heights = -0.75, blocks - 0.25, []
    for length in range(blocks + 1):
        ways = "1 path" if comb(blocks, length) == 1 else f"{comb(blocks, length)} paths"
        through = f"through {length} block{'s' * (length > 1)}" if length else "past all blocks"
        ax.text((blocks - 1) / 2, y + 0.55, f"{ways} {through}", **center)
        for chosen in combinations(range(blocks), length):
            color = "#6e6e6e" if chosen else PALETTE[1]
            ax.plot([begin, end], [y, y], color=color, linewidth=1.2)
            for k in chosen:
                look = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": PALETTE[0]}
                ax.text(k, y, f"$f_{k + 1}$", bbox=look, **center)
            heights.append(y)
            y -= 1
        y -= 1
    middle = (heights[0] + heights[-1]) / 2
    for x, way in ((begin, -0.4), (end, 0.4)):  # fanned out of h, and into the sum
        for height in heights:
            color = PALETTE[1] if height == heights[0] else "#6e6e6e"
            ax.plot([x + way, x], [middle, height], color=color, linewidth=0.8)
    ax.text(begin - 0.6, middle, "$h$", **{**center, "fontsize": 11})
    look = {"boxstyle": "circle,pad=0.2", "fc": "white", "ec": PALETTE[1]}
    ax.text(end + 0.55, middle, "+", bbox=look, **center)
    ax.set(xlim=(begin - 0.75, end + 0.75), ylim=(heights[-1] - 0.6, 1.1))
    ax.set_title(title, fontsize=10)
    ax.set_axis_off()
    return ax
