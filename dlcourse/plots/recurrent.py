"""A network along a sequence, what its starts reach, and which letters it reads (Lecture 14)."""

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


def plot_unrolled(steps, *, back=False, title, ax=None):
    """Draw a recurrent network along its sequence: one cell a step, and what passes between them.

    Parameters
    ----------
    steps : int
    back : bool
        Draw the gradients on their way back as well.
    title : str

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=5.4, height=3.2)
    box = {"boxstyle": "round,pad=0.45", "facecolor": "white", "edgecolor": INK}
    words = {"ha": "center", "va": "center", "fontsize": 11}

    def arrow(start, end, color, label="", at=(0, 0), style="-"):
        look = {"arrowstyle": "->", "color": color, "linewidth": 1.6, "linestyle": style}
        ax.annotate("", end, start, arrowprops={**look, "shrinkA": 16, "shrinkB": 16})
        middle = (np.array(start) + end) / 2 + at
        ax.text(*middle, label, color=color, **words)

    ax.text(0, 0, "$h_0$", **words)
    for t in range(1, steps + 1):
        ax.text(2 * t, 0, "tanh", bbox=box, **words)
        ax.text(2 * t, -1.6, f"$x_{t}$", **words)
        ax.text(2 * t, 1.6, f"$h_{t}$", **words)
        arrow((2 * t - 2, 0), (2 * t, 0), FORWARD, "$W_h$", (0, 0.22))
        arrow((2 * t, -1.6), (2 * t, 0), FORWARD, "$W_x$", (0.3, -0.1))
        arrow((2 * t, 0), (2 * t, 1.6), FORWARD)
        if back:
            arrow((2 * t + 0.22, 1.6), (2 * t + 0.22, 0), BACKWARD, style="--")
            arrow((2 * t, -0.25), (2 * t - 2, -0.25), BACKWARD, style="--")
    ax.set(xlim=(-0.5, 2 * steps + 0.8), ylim=(-2, 2), title=title)
    ax.set_axis_off()
    return ax


def plot_starts(groups, *, xlabel, title, chance=None, ax=None):
    """Draw what each start of each network reaches: a row a network, a dot a start, its median.

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
    ax = new_axes(ax, width=5.4, height=1.3 + 0.42 * len(groups))
    for row, values in enumerate(groups.values()):
        spread = np.linspace(-0.25, 0.25, len(values))  # equal ones stand side by side
        look = {"color": PALETTE[row % 6], "markersize": 5, "alpha": 0.7}
        ax.plot(values, row + spread, MARKERS[row % 6], **look)
        ax.plot(np.median(values), row, "|", color=INK, markersize=20, markeredgewidth=2.5)
    if chance is not None:
        ax.axvline(chance, color=SOFT, linestyle="--")
        ax.text(chance, -0.62, "guessing", color=INK, ha="center", va="bottom", fontsize=10)
    ax.set(ylim=(len(groups) - 0.5, -0.5), xlim=(0, 104), xlabel=xlabel)
    ax.set_title(title, pad=18)
    ax.set_yticks(range(len(groups)), groups)
    ax.grid(alpha=0.3, axis="x")
    return ax


def plot_left(curves, *, title, wide=(), ax=None):
    """Draw what is left of a gradient some steps back, on a logarithmic axis.

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
    ax = new_axes(ax, width=5.4, height=4.4)
    for i, (name, left) in enumerate(curves.items()):
        look = {"linestyle": LINE_STYLES[i % 6], "linewidth": 3.5 if name in wide else 1.6}
        ax.plot(np.arange(len(left)), left, color=PALETTE[i % 6], label=name, **look)
    ax.axhline(1, color=SOFT, linewidth=1)
    ax.set(xlabel="steps back", ylabel="share of the gradient", yscale="log", title=title)
    ax.legend(frameon=False, ncols=2, loc="upper center", bbox_to_anchor=(0.5, -0.16))
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
    ax = new_axes(ax, width=5.4, height=2.8)
    ax.bar(range(len(text)), sizes, color=FORWARD)
    ax.set_xticks(range(len(text)), ["␣" if c == " " else c for c in text], fontsize=11)
    ax.tick_params(axis="x", length=0)
    ax.set(xlim=(-0.6, len(text) - 0.4), ylabel=ylabel, title=title)
    return ax
