# %% [markdown] tags=["statement"]
# ### When does a reduction pay?
#
# A convolution of side 3 takes 100 maps to 100 maps of the same size. You put a convolution of side
# 1 before it, which first takes the 100 maps to $R$ maps; the one of side 3 then makes its 100 maps
# out of $R$. For which $R$ do the two together need fewer multiplications than the single
# convolution did?
#
# 1. For every $R$ below 100: with fewer maps the convolution of side 3 has less to do.
# 2. For every $R$ below 90.
# 3. For every $R$ below 11, about a ninth of 100.
# 4. For no $R$: two layers multiply more than one.

# %% [markdown] tags=["hint"]
# Count the multiplications of one pixel, for both layers of the pair, with R = 50, R = 95 and
# R = 5. Which of the two layers costs more?

# %% tags=["solution"] kind="choice"
q_reduction = 2

# %% tags=["mistakes"]
mistakes = {
    1: "The layer of side 3 becomes cheaper, but the new layer costs something, too. Count both at "
    "R = 99.",
    3: "There it pays, but not only there. Count both layers at R = 50.",
    4: "The second layer takes fewer maps now. Count both layers at R = 10.",
}
