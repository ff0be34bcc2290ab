# %% [markdown] tags=["statement"]
# ### Two runs, two losses
#
# Somebody trains two GANs on the same faces. At the end the generator's loss, the mean of $-\ln D$,
# is 0.8 in run A and 2.6 in run B. Which run makes the better faces?
#
# 1. A: its generator's loss is lower.
# 2. B: its discriminator is better, and so must be the generator that it has taught.
# 3. Neither can be called better: each loss is measured by another discriminator.
# 4. A, provided that both runs took equally many steps.

# %% [markdown] tags=["hint"]
# Who computes D in run A, and who in run B? Think of two schools, each with a teacher of its own.

# %% tags=["solution"] kind="choice"
q_losses_of_two_gans = 3

# %% tags=["mistakes"]
mistakes = {
    1: "Lower against whom? A weak discriminator lets any face pass.",
    2: "A good discriminator may also be far ahead of a generator that has learned little.",
    4: "Equally many steps do not make the two discriminators equally strict.",
}
