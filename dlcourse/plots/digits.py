"""Start here: an image beside its distances to the means of ten kinds."""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import FORWARD, INK, SOFT, new_axes

TALLEST = 5.2  # the longest bar, where a mean is 0.9 wide


def plot_distances(image, means, distances, *, title, ax=None):
    """Draw an image, and beside it a bar for its distance to each mean, the smallest one marked.

    Parameters
    ----------
    image : ndarray, shape (H, W)
        Pixels from 0 to 1.
    means : ndarray, shape (K, H, W)
        Each is drawn below its bar.
    distances : ndarray, shape (K,)
    title : str
    ax : Axes, optional

    Returns
    -------
    Axes
    """
    ax = new_axes(ax, width=7.4, height=3.9)
    _photograph(ax, image, left=-5.2, bottom=-1, side=4.6)
    for k, (mean, distance) in enumerate(zip(means, distances, strict=True)):
        near = k == np.argmin(distances)
        color, weight = (FORWARD, "bold") if near else (INK, "normal")
        height = TALLEST * distance / np.max(distances)
        ax.bar(k + 0.45, height, 0.7, color=FORWARD if near else "0.82")
        words = {"ha": "center", "color": color, "fontweight": weight}
        ax.text(k + 0.45, height + 0.1, f"{distance:.2f}", va="bottom", fontsize=9, **words)
        _photograph(ax, mean, left=k, bottom=-1, side=0.9)
        ax.text(k + 0.45, -1.15, k, va="top", **words)
    ax.axhline(0, 5.4 / 15.5, color=SOFT, linewidth=0.8)
    ax.text(5, -2.05, "distance to the mean of each digit (blue: the smallest)", ha="center")
    ax.set(xlim=(-5.4, 10.1), ylim=(-2.1, TALLEST + 0.8), title=title, aspect="equal")
    ax.set_axis_off()
    return ax


def _photograph(ax, image, *, left, bottom, side):
    """A grey image in a frame."""
    edges = (left, left + side, bottom, bottom + side)
    ax.imshow(image, cmap="gray_r", vmin=0, vmax=1, extent=edges)
    ax.add_patch(plt.Rectangle((left, bottom), side, side, fill=False, edgecolor="0.75"))
