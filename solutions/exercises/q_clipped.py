# %% [markdown] tags=["statement"]
# ### What clipping can do
#
# A tanh network trains at a large rate. Its loss jumps up now and then, and it never learns to name
# the first of 60 symbols. Now gradients are clipped to norm 1. The jumps are gone, and it still
# does not name the symbol. Why?
#
# 1. The limit is too low: with a higher one, the symbol would be learned.
# 2. The part of the gradient that comes from the first step is too small, and clipping lengthens
#    nothing.
# 3. Clipping cuts off the part of the gradient that comes from the first step.
# 4. Clipping is done after the update, too late for the first step.

# %% [markdown] tags=["hint"]
# A gradient is the sum of parts from all steps, and clipping multiplies the sum by one factor. What
# does that factor do to the ratio of two parts?

# %% tags=["solution"] kind="choice"
q_clipped = 2

# %% tags=["mistakes"]
mistakes = {
    1: "Where nothing is clipped, as in the first run, the symbol was not learned either.",
    3: "Clipping by norm multiplies the whole gradient by one number. What does that do to the "
    "ratio of its parts?",
    4: "A gradient is clipped before it is used. What does clipping do to one that is short?",
}
