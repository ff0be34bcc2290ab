"""Lecture 6: the gradient that survives a deep network, and the zig-zag of inputs all positive."""

import textwrap
from itertools import pairwise, product

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.activations import curve, plot_panel
from dlcourse.plots.basic import short
from dlcourse.reference.network import layer_gradient_norms
from dlcourse.widgets.shared import FOLDER, with_shared

DEPTHS = (2, 3, 5, 8, 10, 12, 15, 20)
GAINS = (0.5, 1.0, 1.41, 2.0, 4.0)
MEANS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0)
RATES = (0.05, 0.1, 0.2, 0.3, 0.6, 1.0)
BATCHES = (1, 20)
BEST = np.array([2.0, -1.0])


class CurveExplorer(anywidget.AnyWidget):
    """Controls choose among curves that Python has computed, so a move needs no kernel.

    ``choice`` holds the position of every control and can be set from Python too. A panel has
    layers; each names the controls that it depends on, and its ``frames`` are keyed by their
    positions, as in ``"3,0"``.
    """

    _esm = with_shared("activations.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Curves that follow the controls").tag(sync=True)
    controls = traitlets.List().tag(sync=True)
    panels = traitlets.List().tag(sync=True)
    captions = traitlets.Dict().tag(sync=True)
    choice = traitlets.Dict().tag(sync=True)

    @traitlets.validate("choice")
    def _inside(self, proposal):
        options = {control["name"]: len(control["options"]) for control in self.controls}
        if set(proposal.value) != set(options):
            raise traitlets.TraitError(f"choice needs {sorted(options)}, got {proposal.value}")
        return {name: min(max(int(i), 0), options[name] - 1) for name, i in proposal.value.items()}

    def caption(self):
        """The sentence about what is shown."""
        return self.captions[self._key([control["name"] for control in self.controls])]

    @property
    def figure(self):
        """The chosen curves as a matplotlib figure, for places without a kernel."""
        figure, axes = plt.subplots(2, 1, figsize=(4.2, 6.6), layout="constrained")
        for panel, ax in zip(self.panels, axes, strict=True):
            plot_panel(panel, self.lines(panel), ax=ax)
        title = "\n".join(textwrap.fill(text, 52) for text in (self.title, self.caption()))
        figure.suptitle(title, fontsize=10)
        return figure

    def lines(self, panel):
        """The curves that a panel shows now, lowest layer first."""
        layers = panel["layers"]
        return [line for f in layers for line in f["frames"][self._key(f["controls"])]]

    def _key(self, names):
        return ",".join(str(self.choice[name]) for name in names)


def explore_activations(units, X, labels, *, title, width=50):
    """Let the learner choose activation, depth and gain, and see which gradient is left.

    Parameters
    ----------
    units : dict
        Name to (g, g_prime), both functions of the score.
    X : ndarray, shape (N, D)
    labels : ndarray, shape (N,)
        A batch for which `layer_gradient_norms` is measured, with ten classes.
    title : str
    width : int
        Units in each hidden layer; weights have the standard deviation gain / sqrt(inputs).

    Returns
    -------
    CurveExplorer
    """
    shapes = {str(i): _shape_of(*pair) for i, pair in enumerate(units.values())}
    survival, captions = {}, {}
    for (i, name), (j, depth), (k, gain) in product(
        enumerate(units), enumerate(DEPTHS), enumerate(GAINS)
    ):
        norms = _norms(X, labels, depth, width, gain, *units[name])
        key = f"{i},{j},{k}"
        survival[key] = [curve(range(1, depth + 1), norms, role="backward", dots=True)]
        captions[key] = (
            f"{name}, {depth} layers, gain {gain:g}: the gradient is {short(norms[0])} in the "
            f"first layer and {short(norms[-1])} in the last."
        )
    left = _panel(
        "Activation and slope", "score z", "", (-5, 5), (-2, 3), [_layer(["unit"], shapes)]
    )
    right = _panel(
        "Size of the gradient in every layer",
        "layer (1 is next to the input)",
        "",
        (0, 21),
        (1e-13, 1e7),
        [_layer(["unit", "depth", "gain"], survival)],
        log=True,
    )
    controls = [
        _control("unit", "activation", list(units), "select"),
        _control("depth", "layers", [str(d) for d in DEPTHS]),
        _control("gain", "gain of the weights", [f"{g:g}" for g in GAINS]),
    ]
    choice = {"unit": 0, "depth": DEPTHS.index(10), "gain": GAINS.index(1.0)}
    return _explorer(title, controls, [left, right], captions, choice)


