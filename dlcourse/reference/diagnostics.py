"""Instruments that show what training does (Lecture 17)."""

import numpy as np

from dlcourse.reference.arguments import quoted
from dlcourse.reference.lengths import euclidean_norm


def update_ratios(before, after):
    """Return how far each array moved in a step, measured by its own length.

    Parameters
    ----------
    before, after : sequence of array_like
        The parameters before and after one step, of the same shapes.

    Returns
    -------
    list of float
        norm(after - before) / norm(before): about 0.001 is healthy, 0.1 is too fast. 0 where
        nothing moved, infinite for zero weights that moved.

    Raises
    ------
    ValueError
        If the shapes differ.

    Examples
    --------
    >>> update_ratios([np.array([3.0, 4.0]), np.zeros(2)], [np.array([3.0, 4.5]), np.zeros(2)])
    [0.1, 0.0]
    """
    before, after = list(before), list(after)
    shapes = [[np.shape(a) for a in arrays] for arrays in (before, after)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"before and after differ in shape: got {quoted(shapes[0])} and {quoted(shapes[1])}"
        )
    return [
        _ratio(np.asarray(a, float), np.asarray(b, float))
        for a, b in zip(before, after, strict=True)
    ]


def _ratio(before, after):
    moved, length = (float(euclidean_norm(x)) for x in (after - before, before))
    if moved == 0:
        return 0.0
    return moved / length if length else float("inf")


def name_the_bug(report):
    """Return the word for the first question that a run with ten classes fails.

    Parameters
    ----------
    report : dict
        Readings: duplicates, twice, first loss, smallest update, largest update, one batch. A loss
        that is NaN or infinite is not sound; other keys do not matter.

    Returns
    -------
    str
        "leak" (validation rows in the training set), "mode" (two scores of one row differ),
        "start" (first loss not within 0.2 of ln 10), "frozen" (an array that a step did not move),
        "rate" (an array that moved farther than it was long), "step" (a batch that 100 steps did
        not bring to 0.3), or "none".

    Raises
    ------
    KeyError
        If a reading is missing.

    Notes
    -----
    The order is the point: data before evaluation, start before steps. Lecture 17.

    Examples
    --------
    >>> sound = {"duplicates": 0, "twice": 0, "first loss": 2.3, "smallest update": 0.01}
    >>> name_the_bug(sound | {"largest update": 27.0, "one batch": float("nan")})
    'rate'
    """
    sound = {
        "leak": report["duplicates"] == 0,
        "mode": report["twice"] <= 1e-6,
        "start": abs(report["first loss"] - np.log(10)) <= 0.2,
        "frozen": report["smallest update"] > 0,
        "rate": report["largest update"] <= 1,
        "step": report["one batch"] <= 0.3,  # no comparison with NaN is True
    }
    return next((word for word, fine in sound.items() if not fine), "none")
