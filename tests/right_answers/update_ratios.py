ANSWERS = {
    "sums of squares": """
def update_ratios(before, after):
    ratios = []
    for w, new in zip(before, after):
        way, size = np.sqrt(np.sum((new - w) ** 2)), np.sqrt(np.sum(w**2))
        if way == 0:
            ratios.append(0.0)
        elif size == 0:
            ratios.append(float("inf"))
        else:
            ratios.append(way / size)
    return ratios
""",
    "np.inf, a tuple": """
def update_ratios(before, after):
    def one(a, b):
        d = np.linalg.norm((b - a).ravel())
        return d and (d / np.linalg.norm(a.ravel()) if np.any(a) else np.inf)

    return tuple(one(a, b) for a, b in zip(before, after, strict=True))
""",
    "NumPy's own division, an array": """
def update_ratios(before, after):
    moved = np.array([np.linalg.norm(b - a) for a, b in zip(before, after)])
    size = np.array([np.linalg.norm(a) for a in before])
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(moved == 0, 0.0, moved / size)
""",
    "the try form": """
def update_ratios(before, after):
    out = []
    for a, b in zip(before, after):
        moved = float(np.sqrt(((b - a) ** 2).sum()))
        try:
            out.append(moved / float(np.sqrt((a**2).sum())))
        except ZeroDivisionError:
            out.append(float("inf") if moved else 0.0)
    return out
""",
    "math.hypot over all numbers": """
import math


def update_ratios(before, after):
    result = []
    for a, b in zip(before, after):
        way = math.hypot(*(b - a).ravel().tolist())
        size = math.hypot(*a.ravel().tolist())
        result.append(way / size if size else (math.inf if way else 0.0))
    return result
""",
    "vdot, in two cells": [
        "def norm(w):\n    return np.vdot(w, w) ** 0.5",
        """
def update_ratios(before, after):
    return [
        0.0 if np.array_equal(a, b) else norm(b - a) / norm(a) if a.any() else float("inf")
        for a, b in zip(before, after)
    ]
""",
    ],
}
