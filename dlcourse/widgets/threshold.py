"""Lecture 3: move a threshold over two histograms and watch counts, ratios, cost and ROC curve."""

import anywidget
import numpy as np
import traitlets

from dlcourse.plots.losses import plot_threshold
from dlcourse.reference import metrics
from dlcourse.widgets.shared import with_shared


def explore_threshold(
    y_true,
    scores,
    *,
    thresholds,
    start,
    names,
    title,
    quantity="score",
    bins=24,
    curve=False,
    costs=None,
):
    """Let the learner move the threshold from which on a score counts as positive.

    Parameters
    ----------
    y_true : array_like of int, shape (N,)
        0 or 1, both at least once.
    scores : array_like, shape (N,)
    thresholds : array_like, rising
        Where the threshold may stand.
    start : int
        Position of the first threshold to show.
    names : pair of str
        What one of class 0 and one of class 1 is called, such as ``("no nine", "nine")``.
    title : str
    quantity : str
        What the scores are, such as ``"probability"``; it names the histograms' axis.
    bins : int
        Of each histogram, from the first threshold to the last; scores beyond join the outer ones.
    curve : bool
        Whether the ROC curve is drawn, with the threshold's point on it: where it has been taught.
    costs : pair of numbers, optional
        What a false alarm and a miss cost; then the cost of all answers is drawn, too.

    Returns
    -------
    ThresholdMover
        ``position`` can be set from Python too.
    """
    y_true, scores = np.asarray(y_true), np.asarray(scores, dtype=float)
    fpr, tpr, _ = metrics.roc_curve(y_true, scores)
    mover = ThresholdMover(
        title=title,
        names=list(names),
        quantity=quantity,
        labels=y_true.tolist(),
        scores=scores.tolist(),
        bins=bins,
        frames=[_frame(y_true, scores, float(t), names, costs) for t in thresholds],
        curve={"fpr": fpr.tolist(), "tpr": tpr.tolist()} if curve else {},
    )
    mover.position = start
    return mover


class ThresholdMover(anywidget.AnyWidget):
    """All frames are computed once, so a move needs no kernel."""

    _esm = with_shared("threshold.js")
    _css = with_shared("threshold.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A threshold to move over scores").tag(sync=True)
    names = traitlets.List().tag(sync=True)
    quantity = traitlets.Unicode("score").tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    scores = traitlets.List().tag(sync=True)
    bins = traitlets.Int(24).tag(sync=True)
    frames = traitlets.List().tag(sync=True)
    curve = traitlets.Dict().tag(sync=True)
    position = traitlets.Int(0).tag(sync=True)

    @traitlets.validate("position")
    def _inside(self, proposal):
        return min(max(proposal.value, 0), max(len(self.frames) - 1, 0))

    @property
    def figure(self):
        """What the widget shows at the chosen threshold, for places without a kernel."""
        frame = self.frames[self.position]
        ends = [self.frames[0]["threshold"], self.frames[-1]["threshold"]]
        axes = plot_threshold(
            np.array(self.labels),
            np.array(self.scores),
            np.linspace(*ends, self.bins + 1),
            frame,
            self.names,
            quantity=self.quantity,
            curve=self.curve,
            costs=[(f["threshold"], f["cost"]) for f in self.frames if "cost" in f],
        )
        words = f"{self.title}\n{frame['caption']}".replace(" Cost:", "\nCost:")
        axes[0].figure.suptitle(words, fontsize=10)
        return axes[0].figure


def _frame(y_true, scores, threshold, names, costs):
    """What one threshold does: the four counts, the ratios, and a sentence about it."""
    y_pred = (scores >= threshold) * 1
    counts = metrics.confusion_matrix(y_true, y_pred, 2)
    (tn, fp), (fn, tp) = counts.tolist()
    ratios = {
        "recall": metrics.recall(y_true, y_pred),
        "specificity": metrics.specificity(y_true, y_pred),
        "precision": metrics.precision(y_true, y_pred),
        "F1": metrics.f1_score(y_true, y_pred),
        "accuracy": metrics.accuracy(y_true, y_pred),
    }
    alarms = "1 false alarm" if fp == 1 else f"{fp} false alarms"
    caption = f"Threshold {threshold:g}: {tp} of {tp + fn} {names[1]}s are found, with {alarms}."
    price = {}
    if costs:
        price = {"cost": costs[0] * fp + costs[1] * fn}
        caption += f" Cost: {costs[0]} · {fp} + {costs[1]} · {fn} = {price['cost']}."
    return {
        "threshold": threshold,
        "counts": [[tn, fp], [fn, tp]],
        "ratios": ratios,
        "fpr": 1 - ratios["specificity"],
        "caption": caption,
        **price,
    }
