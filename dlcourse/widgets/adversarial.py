"""Lecture 15: a density that is dragged while the best discriminator follows; a GAN on a ring."""

import json
import math
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.adversarial import plot_best, plot_frames
from dlcourse.plots.basic import INK
from dlcourse.reference.generative import optimal_discriminator
from dlcourse.widgets.shared import FOLDER, with_shared

STORED = Path(__file__).parents[1] / "samples" / "gan.json"
X = np.linspace(-14, 14, 701)
SHIFTS = (2.0, 4.0)
FARTHEST, WIDTHS = 6.0, (0.4, 2.5)
FORGER, INSPECTOR = (1, 2, 5, 10), (1, 2, 5)


def explore_density(mean=2.0, width=1.0, *, title="Drag the model's density"):
    """Let the learner drag a model's normal density over the data's, with mean 0 and deviation 1.

    Parameters
    ----------
    mean : float
        From -6 to 6.
    width : float
        The model's standard deviation, from 0.4 to 2.5.
    title : str

    Returns
    -------
    DensityExplorer
        Its traits can be set from Python too; `value`, `divergence` and `slopes` tell what it says.

    Raises
    ------
    ValueError
        If the mean or the width is out of range.
    """
    if abs(mean) > FARTHEST or not WIDTHS[0] <= width <= WIDTHS[1]:
        raise ValueError(
            f"got mean {mean} and width {width}: give a mean from -6 to 6, a width from 0.4 to 2.5"
        )
    return DensityExplorer(mean=mean, width=width, title=title)


def explore_ring(forger=1, inspector=1, *, title="A GAN on a ring, trained here"):
    """Let the learner train a GAN on a ring of eight modes, in the browser.

    Parameters
    ----------
    forger, inspector : int
        Steps of the generator, one of 1, 2, 5 and 10, and of the discriminator, one of 1, 2 and 5,
        in each round.
    title : str

    Returns
    -------
    RingTrainer

    Raises
    ------
    ValueError
        If the steps are none of these.
    """
    if forger not in FORGER or inspector not in INSPECTOR:
        raise ValueError(
            f"got {forger} generator and {inspector} discriminator steps: choose from "
            f"{FORGER} and {INSPECTOR}"
        )
    return RingTrainer(forger=forger, inspector=inspector, title=title)


def normal(x, mean=0.0, width=1.0):
    """The normal density at `x`."""
    return np.exp(-(((x - mean) / width) ** 2) / 2) / (width * math.sqrt(2 * math.pi))


def divergence(mean, width):
    """The Jensen-Shannon divergence of the model's normal density from the data's."""
    p, q = normal(X), normal(X, mean, width)
    middle = (p + q) / 2
    return sum(np.trapezoid(f * np.log(f / middle), X) for f in (p, q)) / 2


class DensityExplorer(anywidget.AnyWidget):
    """Two normal densities, one of them to be dragged, and their best discriminator."""

    _esm = with_shared("density.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Two densities and the best discriminator").tag(sync=True)
    mean = traitlets.Float(2.0, min=-FARTHEST, max=FARTHEST).tag(sync=True)
    width = traitlets.Float(1.0, min=WIDTHS[0], max=WIDTHS[1]).tag(sync=True)

    @property
    def divergence(self):
        """The Jensen-Shannon divergence of the two densities."""
        return divergence(self.mean, self.width)

    @property
    def value(self):
        """The value of the game at the best discriminator."""
        return 2 * self.divergence - math.log(4)

    @property
    def slopes(self):
        """How both losses of the generator change with the model's mean: saturating, then not."""
        p, q = normal(X), normal(X, self.mean, self.width)
        D = optimal_discriminator(p, q)
        slope = (X - self.mean) / self.width**2 - X  # of the logit ln(p / q)
        return np.trapezoid(-q * D * slope, X), np.trapezoid(-q * (1 - D) * slope, X)

    @property
    def figure(self):
        """Densities and the best discriminator for two means; the value at every mean."""
        x, means = X[np.abs(X) <= 8], np.linspace(-FARTHEST, FARTHEST, 49)
        figure, axes = plt.subplot_mosaic(
            [SHIFTS, ("V", "V")], figsize=(4.0, 5.3), layout="constrained"
        )
        for shift in SHIFTS:
            title = f"model's mean {shift:g}"
            plot_best(x, normal(x), normal(x, shift), title=title, ax=axes[shift])
        axes["V"].plot(means, [2 * divergence(m, 1.0) - math.log(4) for m in means], color=INK)
        axes["V"].set(xlabel="mean of the model", ylabel="V(D*)", title="The value at every mean")
        handles, names = axes[SHIFTS[0]].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside lower center", ncols=2, frameon=False)
        figure.suptitle("The best discriminator follows the model")
        return figure


class RingTrainer(anywidget.AnyWidget):
    """Two small networks on a ring of eight modes; the browser trains them."""

    _esm = with_shared("ring.js")
    _css = with_shared("ring.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A GAN on a ring of eight modes").tag(sync=True)
    forger = traitlets.Enum(FORGER, 1).tag(sync=True)
    inspector = traitlets.Enum(INSPECTOR, 1).tag(sync=True)
    start = traitlets.Int(1, min=1).tag(sync=True)

    @property
    def figure(self):
        """Stored fakes of two runs: the steps of one are changed after it has collapsed."""
        table = json.loads(STORED.read_text("utf-8"))["long"]
        frames = {
            f"{name}\nround {int(k):,}": table[name]["fakes"][k]
            for k in ("300", "600", "2400")
            for name in ("1 : 1", "10 : 1, then 1 : 5")
        }
        return plot_frames(frames, title="Generator steps : discriminator steps")
