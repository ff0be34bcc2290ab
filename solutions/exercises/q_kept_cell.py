# %% [markdown] tags=["statement"]
# ### Open and shut
#
# At one step of an LSTM all forget gates are 1 and all input gates are 0. What is true of the new
# cell and the new state?
#
# 1. The cell is 0 and the state is 0: what is forgotten is gone.
# 2. The cell is what it was, and so is the state.
# 3. The cell is the sum of the old cell and the candidate.
# 4. The cell is what it was; the state may change.

# %% [markdown] tags=["hint"]
# Put f = 1 and i = 0 into the formula of the new cell, then look for everything that the new state
# is made of.

# %% tags=["solution"] kind="choice"
q_kept_cell = 4

# %% tags=["mistakes"]
mistakes = {
    1: "In spite of its name the forget gate multiplies what is kept. What is 1 times the cell?",
    2: "The cell is right. Which gate stands between cell and state, and what does it read?",
    3: "That would need an open input gate. With which factor does the candidate enter?",
}
