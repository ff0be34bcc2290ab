import math

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### When to stop
#
# `val_losses` is a list with the validation loss of each epoch; epochs count from 0. An epoch is
# the best so far if its loss is strictly lower than all before: a tie is no progress, and neither
# is a loss that is `nan` (the first one never is). Training stops at the first epoch that comes at
# least `patience` (1 or more) epochs after the best so far; if there is none, at the last epoch.
# What comes after the stop is never seen. Return `(best_epoch, stop_epoch)`.

# %% [markdown] tags=["hint"]
# Walk through the losses 5, 4, 6, 3, 7, 8, 9 with patience 2, one at a time. After each write down
# the best epoch so far and how many epochs ago it was.


# %% tags=["solution"] results=["best_epoch", "stop_epoch"]
def early_stopping(val_losses, patience):
    """Return (best_epoch, stop_epoch), counted from 0."""
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch


# %% tags=["cases"]
promises = ["pure", "repeatable"]


def visible():
    yield [5.0, 4.0, 6.0, 3.0, 7.0, 8.0, 2.0], 2
    yield [5.0, 4.0, 6.0, 3.0, 7.0, 8.0, 2.0], 1
    yield [3.0, 2.0, 2.0, 2.0, 1.0], 2  # a tie is no progress
    yield [4.0, 3.0, 3.5, 3.2, 2.5, 2.6, 2.4], 3
    yield [4.0, 3.0, 3.5, 2.5, 2.6], 3  # never stops
    yield [4.0, 5.0, 3.0, math.nan, 3.5, 1.0], 2
    yield [4.0, 3.0, math.nan, 3.5, 3.6, 3.7], 3  # an epoch that ends in nan counts as one
    yield [2.0, 3.0, 2.5, 2.8, 2.6, 2.7], 3  # falls, and never below the best
    yield [2.0], 1


def hidden(rng):
    for n, patience in [(8, 1), (12, 2), (15, 3), (20, 4), (6, 9), (30, 5), (12, 3)]:
        falling = np.linspace(2, 0.5, n) + rng.normal(scale=0.4, size=n)
        yield falling.round(2).tolist(), patience
        yield rng.integers(3, 9, size=n).tolist(), patience  # many ties
    slow = [3.0, 3.2, 2.9, 3.1, 2.8, 3.0, 2.7, 2.9, 2.6, 2.8]
    yield slow, 2
    yield slow, 3
    yield [2.0, 3.0, 2.5, 2.4, 2.3, 1.0], 4  # falls after a rise, and never below the best
    yield [2.0, 3.0, 2.5, 2.4, 1.9, 1.8], 4  # the stop comes before the new low
    yield [2.0, 3.0, 2.5, 1.9, 2.4, 1.8], 4
    yield [1.0, 1.0, 1.0, 1.0, 0.5], 3
    yield [3.0, math.nan, 2.0, math.nan, math.nan, 1.0], 2
    yield [3.0, 2.0, math.nan, 1.5, math.nan, 1.4, 1.6, 1.7, 0.2], 3
    yield [5.0, 2.0, math.nan, 2.5, 3.0, 2.6, 2.4], 3
    yield [1.0, 2.0, 3.0], 3
    yield [-1.0, -2.0, -1.5, -1.8, -3.0], 2  # a loss may be below 0
    yield [1e4, 2e3, 5e3, 1e3, 9e3, 8e3], 2


# %% tags=["mistakes"]
def walk(val_losses, patience, better=lambda loss, best: loss < best, late=0):
    """The solution with its comparison and its last epoch open."""
    best = 0
    for epoch, loss in enumerate(val_losses):
        if epoch and better(loss, val_losses[best]):
            best = epoch
        if epoch - best >= patience + late:
            break
    return best, epoch


@mistake("Training goes on one epoch too long: how long ago may the best one be?")
def waits_one_more(val_losses, patience):
    return walk(val_losses, patience, late=1)


@mistake("Training stops one epoch too early: count from the best epoch, which is 0 epochs ago.")
def stops_one_early(val_losses, patience):
    return walk(val_losses, patience, late=-1)


@mistake("A loss that equals the best one was taken for progress.")
def takes_ties_for_progress(val_losses, patience):
    return walk(val_losses, patience, better=lambda loss, best: loss <= best)


@mistake("After nan the best epoch is off: what does a comparison with nan give?")
def takes_nan_for_progress(val_losses, patience):
    return walk(val_losses, patience, better=lambda loss, best: not loss >= best)


@mistake("A loss that is nan counts as progress, and nothing is better than it afterwards.")
def takes_the_minimum_of_all(val_losses, patience):
    for epoch in range(len(val_losses)):
        best = int(np.argmin(val_losses[: epoch + 1]))
        if epoch - best >= patience:
            break
    return best, epoch


