"""Lecture 17: a training script with an unknown bug, instruments to read, and the bug to name.

`make_clinic.py` in the samples has read every instrument; here a case is one of those runs, beside
the sound script from the same start.
"""

import json
import textwrap
from itertools import combinations
from pathlib import Path

import anywidget
import matplotlib.pyplot as plt
import numpy as np
import traitlets

from dlcourse.plots.basic import BACKWARD, INK, short
from dlcourse.widgets.shared import with_shared

STORED = Path(__file__).parents[1] / "samples" / "clinic.json"
SOUND = "none"  # the sound script's name among the readings
CARDS = {  # what one click reads: instruments by their stored names, and what that is
    "first loss": (["first loss"], "the loss of the first batch, before any step"),
    "one batch": (["one batch"], "the loss of one batch after 100 steps on it alone"),
    "training": (["training"], "training rows counted as right"),
    "validation": (["validation"], "validation rows counted as right"),
    "update ratio": (
        ["smallest update", "largest update"],
        "a step's size over that of its weights, smallest and largest of three matrices",
    ),
    "the same twice": (["twice"], "largest difference between two scores of the same rows"),
    "classes in a batch": (["classes"], "their mean in the first epoch, of ten classes"),
    "duplicates": (["duplicates"], "validation rows that are training rows, too"),
    "spread of inputs": (["spread"], "standard deviation of the scaled validation pixels"),
    "the next class": (["next class"], "validation rows of class k that are read as k + 1"),
}
SHARES = ("training", "validation", "the next class")


def explore_clinic(*, case=1, title="The clinic: what is wrong with this run?"):
    """Let the learner read instruments of a faulty training run and name its bug.

    Parameters
    ----------
    case : int
        The case to begin with, from 1 to 12.
    title : str

    Returns
    -------
    Clinic
        Its traits can be set from Python too; ``enough`` says which readings tell a case.

    Raises
    ------
    ValueError
        If there is no such case.
    """
    table = json.loads(STORED.read_text("utf-8"))["readings"]
    bugs = [bug for bug in table if bug != SOUND]
    if not 1 <= case <= len(bugs):
        raise ValueError(f"got case={case}: the cases are 1 to {len(bugs)}")
    names = [name for instruments, _ in CARDS.values() for name in instruments]
    rng = np.random.default_rng(17)
    hidden, starts = rng.permutation(len(bugs)), rng.integers(10, size=len(bugs))
    runs = [
        [[table[which][name][start] for name in names] for which in (SOUND, bugs[bug])]
        for bug, start in zip(hidden, starts, strict=True)
    ]
    ranges = [[_range(table[which][name]) for name in names] for which in (SOUND, *bugs)]
    return Clinic(
        title=title, case=case, bugs=bugs, hidden=hidden.tolist(), runs=runs, ranges=ranges,
        cards=[[name, what, len(inside)] for name, (inside, what) in CARDS.items()],
        enough=[_enough(ranges, int(bug) + 1) for bug in hidden],
    )  # fmt: skip


def _range(values):
    """Lowest and highest of ten starts; null stands for what is no finite number."""
    finite = list(map(_number, values))
    return [None if np.isinf(end) else end for end in (min(finite), max(finite))]


def _enough(ranges, bug):
    """The fewest cards whose readings tell a bug from every other script, at any start.

    Of several such sets the one with the widest gap; a gap below a quarter tells nothing.
    """
    low, high = np.array([[(_number(a), _number(b)) for a, b in row] for row in ranges]).T
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = np.fmax(low / high[:, [bug]], low[:, [bug]] / high)
    ratios = np.delete(np.nan_to_num(ratios, nan=1.0, posinf=1e9), bug, axis=1)
    ends = np.cumsum([len(inside) for inside, _ in CARDS.values()])
    gaps = np.array([part.max(axis=0) for part in np.split(ratios, ends[:-1])])
    for n in range(1, len(CARDS) + 1):
        sets = [list(cards) for cards in combinations(range(len(CARDS)), n)]
        widest = max(sets, key=lambda cards: gaps[cards].max(axis=0).min())
        if gaps[widest].max(axis=0).min() > 1.25:
            return widest
    raise ValueError(f"nothing that is read tells script {bug} from the others")


def _number(value):
    return np.inf if value is None else value


class Clinic(anywidget.AnyWidget):
    """Twelve cases, ten instruments each; what is read and named is counted."""

    _esm = with_shared("clinic.js")
    _css = with_shared("clinic.css")

    title = traitlets.Unicode().tag(sync=True)
    alt = traitlets.Unicode("Instruments of a training run to read").tag(sync=True)
    case = traitlets.Int(1).tag(sync=True)
    used = traitlets.List(traitlets.Int()).tag(sync=True)  # cards read in this case, in order
    named = traitlets.List(traitlets.Int()).tag(sync=True)  # bugs named in this case, in order
    solved = traitlets.List().tag(sync=True)  # [case, cards read, wrong names]
    bugs = traitlets.List().tag(sync=True)
    cards = traitlets.List().tag(sync=True)  # [name, what it is, how many numbers it has]
    shares = traitlets.List([list(CARDS).index(name) for name in SHARES]).tag(sync=True)
    hidden = traitlets.List().tag(sync=True)  # the bug of each case
    runs = traitlets.List().tag(sync=True)  # of each case: the sound script's numbers, the run's
    ranges = traitlets.List().tag(sync=True)  # of the sound script and of each bug
    enough = traitlets.List().tag(sync=True)  # the fewest cards that tell each case

    @property
    def figure(self):
        """The readings of each case, so that it can be solved on paper; no bug beside its case."""
        names = [name for instruments, _ in CARDS.values() for name in instruments]
        figure, ax = plt.subplots(figsize=(10.4, 6.2), layout="constrained")
        for row, (_, run) in enumerate([self.runs[0][:1] * 2, *self.runs]):
            for column, (value, (low, high)) in enumerate(zip(run, self.ranges[0], strict=True)):
                value, high = _number(value), _number(high)
                apart = row > 0 and not low <= value <= high
                if apart:
                    x, y = column - 0.5, row - 0.5
                    ax.add_patch(plt.Rectangle((x, y), 1, 1, color=BACKWARD, alpha=0.2, lw=0))
                look = {"ha": "center", "va": "center", "fontsize": 9, "color": INK}
                ax.text(column, row, _text(value), weight="bold" if apart else "normal", **look)
        ax.set(xlim=(-0.5, len(names) - 0.5), ylim=(len(self.runs) + 0.5, -0.5), title=self.title)
        heads = [name.replace(" ", "\n", 1) for name in names]
        ax.set_xticks(range(len(names)), heads, fontsize=9)
        cases = [f"case {number}" for number in range(1, len(self.runs) + 1)]
        ax.set_yticks(range(len(self.runs) + 1), ["a sound run", *cases], fontsize=9)
        ax.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
        bugs = "The bugs, in alphabetical order: " + "; ".join(sorted(self.bugs))
        shade = "one run a case; shaded where it lies outside what ten sound runs read"
        ax.set_xlabel(f"{shade}\n{textwrap.fill(bugs, 120)}", fontsize=9)
        ax.spines[:].set_visible(False)
        ax.axhline(0.5, color=INK, linewidth=1)
        return figure


def _text(value):
    digits = 2 if value < 1 else 3
    return short(float(f"{value:.{digits}g}")) if np.isfinite(value) else "no number"
