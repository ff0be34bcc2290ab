"""Lecture 10: a race of six optimizers on one surface, and the map of momentum on one curvature.

The browser takes the steps, so that a move asks no kernel; here the reference takes them, for the
static twins and for the tests, which compare the two. `explore_phase_map` stands in `phase_map`.
"""

from typing import NamedTuple

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import INK, SOFT, new_axes
from dlcourse.plots.optimizers import look_of
from dlcourse.reference.adaptive import adagrad_step, adam_step, rmsprop_step
from dlcourse.reference.optimizers import momentum_step, nesterov_step, sgd_step
from dlcourse.widgets.phase_map import explore_phase_map
from dlcourse.widgets.shared import with_shared

__all__ = ["RaceExplorer", "explore_phase_map", "explore_race"]

# as in torch.optim; plain descent, momentum 0.9 and Nesterov's are its SGD
DEFAULTS = {
    "plain": 1e-3, "momentum": 1e-3, "Nesterov": 1e-3,
    "AdaGrad": 1e-2, "RMSProp": 1e-2, "Adam": 1e-3,
}  # fmt: skip
EXPONENTS = np.arange(-64, 17) / 16  # of ten: the 81 rates of the sweep and of the sliders
STEPS = 300
FINISH = 1e-6  # who stays below this loss has finished
OUT = 1e3  # who is so far out has diverged


class Ground(NamedTuple):
    """The part of a surface that is drawn, where the race starts, and what lies there."""

    low: tuple
    high: tuple
    start: tuple
    lowest: tuple
    places: tuple = ()  # a name and where it stands


SURFACES = {
    "ravine": Ground((-1.6, -1.6), (1.6, 1.6), (-1.2, 0.5), ((0, 0),)),
    "saddle": Ground((-1.6, -1.6), (1.6, 1.6), (-1.2, 0.01), ((0, 1), (0, -1)),
                     (("saddle", 0.4, 0.12),)),
    "well": Ground((-1.4, -3.1), (4.8, 3.1), (4.0, 0.3), ((0, 0),), (("well", 2, -0.75),)),
    "plateau": Ground((-3.2, -3.2), (3.2, 3.2), (-2.6, 0.9), ((0, 0),), (("flat", 2, 2),)),
}  # fmt: skip


def explore_race(
    *, surface="ravine", kappa=10, angle=30, mode="default", rates=None,
    racers=tuple(DEFAULTS), title="Six optimizers, one surface",
):  # fmt: skip
    """Let the learner race six optimizers for 300 steps, each at a rate of its own.

    Parameters
    ----------
    surface : "ravine", "saddle", "well" or "plateau"
        A quadratic; a saddle between two minima; a narrow well in the side of a wide bowl; a
        minimum in a flat plain.
    kappa : int
        Of the ravine, the ratio of its two curvatures; the smaller one is 1. A value of `KAPPAS`.
    angle : int
        By how many degrees the ravine is turned against the axes: 0, 15, 30 or 45.
    mode : "default" or "best"
        The rates of torch.optim, or for each optimizer the best of a sweep.
    rates : dict of str to float, optional
        Own rates of some optimizers, from 1e-4 to 10; the others keep their default. Then the
        mode is "own".
    racers : sequence of str
        Who runs at first, of plain, momentum, Nesterov, AdaGrad, RMSProp and Adam.
    title : str

    Returns
    -------
    RaceExplorer
        Its traits can be set from Python too; `rates`, `paths` and `losses` tell the race,
        `best_rates` what a sweep finds.
    """
    return RaceExplorer(
        surface=surface, kappa=kappa, angle=angle, mode="own" if rates else mode, title=title,
        rates={**DEFAULTS, **(rates or {})}, racers=list(racers),
        start=list(SURFACES[surface].start) if surface in SURFACES else [],
    )  # fmt: skip


KAPPAS = (1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000)
ANGLES = (0, 15, 30, 45)


