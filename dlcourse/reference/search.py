"""Search for hyperparameters: the rate matters most, and on a logarithmic scale (Lecture 11)."""

import itertools
import math

import numpy as np


def log_uniform(low, high, size, rng):
    """Draw numbers whose logarithm is uniform: as many in [0.001, 0.01] as in [0.01, 0.1].

    Parameters
    ----------
    low, high : float
        0 < low < high.
    size : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (size,)
    """
    if not 0 < low < high:
        raise ValueError(f"needs 0 < low < high, got low={low} and high={high}")
    drawn = np.exp(rng.uniform(math.log(low), math.log(high), size))
    return np.clip(drawn, low, high)  # exp(log(low)) may round to just below low


def random_search(objective, space, n_trials, rng):
    """Try random combinations and return the one with the smallest value.

    Parameters
    ----------
    objective : callable
        Takes a dictionary of parameters, returns a number to be minimized.
    space : dict
        From each name to a function of `rng` that draws a value:
        ``{"lr": lambda rng: log_uniform(1e-4, 1e-1, 1, rng)[0]}``.
    n_trials : int
    rng : numpy.random.Generator

    Returns
    -------
    best : dict
    value : float
    history : list of (dict, float), in the order tried
        A value of NaN never wins.
    """
    if n_trials < 1:
        raise ValueError(f"n_trials must be 1 or more, got {n_trials}")
    drawn = ({name: draw(rng) for name, draw in space.items()} for _ in range(n_trials))
    return _try_all(objective, drawn)


def grid_search(objective, grid):
    """Try every combination of the listed values; results as from `random_search`.

    Parameters
    ----------
    objective : callable
    grid : dict
        From each name to a list of values of any type.

    Notes
    -----
    d names of n values cost n^d trials, and show each parameter at only n different values: if
    one parameter matters and the others do not, random search sees more of it.
    """
    empty = [name for name, values in grid.items() if len(values) == 0]
    if empty:
        raise ValueError(f"no values for {empty}: there is nothing to try")
    return _try_all(
        objective,
        (dict(zip(grid, values, strict=True)) for values in itertools.product(*grid.values())),
    )


def learning_rate_range_test(step, rates):
    """Raise the rate at every step until the loss explodes: the rates before that are usable.

    Parameters
    ----------
    step : callable
        ``step(lr)`` takes one training step, on a mini-batch of its own, at this rate and returns
        the loss before it. In NumPy or in PyTorch: this function only sees the number.
    rates : sequence of float
        Rising, evenly on a logarithmic scale: ``np.geomspace(1e-5, 1, 100)``.

    Returns
    -------
    list of float
        One loss for each rate tried. It ends early, after the first loss that is above four times
        the lowest so far, or not finite.

    Notes
    -----
    Train with less than the rate at which the loss was lowest, a third or a tenth of it: there the
    steps have begun to overshoot (Smith 2017).
    """
    if any(not low < high for low, high in itertools.pairwise(rates)):
        raise ValueError(f"rates must rise, got {list(rates)!r:.80}")
    losses = []
    for lr in rates:
        losses.append(float(step(float(lr))))
        if not losses[-1] <= 4 * min(losses) or math.isinf(losses[-1]):  # NaN is not <= anything
            break
    return losses


def _try_all(objective, combinations):
    history = [(parameters, objective(dict(parameters))) for parameters in combinations]
    best, value = min(history, key=lambda trial: math.inf if math.isnan(trial[1]) else trial[1])
    return best, value, history
