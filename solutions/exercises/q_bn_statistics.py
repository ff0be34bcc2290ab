# %% [markdown] tags=["statement"]
# ### One digit, two batches
#
# A network with batch normalization is in training mode. The same digit comes in two batches; the
# other 31 rows differ. Nothing is updated in between. What does a hidden unit give for this digit?
#
# 1. The same both times: neither the digit nor the weights have changed.
# 2. The same both times: the running mean and variance smooth out what the other rows do.
# 3. Something else each time, since the mean and the variance come from all 32 rows.
# 4. Something else each time, since $\gamma$ and $\beta$ adapt to the batch.

# %% [markdown] tags=["hint"]
# Take the scores 1, 3, 5, 7 of one unit and normalize them. Then replace the 7 by 15: what has
# become of the row with the 1?

# %% tags=["solution"] kind="choice"
q_bn_statistics = 3

# %% tags=["mistakes"]
mistakes = {
    1: "The score of the digit is the same. Normalize 1, 3, 5, 7 and then 1, 3, 5, 15: what "
    "happens to the 1?",
    2: "The running statistics are gathered in training and used at test. Which mean is taken off "
    "in training?",
    4: "Nothing is updated between the two batches, and gradient descent alone moves these two. "
    "Which numbers are computed anew for each batch?",
}
