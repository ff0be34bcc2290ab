"""Lecture 9: a validation loss that is revealed epoch by epoch, and the rule with a patience."""

import json
from pathlib import Path

import anywidget
import traitlets

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, new_axes
from dlcourse.reference.regularization import early_stopping
from dlcourse.widgets.shared import with_shared

STORED = Path(__file__).parents[1] / "samples" / "stopping.json"  # make_stopping.py makes it
TABLE = {15: 20, 16: 18, 17: 15, 18: 17, 19: 22, 20: 25}  # HKU: epoch and validation error, %


def explore_stopping(curves=None, *, patience=3, title="When do you stop?"):
    """Let the learner stop a training by hand, then compare with a patience and with the best.

    Parameters
    ----------
    curves : list of sequences of float, optional
        Validation losses, one an epoch, all of one length: a run each. Six stored runs of a small
        network on 200 digits, a fifth of them mislabelled, if there are none.
    patience : int
        From 1 to 15, where the rule stands when the learner has stopped.
    title : str

    Returns
    -------
    StoppingExplorer
        Its traits can be set from Python too; ``stops`` holds the epoch at which the learner
        stopped each run, -1 where they have not; `cost` says what a choice costs.

    Raises
    ------
    ValueError
        If a run has fewer than 10 epochs, or another length than the first.
    """
    runs = json.loads(STORED.read_text("utf-8")) if curves is None else curves
    runs = [[float(loss) for loss in run] for run in runs]
    lengths = sorted({len(run) for run in runs})
    if len(lengths) != 1 or lengths[0] < 10:
        raise ValueError(f"got runs of {lengths} epochs: give runs of one length, 10 or more")
    return StoppingExplorer(curves=runs, stops=[-1] * len(runs), patience=patience, title=title)


class StoppingExplorer(anywidget.AnyWidget):
    """The browser reveals the curve and applies the rule; `rule` is the reference's."""

    _esm = with_shared("stopping.js")
    _css = with_shared("regularization.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("When do you stop?").tag(sync=True)
    curves = traitlets.List().tag(sync=True)
    run = traitlets.Int(0, min=0).tag(sync=True)
    seen = traitlets.Int(5, min=0).tag(sync=True)
    stops = traitlets.List().tag(sync=True)
    patience = traitlets.Int(3, min=1, max=15).tag(sync=True)

    @property
    def rule(self):
        """The best epoch so far and the epoch at which the rule stops this run."""
        return early_stopping(self.curves[self.run], self.patience)

    def cost(self, stop):
        """How much higher than the best of the run the best loss up to `stop` is, as a share."""
        losses = self.curves[self.run]
        return min(losses[: stop + 1]) / min(losses) - 1

    @property
    def figure(self):
        """HKU's table with its best epoch and where patience 1, 2 and 3 stop."""
        epochs, errors = list(TABLE), list(TABLE.values())
        ax = new_axes()
        ax.plot(epochs, errors, "o-", color=FORWARD)
        for patience in (1, 2, 3):
            best, stop = (epochs[k] for k in early_stopping(errors, patience))
            ax.axvline(stop, color=BACKWARD, linestyle="--", linewidth=1)
            name = f"patience {patience}\nstops here"
            ax.text(stop - 0.06, 28.6, name, color=BACKWARD, ha="right", va="top", fontsize=10)
        ax.plot(best, TABLE[best], "o", color=INK, markersize=10)
        ax.annotate("best", (best, TABLE[best]), (0, -18), textcoords="offset points", ha="center")
        words = {"xlabel": "epoch", "ylabel": "validation error, %", "title": self.title}
        ax.set(xlim=(14.7, 20.3), ylim=(12, 29), **words)
        return ax.figure