@mistake("Each loss is held against the one before it: progress is a new best.")
def compares_with_the_one_before(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if epoch and loss < val_losses[epoch - 1]:
            best = epoch
        if epoch - best >= patience:
            break
    return best, epoch


@mistake("A loss that is lower than the one before it buys time: only a new best does.")
def counts_rises_in_a_row(val_losses, patience):
    best = rises = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        rises = 0 if not epoch or loss < val_losses[epoch - 1] else rises + 1
        if rises >= patience:
            break
    return best, epoch


@mistake("Epochs without progress were added up over the whole run: a new best starts anew.")
def never_starts_anew(val_losses, patience):
    best = waited = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch:
            waited += 1
        if waited >= patience:
            break
    return best, epoch


@mistake("The best epoch lies behind the stop: losses that come later are never seen.")
def looks_into_the_future(val_losses, patience):
    return int(np.nanargmin(val_losses)), walk(val_losses, patience)[1]


@mistake("The best epoch is sought in all losses: those behind the stop are never seen.")
def waits_from_the_best_of_all(val_losses, patience):
    best = int(np.nanargmin(val_losses))
    return best, min(best + patience, len(val_losses) - 1)


@mistake("An epoch whose loss is nan was left out of the count: it is an epoch without progress.")
def leaves_nan_out(val_losses, patience):
    best = waited = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best, waited = epoch, 0
        elif epoch and not math.isnan(loss):
            waited += 1
        if waited >= patience:
            break
    return best, epoch


@mistake("A loss that is nan ended the training: it brings no progress, and patience goes on.")
def stops_at_nan(val_losses, patience):
    for epoch, loss in enumerate(val_losses):
        if math.isnan(loss):
            return int(np.argmin(val_losses[:epoch])), epoch
        best, stop = walk(val_losses[: epoch + 1], patience)
        if stop - best >= patience:
            break
    return best, stop


@mistake("A new best that comes just in time was not seen: look at an epoch's loss, then count.")
def counts_before_it_looks(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if epoch - best >= patience:
            break
        if loss < val_losses[best]:
            best = epoch
    return best, epoch


@mistake("Training never stops early: where is patience asked?")
def never_stops(val_losses, patience):
    return int(np.nanargmin(val_losses)), len(val_losses) - 1


@mistake("Your epochs count from 1: here the first one is epoch 0.")
def counts_from_one(val_losses, patience):
    return tuple(epoch + 1 for epoch in walk(val_losses, patience))


@mistake("The two are the other way round: the best epoch comes first.")
def swaps_the_results(val_losses, patience):
    return walk(val_losses, patience)[::-1]


@mistake("The first number is a loss: the number of the epoch is asked.")
def returns_the_loss(val_losses, patience):
    best, stop = walk(val_losses, patience)
    return val_losses[best], stop


def runs_out(otherwise, sentence):
    """A stop of its own where the losses run out before the patience does."""

    @mistake(sentence)
    def runs_past_the_end(val_losses, patience):
        best, stop = walk(val_losses, patience)
        return best, stop if stop - best >= patience else otherwise(val_losses, best, patience)

    return runs_past_the_end


stops_behind_the_last = runs_out(
    lambda losses, best, patience: len(losses),
    "Where the losses run out first, the last epoch is one less than their number.",
)
adds_the_patience = runs_out(
    lambda losses, best, patience: best + patience,
    "Where the losses run out first, the stop lies in an epoch that never came.",
)
gives_nothing = runs_out(
    lambda losses, best, patience: None,
    "Where the losses run out first, no epoch is named: training ends with the last one.",
)
stops_at_the_best = runs_out(
    lambda losses, best, patience: best,
    "Where the losses run out first, the best epoch is no stop: training ends with the last one.",
)
stays_at_zero = runs_out(
    lambda losses, best, patience: 0,
    "Where the losses run out first, the stop is epoch 0: training ends with the last one.",
)


@mistake("Patience makes no difference: the first epoch that brings no progress is not the end.")
def stops_at_the_first_rise(val_losses, patience):
    return walk(val_losses, 1)


@mistake("The highest loss was taken for the best: a loss is good where it is low.")
def takes_losses_for_accuracies(val_losses, patience):
    return walk(val_losses, patience, better=lambda loss, best: loss > best)


@mistake("The first epoch is never the best in your answer: before it there is nothing lower.")
def begins_at_the_second(val_losses, patience):
    if len(val_losses) == 1:
        return 0, 0
    best, stop = walk(val_losses[1:], patience)
    return best + 1, stop + 1
