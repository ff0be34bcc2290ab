"""Lecture 11: nine shots at a hidden landscape of losses, and the range test of a learning rate.

The browser interpolates, draws lots and smooths, so that a move asks no kernel; here NumPy does
the same, for the static twins and for the tests, which compare the two.
"""

import json
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets
from matplotlib.colors import LinearSegmentedColormap

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, PALETTE, SOFT, new_axes, plot_lines, short
from dlcourse.reference.search import pick_rate
from dlcourse.widgets.shared import with_shared

STORED = Path(__file__).parents[1] / "samples" / "tuning.json"  # make_tuning.py makes it
SHOTS = 9
BOXES = [0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9]
THIRD = PALETTE[2]


def explore_nine_shots(
    landscape=None, *, box=0.75, linear=False, edges=True, title="Nine shots: how low can you get?"
):
    """Let the learner place nine trials on a hidden landscape, then uncover it.

    Parameters
    ----------
    landscape : dict, optional
        Rising ``rates`` and ``decays`` and the ``loss`` of each pair, a row a rate. Stored
        validation losses of a small network on the digits, if there is none.
    box : float
        How much of each side of the board grid and random shots have, from 0.4 to 0.9. Each draw
        moves this box at random.
    linear : bool
        Whether grid and random shots are spread evenly over the values, not over their logarithms.
    edges : bool
        Whether the grid reaches the edges of its box, or stands in the middles of its nine cells.
    title : str

    Returns
    -------
    NineShots
        Its traits can be set from Python too; ``shots`` holds the learner's pairs of a rate and a
        decay. `loss` reads the landscape, `points` and `bests` tell what the draws did.

    Raises
    ------
    ValueError
        If the table has another size than its axes, or an axis does not rise from above 0.
    """
    table = _stored("landscape") if landscape is None else landscape
    rates, decays = (_rising(name, table[name]) for name in ("rates", "decays"))
    loss = np.asarray(table["loss"], dtype=float)
    if loss.shape != (len(rates), len(decays)) or not (np.isfinite(loss) & (loss > 0)).all():
        raise ValueError(
            f"got a loss of shape {loss.shape} for {len(rates)} rates and {len(decays)} decays: "
            "give a row a rate and a column a decay, all above 0"
        )
    return NineShots(
        rates=rates,
        decays=decays,
        table=loss.tolist(),
        box=box,
        linear=linear,
        edges=edges,
        title=title,
    )


