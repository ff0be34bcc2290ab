# %% [markdown] tags=["statement"]
# ### Why a 2?
#
# To keep the size of a signal, linear units need weights of variance $1/n_{in}$, and ReLU units
# need $2/n_{in}$. Where does the 2 come from?
#
# 1. A ReLU has two linear pieces, and each of them needs its share.
# 2. A ReLU halves every score, so the weights make up for it.
# 3. Half of the scores are negative, and a ReLU drops their half of the mean square.
# 4. The forward and the backward pass each need a factor of 1.

# %% [markdown] tags=["hint"]
# Take the four scores -2, -1, 1 and 2: their mean square is 2.5. What is it after a ReLU?

# %% tags=["solution"] kind="choice"
q_he_factor = 3

# %% tags=["mistakes"]
mistakes = {
    1: "One of the two pieces is constant 0 and needs nothing. Draw a million normal scores and "
    "compare the mean squares before and after a ReLU.",
    2: "A positive score passes through a ReLU unchanged. Which scores do not, and how many are "
    "they?",
    4: "With linear units both passes work without a 2. Look at what the ReLU itself does to the "
    "mean square.",
}
