"""Lecture 6: a network that learns to read digits while you watch its units and gradients."""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import BACKWARD, FORWARD, new_axes, plot_lines
from dlcourse.reference import activations
from dlcourse.reference.linear import linear, linear_backward
from dlcourse.reference.losses import cross_entropy, softmax_cross_entropy_backward
from dlcourse.widgets.shared import FOLDER, with_shared

INPUTS, HIDDEN, CLASSES, BATCH = 64, 30, 10, 32
LEAST = 0.015  # a bar's least height: a unit that learns from one digit is seen
TASK = (
    "Try ReLU first and raise the learning rate step by step. When do units die, and what is left "
    "of the gradient in the first layer? Then press leaky ReLU at the same rates. With sigmoid "
    "and tanh, move the gain to 0.1 and to 10: from how many digits does each unit still learn?"
)
UNITS = {
    "sigmoid": (activations.sigmoid, activations.sigmoid_backward),
    "tanh": (activations.tanh, activations.tanh_backward),
    "ReLU": (activations.relu, activations.relu_backward),
    "leaky ReLU": (activations.leaky_relu, activations.leaky_relu_backward),
}


def explore_training(X, labels, tests, test_labels, *, title):
    """Let the learner choose activation, gain and rate, and watch a 64-30-10 network learn.

    Parameters
    ----------
    X, tests : ndarray, shape (N, 64)
        Digits of 8 x 8 pixels, multiples of 1/16 from 0 to 1: to learn from, and to be read.
    labels, test_labels : integer ndarray, shape (N,)
    title : str

    Returns
    -------
    TrainingExplorer
        ``unit``, ``gain`` and ``rate`` can be set from Python too.
    """
    rows, others = _written(X, labels), _written(tests, test_labels)
    return TrainingExplorer(rows=rows, tests=others, title=title)


class TrainingExplorer(anywidget.AnyWidget):
    """The browser trains the network itself, so a move needs no kernel; `train` does the same.

    ``layers`` holds the weights and biases that the browser has come to.
    """

    _esm = with_shared("training.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A small network that learns to read digits").tag(sync=True)
    task = traitlets.Unicode(TASK).tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    tests = traitlets.List().tag(sync=True)
    bank = traitlets.List().tag(sync=True)
    gains = traitlets.List([0.1, 0.5, 1.0, 1.41, 2.0, 4.0, 10.0]).tag(sync=True)
    rates = traitlets.List([0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0]).tag(sync=True)
    unit = traitlets.Enum(list(UNITS), "ReLU").tag(sync=True)
    gain = traitlets.Float(1.41, min=0.0).tag(sync=True)
    rate = traitlets.Float(0.3, min=0.0).tag(sync=True)
    steps = traitlets.Int(300).tag(sync=True)
    layers = traitlets.List().tag(sync=True)

    @traitlets.default("bank")
    def _normal_numbers(self):
        count = INPUTS * HIDDEN + HIDDEN * CLASSES
        return np.random.default_rng(7).normal(size=count).round(4).tolist()

    def train(self):
        """Weights and biases after the last step, and the loss of each batch, as in the browser."""
        X, labels = _read(self.rows)
        g, g_backward = UNITS[self.unit]
        W1, W2, b1, b2 = *self._first_weights(), np.zeros(HIDDEN), np.zeros(CLASSES)
        losses = []
        for step in range(self.steps):
            batch = np.arange(step * BATCH, (step + 1) * BATCH) % len(X)
            s = linear(X[batch], W1, b1)
            h = g(s)
            z = linear(h, W2, b2)
            losses.append(cross_entropy(z, labels[batch]))
            blame = softmax_cross_entropy_backward(z, labels[batch])
            dh, dW2, db2 = linear_backward(blame, h, W2, b2)
            _, dW1, db1 = linear_backward(g_backward(dh, s), X[batch], W1, b1)
            gradients = dW1, dW2, db1, db2
            pairs = zip((W1, W2, b1, b2), gradients, strict=True)
            W1, W2, b1, b2 = (value - self.rate * slope for value, slope in pairs)
        return (W1, b1, W2, b2), losses

    @property
    def figure(self):
        """The loss, and from what each unit learns, for places without a kernel."""
        layers, losses = self.train()
        title = f"{self.title}\n{self.unit}, gain {self.gain:g}, rate {self.rate:g}"
        words = {"xlabel": "step", "ylabel": "loss of the batch", "title": title}
        figure, (above, below) = plt.subplots(2, figsize=(6.4, 5.6), layout="constrained")
        plot_lines(range(1, self.steps + 1), {"loss": losses}, ax=above, **words)
        shares, units = self.shares_alive(layers), np.arange(1, HIDDEN + 1)
        learns, dead = shares > 0, shares == 0
        new_axes(below).bar(
            units[learns], np.maximum(shares[learns], LEAST), color=FORWARD, label="learns"
        )
        below.plot(units[dead], 0 * units[dead], "s", color=BACKWARD, label="dead")
        words = {"xlabel": "hidden unit", "ylabel": "share of digits\nit learns from"}
        below.set(xlim=(0, HIDDEN + 1), ylim=(-0.06, 1.02), **words)
        below.legend(ncols=2, loc="lower right", bbox_to_anchor=(1, 1), frameon=False)
        return figure

    def shares_alive(self, layers):
        """On which share of the rows each hidden unit has a thousandth of its largest slope."""
        X, _ = _read(self.rows)
        backward = UNITS[self.unit][1]
        slopes = backward(np.ones((len(X), HIDDEN)), linear(X, *layers[:2]))
        largest = backward(np.ones(2), np.array([0.0, 1.0])).max()
        return np.mean(slopes >= largest / 1000, axis=0)

    def _first_weights(self):
        numbers = self.gain * np.array(self.bank)
        first, second = np.split(numbers, [INPUTS * HIDDEN])
        return (
            first.reshape(INPUTS, HIDDEN) / INPUTS**0.5,
            second.reshape(HIDDEN, CLASSES) / HIDDEN**0.5,
        )


def _written(X, labels):
    """Each digit as 64 letters of the base 17, and its label."""
    sixteenths = np.asarray(16 * np.asarray(X, dtype=float))
    if sixteenths.ndim != 2 or np.any(sixteenths != np.clip(np.round(sixteenths), 0, 16)):
        raise ValueError("got pixels that are no multiples of 1/16 from 0 to 1: give the digits")
    letters = np.array(list("0123456789abcdefg"))[sixteenths.astype(int)]
    return [["".join(row), int(k)] for row, k in zip(letters, labels, strict=True)]


def _read(rows):
    X = np.array([[int(letter, 17) / 16 for letter in pixels] for pixels, _ in rows])
    return X, np.array([label for _, label in rows])
