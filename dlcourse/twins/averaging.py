"""Averages of weights over training; contracts as in `dlcourse.reference.averaging`."""


def exponential_average(average, params, decay=0.999):
    """Move each running average a little towards the present parameters."""
    if not 0 <= decay < 1:
        raise ValueError(f"decay must lie in [0, 1), got {decay}")
    return [decay * a + (1 - decay) * w for a, w in zip(average, params, strict=True)]


def equal_average(average, params, n):
    """Add the present parameters to the mean of `n` earlier ones."""
    if n == 0:
        return [w.clone() for w in params]
    return [a + (w - a) / (n + 1) for a, w in zip(average, params, strict=True)]
