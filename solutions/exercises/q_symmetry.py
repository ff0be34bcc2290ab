# %% [markdown] tags=["statement"]
# ### All weights 0.5
#
# Every weight of a tanh network with one hidden layer of 100 units starts at 0.5, every bias at 0.
# What happens to the hidden units during gradient descent?
#
# 1. They all stay equal: the layer computes what one unit could.
# 2. They stay at 0.5, since all gradients are 0.
# 3. They drift apart, since each unit sees other inputs.
# 4. They drift apart after enough epochs, by rounding and shuffling.

# %% [markdown] tags=["hint"]
# Suppose somebody swapped two hidden units at the start: could you tell? Ask the same after one
# step of descent.

# %% tags=["solution"] kind="choice"
q_symmetry = 1

# %% tags=["mistakes"]
mistakes = {
    2: "The weights do move. Work out the gradients of two hidden units for one row and compare "
    "them.",
    3: "All hidden units of a dense layer see the same inputs. Work out the gradients of two of "
    "them and compare.",
    4: "Shuffling hands the same rows to all units, and equal numbers are rounded equally. Work "
    "out the gradients of two hidden units and compare.",
}
