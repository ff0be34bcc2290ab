"""Lecture 16: an autoencoder's code of eight numbers to move, and the image that is made of it."""

import json
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.reference.activations import sigmoid
from dlcourse.reference.linear import linear
from dlcourse.widgets.shared import with_shared

SAMPLES = Path(__file__).parents[1] / "samples"
STORED = SAMPLES / "transfer.json"  # make_transfer.py makes it
UNITS = 8


def explore_code(*, digit=3, code=None, title="Move the code, and the image changes"):
    """Let the learner move the eight numbers of a code and see what the decoder makes of them.

    Parameters
    ----------
    digit : int
        The first test image of this digit is shown, and its code is where the numbers begin.
    code : sequence of 8 numbers in [0, 1], optional
        Where they begin instead.
    title : str

    Returns
    -------
    CodeExplorer
        Its traits can be set from Python too; ``decoded`` is the image that is drawn.

    Raises
    ------
    ValueError
        If there is no such digit, or if the code does not hold 8 numbers in [0, 1].
    """
    if digit not in range(10):
        raise ValueError(f"got digit={digit!r}: choose one from 0 to 9")
    weights = read_weights()
    with np.load(SAMPLES / "digits.npz") as digits:
        first = [np.flatnonzero(digits["y_test"] == k)[0] for k in range(10)]
        images = digits["X_test"][first].reshape(10, 64) / 16
    own = encode(images, weights)
    code = own[digit] if code is None else np.asarray(code, dtype=float)
    if code.shape != (UNITS,) or not np.all((0 <= code) & (code <= 1)):
        raise ValueError(f"a code has {UNITS} numbers in [0, 1]: got {code.tolist()}")
    return CodeExplorer(
        digit=digit, code=np.round(code, 2).tolist(), codes=np.round(own, 2).tolist(),
        images=np.round(16 * images).astype(int).tolist(), W2=weights[2].tolist(),
        b2=weights[3].tolist(), title=title,
    )  # fmt: skip


def read_weights():
    """W1 (64, 8), b1, W2 (8, 64), b2 of the stored autoencoder."""
    kept = json.loads(STORED.read_text("utf-8"))["decoder"]
    return [np.array(kept[name]) for name in ("W1", "b1", "W2", "b2")]


def encode(images, weights):
    """The codes of images, (N, 64) to (N, 8)."""
    return sigmoid(linear(images, weights[0], weights[1]))


class CodeExplorer(anywidget.AnyWidget):
    """Eight sliders, the image that the decoder makes, and the image that was encoded."""

    _esm = with_shared("decoder.js")
    _css = with_shared("decoder.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A code of eight numbers and its image").tag(sync=True)
    digit = traitlets.Int(3, min=0, max=9).tag(sync=True)
    code = traitlets.List(traitlets.Float()).tag(sync=True)
    codes = traitlets.List().tag(sync=True)
    images = traitlets.List().tag(sync=True)
    W2 = traitlets.List().tag(sync=True)
    b2 = traitlets.List().tag(sync=True)

    @property
    def decoded(self):
        """The image of the code as it stands, (64,): linear units, so a little beyond [0, 1]."""
        return linear(np.array([self.code]), np.array(self.W2), np.array(self.b2))[0]

    @property
    def distance(self):
        """Mean of the squared differences to the image that was encoded."""
        return float(np.mean((self.decoded - np.array(self.images[self.digit]) / 16) ** 2))

    @property
    def figure(self):
        """The image, and what becomes of it when each unit alone is moved to 0 and to 1."""
        figure, axes = plt.subplots(3, UNITS + 1, figsize=(8.4, 3.6), layout="constrained")
        own = self.code
        for column in range(UNITS + 1):
            for row, value in enumerate((0.0, None, 1.0)):
                ax = axes[row, column]
                if column == 0:
                    picture = {0: np.array(self.images[self.digit]) / 16, 1: self.decoded}.get(row)
                else:
                    moved = list(own)
                    if value is not None:
                        moved[column - 1] = value
                    self.code = moved
                    picture = self.decoded
                    self.code = own
                ax.set(xticks=[], yticks=[])
                if picture is None:
                    ax.set_axis_off()
                    continue
                ax.imshow(picture.reshape(8, 8), cmap="gray_r", vmin=0, vmax=1)
                if column == 0:
                    ax.set_title(["image", "decoded"][row], fontsize=9)
                else:
                    shown = own[column - 1] if value is None else value
                    ax.set_title(f"{shown:.2f}", fontsize=9)
                if row == 2 and column:
                    ax.set_xlabel(f"unit {column}", fontsize=9)
        figure.suptitle(f"{self.title}: each unit at 0, as it is, at 1", fontsize=11)
        return figure
