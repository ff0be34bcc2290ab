"""Lecture 17: what class weights and resampling do to the scores, and what a threshold does."""

import anywidget
import numpy as np
import traitlets

from dlcourse.plots.practice import plot_levers
from dlcourse.reference import metrics
from dlcourse.widgets.shared import with_shared

LIMITS = [-12.0, 8.0]  # log-odds; scores beyond join the outer bars


def explore_levers(y, scores, strengths, *, names, title, lever=None, strength=0, threshold=0.0):
    """Let the learner pull a lever and move the threshold, on scores that were computed before.

    Parameters
    ----------
    y : array_like of {0, 1}, shape (N,)
    scores : dict
        Lever to the test rows' scores, array_like (S, N), one row a strength.
    strengths : sequence of float
        From 0, where the lever does nothing.
    names : pair of str
        What one of class 0 and one of class 1 is called.
    title : str
    lever : str, optional
        The one to begin with; by default the first.
    strength : int
        Its place in `strengths`.
    threshold : float

    Returns
    -------
    LeverExplorer
        ``lever``, ``strength`` and ``threshold`` can be set from Python too.
    """
    frames = {
        name: [_frame(np.asarray(y), np.asarray(row, dtype=float)) for row in rows]
        for name, rows in scores.items()
    }
    made = LeverExplorer(
        title=title,
        names=list(names),
        labels=np.asarray(y).tolist(),
        levers=list(scores),
        strengths=[float(s) for s in strengths],
        limits=LIMITS,
        frames=frames,
    )
    made.lever = lever or made.levers[0]
    made.strength, made.threshold = strength, threshold
    return made


def _frame(y, scores):
    fpr, tpr, _ = metrics.roc_curve(y, scores)
    return {
        "scores": scores.tolist(),
        "fpr": fpr.tolist(),
        "tpr": tpr.tolist(),
        "auc": float(metrics.roc_auc(y, scores)),
    }


class LeverExplorer(anywidget.AnyWidget):
    """Histograms of the scores, the counts at a threshold, and the ROC curve under a lever."""

    _esm = with_shared("levers.js")
    _css = with_shared("threshold.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Scores under a lever, cut by a threshold").tag(sync=True)
    names = traitlets.List().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    levers = traitlets.List().tag(sync=True)
    strengths = traitlets.List().tag(sync=True)
    limits = traitlets.List(LIMITS).tag(sync=True)
    frames = traitlets.Dict().tag(sync=True)
    lever = traitlets.Unicode().tag(sync=True)
    strength = traitlets.Int(0).tag(sync=True)
    threshold = traitlets.Float(0.0).tag(sync=True)

    @traitlets.validate("lever")
    def _known(self, proposal):
        if proposal.value not in self.levers:
            raise traitlets.TraitError(f"got {proposal.value!r}: one of {self.levers}")
        return proposal.value

    @traitlets.validate("strength")
    def _among(self, proposal):
        return min(max(proposal.value, 0), max(len(self.strengths) - 1, 0))

    @traitlets.validate("threshold")
    def _within(self, proposal):
        return min(max(proposal.value, self.limits[0]), self.limits[1])

    @property
    def figure(self):
        """The scores without a lever and with each, for places without a kernel."""
        rows = {"nothing": self.frames[self.levers[0]][0]["scores"]}
        rows |= {name: self.frames[name][-1]["scores"] for name in self.levers}
        return plot_levers(
            np.array(self.labels), rows, self.threshold, self.names, limits=self.limits,
            title=self.title,
        )  # fmt: skip
