"""Lecture 1: a perceptron learns row by row on points that the learner places."""

import anywidget
import numpy as np
import traitlets

from dlcourse.plots.neurons import plot_line
from dlcourse.reference.neurons import perceptron_fit
from dlcourse.widgets.shared import with_shared

FRESH = {"w": [0, 0], "b": 0, "row": 0, "wrong": 0, "history": []}


class PerceptronTrainer(anywidget.AnyWidget):
    """The browser applies the rule, so neither a step nor a new point needs a kernel.

    ``points`` holds [x1, x2, class]; ``unit`` the weights, the row that comes next and the
    mistakes of each epoch since the points last changed. Both can be set from Python too.
    """

    _esm = with_shared("perceptron.js")
    _css = with_shared("perceptron.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A perceptron that learns on points in a plane").tag(sync=True)
    limits = traitlets.List([-0.5, 1.5]).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    points = traitlets.List().tag(sync=True)
    unit = traitlets.Dict(FRESH).tag(sync=True)

    @traitlets.validate("points")
    def _classed(self, proposal):
        for point in proposal.value:
            if len(point) != 3 or point[2] not in (0, 1):
                raise traitlets.TraitError(f"a point is [x1, x2, 0 or 1], got {point}")
        return proposal.value

    @property
    def figure(self):
        """The points and where the rule takes the line, for places without a kernel."""
        points = np.array(self.points, dtype=float).reshape(-1, 3)
        X, y = points[:, :2], points[:, 2].astype(int)
        w, b, mistakes = perceptron_fit(X, y, max_epochs=50)
        end = "all right" if mistakes[-1] == 0 else f"still {mistakes[-1]} wrong"
        title = f"{self.title}: {end} after {len(mistakes)} epochs"
        return plot_line(X, y, w, b, title=title, limits=self.limits).figure


def explore_perceptron(presets, *, title):
    """Let the learner run the perceptron rule row by row and place points of both classes.

    Parameters
    ----------
    presets : dict
        Name to (X, y), points (N, 2) with classes 0 and 1; the first one is shown at the start.
    title : str

    Returns
    -------
    PerceptronTrainer
    """
    points = {
        name: [[float(x1), float(x2), int(label)] for (x1, x2), label in zip(X, y, strict=True)]
        for name, (X, y) in presets.items()
    }
    return PerceptronTrainer(title=title, presets=points, points=next(iter(points.values())))
