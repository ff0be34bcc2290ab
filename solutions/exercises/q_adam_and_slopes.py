# %% [markdown] tags=["statement"]
# ### Small slopes, another optimizer
#
# The slopes of a generator's weights are a hundred times smaller with one loss than with the other,
# the same factor for every weight and at every step. Both are still far above Adam's $\varepsilon$.
# How far does Adam (lecture 10) move with the small ones, compared with the large ones?
#
# 1. A hundred times less far.
# 2. Ten times less far: a root is taken.
# 3. As far.
# 4. A hundred times farther: it divides by the slopes.

# %% [markdown] tags=["hint"]
# Write down Adam's first step for a slope g, and then for g / 100.

# %% tags=["solution"] kind="choice"
q_adam_and_slopes = 3

# %% tags=["mistakes"]
mistakes = {
    1: "That is true of plain steps. What does Adam divide its running mean by?",
    2: "The root is taken of a mean of squares: by which factor does it shrink?",
    4: "Both the numerator and the denominator shrink: by which factors?",
}
