"""Normalization to play with: a batch on a line, and a bowl whose column has a unit.

The browser computes what a move shows from the numbers it got once; the numbers here are for the
static twins and for the tests, which compare the two.
"""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import BACKWARD, FORWARD, SOFT, new_axes, short
from dlcourse.plots.gradient_descent import plot_contours
from dlcourse.reference.normalization import batch_norm
from dlcourse.reference.optimizers import gradient_descent
from dlcourse.widgets.shared import FOLDER, with_shared

TREATMENTS = ("as it is", "centred", "standardized")


def explore_batch(scores, *, running, title="A batch on a line"):
    """Let the learner drag the scores of one unit and see the outputs of its batch norm.

    Parameters
    ----------
    scores : sequence of numbers
        One a row, between -3 and 13.
    running : (mean, variance)
        What stands in for the batch's own at test.
    title : str

    Returns
    -------
    BatchExplorer
        Its traits can be set from Python too; ``outputs`` holds one number a row.
    """
    values = [float(score) for score in scores]
    if not 1 <= len(values) <= 8 or min(values) < -3 or max(values) > 13:
        raise ValueError(f"got the scores {values}: give 1 to 8 numbers between -3 and 13")
    return BatchExplorer(scores=values, running=[float(r) for r in running], title=title)


def explore_units(column, target, *, unit=1, treatment="as it is", rate=0.5, title="A bowl"):
    """Let the learner choose unit and treatment of a column and watch descent on weight and bias.

    Parameters
    ----------
    column, target : ndarray, shape (N,)
        The column in its unit 1; the loss is half the mean squared error of w column + b.
    unit : int
        How many of the new units make one: 100 turns metres into centimetres.
    treatment : str
        ``"as it is"``, ``"centred"`` or ``"standardized"``.
    rate : float
        Learning rate as a share of the largest stable one.
    title : str

    Returns
    -------
    UnitExplorer
        Its traits can be set from Python too; ``path`` holds its 60 steps.
    """
    lists = {"column": np.asarray(column).tolist(), "target": np.asarray(target).tolist()}
    return UnitExplorer(**lists, unit=unit, treatment=treatment, rate=rate, title=title)


class Explorer(anywidget.AnyWidget):
    """What both have in common: the files for the browser, title and text."""

    _esm = with_shared("normalization.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Normalization").tag(sync=True)


class BatchExplorer(Explorer):
    """One unit, a few rows, two rulers: the batch's own, and the one kept for the test."""

    kind = traitlets.Unicode("batch").tag(sync=True)
    scores = traitlets.List().tag(sync=True)
    running = traitlets.List().tag(sync=True)
    gamma = traitlets.Float(1.0).tag(sync=True)
    beta = traitlets.Float(0.0).tag(sync=True)
    mode = traitlets.Enum(("training", "test"), "training").tag(sync=True)

    @property
    def outputs(self):
        """What the unit gives for each row."""
        return self._outputs(self.scores, self.mode)

    def _outputs(self, scores, mode):
        if mode == "training" and len(scores) == 1:  # the mean is the row itself
            return np.array([self.beta])
        x, mean, var = np.array(scores)[:, None], *self.running
        return batch_norm(x, [self.gamma], [self.beta], [mean], [var], train=mode == "training")[0][
            :, 0
        ]

    @property
    def figure(self):
        """Scores above, outputs below: the batch, one row moved, the same at test."""
        figure, axes = plt.subplots(3, 1, figsize=(2.95, 5.6), sharex=True, layout="constrained")
        moved = [*self.scores[:-1], 13.0]
        strips = [
            ("training", self.scores, self.title),
            ("training", moved, "Training: one row moves,\nand all outputs with it"),
            ("test", moved, "Test: one row moves,\nthe other outputs stay"),
        ]
        for ax, (mode, scores, title) in zip(axes, strips, strict=True):
            self._strip(new_axes(ax), scores, self._outputs(scores, mode), title)
        axes[-1].set_xlabel("score above, output below")
        return figure

    def _strip(self, ax, scores, outputs, title):
        for pair in zip(scores, outputs, strict=True):
            ax.plot(pair, (1, 0), color=SOFT, linewidth=0.8)
        ax.plot(scores, np.ones(len(scores)), "o", color=FORWARD)
        ax.plot(outputs, np.zeros(len(outputs)), "s", color=BACKWARD)
        ax.set(yticks=[0, 1], yticklabels=["output", "score"], ylim=(-0.4, 1.4))
        ax.set_title(title, fontsize=10)


class UnitExplorer(Explorer):
    """The weight of one column and the bias: sixty steps on their bowl."""

    kind = traitlets.Unicode("units").tag(sync=True)
    column = traitlets.List().tag(sync=True)
    target = traitlets.List().tag(sync=True)
    unit = traitlets.Float(1.0, min=0.0).tag(sync=True)
    treatment = traitlets.Enum(TREATMENTS, TREATMENTS[0]).tag(sync=True)
    rate = traitlets.Float(0.5, min=0.0).tag(sync=True)
    steps = traitlets.Int(60).tag(sync=True)

    @property
    def rows(self):
        """The treated column beside a column of ones, (N, 2)."""
        return self._rows(self.unit, self.treatment)

    def _rows(self, unit, treatment):
        x = unit * np.array(self.column)
        x = x - x.mean() * (treatment != "as it is")
        return np.column_stack(
            [x / (x.std() if treatment == "standardized" else 1), np.ones(len(x))]
        )

    @property
    def condition(self):
        """The condition number of the bowl."""
        return condition_number(self.rows)

    @property
    def path(self):
        """Weight and bias before each step and after the last one, from (0, 0)."""
        return self._path(self.rows)

    def _path(self, A):
        t, H = np.array(self.target), A.T @ A / len(A)
        lr = self.rate * 2 / np.linalg.eigvalsh(H)[-1]
        return gradient_descent(lambda w: A.T @ (A @ w - t) / len(t), [0.0, 0.0], lr, self.steps)

    @property
    def figure(self):
        """Four bowls: metres, centimetres, centred, standardized, each with its path."""
        figure, axes = plt.subplots(2, 2, figsize=(2.85, 3.7), layout="constrained")
        settings = {
            "metres": (1, "as it is"),
            "centimetres": (100, "as it is"),
            "10 cm, centred": (10, "centred"),
            "standardized": (1, "standardized"),
        }
        for ax, (name, setting) in zip(axes.flat, settings.items(), strict=True):
            A, t = self._rows(*setting), np.array(self.target)
            bottom = np.linalg.lstsq(A, t, rcond=None)[0]
            reach = 1.2 * np.abs(bottom).max()
            plot_contours(
                lambda w, A=A, bottom=bottom: np.mean((A @ (w - bottom)) ** 2) / 2,
                low=bottom - reach,
                high=bottom + reach,
                paths={f"{self.steps} steps": self._path(A)},
                minimum=bottom,
                heights=False,
                labels=("w", "b"),
                title="",
                ax=ax,
            ).get_legend().remove()
            ax.set_title(f"{name}\nκ = {short(condition_number(A))}", fontsize=10)
            ax.locator_params(nbins=3)
        figure.suptitle(self.title)
        return figure


def condition_number(A):
    """The largest curvature of a linear model's bowl divided by the smallest."""
    curvatures = np.linalg.eigvalsh(A.T @ A / len(A))
    return curvatures[-1] / curvatures[0]
