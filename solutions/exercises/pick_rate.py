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


# %% tags=["solution"] minutes=10
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
    yield rates, np.array([2.3, 2.4, 1.9, 1.2, 0.7, 0.9, 5.0])
    yield rates, np.array([2.3, 2.2, 1.9, 1.2, 0.7, 0.6, NAN])
    yield rates, np.array([2.3, 2.2, 0.5, 0.6, 0.5, INF, NAN])  # of equal lows the first
    yield rates, np.array([2.3, 1.9, NAN, NAN, 1.1, 1.4])  # the rate picked has no loss
    yield rates, np.array([2.3, 1.9, 1.5, NAN, 1.1, 1.4, NAN])
    yield rates, np.array([2.0, 0.9, 1.1, 2.0])  # no rate is small enough
    rates = np.array([0.1, 0.2, 0.3, 0.36, 0.45, 0.6, 1.0, 2.0])
    yield rates, np.array([3, 3, 2, 2, 2, 2, 1, 4])
    yield np.array([0.125, 0.25, 0.5, 0.75, 2.0]), np.array([1.2, 0.8, 0.7, 0.3, 4.0])  # 0.75 / 3
    rates = np.array([0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064])
    yield rates, np.array([2.0, 0.5, -0.2, -0.8, -1.5, -1.1, 3.0])


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
    rates = np.geomspace(0.01, 5.12, 10)
    yield rates, np.array([4.0, 3.0, 2.5, NAN, 2.0, 1.5, 1.0, 3.0, INF, NAN])
    yield rates, np.array([4.0, 3.0, 2.5, NAN, 2.0, NAN, 1.5, 1.0])
    rates = np.array([0.1, 0.297, 0.303, 0.9])
    for losses in [[3.0, 1.0, 2.0, 4.0], [3.0, 2.0, 1.0, 4.0], [3.0, 2.0, 4.0, -1.0]]:
        yield rates, np.array(losses)
    # exactly a third, whichever way it is computed: best / 3, best * (1 / 3), 3 * rate, best / rate
    yield np.array([0.0625, 0.25, 0.5, 0.75, 2.0]), np.array([3.0, 2.0, 2.5, 1.0, NAN])
    yield np.array([1.0, 3.0, 8.0, 9.0, 27.0]), np.array([4.0, 2.0, 2.5, -1.0])
    yield np.array([1.0, 2.0, 4.0, 8.0, 16.0]), np.array([2.0, 0.5, -0.1, -0.7, -2.0])
    yield np.array([0.5]), np.array([1.0])
    yield np.array([0.1, 0.2, 1.0]), np.array([NAN, -2.0, INF])
    yield np.array([1.0, 2.0, 7.0, 8.0]), np.array([3.0, 2.0, 1.0, 4.0])


# %% tags=["mistakes"]
def lowest(losses):
    return int(np.argmin(np.where(np.isfinite(losses), losses, np.inf)))


def below(rates, bar):
    small = rates[rates <= bar]
    return small[-1] if len(small) else rates[0]


def with_best(find):
    """The solution with another way to find the rate of which a third is taken."""
    return lambda rates, losses: below(rates, find(rates, losses) / 3)


def with_margin(leave):
    """The solution with another way down from the place of the lowest loss."""
    return lambda rates, losses: leave(rates, lowest(losses))


def where_none_is_small(otherwise):
    """The solution with something else where no rate is small enough."""

    def answer(rates, losses):
        best = rates[lowest(losses)]
        small = rates[rates <= best / 3]
        return small[-1] if len(small) else otherwise(rates, best)

    return answer


lets_nan_win = mistake("A loss that is nan won: such losses do not count.")(
    with_best(lambda rates, losses: rates[np.argmin(losses)])
)
takes_the_highest_loss = mistake("The highest loss was taken for the best one.")(
    with_best(
        lambda rates, losses: rates[np.argmax(np.where(np.isfinite(losses), losses, -np.inf))]
    )
)
takes_the_last_of_equal_lows = mistake(
    "Of equal lows the last one was taken: the smallest of their rates is asked."
)(with_best(lambda rates, losses: rates[: len(losses)][losses == losses[lowest(losses)]][-1]))
drops_nan_and_shifts = mistake(
    "Losses that are nan were dropped, and the others moved up: whose rates do they have now?"
)(with_best(lambda rates, losses: rates[np.argmin(losses[np.isfinite(losses)])]))
stops_at_the_first_nan = mistake("What comes after the first nan or inf was not looked at.")(
    with_best(
        lambda rates, losses: rates[
            np.argmin(losses[: np.argmin(np.append(np.isfinite(losses), False))])
            if np.isfinite(losses[0])
            else 0
        ]
    )
)
stops_at_the_first_rise = mistake(
    "The search ended where the loss rose for the first time: a lower loss may come later."
)(
    with_best(
        lambda rates, losses: rates[
            next((i for i in range(len(losses) - 1) if losses[i + 1] > losses[i]), lowest(losses))
        ]
    )
)
takes_the_last_finite = mistake(
    "You took a third of the largest rate with a finite loss: where was the loss lowest?"
)(with_best(lambda rates, losses: rates[np.flatnonzero(np.isfinite(losses))[-1]]))
takes_the_largest_rate = mistake(
    "You took a third of the largest rate of all: where was the loss lowest?"
)(with_best(lambda rates, losses: rates[-1]))

