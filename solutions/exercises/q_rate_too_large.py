# %% [markdown] tags=["statement"]
# ### The loss rises
#
# On a bowl, plain gradient descent jumps from one side to the other, further out each time, and
# the loss grows. All gradients are right. What do you change first?
#
# 1. Let it run for more steps: it settles in the end.
# 2. Raise the rate, so that it gets over the hill.
# 3. Turn the sign of the step.
# 4. Lower the rate until a step no longer lands higher than it started.

# %% [markdown] tags=["hint"]
# Take f(x) = x^2 and start at x = 1: do three steps by hand with the rate 0.1, and three with 1.1.

# %% tags=["solution"] kind="choice"
q_rate_too_large = 4

# %% tags=["mistakes"]
mistakes = {
    1: "Each step multiplies the distance from the bottom by the same factor, here above 1. "
    "What do many such factors give?",
    2: "A bowl has no hill to get over; the walls get steeper outside. Try twice the rate on "
    "paper, for two steps.",
    3: "The gradients are right, so a turned sign climbs from the first step on and never jumps "
    "across. Look at the length of the steps.",
}
