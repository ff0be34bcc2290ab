# %% [markdown] tags=["statement"]
# ### The spam folder
#
# A filter gives each mail an honest probability $p$ of being spam. To move a real mail into the
# spam folder costs 19; to leave a spam mail in sight costs 1. For which mails does it pay to move
# them?
#
# 1. For those with $p$ from 0.95 on.
# 2. For those with $p$ from 0.5 on.
# 3. For those with $p$ from 0.05 on.
# 4. For none that is not certain to be spam.

# %% [markdown] tags=["hint"]
# Take 100 mails with p = 0.9. What does it cost to move all of them, and what to leave all of them
# where they are?

# %% tags=["solution"] kind="choice"
q_spam_threshold = 1

# %% tags=["mistakes"]
mistakes = {
    2: "From 0.5 on it would pay if both errors cost the same. What does it cost to move 100 mails "
    "with p = 0.5, and what to leave them?",
    3: "Which of the two errors is the false alarm here? Compare both costs for 100 mails with "
    "p = 0.05.",
    4: "Of 100 mails with p = 0.99 one is real. What does it cost to move them all, and what to "
    "leave them all?",
}
