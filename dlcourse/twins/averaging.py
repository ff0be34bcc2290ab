"""Averages of weights over training; contracts as in `dlcourse.reference.averaging`.

No gradient flows into an average. Half precision is computed in float32 and rounded back, and
rounding swallows a thousandth of a weight: keep the averages themselves in float32.
"""

from dlcourse.twins.arguments import as_floats, in_float32


def exponential_average(average, params, decay=0.999):
    """Move each running average a little towards the present parameters."""
    if not 0 <= decay < 1:
        raise ValueError(f"decay must lie in [0, 1), got {decay}")
    return _pairwise(lambda a, w: decay * a + (1 - decay) * w, average, params)


def equal_average(average, params, n):
    """Add the present parameters to the mean of `n` earlier ones."""
    if not isinstance(n, int) or n < 0:
        raise ValueError(f"n counts the sets averaged so far, a whole number from 0: got {n}")
    if n == 0:
        return [as_floats(w.detach()).clone() for w in params]
    return _pairwise(lambda a, w: a + (w / (n + 1) - a / (n + 1)), average, params)


def _pairwise(blend, average, params):
    pairs = [as_floats(a.detach(), w.detach()) for a, w in zip(average, params, strict=True)]
    return [blend(*in_float32(a, w)).to(a.dtype) for a, w in pairs]
