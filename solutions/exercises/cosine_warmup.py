import math

import numpy as np

from dlcourse.checks.form import mistake

# %% [markdown] tags=["statement"]
# ### A warm-up, then half a cosine
#
# Return the rate at `step`, a number from 0 to `total`. While `step` is below `warmup`, it rises in
# a straight line from 0 at step 0, so that it would reach `peak` at `warmup`. From `warmup` on it
# falls along half a cosine, from `peak` at `warmup` to 0 at `total`:
#
# $$\frac{\text{peak}}{2} \left(1 + \cos \frac{\pi\, (\text{step} - \text{warmup})}
# {\text{total} - \text{warmup}}\right)$$
#
# `total` counts the warm-up too, and `warmup` is below it. With `warmup` = 0 there is no rise: step
# 0 gives `peak`.

# %% [markdown] tags=["hint"]
# With warmup 10, total 30 and peak 1, write down the rate at steps 0, 5, 10, 20 and 30 by hand.
# Which of the five does yours miss?


# %% tags=["solution"]
def cosine_warmup(step, warmup, total, peak):
    """Return the rate at `step`: a straight rise to `peak` at `warmup`, then half a cosine to 0."""
    if step < warmup:
        return peak * step / warmup
    return peak / 2 * (1 + np.cos(np.pi * (step - warmup) / (total - warmup)))


# %% tags=["cases"]
promises = ["repeatable"]


def visible():
    for step in [0, 5, 10, 20, 30, 15]:
        yield step, 10, 30, 1.0
    for step in [1, 3, 7, 11, 12]:
        yield step, 4, 12, 0.5
    for step in [0, 2, 8]:
        yield step, 0, 8, 0.5


def hidden(rng):
    for warmup, total in [(4, 20), (1, 7), (9, 10), (25, 100)]:
        peak = float(rng.uniform(0.01, 2.0))
        steps = {0, 1, warmup - 1, warmup, warmup + 1, total - 1, total, total // 2}
        for step in sorted(steps | set(map(int, rng.integers(0, total, size=3)))):
            yield step, warmup, total, peak
    for step in [0, 1, 5, 9, 10]:
        yield step, 0, 10, float(rng.uniform(0.01, 2.0))


# %% tags=["mistakes"]
def fall(step, warmup, total, peak):
    return peak / 2 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))


def with_fall(falls):
    """The solution with another fall, a number times peak."""

    def answer(step, warmup, total, peak):
        if step < warmup:
            return peak * step / warmup
        return peak * falls(step - warmup, total - warmup, warmup)

    return answer


def with_rise(rises):
    """The solution with another rise, a number times peak."""

    def answer(step, warmup, total, peak):
        if step < warmup:
            return peak * rises(step, warmup, total)
        return fall(step, warmup, total, peak)

    return answer


