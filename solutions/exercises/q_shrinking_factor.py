# %% [markdown] tags=["statement"]
# ### Which factor shrinks?
#
# The last state of a tanh network depends on its first one by a product of 50 matrices, one for
# each step. $W_h$ is orthogonal: it turns vectors and keeps their lengths. Without a bias, with
# inputs that are all 0 and with $h_0 = 0$, the product has the norm of the identity; with other
# inputs a norm far below it. Why?
#
# 1. With inputs, $W_x$ is a factor of the product as well, and its entries are small.
# 2. Multiplied 50 times, the lengths that $W_h$ keeps shrink by rounding.
# 3. The states are away from 0, where the slopes of tanh are below 1.
# 4. The gradients of 50 steps are averaged.

# %% [markdown] tags=["hint"]
# Write down the matrix of one step, in letters, and go through its factors: which of them differs
# between the two runs?

# %% tags=["solution"] kind="choice"
q_shrinking_factor = 3

# %% tags=["mistakes"]
mistakes = {
    1: "The inputs are held while the state before moves. Which matrix does that state go through?",
    2: "Then it would shrink with inputs of 0 as well, and rounding is about 1e-16 a step.",
    4: "A product of matrices was asked for: nothing in it is averaged. What differs between the "
    "two runs?",
}
