# %% [markdown] tags=["statement"]
# ### Where is the step?
#
# A unit computes $\sigma(w x + b)$ with $w = 20$ and $b = -5$. At which $x$ is its output one half?
#
# 1. 0.25
# 2. -5
# 3. 4
# 4. -0.25
# 5. 0.5

# %% [markdown] tags=["hint"]
# Look at the sigmoid alone first: for which score is it one half? After that it is one equation
# with x as the only unknown.

# %% tags=["solution"] kind="choice"
q_step_position = 1

# %% tags=["mistakes"]
mistakes = {
    2: "The bias alone is not the position: w rescales the axis. For which score is the output "
    "one half?",
    3: "That is w over -b. For which score is the output one half, and which x gives that score?",
    4: "Put this x into w x + b: the score is -10. For which score is the output one half?",
    5: "One half is the output. For which score does the unit give it, and which x gives that "
    "score?",
}
