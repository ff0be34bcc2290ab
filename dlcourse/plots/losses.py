"""Figures of lecture 3: shares, likelihoods, pulls, thresholds, curves of a ranking, calibration.

As in `dlcourse.plots`: numbers in, Axes out, and the cell ends in ``described``.
"""

import matplotlib.pyplot as plt
import numpy as np

from dlcourse.plots.basic import (
    BACKWARD,
    FORWARD,
    INK,
    LINE_STYLES,
    PALETTE,
    SOFT,
    new_axes,
    plot_matrix,
)


def plot_threshold(y_true, scores, edges, frame, names, *, quantity="score", curve=(), costs=()):
    """Draw two histograms under a threshold, the four counts, and a curve if there is one.

    Parameters
    ----------
    y_true, scores : ndarray, shape (N,)
    edges : ndarray
        Of the histograms' bins; scores beyond them join the outer ones.
    frame : dict
        With threshold, counts, ratios and fpr, as `ThresholdMover` holds them.
    names : pair of str
    quantity : str
        What the scores are, below the histograms.
    curve : dict, optional
        The ROC curve's fpr and tpr.
    costs : sequence of (threshold, cost), optional

    Returns
    -------
    array of Axes: histograms, counts, then the ROC curve, then the cost
    """
    heights = [2.6, 1.7] + [2.3] * (bool(curve) + bool(costs))  # a phone shows the width of one
    shape = {"figsize": (4.4, sum(heights) + 0.6), "height_ratios": heights}
    axes = plt.subplots(len(heights), 1, layout="constrained", **shape)[1]
    inside = np.clip(scores, edges[0], edges[-1])
    kinds = [("TN", "FP"), ("FN", "TP")]
    for label, color in enumerate((FORWARD, BACKWARD)):
        mine = y_true == label
        parts = [np.histogram(inside[mine & on], edges)[0] for on in _split(scores, frame)]
        most, ground = sum(parts).max(), 1.6 * (1 - label)
        style = {"width": np.diff(edges), "align": "edge", "color": color, "linewidth": 0}
        axes[0].bar(edges[:-1], parts[1] / most, bottom=ground, **style)
        axes[0].bar(
            edges[:-1], parts[0] / most, bottom=ground + parts[1] / most, alpha=0.3, **style
        )
        axes[0].axhline(ground, color=SOFT, linewidth=0.8)
        for k, (at, side) in enumerate([(edges[0], "left"), (edges[-1], "right")]):
            name = "" if k else f"{names[label]}: "
            words = f"{name}{kinds[label][k]} {frame['counts'][label][k]}"
            box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
            axes[0].text(at, ground + 1.25, words, ha=side, color=INK, bbox=box)
    axes[0].axvline(frame["threshold"], color=INK, linewidth=2)
    axes[0].set(xlabel=quantity, yticks=[], ylim=(0, 3.2), title="Filled: called positive")
    called = [f"called\n{name}" for name in names]
    plot_matrix(frame["counts"], title="Counts", rows=list(names), columns=called, ax=axes[1])
    for ax in axes:
        new_axes(ax)
    if curve:
        axes[2].plot(curve["fpr"], curve["tpr"], color=FORWARD)
        axes[2].plot([0, 1], [0, 1], ":", color=INK)
        axes[2].plot(frame["fpr"], frame["ratios"]["recall"], "D", color=BACKWARD, markersize=9)
        axes[2].set(xlabel="1 − specificity", ylabel="recall", title="ROC curve")
    if costs:
        axes[-1].plot(*np.transpose(costs), color=FORWARD)
        axes[-1].plot(frame["threshold"], frame["cost"], "D", color=BACKWARD, markersize=9)
        axes[-1].set(xlabel="threshold", ylim=(0, None), title="Cost of all answers")
    return axes


def _split(scores, frame):
    """Which scores are not called positive, and which are."""
    called = scores >= frame["threshold"]
    return ~called, called


def plot_shares(names, probabilities, *, title, ax=None):
    """Draw a bar for the probability of each class, with its percentage."""
    ax = new_axes(ax, width=4.4, height=2.2)
    ax.barh(range(len(names)), probabilities, color=FORWARD, alpha=0.75)
    for i, share in enumerate(probabilities):
        ax.text(share + 0.01, i, f"{share:.1%}", va="center")
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.set(xlim=(0, 1.1), xlabel="probability", title=title)
    return ax


