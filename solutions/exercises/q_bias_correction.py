# %% [markdown] tags=["statement"]
# ### Without the correction
#
# Somebody leaves the correction out of Adam: the step is $\eta\, m / (\sqrt{v} + \varepsilon)$,
# with $\beta_1 = 0.9$ and $\beta_2 = 0.999$, and $m$ and $v$ start at 0. The first gradient of a
# weight is $g$, far larger than $\varepsilon$. How long is the first step of this weight, compared
# with that of Adam?
#
# 1. A tenth as long: $m$ is $0.1\, g$, too small.
# 2. About 3 times as long.
# 3. As long: $m$ and $v$ are both too small, and the quotient makes up for it.
# 4. 100 times as long: $v$ is 1,000 times too small, $m$ only 10 times.
# 5. It depends on $g$.

# %% [markdown] tags=["hint"]
# Write m and v after the first step as numbers times g and g squared. Then write down the quotient,
# with the root.

# %% tags=["solution"] kind="choice"
q_bias_correction = 2

# %% tags=["mistakes"]
mistakes = {
    1: "That is what the numerator does. The denominator starts at 0 as well: which of the two is "
    "further from its truth?",
    3: "Both are too small, but not by the same factor: compare m / g with the root of v, over g.",
    4: "The two factors are right, but one of them stands under a root.",
    5: "Write the quotient with g in it: what remains of g?",
}
