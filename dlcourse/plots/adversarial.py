"""Best discriminators, fakes on a ring, and games that go round (Lecture 15)."""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, PALETTE, SOFT, new_axes
from dlcourse.reference.generative import optimal_discriminator


def plot_best(x, p_data, p_model, *, title, ax=None):
    """Draw two densities and, dash-dotted, the best discriminator between them.

    Parameters
    ----------
    x, p_data, p_model : array_like, shape (T,)
    title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax)
    for density, color, style, name in (
        (p_data, FORWARD, "-", "data"), (p_model, BACKWARD, "--", "model"),
    ):  # fmt: skip
        ax.fill_between(x, density, color=color, alpha=0.15)
        ax.plot(x, density, style, color=color, label=name)
    best = optimal_discriminator(p_data, p_model)
    ax.plot(x, best, "-.", color=PALETTE[2], label="best discriminator D*")
    ax.set(xlabel="x", ylim=(0, 1.05), yticks=[0, 0.5, 1], title=title)
    return ax


def plot_players(*, title, ax=None):
    """Draw a generator and a discriminator: what they are given, and who learns from whom.

    Parameters
    ----------
    title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=3.7, height=4.2)
    places = {
        "noise z": (0, 2), "generator G": (0, 1), "fakes G(z)": (0, 0), "real data": (2, 0),
        "discriminator D": (1, -1), "real or fake?": (1, -2),
    }  # fmt: skip
    for name, (x, y) in places.items():
        player = name[-2] == " " and name[-1].isupper()
        box = {
            "boxstyle": "round,pad=0.4",
            "facecolor": "white",
            "edgecolor": INK if player else SOFT,
        }
        weight = "bold" if player else "normal"
        ax.text(x, y, name, ha="center", va="center", fontsize=10, fontweight=weight, bbox=box)
    forwards = (
        ((0, 1.77), (0, 1.24)), ((0, 0.76), (0, 0.24)), ((0.35, -0.24), (0.85, -0.76)),
        ((1.65, -0.24), (1.15, -0.76)), ((1, -1.24), (1, -1.76)),
    )  # fmt: skip
    back = (
        ((1.3, -1.76), (1.3, -1.24)), ((0.55, -0.76), (0.05, -0.24)), ((-0.3, 0.24), (-0.3, 0.76)),
    )  # fmt: skip
    for ways, color, style in ((forwards, FORWARD, "-"), (back, BACKWARD, "--")):
        look = {"arrowstyle": "->", "color": color, "linestyle": style, "linewidth": 1.8}
        for start, end in ways:
            ax.annotate("", end, start, arrowprops={**look, "shrinkA": 0, "shrinkB": 0})
    for x, y, words, side in (
        (1.42, -1.5, "gradient for D", "left"),
        (0.18, -0.66, "gradient for G,\nthrough D", "right"),
    ):  # fmt: skip
        ax.text(x, y, words, color=BACKWARD, ha=side, va="center", fontsize=10)
    ax.set(xlim=(-0.95, 2.65), ylim=(-2.3, 2.3), title=title)
    ax.set_axis_off()
    return ax


def plot_frames(frames, *, title, columns=2, reach=3.2):
    """Draw fakes in the plane over the ring's eight modes, a square for each name.

    Parameters
    ----------
    frames : dict
        Caption to points, array_like (n, 2).
    title : str
    columns : int
    reach : float
        How far the axes go.

    Returns
    -------
    Figure
    """
    rows = -(-len(frames) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(2.05 * columns, 2.4 * rows + 0.4), layout="constrained",
        squeeze=False,
    )  # fmt: skip
    angles = 2 * np.pi * np.arange(8) / 8
    for ax, (name, points) in zip(axes.flat, frames.items(), strict=False):
        ax.plot(2 * np.cos(angles), 2 * np.sin(angles), "o", color=SOFT, markersize=11, alpha=0.45)
        ax.plot(*np.asarray(points, dtype=float).T, ".", color=BACKWARD, markersize=4)
        ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal", xticks=[], yticks=[])
        ax.set_title(name, fontsize=10)
    for ax in axes.flat[len(frames) :]:
        ax.set_axis_off()
    figure.suptitle(title)
    return figure


def plot_game(paths, *, xlabel, ylabel, title, ax=None):
    """Draw the paths of two players in the plane, from a dot to a square; the balance is a cross.

    Parameters
    ----------
    paths : dict
        Name to places, array_like (T, 2).
    xlabel, ylabel, title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=4.4, height=4.2)
    styles = ("-", "--", "-.", ":")
    for i, (name, path) in enumerate(paths.items()):
        x, y = np.asarray(path, dtype=float).T
        ax.plot(x, y, styles[i % 4], color=PALETTE[i % 6], linewidth=1.3, label=name)
        ax.plot(x[0], y[0], "o", color=INK, markersize=6)
        ax.plot(
            x[-1], y[-1], "s", color=PALETTE[i % 6], markeredgecolor=INK, markersize=7, zorder=3
        )
    ax.plot(0, 0, "x", color=INK, markersize=9, markeredgewidth=2)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, aspect="equal")
    ax.legend(frameon=False, loc="upper left", bbox_to_anchor=(0, -0.14))
    return ax
