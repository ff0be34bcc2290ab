# %% [markdown] tags=["statement"]
# ### Shuffled pixels
#
# A convolution with 16 filters of size 1 x 1, stride 1 and no padding gets images of 64 channels,
# 28 x 28. Before it, you shuffle the 784 pixels of an image: all channels in the same way. What
# happens to the 16 output maps?
#
# 1. They become others: the neighbours of each pixel have changed.
# 2. They stay as they are: a 1 x 1 filter multiplies everything by the same number.
# 3. Their pixels are shuffled in the same way; each keeps its 16 numbers.
# 4. The 16 maps are shuffled among each other; each map stays as it is.

# %% [markdown] tags=["hint"]
# Write down the formula of one output number for a filter of side 1: which pixels does it read, and
# which channels?

# %% tags=["solution"] kind="choice"
q_one_by_one = 3

# %% tags=["mistakes"]
mistakes = {
    1: "How many pixels does a window of side 1 hold? Count which neighbours an output reads.",
    2: "An output stands where its pixel stands. And how many weights has one of the filters, with "
    "64 channels?",
    4: "Which of the two has been moved, the places of the pixels or the channels? Follow one "
    "pixel through the layer.",
}