class RaceExplorer(anywidget.AnyWidget):
    """Six optimizers with momentum 0.9 or torch's other defaults, on a function of two weights."""

    _esm = with_shared("race.js")
    _css = with_shared("race.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A race of six optimizers").tag(sync=True)
    surface = traitlets.Enum(tuple(SURFACES), "ravine").tag(sync=True)
    kappa = traitlets.Enum(KAPPAS, 10).tag(sync=True)
    angle = traitlets.Enum(ANGLES, 30).tag(sync=True)
    start = traitlets.List([-1.2, 0.5]).tag(sync=True)
    mode = traitlets.Enum(("default", "best", "own"), "default").tag(sync=True)
    rates = traitlets.Dict(dict(DEFAULTS)).tag(sync=True)
    racers = traitlets.List(list(DEFAULTS)).tag(sync=True)
    defaults = traitlets.Dict(dict(DEFAULTS)).tag(sync=True)
    kappas = traitlets.List(list(KAPPAS)).tag(sync=True)
    angles = traitlets.List(list(ANGLES)).tag(sync=True)
    grounds = traitlets.Dict({name: g._asdict() for name, g in SURFACES.items()}).tag(sync=True)

    @property
    def paths(self):
        """The points (301, 2) of each racer at its rate; infinite once it has diverged."""
        return self._paths(self._current())

    @property
    def losses(self):
        """The loss of each racer above the lowest, at 301 steps."""
        return {name: self.loss(path) for name, path in self.paths.items()}

    @property
    def best_rates(self):
        """Of 81 rates the one that finishes first, else the lowest mean of 50 last losses."""
        rates = 10.0**EXPONENTS
        best = {}
        for name in DEFAULTS:
            losses = self.loss(self._walk(name, rates))
            steps = finished(losses)
            score = steps if steps.min() <= STEPS else losses[-50:].mean(axis=0)
            best[name] = float(rates[np.argmin(score)])
        return best

    def loss(self, w):
        """The loss above the lowest at points w (..., 2)."""
        with np.errstate(invalid="ignore"):
            x, y = self._turned(w)
            if self.surface == "ravine":
                value = (x**2 + self.kappa * y**2) / 2
            elif self.surface == "saddle":
                value = x**2 / 2 + (y**2 - 1) ** 2 / 4
            elif self.surface == "well":
                value = 0.1 * (x**2 + y**2) - 0.36 * np.exp(-((x - 2) ** 2 + y**2) / 0.16)
            else:
                value = -np.expm1(-(x**2 + 3 * y**2) / 2)
            return np.where(np.isnan(value), np.inf, np.maximum(value, 0))

    def slope(self, w):
        """The gradient of the loss at points w (..., 2)."""
        x, y = self._turned(w)
        if self.surface == "ravine":
            slope = x, self.kappa * y
        elif self.surface == "saddle":
            slope = x, y**3 - y
        elif self.surface == "well":
            pull = 4.5 * np.exp(-((x - 2) ** 2 + y**2) / 0.16)
            slope = 0.2 * x + pull * (x - 2), 0.2 * y + pull * y
        else:
            near = np.exp(-(x**2 + 3 * y**2) / 2)
            slope = near * x, 3 * near * y
        return self._turned(slope, back=True)

    def _turned(self, w, back=False):
        x, y = w if back else (w[..., 0], w[..., 1])
        turn = np.radians(self.angle if self.surface == "ravine" else 0)
        c, s = np.cos(turn), -np.sin(turn) if back else np.sin(turn)
        turned = c * x + s * y, c * y - s * x
        return np.stack(turned, axis=-1) if back else turned

    def _walk(self, name, rates):
        """The points (301, R, 2) of one optimizer at R rates, by the steps of the reference."""
        lr = np.asarray(rates)[:, None]
        w = np.zeros((len(lr), 2)) + self.start
        v, m, path = np.zeros_like(w), np.zeros_like(w), [w]
        with np.errstate(over="ignore", invalid="ignore"):
            for t in range(1, STEPS + 1):
                g = self.slope(w)
                if name == "plain":
                    [w] = sgd_step([w], [g], lr)
                elif name == "momentum":
                    w, v = momentum_step(w, g, v, lr)
                elif name == "Nesterov":
                    w, v = nesterov_step(w, self.slope, v, lr)
                elif name == "AdaGrad":
                    w, v = adagrad_step(w, g, v, lr)
                elif name == "RMSProp":
                    w, v = rmsprop_step(w, g, v, lr)
                else:
                    w, m, v = adam_step(w, g, m, v, t, lr)
                path.append(w)
        path = np.array(path)
        gone = ~(np.abs(path) <= OUT).all(axis=-1, keepdims=True)
        return np.where(np.logical_or.accumulate(gone), np.inf, path)

    def _current(self):
        known = {"default": lambda: DEFAULTS, "best": lambda: self.best_rates}
        return known.get(self.mode, lambda: self.rates)()

    def _paths(self, rates):
        running = [name for name in DEFAULTS if name in self.racers]
        return {name: self._walk(name, [rates[name]])[:, 0] for name in running}

    @property
    def figure(self):
        """Paths and losses at default rates and below them at own best ones, or at the own ones."""
        rows = {"at default rates": DEFAULTS, "each at its own best rate": self.best_rates}
        if self.mode == "own":
            rows = {"at the rates chosen": self.rates}
        size = {"figsize": (9.6, 4.2 * len(rows)), "width_ratios": (4, 5), "squeeze": False}
        figure, axes = plt.subplots(len(rows), 2, layout="constrained", **size)
        for (left, right), (words, rates) in zip(axes, rows.items(), strict=True):
            paths = self._paths(rates)
            self._map(new_axes(left), paths, words)
            self._fall(new_axes(right), paths)
        figure.legend(*axes[0, 1].get_legend_handles_labels(), loc="outside lower center", ncols=6)
        place = f"ravine, κ = {self.kappa}, turned by {self.angle}°"
        figure.suptitle(f"{self.title}: {place if self.surface == 'ravine' else self.surface}")
        return figure

    def _map(self, ax, paths, words):
        low, high, _, lowest, places = SURFACES[self.surface]
        across, up = (np.linspace(a, b, 161) for a, b in zip(low, high, strict=True))
        height = np.sqrt(self.loss(np.stack(np.meshgrid(across, up), axis=-1)))
        levels = (np.arange(16) + 0.7) / 16
        if self.surface == "ravine":
            levels = 1.7 ** (np.arange(8) - 7.5)
        ax.contour(across, up, height, height.max() * levels, colors=SOFT, linewidths=0.6)
        for name, path in paths.items():
            ax.plot(*np.where(np.isfinite(path), path, np.nan).T, **style(name, 20))
        ax.plot(*np.transpose(lowest), "*", color=INK, markersize=11, linestyle="none")
        for place, x, y in places:
            ax.text(x, y, place, ha="center", va="center", fontsize=10)
        limits = {"xlim": (low[0], high[0]), "ylim": (low[1], high[1])}
        ax.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal", title=words, **limits)

    def _fall(self, ax, paths):
        ends = {name: finished(self.loss(path)[:, None])[0] for name, path in paths.items()}
        for name, path in paths.items():
            losses = np.where(np.isfinite(path[:, 0]), self.loss(path), np.nan)
            ax.semilogy(np.maximum(losses, 1e-30), label=name, **style(name, 30))
        ax.axhline(FINISH, color=SOFT, linestyle="--", linewidth=1)
        first = min(ends, key=ends.get, default=None)
        words = "nobody finishes"
        if first and ends[first] <= STEPS:
            who = "plain descent" if first == "plain" else first
            words = f"{who} is first at the finish, at step {ends[first]}"
        ax.set(xlabel="step", ylabel="loss above the lowest", title=words)
        corners = np.stack(np.meshgrid(*zip(*SURFACES[self.surface][:2], strict=True)), axis=-1)
        top = 10 ** np.ceil(np.log10(self.loss(corners).max()) + 0.3)
        ax.set(xlim=(0, STEPS), ylim=(1e-9, top))


def style(name, every):
    """The look of an optimizer in a figure: a colour, a line and a marker of its own."""
    i = list(DEFAULTS).index(name)
    return {**look_of(name), "markersize": 5, "markevery": (5 * i, every), "linewidth": 1.5}


def finished(losses):
    """From which step on each column of losses (301, R) stays below FINISH; 301 if it never does.

    Who passes through the lowest point at speed has not finished.
    """
    above = ~(losses < FINISH)
    return np.where(above.any(axis=0), len(losses) - np.argmax(above[::-1], axis=0), 0)
