"""Histograms through many layers: move the scale of the weights, see the signal fade or explode."""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import PALETTE, new_axes, short
from dlcourse.widgets.shared import FOLDER, with_shared

LIMIT, BINS = 2, 41
FLOOR, CEILING = 1e-10, 1e10  # what the curves' axis shows


def explore_signals(
    measure, units, gains, marks, *, start=None, title="Which gain keeps the signal alive?"
):
    """Let the learner choose an activation and a gain, and see every layer's activations.

    Parameters
    ----------
    measure : callable
        ``measure(unit, gain)`` returns two lists, one entry a layer: arrays of activations, and
        the standard deviations of the gradients on their way back.
    units : sequence of str
        Names of activations, as `measure` wants them.
    gains : sequence of float
        Gains that the slider reaches: the std of the weights in units of 1 / sqrt(n_in).
    marks : dict of str to float
        Named gains, a button each; they join `gains`.
    start : str, optional
        The mark shown first; the first one by default.
    title : str

    Returns
    -------
    SignalExplorer
        ``unit`` and ``index`` (into ``gains``) can be set from Python too; ``figure`` shows the
        current setting between the smallest and the largest mark. All is measured once, so a move
        needs no kernel.
    """
    gains = sorted({*map(float, gains), *map(float, marks.values())})
    places = {name: gains.index(float(gain)) for name, gain in marks.items()}
    if start is not None and start not in places:
        raise ValueError(f"got start {start!r}: choose one of the marks {list(places)}")
    widget = SignalExplorer(measure, list(units), gains, places, title)
    widget.index = places[start or next(iter(places))]
    return widget


class SignalExplorer(anywidget.AnyWidget):
    """Every setting is measured when the widget is made."""

    _esm = with_shared("signals.js")
    _css = FOLDER / "shared.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Histograms of a signal through the layers").tag(sync=True)
    limit = traitlets.Int(LIMIT).tag(sync=True)
    gains = traitlets.List().tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)
    shown = traitlets.List().tag(sync=True)
    runs = traitlets.Dict().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    index = traitlets.Int().tag(sync=True)

    def __init__(self, measure, units, gains, marks, title):
        names = {place: name for name, place in marks.items()}
        runs, shown = {}, []
        for unit in units:
            runs[unit] = []
            for k, gain in enumerate(gains):
                signals, gradients = measure(unit, gain)
                shown = _shown(len(signals))
                runs[unit].append(_run(unit, gain, names.get(k), signals, gradients, shown))
        super().__init__(
            title=title, gains=gains, marks=marks, runs=runs, shown=shown, unit=units[0]
        )

    @traitlets.validate("index")
    def _inside(self, proposal):
        return min(max(proposal.value, 0), len(self.gains) - 1)

    @traitlets.validate("unit")
    def _known(self, proposal):
        if proposal.value not in self.runs:
            raise ValueError(f"got the unit {proposal.value!r}: choose one of {list(self.runs)}")
        return proposal.value

    @property
    def figure(self):
        """Histograms of the smallest mark, the current gain and the largest; their curves."""
        places = sorted({min(self.marks.values()), self.index, max(self.marks.values())})
        names = {place: name for name, place in self.marks.items()}
        figure, grid = plt.subplots(2, 2, figsize=(6.4, 6.2), layout="constrained")
        *panels, last = grid.flat  # two rows fit a phone
        for place, ax, color in zip(places, panels, PALETTE, strict=False):
            run, name = self.runs[self.unit][place], names.get(place, short(self.gains[place]))
            _draw_histograms(new_axes(ax), run["counts"], self.shown, name, color)
            _draw_curves(new_axes(last), run, name, color)
        for ax in panels[len(places) :]:
            ax.remove()
        figure.suptitle(f"{self.unit}: {self.title}")
        return figure


def _shown(depth):
    """Some layers from first to last."""
    return sorted({1, depth} | {layer for layer in (2, 5, 10, 25) if layer < depth})


def _run(unit, gain, name, signals, gradients, shown):
    """What one setting draws, as plain numbers, and its sentence."""
    edges = np.linspace(-LIMIT, LIMIT, BINS + 1)
    counts = []
    for layer in shown:
        inside = np.clip(signals[layer - 1], -LIMIT, LIMIT)  # the outer bars hold all beyond
        histogram = np.histogram(inside, edges)[0]
        counts.append(np.round(100 * histogram / histogram.max(), 1).tolist())
    forward = [float(f"{np.std(x):.3g}") for x in signals]
    backward = [float(f"{d:.3g}") for d in gradients]
    named = f" ({name})" if name else ""
    caption = (
        f"{unit}, gain {short(gain)}{named}: the signal's standard deviation is "
        f"{short(forward[0])} after layer 1 and {short(forward[-1])} after layer {len(forward)}; "
        f"the gradient arrives at layer 1 with {short(backward[0])}."
    )
    return {"forward": forward, "backward": backward, "counts": counts, "caption": caption}


def _draw_histograms(ax, counts, shown, name, color):
    middles = np.linspace(-LIMIT, LIMIT, 2 * BINS + 1)[1::2]
    for row, heights in enumerate(counts):
        tall = 0.9 * np.sqrt(np.array(heights) / 100)
        ax.bar(middles, tall, width=0.9 * 2 * LIMIT / BINS, bottom=-row, color=color)
    ax.set_yticks([-row for row in range(len(shown))], shown)
    ax.set(xlabel="activation (height: √ of the share)", ylabel="layer")
    ax.set_title(name, fontsize=10)


def _draw_curves(ax, run, name, color):
    layers = range(1, len(run["forward"]) + 1)
    ax.plot(layers, np.clip(run["forward"], FLOOR, CEILING), color=color, label=name)
    ax.plot(layers, np.clip(run["backward"], FLOOR, CEILING), "--", color=color)
    ax.set(yscale="log", ylim=(FLOOR / 3, 3 * CEILING))
    ax.set(xlabel="layer", ylabel=r"std, cut at $10^{\pm 10}$")
    ax.set_title("signal (full), gradient (dashed)", fontsize=10)
    ax.grid(alpha=0.3)
    ax.legend(frameon=False, fontsize=9)
