# %% [markdown] tags=["statement"]
# ### What does the bias do?
#
# A unit fires where $w_1 x_1 + w_2 x_2 + b > 0$. You lower $b$ and keep $w$. What happens to the
# border between firing and not firing?
#
# 1. It moves without turning, so that the unit fires at fewer points.
# 2. It turns round the origin.
# 3. It stays; only the scores change.
# 4. It moves without turning, so that the unit fires at more points.

# %% [markdown] tags=["hint"]
# Take one input only, with w = 1: the unit fires to the right of which x? Lower b and look again.

# %% tags=["solution"] kind="choice"
q_bias = 1

# %% tags=["mistakes"]
mistakes = {
    2: "The direction of the line is set by w, which you keep. Draw x1 + x2 + b = 0 for b = -1 and "
    "b = -2.",
    3: "The line is where the score is 0, and all scores have changed. Draw x1 + x2 + b = 0 for "
    "b = -1 and b = -2.",
    4: "Every score is lower now. Are there points that fired before and do not any more, or the "
    "other way round?",
}
