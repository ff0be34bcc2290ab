# %% [markdown] tags=["statement"]
# ### A code of 64 numbers for 64 pixels
#
# Somebody trains a *linear* autoencoder on images of 64 pixels, with a code of 64 numbers and no
# other restriction. Its loss on new images is 0. What has its code learned about images?
#
# 1. What they have in common: a loss of 0 on new images proves it.
# 2. Their classes: images of one class must share a code.
# 3. As much as a code of 8 numbers, only faster.
# 4. Perhaps nothing: to copy every pixel is enough.

# %% [markdown] tags=["hint"]
# Choose an encoder and a decoder that make the loss 0 for every image there is, noise included.
# What would they have to know about digits?

# %% tags=["solution"] kind="choice"
q_wide_code = 4

# %% tags=["mistakes"]
mistakes = {
    1: "Try it on images of pure noise: the loss may be 0 there as well.",
    2: "Nothing in this loss asks two images of one class to be alike.",
    3: "A code of 8 numbers must leave something out: which choice does that force, and here?",
}
