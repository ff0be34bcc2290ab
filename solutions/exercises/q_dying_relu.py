# %% [markdown] tags=["statement"]
# ### A dead unit
#
# After one large step a ReLU unit gives 0 for every row of the training set. What does plain
# gradient descent do with its incoming weights from then on, if the layers before it do not
# change?
#
# 1. It brings the unit back: the loss is high, so the gradient is large.
# 2. It shrinks the weights towards 0 with every step.
# 3. It moves them at random, depending on the batch.
# 4. It leaves them as they are.

# %% [markdown] tags=["hint"]
# Write the gradient of one incoming weight as a product of three factors, from the loss back to the
# weight. How large is each on a row where the unit gives 0?

# %% tags=["solution"] kind="choice"
q_dying_relu = 4

# %% tags=["mistakes"]
mistakes = {
    1: "However high the loss, its gradient reaches the weights only through the unit. What slope "
    "has a ReLU on the side where this unit always is?",
    2: "Shrinking would be weight decay, which is not used here. Work out dout times the slope "
    "for one row.",
    3: "The unit gives 0 on every row, so all batches say the same. Work out dout times the slope "
    "for one row.",
}
