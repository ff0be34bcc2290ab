"""Lecture 1: a border that bends with the number of hidden units, learned while you watch."""

from itertools import pairwise

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import plot_regions
from dlcourse.reference.adaptive import adam_step
from dlcourse.reference.network import backpropagate, mlp_scores
from dlcourse.widgets.shared import FOLDER, with_shared


def explore_hidden_units(sets, *, title, units=3):
    """Let the learner choose 0 to 20 hidden units, and see which border they learn.

    Parameters
    ----------
    sets : dict
        Name to (X, y), points (N, 2) with classes 0 and 1; the first one is shown at the start.
    title : str
    units : int
        Where the slider stands at first.

    Returns
    -------
    HiddenUnits
    """
    plain = {name: _plain(X, y) for name, (X, y) in sets.items()}
    return HiddenUnits(title=title, sets=plain, data=next(iter(plain)), units=units)


class HiddenUnits(anywidget.AnyWidget):
    """The browser trains each network itself, so a move needs no kernel; `train` does the same.

    ``units``, ``depth`` (hidden layers), ``start`` and ``data`` can be set from Python too;
    ``layers`` holds the weights and biases that the browser has come to.
    """

    _esm = with_shared("neurons.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Points in a plane and a border that a network learns").tag(sync=True)
    sets = traitlets.Dict().tag(sync=True)
    bank = traitlets.List().tag(sync=True)
    data = traitlets.Unicode().tag(sync=True)
    units = traitlets.Int(3, min=0, max=20).tag(sync=True)
    depth = traitlets.Int(1, min=1, max=2).tag(sync=True)
    start = traitlets.Int(1, min=1, max=5).tag(sync=True)
    steps = traitlets.Int(400).tag(sync=True)
    rate = traitlets.Float(0.05).tag(sync=True)
    layers = traitlets.List().tag(sync=True)

    @traitlets.default("bank")
    def _normal_numbers(self):
        return np.random.default_rng(7).normal(size=997).round(4).tolist()

    @traitlets.validate("data")
    def _known(self, proposal):
        if proposal.value not in self.sets:
            raise traitlets.TraitError(f"got {proposal.value!r}: choose one of {list(self.sets)}")
        return proposal.value

    def train(self, units):
        """Weights and biases after training on all points at once, as in the browser."""
        points = np.array(self.sets[self.data]["points"])
        X, y = points[:, :2], points[:, 2].astype(int)
        sizes = [2, *[units] * (self.depth if units else 0), 2]
        parameters = self._begin(sizes)
        moments = [(np.zeros_like(p), np.zeros_like(p)) for p in parameters]
        count = len(parameters) // 2
        for t in range(1, self.steps + 1):
            _, dWs, dbs = backpropagate(X, y, parameters[:count], parameters[count:])
            pairs = zip(parameters, [*dWs, *dbs], moments, strict=True)
            stepped = [adam_step(p, g, m, v, t, lr=self.rate) for p, g, (m, v) in pairs]
            parameters, moments = [s[0] for s in stepped], [s[1:] for s in stepped]
        return parameters[:count], parameters[count:]

    @property
    def figure(self):
        """The borders of 0, 3 and 20 hidden units, for places without a kernel."""
        points = np.array(self.sets[self.data]["points"])
        X, y = points[:, :2], points[:, 2].astype(int)
        figure, axes = plt.subplots(3, 1, figsize=(4.4, 9.6), layout="constrained")
        for units, ax in zip((0, 3, 20), axes, strict=True):
            network = self.train(units)

            def predict(P, network=network):
                return mlp_scores(P, *network).argmax(axis=1)

            right = f"{np.mean(predict(X) == y):.1%} right"
            plot_regions(predict, X, y, title=f"{units} hidden units: {right}", ax=ax)
            ax.get_legend().remove()
        figure.suptitle(self.title)
        return figure

    def _begin(self, sizes):
        """The first weights, from the bank's numbers in the order in which the browser takes."""
        numbers = np.roll(self.bank, -211 * self.start - 1)
        ends = np.cumsum([0] + [n * m for n, m in pairwise(sizes)])
        numbers = np.resize(numbers, ends[-1])
        weights = [
            numbers[i:j].reshape(n, m) / n**0.5
            for (i, j), (n, m) in zip(pairwise(ends), pairwise(sizes), strict=True)
        ]
        return [*weights, *(np.zeros(m) for m in sizes[1:])]


def _plain(X, y):
    """Points as plain numbers, and the limits of both axes."""
    low, high = X.min(axis=0) - 0.4, X.max(axis=0) + 0.4
    points = [[*map(float, np.round(p, 3)), int(k)] for p, k in zip(X, y, strict=True)]
    x, y = ([float(a), float(z)] for a, z in zip(low, high, strict=True))
    return {"points": points, "x": x, "y": y}
