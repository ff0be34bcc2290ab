# %% [markdown] tags=["statement"]
# ### Larger images
#
# VGG-16 has 13 convolutions and 3 dense layers, and was made for images of 224 x 224. You build it
# anew for 448 x 448, with the same layers; the first dense layer takes all numbers of the last
# maps. What becomes larger, and how much?
#
# 1. Everything fourfold: weights and multiplications of convolutions and of the first dense layer.
# 2. The multiplications of the convolutions fourfold, and no weights at all.
# 3. The multiplications of the convolutions twofold, the weights of the first dense layer twofold.
# 4. The multiplications of the convolutions fourfold, the weights of the first dense layer
#    fourfold.

# %% [markdown] tags=["hint"]
# Take one map of 4 x 4 and one of 8 x 8, a filter of side 3 and a dense unit that sees the whole
# map. Count weights and multiplications of both, for both maps.

# %% tags=["solution"] kind="choice"
q_larger_images = 4

# %% tags=["mistakes"]
mistakes = {
    1: "One of these has as many weights on a map of any size. Write down the numbers of weights "
    "of a filter and of a dense unit: in which of them do the sides of the map occur?",
    2: "A filter keeps its weights when maps grow. How many inputs has a unit of the first dense "
    "layer, before and after?",
    3: "A side that is twice as long: how many more pixels has a map then?",
}
