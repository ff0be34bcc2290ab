# %% [markdown] tags=["statement"]
# ### Which explanation is left?
#
# Suppose that two plain networks with batch norm are trained on the same images until their
# training loss stands still:
#
# | layers | wrong on training images | wrong on validation images |
# |---|---|---|
# | 10 | 3 % | 7 % |
# | 40 | 15 % | 17 % |
#
# In both, the gradients of the first and of the last layer are of similar length. The numbers
# rule out two of these explanations; a third falls to an argument about what the 30 further layers
# could do. Which is left?
#
# 1. The deep network has too many weights and overfits.
# 2. The deep network cannot represent what the other one represents.
# 3. Its gradients vanish on the way back, so its first layers do not learn.
# 4. There are weights with which it would be as good, but descent does not find them.

# %% [markdown] tags=["hint"]
# Go through the options and ask of each one: which number would be small, or large, if it were so?
# Then look at that number.

# %% tags=["solution"] kind="choice"
q_deeper_is_worse = 4

# %% tags=["mistakes"]
mistakes = {
    1: "A network that overfits is good on the training images and much worse on others. How far "
    "apart are the two errors of the deep network?",
    2: "Take the 10 layers as they are and put 30 more behind them that pass on what they get. "
    "What does that network represent?",
    3: "What does the text say about the gradients of the first layer?",
}