def plot_likelihoods(classes, chances, truths, *, title):
    """Draw what a network gave to each class of a few examples, the class that came filled.

    Parameters
    ----------
    classes : sequence of str
        K names.
    chances : dict of str to ndarray, shape (K,)
        Name of an example to the probabilities of its classes.
    truths : sequence of int
        Each example's class.
    """
    ax = new_axes(width=4.4, height=3.0)
    given = [p[k] for p, k in zip(chances.values(), truths, strict=True)]
    for column, ((name, p), truth) in enumerate(zip(chances.items(), truths, strict=True)):
        at = 4.2 * column + np.arange(len(p))
        colors = [FORWARD if k == truth else "#d5d5d5" for k in range(len(p))]
        ax.bar(at, p, color=colors, width=0.85)
        ax.text(at[truth], p[truth] + 0.03, f"{p[truth]:.3g}", ha="center", color=FORWARD)
        ax.text(at.mean(), -0.17, f"{name}:\na {classes[truth]}", ha="center", va="top")
        for k, each in zip(at, classes, strict=True):
            ax.text(k, -0.03, each, ha="center", va="top")
    words = " × ".join(f"{q:.3g}" for q in given)
    ax.set(xticks=[], yticks=[0, 0.5, 1], ylim=(0, 1.2), ylabel="probability", title=title)
    ax.text(
        0.99, 0.99, f"{words} = {np.prod(given):.3g}", transform=ax.transAxes, ha="right", va="top"
    )
    return ax


def plot_noise(targets, centers, *, title, sigma=1.0):
    """Draw a bell of width sigma at each answer, and its height at every target.

    Parameters
    ----------
    targets : ndarray, shape (N,)
    centers : sequence of float
        The answers that are compared, one below the other.
    """
    figure, axes = plt.subplots(
        len(centers), 1, figsize=(4.4, 1.7 * len(centers)), layout="constrained", sharex=True
    )
    across = np.linspace(targets.min() - 2 * sigma, targets.max() + 2 * sigma, 400)

    def bell(x, center):
        return np.exp(-0.5 * ((x - center) / sigma) ** 2) / (sigma * np.sqrt(2 * np.pi))

    for ax, center in zip(axes, centers, strict=True):
        heights = bell(targets, center)
        new_axes(ax).plot(across, bell(across, center), color=SOFT)
        ax.vlines(targets, 0, heights, color=FORWARD, linewidth=3)
        ax.plot(targets, 0 * targets, "o", color=FORWARD, clip_on=False)
        ax.axvline(center, color=BACKWARD, linestyle="--")
        ax.text(center, 0.86, f" answer {center:g}", color=BACKWARD, **_over(ax))
        cost = -np.log(heights).sum()
        words = f"product $e^{{-{cost:.1f}}}$\nloss {cost:.1f}"
        ax.text(0.99, 0.95, words, transform=ax.transAxes, ha="right", va="top")
        ax.set(yticks=[], ylim=(0, 1.25 * bell(center, center)))
    axes[-1].set_xlabel("target")
    figure.suptitle(title)
    return axes


def _over(ax):
    """Place a text by the data across and by the frame upwards."""
    return {"transform": ax.get_xaxis_transform()}


def plot_pulls(x, losses, *, places, limits, xlabel, title):
    """Draw losses above, and below them their slopes turned round: the pull on the score.

    Parameters
    ----------
    x : ndarray, shape (n,)
    losses : dict of str to (ndarray, ndarray)
        A name to values and slopes over `x`.
    places : sequence of ((x, y), (x, y))
        Where each name is written, above and below: beside its line, never on it.
    limits : pair of (low, high)
        Of the upper and the lower axis.

    Returns
    -------
    array of two Axes
    """
    figure, axes = plt.subplots(2, 1, figsize=(4.4, 5.8), layout="constrained", sharex=True)
    for k, (name, (values, slopes)) in enumerate(losses.items()):
        color = PALETTE[k]
        for ax, line, at in zip(axes, (values, -slopes), places[k], strict=True):
            new_axes(ax).plot(x, line, color=color, linestyle=LINE_STYLES[k])
            ax.text(*at, name, color=color, ha="center", va="center")
    for ax, name, limit in zip(axes, ("cost", "pull on the score"), limits, strict=True):
        ax.axhline(0, color=SOFT, linewidth=0.8)
        ax.axvline(0, color=SOFT, linewidth=0.8, linestyle=":")
        ax.set(ylabel=name, ylim=limit)
        ax.grid(alpha=0.3)
    axes[1].set_xlabel(xlabel)
    figure.suptitle(title)
    return axes


def plot_two_costs(false_alarm, miss, *, title):
    """Draw what an alarm and silence cost on average, over the probability of a positive."""
    ax = new_axes(width=4.4, height=3.2)
    p, even = np.array([0.0, 1.0]), false_alarm / (false_alarm + miss)
    for values, color, style in [
        (miss * p, BACKWARD, "-"),
        (false_alarm * (1 - p), FORWARD, "--"),
    ]:
        ax.plot(p, values, style, color=color)
    ax.text(0.27, miss * 0.25, f"say nothing: {miss} p", color=BACKWARD, va="top")
    ax.text(0.49, 0.85, f"raise the alarm: {false_alarm} · (1 − p)", color=FORWARD, ha="right")
    price = miss * even
    ax.plot(even, price, "o", color=INK)
    ax.axvline(even, color=INK, linestyle=":", linewidth=1)
    ax.text(even + 0.01, 0.05, f"equal at p = {even:g}", color=INK)
    ax.set(xlabel="p, the probability of a nine", ylabel="mean cost", title=title)
    ax.set(xlim=(0, 0.5), ylim=(0, 0.3 * miss))
    return ax