def explore_zigzag(*, title, steps=40):
    """Let the learner move the mean of a unit's inputs, its learning rate and its batch.

    A linear unit with two weights and half the squared error learns from 20 rows, one after the
    other or all at once. The rows have variance 1, no correlation, and the chosen mean in both
    inputs; the best weights are (2, -1), the start is (0, 0).

    Returns
    -------
    CurveExplorer
    """
    paths, falls, captions = {}, {}, {}
    for (i, mean), (j, rate), (k, rows) in product(
        enumerate(MEANS), enumerate(RATES), enumerate(BATCHES)
    ):
        path = zigzag(mean, rate, rows, steps)
        losses = np.maximum(np.einsum("si,ij,sj->s", path - BEST, curvature(mean), path - BEST), 0)
        key = f"{i},{j},{k}"
        line = curve(*path.T, role="backward", dots=True)
        paths[key] = [line, curve([2], [-1], name="best place", role="ink", dots=True)]
        falls[key] = [curve(range(steps + 1), np.maximum(losses / 2, 1e-12), dots=True)]
        captions[key] = _zigzag_caption(mean, rate, rows, path, losses / 2)
    names = ["mean", "rate", "rows"]
    ellipses = {str(i): _contours(mean) for i, mean in enumerate(MEANS)}
    layers = [_layer(["mean"], ellipses), _layer(names, paths)]
    plane = _panel("Path of the weights", "w₁", "w₂", (-1, 4), (-3, 2), layers, square=440)
    fall = _panel("Loss", "step", "", (0, steps), (1e-9, 1e3), [_layer(names, falls)], log=True)
    controls = [
        _control("mean", "mean of the inputs", [f"{m:g}" for m in MEANS]),
        _control("rate", "learning rate", [f"{r:g}" for r in RATES]),
        _control("rows", "rows a step", [str(n) for n in BATCHES], "select"),
    ]
    choice = {"mean": MEANS.index(2.0), "rate": RATES.index(0.1), "rows": 0}
    return _explorer(title, controls, [plane, fall], captions, choice)


def _zigzag_caption(mean, rate, rows, path, losses):
    moves = np.sign(np.diff(path, axis=0))
    moves = moves[np.any(moves != 0, axis=1)]  # a path that has arrived stands still
    together = np.mean(moves[:, 0] == moves[:, 1])
    end = "diverges" if losses[-1] > losses[0] else f"falls to {short(losses[-1])}"
    return (
        f"Mean {mean:g}, rate {rate:g}, {rows} row{'s' if rows > 1 else ''} a step: in "
        f"{together:.0%} of the steps both weights move the same way; the loss {end}."
    )


def zigzag(mean, rate, batch, steps, seed=99):
    """The weights (steps + 1, 2) of a linear unit that learns from `batch` rows a step.

    With one row a step the last losses of seed 99 lie near the medians of 200 seeds.
    """
    rows = np.random.default_rng(seed).normal(size=(20, 2))
    rows = rows - rows.mean(axis=0)
    rows = rows @ np.linalg.inv(np.linalg.cholesky(rows.T @ rows / 20)).T + mean  # covariance I
    w = [np.zeros(2)]
    for step in range(steps):
        x = np.roll(rows, -step * batch, axis=0)[:batch]
        gradient = x.T @ (x @ (w[-1] - BEST)) / batch
        w.append(np.clip(w[-1] - rate * gradient, -1e3, 1e3))  # a divergent path stays finite
    return np.array(w)


def curvature(mean):
    """The matrix of second derivatives of that unit's loss: I + m m^T with m = (mean, mean)."""
    return np.eye(2) + mean**2


def _contours(mean):
    """Ellipses on which the loss is 1/4, 1 and 4 times that at (0, 0)."""
    H = curvature(mean)
    angle = np.linspace(0, 2 * np.pi, 61)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    values, vectors = np.linalg.eigh(H)
    unit = vectors @ (circle / np.sqrt(values)[:, None])
    return [
        curve(*(BEST[:, None] + size * np.sqrt(BEST @ H @ BEST) * unit), role="soft")
        for size in (0.5, 1.0, 2.0)
    ]


def _shape_of(g, g_prime):
    z = np.linspace(-5, 5, 101)
    return [
        curve(z, g(z), name="output"),
        curve(z, g_prime(z), name="slope", role="backward", dashed=True),
    ]


def _norms(X, labels, depth, width, gain, g, g_prime):
    rng = np.random.default_rng(7)
    sizes = [X.shape[1]] + [width] * (depth - 1) + [10]
    weights = [rng.normal(scale=gain / n**0.5, size=(n, m)) for n, m in pairwise(sizes)]
    return np.maximum(layer_gradient_norms(X, labels, weights, g, g_prime), 1e-300)


def _control(name, label, options, kind="slider"):
    return {"name": name, "label": label, "options": options, "kind": kind}


def _layer(controls, frames):
    return {"controls": controls, "frames": frames}


def _panel(title, xlabel, ylabel, xlim, ylim, layers, log=False, square=0):
    texts = {"title": title, "xlabel": xlabel, "ylabel": ylabel}
    limits = {"xlim": list(xlim), "ylim": list(ylim)}
    return {**texts, **limits, "log": log, "square": square, "layers": layers}


def _explorer(title, controls, panels, captions, choice):
    explorer = CurveExplorer(title=title, controls=controls, panels=panels, captions=captions)
    explorer.choice = choice
    return explorer
