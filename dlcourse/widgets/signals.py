"""Histograms through many layers: move the scale of the weights, see the signal fade or explode."""

from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots import BACKWARD, FORWARD, new_axes, short

LIMIT, BINS = 2, 41
FLOOR, CEILING = 1e-10, 1e10  # what the curves' axis shows


def explore_signals(measure, units, gains, marks, *, title="Which scale keeps the signal alive?"):
    """Let the learner choose an activation and a scale, and see every layer's activations.

    Parameters
    ----------
    measure : callable
        ``measure(unit, gain)`` returns two lists, one entry a layer: arrays of activations, and
        the standard deviations of the gradients on their way back.
    units : sequence of str
        Names of activations, as `measure` wants them.
    gains : sequence of float
        Scales that the slider reaches, in units of 1 / sqrt(n_in).
    marks : dict of str to float
        Named scales, a button each; they join `gains`.
    title : str

    Returns
    -------
    SignalExplorer
        ``unit`` and ``index`` (into ``gains``) can be set from Python too; ``figure`` shows the
        current setting. All is measured once, so a move needs no kernel.
    """
    gains = sorted({*map(float, gains), *map(float, marks.values())})
    places = {name: gains.index(float(gain)) for name, gain in marks.items()}
    return SignalExplorer(measure, list(units), gains, places, title)


class SignalExplorer(anywidget.AnyWidget):
    """Every setting is measured when the widget is made."""

    _esm = Path(__file__).parent / "signals.js"
    _css = Path(__file__).parent / "initialization.css"

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Histograms of a signal through the layers").tag(sync=True)
    colors = traitlets.Dict({"forward": FORWARD, "backward": BACKWARD}).tag(sync=True)
    limit = traitlets.Int(LIMIT).tag(sync=True)
    gains = traitlets.List().tag(sync=True)
    marks = traitlets.Dict().tag(sync=True)
    shown = traitlets.List().tag(sync=True)
    runs = traitlets.Dict().tag(sync=True)
    unit = traitlets.Unicode().tag(sync=True)
    index = traitlets.Int().tag(sync=True)

    def __init__(self, measure, units, gains, marks, title):
        first = next(iter(marks.values()), 0)
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
        self.index = first

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
        """The current setting: histograms of some layers, and the curves of all."""
        run = self.runs[self.unit][self.index]
        figure, panels = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
        _draw_histograms(new_axes(panels[0]), run["counts"], self.shown)
        _draw_curves(new_axes(panels[1]), run)
        figure.suptitle(run["caption"].split(":")[0])
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
        f"{unit}, scale {short(gain)}{named}: the signal's standard deviation is "
        f"{short(forward[0])} after layer 1 and {short(forward[-1])} after layer {len(forward)}; "
        f"the gradient arrives at layer 1 with {short(backward[0])}."
    )
    return {"forward": forward, "backward": backward, "counts": counts, "caption": caption}


def _draw_histograms(ax, counts, shown):
    middles = np.linspace(-LIMIT, LIMIT, 2 * BINS + 1)[1::2]
    for row, heights in enumerate(counts):
        tall = 0.9 * np.sqrt(np.array(heights) / 100)
        ax.bar(middles, tall, width=0.9 * 2 * LIMIT / BINS, bottom=-row, color=FORWARD)
    ax.set_yticks([-row for row in range(len(shown))], shown)
    ax.set(xlabel="activation (outer bars: all beyond)", ylabel="layer")
    ax.set_title("Root of the share at each value", fontsize=10)


def _draw_curves(ax, run):
    layers = range(1, len(run["forward"]) + 1)
    ax.plot(layers, np.clip(run["forward"], FLOOR, CEILING), color=FORWARD, label="signal, forward")
    ax.plot(
        layers, np.clip(run["backward"], FLOOR, CEILING), "--", color=BACKWARD, label="gradient"
    )
    ax.set(yscale="log", ylim=(FLOOR / 3, 3 * CEILING), xlabel="layer", ylabel="std")
    ax.set_title("Sizes on the way", fontsize=10)
    ax.grid(alpha=0.3)
    ax.legend(frameon=False)
