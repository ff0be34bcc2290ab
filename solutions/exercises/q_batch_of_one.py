# %% [markdown] tags=["statement"]
# ### A batch of one
#
# Somebody has left a trained network with batch normalization in training mode, and sends a single
# row. Work through the formulas of training, with $\varepsilon > 0$. (PyTorch refuses such a
# batch.) What does a batch norm give for this row?
#
# 1. $\beta$ in every unit, whatever the row was.
# 2. $\gamma x + \beta$: with nothing to compare, $x$ stays as it is.
# 3. What it gives at test: with one row the running statistics take over.
# 4. An infinite number: the variance of one row is 0.

# %% [markdown] tags=["hint"]
# Take the single score 7. What is the mean of the batch, and what is left when you take it off?

# %% tags=["solution"] kind="choice"
q_batch_of_one = 1

# %% tags=["mistakes"]
mistakes = {
    2: "The mean is taken off in training, of however few rows. Which mean has the single score 7?",
    3: "Nothing in the formulas asks how many rows there are: the mode alone decides. Work out the "
    "mean of the single score 7.",
    4: "The variance is 0, but the root is taken of the variance plus a small number. And what is "
    "divided by it?",
}
