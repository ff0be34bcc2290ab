"""Figures of lecture 6: activations beside their slopes, and the panels of its widgets."""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, LINE_STYLES, PALETTE, SOFT, new_axes

# what a line means: widgets give each role a colour of their theme
ROLES = {"ink": INK, "forward": FORWARD, "backward": BACKWARD, "soft": SOFT}


def plot_units(units, *, title, low=-5.0, high=5.0):
    """Draw activations (left) and their slopes (right) over scores from `low` to `high`.

    Parameters
    ----------
    units : dict
        Name to (forward, backward), with ``backward(dout, z)``.
    title : str

    Returns
    -------
    array of two Axes
    """
    figure, axes = plt.subplots(1, 2, figsize=(9.2, 3.4), layout="constrained")
    z = np.linspace(low, high, 401)  # an odd number of points: 0 is one of them
    for i, (name, (forward, backward)) in enumerate(units.items()):
        style = {"color": PALETTE[i % 6], "linestyle": LINE_STYLES[i % 6], "linewidth": 1.8}
        axes[0].plot(z, forward(z), label=name, **style)
        axes[1].plot(z, backward(np.ones_like(z), z), **style)
    axes[0].set_ylim(max(-2.2, axes[0].get_ylim()[0]), min(6.5, axes[0].get_ylim()[1]))
    for ax, ylabel in zip(axes, ["output g(z)", "slope g′(z)"], strict=True):
        new_axes(ax).set(xlabel="score z", ylabel=ylabel)
        ax.axhline(0, color=INK, linewidth=0.6)
        ax.grid(alpha=0.3)
    axes[0].legend(frameon=False)
    figure.suptitle(title)
    return axes


def plot_panel(panel, series, *, ax):
    """Draw one panel of a `CurveExplorer`: ``series`` are dicts with x, y, role and name."""
    new_axes(ax)
    for line in series:
        style = {"color": ROLES[line["role"]], "label": line["name"] or None}
        dash = "--" if line["dashed"] else "-"
        ax.plot(line["x"], line["y"], dash, marker="o" if line["dots"] else None, ms=4, **style)
    ax.set(title=panel["title"], xlabel=panel["xlabel"], ylabel=panel["ylabel"])
    ax.set(xlim=panel["xlim"], ylim=panel["ylim"], yscale="log" if panel["log"] else "linear")
    ax.grid(alpha=0.3)
    if any(line["name"] for line in series):
        ax.legend(frameon=False, fontsize=9)
    return ax


def curve(x, y, *, name="", role="forward", dashed=False, dots=False):
    """One line of a panel, as plain numbers of five digits that a browser can read."""
    numbers = {"x": [float(f"{v:.5g}") for v in x], "y": [float(f"{v:.5g}") for v in y]}
    return {**numbers, "name": name, "role": role, "dashed": dashed, "dots": dots}
