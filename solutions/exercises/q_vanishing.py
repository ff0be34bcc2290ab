# %% [markdown] tags=["statement"]
# ### Ten sigmoids deep
#
# Ten layers have one sigmoid unit each. All weights are 1, and biases keep every score close to 0,
# unless an option says otherwise. The blame of the first score is far smaller than that of the
# last. Which change brings the two closer together?
#
# 1. A learning rate ten times as large.
# 2. Weights of 3.
# 3. A loss that counts ten times as much.
# 4. Biases so large that every unit gives nearly 1.

# %% [markdown] tags=["hint"]
# Write the blame of a layer as that of the next one times two factors. For each option ask whether
# one of these two factors changes, and in which direction.

# %% tags=["solution"] kind="choice"
q_vanishing = 2

# %% tags=["mistakes"]
mistakes = {
    1: "The rate scales the steps, after the gradient has been found. What does each layer "
    "multiply the gradient by?",
    3: "All blames become ten times as large, the first and the last alike. What does each layer "
    "between them multiply by?",
    4: "Where its output is nearly 1, a sigmoid is flat. What does its slope do to what passes "
    "through it?",
}
