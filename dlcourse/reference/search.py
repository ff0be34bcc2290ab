"""Search for hyperparameters: the rate matters most, and on a logarithmic scale (Lecture 11)."""

import itertools
import math

import numpy as np

from dlcourse.reference.arguments import floats, generator, quoted, whole_numbers


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

    Raises
    ------
    ValueError
        If low is not above 0, or not below high.

    Examples
    --------
    >>> bool((log_uniform(1e-4, 1e-1, 100, np.random.default_rng(0)) <= 1e-1).all())
    True
    """
    if not 0 < low < high < math.inf:
        raise ValueError(f"needs 0 < low < high, got low={low} and high={high}")
    drawn = np.exp(generator(rng).uniform(math.log(low), math.log(high), size))
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

    Raises
    ------
    ValueError
        If n_trials is no whole number from 1.

    Examples
    --------
    >>> space = {"x": lambda rng: rng.uniform(-1, 1)}
    >>> best, value, history = random_search(lambda p: p["x"] ** 2, space, 20,
    ...     np.random.default_rng(0))
    >>> value < 0.1, len(history)
    (True, 20)
    """
    (n_trials,), rng = whole_numbers(n_trials=n_trials), generator(rng)
    drawn = ({name: draw(rng) for name, draw in space.items()} for _ in range(n_trials))
    return _try_all(objective, drawn)


def grid_search(objective, grid):
    """Try every combination of the listed values; results as from `random_search`.

    Parameters
    ----------
    objective : callable
    grid : dict
        From each name to a list of values of any type.

    Raises
    ------
    ValueError
        If a name of the grid has no values.

    Notes
    -----
    d names of n values cost n^d trials, and show each parameter at only n different values: if
    one parameter matters and the others do not, random search sees more of it.

    Examples
    --------
    >>> best, value, history = grid_search(lambda p: (p["x"] - 2) ** 2, {"x": [1, 2, 3]})
    >>> best, value
    ({'x': 2}, 0)
    """
    empty = [name for name, values in grid.items() if len(values) == 0]
    if empty:
        raise ValueError(f"no values for {quoted(empty)}: there is nothing to try")
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
        One loss for each rate tried. It ends early, after the first loss that is not finite or that
        is above the lowest so far by more than three times that one's size: above four times the
        lowest where losses are positive.

    Raises
    ------
    ValueError
        If a rate is not above the one before it.

    Notes
    -----
    Train with less than the rate at which the loss was lowest, a third or a tenth of it: there the
    steps have begun to overshoot (Smith 2017).

    Examples
    --------
    >>> learning_rate_range_test(lambda lr: 1.0 if lr < 1 else 100.0, [0.1, 0.5, 1.0, 2.0])
    [1.0, 1.0, 100.0]
    """
    if any(not low < high for low, high in itertools.pairwise(rates)):
        raise ValueError(f"rates must rise, got {quoted(list(rates))}")
    losses = []
    for lr in rates:
        losses.append(float(step(float(lr))))
        lowest = min(losses)
        if not losses[-1] <= lowest + 3 * abs(lowest) or math.isinf(losses[-1]):  # NaN is not <=
            break
    return losses


def _try_all(objective, combinations):
    history = [(parameters, objective(dict(parameters))) for parameters in combinations]
    best, value = min(history, key=lambda trial: (math.isnan(trial[1]), trial[1]))
    return best, value, history


def pick_rate(rates, losses):
    """Read a range test: the largest tested rate that is at most a third of the best one.

    Parameters
    ----------
    rates : sequence of float
        Rising, as given to `learning_rate_range_test`.
    losses : sequence of float
        One for each of the first rates, as many as the range test went through. NaN and infinite
        ones do not count; one at least is finite.

    Returns
    -------
    float
        One of the rates: the largest that is at most a third of the rate with the lowest loss (of
        equal losses the first), or the first rate if none is that small.

    Raises
    ------
    ValueError
        If no loss is finite, or there are more losses than rates.

    Examples
    --------
    >>> pick_rate([0.001, 0.01, 0.1, 1.0], [2.0, 1.5, 0.4, float("nan")])
    0.01
    """
    losses = floats(losses)
    if losses.ndim != 1 or len(losses) > len(rates) or not np.isfinite(losses).any():
        raise ValueError(
            f"needs a loss for each of {len(rates)} rates or the first of them, one finite: "
            f"got {quoted(losses)}"
        )
    lowest = rates[int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))]
    third = lowest / 3 * (1 + 1e-9)  # 0.3 / 3 is a little less than 0.1
    return float(max((rate for rate in rates if rate <= third), default=rates[0]))


def successive_halving(objective, space, n_configs, rng, min_budget=1, factor=2):
    """Give many settings a little training, and the better ones more and more.

    Parameters
    ----------
    objective : callable
        ``objective(parameters, budget)`` returns a number to be minimized after `budget` epochs,
        say.
    space : dict
        As for `random_search`.
    n_configs : int
        Settings in the first round.
    rng : numpy.random.Generator
    min_budget : int
        Budget of each setting in the first round; `factor` times as much in each later one.
    factor : int
        One in `factor` goes on, at least one.

    Returns
    -------
    best : dict
    value : float
        Of the last round.
    history : list of (dict, int, float)
        Parameters, budget and value, in the order tried. NaN never goes on before a number.

    Raises
    ------
    ValueError
        If n_configs or min_budget is no whole number from 1, or factor none from 2.

    Notes
    -----
    Each round costs about the same. It trusts that who leads early leads late: a small learning
    rate, which starts slowly and ends well, is thrown out (Jamieson and Talwalkar 2016).

    Examples
    --------
    >>> space = {"x": lambda rng: rng.uniform(-1, 1)}
    >>> rng = np.random.default_rng(0)
    >>> _, value, history = successive_halving(lambda p, n: abs(p["x"]), space, 8, rng)
    >>> [budget for _, budget, _ in history]
    [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 8]
    """
    n_configs, budget = whole_numbers(n_configs=n_configs, min_budget=min_budget)
    (factor,), rng = whole_numbers(2, factor=factor), generator(rng)
    alive = [{name: draw(rng) for name, draw in space.items()} for _ in range(n_configs)]
    history = []
    while True:
        values = [float(objective(dict(parameters), budget)) for parameters in alive]
        history += zip(alive, [budget] * len(alive), values, strict=True)
        ranked = sorted(range(len(alive)), key=lambda i: (math.isnan(values[i]), values[i]))
        if len(alive) == 1:
            return alive[0], values[0], history
        alive = [alive[i] for i in ranked[: max(1, len(alive) // factor)]]
        budget *= factor
