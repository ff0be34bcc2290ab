ANSWERS = {
    "any": """
def dead_fraction(activations):
    return 1 - (activations != 0).any(axis=0).mean()
""",
    "largest magnitude": """
def dead_fraction(activations):
    dead = np.abs(activations).max(axis=0) == 0
    return dead.sum() / activations.shape[1]
""",
    "loops": """
def dead_fraction(activations):
    dead = 0
    for unit in activations.T:
        if not np.count_nonzero(unit):
            dead += 1
    return dead / activations.shape[-1]
""",
}
