# %% [markdown] tags=["statement"]
# ### What next?
#
# You searched for the learning rate between $10^{-4}$ and $10^{-2}$ and for the number of hidden
# units between 16 and 512, both on a logarithmic scale, with 60 random trials. The ten best trials
# have rates between $6 \cdot 10^{-3}$ and $9 \cdot 10^{-3}$, and numbers of units anywhere between
# 40 and 480. You can afford 30 more trials. How do you spend them?
#
# 1. None: the best of 60 trials is good enough, so you train with its values.
# 2. With rates between $3 \cdot 10^{-3}$ and $10^{-1}$: the best ones may lie beyond the range.
# 3. In the same ranges: after 90 trials the best values are known better.
# 4. With rates between $6 \cdot 10^{-3}$ and $9 \cdot 10^{-3}$: that is where the best ones are.
# 5. With the best rate fixed, and only the number of units drawn: the rate is settled, and the
#    units are not.

# %% [markdown] tags=["hint"]
# Sketch the validation loss over the logarithm of the rate, as far as the trials show it, and mark
# the ten best. Then continue the curve beyond both ends in every way that you cannot exclude.

# %% tags=["solution"] kind="choice"
q_best_at_the_edge = 2

# %% tags=["mistakes"]
mistakes = {
    1: "It is the best of what you looked at. On which side of the ten best rates have you seen "
    "the loss rise again?",
    3: "Where in its range do the ten best rates lie, and what would more trials far below them "
    "tell you?",
    4: "A narrow range shows where in it the best rate lies. How do you know that the loss does "
    "not go on falling above it?",
    5: "The ten best trials have many units or few, so their number matters little. For which of "
    "the two do you not yet know where good values end?",
}
