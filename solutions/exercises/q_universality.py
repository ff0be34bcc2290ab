# %% [markdown] tags=["statement"]
# ### What does the theorem promise?
#
# One hidden layer of sigmoid units is a universal approximator. Which of these follows?
#
# 1. Training finds weights with an error as small as you like.
# 2. For a continuous function on a closed interval and any error above 0 some width is enough.
# 3. There is one width that is enough for all continuous functions.
# 4. A function with a jump can be approximated with the largest error as small as you like.

# %% [markdown] tags=["hint"]
# Ask three things of each option: does the theorem speak of training, what comes first, the
# function or the width, and must the function be continuous?

# %% tags=["solution"] kind="choice"
q_universality = 2

# %% tags=["mistakes"]
mistakes = {
    1: "The theorem says that weights exist, not how to find them. What does it say about "
    "training?",
    3: "The width may depend on the function and on the error. What happens to 10 bumps if the "
    "function wiggles 100 times?",
    4: "The network is continuous. How far is it from one of the two sides, right at the jump?",
}
