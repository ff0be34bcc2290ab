"""Figures of lecture 3: scores under a threshold, and bars that share one probability."""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, new_axes, plot_matrix


def plot_threshold(y_true, scores, frame, curve, names):
    """Draw scores in two lanes, the four counts, and the ROC curve with its point if there is one.

    Parameters
    ----------
    y_true, scores : ndarray, shape (N,)
    frame : dict
        With threshold, counts, ratios and fpr, as `ThresholdMover` holds them.
    curve : dict
        With fpr and tpr, or empty.
    names : pair of str

    Returns
    -------
    array of two or three Axes
    """
    widths = [1.6, 0.8, 1] if curve else [1.6, 0.8]
    shape = {"figsize": (11 * sum(widths) / 3.4, 3.5), "width_ratios": widths}
    axes = plt.subplots(1, len(widths), layout="constrained", **shape)[1]
    threshold = frame["threshold"]
    for label, color, marker in [(0, FORWARD, "o"), (1, BACKWARD, "^")]:
        mine = np.flatnonzero(y_true == label)
        height = label + 0.7 * (mine * 0.618 % 1)  # spread evenly, the same each time
        style = {"color": color, "markersize": 5, "linestyle": "none", "marker": marker}
        for called, fill in [(False, "none"), (True, "full")]:
            chosen = (scores[mine] >= threshold) == called
            axes[0].plot(scores[mine][chosen], height[chosen], fillstyle=fill, **style)
    axes[0].axvline(threshold, color=INK, linewidth=2)
    axes[0].set(xlabel="score", yticks=[0.35, 1.35], yticklabels=names)
    axes[0].set_title("Filled: called positive")
    called = [f"called\n{name}" for name in names]
    plot_matrix(frame["counts"], title="Counts", rows=list(names), columns=called, ax=axes[1])
    for ax in axes:
        new_axes(ax)
    if curve:
        axes[2].plot(curve["fpr"], curve["tpr"], color=FORWARD)
        axes[2].plot([0, 1], [0, 1], ":", color=INK)
        axes[2].plot(frame["fpr"], frame["ratios"]["recall"], "D", color=BACKWARD, markersize=9)
        axes[2].set(xlabel="1 − specificity", ylabel="recall", title="ROC curve")
    return axes


def plot_shares(names, probabilities, *, title, ax=None):
    """Draw a bar for the probability of each class, with its percentage."""
    ax = new_axes(ax, height=2.2)
    ax.barh(range(len(names)), probabilities, color=FORWARD, alpha=0.75)
    for i, share in enumerate(probabilities):
        ax.text(share + 0.01, i, f"{share:.1%}", va="center")
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.1), xlabel="probability", title=title)
    return ax
