"""Gradient descent to play with: the rate on one curvature, rate and batch size on a bowl.

The browser computes each path from the numbers it got once, so a move asks no kernel; the paths
here are for the static twins and for the tests, which compare the two.
"""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import BACKWARD, FORWARD, SOFT
from dlcourse.plots.gradient_descent import plot_contours
from dlcourse.reference.optimizers import gradient_descent
from dlcourse.widgets.shared import FOLDER, with_shared


def explore_rate(*, curvature=4.0, rate=0.1, start=1.0, title="One direction of a bowl"):
    """Let the learner move rate and curvature of descent on curvature * x^2 / 2.

    Returns
    -------
    RateExplorer
        ``rate`` and ``curvature`` can be set from Python too; ``path`` holds its ten steps.
    """
    return RateExplorer(curvature=curvature, rate=rate, start=start, title=title)


def explore_descent(X, t, orders, *, rate=0.1, batch_size=1, start=(0.0, 0.0), title="Descent"):
    """Let the learner move rate, batch size and start of descent on the squared error of a line.

    Parameters
    ----------
    X : ndarray, shape (N, 2)
        Rows; the loss is the mean of (X w - t)^2 / 2 over the rows of a batch.
    t : ndarray, shape (N,)
    orders : integer ndarray, shape (S, E, N)
        S shuffles to choose from, each with the order of the rows in E epochs; then they repeat.
    rate, batch_size, start
        Where the controls stand at first.
    title : str

    Returns
    -------
    DescentExplorer
        Its traits can be set from Python too; ``path`` holds its 60 steps.
    """
    lists = {"X": np.asarray(X).tolist(), "t": np.asarray(t).tolist()}
    orders = np.asarray(orders)
    if orders.ndim != 3 or np.any(np.sort(orders) != np.arange(len(X))):
        raise ValueError(
            f"got orders of shape {orders.shape} for {len(X)} rows: give (S, E, N), each a "
            "permutation of the rows"
        )
    return DescentExplorer(
        **lists, orders=orders.tolist(), rate=rate, batch_size=batch_size, start=list(start),
        title=title,
    )  # fmt: skip


class Explorer(anywidget.AnyWidget):
    """What both have in common: the files for the browser, title, text and rate."""

    _esm = with_shared("gradient_descent.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A path of gradient descent").tag(sync=True)
    rate = traitlets.Float(0.1, min=0.0).tag(sync=True)


class RateExplorer(Explorer):
    """One weight, one curvature, ten steps."""

    kind = traitlets.Unicode("rate").tag(sync=True)
    curvature = traitlets.Float(4.0, min=0.0).tag(sync=True)
    start = traitlets.Float(1.0).tag(sync=True)
    steps = traitlets.Int(10).tag(sync=True)

    @property
    def path(self):
        """The weight before each step and after the last one."""
        path = gradient_descent(lambda x: self.curvature * x, [self.start], self.rate, self.steps)
        return path[:, 0]

    @property
    def figure(self):
        """The parabola with the steps, and the weight against the step."""
        figure, (above, below) = plt.subplots(2, 1, figsize=(4.2, 5.4), layout="constrained")
        path, reach = self.path, 1.6 * abs(self.start)
        x = np.linspace(-reach, reach, 100)
        above.plot(x, self.curvature * x**2 / 2, color=FORWARD)
        above.plot(path, self.curvature * path**2 / 2, "o--", color=BACKWARD, markersize=4)
        above.set(xlabel="w", ylabel="loss", xlim=(-reach, reach), title=self.title)
        above.set_ylim(-0.05, self.curvature * reach**2 / 2)
        below.plot(path, "o-", color=BACKWARD, markersize=4)
        below.axhline(0, color=SOFT, linewidth=0.8)
        factor = f"{1 - self.rate * self.curvature:.3g}".replace("-", "−")
        below.set(xlabel="step", ylabel="w", title=f"each step multiplies w by {factor}")
        return figure


class DescentExplorer(Explorer):
    """Two weights, a few rows a step, sixty steps."""

    kind = traitlets.Unicode("surface").tag(sync=True)
    X = traitlets.List().tag(sync=True)
    t = traitlets.List().tag(sync=True)
    orders = traitlets.List().tag(sync=True)
    shuffle = traitlets.Int(0).tag(sync=True)
    batch_size = traitlets.Int(1, min=1).tag(sync=True)
    start = traitlets.List([0.0, 0.0]).tag(sync=True)
    steps = traitlets.Int(60).tag(sync=True)

    @property
    def path(self):
        """The two weights before each step and after the last one."""
        steps = iter(self._batches())

        def slope(w):
            X, t = next(steps)
            return X.T @ (X @ w - t) / len(t)

        with np.errstate(over="ignore", invalid="ignore"):
            return gradient_descent(slope, self.start, self.rate, self.steps)

    @property
    def figure(self):
        """The bowl from above with the path, for places without sliders."""
        X, t = np.array(self.X), np.array(self.t)
        bottom = np.linalg.lstsq(X, t, rcond=None)[0]
        reach = 1.5 * np.abs(bottom - self.start).max()
        name = f"rate {self.rate:g}, {self.batch_size} of {len(t)} rows a step"

        def loss(w):
            return np.mean((X @ w - t) ** 2) / 2

        ax = plot_contours(
            loss,
            low=bottom - reach,
            high=bottom + reach,
            paths={name: self.path},
            minimum=bottom,
            levels=loss(bottom) + np.array([0.1, 0.5, 1.5, 3.5, 6.5, 11.5, 19.5, 29.5]),
            heights=False,
            title=self.title,
        )
        return ax.figure

    def _batches(self):
        X, t, orders = np.array(self.X), np.array(self.t), self.orders[self.shuffle]
        per_epoch = -(-len(t) // self.batch_size)
        for step in range(self.steps):
            epoch, k = divmod(step, per_epoch)
            rows = orders[epoch % len(orders)][k * self.batch_size : (k + 1) * self.batch_size]
            yield X[rows], t[rows]