def explore_range_test(tests=None, curves=None, *, rule=True, title="Which rate do you pick?"):
    """Let the learner pick a rate from range tests and see how training goes at it.

    Parameters
    ----------
    tests : dict, optional
        Rising ``rates`` and ``loss``, a list of losses for each start, which may end early.
    curves : dict, optional
        ``rates``, the ``steps`` at which was looked, and ``loss``: for each rate and each start a
        loss a look. Without both, stored trainings of a small network on the digits.
    rule : bool
        Whether a third of the rate with the lowest loss is marked at first.
    title : str

    Returns
    -------
    RangeTest
        Its traits can be set from Python too; ``lowest``, ``third`` and ``nearest`` tell what is
        drawn.

    Raises
    ------
    ValueError
        If rates do not rise from above 0, or losses do not fit them.
    """
    tests = _stored("range") if tests is None else tests
    curves = _stored("curves") if curves is None else curves
    rates, trained = (_rising("rates", one["rates"]) for one in (tests, curves))
    lengths = sorted({len(losses) for losses in tests["loss"]})
    if not lengths or lengths[0] < 3 or lengths[-1] > len(rates):
        raise ValueError(f"got {lengths} losses for {len(rates)} rates: give 3 or more, one a rate")
    shape = np.shape(curves["loss"])
    if len(shape) != 3 or (shape[0], shape[2]) != (len(trained), len(curves["steps"])):
        raise ValueError(
            f"got curves of shape {shape} for {len(trained)} rates and {len(curves['steps'])} "
            "steps: give rates x starts x steps"
        )
    return RangeTest(
        rates=rates, tests=[[float(loss) for loss in losses] for losses in tests["loss"]],
        trained=trained, steps=[int(step) for step in curves["steps"]],
        curves=np.asarray(curves["loss"], dtype=float).tolist(),
        pick=_nearest(rates, trained[len(trained) // 4]), rule=rule, title=title,
    )  # fmt: skip


def _stored(part):
    return json.loads(STORED.read_text("utf-8"))[part]


def _rising(name, values):
    values = [float(value) for value in values]
    if len(values) < 2 or values[0] <= 0 or not (np.diff(values) > 0).all():
        raise ValueError(f"got {name} {values[:3]}...: give two or more that rise from above 0")
    return values


def _nearest(rates, due):
    return min(rates, key=lambda rate: abs(np.log(rate / due)))


def uniforms(seed, n):
    """Draw n numbers from [0, 1) as the browser does, with the generator mulberry32."""
    drawn, state, low = [], seed, 0xFFFFFFFF
    for _ in range(n):
        state = (state + 0x6D2B79F5) & low
        t = (state ^ state >> 15) * (state | 1) & low
        t ^= (t + ((t ^ t >> 7) * (t | 61) & low)) & low
        drawn.append((t ^ t >> 14) / 2**32)
    return np.array(drawn)


class NineShots(anywidget.AnyWidget):
    """A board over two logarithmic axes whose values show where the learner shoots."""

    _esm = with_shared("nine_shots.js")
    _css = with_shared("tuning.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Nine shots at a hidden landscape").tag(sync=True)
    rates = traitlets.List(traitlets.Float()).tag(sync=True)
    decays = traitlets.List(traitlets.Float()).tag(sync=True)
    table = traitlets.List().tag(sync=True)
    shots = traitlets.List().tag(sync=True)  # pairs of a rate and a decay
    draws = traitlets.Int(1, min=1).tag(sync=True)
    boxes = traitlets.List(BOXES).tag(sync=True)
    box = traitlets.Float(0.75, min=BOXES[0], max=BOXES[-1]).tag(sync=True)
    linear = traitlets.Bool(False).tag(sync=True)
    edges = traitlets.Bool(True).tag(sync=True)
    shown = traitlets.Enum(("all", "you", "grid", "random"), "all").tag(sync=True)

    def loss(self, rate, decay):
        """The loss at rates and decays, between those of the table bilinear in the logarithms."""
        table, parts = np.array(self.table), []
        for values, known in ((rate, self.rates), (decay, self.decays)):
            at = np.interp(np.log10(values), np.log10(known), np.arange(len(known)))
            low = np.minimum(np.floor(at).astype(int), len(known) - 2)
            parts.append((low, at - low))
        (i, a), (j, b) = parts
        left, right = ((1 - b) * table[k, j] + b * table[k, j + 1] for k in (i, i + 1))
        return (1 - a) * left + a * right

    def points(self, draw):
        """The trials of a draw, counted from 1: the grid's (9, 2) and the random ones, in a box."""
        u = uniforms(draw, 2 + 2 * SHOTS)
        low, high = np.log10([[self.rates[0], self.decays[0]], [self.rates[-1], self.decays[-1]]])
        span = high - low
        low = low + (1 - self.box) * span * u[:2]  # shifted, so that no grid is lucky
        high = low + self.box * span
        cells = np.arange(3) / 2 if self.edges else (np.arange(3) + 0.5) / 3
        grid = np.stack(np.meshgrid(cells, cells, indexing="ij"), axis=-1).reshape(-1, 2)
        units = np.stack([grid, u[2:].reshape(-1, 2)])
        if self.linear:
            return 10**low + units * (10**high - 10**low)
        return 10 ** (low + units * (high - low))

    def bests(self, draws):
        """The lowest losses (draws, 2) that the grid and the random shots find."""
        points = np.array([self.points(draw) for draw in range(1, draws + 1)])
        return self.loss(points[..., 0], points[..., 1]).min(axis=-1)

    @property
    def figure(self):
        """Two boards: a grid and nine random shots."""
        figure, axes = plt.subplots(1, 2, figsize=(7.2, 4.2), sharey=True, layout="constrained")
        ways = {"3 × 3 grid": (0, BACKWARD, "s"), "random": (1, THIRD, "o")}
        for ax, (name, way) in zip(axes, ways.items(), strict=True):
            self._board(new_axes(ax), name, *way)
        axes[0].set_ylabel("weight decay")
        figure.suptitle("Nine trials each: what they try and find. The darker, the lower the loss")
        return figure

    def _board(self, ax, name, kind, colour, marker):
        tint = LinearSegmentedColormap.from_list("tint", ["#8fbbdc", "#ffffff"])
        loss = np.log10(np.array(self.table).T)
        ax.contourf(self.rates, self.decays, loss, 20, cmap=tint)
        rate, decay = self.points(self.draws)[kind].T
        found = self.loss(rate, decay)
        best = found.argmin()
        ax.plot(rate, decay, marker, color=colour, markeredgecolor="white", markersize=8)
        ax.plot(rate[best], decay[best], marker, color="none", markeredgecolor=INK, markersize=12)
        low = [
            10 ** (np.log10(v[0]) - 0.06 * np.log10(v[-1] / v[0]))
            for v in (self.rates, self.decays)
        ]
        ax.plot(rate, 0 * rate + low[1], "|", color=colour, markersize=12, clip_on=False)
        ax.plot(0 * decay + low[0], decay, "_", color=colour, markersize=12, clip_on=False)
        ax.set(xscale="log", yscale="log", xlabel="learning rate", xlim=(low[0], self.rates[-1]),
               ylim=(low[1], self.decays[-1]))  # fmt: skip
        tried = len({f"{value:.6g}" for value in rate})
        ax.set_title(f"{name}: {tried} rates,\nbest loss {short(found[best])}", fontsize=10)


class RangeTest(anywidget.AnyWidget):
    """Range tests of several starts with a rate to pick, and the stored training nearest to it."""

    _esm = with_shared("range_test.js")
    _css = with_shared("tuning.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("A range test and a rate to pick").tag(sync=True)
    rates = traitlets.List(traitlets.Float()).tag(sync=True)
    tests = traitlets.List().tag(sync=True)
    trained = traitlets.List(traitlets.Float()).tag(sync=True)
    steps = traitlets.List(traitlets.Int()).tag(sync=True)
    curves = traitlets.List().tag(sync=True)
    start = traitlets.Int(0, min=0).tag(sync=True)
    smoothing = traitlets.Int(5, min=1, max=15).tag(sync=True)
    pick = traitlets.Float(min=0.0).tag(sync=True)
    rule = traitlets.Bool(True).tag(sync=True)

    def smoothed(self, start):
        """The losses of a start, each averaged with its neighbours; at the ends there are fewer."""
        losses, half = np.array(self.tests[start]), self.smoothing // 2
        windows = (losses[max(i - half, 0) : i + half + 1] for i in range(len(losses)))
        return np.array([window.mean() for window in windows])

    @property
    def lowest(self):
        """The rate at which the smoothed loss of the start that is shown is lowest."""
        return self.rates[int(self.smoothed(self.start).argmin())]

    @property
    def third(self):
        """The largest tested rate that is at most a third of `lowest`."""
        return pick_rate(self.rates, self.smoothed(self.start))

    @property
    def nearest(self):
        """The trained rate nearest to the pick, by their ratio."""
        return _nearest(self.trained, self.pick)

    @property
    def figure(self):
        """The range tests, with what is marked in them, and the trainings at three rates."""
        figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
        new_axes(left)
        all_losses = [self.smoothed(start) for start in range(len(self.tests))]
        for losses in all_losses:
            left.plot(self.rates[: len(losses)], losses, color=SOFT, linewidth=1)
        own = all_losses[self.start]
        left.plot(self.rates[: len(own)], own, color=FORWARD, linewidth=2.5)
        title = f"Range tests of {len(self.tests)} starts"
        if self.rule:
            left.plot(self.lowest, own.min(), "o", color=FORWARD, markersize=9)
            left.axvline(self.lowest / 3, color=THIRD, linestyle="--")
            title += "; dashed: a third\nof the rate with the lowest loss of the blue one"
        top = 1.15 * max(losses[0] for losses in all_losses)
        words = {"xlabel": "learning rate", "ylabel": "loss", "title": title}
        left.set(xscale="log", ylim=(0, top), **words)
        best = int(np.mean(self.curves, axis=1)[:, -1].argmin())
        trainings = {f"rate {short(self.trained[k])}": self.curves[k] for k in (0, best, -1)}
        words = {"xlabel": "step", "ylabel": "validation loss", "ax": right}
        starts = len(self.curves[0])
        plot_lines(self.steps, trainings, title=f"Training: mean and range of {starts}", **words)
        return figure
