"""Figures of gradient descent: maps with paths, factors, arrows of rows, an epoch, a loop.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from dlcourse.plots.basic import (
    BACKWARD,
    FORWARD,
    INK,
    LINE_STYLES,
    MARKERS,
    PALETTE,
    SOFT,
    new_axes,
    short,
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
    ax = new_axes(ax, width=6.2, height=4.6)
    *axes, values = values_on_grid(f, low, high)
    lines = ax.contour(*axes, values, levels=levels, colors=SOFT, linewidths=0.8)
    if heights:
        ax.clabel(lines, fontsize=9, fmt="%.3g", colors="#5f5f5f")
    for i, (name, path) in enumerate((paths or {}).items()):
        style = {"color": PALETTE[i % 6], "linestyle": LINE_STYLES[i % 6], "marker": MARKERS[i % 6]}
        size = 5 if len(path) <= 30 else 2.5  # many large marks would hide the line
        ax.plot(*np.transpose(path), label=name, markersize=size, linewidth=1.8, **style)
    for i, (start, step, name) in enumerate(arrows):
        look = {"arrowstyle": "-|>", "color": (BACKWARD, FORWARD)[i % 2], "linewidth": 2}
        end = np.add(start, step)
        ax.annotate("", xy=end, xytext=start, arrowprops={**look, "shrinkA": 0, "shrinkB": 0})
        clear = [withStroke(linewidth=4, foreground="white")]  # of the lines below
        place = {"va": ("bottom", "top")[i % 2], "path_effects": clear}
        ax.text(*end, f" {name}", color=look["color"], fontweight="bold", **place)
    if minimum is not None:
        ax.plot(*minimum, "*", color=INK, markersize=13, label="minimum", linestyle="none")
    names = labels or ("$w_1$", "$w_2$")
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel=names[0], ylabel=names[1])
    ax.set(title=title, aspect="equal")  # only so is a right angle one
    if paths:
        ax.legend(frameon=False, loc="upper center", bbox_to_anchor=(0.5, -0.12), ncols=4)
    return ax


def plot_walks(f, walks, *, low, high, minimum, title, levels=12, columns=2):
    """Draw the same contour lines once for each path, with the path large on it.

    Parameters
    ----------
    f : callable
        Takes a point (2,), returns a number.
    walks : dict
        What stands above a panel, mapped to the points (T, 2) of its path.
    low, high, minimum : pairs of numbers
    title : str
    levels : int or sequence
    columns : int

    Returns
    -------
    array of Axes, one a path
    """
    rows = -(-len(walks) // columns)
    shape = (high[1] - low[1]) / (high[0] - low[0])
    size = (3.1 * columns, (2.7 * shape + 0.4) * rows + 0.6)
    figure, axes = plt.subplots(
        rows, columns, figsize=size, layout="constrained", sharex=True, sharey=True, squeeze=False
    )
    *grid, values = values_on_grid(f, low, high)
    for ax, (name, path) in zip(axes.flat, walks.items(), strict=True):
        new_axes(ax).contour(*grid, values, levels=levels, colors=SOFT, linewidths=0.7)
        ax.plot(*np.transpose(path), "o-", color=BACKWARD, markersize=5, linewidth=1.8)
        ax.plot(*path[0], "o", color=BACKWARD, markerfacecolor="white", markersize=9, zorder=3)
        ax.plot(*minimum, "*", color=INK, markersize=13, zorder=4)
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
        ax.set_title(name, fontsize=10)
    for ax in axes[-1]:
        ax.set_xlabel("$w_1$")
    for ax in axes[:, 0]:
        ax.set_ylabel("$w_2$")
    figure.suptitle(title)
    return axes.ravel()


def plot_land_and_map(f, *, low, high, minimum, title, levels):
    """Draw the same function as a surface in space, and below it as lines seen from above.

    The arguments are those of `plot_contours`.

    Returns
    -------
    array of two Axes
    """
    figure = plt.figure(figsize=(4.2, 6.2), layout="constrained")
    figure.get_layout_engine().set(h_pad=0.1)  # inches: no label lies on the title below
    space, above = (
        figure.add_subplot(2, 1, k + 1, projection=name) for k, name in enumerate(("3d", None))
    )
    *axes, values = values_on_grid(f, low, high, resolution=60)
    grid = np.meshgrid(*axes)
    space.plot_surface(*grid, values, cmap="cividis", alpha=0.6, linewidth=0)
    space.contour(*grid, values, levels=levels, colors=INK, linewidths=1)
    space.plot(*minimum, f(np.asarray(minimum)), "*", color=INK, markersize=11, zorder=10)
    space.set(xlabel="$w_1$", ylabel="$w_2$", zlabel="J", title="as a landscape")
    for axis in (space.xaxis, space.yaxis, space.zaxis):
        axis.set_major_locator(MaxNLocator(4))
    space.view_init(elev=32, azim=-62)
    plot_contours(
        f, low=low, high=high, minimum=minimum, levels=levels, title="from above", ax=above
    )
    figure.suptitle(title)
    return np.array([space, above])


def _panels(title, size, rows=1, columns=1, **sharing):
    """Axes, row by row; figures of more than 4.2 inches do not fit a phone."""
    figure, axes = plt.subplots(
        rows, columns, figsize=size, layout="constrained", squeeze=False, **sharing
    )
    figure.suptitle(title)
    return axes.ravel()


def plot_factors(curvatures, *, highest, title, ax=None):
    """Draw how much of its distance each direction keeps in a step, against the rate.

    Parameters
    ----------
    curvatures : pair of numbers
        The smallest and the largest.
    highest : float
        The end of the axis of rates.
    title : str
    ax : Axes, optional
    """
    ax = new_axes(ax, width=4.6, height=3.6)
    low, high = curvatures
    rates = np.linspace(0, highest, 400)
    kept = np.abs(1 - np.outer(curvatures, rates))
    ax.axvspan(2 / high, highest, color=SOFT, alpha=0.15, linewidth=0)
    ax.axhline(1, color=SOFT, linewidth=0.8)
    ax.plot(rates, kept.max(axis=0), color=SOFT, linewidth=7, alpha=0.45, solid_capstyle="butt")
    for line, curvature, color, style in zip(kept, curvatures, PALETTE, ("-", "--"), strict=False):
        ax.plot(rates, line, color=color, linestyle=style, linewidth=1.8)
        place = int(0.97 * len(rates)) if curvature == low else int(0.9 * len(rates))
        ax.annotate(
            f"curvature {short(curvature)}", (rates[place], line[place]),
            (-6, -18 if curvature == low else 12),
            textcoords="offset points", color=color, ha="right",
        )  # fmt: skip
    best = 2 / (low + high)
    ax.plot(best, np.abs(1 - best * high), "o", color=INK, markersize=8, zorder=4)
    ax.annotate(
        f"both keep {short(1 - best * low)}:\nthe best single rate, {short(best)}",
        (best, 1 - best * low), (-14, 76), textcoords="offset points", ha="right", color=INK,
        arrowprops={"arrowstyle": "-", "color": INK},
    )  # fmt: skip
    ax.text((2 / high + highest) / 2, 0.08, "diverges", ha="center", color=INK)
    ax.set(xlim=(0, highest), ylim=(0, 1.5), title=title, xlabel="rate η")
    ax.set_ylabel("share of the distance kept by a step")
    return ax


def plot_arrows(groups, mean, *, title):
    """Draw the gradients of single batches as arrows, one panel for each size of a batch.

    Parameters
    ----------
    groups : dict
        What stands above a panel, mapped to its gradients (K, 2).
    mean : pair of numbers
        Their mean, drawn broad in every panel.
    title : str

    Returns
    -------
    array of Axes, one a group
    """
    ends = np.vstack([*groups.values(), [0, 0]])
    low, high = ends.min(axis=0) - 1.2, ends.max(axis=0) + 1.2
    width = 3.4 / len(groups)  # of a panel, in inches; its height follows from equal axes
    size = (4.2, width * (high - low)[1] / (high - low)[0] + 1.1)
    axes = _panels(title, size, columns=len(groups), sharex=True, sharey=True)
    thin = {"arrowstyle": "-|>", "color": FORWARD, "linewidth": 1.4, "shrinkA": 0, "shrinkB": 0}
    broad = {**thin, "color": BACKWARD, "linewidth": 3.2, "mutation_scale": 20}
    for ax, (name, gradients) in zip(axes, groups.items(), strict=True):
        new_axes(ax).plot(0, 0, "o", color=INK, markersize=4)
        for end in gradients:
            if np.any(end):
                ax.annotate("", end, (0, 0), arrowprops=thin)
            else:
                ax.plot(0, 0, "o", color=FORWARD, markerfacecolor="none", markersize=10)
        ax.annotate("", mean, (0, 0), arrowprops=broad)
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
        ax.set_title(name, fontsize=10)
        ax.set_xlabel("along $w_1$")
        ax.grid(alpha=0.3)
    axes[0].set_ylabel("slope along $w_2$")
    return axes


def plot_deal(order, batch_size, *, title, ax=None):
    """Draw an epoch: rows in their own order, shuffled, and dealt out in batches.

    Parameters
    ----------
    order : sequence of int
        A permutation of the row numbers.
    batch_size : int
    title : str
    ax : Axes, optional
    """
    n = len(order)
    cuts = range(0, n, batch_size)
    gap = 0.9
    width = n + gap * (len(cuts) - 1)
    ax = new_axes(ax, width=0.46 * width + 0.2, height=3.1)
    places = [k + gap * (k // batch_size) for k in range(n)]
    lines = [(2.0, range(n), np.arange(n) + (width - n) / 2), (0.0, order, places)]
    shades = plt.get_cmap("cividis")(np.linspace(0.1, 0.9, n))
    for y, rows, columns in lines:
        for row, x in zip(rows, columns, strict=True):
            light = shades[row][:3] @ [0.299, 0.587, 0.114] > 0.5
            ax.add_patch(plt.Rectangle((x, y), 0.9, 0.9, color=shades[row]))
            ax.text(
                x + 0.45, y + 0.43, row, ha="center", va="center", fontsize=10,
                color=INK if light else "white",
            )  # fmt: skip
    for k, row in enumerate(order):
        start, end = lines[0][2][row] + 0.45, places[k] + 0.45
        ax.plot([start, end], [1.95, 0.95], color=SOFT, linewidth=1)
    for k, cut in enumerate(cuts):
        size = min(batch_size, n - cut)
        words = f"step {k + 1}: {size} {'rows' if size > 1 else 'row'}"
        middle = places[cut] + size / 2 - 0.05
        ax.text(middle, -0.2, words, ha="center", va="top", fontsize=10)
    ax.text(width / 2, 3.05, f"{n} rows and their labels", ha="center", va="bottom", fontsize=10)
    ax.set(xlim=(-0.2, width + 0.2), ylim=(-0.8, 3.5), title=title)
    ax.set_axis_off()
    return ax


def plot_loop(first, steps, *, title, ax=None):
    """Draw a loop: what is done once, and the steps that repeat, round a circle.

    Parameters
    ----------
    first : str
    steps : sequence of str
        Clockwise from the top; a text may have several lines.
    title : str
    ax : Axes, optional
    """
    ax = new_axes(ax, width=5.6, height=3.9)
    turns = np.pi / 2 - 2 * np.pi * np.arange(len(steps)) / len(steps)
    places = np.column_stack([1.75 * np.cos(turns), np.sin(turns)])
    words = {"ha": "center", "va": "center", "fontsize": 10, "color": INK, "linespacing": 1.3}
    box = {"boxstyle": "round,pad=0.35", "fc": "white", "ec": FORWARD, "linewidth": 1.5}
    way = {"arrowstyle": "-|>", "color": BACKWARD, "linewidth": 1.8, "mutation_scale": 16}
    ring = [
        ax.text(*place, text, bbox=box, zorder=3, **words)
        for text, place in zip(steps, places, strict=True)
    ]
    entry = ax.text(-2.1, 1.3, first, bbox={**box, "ec": SOFT}, zorder=3, **words)
    curved = {**way, "connectionstyle": "arc3,rad=-0.15"}
    arrows = [(entry, ring[0], {**way, "color": SOFT})]
    arrows += [(start, end, curved) for start, end in zip(ring, ring[1:] + ring[:1], strict=True)]
    for start, end, look in arrows:  # from frame to frame, with the same gap at all of them
        frames = {"patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch()}
        gaps = {"shrinkA": 3, "shrinkB": 3}
        tips = end.get_position(), start.get_position()
        ax.annotate("", *tips, arrowprops={**look, **frames, **gaps}, zorder=4)
    ax.set(xlim=(-2.75, 2.75), ylim=(-1.3, 1.65), title=title)
    ax.set_axis_off()
    return ax


def plot_symptoms(curves, *, xlabel, ylabel, title, highest, every=1):
    """Draw one training curve a panel, all on the same axes, so that shapes can be compared.

    Parameters
    ----------
    curves : dict
        Name to values (T,).
    xlabel, ylabel, title : str
    highest : float
        The end of the axis up: what lies above leaves the panel, which says how far.
    every : int
        Steps from one value to the next.

    Returns
    -------
    array of Axes, one a curve
    """
    rows = -(-len(curves) // 2)
    axes = _panels(title, (4.2, 1.9 * rows + 0.6), rows, 2, sharex=True, sharey=True)
    for ax, (name, values) in zip(axes, curves.items(), strict=True):
        new_axes(ax).plot(every * np.arange(len(values)), values, color=FORWARD, linewidth=1.3)
        ax.set(title=name, ylim=(0, highest))
        ax.grid(alpha=0.3)
        if max(values) > highest:
            ax.text(0.5, 0.5, f"up to {max(values):.0f}", transform=ax.transAxes, ha="center")
    for ax in axes[::2]:
        ax.set_ylabel(ylabel)
    for ax in axes[-2:]:
        ax.set_xlabel(xlabel)
    return axes


def plot_prices(sizes, prices, *, names, title):
    """Draw what batches of several sizes cost, one panel for each currency, one line a name.

    Parameters
    ----------
    sizes : sequence of int
    prices : dict
        What the axis up shows, mapped to values (len(names), len(sizes)).
    names : sequence of str
        Written at the right ends of the lines.
    title : str

    Returns
    -------
    array of Axes, one a currency
    """
    axes = _panels(title, (4.2, 2.7 * len(prices) + 0.4), rows=len(prices))
    for ax, (currency, lines) in zip(axes, prices.items(), strict=True):
        new_axes(ax).grid(alpha=0.3)
        for k, (name, line) in enumerate(zip(names, lines, strict=True)):
            look = {"color": PALETTE[k % 6], "linestyle": LINE_STYLES[k % 6]}
            ax.plot(sizes, line, marker=MARKERS[k % 6], markersize=5, **look)
            ax.annotate(
                name, (sizes[-1], line[-1]), (7, 0), textcoords="offset points", va="center",
                color=look["color"], annotation_clip=False,
            )  # fmt: skip
        ax.set(xscale="log", yscale="log", xlabel="rows in a batch", ylabel=currency)
        ax.set_xticks(sizes, map(str, sizes))
        ax.minorticks_off()
    return axes
