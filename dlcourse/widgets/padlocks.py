"""Lecture 16: layers that a network borrows, locked or not, and what every start then reads.

All runs are stored; the browser picks them out, and `runs` picks the same for the static twin and
the tests.
"""

import json
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.transfer import plot_by_layers
from dlcourse.widgets.shared import with_shared

STORED = Path(__file__).parents[1] / "samples" / "transfer.json"  # make_transfer.py makes it
LABELS = (2, 10, 50)  # labelled images of each class
SOURCES = ("other digits", "pixels moved", "untrained")
WAYS = ("frozen", "tuned")
MEASURED = 10  # the labels of each class with which all sources were measured


def explore_padlocks(
    *, reused=0, way="frozen", labels=10, source="other digits", title="What would you lock?"
):
    """Let the learner choose how many layers are reused, locked or not, and see every start.

    Parameters
    ----------
    reused : int
        Layers that are copied from the source, from 0 to 3.
    way : str
        "frozen" or "tuned".
    labels : int
        Labelled images of each class: 2, 10 or 50; other sources than "other digits" were measured
        with 10.
    source : str
        "other digits", "pixels moved" or "untrained"; tuned from an untrained source is from
        scratch.
    title : str

    Returns
    -------
    PadlockExplorer
        Its traits can be set from Python too; ``runs`` is what is drawn.

    Raises
    ------
    ValueError
        If there is no such choice.
    """
    for name, value, known in (
        ("reused", reused, range(4)), ("way", way, WAYS), ("labels", labels, LABELS),
        ("source", source, SOURCES),
    ):  # fmt: skip
        if value not in known:
            raise ValueError(f"got {name}={value!r}: choose one of {list(known)}")
    if source != SOURCES[0] and labels != MEASURED:
        raise ValueError(f"got source={source!r}, labels={labels}: it was measured with {MEASURED}")
    return PadlockExplorer(
        reused=reused, way=way, labels=labels, source=source, title=title, table=read_table()
    )


def read_table():
    """The test percentages of ten starts after 200 steps, by labels and rival."""
    kept = json.loads(STORED.read_text("utf-8"))
    return {
        str(count): {
            name: rows[-1]["test"]
            for name, rows in kept[f"canvas, {count} labels"].items()
            if not name.endswith(("slower", "thawed"))
        }
        for count in LABELS
    }


class PadlockExplorer(anywidget.AnyWidget):
    """A network of three layers and an output, and the stored runs of ten starts."""

    _esm = with_shared("padlocks.js")
    _css = with_shared("padlocks.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Layers of a network to borrow and to lock").tag(sync=True)
    reused = traitlets.Int(0, min=0, max=3).tag(sync=True)
    way = traitlets.Unicode("frozen").tag(sync=True)
    labels = traitlets.Int(10).tag(sync=True)
    source = traitlets.Unicode("other digits").tag(sync=True)
    table = traitlets.Dict().tag(sync=True)

    def at(self, reused, way=None, source=None, labels=None):
        """The percentages of ten starts at this choice."""
        rows = self.table[str(labels or self.labels)]
        source, way = source or self.source, way or self.way
        if reused == 0 or (source == "untrained" and way == "tuned"):
            return rows["scratch"]
        return rows[f"{source}, {reused} {way}"]

    @property
    def runs(self):
        """What the ten starts reach as it stands."""
        return self.at(self.reused)

    @property
    def figure(self):
        """Every start by reused layers: each number of labels, then the other sources."""
        shown = [(SOURCES[0], labels) for labels in LABELS]
        shown += [(source, MEASURED) for source in SOURCES[1:]]
        figure, axes = plt.subplots(
            len(shown), 1, figsize=(5.6, 15.0), layout="constrained", sharex=True
        )
        for ax, (source, labels) in zip(axes, shown, strict=True):
            ways = WAYS[:1] if source == "untrained" else WAYS
            series = {way: {k: self.at(k, way, source, labels) for k in (1, 2, 3)} for way in ways}
            scratch = self.at(0, labels=labels)
            title = f"source: {source}, {labels} labels of each class"
            plot_by_layers(series, scratch=scratch, title=title, ax=ax)
            ax.set_ylim(0, 100)
            if ax is not axes[2]:
                ax.get_legend().remove()
            if ax is not axes[-1]:
                ax.set_xlabel("")
        figure.suptitle(self.title)
        return figure

    @property
    def median(self):
        """The median of the ten starts as it stands."""
        return float(np.median(self.runs))
