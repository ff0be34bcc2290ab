"""Figures of the lecture on convolution: weights that are shared, maps, and signals.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import Rectangle

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, PALETTE, SOFT, new_axes, short

THIRD = PALETTE[2]
FEW = 9  # weights that are told apart by colour
# of x, of weights, of gradients, as in the lecture's formulas
ROLES = {"x": FORWARD, "w": THIRD, "gradient": BACKWARD}


def plot_grids(grids, *, title, frames=()):
    """Draw small arrays of numbers side by side, each cell tinted by its size.

    Parameters
    ----------
    grids : dict
        Name to (matrix, role): a role is "x", "w" or "gradient" and gives the colour.
    title : str
    frames : sequence of (name, row, column, height, width)
        Rectangles around some cells, such as a window.

    Returns
    -------
    array of Axes, one a grid
    """
    shapes = [np.shape(matrix) for matrix, _ in grids.values()]
    wide, high = [max(w, 2) for _, w in shapes], max(h for h, _ in shapes)
    figure, axes = plt.subplots(
        1, len(grids), figsize=(0.42 * sum(wide) + 0.3 * len(grids), 0.42 * high + 0.9),
        layout="constrained", squeeze=False, width_ratios=wide,
    )  # fmt: skip
    for ax, side, (name, (matrix, role)) in zip(axes[0], wide, grids.items(), strict=True):
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
        ax.set(xlim=(-0.05, side + 0.05), ylim=(high + 0.05, -0.05), aspect="equal")
        ax.set_title(name, fontsize=10, loc="left")
        ax.set_axis_off()
    figure.suptitle(title, fontsize=11)
    return axes[0]


def plot_weights(matrices, *, title):
    """Draw where the weights of a layer stand in its matrix.

    Parameters
    ----------
    matrices : dict
        Name to matrix of whole numbers, (outputs, inputs): the same number for the same weight, 0
        for none. Up to nine weights have one colour each, in all matrices; more are in greys. A
        small matrix, such as the filter itself, is drawn with its numbers.
    title : str

    Returns
    -------
    array of Axes, one a matrix
    """
    shapes = [np.shape(matrix) for matrix in matrices.values()]
    wide = [max(columns, 20) for _, columns in shapes]
    figure, axes = plt.subplots(
        1, len(matrices), figsize=(0.034 * sum(wide), 2.2), layout="constrained", squeeze=False,
        width_ratios=wide,
    )  # fmt: skip
    for ax, (name, matrix) in zip(axes[0], matrices.items(), strict=True):
        free, few = np.ma.masked_equal(matrix, 0), len(np.unique(matrix)) <= FEW + 1
        look = {"cmap": "viridis", "vmin": 1, "vmax": FEW} if few else {"cmap": "Greys_r"}
        if not few:
            look |= {"vmin": -0.4 * free.max(), "vmax": 1.25 * free.max()}
        ax.imshow(free, interpolation="nearest", **look)
        if few and free.size <= FEW:
            for (i, j), value in np.ndenumerate(matrix):
                color = "white" if value <= 0.6 * FEW else INK
                ax.text(j, i, short(value), ha="center", va="center", color=color)
        ax.set_title(name, fontsize=10)
        ax.set(xticks=[], yticks=[])
        if free.size > FEW:
            ax.set(xlabel="inputs")
    axes[0, 0].set_ylabel("outputs")
    figure.suptitle(title, fontsize=11)
    return axes[0]


def plot_frames(images, titles, *, title, signed=False):
    """Draw small grey images side by side, each in a frame, so that its border is seen.

    Parameters
    ----------
    images : array, shape (N, H, W)
    titles : sequence of N str
    title : str
    signed : bool
        Draw numbers of both signs, in two colours with white at 0, and their scale beside them.

    Returns
    -------
    array of Axes, one an image
    """
    images = np.asarray(images)
    size = (1.25 * len(images), 1.95)
    figure, axes = plt.subplots(1, len(images), figsize=size, layout="constrained", squeeze=False)
    top = np.abs(images).max()
    look = {"cmap": "PuOr_r", "vmin": -top} if signed else {"cmap": "gray_r", "vmin": 0}
    for ax, image, name in zip(axes[0], images, titles, strict=True):
        drawn = ax.imshow(image, vmax=top, **look)
        ax.set_title(name, fontsize=10)
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_color(SOFT)
    if signed:
        figure.colorbar(drawn, ax=axes[0].tolist(), shrink=0.75)
    figure.suptitle(title, fontsize=11)
    return axes[0]


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
