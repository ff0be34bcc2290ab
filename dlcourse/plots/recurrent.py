"""A network along a sequence, an LSTM's cell, what starts reach, letters read (Lecture 14)."""

from itertools import pairwise

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
)


def _way(ax, *places, color, width=1.6, style="-", tip=True):
    """An arrow along a broken line, straight from place to place."""
    dashed = style != "-"  # its head is an arrow of its own, so that it is drawn whole
    for start, end in pairwise(places[:-1] if tip and not dashed else places):
        ax.plot(*zip(start, end, strict=True), style, color=color, linewidth=width)
    if tip:
        share = 0.99 if dashed else 0
        tail = [a + share * (b - a) for a, b in zip(*places[-2:], strict=True)]
        look = {"arrowstyle": "->", "color": color, "linewidth": width}
        ax.annotate("", places[-1], tail, arrowprops={**look, "shrinkA": 0, "shrinkB": 0})


def plot_unrolled(steps, *, back=False, title, ax=None):
    """Draw a recurrent network along its sequence: one cell a step, and what passes between them.

    Parameters
    ----------
    steps : int
    back : bool
        Draw the gradients on their way back in place of the outputs.
    title : str

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=4.4, height=3.2)
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": INK}
    words = {"ha": "center", "va": "center", "fontsize": 11}
    ways = {"color": FORWARD}
    returns = {"color": BACKWARD, "style": "--"}
    ax.text(0, 0, "$h_0$", **words)
    for t in range(1, steps + 1):
        cell, state = 2 * t - 0.9, 2 * t
        ax.text(cell, 0, "tanh", bbox=box, **{**words, "fontsize": 10})
        ax.text(cell, -1.6, f"$x_{t}$", **words)
        ax.text(state, 0, f"$h_{t}$", **words)
        _way(ax, (state - 1.8, 0), (cell - 0.42, 0), **ways)
        _way(ax, (cell, -1.4), (cell, -0.22), **ways)
        _way(ax, (cell + 0.42, 0), (state - 0.22, 0), **ways)
        ax.text(cell - 0.66, 0.3, "$W_h$", color=FORWARD, **words)
        ax.text(cell + 0.33, -1.1 if back else -0.9, "$W_x$", color=FORWARD, **words)
        if back:
            ax.text(state, 1.6, "direct", color=BACKWARD, **{**words, "fontsize": 10})
            _way(ax, (state, 1.45), (state, 0.2), **returns)
            _way(ax, (state - 0.15, -0.3), (cell + 0.3, -0.42), **returns)
            _way(ax, (cell - 0.3, -0.42), (state - 1.85, -0.3), **returns)
            ax.text(cell + 0.27, -0.64, rf"$\delta_{t}$", color=BACKWARD, **words)
            ax.text(cell - 0.55, -0.72, r"$W_h^\top$", color=BACKWARD, **words)
        else:
            ax.text(state, 1.6, rf"$\hat y_{t}$", **words)
            _way(ax, (state, 0.2), (state, 1.38), **ways)
    ax.set(xlim=(-0.3, 2 * steps + 0.4), ylim=(-1.9, 1.9), title=title)
    ax.set_axis_off()
    return ax


def plot_lstm_cell(*, title, ax=None):
    """Draw one step of an LSTM: the cell's road above, the gates that act on it, the state below.

    Parameters
    ----------
    title : str

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=4.4, height=4.4)
    words = {"ha": "center", "va": "center", "fontsize": 11}
    road, bus, gates = 4.0, 0.55, 1.45  # heights
    acts = {"boxstyle": "circle,pad=0.16", "facecolor": "white", "linewidth": 1.6}
    layers = (
        (1.1, r"$\sigma$", "$f$", "forget", BACKWARD),
        (2.4, r"$\sigma$", "$i$", "input", INK),
        (3.5, "tanh", "$g$", "candidate", INK),
        (4.9, r"$\sigma$", "$o$", "output", INK),
    )
    _way(ax, (0.3, road), (0.86, road), color=FORWARD, width=4, tip=False)
    _way(ax, (1.34, road), (2.71, road), color=FORWARD, width=4, tip=False)
    _way(ax, (3.19, road), (6.5, road), color=FORWARD, width=4)
    _way(ax, (0.3, bus), (4.9, bus), color=INK, tip=False)
    _way(ax, (0.5, -0.1), (0.5, bus), color=INK, tip=False)
    for x, layer, letter, name, color in layers:
        look = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": color}
        _way(ax, (x, bus), (x, gates - 0.2), color=INK)
        ax.text(x, gates, layer, bbox={**look, "linewidth": 1.6}, **words)
        ax.text(x, bus - 0.3, name, color=color, **{**words, "fontsize": 10})
        side = -0.22 if name in ("input", "output") else 0.22
        ax.text(x + side, gates + 0.55, letter, color=color, **words)
    _way(ax, (1.1, gates + 0.2), (1.1, road - 0.17), color=BACKWARD)
    _way(ax, (2.4, gates + 0.2), (2.4, 2.75), (2.74, 2.75), color=INK)
    _way(ax, (3.5, gates + 0.2), (3.5, 2.75), (3.16, 2.75), color=INK)
    _way(ax, (2.95, 2.91), (2.95, road - 0.17), color=INK)
    _way(ax, (5.7, road), (5.7, 3.32), color=FORWARD)
    _way(ax, (5.7, 2.95), (5.7, 2.24), color=FORWARD)
    _way(ax, (4.9, gates + 0.2), (4.9, 2.07), (5.47, 2.07), color=INK)
    _way(ax, (5.7, 1.91), (5.7, bus), (6.5, bus), color=FORWARD)
    for x, y, sign, color in (
        (1.1, road, r"$\times$", BACKWARD), (2.95, road, "$+$", INK),
        (2.95, 2.75, r"$\times$", INK), (5.7, 2.07, r"$\times$", INK),
    ):  # fmt: skip
        ax.text(x, y, sign, bbox={**acts, "edgecolor": color}, **words)
    soft = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": SOFT}
    ax.text(5.7, 3.13, "tanh", bbox=soft, **{**words, "fontsize": 10})
    ends = {**words, "fontsize": 12}
    for x, y, name in (
        (-0.1, road, "$c_{t-1}$"), (6.8, road, "$c_t$"), (-0.1, bus, "$h_{t-1}$"),
        (6.8, bus, "$h_t$"), (0.5, -0.3, "$x_t$"),
    ):  # fmt: skip
        ax.text(x, y, name, **ends)
    ax.set(xlim=(-0.4, 7.0), ylim=(-0.6, 4.5), title=title)
    ax.set_axis_off()
    return ax


