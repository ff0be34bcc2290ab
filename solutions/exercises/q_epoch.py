# %% [markdown] tags=["statement"]
# ### How many updates?
#
# You train on 1,000 rows for 3 epochs with batches of 64; the last batch of an epoch is shorter.
# How often are the weights updated?
#
# 1. 192
# 2. 45
# 3. 3
# 4. 48
# 5. 3,000

# %% [markdown] tags=["hint"]
# Try a smaller count first: 10 rows, batches of 4, 3 epochs. How many batches has one epoch there,
# the short one included?

# %% tags=["solution"] kind="choice"
q_epoch = 4

# %% tags=["mistakes"]
mistakes = {
    1: "That is one update for each row of a batch. How many batches are there in 1,000 rows?",
    2: "Here the rows that fill no whole batch are left out. What becomes of the last 40 rows?",
    3: "That is one update an epoch, as in full-batch descent. How many batches has an epoch?",
    5: "That is one update for each row, as with batches of 1. How many rows share an update?",
}
