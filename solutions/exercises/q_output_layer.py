# %% [markdown] tags=["statement"]
# ### Dog, beach, sunset
#
# Each photograph can show any number of 20 things, or none. Which output and which loss fit?
#
# 1. A softmax over 20 outputs, with cross-entropy.
# 2. 20 linear outputs, with the squared error.
# 3. One output that counts the things, with the squared error.
# 4. 20 sigmoids, with a binary cross-entropy each.

# %% [markdown] tags=["hint"]
# Write down the targets of two photographs as 20 numbers each: a dog on a beach, and an empty wall.
# Which outputs can come near both, and which loss asks one yes or no at a time?

# %% tags=["solution"] kind="choice"
q_output_layer = 4

# %% tags=["mistakes"]
mistakes = {
    1: "The outputs of a softmax sum to 1, so a dog takes from the beach. Can a photograph show "
    "both?",
    2: "A linear output may say 7 or -3, and being far on the right side costs as much as being "
    "wrong. What range has a probability?",
    3: "A count does not say which things are there. How many yes-or-no questions are asked?",
}
