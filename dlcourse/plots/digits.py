"""Start here: an image beside its distances to ten means; a unit and a layer as drawings."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, PALETTE, SOFT, new_axes, short

CHOSEN = PALETTE[2]  # what a program answers; blue is the truth, as beside a guess
TALLEST = 5.2  # the longest bar, where a mean is 0.9 wide


def plot_distances(image, means, distances, *, title, label=None, ax=None):
    """Draw an image, and beside it a bar for its distance to each mean, the smallest one marked.

    Parameters
    ----------
    image : ndarray, shape (H, W)
        Pixels from 0 to 1.
    means : ndarray, shape (K, H, W)
        Each is drawn below its bar.
    distances : ndarray, shape (K,)
    title : str
    label : int, optional
        The image's true digit: its mean is framed.
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=7.4, height=3.9)
    _photograph(ax, image, left=-5.2, bottom=-1, side=4.6)
    for k, (mean, distance) in enumerate(zip(means, distances, strict=True)):
        near = k == np.argmin(distances)
        color, weight = (CHOSEN, "bold") if near else (INK, "normal")
        height = TALLEST * distance / np.max(distances)
        ax.bar(k + 0.45, height, 0.7, color=CHOSEN if near else "0.82")
        words = {"ha": "center", "color": color, "fontweight": weight}
        ax.text(k + 0.45, height + 0.1, f"{distance:.2f}", va="bottom", fontsize=9, **words)
        _photograph(ax, mean, left=k, bottom=-1, side=0.9)
        ax.text(k + 0.45, -1.15, k, va="top", **words)
    if label is not None:
        frame = {"fill": False, "edgecolor": FORWARD, "linewidth": 2.5, "zorder": 3}
        ax.add_patch(plt.Rectangle((label, -1), 0.9, 0.9, **frame))
    ax.axhline(0, 5.4 / 15.5, color=SOFT, linewidth=0.8)
    said = "distance to the mean of each digit\n(green: the smallest, the program's answer" + (
        "; blue frame: the label)" if label is not None else ")"
    )
    ax.text(5, -1.75, said, ha="center", va="top")
    ax.set(xlim=(-5.4, 10.1), ylim=(-3.0, TALLEST + 0.8), title=title, aspect="equal")
    ax.set_axis_off()
    return ax


def plot_sums(means, distances, scores, *, title):
    """Draw the distance to each mean, and on top of it the score of the mean's unit.

    Distance and score add up to the same number for all means.

    Parameters
    ----------
    means : ndarray, shape (K, H, W)
        Each is drawn below its bar.
    distances, scores : ndarray, shape (K,)
        No score is negative.
    title : str
    """
    ax = new_axes(width=6.4, height=4.2)
    tall = TALLEST / (distances[0] + scores[0])
    for k, (mean, distance, score) in enumerate(zip(means, distances, scores, strict=True)):
        near = "bold" if k == np.argmin(distances) else "normal"
        for value, bottom, color in [(distance, 0, "0.82"), (score, distance, FORWARD)]:
            ax.bar(k + 0.45, tall * value, 0.7, bottom=tall * bottom, color=color)
            words = {"ha": "center", "va": "center", "fontsize": 9, "fontweight": near}
            ink = INK if color == "0.82" else "white"
            ax.text(k + 0.45, tall * (bottom + value / 2), f"{value:.1f}", color=ink, **words)
        _photograph(ax, mean, left=k, bottom=-1, side=0.9)
        ax.text(k + 0.45, -1.15, k, ha="center", va="top", color=INK, fontweight=near)
    total = short(distances[0] + scores[0])
    said = f"grey: distance to the mean; blue: score of its unit; together always {total}"
    ax.text(5, TALLEST + 0.3, said, ha="center", va="bottom", fontsize=9.5)
    ax.set(xlim=(-0.2, 10.1), ylim=(-1.7, TALLEST + 0.8), title=title, aspect="equal")
    ax.set_axis_off()
    return ax


def plot_chains(chains, *, title):
    """Draw rows of boxes joined by arrows: what becomes of the features.

    Parameters
    ----------
    chains : dict
        A name for each row, to the names of its boxes; each "layer" is marked.
    title : str
    """
    ax = new_axes(width=7.4, height=0.7 + 0.8 * len(chains))
    ax.set(xlim=(-1.9, max(map(len, chains.values())) - 0.3), title=title)
    ax.set_ylim(len(chains) - 0.4, -0.6)
    for row, (said, names) in enumerate(chains.items()):
        ax.text(-1.8, row, said, va="center")
        boxes = [
            _in_box(ax, k, row, n, FORWARD if n == "layer" else INK) for k, n in enumerate(names)
        ]
        for left, right in pairwise(boxes):
            arrow = {"arrowstyle": "->", "patchA": left.get_bbox_patch(), "shrinkA": 0}
            arrow |= {"patchB": right.get_bbox_patch(), "shrinkB": 0}
            ax.annotate("", right.get_position(), left.get_position(), arrowprops=arrow)
    ax.set_axis_off()
    return ax


