"""Lecture 1: a learner sets the weights and the bias of one threshold unit by hand."""

import anywidget
import numpy as np
import traitlets

from dlcourse.plots.basic import INK
from dlcourse.plots.neurons import plot_line
from dlcourse.reference.neurons import perceptron_predict
from dlcourse.widgets.shared import FOLDER, with_shared

LIMIT = 3.0  # of every slider, both ways


class LineSetter(anywidget.AnyWidget):
    """Three sliders move the line; the browser computes the four scores.

    ``w1``, ``w2``, ``b`` and ``data`` can be set from Python too.
    """

    _esm = with_shared("cut.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A line between four points, set by two weights and a bias").tag(
        sync=True
    )
    corners = traitlets.List().tag(sync=True)
    gates = traitlets.Dict().tag(sync=True)
    data = traitlets.Unicode().tag(sync=True)
    w1 = traitlets.Float(1.0, min=-LIMIT, max=LIMIT).tag(sync=True)
    w2 = traitlets.Float(0.0, min=-LIMIT, max=LIMIT).tag(sync=True)
    b = traitlets.Float(-0.5, min=-LIMIT, max=LIMIT).tag(sync=True)

    @traitlets.validate("data")
    def _known(self, proposal):
        if proposal.value not in self.gates:
            raise traitlets.TraitError(f"got {proposal.value!r}: choose one of {list(self.gates)}")
        return proposal.value

    @property
    def figure(self):
        """The points and the line as they stand, for places without a kernel."""
        X, y = np.array(self.corners), np.array(self.gates[self.data])
        w = np.array([self.w1, self.w2])
        wrong = perceptron_predict(X, w, self.b) != y
        title = f"{self.title}: {np.sum(~wrong)} of {len(y)} right"
        ax = plot_line(X, y, w, self.b, title=title, limits=(-0.5, 1.5))
        ax.plot(*X[wrong].T, "x", color=INK, ms=14, mew=2)
        return ax.figure


def explore_line(corners, gates, *, title):
    """Let the learner set w1, w2 and b so that one unit gets each of four points right.

    Parameters
    ----------
    corners : ndarray, shape (N, 2)
    gates : dict
        Name to labels (N,) in {0, 1}; the first one is shown at the start.
    title : str

    Returns
    -------
    LineSetter
    """
    labels = {name: np.asarray(y).astype(int).tolist() for name, y in gates.items()}
    points = np.asarray(corners, dtype=float).tolist()
    return LineSetter(title=title, corners=points, gates=labels, data=next(iter(labels)))
