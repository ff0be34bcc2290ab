# %% [markdown] tags=["statement"]
# ### Momentum across a ravine
#
# Across a ravine the gradient has the same size at every step and changes its sign: $g$, $-g$, $g$,
# $-g$ and so on. You train with momentum, $v' = \mu v - \eta g$ and $w' = w + v'$, at $\mu = 0.9$.
# After very many steps, how long is a step, compared with a plain step $\eta |g|$?
#
# 1. Ten times as long, as on an even slope.
# 2. It is 0: the gradients cancel.
# 3. About half as long.
# 4. A tenth as long: each gradient counts with the share $1 - \mu$.

# %% [markdown] tags=["hint"]
# Let a step have the size s, once up and once down. Write down one step: the velocity before it,
# what is kept of it, what the new gradient adds, and the velocity after it.

# %% tags=["solution"] kind="choice"
q_momentum_gain = 3

# %% tags=["mistakes"]
mistakes = {
    1: "On an even slope all gradients push the same way. Here each second one takes back a part "
    "of what the one before it gave.",
    2: "The newest gradient counts in full and the one before it with 0.9 only: do they cancel?",
    4: "That holds for a mean. In this velocity the newest gradient counts in full: with which "
    "sign do the older ones count?",
}
