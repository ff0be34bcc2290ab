"""Lecture 9: twenty fits of twenty data sets, their bias and their variance.

The browser draws the data and solves the fits; the same is done here in NumPy for the static twin
and for the tests, which compare the two. `explore_stopping` stands in `stopping`.
"""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from numpy.polynomial.legendre import legvander

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, new_axes, short
from dlcourse.widgets.shared import with_shared
from dlcourse.widgets.stopping import explore_stopping

__all__ = ["FitExplorer", "explore_fits", "explore_stopping", "normals"]

SETS, SIZES = 20, (25, 30, 40, 60, 100, 200)
RIDGES = (0.0, 0.01, 0.1, 1.0, 10.0, 100.0)
GRID = np.linspace(-1, 1, 200)


def explore_fits(*, degree=1, n=30, noise=0.3, ridge=0.0, title="Twenty data sets, twenty fits"):
    """Let the learner fit polynomials to twenty noisy data sets of sin 3x and see how they waver.

    Parameters
    ----------
    degree : int
        From 1 to 20.
    n : int
        Points of each data set, at equal distances in [-1, 1]: 25, 30, 40, 60, 100 or 200.
    noise : float
        Standard deviation of the normal noise on each point, from 0 to 1.
    ridge : float
        The fit minimizes the sum of squared errors plus ridge times the sum of its squared
        coefficients, those of `columns`: 0 or a power of ten from 0.01 to 100.
    title : str

    Returns
    -------
    FitExplorer
        Its traits can be set from Python too; ``fits`` holds the twenty curves, ``bias_squared``
        and ``variance`` what endlessly many data sets would give.
    """
    return FitExplorer(degree=degree, n=n, noise=noise, ridge=ridge, title=title)


class FitExplorer(anywidget.AnyWidget):
    """Twenty least-squares fits, and the exact mean and spread of all possible ones."""

    _esm = with_shared("regularization.js")
    _css = with_shared("regularization.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Twenty fits").tag(sync=True)
    degree = traitlets.Int(1, min=1, max=20).tag(sync=True)
    n = traitlets.Enum(SIZES, 30).tag(sync=True)
    noise = traitlets.Float(0.3, min=0.0, max=1.0).tag(sync=True)
    ridge = traitlets.Enum(RIDGES, 0.0).tag(sync=True)
    draw = traitlets.Int(0, min=0).tag(sync=True)
    sizes = traitlets.List(SIZES).tag(sync=True)
    ridges = traitlets.List(RIDGES).tag(sync=True)

    @property
    def points(self):
        """The places x, (n,), and the values of the twenty data sets there, (20, n)."""
        x = np.linspace(-1, 1, self.n)
        return x, np.sin(3 * x) + self.noise * normals(self.draw)[:, : self.n]

    @property
    def fits(self):
        """The twenty fits at the 200 places of the drawing, (20, 200)."""
        return self.points[1] @ self._smoother(self.degree).T

    @property
    def bias_squared(self):
        """What the mean of all possible fits misses, squared and averaged over the drawing."""
        return self._parts(self.degree)[0]

    @property
    def variance(self):
        """What a fit differs from the mean of all, squared and averaged over the drawing."""
        return self._parts(self.degree)[1]

    def _smoother(self, degree):
        """The matrix (200, n) that turns the values at the points into the fit."""
        A = columns(np.linspace(-1, 1, self.n), degree)
        rows = np.vstack([A, np.sqrt(self.ridge) * np.eye(degree + 1)])
        values = np.eye(len(rows), self.n)
        return columns(GRID, degree) @ np.linalg.lstsq(rows, values, rcond=None)[0]

    def _parts(self, degree):
        # a fit is linear in the values: the mean of all fits is the fit to the noiseless ones
        smoother = self._smoother(degree)
        mean = smoother @ np.sin(3 * np.linspace(-1, 1, self.n))
        variance = self.noise**2 * np.mean(np.sum(smoother**2, axis=1))
        return float(np.mean((mean - np.sin(3 * GRID)) ** 2)), float(variance)

    @property
    def figure(self):
        """Degrees 1, 3 and 20 side by side, with the twenty fits, their mean and the truth."""
        figure, axes = plt.subplots(1, 3, figsize=(9.6, 3.6), sharey=True, layout="constrained")
        for ax, degree in zip(axes, (1, 3, 20), strict=True):
            self._panel(new_axes(ax), degree)
        axes[0].set_ylabel("y")
        figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3)
        figure.suptitle(f"{self.title}: {self.n} points, noise {short(self.noise)}")
        return figure

    def _panel(self, ax, degree):
        smoother, (x, values) = self._smoother(degree), self.points
        bias_squared, variance = self._parts(degree)
        for k, fit in enumerate(values @ smoother.T):
            name = {} if k else {"label": "one fit"}
            ax.plot(GRID, fit, color=BACKWARD, alpha=0.35, linewidth=0.8, **name)
        ax.plot(GRID, smoother @ np.sin(3 * x), color=FORWARD, linewidth=2.5, label="mean")
        ax.plot(GRID, np.sin(3 * GRID), color=INK, linestyle="--", label="truth, sin 3x")
        squared = "under 0.0001" if bias_squared < 1e-4 else short(bias_squared)
        title = f"degree {degree}: squared bias\n{squared}, variance {short(variance)}"
        ax.set(xlabel="x", xlim=(-1, 1), ylim=(-2.4, 2.4), title=title)


def columns(x, degree):
    """Legendre's polynomials of mean square 1 at the places x (n,), as in the lecture: (n, d + 1).

    The penalty on their coefficients is the mean square of the fit, whatever the degree.
    """
    return legvander(x, degree) * np.sqrt(2 * np.arange(degree + 1) + 1)


def normals(draw):
    """The normal numbers (20, 200) of a drawing of data, the same here and in the browser.

    `draw` counts the drawings from 0. The uniform numbers below come from Mulberry32, which
    needs no more than 32 bits, so that JavaScript makes the same.
    """
    count = 2 * SETS * SIZES[-1]
    state = np.arange(1 + draw * count, 1 + (draw + 1) * count).astype(np.uint32)
    state *= np.uint32(0x6D2B79F5)
    t = (state ^ state >> 15) * (state | 1)
    t ^= t + (t ^ t >> 7) * (t | 61)
    uniform = (t ^ t >> 14) / 2.0**32
    radius = np.sqrt(-2 * np.log(1 - uniform[::2]))  # Box and Muller's
    return (radius * np.cos(2 * np.pi * uniform[1::2])).reshape(SETS, -1)
