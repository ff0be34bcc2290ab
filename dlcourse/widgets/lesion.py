"""Lecture 13: a trained network whose blocks are switched off; `architectures` shows it.

The browser runs the test digits through the stored network; `predictions` does so with the blocks
of the reference.
"""

import base64
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, SOFT, new_axes
from dlcourse.reference.activations import relu
from dlcourse.reference.linear import linear
from dlcourse.reference.residual import residual_block
from dlcourse.widgets.shared import with_shared

SAMPLES = Path(__file__).parents[1] / "samples"
STORED = SAMPLES / "lesion.npz"  # make_lesion.py makes it
BLOCKS, WIDTH = 10, 32
SIZES = [(WIDTH, 64), *[(WIDTH, WIDTH)] * 2 * BLOCKS, (10, WIDTH)]  # out, in
KINDS = ("plain", "residual")
MOST = 8  # blocks that the stored residual network can spare above 90 %; the tests try all sets


def explore_lesion(*, residual=True, off=(), title="Which blocks does it need?"):
    """Let the learner switch off blocks of a trained network and see which digits it still reads.

    Parameters
    ----------
    residual : bool
        The residual network, or the plain one.
    off : sequence of int
        The blocks that are off at first, counted from 1 to 10.
    title : str

    Returns
    -------
    LesionExplorer
        Its traits can be set from Python too; ``predictions`` and ``accuracy`` tell what the
        network reads as it stands.

    Raises
    ------
    ValueError
        If there is no such block.
    """
    off = sorted({int(block) for block in off})
    if any(not 1 <= block <= BLOCKS for block in off):
        raise ValueError(f"got off={off}: the blocks are 1 to {BLOCKS}")
    with np.load(STORED) as stored, np.load(SAMPLES / "digits.npz") as digits:
        numbers = np.stack([stored["scales"], stored["biases"]], axis=-1)
        return LesionExplorer(
            weights=text_of(stored["weights"]), numbers=text_of(numbers.astype("<f4")),
            digits=text_of(digits["X_test"].astype(np.uint8)),
            labels="".join(str(label) for label in digits["y_test"]),
            residual=residual, off=off, title=title,
        )  # fmt: skip


def text_of(array):
    """The bytes of an array as text: a trait of text is kept in a saved notebook as it is."""
    return base64.b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")


class LesionExplorer(anywidget.AnyWidget):
    """Two trained networks of ten blocks, and 360 digits that they have not seen in training."""

    _esm = with_shared("lesion.js")
    _css = with_shared("lesion.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Blocks of a network to switch off").tag(sync=True)
    residual = traitlets.Bool(True).tag(sync=True)
    off = traitlets.List(traitlets.Int()).tag(sync=True)
    tried = traitlets.List().tag(sync=True)  # [residual, blocks off, digits right]
    most = traitlets.Int(MOST).tag(sync=True)
    weights = traitlets.Unicode().tag(sync=True)
    numbers = traitlets.Unicode().tag(sync=True)
    digits = traitlets.Unicode().tag(sync=True)
    labels = traitlets.Unicode().tag(sync=True)

    def layers(self):
        """Weights (in, out) and biases of the network, as the reference takes them."""
        kind = int(self.residual)
        weights = np.frombuffer(base64.b64decode(self.weights), np.int8).reshape(2, -1)[kind]
        numbers = np.frombuffer(base64.b64decode(self.numbers), "<f4").reshape(2, -1, 2)[kind]
        at = unit = 0
        for out, into in SIZES:
            scale, bias = numbers[unit : unit + out].T
            W = weights[at : at + out * into].reshape(out, into) * scale[:, None]
            yield W.T.astype(float), bias.astype(float)
            at, unit = at + out * into, unit + out

    @property
    def predictions(self):
        """What the network reads in each of the digits, with its blocks on or off as they are."""
        X = np.frombuffer(base64.b64decode(self.digits), np.uint8).reshape(-1, 64) / 16
        (W, b), *inner, head = self.layers()
        h = relu(linear(X, W, b))
        for block in range(1, BLOCKS + 1):
            (w1, b1), (w2, b2) = inner[2 * block - 2 : 2 * block]
            if block in self.off:
                continue
            if self.residual:
                h = residual_block(h, w1, b1, w2, b2)
            else:
                h = relu(linear(relu(linear(h, w1, b1)), w2, b2))
        return linear(h, *head).argmax(axis=1)

    @property
    def accuracy(self):
        """The share of digits that are read right."""
        return float((self.predictions == np.array([*self.labels], int)).mean())

    @property
    def figure(self):
        """What one block less leaves, over ten trainings: the mean, and from lowest to highest."""
        with np.load(STORED) as stored:
            shares = 100 * stored["right"] / len(self.labels)
        size = {"figsize": (8.4, 5.2), "sharex": True, "layout": "constrained"}
        figure, axes = plt.subplots(2, 1, **size)
        places = np.arange(BLOCKS + 1)
        for ax, kind, colour in zip(axes, KINDS[::-1], (FORWARD, BACKWARD), strict=True):
            runs = shares[KINDS.index(kind)]
            mean = runs.mean(axis=0)
            spread = np.abs([runs.min(axis=0) - mean, runs.max(axis=0) - mean])
            new_axes(ax).bar(places, mean, color=[SOFT, *[colour] * BLOCKS], width=0.7)
            ax.errorbar(places, mean, spread, fmt="none", ecolor=INK, capsize=4)
            for place, share, up in zip(places, mean, spread[1], strict=True):
                ax.text(place, share + up + 3, f"{share:.0f}", ha="center", fontsize=9)
            ax.axhline(10, color=INK, linestyle=":", linewidth=1)
            ax.set(ylim=(0, 116), yticks=[0, 50, 100], ylabel="digits right, %",
                   title=f"{kind}: mean of {len(runs)} trainings, lowest to highest")  # fmt: skip
        axes[1].set_xticks(places, ["all on", *range(1, BLOCKS + 1)])
        axes[1].set_xlabel("the block that is left out; dotted: guessing")
        figure.suptitle(self.title)
        return figure
