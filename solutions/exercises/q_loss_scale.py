# %% [markdown] tags=["statement"]
# ### A sum for a mean
#
# You change the loss of a batch of 100 rows from the mean over the rows to their sum. Nothing else
# is changed: not the rates, not the weight decay of AdamW, not $\varepsilon$, which is far below
# all gradients. Which of momentum, Adam and AdamW train as before, from the same start?
#
# 1. None: every gradient is 100 times as large.
# 2. Adam and AdamW.
# 3. Adam alone: AdamW's decay is now 100 times too weak.
# 4. All three: the direction of the gradient is the same, and momentum evens out its size.

# %% [markdown] tags=["hint"]
# Go through the formulas of momentum, Adam and AdamW with 100 g in the place of g. Which of their
# numbers change, and which are left in the new w?

# %% tags=["solution"] kind="choice"
q_loss_scale = 2

# %% tags=["mistakes"]
mistakes = {
    1: "The gradients are larger, but not every step is. What happens to a factor of 100 in Adam's "
    "quotient?",
    3: "That would be so if the decay went into the gradient. Where does it stand in AdamW?",
    4: "The velocity of momentum is a sum of steps: what becomes of it if every gradient is 100 "
    "times as large?",
}
