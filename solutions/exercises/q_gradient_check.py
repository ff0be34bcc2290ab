# %% [markdown] tags=["statement"]
# ### The referee disagrees
#
# In float64, with central differences and $h = 10^{-5}$, your analytic gradient of a ReLU network
# agrees with the numerical one to nine digits at 999 of 1,000 weights. At one weight yours is 0 and
# the numerical one is half of what it is a little to the right. What is the likely cause?
#
# 1. The step is too large: with $h = 10^{-15}$ the two would agree.
# 2. The batch sum of one weight is missing in the backward pass.
# 3. At this weight a score lies closer to 0 than $h$ can move it: one nudge is on the flat side.
# 4. float64 has too few digits for a network of 1,000 weights.

# %% [markdown] tags=["hint"]
# Draw a ReLU near 0 and two points at a distance h to both sides of a score that is almost 0. Which
# slope has the straight line through the two?

# %% tags=["solution"] kind="choice"
q_gradient_check = 3

# %% tags=["mistakes"]
mistakes = {
    1: "At h = 1e-15 the two losses agree in nearly all digits and their difference is rounding. "
    "Draw the error against h before you choose a step.",
    2: "One line of code sums the batch for all weights of a layer: if it were wrong, many would "
    "disagree. Look at what is special about one weight.",
    4: "The other 999 agree to nine digits with the same arithmetic. Look at what the loss does "
    "within h of this weight.",
}
