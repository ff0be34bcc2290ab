# %% [markdown] tags=["statement"]
# ### Which cure?
#
# On the rows that it was trained on, a network errs in 14 % of all cases, on validation rows in
# 15 %. Experts err in 1 %. You have an afternoon. What promises most?
#
# 1. To collect ten times as many rows: more data always helps.
# 2. A larger network that is trained for longer.
# 3. Dropout and a stronger penalty on the weights.
# 4. To stop earlier, before the validation error rises.

# %% [markdown] tags=["hint"]
# Mark 1, 14 and 15 on a line. Which of the two gaps is large, and what would each option do to it?

# %% tags=["solution"] kind="choice"
q_cure = 2

# %% tags=["mistakes"]
mistakes = {
    1: "More rows bring the two errors closer together, and they are 1 % apart already. What would "
    "the network do with rows that it cannot fit?",
    3: "Both hold a network back. Look at the error on the rows that it was trained on: does it "
    "fit them too well?",
    4: "Stopping helps where validation rows are much worse than training rows. How far apart are "
    "the two here?",
}
