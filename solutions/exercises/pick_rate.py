import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### Read the rate off a range test
#
# A range test trained with the learning rates in `rates`, an array in ascending order, and wrote
# down one loss for each. It may have stopped early, so `losses`, an array too, may be shorter than
# `rates`: then its numbers belong to the first rates. Losses that are `nan` or `inf` do not count,
# and at least one is finite. Where the loss was lowest, steps have begun to overshoot, so leave a
# margin:
#
# - Find the rate with the lowest loss, of equal ones the smallest rate.
# - Return the largest of the tested rates that is at most a third of it. It need not have a finite
#   loss of its own. If no rate is that small, return the first one.

# %% [markdown] tags=["hint"]
# Take the rates 0.01, 0.02, 0.04, 0.08 and the losses 3, 2, 1, nan. Which rate has the lowest loss,
# what is a third of it, and which tested rates lie below?


# %% tags=["solution"] minutes=12
def pick_rate(rates, losses):
    """Return the largest tested rate that is at most a third of the one with the lowest loss."""
    counted = np.where(np.isfinite(losses), losses, np.inf)
    best = rates[np.argmin(counted)]
    small = rates[rates <= best / 3]
    return small[-1] if len(small) else rates[0]


# %% tags=["cases"]
promises = ["integer: losses", "pure", "repeatable"]
NAN, INF = np.nan, np.inf


def visible():
    rates = np.array([0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064])
    yield rates, np.array([2.3, 2.2, 1.9, 1.2, 0.7, 0.9, 5.0])
    yield rates, np.array([2.3, 2.2, 1.9, 1.2, 0.7, 0.6, NAN])
    yield rates, np.array([2.3, 2.2, 0.5, 0.6, 0.5, INF, NAN])  # of equal lows the first
    yield rates, np.array([2.3, NAN, 1.9, 1.1, 1.4])  # the rate picked has no loss
    yield rates, np.array([0.9, 1.1, 2.0, 5.0])  # no rate is small enough


def hidden(rng):
    for factor, n in [(2.0, 12), (1.3, 30), (10.0, 5), (1.7, 15), (5.0, 6)]:
        # the ratio of two rates is at least 1 % away from 3
        rates = 1e-4 * factor ** np.arange(n)
        best = n - 2
        losses = np.abs(np.arange(n) - best) / n + rng.uniform(0.5, 0.6)
        yield rates, losses
        late = losses.copy()
        late[-1] = [NAN, INF][int(rng.integers(2))]
        yield rates, late
        yield rates, rng.permutation(losses)
        low = rng.permutation(n)[: min(3, n - 2)]
        losses[low] = 0.25
        yield rates, losses
        yield rates, losses[: low.min() + 1]
        nans = rng.permutation(losses)
        nans[rng.permutation(n)[: n // 3]] = NAN
        yield rates, nans
    rates = np.array([0.1, 0.297, 0.303, 0.9])
    for losses in [[3.0, 1.0, 2.0, 4.0], [3.0, 2.0, 1.0, 4.0], [3.0, 2.0, 4.0, -1.0]]:
        yield rates, np.array(losses)
    yield np.array([0.5]), np.array([1.0])
    yield np.array([0.1, 0.2, 1.0]), np.array([NAN, -2.0, INF])
    yield np.array([1.0, 2.0, 7.0, 8.0]), np.array([3.0, 2.0, 1.0, 4.0])


# %% tags=["mistakes"]
def lowest(losses, skip=np.nanargmin):
    return int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))


def below(rates, bar):
    small = rates[rates <= bar]
    return small[-1] if len(small) else rates[0]


@mistake("That is the rate with the lowest loss: leave the margin that is asked.")
def returns_the_best(rates, losses):
    return rates[lowest(losses)]


@mistake("That is a third of a rate, which was never tested: one of the tested rates is asked.")
def returns_a_third(rates, losses):
    return rates[lowest(losses)] / 3


@mistake("Where losses are nan the rate is off: what does argmin make of a nan?")
def lets_nan_win(rates, losses):
    return below(rates, rates[np.argmin(losses)] / 3)


@mistake("Of equal lows the last one was taken: the smallest of their rates is asked.")
def takes_the_last_of_equal_lows(rates, losses):
    counted = np.where(np.isfinite(losses), losses, np.inf)
    return below(rates, rates[len(losses) - 1 - np.argmin(counted[::-1])] / 3)


@mistake("The smallest rate below a third was taken, not the largest.")
def takes_the_smallest(rates, losses):
    return rates[0]


@mistake("The rate is the next one below the lowest loss: it has to be at most a third of it.")
def goes_one_rate_down(rates, losses):
    return rates[max(lowest(losses) - 1, 0)]


@mistake("The highest loss was taken for the best one.")
def takes_the_highest_loss(rates, losses):
    counted = np.where(np.isfinite(losses), losses, -np.inf)
    return below(rates, rates[np.argmax(counted)] / 3)


@mistake("The margin is a tenth in your answer: a third is asked.")
def takes_a_tenth(rates, losses):
    return below(rates, rates[lowest(losses)] / 10)
