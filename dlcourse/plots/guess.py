"""A learner's guess beside the truth, and no truth before there is a guess."""

import textwrap

import numpy as np
from matplotlib.ticker import MaxNLocator

from dlcourse.plots.basic import BACKWARD, FORWARD, INK, Described, new_axes

WIDTH, LETTERS = 3, 40  # inches and letters a line: it fits a phone
YOU, TRUTH = ("v", BACKWARD), ("D", FORWARD)
REMEDY = "Write it below the question, run that cell, then run this one again."
LATER = f"This comes after your guess. {REMEDY}"
_refused = set()  # guesses that a reveal has just not taken: what comes after it waits for another


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
    rows = len(choices) if choices else 0
    ax = new_axes(ax, width=WIDTH, height=0.9 + 0.3 * rows if choices else 1.7)
    given, (guess, lacking) = repr(guess), _committed(guess, choices, within, log)
    (_refused.add if lacking else _refused.discard)(given)
    ax.set_xlabel(textwrap.fill(quantity, LETTERS))
    ax.set(yticks=[])
    ax.spines["left"].set_visible(False)
    if choices:
        ax.set(yticks=range(rows), yticklabels=choices, xlim=(0, 4), ylim=(rows - 0.5, -0.5))
        ax.set(xticks=[])
    if lacking:
        return _keep_back(ax, lacking, choices)
    if choices:
        _mark_choices(ax, guess, truth, choices)
    else:
        _mark_numbers(ax, guess, truth, within, log)
    ax.set_gid(_description(guess, truth, quantity, choices, log))
    return ax


def after(guess, shown):
    """Return what a cell shows once there is a guess, and until then a line that asks for one.

    For cells below a reveal whose output would tell its truth: after Run All it stays away, as the
    truth does, and so it does after a guess that the reveal has refused.
    """
    if guess is ... or guess is None or repr(guess) in _refused:
        return Described([({"text/plain": LATER}, {})], LATER)
    return shown


def _mark_numbers(ax, guess, truth, within, log):
    """The two answers on one axis, each with its number; neither lies on the axis's end."""
    low, high = sorted([float(truth), float(guess)])
    ax.set_xscale("log" if log else "linear")
    if log:
        margin = max(1, 0.08 * np.log10(high / low))  # decades: a mark is drawn whole
        ax.set_xlim(low / 10**margin, high * 10**margin)
    else:
        low, high = min(0, low), max(0, high)
        if low == high and within:  # both are 0: show what was possible
            low, high = within
        margin = 0.08 * (high - low) or 1
        ax.set_xlim(low - margin, high + margin)
        whole = isinstance(truth, (int, np.integer))
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=whole))
    ax.set_ylim(-1, 1.3)
    for who, value, y, (marker, color) in [("you", guess, 0.4, YOU), ("truth", truth, -0.2, TRUTH)]:
        ax.plot(float(value), y, marker, color=color, markersize=11)
        share = ax.transAxes.inverted().transform(ax.transData.transform((float(value), 0)))[0]
        side = "left" if share < 0.3 else "right" if share > 0.7 else "center"
        above = y > 0
        ax.text(
            float(value),
            y + (0.3 if above else -0.3),
            f"{who}: {_said(value)}",
            color=color,
            ha=side,
            va="bottom" if above else "top",
        )


def _mark_choices(ax, guess, truth, choices):
    """One line a choice, with a mark at the guess and one at the truth."""
    for who, value, x, (marker, color) in [("you", guess, 0.4, YOU), ("truth", truth, 2, TRUTH)]:
        row = list(choices).index(value)
        ax.plot(x, row, marker, color=color, markersize=11)
        ax.text(x + 0.3, row, who, color=color, va="center")


def _description(guess, truth, quantity, choices, log):
    """What the figure shows, from its numbers."""
    opening = f"{quantity[:1].upper()}{quantity[1:]}: your guess is {_said(guess)}, "
    if guess == truth or _said(guess) == _said(truth):
        return f"{opening}and so is the truth."
    opening += f"the truth is {_said(truth)}"
    if choices:
        return f"{opening}."
    if log:
        ratio = float(f"{max(truth / guess, guess / truth):.3g}")
        than = "times as large" if truth > guess else "times smaller"
        return f"{opening}, which is {ratio:,g} {than}."
    than = "more" if truth > guess else "less"
    return f"{opening}, which is {abs(truth - guess):,.3g} {than}."


def _keep_back(ax, lacking, choices):
    """Leave the axis without an answer; the text below it says what to do."""
    if not choices:
        ax.set_xticks([])
        ax.text(0.5, 0.5, "?", transform=ax.transAxes, ha="center", va="center", color=INK)
    ax.set_gid(f"{lacking} {REMEDY}")
    return ax


def _said(answer):
    if isinstance(answer, (float, np.floating)):
        return f"{answer:,.4g}".replace("-", "−")
    return f"{answer:,}".replace("-", "−") if isinstance(answer, (int, np.integer)) else str(answer)


def _typed(choice):
    return f'"{choice}"' if isinstance(choice, str) else str(choice)


def _same(choice, guess):
    if isinstance(guess, (int, float)) and choice == guess:  # 1 and 1.0 are one choice
        return True
    return str(choice).casefold() == str(guess).strip().casefold()


def _committed(guess, choices, within, log):
    """The guess and "", or None and a sentence on what is lacking."""
    if guess is ... or guess is None:
        return None, "Your guess: none yet."
    if choices:
        same = [c for c in choices if _same(c, guess)]
        if same:
            return same[0], ""
        return None, f"Your guess is {guess!r}: choose one of {', '.join(map(_typed, choices))}."
    if not isinstance(guess, (int, float, np.number)) or not np.isfinite(guess):
        return None, f"Your guess is {guess!r}, and not a number such as 12 or 3.5e-4."
    if log and guess <= 0:
        return None, f"Your guess is {guess}, and the answer is above 0."
    if within and not within[0] <= guess <= within[1]:
        low, high = within
        return None, f"Your guess is {guess:g}, and the answer lies between {low:,g} and {high:,g}."
    return guess, ""