returns_the_best = mistake(
    "That is the rate with the lowest loss: leave the margin that is asked."
)(with_margin(lambda rates, i: rates[i]))
returns_a_third = mistake(
    "That is a third of a rate, which was never tested: one of the tested rates is asked."
)(with_margin(lambda rates, i: rates[i] / 3))
returns_a_third_and_lets_nan_win = mistake(
    "That is a third of a rate, which was never tested; and a loss that is nan does not count."
)(lambda rates, losses: rates[np.argmin(losses)] / 3)
takes_the_smallest = mistake("The smallest of all rates was taken, not the largest below a third.")(
    with_margin(lambda rates, i: rates[0])
)
goes_one_rate_down = mistake(
    "The rate is the next one below that of the lowest loss: how large may it be at most?"
)(with_margin(lambda rates, i: rates[max(i - 1, 0)]))
takes_a_third_of_the_place = mistake(
    "You divided the place of the lowest loss by 3: the rate is what is divided."
)(with_margin(lambda rates, i: rates[i // 3]))
takes_a_tenth = mistake("The margin is a tenth in your answer: a third is asked.")(
    with_margin(lambda rates, i: below(rates, rates[i] / 10))
)
takes_a_half = mistake("The margin is a half in your answer: a third is asked.")(
    with_margin(lambda rates, i: below(rates, rates[i] / 2))
)
takes_the_next_above = mistake("The rate lies above a third: it is at most a third.")(
    with_margin(lambda rates, i: rates[rates >= rates[i] / 3][0])
)
takes_the_nearest = mistake("The tested rate nearest to a third may lie above it: stay below.")(
    with_margin(lambda rates, i: rates[np.argmin(np.abs(rates - rates[i] / 3))])
)
multiplies_by_three = mistake("The rate lies above that of the lowest loss: a third is smaller.")(
    with_margin(lambda rates, i: below(rates, 3 * rates[i]))
)
returns_the_place = mistake("That is the place of the rate: the rate itself is asked.")(
    with_margin(lambda rates, i: int(np.argmax(rates == below(rates, rates[i] / 3))))
)
returns_an_array = mistake("Several rates came back: one of them is asked, the largest.")(
    with_margin(lambda rates, i: rates[rates <= rates[i] / 3])
)

has_no_rate_to_give = mistake("Where no rate is as small as a third, the first one is asked.")(
    where_none_is_small(lambda rates, best: [][-1])
)
gives_none = mistake("Where no rate is as small as a third, None came back: the first is asked.")(
    where_none_is_small(lambda rates, best: None)
)
wraps_to_the_last = mistake(
    "Where no rate is as small as a third, the last one came back: does an index become -1?"
)(where_none_is_small(lambda rates, best: rates[-1]))
gives_the_third_itself = mistake(
    "Where no rate is as small as a third, a rate came back that was never tested."
)(where_none_is_small(lambda rates, best: best / 3))
gives_zero = mistake("Where no rate is as small as a third, 0 came back: the first is asked.")(
    where_none_is_small(lambda rates, best: 0.0)
)
gives_the_best = mistake(
    "Where no rate is as small as a third, that of the lowest loss came back: the first is asked."
)(where_none_is_small(lambda rates, best: best))


@mistake("The rate that you passed over has no finite loss: it need not have one.")
def wants_a_finite_loss(rates, losses):
    tested = rates[: len(losses)][np.isfinite(losses)]
    return below(tested, rates[lowest(losses)] / 3)


@mistake("The steepest fall was taken: the lowest loss is asked, and a third of its rate.")
def takes_the_steepest_fall(rates, losses):
    steps = np.diff(losses) if len(losses) > 1 else np.zeros(1)
    return rates[np.argmin(np.where(np.isfinite(steps), steps, np.inf))]


@mistake("A loss came back: a rate is asked.")
def returns_a_loss(rates, losses):
    return losses[np.argmax(rates == below(rates, rates[lowest(losses)] / 3))]


@mistake("It goes wrong where there are fewer losses than rates: a test may stop early.")
def wants_as_many_losses(rates, losses):
    return below(rates, rates[np.isfinite(losses)][np.argmin(losses[np.isfinite(losses)])] / 3)


@mistake("Your rate is right where no loss is nan: how is a minimum found that skips it?")
def looks_for_the_minimum_itself(rates, losses):
    return below(rates, rates[: len(losses)][losses == losses.min()][0] / 3)


@mistake("The rate that you passed over is exactly a third: at most a third may be that, too.")
def wants_less_than_a_third(rates, losses):
    small = rates[rates < rates[lowest(losses)] / 3]
    return small[-1] if len(small) else rates[0]


@mistake("The loss nearest to 0 was taken for the lowest: a loss may lie below 0.")
def takes_the_loss_nearest_to_0(rates, losses):
    return below(rates, rates[lowest(np.abs(losses))] / 3)


@mistake("The losses were taken for those of the last rates: they belong to the first.")
def takes_the_last_rates(rates, losses):
    return below(rates, rates[len(rates) - len(losses) :][lowest(losses)] / 3)


@mistake("Where losses are missing something took the place of the lowest: are they filled with 0?")
def fills_with_0(rates, losses):
    return below(rates, rates[lowest([*losses, *[0.0] * (len(rates) - len(losses))])] / 3)


@mistake("You went three places down: a third of the rate is asked.")
def goes_three_places_down(rates, losses):
    return rates[max(lowest(losses) - 3, 0)]
