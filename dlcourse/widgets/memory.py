"""Lecture 14: how much of a gradient is left some steps back, in a tanh network and in an LSTM.

The browser multiplies, so that a move asks no kernel; here NumPy does the same, for the static
twin and for the tests, which compare the two.
"""

import anywidget
import numpy as np
import traitlets

from dlcourse.plots.basic import BACKWARD, FORWARD, LINE_STYLES, SOFT, new_axes
from dlcourse.reference.gated import lstm_forward
from dlcourse.reference.recurrent import gradient_through_time, rnn_forward
from dlcourse.widgets.shared import with_shared

UNITS, INPUTS, LONGEST = 16, 4, 60
GAINS = [0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.75, 2.0, 2.5, 3.0]
BIASES = [-1.0, 0.0, 1.0, 2.0, 3.0, 4.0, 5.0]
FAINT = 0.01  # a gradient below this share counts as lost


def explore_memory(*, gain=1.0, length=50, bias=0.0, title="How far back does a gradient reach?"):
    """Let the learner move the gain of a tanh network, the length, and an LSTM's forget bias.

    Parameters
    ----------
    gain : float
        What the orthogonal matrix of the tanh network is multiplied by, one of `GAINS`.
    length : int
        Steps, from 5 to 60.
    bias : float
        The forget gate's bias, one of `BIASES`.
    title : str

    Returns
    -------
    MemoryExplorer
        Its traits can be set from Python too; ``elman`` and ``cell`` are what is drawn.
    """
    rng = np.random.default_rng(7)
    parts = {
        "xs": rng.normal(size=(LONGEST, INPUTS)) / 2,
        "Wx": rng.normal(size=(INPUTS, UNITS)) / 2,
        "Q": np.linalg.qr(rng.normal(size=(UNITS, UNITS)))[0],
        "Wx4": rng.normal(size=(INPUTS, 4 * UNITS)) / 2,
        "Wh4": rng.normal(size=(UNITS, 4 * UNITS)) / 2 / np.sqrt(UNITS),
    }
    lists = {name: part.tolist() for name, part in parts.items()}
    return MemoryExplorer(gain=gain, length=length, bias=bias, title=title, **lists)


class MemoryExplorer(anywidget.AnyWidget):
    """Two curves over the steps back: all paths of a tanh network, the cell's path of an LSTM."""

    _esm = with_shared("memory.js")
    _css = with_shared("shared.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("How far back a gradient reaches").tag(sync=True)
    gain = traitlets.Float(1.0).tag(sync=True)
    length = traitlets.Int(50, min=5, max=LONGEST).tag(sync=True)
    bias = traitlets.Float(0.0).tag(sync=True)
    gains = traitlets.List(GAINS).tag(sync=True)
    biases = traitlets.List(BIASES).tag(sync=True)
    xs = traitlets.List().tag(sync=True)
    Wx = traitlets.List().tag(sync=True)
    Q = traitlets.List().tag(sync=True)
    Wx4 = traitlets.List().tag(sync=True)
    Wh4 = traitlets.List().tag(sync=True)

    def _inputs(self):
        return np.array(self.xs)[: self.length, None]

    @property
    def elman(self):
        """The norm of dh_T/dh_t over that of the identity, for 0 to T steps back."""
        Wh = self.gain * np.array(self.Q)
        zero = np.zeros((1, UNITS))
        hs = rnn_forward(self._inputs(), zero, np.array(self.Wx), Wh, np.zeros(UNITS))
        return np.array(gradient_through_time(hs[:, 0], Wh))[::-1] / np.sqrt(UNITS)

    @property
    def cell(self):
        """The same of the product of an LSTM's forget gates."""
        b, zero = np.zeros(4 * UNITS), np.zeros((1, UNITS))
        b[UNITS : 2 * UNITS] = self.bias
        weights = np.array(self.Wx4), np.array(self.Wh4), b
        f = lstm_forward(self._inputs(), zero, zero, *weights)[2][::-1, 0, UNITS : 2 * UNITS]
        return np.sqrt(np.mean(np.cumprod(np.vstack([np.ones(UNITS), f]), axis=0) ** 2, axis=1))

    @property
    def spans(self):
        """For both curves after how many steps less than a hundredth is left; None if never."""
        lost = [np.nonzero(curve < FAINT)[0] for curve in (self.elman, self.cell)]
        return [int(steps[0]) if len(steps) else None for steps in lost]

    @property
    def figure(self):
        """Four gains and four biases over sixty steps, on a logarithmic axis."""
        ax = new_axes(width=3.5, height=4.8)
        curves = [
            (f"tanh, gain {gain:g}", explore_memory(gain=gain, length=LONGEST).elman, FORWARD, 1.6)
            for gain in (0.5, 0.8, 1.0, 1.5)
        ]
        curves += [
            (f"cell, bias {bias:g}", explore_memory(bias=bias, length=LONGEST).cell, BACKWARD, 3)
            for bias in (0.0, 1.0, 3.0, 5.0)
        ]
        apart = {"tanh, gain 1.5": 5, "cell, bias 5": -5, "cell, bias 3": -7}  # points: names meet
        for style, (name, left, color, width) in zip(LINE_STYLES[:4] * 2, curves, strict=True):
            ax.plot(left, linestyle=style, color=color, linewidth=width, label=name)
            ax.annotate(
                name, (LONGEST, left[-1]), (5, apart.get(name, 0)), textcoords="offset points",
                va="center", color=color, annotation_clip=False,
            )  # fmt: skip
        ax.axhline(1, color=SOFT, linewidth=1)
        ax.grid(alpha=0.3)
        ax.set(xlabel="steps back", ylabel="share of the gradient", yscale="log", title=self.title)
        return ax.figure
