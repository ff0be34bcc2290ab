# %% [markdown] tags=["statement"]
# ### More weights than rows
#
# 100 rows are fitted by a linear model on $K$ random features, each time with the shortest vector
# of weights among those with the least squared error. With $K = 100$ the fit goes through all rows,
# and so it does with $K = 2{,}000$. On fresh rows the second is much better. Why can that be?
#
# 1. With 2,000 features its error on the 100 rows is lower.
# 2. With 2,000 features there are many exact fits, and the shortest of them is a much shorter one.
# 3. With 2,000 features there are too few rows to fit the noise.
# 4. It cannot be: with more weights than rows a model learns by heart, and it was luck.

# %% [markdown] tags=["hint"]
# Fit one row, x = (1, 1), y = 2, with the first feature alone and then with both. How long is the
# shortest vector of weights each time?

# %% tags=["solution"] kind="choice"
q_more_weights = 2

# %% tags=["mistakes"]
mistakes = {
    1: "Both fits go through all rows. How large are the two errors there?",
    3: "Every row is fitted exactly, whatever noise is in it. The two fits differ elsewhere: in "
    "which respect, if both are exact?",
    4: "Both models have enough weights to learn the rows by heart. So that alone does not tell "
    "them apart: how do they choose among exact fits?",
}
