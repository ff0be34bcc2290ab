"""Figures of lecture 2: a network over its target, maps of the unit square, a roof line.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import BACKWARD, LINE_STYLES, PALETTE, new_axes

TARGET = "#8c8c8c"


def plot_fit(x, fits, *, title, target=None, ax=None):
    """Draw networks over the function that they should follow.

    Parameters
    ----------
    x : ndarray, shape (N,)
    fits : dict
        Name to the values of a network at `x`.
    title : str
    target : ndarray, shape (N,), optional
        Values of the function, drawn broad and grey below the networks.
    """
    ax = new_axes(ax)
    if target is not None:
        ax.plot(x, target, color=TARGET, linewidth=5, label="f", solid_capstyle="butt")
    for i, (name, values) in enumerate(fits.items()):
        ax.plot(x, values, color=PALETTE[i % 6], linestyle=LINE_STYLES[i % 6], label=name)
    ax.set(xlabel="x", ylabel="output", title=title)
    ax.grid(alpha=0.3)
    if len(fits) > 1 or target is not None:
        ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def plot_heights(maps, *, title, grey=False, shared=True):
    """Draw functions on the unit square as maps side by side.

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
    width = (2.6 if grey else 3.2 if shared else 3.9) * len(maps)
    figure, axes = plt.subplots(
        1, len(maps), figsize=(width + 0.5, 3.2), layout="constrained", squeeze=False
    )
    axes = axes[0]
    everything = np.concatenate([np.ravel(values) for values in maps.values()])
    cmap = "gray" if grey else "cividis"
    for ax, (name, values) in zip(axes, maps.items(), strict=True):
        scale = everything if shared else values
        limits = {"vmin": np.min(scale), "vmax": np.max(scale)}
        image = ax.imshow(values, origin="lower", extent=(0, 1, 0, 1), cmap=cmap, **limits)
        ax.set(title=name, xlabel="x", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
        if not shared:
            figure.colorbar(image, ax=ax, shrink=0.8)
    axes[0].set_ylabel("y")
    if shared and not grey:
        figure.colorbar(image, ax=list(axes), label="height", shrink=0.8)
    figure.suptitle(title)
    return axes


def plot_skyline(photo, x, heights, *, title, ax=None):
    """Draw a line of heights in [0, 1] over a grey photograph (rows, columns)."""
    ax = new_axes(ax, width=6.4, height=4.4)
    ax.imshow(photo, cmap="gray", extent=(0, 1, 0, 1), aspect=photo.shape[0] / photo.shape[1])
    ax.plot(x, heights, color="white", linewidth=4)  # a border: seen on light and on dark
    ax.plot(x, heights, color=BACKWARD, linewidth=2)
    ax.set(xlabel="x", ylabel="height", title=title)
    return ax
