# %% [markdown] tags=["statement"]
# ### Why does the perceptron fail on XOR?
#
# 1. Its learning rate is wrong: a smaller one would find the line.
# 2. Four rows are too few to learn from.
# 3. It starts at zero; random weights would find the line.
# 4. No line has (0, 1) and (1, 0) on one side and (0, 0) and (1, 1) on the other.

# %% [markdown] tags=["hint"]
# Suppose that some w1, w2 and b worked, and write the four conditions down as inequalities. Add up
# the two for (0, 1) and (1, 0), then the two others, and compare.

# %% tags=["solution"] kind="choice"
q_xor = 4

# %% tags=["mistakes"]
mistakes = {
    1: "From weights at zero the rate only scales them and changes no decision. Draw the four "
    "points and try to part them yourself.",
    2: "Four rows are all that XOR has, and AND is learned from as many. Draw the four points and "
    "try to part them yourself.",
    3: "Where a line exists the rule finds it from any start. Draw the four points and try to part "
    "them yourself.",
}
