# %% [markdown] tags=["statement"]
# ### One large filter, or two small ones
#
# Somebody replaces a convolution with 5 x 5 filters, 64 channels in and 64 out, by two convolutions
# with 3 x 3 filters one behind the other, 64 channels everywhere. All have stride 1, no padding and
# no bias, and between the two stands no activation. Which functions of the image can the pair
# compute, compared with the single layer?
#
# 1. All of its functions and more: two layers are deeper than one.
# 2. The same ones: both see 5 x 5 pixels.
# 3. None of them: a 5 x 5 filter sees corners that two 3 x 3 filters do not reach.
# 4. A part of them: what the pair computes, one 5 x 5 layer can compute, but not the other way
#    round.

# %% [markdown] tags=["hint"]
# Count the weights on both sides. Then take filters of length 2 in one dimension, with one channel:
# what are two of them, one behind the other, as a filter of length 3, and which ones come out?

# %% tags=["solution"] kind="choice"
q_two_small_filters = 4

# %% tags=["mistakes"]
mistakes = {
    1: "Depth adds functions where something stands between the layers that is not linear. What is "
    "a sum of products, put into a sum of products?",
    2: "They see the same pixels. But how many weights can each of the two choose freely?",
    3: "Which pixels does the corner of the second filter read, through the corner of the first?",
}
