# %% [markdown] tags=["statement"]
# ### Add 5 to all scores
#
# Every score of a row grows by 5. What happens to its softmax and to the sigmoid of each score?
#
# 1. Neither changes.
# 2. The softmax stays as it is; every sigmoid grows.
# 3. All probabilities grow by the factor $e^5$, in both.
# 4. The softmax becomes sharper: the largest class gains.

# %% [markdown] tags=["hint"]
# Take the two scores 0 and 1, then 5 and 6, and work out both functions for both pairs.

# %% tags=["solution"] kind="choice"
q_softmax_shift = 2

# %% tags=["mistakes"]
mistakes = {
    1: "A sigmoid looks at one score alone. Compare the sigmoids of 0 and of 5.",
    3: "Probabilities that sum to 1 cannot all grow. What happens to numerator and denominator of "
    "the softmax?",
    4: "Sharper is what scores multiplied by 5 would do. What happens to numerator and denominator "
    "if 5 is added?",
}
