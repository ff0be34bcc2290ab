ANSWERS = {
    "a sum of what is never negative": """
def dead_fraction(activations):
    return np.mean(activations.sum(axis=0) == 0)
""",
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
    "np.count_nonzero, a float": """
def dead_fraction(activations):
    alive = np.count_nonzero(activations, axis=0)
    return float((alive == 0).sum()) / activations.shape[1]
""",
    "columns of lists": """
dead_fraction = lambda activations: sum(not any(c) for c in zip(*activations.tolist())) / len(
    activations[0]
)
""",
}
