# %% [markdown] tags=["statement"]
# ### What does backpropagation save?
#
# A network has $P$ weights. Nudging each weight both ways takes $2P$ forward passes.
# Backpropagation finds all $P$ derivatives at the price of a few forward passes. Why?
#
# 1. It computes derivatives for the last layer only; the other layers follow from symmetry.
# 2. It replaces exact derivatives by estimates from a few random weights.
# 3. Each $\delta$ serves all weights that enter its unit, and every unit of the layer before.
# 4. It stores the derivatives of the last step and changes them a little.

# %% [markdown] tags=["hint"]
# Draw three layers of two units each. Mark all paths from one weight of the first layer to the
# loss, then those of the weight beside it: what do they share?

# %% tags=["solution"] kind="choice"
q_reused_delta = 3

# %% tags=["mistakes"]
mistakes = {
    1: "Weights of different layers have different gradients, as the referee shows: no symmetry "
    "links them. Look at what the recursion passes from layer to layer.",
    2: "Backpropagation agrees with the chain rule to the last digits, so nothing is estimated. "
    "Count instead which products the paths to two weights have in common.",
    4: "It works on the very first step, when no earlier derivatives exist. Look at one step: "
    "which numbers are computed once and used many times?",
}