forgets_to_lift = mistake("The rate falls to minus peak: what lifts the cosine above 0?")(
    with_fall(lambda step, steps, warmup: math.cos(math.pi * step / steps))
)
forgets_the_half = mistake("The fall begins at twice peak: 1 + cos is 2 there.")(
    with_fall(lambda step, steps, warmup: 1 + math.cos(math.pi * step / steps))
)
halves_the_cosine_alone = mistake("The half belongs to the 1 as well: a bracket is missing.")(
    with_fall(lambda step, steps, warmup: 1 + math.cos(math.pi * step / steps) / 2)
)
halves_the_one_alone = mistake("The half belongs to the cosine as well: a bracket is missing.")(
    with_fall(lambda step, steps, warmup: 0.5 + math.cos(math.pi * step / steps))
)
whole_cosine = mistake("The rate falls to 0 and rises again: half a cosine is as long as pi.")(
    with_fall(lambda step, steps, warmup: (1 + math.cos(2 * math.pi * step / steps)) / 2)
)
quarter_without_a_lift = mistake("The rate falls late: that is a quarter of a cosine, not a half.")(
    with_fall(lambda step, steps, warmup: math.cos(math.pi / 2 * step / steps))
)
quarter = mistake("The rate falls to a half of peak: a quarter of a cosine is not enough.")(
    with_fall(lambda step, steps, warmup: (1 + math.cos(math.pi / 2 * step / steps)) / 2)
)
falls_straight = mistake("The rate falls in a straight line: half a cosine is asked.")(
    with_fall(lambda step, steps, warmup: 1 - step / steps)
)
lifts_a_sine = mistake("The fall begins at half of peak: that is a sine.")(
    with_fall(lambda step, steps, warmup: (1 + math.sin(math.pi * step / steps)) / 2)
)
takes_degrees = mistake("cos takes its angle in radians: how much is half a turn?")(
    with_fall(lambda step, steps, warmup: (1 + math.cos(180 * step / steps)) / 2)
)
rises_twice = mistake(
    "Behind the warm-up the rate rises from 0 to peak: which sign has the cosine?"
)(with_fall(lambda step, steps, warmup: (1 - math.cos(math.pi * step / steps)) / 2))
takes_a_sine = mistake("The rate is highest in the middle of the fall: that is a sine.")(
    with_fall(lambda step, steps, warmup: math.sin(math.pi * step / steps))
)
forgets_pi = mistake("The rate does not reach 0: which angle belongs to the last step?")(
    with_fall(lambda step, steps, warmup: (1 + math.cos(step / steps)) / 2)
)
stays_at_the_peak = mistake("Behind the warm-up the rate stays at peak: where does it fall?")(
    with_fall(lambda step, steps, warmup: 1)
)
does_not_reach_zero = mistake("The rate does not reach 0 at total: how many steps has the fall?")(
    with_fall(lambda step, steps, warmup: (1 + math.cos(math.pi * step / (steps + warmup))) / 2)
)
jumps_at_the_warmup = mistake("The fall does not begin at peak: its steps count from warmup on.")(
    with_fall(
        lambda step, steps, warmup: (1 + math.cos(math.pi * (step + warmup) / (steps + warmup))) / 2
    )
)
counts_from_zero_over_the_rest = mistake(
    "The fall begins below peak and rises at the end: its steps count from warmup on."
)(with_fall(lambda step, steps, warmup: (1 + math.cos(math.pi * (step + warmup) / steps)) / 2))
ends_one_early = mistake("The rate is 0 one step before total: how many steps has the fall?")(
    with_fall(lambda step, steps, warmup: (1 + math.cos(math.pi * step / max(steps - 1, 0.5))) / 2)
)
cuts_the_fall = mistake("The rate stays at peak until the last step: // cuts decimals off.")(
    with_fall(lambda step, steps, warmup: (1 + math.cos(math.pi * (step // steps))) / 2)
)
rises_from_one = mistake("The rise is one step ahead: step 0 gives 0.")(
    with_rise(lambda step, warmup, total: (step + 1) / warmup)
)
rises_too_slowly = mistake("The rise would not reach peak at warmup: over how many steps is it?")(
    with_rise(lambda step, warmup, total: step / (warmup + 1))
)
rises_from_one_too_slowly = mistake("Step 0 gives 0, not the first part of the rise.")(
    with_rise(lambda step, warmup, total: (step + 1) / (warmup + 1))
)
rises_over_all = mistake("The rise would reach peak at total: it should at warmup.")(
    with_rise(lambda step, warmup, total: step / total)
)
starts_at_the_peak = mistake("During the warm-up the rate is peak already: it should rise.")(
    with_rise(lambda step, warmup, total: 1)
)
stays_at_zero = mistake("During the warm-up the rate is 0: it should rise.")(
    with_rise(lambda step, warmup, total: 0)
)
rises_along_a_cosine = mistake("The rise is bent: a straight line is asked.")(
    with_rise(lambda step, warmup, total: (1 - math.cos(math.pi * step / warmup)) / 2)
)
falls_in_the_warmup = mistake("During the warm-up the rate falls: it should rise from 0 to peak.")(
    with_rise(lambda step, warmup, total: 1 - step / warmup)
)


@mistake("There is no rise in your result: what happens below warmup?")
def forgets_the_warmup(step, warmup, total, peak):
    return fall(step, 0, total, peak)


@mistake("There is no rise in your result: below warmup the cosine went on to the left.")
def falls_on_both_sides(step, warmup, total, peak):
    return fall(step, warmup, total, peak)


@mistake("The rise multiplies a fall that has begun with it: the fall begins at warmup.")
def multiplies_the_two(step, warmup, total, peak):
    rise = min(1, step / warmup) if warmup else 1
    return rise * fall(step, 0, total, peak)


@mistake("With warmup 0 step 0 gives 0: without a rise it is the peak.")
def gives_zero_at_the_start(step, warmup, total, peak):
    return 0.0 if step == 0 else cosine_warmup(step, warmup, total, peak)


@mistake("With warmup 0 the rate never falls: it begins with the cosine at once.")
def stays_without_a_warmup(step, warmup, total, peak):
    return cosine_warmup(step, warmup, total, peak) if warmup else peak


@mistake("Your rates are those for a peak of 1: where does peak come in?")
def forgets_the_peak(step, warmup, total, peak):
    return cosine_warmup(step, warmup, total, 1.0)


@mistake("The fall is right for a peak of 1: peak is missing there.")
def forgets_the_peak_in_the_fall(step, warmup, total, peak):
    return cosine_warmup(step, warmup, total, peak if step < warmup else 1.0)


@mistake("With warmup 0 the rise divides by 0: step 0 belongs to the fall there.")
def divides_by_zero(step, warmup, total, peak):
    if step <= warmup:
        return peak * step / warmup
    return fall(step, warmup, total, peak)


@mistake("The rate stays at whole numbers: // cuts decimals off.")
def cuts_the_decimals(step, warmup, total, peak):
    if step < warmup:
        return peak * step // warmup
    return peak / 2 * (1 + math.cos(math.pi * (step - warmup) // (total - warmup)))


@mistake("The cosine does not know peak, and the 1 does: a bracket is missing.")
def forgets_the_bracket(step, warmup, total, peak):
    if step < warmup:
        return peak * step / warmup
    return peak / 2 * 1 + math.cos(math.pi * (step - warmup) / (total - warmup))


@mistake("The angle is not the share of the fall that is done, times pi: are brackets missing?")
def forgets_brackets_in_the_angle(step, warmup, total, peak):
    if step < warmup:
        return peak * step / warmup
    return peak / 2 * (1 + math.cos(math.pi * (step - warmup / total - warmup)))


@mistake("The angle is not the share of the fall that is done, times pi: are brackets missing?")
def forgets_all_brackets_in_the_angle(step, warmup, total, peak):
    if step < warmup:
        return peak * step / warmup
    return peak / 2 * (1 + math.cos(math.pi * step - warmup / total - warmup))


@mistake("All rates come one step too early: step 0 is the first.")
def counts_from_one(step, warmup, total, peak):
    return cosine_warmup(step + 1, warmup, total, peak)


@mistake("With warmup 0 every rate is 0: without a rise the fall begins at once.")
def gives_zero_without_a_warmup(step, warmup, total, peak):
    return cosine_warmup(step, warmup, total, peak) if warmup else 0.0
