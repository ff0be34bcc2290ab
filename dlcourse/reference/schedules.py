"""Learning-rate schedules: a step number in, a rate out (Lecture 10).

Steps count from 0, and every function returns a Python float: a NumPy one would turn a float32
parameter into float64. The letters are those of the lecture.
"""

import math
from bisect import bisect_right

from dlcourse.reference.arguments import plain, quoted


def _check_step(step):
    if not step >= 0:
        raise ValueError(f"step counts from 0, got {step}")


def _check_pace(r):
    if not r > 0:
        raise ValueError(f"r counts steps and must be above 0, got {r}")


def piecewise(step, boundaries, rates):
    """Keep each of the `rates` until the next boundary; at a boundary the new rate holds.

    One more rate than boundaries: ``piecewise(step, [50, 80], [0.1, 0.01, 0.001])``.

    Raises
    ------
    ValueError
        If step is below 0, if the boundaries do not rise, or if there is not one rate more than
        boundaries.

    Examples
    --------
    >>> [piecewise(step, [50, 80], [0.1, 0.01, 0.001]) for step in (0, 50, 99)]
    [0.1, 0.01, 0.001]
    """
    _check_step(step)
    if len(rates) != len(boundaries) + 1 or list(boundaries) != sorted(boundaries):
        raise ValueError(
            f"needs rising boundaries and one rate more, got {quoted(boundaries)} and "
            f"{quoted(rates)}"
        )
    return float(rates[bisect_right(boundaries, step)])


def performance(val_losses, lr, factor=0.1, patience=10):
    """Return the rate after `val_losses`: `lr`, cut by `factor` whenever they stop falling.

    A cut comes after more than `patience` losses in a row without a new minimum, and the count
    starts again. torch's ``ReduceLROnPlateau`` with ``threshold=0`` and ``eps=0``: its own eps of
    1e-8 leaves a rate alone that a cut would change by less.

    Raises
    ------
    ValueError
        If factor does not lie between 0 and 1, or patience is below 0.

    Examples
    --------
    >>> performance([3.0, 2.0, 2.0, 2.0], lr=1.0, patience=1)
    0.1
    """
    if not (0 < factor < 1 and patience >= 0):
        raise ValueError(
            f"needs 0 < factor < 1 and patience >= 0, got factor={factor} and patience={patience}"
        )
    best, waited, rate, factor = math.inf, 0, float(lr), float(factor)
    for loss in val_losses:
        best, waited = (loss, 0) if loss < best else (best, waited + 1)
        if waited > patience:
            rate, waited = rate * factor, 0
    return rate


def exponential(step, lr, r):
    """Fall by a factor of 10 every `r` steps: lr 10^(-step / r).

    Raises
    ------
    ValueError
        If step is below 0, or r is not above 0.

    Examples
    --------
    >>> exponential(10, lr=1.0, r=10)
    0.1
    """
    _check_step(step)
    _check_pace(r)
    return float(lr) * 10 ** (-float(step) / float(r))


def power(step, lr, r, c=1.0):
    """Fall as lr (1 + step / r)^(-c): to a half after `r` steps if c = 1, then ever more slowly.

    Raises
    ------
    ValueError
        If step is below 0, or r is not above 0.

    Examples
    --------
    >>> power(10, lr=1.0, r=10)
    0.5
    """
    _check_step(step)
    _check_pace(r)
    return float(lr) * (1 + float(step) / float(r)) ** -float(c)


def warmup(step, lr, steps):
    """Rise in a straight line from 0 to `lr` over `steps`, then stay.

    Raises
    ------
    ValueError
        If step or steps is below 0.

    Examples
    --------
    >>> warmup(5, lr=1.0, steps=10)
    0.5
    """
    _check_step(step)
    if not steps >= 0:
        raise ValueError(f"steps must be 0 or more, got {steps}")
    step, steps = plain(step, steps)
    return float(lr * min(1.0, step / steps)) if steps > 0 else float(lr)


def cosine(step, total, lr, lr_min=0.0):
    """Fall from `lr` at step 0 to `lr_min` at `total` along half a cosine, then stay there.

    Raises
    ------
    ValueError
        If step is below 0, or total not above 0.

    Notes
    -----
    With t the step and T the total::

        lr_min + (lr - lr_min) (1 + cos(pi t / T)) / 2    where t < T
        lr_min                                            from T on

    Examples
    --------
    >>> cosine(0, 10, 1.0), cosine(5, 10, 1.0), cosine(10, 10, 1.0)
    (1.0, 0.5, 0.0)
    """
    _check_step(step)
    if not total > 0:
        raise ValueError(f"total must be above 0, got {total}")
    step, total = plain(step, total)
    done = min(1.0, step / total)
    return float(lr_min + (lr - lr_min) * 0.5 * (1 + math.cos(math.pi * done)))


def cosine_warmup(step, warmup, total, peak):
    """Rise in a straight line to `peak` at `warmup`, then fall along half a cosine to 0 at `total`.

    Parameters
    ----------
    step : int
        0 gives 0 if there is a warm-up; `warmup` gives `peak`; `total` and beyond give 0.
    warmup : int
        0 for none.
    total : int
        Counts the warm-up too.
    peak : float

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If step is below 0, if warmup is below 0, or not below total.

    Notes
    -----
    With t the step, W the warmup and T the total::

        peak t / W                                        where t < W
        peak (1 + cos(pi (t - W) / (T - W))) / 2          where W <= t < T
        0                                                 from T on

    Examples
    --------
    >>> [cosine_warmup(step, 10, 30, 1.0) for step in (0, 5, 10, 20, 30)]
    [0.0, 0.5, 1.0, 0.5, 0.0]
    """
    _check_step(step)
    if not 0 <= warmup < total:
        raise ValueError(f"needs 0 <= warmup < total, got warmup={warmup} and total={total}")
    step, warmup, total, peak = plain(step, warmup, total, peak)  # an int8 would wrap round
    if step < warmup:
        return float(peak * step / warmup)
    return cosine(step - warmup, total - warmup, peak)


def one_cycle(step, total, peak, start=0.04, end=1e-5, rise=0.3):
    """Rise to `peak` and fall far below the start, each along half a cosine (Smith 2018).

    Parameters
    ----------
    step : int
    total : int
        The last step, at which the rate is lowest.
    peak : float
    start, end : float
        First and last rate, as shares of `peak`.
    rise : float
        The share of the steps that rise, between 0 and 1.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a step is negative, `total` is not positive or `rise` is not between 0 and 1.

    Notes
    -----
    torch's ``OneCycleLR`` counts `total` differently: with ``total_steps=T`` its last step is
    T - 1, its peak one step before ``pct_start * T``, and its `final_div_factor` divides the start,
    not the peak.

    Examples
    --------
    >>> [round(one_cycle(step, 10, 1.0, rise=0.5), 2) for step in (0, 5, 10)]
    [0.04, 1.0, 0.0]
    """
    _check_step(step)
    if not (total > 0 and 0 < rise < 1):
        raise ValueError(f"needs total > 0 and 0 < rise < 1, got total={total} and rise={rise}")
    top = rise * total
    if step < top:
        return cosine(top - step, top, peak, start * peak)
    return cosine(step - top, total - top, peak, end * peak)
