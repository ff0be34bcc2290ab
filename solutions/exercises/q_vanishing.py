# %% [markdown] tags=["statement"]
# ### Ten sigmoids deep
#
# Ten layers have one sigmoid unit each, and all weights are 1. On the way back from the last
# activation to the first score, the gradient is multiplied by ten slopes. How large can the product
# of the ten slopes be at most?
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
