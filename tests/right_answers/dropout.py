ANSWERS = {
    "keeps what lies below 1 - p": """
def dropout(x, p, rng, train=True):
    mask = np.ones_like(x)
    if train:
        mask = np.where(rng.uniform(size=x.shape) < 1 - p, 1 / (1 - p), 0).astype(x.dtype)
    return mask * x, mask
""",
    "binomial draws": """
def dropout(x, p, rng, train=True):
    if train:
        mask = rng.binomial(1, 1 - p, size=x.shape).astype(x.dtype)
        mask /= 1 - p
    else:
        mask = np.ones(x.shape, dtype=x.dtype)
    return [x * mask, mask]
""",
    "choice, in two cells": [
        "def scale(p):\n    return 1 / (1 - p)",
        """
def dropout(x, p, rng, train=True):
    if not train or p == 0:
        return x, np.full_like(x, 1)
    mask = rng.choice(np.array([0, scale(p)], dtype=x.dtype), size=x.shape, p=[p, 1 - p])
    return x * mask, mask
""",
    ],
}