def plot_starts(groups, *, xlabel, title, chance=None, ax=None):
    """Draw what each start of each network reaches: a row a network, a dot a start.

    Parameters
    ----------
    groups : dict
        Name of a network to the percentages of its starts.
    xlabel, title : str
    chance : float, optional
        What guessing reaches.

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=3.6, height=1.3 + 0.42 * len(groups))
    for row, values in enumerate(groups.values()):
        spread = np.linspace(-0.25, 0.25, len(values))  # equal ones stand side by side
        look = {"color": PALETTE[row % 6], "markersize": 5, "alpha": 0.7}
        ax.plot(values, row + spread, MARKERS[row % 6], **look)
    if chance is not None:
        ax.axvline(chance, color=SOFT, linestyle="--")
        ax.text(chance, -0.62, "guessing", color=INK, ha="center", va="bottom", fontsize=10)
    ax.set(ylim=(len(groups) - 0.5, -0.5), xlim=(0, 104), xlabel=xlabel)
    ax.set_title(title, pad=24)
    ax.set_yticks(range(len(groups)), groups)
    ax.grid(alpha=0.3, axis="x")
    return ax


def plot_left(curves, *, title, wide=(), ax=None):
    """Draw what is left of a gradient some steps back, on a logarithmic axis, each with its name.

    Parameters
    ----------
    curves : dict
        Name to shares, array_like (T + 1,), that of 0 steps back first.
    title : str
    wide : collection of str
        Names of curves that are drawn with a broader line.

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=4.0, height=4.2)
    for i, (name, left) in enumerate(curves.items()):
        look = {"linestyle": LINE_STYLES[i % 6], "linewidth": 3.5 if name in wide else 1.6}
        look["color"] = PALETTE[i % 6]
        ax.plot(np.arange(len(left)), left, **look)
        ax.annotate(
            name, (len(left) - 1, left[-1]), (5, 0), textcoords="offset points", va="center",
            color=look["color"], annotation_clip=False,
        )  # fmt: skip
    ax.axhline(1, color=SOFT, linewidth=1)
    ax.set(xlabel="steps back", ylabel="share of the gradient", yscale="log", title=title)
    ax.grid(alpha=0.3)
    return ax


def plot_letters(text, sizes, *, ylabel, title, ax=None):
    """Draw a bar over each letter of a text.

    Parameters
    ----------
    text : str
    sizes : array_like, shape (len(text),)
    ylabel, title : str

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=4.2, height=2.8)
    ax.bar(range(len(text)), sizes, color=FORWARD)
    ax.set_xticks(range(len(text)), ["␣" if c == " " else c for c in text], fontsize=10)
    ax.tick_params(axis="x", length=0)
    ax.set(xlim=(-0.6, len(text) - 0.4), ylabel=ylabel, title=title)
    return ax
