# %% [markdown] tags=["statement"]
# ### A node with two uses
#
# In a graph $u$ is used twice: $v = 3u$ and $w = u^2$, and then $J = v + w$. Going backwards, at
# $u = 2$, the path through $v$ brings 3 to $u$ and the path through $w$ brings 4. What is
# $\partial J/\partial u$?
#
# 1. 4, since the path that comes last counts.
# 2. 7
# 3. 12
# 4. 3.5
# 5. 5, the length of the vector (3, 4).

# %% [markdown] tags=["hint"]
# Write J as a formula of u alone, without v and w, and take its slope at u = 2.

# %% tags=["solution"] kind="choice"
q_shared_node = 2

# %% tags=["mistakes"]
mistakes = {
    1: "With 4 alone, v would not move when u moves. Nudge u by 0.001 and see what J does.",
    3: "Factors along one path are multiplied; these are two paths. Nudge u by 0.001.",
    4: "An average would move J by half of what its two parts move together. Nudge u by 0.001.",
    5: "J is one number and u is one number, so nothing here has a length. Nudge u by 0.001.",
}
