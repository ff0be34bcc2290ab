"""Instruments for training on tensors; contracts as in `dlcourse.reference.diagnostics`."""

from dlcourse.twins.arguments import wide
from dlcourse.twins.lengths import euclidean_norm


def update_ratios(before, after):
    """Return how far each tensor moved in a step, measured by its own length."""
    return [_ratio(wide(a), wide(b)) for a, b in zip(before, after, strict=True)]


def _ratio(before, after):
    moved, length = (float(euclidean_norm(x)) for x in (after - before, before))
    if moved == 0:
        return 0.0
    return moved / length if length else float("inf")
