"""Lecture 3: move scores and watch how they share one probability."""

import anywidget
import numpy as np
import traitlets

from dlcourse.plots.losses import plot_shares
from dlcourse.reference.activations import softmax
from dlcourse.widgets.shared import with_shared


def explore_softmax(names, scores, *, title):
    """Let the learner move one score a class, shift all of them, or double them.

    Parameters
    ----------
    names : sequence of str
    scores : array_like, one a name
        Between -10 and 10.
    title : str

    Returns
    -------
    ScoreMixer
        ``scores`` can be set from Python too.
    """
    return ScoreMixer(
        names=list(names),
        scores=[float(score) for score in scores],
        first=[float(score) for score in scores],
        title=title,
    )


class ScoreMixer(anywidget.AnyWidget):
    """The browser computes the bars itself, so a move needs no kernel; a test holds it to ours."""

    _esm = with_shared("softmax.js")
    _css = with_shared("softmax.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Scores that share one probability").tag(sync=True)
    names = traitlets.List().tag(sync=True)
    scores = traitlets.List().tag(sync=True)
    first = traitlets.List().tag(sync=True)

    @property
    def figure(self):
        """The bars at the chosen scores, for places without a kernel."""
        labels = [f"{n}, score {s:.2f}" for n, s in zip(self.names, self.scores, strict=True)]
        return plot_shares(labels, softmax(np.array(self.scores)), title=self.title).figure
