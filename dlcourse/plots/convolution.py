"""Figures of the lecture on convolution: weights that are shared, maps, and signals.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.patches import Rectangle

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, PALETTE, SOFT, new_axes, short

THIRD = PALETTE[2]
# of x, of weights, of gradients, as in the lecture's formulas
ROLES = {"x": FORWARD, "w": THIRD, "gradient": BACKWARD}


def plot_grids(grids, *, title, frames=(), columns=None):
    """Draw small arrays of numbers side by side, each cell tinted by its size.

    Parameters
    ----------
    grids : dict
        Name to (matrix, role): a role is "x", "w" or "gradient" and gives the colour.
    title : str
    frames : sequence of (name, row, column, height, width)
        Rectangles around some cells, such as a window.
    columns : int, optional
        Grids side by side; all of them unless given.

    Returns
    -------
    array of Axes, one a grid
    """
    columns = columns or len(grids)
    rows = -(-len(grids) // columns)
    shapes = [np.shape(matrix) for matrix, _ in grids.values()]
    wide, high = max(w for _, w in shapes), max(h for h, _ in shapes)
    size = (columns * (0.42 * wide + 0.35), 0.5 + rows * (0.42 * high + 0.45))
    figure, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for ax in axes.ravel()[len(grids) :]:
        ax.set_axis_off()
    for ax, (name, (matrix, role)) in zip(axes.ravel(), grids.items(), strict=False):
        matrix = np.asarray(matrix, dtype=float)
        tint = 0.45 * np.abs(matrix) / max(np.abs(matrix).max(), 1e-12)
        for (i, j), value in np.ndenumerate(matrix):
            look = {"facecolor": ROLES[role], "alpha": tint[i, j], "edgecolor": "none"}
            ax.add_patch(Rectangle((j, i), 1, 1, **look))
            ax.add_patch(Rectangle((j, i), 1, 1, fill=False, edgecolor=SOFT, linewidth=0.6))
            ax.text(j + 0.5, i + 0.5, short(value), ha="center", va="center", color=INK)
        for where, row, column, height, width in frames:
            if where == name:
                look = {"edgecolor": INK, "linewidth": 2.2}
                ax.add_patch(Rectangle((column, row), width, height, fill=False, **look))
        ax.set(xlim=(-0.05, wide + 0.05), ylim=(high + 0.05, -0.05), aspect="equal")
        ax.set_title(name, fontsize=10, loc="left")
        ax.set_axis_off()
    figure.suptitle(title, fontsize=11)
    return axes.ravel()[: len(grids)]


def plot_weights(matrices, *, title):
    """Draw which entries of a layer's matrix are free: equal numbers have one colour, 0 none.

    Parameters
    ----------
    matrices : dict
        Name to matrix of whole numbers, all of one shape (outputs, inputs): the same number for
        the same weight, 0 for none.
    title : str

    Returns
    -------
    array of Axes, one a matrix
    """
    size = (2.2 * len(matrices), 2.2)
    figure, axes = plt.subplots(1, len(matrices), figsize=size, layout="constrained", sharey=True)
    for ax, (name, matrix) in zip(np.ravel(axes), matrices.items(), strict=True):
        shades = np.where(matrix > 0, 1 + matrix % len(PALETTE), 0)
        colours = ListedColormap(["white", *PALETTE])
        ax.imshow(shades, cmap=colours, vmin=0, vmax=len(PALETTE), interpolation="nearest")
        ax.set_title(name, fontsize=10)
        ax.set(xticks=[], yticks=[], xlabel="inputs")
    np.ravel(axes)[0].set_ylabel("outputs")
    figure.suptitle(title, fontsize=11)
    return np.ravel(axes)


def plot_track(times, truth, readings, smoothed, *, xlabel, ylabel, title):
    """Draw noisy readings as dots, what they are readings of, and smoothed forms of them.

    Parameters
    ----------
    times, truth, readings : array, shape (T,)
    smoothed : dict
        Name to (times, values).
    xlabel, ylabel, title : str

    Returns
    -------
    Axes
    """
    ax = new_axes()
    ax.plot(times, readings, ".", color=SOFT, markersize=4, label="readings")
    ax.plot(times, truth, color=INK, linewidth=1.2, label="truth")
    styles = zip(PALETTE, ("-", "--", "-."), strict=False)
    for (name, line), (color, style) in zip(smoothed.items(), styles, strict=False):
        ax.plot(*line, color=color, linestyle=style, linewidth=2, label=name)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.legend(frameon=False)
    return ax


def plot_photographs(images, *, title, columns=3):
    """Draw grey images of any brightness side by side, each from its darkest to its lightest.

    Parameters
    ----------
    images : dict
        Name to image (H, W).
    title : str
    columns : int

    Returns
    -------
    array of Axes, one an image
    """
    rows = -(-len(images) // columns)
    size = (2.3 * columns, 0.4 + 1.85 * rows)
    figure, axes = plt.subplots(rows, columns, figsize=size, layout="constrained", squeeze=False)
    for ax in axes.ravel():
        ax.set_axis_off()
    for ax, (name, image) in zip(axes.ravel(), images.items(), strict=False):
        low, high = np.quantile(image, [0.01, 0.99])
        ax.imshow(image, cmap="gray", vmin=low, vmax=high)
        ax.set_title(name, fontsize=10)
    figure.suptitle(title, fontsize=11)
    return axes.ravel()[: len(images)]
