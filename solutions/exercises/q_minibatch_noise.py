# %% [markdown] tags=["statement"]
# ### Four times the batch
#
# You go from batches of 25 rows to batches of 100, drawn at random. By which factor does the
# standard deviation of the batch gradient change, measured around the gradient of all rows?
#
# 1. 1/4
# 2. It does not change: every batch gradient has the right expectation.
# 3. 1/2
# 4. It becomes 0: 100 rows are enough for the exact gradient.

# %% [markdown] tags=["hint"]
# Think of the mean of n independent numbers that have variance 1 each. What is its variance for n =
# 25 and n = 100, and what is the root of that?

# %% tags=["solution"] kind="choice"
q_minibatch_noise = 3

# %% tags=["mistakes"]
mistakes = {
    1: "That is what happens to the variance. How do you get a standard deviation from it?",
    2: "The right expectation says where the gradients scatter, not how far. Draw 100 batches of "
    "each size and compare their spread.",
    4: "Two batches of 100 still hold different rows and disagree. Draw a few and compare them.",
}