def plot_rankings(curves, *, title):
    """Draw the ROC curve and the precision-recall curve of several sets of examples.

    Parameters
    ----------
    curves : dict of str to dict
        A name to fpr, tpr, precision, recall (arrays), `share` of positives, and `point`, the
        place (fpr, recall, precision) of one threshold.

    Returns
    -------
    array of two Axes
    """
    figure, axes = plt.subplots(2, 1, figsize=(4.2, 7.0), layout="constrained")
    for k, (name, c) in enumerate(curves.items()):
        style = {"color": PALETTE[k], "linestyle": ("-", "--")[k % 2], "linewidth": 2.5 - k}
        axes[0].plot(c["fpr"], c["tpr"], **style)
        axes[1].plot(c["recall"], c["precision"], drawstyle="steps-pre", **style)
        axes[1].axhline(c["share"], color=PALETTE[k], linewidth=0.8, linestyle=":")
        alarm, found, pure = c["point"]
        axes[0].plot(alarm, found, "os"[k], color=PALETTE[k], markersize=(10, 5)[k])
        axes[1].plot(found, pure, "os"[k], color=PALETTE[k], markersize=8)
        level = (0.8, 0.42)[k]
        half = c["recall"][int(np.argmin(np.abs(c["precision"] - level)))]
        side = ("left", "right")[k]
        axes[1].text(half + (0.06, -0.06)[k], level, name, color=PALETTE[k], ha=side)
    axes[0].plot([0, 1], [0, 1], ":", color=SOFT)
    axes[0].text(0.42, 0.08, " and ".join(curves) + ":\none curve", color=INK)
    axes[0].set(xlabel="1 − specificity", ylabel="recall", title="ROC")
    axes[1].set(xlabel="recall", ylabel="precision", title="Precision and recall", ylim=(0, 1.05))
    for ax in axes:
        new_axes(ax)
    figure.suptitle(title)
    return axes


def plot_calibration(y_true, probabilities, *, title, n_bins=10):
    """Draw each bin's share of positives against its mean probability; full bins are larger.

    Parameters
    ----------
    y_true : ndarray of {0, 1}, shape (N,)
    probabilities : dict of str to ndarray, shape (N,)
        A name to what is said of each row; at most two.
    """
    ax = new_axes(width=4.3, height=4.2)
    ax.plot([0, 1], [0, 1], ":", color=INK)
    ax.text(0.62, 0.57, "honest", rotation=45, rotation_mode="anchor", va="top", color=INK)
    for k, (name, p) in enumerate(probabilities.items()):
        bin_of = np.minimum(np.floor(n_bins * p), n_bins - 1)
        inside = [bin_of == b for b in np.unique(bin_of)]
        stated, share = ([values[i].mean() for i in inside] for values in (p, y_true))
        sizes = [8 + 4 * np.sqrt(i.sum()) for i in inside]
        style = {"color": (BACKWARD, FORWARD)[k]}
        ax.plot(stated, share, ("-", "--")[k], **style)
        ax.scatter(stated, share, s=sizes, marker="os"[k], alpha=0.8, **style)
        ax.annotate(
            name, (stated[-1], share[-1]), (-8, 0), textcoords="offset points", ha="right", **style
        )
    ax.set(xlabel="probability that is said", ylabel="share of nines", title=title, aspect="equal")
    ax.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.06))
    return ax


def plot_tug(targets, answer, pulls, *, title):
    """Draw targets, one answer for all of them, and an arrow for the pull of each."""
    ax = new_axes(width=4.4, height=3)
    ax.axvline(answer, color=INK, linewidth=2)
    ax.text(answer, 0.9, f" answer {answer:g}", color=INK)
    style = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
    for row, (target, pull) in enumerate(zip(targets, pulls, strict=True)):
        ax.plot(target, -row, "o", color=FORWARD, markersize=9)
        if pull:
            arrow = {**style, "color": FORWARD}
            ax.annotate("", (answer + pull, -row), (answer, -row), arrowprops=arrow)
    mean, row = np.mean(pulls), -len(targets) - 0.3
    if abs(mean) > 1e-9:
        arrow = {**style, "color": BACKWARD, "linewidth": 3}
        ax.annotate("", (answer + mean, row), (answer, row), arrowprops=arrow)
    words = f"mean pull {mean + 0.0:.2g}".replace("-", "−")
    ax.text(targets.max(), row, words, color=BACKWARD, ha="right", va="center")
    low, high = min(targets.min(), answer) - 1, max(targets.max(), answer) + 1
    ax.set(xlim=(low, high), ylim=(row - 0.7, 1.4), yticks=[], xlabel="target", title=title)
    ax.spines["left"].set_visible(False)
    return ax
