"""A learner's guess beside the truth, and no truth before there is a guess."""

import numpy as np

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, new_axes

REMEDY = "Write it below the question, run that cell, then run this one again."


def plot_guess(guess, truth, *, quantity, choices=None, within=None, log=False, ax=None):
    """Mark the learner's guess beside the truth on one axis, and no truth without a guess.

    The figure describes itself: ``described(plot_guess(...))`` needs no text, which would tell the
    truth to whoever reads the cell.

    Parameters
    ----------
    guess : number, one of `choices`, or ``...``
        ``...`` (not committed yet), or a guess that cannot be the answer, leaves the axis empty
        and says what to write.
    truth : number or one of `choices`
    quantity : str
        What the axis shows, with its unit.
    choices : sequence, optional
        The possible answers, where they are not numbers.
    within : (low, high), optional
        Between what the answer must lie, where the question says so: a guess outside is told so.
    log : bool
        Use a logarithmic axis, for answers that span orders of magnitude.
    """
    ax = new_axes(ax, height=1.7)
    guess, lacking = _committed(guess, choices, within, log)
    if choices:
        ax.set_xticks(range(len(choices)), [str(c) for c in choices])
        ax.set_xlim(-0.5, len(choices) - 0.5)
    ax.set(ylim=(-0.5, 0.9), yticks=[], xlabel=quantity)
    ax.spines["left"].set_visible(False)
    if lacking:
        return _keep_back(ax, lacking, choices)
    place = (lambda value: list(choices).index(value)) if choices else float
    ax.plot(place(truth), 0, "D", color=FORWARD, markersize=11, label=f"truth: {_said(truth)}")
    label = f"you: {_said(guess)}"
    ax.plot(place(guess), 0.35, "v", color=BACKWARD, markersize=11, label=label)
    if not choices:
        low, high = sorted([float(truth), float(guess)])
        ax.set_xscale("log" if log else "linear")
        ax.set_xlim((low / 10, 10 * high) if log else (min(0, 1.2 * low), max(0, 1.2 * high) or 1))
    ax.set_title("Your guess and the truth")
    ax.legend(frameon=False, loc="center left", bbox_to_anchor=(1, 0.5))
    ax.set_gid(_description(guess, truth, quantity, choices, log))
    return ax


def _description(guess, truth, quantity, choices, log):
    """What the figure shows, from its numbers."""
    opening = f"{quantity[:1].upper()}{quantity[1:]}: your guess is {_said(guess)}, the truth "
    if guess == truth or _said(guess) == _said(truth):
        return f"{opening}as well."
    if choices:
        return f"{opening}is {_said(truth)}."
    if log:
        ratio = max(truth / guess, guess / truth)
        than = "times as much" if truth > guess else "times less"
        return f"{opening}is {_said(truth)}, {ratio:,.3g} {than}."
    than = "more" if truth > guess else "less"
    return f"{opening}is {_said(truth)}, {abs(truth - guess):,.3g} {than}."


def _keep_back(ax, lacking, choices):
    """Leave the axis without an answer, and say in the figure and in its text what to do."""
    if not choices:
        ax.set_xticks([])
    text = f"{lacking}\n{REMEDY}"
    ax.text(0.5, 0.5, text, transform=ax.transAxes, ha="center", va="center", color=INK)
    ax.set_gid(f"{lacking} {REMEDY}")
    return ax


def _said(answer):
    if isinstance(answer, (float, np.floating)):
        return f"{answer:,.4g}".replace("-", "−")
    return f"{answer:,}" if isinstance(answer, (int, np.integer)) else str(answer)


def _committed(guess, choices, within, log):
    """The guess and "", or None and a sentence on what is lacking."""
    if guess is ... or guess is None:
        return None, "Your guess: none yet."
    if choices:
        same = [c for c in choices if str(c).casefold() == str(guess).strip().casefold()]
        if same:
            return same[0], ""
        return None, f"Your guess is {guess!r}: choose one of {', '.join(map(str, choices))}."
    if not isinstance(guess, (int, float, np.number)) or not np.isfinite(guess):
        return None, f"Your guess is {guess!r}, and not a number such as 12 or 3.5e-4."
    if log and guess <= 0:
        return None, f"Your guess is {guess}, and the answer is above 0."
    if within and not within[0] <= guess <= within[1]:
        low, high = within
        return None, f"Your guess is {guess:g}, and the answer lies between {low:,g} and {high:,g}."
    return guess, ""
