# %% [markdown] tags=["statement"]
# ### All inputs positive
#
# A unit gets its inputs from sigmoids, so all of them are positive. For one row, what can you say
# about the gradients of its incoming weights?
#
# 1. They all have the same sign.
# 2. They are all positive.
# 3. They sum to 0.
# 4. Nothing: signs depend on the weights.

# %% [markdown] tags=["hint"]
# Write down the gradients of two weights of the unit for the same row. Which factor do they share,
# and what do you know of the other one?

# %% tags=["solution"] kind="choice"
q_zero_centred = 1

# %% tags=["mistakes"]
mistakes = {
    2: "The inputs are positive, but a gradient has another factor. Which one, and can it be "
    "negative?",
    3: "A sum of 0 would need both signs among them. Write the gradient of one weight as a product "
    "of two numbers.",
    4: "The gradient of a weight does not hold that weight's own value. Write it as a product of "
    "two numbers.",
}
