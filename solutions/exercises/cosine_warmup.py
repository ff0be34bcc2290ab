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
    for step in [0, 5, 10, 15, 20, 30]:
        yield step, 10, 30, 1.0
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
@mistake("There is no warm-up in your result: what happens below warmup?")
def forgets_the_warmup(step, warmup, total, peak):
    return peak / 2 * (1 + math.cos(math.pi * step / total))


@mistake("The cosine does not end at 0: over how many steps does it fall?")
def counts_the_warmup_twice(step, warmup, total, peak):
    if step < warmup:
        return peak * step / warmup
    return peak / 2 * (1 + math.cos(math.pi * (step - warmup) / total))


@mistake("The fall does not begin at peak: its steps count from warmup on.")
def jumps_at_the_warmup(step, warmup, total, peak):
    if step < warmup:
        return peak * step / warmup
    return peak / 2 * (1 + math.cos(math.pi * step / total))


@mistake("The rate becomes negative: half a cosine that is lifted by 1 and halved ends at 0.")
def plain_cosine(step, warmup, total, peak):
    if step < warmup:
        return peak * step / warmup
    return peak * math.cos(math.pi * (step - warmup) / (total - warmup))


@mistake("The rate reaches 0 too early and rises again: half a cosine is pi long.")
def whole_cosine(step, warmup, total, peak):
    if step < warmup:
        return peak * step / warmup
    return peak / 2 * (1 + math.cos(2 * math.pi * (step - warmup) / (total - warmup)))


@mistake("The rise is one step ahead: step 0 gives 0.")
def rises_from_one(step, warmup, total, peak):
    if step < warmup:
        return peak * (step + 1) / warmup
    return peak / 2 * (1 + math.cos(math.pi * (step - warmup) / (total - warmup)))
