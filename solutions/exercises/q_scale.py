# %% [markdown] tags=["statement"]
# ### Twice as long
#
# A dense layer without bias is followed by batch normalization ($\varepsilon = 0$), in training
# mode. You make its weights twice as long and keep their direction. Then you take one step of
# gradient descent with the same small learning rate as before. By how much does the step turn the
# weights of a unit, compared with the step from the shorter weights?
#
# 1. By the same angle.
# 2. By half the angle.
# 3. By a quarter of the angle.
# 4. By twice the angle.

# %% [markdown] tags=["hint"]
# Write down two lengths, that of the weights and that of the gradient, before and after the
# doubling. The step stands at a right angle to the weights: its angle is one length divided by the
# other.

# %% tags=["solution"] kind="choice"
q_scale = 3

# %% tags=["mistakes"]
mistakes = {
    1: "The output is the same, but the gradient is not. The output ignores the length: what "
    "does that do to the slope along the longer weights?",
    2: "One of two lengths is counted here. An angle compares a step with the weights that it "
    "turns: how did each of the two change?",
    4: "Longer weights get a shorter gradient here. Compare two numerical gradients, and the "
    "lengths of the weights.",
}
