"""Lecture 2: a step, a bump and a sum of bumps; a cross, a tower and a city of towers.

The browser computes every network from the settings, so a move asks no kernel; the properties
here do the same with the reference, for the static twins and for the tests.
"""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.approximation import TARGET, WIDTH, plot_fit, plot_heights
from dlcourse.plots.basic import short
from dlcourse.reference.approximation import bump, sigmoid_step
from dlcourse.widgets.shared import FOLDER, with_shared

SAMPLES = 2001  # of a function on [0, 1]
PIXELS = 96  # along each side of the square; no centre of a pixel lies on an edge of n <= 12 cells
WALLS = ((0.3, 0.6), (0.4, 0.8))  # along x and along y
REACH = 10  # cells that the outer bumps reach further, if they do


def explore_bumps(functions=None, *, offered=("step", "bump", "sum"), title):
    """Let the learner build a step, a bump and a sum of bumps from sigmoid units.

    Parameters
    ----------
    functions : dict, optional
        Name to a function of an array in [0, 1], to be approximated by a sum of bumps; without
        it, one wave.
    offered : sequence of {"step", "bump", "sum"}
        The stages that can be chosen; the first is shown first.
    title : str

    Returns
    -------
    BumpBuilder
    """
    x = np.linspace(0, 1, SAMPLES)
    functions = functions or {"cos(2πx)": lambda x: np.cos(2 * np.pi * x)}
    samples = {name: np.round(f(x), 5).tolist() for name, f in functions.items()}
    stages = {"offered": list(offered), "stage": offered[0]}
    return BumpBuilder(title=title, functions=samples, function=next(iter(samples)), **stages)


def explore_towers(functions, *, stage="cross", title):
    """Let the learner turn two walls into a tower, and n x n towers into a function.

    Parameters
    ----------
    functions : dict
        Name to a function of two arrays in [0, 1].
    stage : {"cross", "city"}
    title : str

    Returns
    -------
    TowerBuilder
    """
    z = (np.arange(PIXELS) + 0.5) / PIXELS
    samples = {name: np.round(f(z, z[:, None]), 4).tolist() for name, f in functions.items()}
    return TowerBuilder(title=title, functions=samples, function=next(iter(samples)), stage=stage)


