"""Lecture 3: one answer for several targets, and the pull of each on it."""

import anywidget
import numpy as np
import traitlets

from dlcourse.plots.losses import plot_tug
from dlcourse.widgets.shared import FOLDER, with_shared

LOSSES = ("half the square", "distance")


def explore_pulls(targets, *, answer, limits, title):
    """Let the learner move one answer, and the largest target, between pulls that should balance.

    Parameters
    ----------
    targets : sequence of float, rising
    answer : float
        Where the answer stands at first.
    limits : pair of float
        Of targets and answer.
    title : str

    Returns
    -------
    PullExplorer
        ``answer``, ``far`` (the largest target) and ``loss`` can be set from Python too.
    """
    return PullExplorer(
        targets=[float(target) for target in targets],
        far=float(targets[-1]),
        answer=float(answer),
        limits=[float(limit) for limit in limits],
        title=title,
    )


class PullExplorer(anywidget.AnyWidget):
    """The browser does the arithmetic, so a move needs no kernel; a test holds it to ours."""

    _esm = with_shared("pulls.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Targets that pull on one answer").tag(sync=True)
    targets = traitlets.List().tag(sync=True)
    limits = traitlets.List().tag(sync=True)
    far = traitlets.Float().tag(sync=True)
    answer = traitlets.Float().tag(sync=True)
    loss = traitlets.Enum(LOSSES, LOSSES[0]).tag(sync=True)

    @property
    def figure(self):
        """The pulls on the chosen answer, for places without a kernel."""
        targets = np.array([*self.targets[:-1], self.far])
        distances = targets - self.answer
        pulls = distances if self.loss == LOSSES[0] else np.sign(distances)
        return plot_tug(targets, self.answer, pulls, title=self.title).figure
