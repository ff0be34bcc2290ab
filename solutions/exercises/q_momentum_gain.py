# %% [markdown] tags=["statement"]
# ### How far momentum carries
#
# On a long even slope the gradient is the same at every step. You train with momentum, $v' = \mu v
# - \eta g$ and $w' = w + v'$, at $\mu = 0.9$, and now set $\mu = 0.99$ with the same rate $\eta$.
# After very many steps, how much longer is a step than it was?
#
# 1. A tenth: 0.99 is 1.1 times 0.9.
# 2. It is as long as before: $\mu$ says how long old gradients count, $\eta$ how long a step is.
# 3. Ten times as long.
# 4. There is no end to it: at every step the velocity grows by another $\eta g$.

# %% [markdown] tags=["hint"]
# Begin at v = 0 with lr g = 1 and mu = 0.9 and write down the first velocities. At which size of
# the velocity does a step take away as much as it adds?

# %% tags=["solution"] kind="choice"
q_momentum_gain = 3

# %% tags=["mistakes"]
mistakes = {
    1: "The share is multiplied in at every step, not once. Which velocity stays as it is from one "
    "step to the next?",
    2: "That holds for a mean, whose shares add up to 1. What do the shares of all gradients add "
    "up to in this velocity?",
    4: "The velocity gains the same at every step, and loses a share of what it is. Where do the "
    "two balance?",
}
