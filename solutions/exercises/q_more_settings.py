# %% [markdown] tags=["statement"]
# ### Five settings against five hundred
#
# Two teams tune the same network and compare settings on the same 200 validation images. Team A
# tries 5 settings, team B tries 500. Unknown to both, all of these settings are equally good: on
# millions of fresh images each of them would classify 90 % correctly. Each team reports the highest
# validation accuracy that it saw, and then both submit their winners to a test on a million fresh
# images. What happens?
#
# 1. Both report about 90 %, and both get 90 % in the test: all settings are equally good.
# 2. B reports a higher accuracy than A and does better in the test: it searched more thoroughly.
# 3. B reports a higher accuracy than A and gets less than 90 % in the test: its winner has been
#    overfitted to the validation images.
# 4. B reports a higher accuracy than A, and both get 90 % in the test.
# 5. B reports about what A reports, but with less noise: more trials average it out.

# %% [markdown] tags=["hint"]
# Let 200 coins that show heads with probability 0.9 stand for one setting on 200 images. Draw 5
# such numbers of heads and note the largest one, then do the same with 500.

# %% tags=["solution"] kind="choice"
q_more_settings = 4

# %% tags=["mistakes"]
mistakes = {
    1: "On 200 images a setting of 90 % rarely gets exactly 180 right. What does the largest of "
    "500 such counts look like?",
    2: "The settings are equally good: what is there to be found by a more thorough search?",
    3: "The report is too high, that is true. But which setting of all 500 would get less than "
    "90 % on fresh images?",
    5: "A mean over trials would average noise out. What does a maximum over trials do with it?",
}
