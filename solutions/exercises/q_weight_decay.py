# %% [markdown] tags=["statement"]
# ### A penalty meets Adam
#
# Adam divides the gradient of each weight by the root of a running mean of its squares. You add the
# penalty $\frac{\lambda}{2} \sum w^2$ to the loss, so that $\lambda w$ goes into that gradient. Two
# weights are equally large; the loss gives the first a gradient that jumps between -1 and 1 from
# batch to batch, the second one that jumps between -0.01 and 0.01. $\lambda w$ is 0.001 for both.
# Which of them does the penalty shrink faster?
#
# 1. Both at the same rate, as with plain gradient descent: $\lambda w$ is the same.
# 2. The first: Adam takes larger steps where gradients are large.
# 3. The second: the penalty is divided by the root as well, and the first has a large one.
# 4. Neither: the running means take such a small number away.

# %% [markdown] tags=["hint"]
# Estimate by what Adam divides for each of the two weights. Then divide 0.001 by it.

# %% tags=["solution"] kind="choice"
q_weight_decay = 3

# %% tags=["mistakes"]
mistakes = {
    1: "The two have the same gradient of the penalty, but not the same step. What does Adam do "
    "with a gradient before it takes the step?",
    2: "With Adam the size of a gradient does not set the size of the step. By what is the first "
    "gradient divided?",
    4: "The jumps between plus and minus cancel in a mean, and a small number that always has the "
    "same sign does not. What is it divided by?",
}
