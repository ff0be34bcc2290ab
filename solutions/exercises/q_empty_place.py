# %% [markdown] tags=["statement"]
# ### A place that is left out
#
# At some place the data has a small density, 0.001, and the generator never puts a point there.
# What does the best discriminator say at this place, and what does the generator learn from it
# there?
#
# 1. About 0: the place is hardly ever real. The generator learns to stay away.
# 2. 0.5: with so few points nobody can tell. The generator learns nothing.
# 3. 1: whatever lies there is real. The generator learns nothing from it: no fake is there.
# 4. 1: whatever lies there is real. The generator is drawn there at once.
# 5. 0.001: the density of the data.

# %% [markdown] tags=["hint"]
# Put both densities into (15.2). Then ask where the generator's loss is evaluated: at which points
# does it ask D for a verdict?

# %% tags=["solution"] kind="choice"
q_empty_place = 3

# %% tags=["mistakes"]
mistakes = {
    1: "D compares two densities: how large is the other one here?",
    2: "Rare is not undecided: if a point does turn up there, who has put it?",
    4: "D is right. At which points, though, is the slope of D taken that the generator follows?",
    5: "That is a density; D is a share of two.",
}
