# %% [markdown] tags=["statement"]
# ### No duplicates found
#
# Photographs of birds are split at random into a training and a validation set. The instrument
# finds no validation row in the training set, yet validation is 97 % and new photographs from
# other gardens reach 71 %. What is the most likely leak?
#
# 1. None: without duplicates there is no leak, so the new photographs must be wrong.
# 2. Several photographs of the same bird, seconds apart, stand on both sides.
# 3. The validation set is too small to find duplicates in it.
# 4. The pixels were divided by 255 before the split.

# %% [markdown] tags=["hint"]
# The instrument compares exactly. Which two photographs would a person call the same, though no
# pixel agrees?

# %% tags=["solution"] kind="choice"
q_near_copies = 2

# %% tags=["mistakes"]
mistakes = {
    1: "The instrument finds exact copies only. Can a row be known without being equal?",
    3: "Its size changes how many are found, not whether they are: each row is looked for.",
    4: "255 is the same number for every photograph: nothing about validation rows goes into it.",
}
