# %% [markdown] tags=["statement"]
# ### Two blocks, one of them frozen
#
# Images go through block A, then through block B, then through a new output layer. Somebody freezes
# **B** alone: its weights do not move. A and the output layer are to learn. What happens to A?
#
# 1. A does not learn: no gradient gets through a frozen block.
# 2. A learns: B's weights stay, and the gradient goes through them as through any others.
# 3. A learns as if B were not there: its gradient goes around B.
# 4. A learns only if B holds no weights, such as a pooling layer.

# %% [markdown] tags=["hint"]
# Write the chain rule for a weight of A. Which of its factors belong to B, and does any of them
# change when B takes no step?

# %% tags=["solution"] kind="choice"
q_frozen_gradient = 2

# %% tags=["mistakes"]
mistakes = {
    1: "Freezing leaves out a step, no factor: which factors does the chain rule have for A?",
    3: "A moves the loss through B alone: what would a gradient that leaves B out be a slope of?",
    4: "Filters and weights are factors of the chain rule as well, whether they move or not.",
}
