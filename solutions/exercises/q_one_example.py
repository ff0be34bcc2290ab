# %% [markdown] tags=["statement"]
# ### One more feature
#
# An array `X` of inputs has the shape (4, 3). You measure one more feature of each example. Which
# shape does the new array have?
#
# 1. (5, 3)
# 2. (4, 4)
# 3. (4, 3, 1)
# 4. (5, 4)

# %% [markdown] tags=["hint"]
# Write the table down with invented numbers, one example in each row, and add what you measured.

# %% tags=["solution"] kind="choice"
q_one_example = 2

# %% tags=["mistakes"]
mistakes = {
    1: "That is one more example, with three features. What holds the features of one example: a "
    "row or a column?",
    3: "A third axis would make a list of each number. Where does one more number for each "
    "example stand?",
    4: "You measured something, and no example was added. Which of the two numbers counts the "
    "examples?",
}
