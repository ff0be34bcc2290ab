"""Figures of lecture 2, as wide as a phone: a network over its target, maps, a roof line.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import math

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import BACKWARD, LINE_STYLES, PALETTE, new_axes

TARGET = "#8c8c8c"
WIDTH = 2.8  # inches: a phone shows them without scrolling


def own_values(solved, values, shape):
    """What the learner's own network gives at some points, or None until it is right.

    Parameters
    ----------
    solved : bool
        Whether the check has said that the network's function is right: what is unsolved is not
        run.
    values : callable
        Builds the network and returns what it gives.
    shape : tuple of int
        What the shape of that must be.
    """
    if not solved:
        return None
    try:
        found = np.asarray(values(), dtype=float)
    except Exception:  # solved before, edited since: its check says what is wrong
        return None
    return found if found.shape == shape and np.isfinite(found).all() else None


def plot_fit(x, fits, *, title, target=None, ax=None):
    """Draw networks over the function that they should follow, their names below.

    Parameters
    ----------
    x : ndarray, shape (N,)
    fits : dict
        Name to the values of a network at `x`.
    title : str
    target : ndarray, shape (N,), optional
        Values of the function, drawn broad and grey below the networks.
    """
    names = len(fits) + (target is not None)
    height = 2.5 + (0.22 * names if names > 1 else 0)
    ax = new_axes(ax, width=WIDTH, height=height)
    if target is not None:
        ax.plot(x, target, color=TARGET, linewidth=5, label="f", solid_capstyle="butt")
    for i, (name, values) in enumerate(fits.items()):
        ax.plot(x, values, color=PALETTE[i % 6], linestyle=LINE_STYLES[i % 6], label=name)
    ax.set(xlabel="x", ylabel="output")
    ax.set_title(title, fontsize=11)
    ax.grid(alpha=0.3)
    if names > 1:
        below = {"loc": "upper left", "bbox_to_anchor": (0, -0.27 * 2.9 / height)}
        ax.legend(frameon=False, borderaxespad=0, **below)
    return ax


def plot_heights(maps, *, title, grey=False, shared=True):
    """Draw functions on the unit square as maps, two in a row.

    Parameters
    ----------
    maps : dict
        Name to an array (rows, columns): row 0 is y = 0 and is drawn at the bottom.
    title : str
    grey : bool
        Draw brightness, as in a photograph, and no colour bar.
    shared : bool
        Draw all maps on one scale; else each has its own, and a colour bar.

    Returns
    -------
    array of Axes
    """
    columns = min(2, len(maps)) if shared else 1
    rows = math.ceil(len(maps) / columns)
    each = {1: 2.5, 2: 1.65}[columns]
    size = {"figsize": (WIDTH, rows * each + 0.8), "layout": "constrained", "squeeze": False}
    figure, axes = plt.subplots(rows, columns, **size)
    axes, spare = np.split(axes.ravel(), [len(maps)])
    for ax in spare:
        ax.remove()
    everything = np.concatenate([np.ravel(values) for values in maps.values()])
    cmap = "gray" if grey else "cividis"
    for ax, (name, values) in zip(axes, maps.items(), strict=True):
        scale = everything if shared else values
        limits = {"vmin": np.min(scale), "vmax": np.max(scale)}
        image = ax.imshow(values, origin="lower", extent=(0, 1, 0, 1), cmap=cmap, **limits)
        ax.set_title(name, fontsize=10)
        ax.set(xlabel="x", ylabel="y", xticks=[0, 1], yticks=[0, 1])
        if not shared:
            figure.colorbar(image, ax=ax, shrink=0.8)
    if shared and not grey:
        bar = {"label": "height", "location": "bottom", "shrink": 0.8}
        figure.colorbar(image, ax=list(axes), **bar)
    figure.suptitle(title, fontsize=11)
    return axes


def plot_skyline(photo, x, heights, *, title, ax=None):
    """Draw a line of heights in [0, 1] over a grey photograph (rows, columns)."""
    ax = new_axes(ax, width=WIDTH, height=2.3)
    ax.imshow(photo, cmap="gray", extent=(0, 1, 0, 1), aspect=photo.shape[0] / photo.shape[1])
    ax.plot(x, heights, color="white", linewidth=3)  # a border: seen on light and on dark
    ax.plot(x, heights, color=BACKWARD, linewidth=1.5)
    ax.set(xlabel="x", ylabel="height")
    ax.set_title(title, fontsize=11)
    return ax
