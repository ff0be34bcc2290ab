# %% [markdown] tags=["statement"]
# ### 50 layers, 10 % too large
#
# Every layer of a linear network multiplies the size of the signal by 1.1 instead of 1. By what
# factor has it grown after 50 layers?
#
# 1. 1.1: the same for every depth.
# 2. 5
# 3. 55
# 4. About 117

# %% [markdown] tags=["hint"]
# Two layers make 1.1 times 1.1, which is 1.21, and seven make almost 2. How often does 50 hold 7?

# %% tags=["solution"] kind="choice"
q_layer_scale = 4

# %% tags=["mistakes"]
mistakes = {
    1: "That is one layer. The next one multiplies what it gets: work out two and three layers.",
    2: "That adds ten percent 50 times. Each layer multiplies what it gets: work out two layers.",
    3: "That is 50 times 1.1. Each layer multiplies what it gets: work out two layers.",
}
