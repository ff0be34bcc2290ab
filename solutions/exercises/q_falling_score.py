# %% [markdown] tags=["statement"]
# ### The last repair
#
# A script's validation accuracy is 98 %. Somebody finds that all validation rows stand in the
# training set and takes them out of it. The accuracy falls to 95 %. What follows?
#
# 1. The repair was wrong: a repair raises the accuracy.
# 2. The model has become worse by 3 points, because it has fewer rows to learn from.
# 3. The 98 % measured memory in part; 95 % is a better estimate for new rows.
# 4. The 3 points are noise, since both runs use the same network.

# %% [markdown] tags=["hint"]
# Imagine new digits that neither script has seen. What would each of the two numbers have promised
# for them?

# %% tags=["solution"] kind="choice"
q_falling_score = 3

# %% tags=["mistakes"]
mistakes = {
    1: "Whether a number is measured rightly is another question than whether it is high.",
    2: "It does learn from fewer rows. But was 98 % ever its accuracy on rows it had not seen?",
    4: "In the clinic all ten starts with the leak read higher than most without it. Why?",
}
