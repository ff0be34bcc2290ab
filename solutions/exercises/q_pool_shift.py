# %% [markdown] tags=["statement"]
# ### A picture that moves
#
# A network has a 3 x 3 convolution of stride 1, a 2 x 2 max pool of stride 2, another 3 x 3
# convolution of stride 1, and another 2 x 2 max pool of stride 2, all without padding. You move the
# object in the picture to the right; all around it, far to the borders, is black. By which smallest
# number of pixels do you have to move it so that, *whatever the object*, the output only moves
# along, and no number in it changes?
#
# 1. 1 pixel: a convolution moves along with its input, and so does a maximum.
# 2. 2 pixels: each of the two pools works in steps of 2.
# 3. 4 pixels: the second pool works in steps of 2 of the first one's.
# 4. 8 pixels: two pools of 4 pixels, and two convolutions in between.
# 5. None: for some objects the output changes whatever the number.

# %% [markdown] tags=["hint"]
# Take the row 0 0 1 1 0 0 1 1 and pool it in pairs, then once more; then move it by one, by two, by
# three. When do the pairs hold the same numbers as before?

# %% tags=["solution"] kind="choice"
q_pool_shift = 3

# %% tags=["mistakes"]
mistakes = {
    1: "Pool 0 1 1 0 in pairs, and then 0 0 1 1: it has moved by one pixel. Has the result moved, "
    "or changed?",
    2: "Behind the first pool that is right. By how many places has its map moved then, and what "
    "does the second pool make of such a move?",
    4: "Multiply the strides from the input to the output. What does a window's side have to do "
    "with the places where windows begin?",
    5: "Which windows does a pool have, and by which moves does each window come to lie where "
    "another one was?",
}
