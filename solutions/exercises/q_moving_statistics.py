# %% [markdown] tags=["statement"]
# ### A frozen body under a head that learns
#
# The weights of a pretrained body are frozen with `requires_grad_(False)`, scale and shift of its
# batch norms included. The new head trains with `model.train()` on batches of other images. What
# does the *body* give for one and the same image, before and after this training, in eval mode?
#
# 1. The same: none of its parameters have moved.
# 2. Something else: its running means and variances have moved.
# 3. Something else: its weights have moved, since `train()` undoes `requires_grad_(False)`.
# 4. The same, because eval mode uses the statistics of the batch.

# %% [markdown] tags=["hint"]
# List everything that a batch norm stores, and say for each thing whether a gradient moves it or a
# forward pass.

# %% tags=["solution"] kind="choice"
q_moving_statistics = 2

# %% tags=["mistakes"]
mistakes = {
    1: "Parameters are not all that it stores: what does a forward pass in training mode write?",
    3: "`train()` sets a mode, no more: which parameters need a gradient stays as it was.",
    4: "Which of the two modes uses the batch's statistics, and which the stored ones?",
}
