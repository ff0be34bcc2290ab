# %% [markdown] tags=["statement"]
# ### Units that square
#
# A network with one hidden layer uses $z^2$ as its activation. On $[-1, 1]$ it should approximate
# $|x|$. What do you gain by going from 10 hidden units to 1,000?
#
# 1. The error falls like 1/K, as with bumps.
# 2. The error falls to 0 as soon as there are enough units.
# 3. Nothing: it can only give parabolas.
# 4. It needs more training steps, then the error falls.

# %% [markdown] tags=["hint"]
# Plot the sum of three such units with random weights, several times over. Describe what all those
# curves have in common, then try thirty units.

# %% tags=["solution"] kind="choice"
q_polynomial_units = 3

# %% tags=["mistakes"]
mistakes = {
    1: "Bumps need an activation that makes steps. Add up two squares (w x + b)^2: of what degree "
    "is the sum?",
    2: "That holds for activations that are no polynomials. Add up two squares (w x + b)^2: of "
    "what degree is the sum?",
    4: "No training finds what the family does not hold. Add up two squares (w x + b)^2: of what "
    "degree is the sum?",
}
