"""Figures of losses over two weights: contour lines, a surface, and the paths of descent on them.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import (
    BACKWARD,
    FORWARD,
    LINE_STYLES,
    MARKERS,
    PALETTE,
    SOFT,
    new_axes,
)


def values_on_grid(f, low, high, resolution=80):
    """Evaluate `f` on a grid over the rectangle from `low` to `high`.

    Returns
    -------
    across, up : ndarray, shape (resolution,)
    values : ndarray, shape (resolution, resolution)
        Rows go up, columns across, as matplotlib wants them.
    """
    axes = [np.linspace(a, b, resolution) for a, b in zip(low, high, strict=True)]
    values = np.array([[f(np.array([x, y])) for x in axes[0]] for y in axes[1]])
    return *axes, values


def own_path(solved, walk, *call):
    """The learner's own path as `plot_contours` takes it, empty until there is one.

    Parameters
    ----------
    solved : bool
        Whether the check has said that `walk` is right: what is unsolved is not run.
    walk : callable or None
    *call
        Its arguments; it returns points (T, 2).
    """
    if not solved or not callable(walk):
        return {}
    try:
        path = np.asarray(walk(*call), dtype=float)
    except Exception:  # solved before, edited since: its check says what is wrong
        return {}
    right = path.ndim == 2 and path.shape[1] == 2 and np.isfinite(path).all()
    return {"your walk": path} if right else {}


def plot_contours(
    f,
    *,
    low,
    high,
    title,
    paths=None,
    arrows=(),
    minimum=None,
    levels=12,
    heights=True,
    labels=None,
    ax=None,
):
    """Draw the contour lines of a function of two numbers, and what moves over them.

    Parameters
    ----------
    f : callable
        Takes a point (2,), returns a number.
    low, high : pairs of numbers
        Corners of the rectangle shown.
    paths : dict, optional
        Name to points (T, 2), joined by a line in their order.
    arrows : iterable of (start, step, name)
        Drawn from `start` to ``start + step``.
    minimum : pair of numbers, optional
        Marked with a star.
    levels : int or sequence
    heights : bool
        Write its height into each contour line; leave it out where a figure is small.
    labels : (str, str), optional
        Names of the two axes.
    """
    ax = new_axes(ax, width=5.6, height=4.2)
    *axes, values = values_on_grid(f, low, high)
    lines = ax.contour(*axes, values, levels=levels, colors=SOFT, linewidths=0.8)
    if heights:
        ax.clabel(lines, fontsize=7, fmt="%.3g")
    for i, (name, path) in enumerate((paths or {}).items()):
        style = {"color": PALETTE[i % 6], "linestyle": LINE_STYLES[i % 6], "marker": MARKERS[i % 6]}
        ax.plot(*np.transpose(path), label=name, markersize=4, linewidth=1.4, **style)
    for i, (start, step, name) in enumerate(arrows):
        look = {"arrowstyle": "-|>", "color": (BACKWARD, FORWARD)[i % 2], "linewidth": 2}
        end = np.add(start, step)
        ax.annotate("", xy=end, xytext=start, arrowprops={**look, "shrinkA": 0, "shrinkB": 0})
        ax.text(*end, f" {name}", color=look["color"], fontweight="bold", va="bottom")
    if minimum is not None:
        ax.plot(*minimum, "*", color="#1b1b1b", markersize=12, label="minimum", linestyle="none")
    names = labels or ("$w_1$", "$w_2$")
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=names[0], ylabel=names[1])
    ax.set(title=title, aspect="equal")  # only so is a right angle one
    if paths or minimum is not None:
        ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    return ax


def plot_surface(f, *, low, high, title, zlabel, path=None, labels=None):
    """Draw a function of two numbers as a surface in space, with a path on it.

    `path` holds points (T, 2); the other arguments are those of `plot_contours`.
    """
    figure = plt.figure(figsize=(5.2, 4.2), layout="constrained")
    ax = figure.add_subplot(projection="3d")
    *axes, values = values_on_grid(f, low, high, resolution=40)
    grid = np.meshgrid(*axes)
    ax.plot_surface(*grid, values, cmap="cividis", alpha=0.75, linewidth=0)
    if path is not None:
        heights = [f(point) for point in path]
        ax.plot(*np.transpose(path), heights, "o-", color=BACKWARD, markersize=4, zorder=10)
    names = labels or ("$w_1$", "$w_2$")
    ax.set(xlabel=names[0], ylabel=names[1], zlabel=zlabel, title=title)
    return ax
