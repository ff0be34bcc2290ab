"""Instruments for training on tensors; contracts as in `dlcourse.reference.diagnostics`."""


def update_ratios(before, after):
    """Return how far each tensor moved in a step, measured by its own length."""
    return [_ratio(a.double(), b.double()) for a, b in zip(before, after, strict=True)]


def _ratio(before, after):
    moved, length = float((after - before).norm()), float(before.norm())
    if moved == 0:
        return 0.0
    return moved / length if length else float("inf")