class Builder(anywidget.AnyWidget):
    """What both have in common: functions to choose from, a stage, and numbers to set."""

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A network that is built by hand").tag(sync=True)
    functions = traitlets.Dict().tag(sync=True)
    function = traitlets.Unicode().tag(sync=True)
    stage = traitlets.Unicode().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)

    stages = ()

    @traitlets.validate("stage")
    def _known_stage(self, proposal):
        if proposal.value not in self.stages:
            raise traitlets.TraitError(f"stage is one of {self.stages}, got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("function")
    def _known_function(self, proposal):
        if proposal.value not in self.functions:
            raise traitlets.TraitError(
                f"function is one of {list(self.functions)}, got {proposal.value!r}"
            )
        return proposal.value

    @property
    def target(self):
        """The chosen function at its sample points."""
        return np.array(self.functions[self.function])


class BumpBuilder(Builder):
    """One input in [0, 1]; `settings` holds what the sliders of all stages say."""

    _esm = with_shared("bumps.js")
    _css = FOLDER / "shared.css"

    stages = ("step", "bump", "sum")
    offered = traitlets.List(traitlets.Enum(stages), list(stages), minlen=1).tag(sync=True)
    settings = traitlets.Dict(
        {"w": 10, "b": -3, "left": 0.3, "right": 0.6, "height": 0.6, "steepness": 200}
        | {"n": 8, "sharpness": 1000, "reach": False}
    ).tag(sync=True)

    @property
    def x(self):
        """The sample points."""
        return np.linspace(0, 1, SAMPLES)

    @property
    def sum(self):
        """The sum of n bumps, each of steepness `sharpness` over the width of a cell."""
        n, sharpness = self.settings["n"], self.settings["sharpness"]
        edges = np.arange(n + 1) / n
        heights = np.interp((edges[:-1] + edges[1:]) / 2, self.x, self.target)
        if self.settings["reach"]:
            edges[0], edges[-1] = -REACH / n, 1 + REACH / n
        pairs = zip(edges[:-1], edges[1:], heights, strict=True)
        return sum(bump(self.x, *pair, steepness=sharpness * n) for pair in pairs)

    @property
    def largest_error(self):
        """The largest distance between the sum and the function, over the sample points."""
        return float(np.max(np.abs(self.sum - self.target)))

    @property
    def figure(self):
        """The offered stages one below the other, as wide as a phone."""
        s, rows = self.settings, len(self.offered)
        size = {"figsize": (WIDTH, 2.5 * rows), "layout": "constrained"}
        figure, axes = plt.subplots(rows, 1, squeeze=False, **size)
        at = dict(zip(self.offered, axes[:, 0], strict=True))
        if "step" in at:
            step = sigmoid_step(self.x, -s["b"] / s["w"], s["w"])
            title = f"step at {short(-s['b'] / s['w'])}"
            plot_fit(self.x, {"": step}, title=title, ax=at["step"])
            at["step"].plot([-s["b"] / s["w"]] * 2, [0, 0.5], color=TARGET, linestyle="--")
        if "bump" in at:
            one_bump = bump(self.x, s["left"], s["right"], s["height"], s["steepness"])
            plot_fit(self.x, {"": one_bump}, title="bump: two units", ax=at["bump"])
        if "sum" in at:
            title = f"{s['n']} bumps, largest error {self.largest_error:.3g}"
            plot_fit(self.x, {"sum": self.sum}, target=self.target, title=title, ax=at["sum"])
            at["sum"].get_legend().remove()
        function = f"\n{self.function}" if "sum" in at else ""
        figure.suptitle(f"{self.title}{function}", fontsize=11)
        return figure


class TowerBuilder(Builder):
    """Two inputs in [0, 1]; arrays have a row for each y, from below."""

    _esm = with_shared("towers.js")
    _css = FOLDER / "shared.css"

    stages = ("cross", "city")
    settings = traitlets.Dict({"threshold": 0.0, "steepness": 100, "n": 4, "sharpness": 1000}).tag(
        sync=True
    )
    walls = traitlets.List([list(wall) for wall in WALLS]).tag(sync=True)

    @property
    def z(self):
        """The centres of the pixels along one side."""
        return (np.arange(PIXELS) + 0.5) / PIXELS

    @property
    def cross(self):
        """Two walls of height 1, added; above a threshold other than 0 only what exceeds it."""
        s = self.settings
        along_x, along_y = (bump(self.z, *wall, 1.0, s["steepness"]) for wall in self.walls)
        both = along_x + along_y[:, None]
        return sigmoid_step(both, s["threshold"], s["steepness"]) if s["threshold"] else both

    @property
    def city(self):
        """n x n towers, each as high as the function in the middle of its cell."""
        return self._built(self.z)

    def _built(self, points):
        """The towers at all pairs of these points."""
        n, k = self.settings["n"], self.settings["sharpness"]
        starts = np.arange(n) - np.where(np.arange(n) == 0, REACH, 0)  # in cells
        ends = np.arange(1, n + 1) + np.where(np.arange(n) == n - 1, REACH, 0)
        bumps = bump(points[:, None] * n, starts, ends, 1.0, k)  # (points, cells)
        heights = self._sampled((np.arange(n) + 0.5) / n).T
        total = np.zeros((len(points), len(points)))
        for i, j in np.ndindex(n, n):
            both = bumps[:, i] + bumps[:, j][:, None]
            total += heights[i, j] * sigmoid_step(both, 1.5, k)
        return total

    def _sampled(self, points):
        """The function at all pairs of these points: rows are y."""
        rows = np.array([np.interp(points, self.z, row) for row in self.target])
        return np.array([np.interp(points, self.z, column) for column in rows.T]).T

    @property
    def largest_error(self):
        """The largest distance between the city and the function, over the pixels."""
        return float(np.max(np.abs(self.city - self.target)))

    @property
    def corner_error(self):
        """The same at the corners where four towers meet, which no pixel shows; 0 without any."""
        corners = np.arange(1, self.settings["n"]) / self.settings["n"]
        off = np.abs(self._built(corners) - self._sampled(corners))
        return float(np.max(off, initial=0.0))

    @property
    def figure(self):
        """The cross, the city and its function as maps."""
        s = self.settings
        what = f"above {s['threshold']}" if s["threshold"] else "two walls"
        towers = f"{s['n']} × {s['n']} towers"
        maps = {what: self.cross, towers: self.city, self.function: self.target}
        at_corners = f",\n{round(self.corner_error, 2):g} at corners" if s["n"] > 1 else ""
        title = f"{self.title}\nlargest error {self.largest_error:.3g} at pixels{at_corners}"
        axes = plot_heights(maps, title=title, shared=False)
        for ax in axes[1:]:  # one scale for the towers and what they follow
            ax.images[0].set_clim(self.target.min(), self.target.max())
        return axes[0].figure
