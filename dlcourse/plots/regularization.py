"""Figures of the lecture on regularization: where a penalty holds the weights.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, SOFT


def touching(loss, corners):
    """The point with the lowest loss on a closed polygon, its corners included.

    Parameters
    ----------
    loss : callable
        Takes points (..., 2).
    corners : ndarray, shape (n, 2)

    Returns
    -------
    ndarray, shape (2,)
    """
    share = np.linspace(0, 1, 400, endpoint=False)[:, None, None]
    edge = ((1 - share) * corners + share * np.roll(corners, -1, axis=0)).reshape(-1, 2)
    return edge[loss(edge).argmin()]


def balls(n=360):
    """The edges of the two balls of size 1: L2's as a polygon of n corners, and L1's diamond."""
    angle = np.linspace(0, 2 * np.pi, n, endpoint=False)
    return {
        "L2": np.stack([np.cos(angle), np.sin(angle)], axis=1),
        "L1": np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]]),
    }


def plot_balls(loss, least, *, title):
    """Draw lines of equal loss over the weights that an L2 and an L1 penalty allow.

    Parameters
    ----------
    loss : callable
        Takes points (..., 2); its lowest point lies outside both balls.
    least : pair of numbers
        That point.
    title : str

    Returns
    -------
    array of Axes, L2's and L1's
    """
    figure, axes = plt.subplots(1, 2, figsize=(7.2, 3.9), layout="constrained", sharey=True)
    grid = np.meshgrid(np.linspace(-1.4, 2.4, 200), np.linspace(-1.4, 2.4, 200))
    for ax, (name, corners) in zip(axes, balls().items(), strict=True):
        found = touching(loss, corners)
        levels = loss(found) * np.array([0.1, 0.4, 1.0, 1.8])
        ax.contour(*grid, loss(np.stack(grid, axis=-1)), levels=levels, colors=SOFT, linewidths=1)
        ax.fill(*corners.T, color=FORWARD, alpha=0.25)
        ax.plot(*least, "*", color=INK, markersize=12)
        ax.plot(*found, "o", color=BACKWARD, markersize=8)
        ax.axhline(0, color=SOFT, linewidth=0.6)
        ax.axvline(0, color=SOFT, linewidth=0.6)
        words = f"({found[0]:.2f}, {found[1]:.2f})".replace("-", "−")
        ax.set(aspect="equal", title=f"{name}: the lowest at {words}", xlabel="$w_1$")
    axes[0].set_ylabel("$w_2$")
    figure.suptitle(title)
    return axes
