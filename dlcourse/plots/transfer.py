"""What a network borrows and what is locked, by layers; a code between two images (Lecture 16)."""

import numpy as np
from matplotlib.patches import Arc, FancyBboxPatch, Rectangle

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

LAYERS = ("layer 1", "layer 2", "layer 3", "output")


def plot_borrowed(reused, *, frozen, title, ax=None):
    """Draw two networks, one above the other: what is copied, what is locked, what is new.

    Parameters
    ----------
    reused : int
        How many of the three lower layers the network below takes from the one above.
    frozen : bool
        Draw a closed padlock on each of them, or an open one.
    title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=5.4, height=3.6)
    for row, task in enumerate(("source: 5 to 9", "target: 0 to 4")):
        y = 2.1 * (1 - row)
        up = 0.58 if row == 0 else -0.8
        ax.text(-0.5, y + up, task, fontsize=10, fontweight="bold", ha="left")
        for k, name in enumerate(LAYERS):
            lent = k < reused
            color = FORWARD if row == 0 or lent else BACKWARD
            look = {"edgecolor": color, "facecolor": "white", "linewidth": 2}
            style = "round,pad=0.02,rounding_size=0.08"
            own = {"linestyle": "--" if row and not lent else "-", **look}
            ax.add_patch(FancyBboxPatch((1.35 * k - 0.5, y - 0.4), 1.0, 0.8, style, **own))
            words = name if row == 0 or lent else f"{name}\nnew"
            up = 0.14 if row and lent else 0
            ax.text(1.35 * k, y + up, words, ha="center", va="center", fontsize=10)
            if row and lent:
                _padlock(ax, 1.35 * k, y - 0.22, closed=frozen)
                look = {"arrowstyle": "->", "color": FORWARD, "linewidth": 1.8}
                ax.annotate("", (1.35 * k, 0.45), (1.35 * k, 1.66), arrowprops=look)
                ax.text(1.35 * k + 0.1, 1.22, "copy", color=FORWARD, fontsize=9)
            if k:
                wire = {"color": INK, "linewidth": 1.4}
                ax.plot([1.35 * k - 0.83, 1.35 * k - 0.52], [y, y], **wire)
    ax.set(xlim=(-0.65, 4.7), ylim=(-0.95, 3.0), title=title)
    ax.set_axis_off()
    return ax


def _padlock(ax, x, y, closed):
    """A body and a shackle, which stands open to one side if it is not closed."""
    color = INK if closed else SOFT
    ax.add_patch(Rectangle((x - 0.11, y - 0.1), 0.22, 0.17, facecolor=color, edgecolor=color))
    turn = 0.0 if closed else 0.14
    arc = {"theta1": 0, "theta2": 180, "color": color, "linewidth": 2}
    ax.add_patch(Arc((x + turn, y + 0.07), 0.15, 0.2, **arc))


def plot_by_layers(series, *, title, scratch=None, ylabel="digits right, %", ax=None):
    """Draw what each start reaches, by the number of reused layers, with a line through medians.

    Parameters
    ----------
    series : dict
        Name to a dict from a number of layers to the percentages of its starts.
    title : str
    scratch : array_like, optional
        Percentages of the starts without reuse, drawn at 0 layers, with a line at their median.
    ylabel : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=5.4, height=4.0)
    if scratch is not None:
        ax.axhline(np.median(scratch), color=SOFT, linestyle=":", linewidth=1.4)
        spread = np.linspace(-0.08, 0.08, len(scratch))
        ax.plot(spread, scratch, "x", color=INK, markersize=5, label="from scratch")
    for i, (name, values) in enumerate(series.items()):
        color, offset = PALETTE[i % 6], 0.11 * (i - (len(series) - 1) / 2)
        for k, starts in values.items():
            spread = k + offset + np.linspace(-0.04, 0.04, len(starts))
            ax.plot(spread, starts, MARKERS[i % 6], color=color, markersize=4, alpha=0.55)
        places = [k + offset for k in values]
        medians = [np.median(starts) for starts in values.values()]
        ax.plot(places, medians, linestyle=LINE_STYLES[i % 6], color=color, label=name)
    ks = sorted({k for values in series.values() for k in values} | {0})
    ax.set(xlabel="layers reused", ylabel=ylabel, xticks=ks, title=title)
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, -0.16))
    return ax


def plot_bottleneck(image, code, output, *, title, ax=None):
    """Draw an autoencoder: an image, the few numbers in the middle, the image made of them.

    Parameters
    ----------
    image, output : array_like, shape (8, 8)
    code : array_like, shape (H,)
        In [0, 1]: the darker, the nearer to 1.
    title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=5.6, height=3.4)
    for left, pixels in ((0, image), (20, output)):
        place = (left, left + 8, 8, 0)
        ax.imshow(np.asarray(pixels), cmap="gray_r", vmin=0, vmax=1, extent=place, zorder=2)
        ax.add_patch(Rectangle((left, 0), 8, 8, fill=False, edgecolor=INK, zorder=3))
    heights = np.linspace(0.2, 7.8, len(code))
    for value, y in zip(np.asarray(code, dtype=float), heights, strict=True):
        for end in np.linspace(0.5, 7.5, 6):
            ax.plot([8, 14], [end, y], color=FORWARD, linewidth=0.5, alpha=0.35, zorder=1)
            ax.plot([14, 20], [y, end], color=BACKWARD, linewidth=0.5, alpha=0.35, zorder=1)
        shade = str(1 - min(max(value, 0), 1))
        look = {"markersize": 11, "markeredgecolor": INK, "zorder": 4}
        ax.plot(14, y, "o", color=shade, **look)
    words = {"ha": "center", "fontsize": 10}
    ax.text(4, 9.6, "64 pixels", **words)
    ax.text(14, 9.6, f"code: {len(code)} numbers", **words)
    ax.text(24, 9.6, "64 pixels", **words)
    ax.text(10.6, -0.7, "encoder", color=FORWARD, **words)
    ax.text(17.4, -0.7, "decoder", color=BACKWARD, **words)
    ax.set(xlim=(-0.5, 28.5), ylim=(10.2, -1.8), aspect="equal", title=title)
    ax.set_axis_off()
    return ax
