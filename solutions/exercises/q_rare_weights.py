# %% [markdown] tags=["statement"]
# ### Weights and probabilities
#
# One row in twenty is an eight. A logistic regression is trained with class weights that let both
# classes weigh the same. For a test row it says: eight, with probability 0.5. What follows?
#
# 1. Among such rows about one half are eights: that is what a probability means.
# 2. Among such rows fewer than one half are eights: the weights have raised the probabilities.
# 3. Among such rows more than one half are eights: the weights make the model careful.
# 4. Nothing changes: the AUC is as before, so the probabilities are, too.

# %% [markdown] tags=["hint"]
# Put a share of rare rows into (17.2), say one in twenty, and the weights that make both classes
# weigh the same. Which p comes out?

# %% tags=["solution"] kind="choice"
q_rare_weights = 2

# %% tags=["mistakes"]
mistakes = {
    1: "It would, if both classes were equally frequent, as the weights pretend. Are they?",
    3: "The weights of rare rows are large: a mistake on them costs more than one on the others.",
    4: "The AUC sees the order alone. Add a constant to all scores: which of the two changes?",
}
