"""Hidden units that start alike: watch them stay one unit, or part."""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import INK, MARKERS, PALETTE, new_axes, short
from dlcourse.widgets.shared import FOLDER, with_shared

COLUMNS, ROWS = 56, 38


def explore_symmetry(
    runs, stops, predict, X, labels, *, title="How many units do you really have?"
):
    """Let the learner choose how different the units start, and walk through their training.

    Parameters
    ----------
    runs : dict of float to list
        For each size of the differences at the start, the network's parameters at every stop:
        tuples that begin with ``W1`` (2, H) and ``b1`` (H,).
    stops : sequence of int
        After how many steps each entry was taken.
    predict : callable
        ``predict(parameters, points)`` returns the class of each point.
    X : ndarray, shape (N, 2)
    labels : ndarray, shape (N,)
    title : str

    Returns
    -------
    SymmetryExplorer
        ``noise`` and ``stop`` (indices) can be set from Python too; ``figure`` shows the last stop
        of the first and the last run.
    """
    return SymmetryExplorer(runs, list(stops), predict, np.asarray(X), np.asarray(labels), title)


class SymmetryExplorer(anywidget.AnyWidget):
    """Every stop of every run is drawn from numbers computed when the widget is made."""

    _esm = with_shared("symmetry.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Points in the plane and the lines of hidden units").tag(sync=True)
    box = traitlets.Dict().tag(sync=True)
    cells = traitlets.List([COLUMNS, ROWS]).tag(sync=True)
    points = traitlets.List().tag(sync=True)
    frames = traitlets.List().tag(sync=True)
    settings = traitlets.Dict().tag(sync=True)
    noise = traitlets.Int(0).tag(sync=True)
    stop = traitlets.Int(0).tag(sync=True)

    def __init__(self, runs, stops, predict, X, labels, title):
        low, high = X.min(axis=0) - 0.4, X.max(axis=0) + 0.4
        box = {"x": [float(low[0]), float(high[0])], "y": [float(low[1]), float(high[1])]}
        frames = [
            [
                _frame(noise, stop, parameters, predict, X, labels, box)
                for stop, parameters in zip(stops, run, strict=True)
            ]
            for noise, run in runs.items()
        ]
        points = [[*map(float, np.round(p, 3)), int(k)] for p, k in zip(X, labels, strict=True)]
        settings = {"noise": [short(n) for n in runs], "stop": [f"{n:,}" for n in stops]}
        super().__init__(title=title, box=box, points=points, frames=frames, settings=settings)

    @traitlets.validate("noise", "stop")
    def _inside(self, proposal):
        frames = self.frames if proposal.trait.name == "noise" else self.frames[0]
        return min(max(proposal.value, 0), len(frames) - 1)

    @property
    def figure(self):
        """The end of the run with the smallest and with the largest differences at the start."""
        figure, panels = plt.subplots(1, 2, figsize=(9.4, 3.8), layout="constrained")
        for ax, run in zip(panels, (self.frames[0], self.frames[-1]), strict=True):
            _draw(new_axes(ax), run[-1], self.points, self.box)
        return figure


def distinct_units(W1, b1, apart=0.01):
    """Count hidden units whose weights and bias differ by more than `apart` of the largest."""
    units = np.column_stack([W1.T, b1])
    kept = []
    for unit in units:
        if all(np.abs(unit - other).max() > apart * np.abs(units).max() for other in kept):
            kept.append(unit)
    return len(kept)


def _frame(noise, stop, parameters, predict, X, labels, box):
    """One picture: the class of every cell, the line of every unit, a sentence."""
    W1, b1 = parameters[:2]
    middles = [
        np.linspace(*box[axis], 2 * n + 1)[1::2] for axis, n in (("x", COLUMNS), ("y", ROWS))
    ]
    grid = np.stack(np.meshgrid(*middles), axis=-1).reshape(-1, 2)
    right = np.mean(predict(parameters, X) == labels)
    kinds = distinct_units(W1, b1)
    caption = (
        f"Differences of {short(noise)} at the start, {stop:,} steps: {len(b1)} units of {kinds} "
        f"{'kind' if kinds == 1 else 'kinds'}, {right:.0%} of the points are right."
    )
    lines = [_line(*W1[:, j], b1[j], box) for j in range(len(b1))]
    return {
        "regions": "".join(map(str, predict(parameters, grid))),
        "lines": [line for line in lines if line],
        "caption": caption,
    }


def _line(w, v, b, box):
    """The ends of w x + v y + b = 0 inside the box, or None where it does not cross it."""
    ends = []
    for x in box["x"]:
        if v and box["y"][0] <= -(b + w * x) / v <= box["y"][1]:
            ends.append((x, -(b + w * x) / v))
    for y in box["y"]:
        if w and box["x"][0] < -(b + v * y) / w < box["x"][1]:
            ends.append((-(b + v * y) / w, y))
    return [round(float(c), 3) for end in ends[:2] for c in end] if len(ends) > 1 else None


def _draw(ax, frame, points, box):
    regions = np.array(list(frame["regions"]), dtype=int).reshape(ROWS, COLUMNS)
    levels = [-0.5, 0.5, 1.5]
    axes = [np.linspace(*box["x"], COLUMNS), np.linspace(*box["y"], ROWS)]
    ax.contourf(*axes, regions, levels=levels, colors=PALETTE[:2], alpha=0.25)
    for x, y, label in points:
        ax.plot(x, y, MARKERS[label], color=PALETTE[label], markersize=4)
    for x1, y1, x2, y2 in frame["lines"]:
        ax.plot([x1, x2], [y1, y2], color=INK, linewidth=1.5)
    sentence, rest = frame["caption"].split(": ")
    ax.set_title(f"{sentence}:\n{rest}", fontsize=9)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", xlim=box["x"], ylim=box["y"])