def plot_unit(x, w, b, *, title):
    """Draw one unit at work: features, the weight of each, the bias, and the score that they give.

    Parameters
    ----------
    x, w : sequences of D numbers
    b : number
    title : str
    """
    ax = new_axes(width=5.6, height=2.7)
    places = np.linspace(1.5, -1.5, len(x) + 1)
    names = [f"$x_{j}$" for j in range(1, len(x) + 1)] + [""]
    weights = [f"× {short(weight)}" for weight in w] + [""]
    values = [short(value) for value in x] + [f"bias {short(b)}"]
    for name, value, weight, y in zip(names, values, weights, places, strict=True):
        color = FORWARD if name else INK
        ax.plot([0, 3], [y, 0], color=color, lw=1.6, zorder=0)
        _in_box(ax, 0, y, value, color)
        ax.text(-0.5, y, name, ha="right", va="center", fontsize=12)
        background = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        ax.text(1.3, y * (1 - 1.3 / 3), weight, ha="center", va="center", bbox=background)
    ax.plot([3, 5.4], [0, 0], color=INK, lw=1.6, zorder=0)
    products = " + ".join(f"{short(a)} · {short(c)}" for a, c in zip(x, w, strict=True))
    _in_box(ax, 3.1, 0, "adds up", INK)
    _in_box(ax, 5.4, 0, f"score {short(np.dot(x, w) + b)}", BACKWARD)
    signed = f"{'−' if b < 0 else '+'} {short(abs(b))}"
    added = " + ".join(short(a * c) for a, c in zip(x, w, strict=True))
    said = f"{products} {signed} = {added} {signed} = {short(np.dot(x, w) + b)}"
    ax.text(2.7, -2.2, said, ha="center")
    ax.set(xlim=(-1, 6.2), ylim=(-2.4, 1.9), title=title)
    ax.set_axis_off()
    return ax


def plot_layer(n, d, k, *, title):
    """Draw the shapes of ``X @ W + b``: a row of X, a column of W and their score are marked.

    Parameters
    ----------
    n, d, k : int
        How many examples, features and units there are.
    title : str
    """
    ax = new_axes(width=7.4, height=3.3)
    tall, wide, narrow = 3.0, 2.4, 1.0  # how long n, d and k are drawn
    sheets = [
        (0, tall, wide, "X", (n, d), "one example\nin each row", "row"),
        (3.5, wide, narrow, "W", (d, k), "one unit in\neach column", "column"),
        (5.7, 0.25, narrow, "b", (k,), "one bias\nfor each unit", "entry"),
        (8.1, tall, narrow, "scores", (n, k), "one score for each\nexample and unit", "entry"),
    ]
    for left, height, width, name, shape, said, marked in sheets:
        middle, bottom = left + width / 2, -height / 2
        ax.add_patch(plt.Rectangle((left, bottom), width, height, facecolor="0.93", edgecolor=INK))
        row = 0.25 if height > 0.25 else 0
        at, high = (bottom + 0.6 * height, 0.16) if row else (bottom, height)
        across = (left, width) if marked == "row" else (left + 0.6 * width, 0.14)
        if marked == "column":
            at, high = bottom, height
        color = BACKWARD if name == "scores" else FORWARD
        ax.add_patch(plt.Rectangle((across[0], at), across[1], high, color=color))
        ax.text(
            middle, tall / 2 + 0.15, f"{name}  {shape}", ha="center", va="bottom", weight="bold"
        )
        ax.text(middle, -tall / 2 - 0.15, said, ha="center", va="top", fontsize=9.5)
    for x, sign in [(2.95, "@"), (5.1, "+"), (7.4, "=")]:
        ax.text(x, 0, sign, ha="center", va="center", fontsize=16)
    ax.set(xlim=(-0.2, 9.9), ylim=(-2.35, 2.0), title=title, aspect="equal")
    ax.set_axis_off()
    return ax


def _photograph(ax, image, *, left, bottom, side):
    """A grey image in a frame."""
    edges = (left, left + side, bottom, bottom + side)
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=1, extent=edges)
    ax.add_patch(plt.Rectangle((left, bottom), side, side, fill=False, edgecolor="0.75"))


def _in_box(ax, x, y, text, color):
    """Write a word in a white box with a frame of this colour, and return it."""
    box = {"boxstyle": "round,pad=0.35", "facecolor": "white", "edgecolor": color, "linewidth": 1.6}
    return ax.text(x, y, text, ha="center", va="center", color=color, weight="bold", bbox=box)
