# %% [markdown] tags=["statement"]
# ### Layers without activation
#
# A network has ten dense layers and no activation functions. Which functions can it represent?
#
# 1. Polynomials of degree 10.
# 2. Any continuous function, given enough units.
# 3. XOR and other functions that need two layers.
# 4. The same as one dense layer.

# %% [markdown] tags=["hint"]
# Take one unit a layer: y = w2 (w1 x + b1) + b2. Multiply out and see what kind of function of x is
# left.

# %% tags=["solution"] kind="choice"
q_linear_layers = 4

# %% tags=["mistakes"]
mistakes = {
    1: "No layer multiplies an input by an input. Write out two layers with your own numbers and "
    "multiply the matrices.",
    2: "That needs something between the layers that bends. Write out two layers and multiply the "
    "matrices.",
    3: "The two layers that solve XOR have steps between them. Write out two layers without and "
    "multiply the matrices.",
}
