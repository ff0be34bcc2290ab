# %% [markdown] tags=["statement"]
# ### 99 percent
#
# A test for a disease is right in 99 % of all cases. 1 % of the people have the disease. What do
# you know about the share of the ill that it finds?
#
# 1. It finds 99 % of them.
# 2. It finds at least half of them.
# 3. Nothing: a test that calls everybody healthy is right in 99 % of all cases, too.
# 4. It finds 1 % of them.

# %% [markdown] tags=["hint"]
# Take 1,000 people, 10 of them ill. Ten answers may be wrong: which ten could that be?

# %% tags=["solution"] kind="choice"
q_accuracy = 3

# %% tags=["mistakes"]
mistakes = {
    1: "99 % is the share over ill and healthy together. Fill in the four cells for 1,000 people, "
    "in two different ways.",
    2: "The ill are 1 % of all, so all of them may be among the wrong cases. Fill in the four "
    "cells for 1,000 people.",
    4: "1 % is the share of the wrong cases, and of the ill, which need not be the same people. "
    "Fill in the four cells for 1,000 people.",
}
