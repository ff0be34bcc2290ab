# %% [markdown] tags=["statement"]
# ### Ten sigmoids deep
#
# Ten layers, one sigmoid unit each, all weights 1. At most how large is the factor that the ten
# slopes put between the gradient at the last activation and the gradient at the first score?
#
# 1. $10 \cdot 1/4 = 2.5$
# 2. $(1/4)^{10} \approx 10^{-6}$
# 3. 1/4, the largest slope
# 4. 1, since activations lie between 0 and 1

# %% [markdown] tags=["hint"]
# Find the slope of the sigmoid at 0, where it is steepest, and work out two layers before you go on
# to ten.

# %% tags=["solution"] kind="choice"
q_vanishing = 2

# %% tags=["mistakes"]
mistakes = {
    1: "Slopes along one path are not added up. How does the chain rule join two layers?",
    3: "That is the factor of one layer. The gradient goes through all ten of them.",
    4: "The range of the values says nothing about the slope. How steep is a sigmoid at most?",
}
