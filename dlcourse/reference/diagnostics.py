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
