"""Lecture 13: one inception module on a bench; the blocks to switch off stand in `lesion`.

The browser counts, so that a move asks no kernel; here the reference counts, for the static twin
and for the tests, which compare the two.
"""

from typing import NamedTuple

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import BACKWARD, FORWARD, new_axes
from dlcourse.reference.architectures import inception_parameters
from dlcourse.reference.conv_costs import conv_multiplications, conv_parameters
from dlcourse.widgets.lesion import explore_lesion
from dlcourse.widgets.shared import with_shared

__all__ = ["InceptionBench", "explore_inception", "explore_lesion"]


class Module(NamedTuple):
    """Maps in, their side, and the maps of 1x1, reduction, 3x3, reduction, 5x5, projection."""

    in_channels: int
    size: int
    widths: tuple


MODULES = {  # of GoogLeNet (Szegedy and others 2015, table 1)
    "3a": Module(192, 28, (64, 96, 128, 16, 32, 32)),
    "3b": Module(256, 28, (128, 128, 192, 32, 96, 64)),
    "4a": Module(480, 14, (192, 96, 208, 16, 48, 64)),
    "4b": Module(512, 14, (160, 112, 224, 24, 64, 64)),
    "4c": Module(512, 14, (128, 128, 256, 24, 64, 64)),
    "4d": Module(512, 14, (112, 144, 288, 32, 64, 64)),
    "4e": Module(528, 14, (256, 160, 320, 32, 128, 128)),
    "5a": Module(832, 7, (256, 160, 320, 32, 128, 128)),
    "5b": Module(832, 7, (384, 192, 384, 48, 128, 128)),
}
BRANCHES = ("1×1", "3×3", "5×5", "pool, 1×1")


def explore_inception(
    *, module="3a", in_channels=None, reduce3=None, reduce5=None, reduced=True,
    title="What does a 1×1 reduction save?",
):  # fmt: skip
    """Let the learner change the reductions of an inception module, or leave them out.

    Parameters
    ----------
    module : str
        One of GoogLeNet's nine, "3a" to "5b". It gives the maps that each branch puts out, and the
        three numbers below where they are not given.
    in_channels : int, optional
        Maps that enter, from 16 to 1024.
    reduce3, reduce5 : int, optional
        Maps that the 1x1 convolutions before the 3x3 and before the 5x5 put out, from 8 to 256.
    reduced : bool
        Whether these two are there.
    title : str

    Returns
    -------
    InceptionBench
        Its traits can be set from Python too; ``costs``, ``parameters`` and ``multiplications``
        tell what the module costs as it stands.
    """
    bench = InceptionBench(module=module, reduced=reduced, title=title)
    preset = MODULES[module]
    given = {"in_channels": in_channels, "reduce3": reduce3, "reduce5": reduce5}
    own = {"in_channels": preset.in_channels, "reduce3": preset.widths[1],
           "reduce5": preset.widths[3]}  # fmt: skip
    for name, value in given.items():
        setattr(bench, name, own[name] if value is None else value)
    return bench


class InceptionBench(anywidget.AnyWidget):
    """Four branches between the maps that enter and those that leave, side by side."""

    _esm = with_shared("inception.js")
    _css = with_shared("inception.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("An inception module").tag(sync=True)
    module = traitlets.Enum(tuple(MODULES), "3a").tag(sync=True)
    in_channels = traitlets.Int(192, min=16, max=1024).tag(sync=True)
    reduce3 = traitlets.Int(96, min=8, max=256).tag(sync=True)
    reduce5 = traitlets.Int(16, min=8, max=256).tag(sync=True)
    reduced = traitlets.Bool(True).tag(sync=True)
    modules = traitlets.Dict({name: m._asdict() for name, m in MODULES.items()}).tag(sync=True)

    @property
    def branches(self):
        """The convolutions of each branch in order, as `inception_parameters` takes them."""
        one, _, three, _, five, pooled = MODULES[self.module].widths
        before = [[(1, self.reduce3)], [(1, self.reduce5)]] if self.reduced else [[], []]
        return [[(1, one)], [*before[0], (3, three)], [*before[1], (5, five)], [(1, pooled)]]

    @property
    def costs(self):
        """Parameters and multiplications (for one image) of each branch."""
        side = MODULES[self.module].size
        found = {}
        for name, branch in zip(BRANCHES, self.branches, strict=True):
            channels, parameters, multiplications = self.in_channels, 0, 0
            for kernel_size, out in branch:
                parameters += conv_parameters(kernel_size, channels, out)
                multiplications += conv_multiplications(kernel_size, channels, out, side, side)
                channels = out
            found[name] = parameters, multiplications
        return found

    @property
    def parameters(self):
        """Weights and biases of the whole module."""
        return inception_parameters(self.in_channels, self.branches)

    @property
    def multiplications(self):
        """Of the whole module, for one image."""
        return sum(multiplications for _, multiplications in self.costs.values())

    @property
    def figure(self):
        """The nine modules of GoogLeNet with their reductions and without, in millions."""
        benches = [[explore_inception(module=name, reduced=reduced) for name in MODULES]
                   for reduced in (True, False)]  # fmt: skip
        shown, left_out = (np.array([b.parameters for b in row]) for row in benches)
        figure, ax = plt.subplots(figsize=(6.4, 3.8), layout="constrained")
        new_axes(ax)
        places = np.arange(len(MODULES))
        look = {"edgecolor": "white", "width": 0.42}
        ax.bar(places - 0.21, shown / 1e6, color=FORWARD, label="with both reductions", **look)
        ax.bar(places + 0.21, left_out / 1e6, color=BACKWARD, hatch="//",
               label="both left out", **look)  # fmt: skip
        for place, few, many in zip(places, shown, left_out, strict=True):
            ax.annotate(f"× {many / few:.2f}", (place + 0.21, many / 1e6), (0, 3),
                        textcoords="offset points", ha="center", fontsize=8)  # fmt: skip
        ax.set_xticks(places, MODULES)
        words = (
            f"all nine: {shown.sum() / 1e6:.2f} million become {left_out.sum() / 1e6:.2f} million"
        )
        ax.set(xlabel="module of GoogLeNet", ylabel="parameters, millions")
        ax.legend(frameon=False, loc="upper left")
        figure.suptitle(f"{self.title}\n{words}", fontsize=11)
        return figure
