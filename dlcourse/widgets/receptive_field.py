"""Lecture 12: what a unit of a stack of layers sees of the input; `convolution` shows it."""

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import FORWARD, PALETTE, SOFT, new_axes
from dlcourse.reference.conv import conv2d_input_gradient
from dlcourse.reference.conv_shapes import conv_output_size, receptive_field
from dlcourse.widgets.shared import with_shared

STACKS = {  # kind, size and stride of each layer, the input's side first
    "three 3s": [["convolution", 3, 1]] * 3,
    "one 7": [["convolution", 7, 1]],
    "5, 2, 5, 2": [["convolution", 5, 1], ["pool", 2, 2]] * 2,
    "five 3s, stride 2": [["convolution", 3, 2]] * 5,
}
INPUTS, MOST = 64, 6
KINDS, SIZES, STRIDES = ("convolution", "pool"), (1, 2, 3, 4, 5, 7), (1, 2, 3)
GOAL = "Task: reach a field of exactly 31 with as few layers as you can."


def explore_receptive_field(
    layers="5, 2, 5, 2", *, padded=False, title="What does a unit see of the input?"
):
    """Let the learner stack layers over a row of 64 inputs and point at what a unit sees.

    Parameters
    ----------
    layers : str or sequence of (kind, size, stride)
        A name of `STACKS`, or one to six layers, the input's side first: ``("convolution", 3, 1)``
        or ``("pool", 2, 2)``, of size 1, 2, 3, 4, 5 or 7 and stride 1, 2 or 3.
    padded : bool
        Whether each layer gets (size - 1) // 2 zeros on either side.
    title : str

    Returns
    -------
    FieldExplorer
        Its traits can be set from Python too; ``field``, ``jump`` and ``start`` tell what its
        last layer sees, `seen` what one unit does.

    Raises
    ------
    ValueError
        If the layers are neither a known name nor a stack as above, or if no window fits.
    """
    if isinstance(layers, str):
        if layers not in STACKS:
            raise ValueError(f"got the stack {layers!r}: give layers or one of {[*STACKS]}")
        layers = STACKS[layers]
    layers = [list(layer) for layer in layers]
    known = [k in KINDS and f in SIZES and s in STRIDES for k, f, s in layers]
    if not all(known) or not 1 <= len(layers) <= MOST:
        raise ValueError(f"got the layers {layers}: see the docstring for what they may be")
    explorer = FieldExplorer(layers=layers, padded=padded, title=title)
    explorer.unit = [len(layers), explorer.lengths[-1] // 2]
    return explorer


class FieldExplorer(anywidget.AnyWidget):
    """Rows of units, each layer below what it reads, and one unit whose inputs are lit."""

    _esm = with_shared("receptive_field.js")
    _css = with_shared("convolution.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("What a unit sees of the input").tag(sync=True)
    task = traitlets.Unicode(GOAL).tag(sync=True)
    inputs = traitlets.Int(INPUTS).tag(sync=True)
    presets = traitlets.Dict(dict(STACKS)).tag(sync=True)
    layers = traitlets.List().tag(sync=True)
    padded = traitlets.Bool(False).tag(sync=True)
    unit = traitlets.List([0, 0]).tag(sync=True)

    @property
    def pads(self):
        """Zeros on either side of each layer."""
        return [(size - 1) // 2 if self.padded else 0 for _, size, _ in self.layers]

    @property
    def lengths(self):
        """How many units each row has, the inputs first."""
        lengths = [self.inputs]
        for (_, size, stride), pad in zip(self.layers, self.pads, strict=True):
            lengths.append(conv_output_size(lengths[-1], size, stride, pad, pad))
        return lengths

    @property
    def field(self):
        """How many inputs a unit of the last layer can see."""
        return receptive_field(*self._columns())

    @property
    def jump(self):
        """By how many inputs the field moves from one unit of the last layer to the next."""
        return int(np.prod(self._columns()[1]))

    @property
    def start(self):
        """Where the field of unit 0 of the last layer begins (Araujo, Norris, Sim 2019)."""
        jumps = np.cumprod([1, *self._columns()[1][:-1]])
        return -int(np.dot(self.pads, jumps))

    def _columns(self):
        return [size for _, size, _ in self.layers], [stride for *_, stride in self.layers]

    def seen(self, row, k):
        """Of each row from `row` up to the input, the units that feed unit k, the input's last.

        They are where a gradient arrives that goes back through filters of ones.
        """
        feeding = np.zeros((1, 1, 1, self.lengths[row]))
        feeding[..., k] = 1
        found = [feeding]
        for above in reversed(range(row)):
            _, size, stride = self.layers[above]
            shape = (1, 1, 1, self.lengths[above])
            w, step, pad = np.ones((1, 1, 1, size)), (1, stride), (0, self.pads[above])
            found.append(conv2d_input_gradient(found[-1], w, shape, step, pad))
        return [np.flatnonzero(units).tolist() for units in found]

    @property
    def figure(self):
        """This stack and another one, each with what its middle unit sees."""
        other = next(name for name in ("three 3s", "5, 2, 5, 2") if STACKS[name] != self.layers)
        stacks = [self, explore_receptive_field(other, padded=self.padded)]
        figure, axes = plt.subplots(2, 1, figsize=(9.6, 6.2), layout="constrained")
        for ax, stack in zip(axes, stacks, strict=True):
            stack._rows(new_axes(ax))
        figure.suptitle(self.title)
        return figure

    def _rows(self, ax):
        row, k = len(self.layers), self.lengths[-1] // 2
        seen = self.seen(row, k)[::-1]
        places, field, jump, start = [np.arange(self.inputs)], 1, 1, 0
        for (_, size, stride), pad, n in zip(self.layers, self.pads, self.lengths[1:], strict=True):
            start, field, jump = start - pad * jump, field + (size - 1) * jump, jump * stride
            places.append(start + (field - 1) / 2 + jump * np.arange(n))
        for depth, (at, units) in enumerate(zip(places, seen, strict=True)):
            color = PALETTE[2] if depth and self.layers[depth - 1][0] == "pool" else FORWARD
            ax.plot(at, 0 * at - depth, "o", color=SOFT, markersize=4, alpha=0.6)
            ax.plot(at[units], 0 * at[units] - depth, "o", color=color, markersize=6)
            for unit in units if depth else ():
                _, size, stride = self.layers[depth - 1]
                for tap in unit * stride - self.pads[depth - 1] + np.arange(size):
                    if 0 <= tap < len(places[depth - 1]):
                        ends = (at[unit], places[depth - 1][tap]), (-depth, 1 - depth)
                        ax.plot(*ends, color=color, linewidth=0.6, alpha=0.6)
        names = [f"{kind} {size}, stride {stride}" for kind, size, stride in self.layers]
        ax.set(yticks=range(0, -row - 1, -1), yticklabels=["input", *names], xlabel="input")
        ax.set_title(
            f"a field of {self.field}, which moves by {self.jump}: unit {k} of {self.lengths[-1]} "
            f"sees inputs {seen[0][0]} to {seen[0][-1]}",
            fontsize=10,
        )
