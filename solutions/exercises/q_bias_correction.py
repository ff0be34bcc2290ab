# %% [markdown] tags=["statement"]
# ### Without the correction
#
# Somebody leaves the correction out of Adam: the step is $\eta\, m / (\sqrt{G} + \varepsilon)$,
# where $m$ and $G$ start at 0. Noise makes them choose $\beta_1 = 0.99$ and $\beta_2 = 0.9999$. The
# first gradient of a weight is $g$, far larger than $\varepsilon$. How long is the first step of
# this weight, compared with that of Adam with the same two numbers?
#
# 1. A hundredth as long: $m$ is $0.01\, g$, too small.
# 2. As long.
# 3. About 3 times as long, as with 0.9 and 0.999.
# 4. 100 times as long: $G$ is 10,000 times too small, $m$ only 100 times.
# 5. It depends on $g$.

# %% [markdown] tags=["hint"]
# Write m and G after the first step as numbers times g and g squared. Then write down the quotient,
# with the root.

# %% tags=["solution"] kind="choice"
q_bias_correction = 2

# %% tags=["mistakes"]
mistakes = {
    1: "That is what the numerator does. The denominator starts at 0 as well: by which factor is "
    "it too small, with its root?",
    3: "Those were other numbers: work out m / g and the root of G, over g, for these.",
    4: "The two factors are right, but one of them stands under a root.",
    5: "Write the quotient with g in it: what remains of g?",
}
