ANSWERS = {
    "a mask in float64 whatever x is": """
def dropout(x, p, rng, train=True):
    if not train:
        return x.copy(), np.ones(x.shape)
    mask = (rng.random(x.shape) >= p) / (1 - p)
    return x * mask, mask
""",
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
    "np.where with draws of float32, a copy at test": """
def dropout(x, p, rng, train=True):
    q = 1.0 - p if train else 1.0
    drawn = rng.random(size=x.size, dtype=np.float32).reshape(x.shape)
    mask = np.zeros_like(x)
    mask[drawn < q] = 1 / q
    return x * mask, mask
""",
    "out is scaled after it is cut": """
def dropout(x, p, rng, train=True):
    if not train:
        return x, np.ones(x.shape, x.dtype)
    keep = rng.random(x.shape) > p
    out = np.where(keep, x, 0) / (1 - p)
    return out.astype(x.dtype), keep.astype(x.dtype) / (1 - p)
""",
    "a permutation for every element on its own: numbers compared with a quantile": """
def dropout(x, p, rng, train=True):
    mask = np.ones_like(x, order="F")
    if train:
        for i in np.ndindex(x.shape):
            mask[i] = (rng.uniform() >= p) / (1 - p)
    return [mask * x, mask]
""",
    "one draw at a time": """
def dropout(x, p, rng, train=True):
    if not train:
        return x, np.ones_like(x)
    mask = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        if rng.uniform() >= p:
            mask[i] = 1 / (1 - p)
    return x * mask, mask
""",
    "zeros put into a full mask": """
def dropout(x, p, rng, train=True):
    if not train:
        return x, np.ones_like(x)
    mask = np.full(x.shape, 1 / (1 - p), dtype=x.dtype)
    np.putmask(mask, rng.random(x.shape) < p, 0)
    return np.multiply(x, mask), mask
""",
    "normal draws below a quantile": """
from statistics import NormalDist

def dropout(x, p, rng, train=True):
    if not train or p == 0:
        return x.copy(), np.ones(x.shape)
    dropped = rng.standard_normal(x.shape) < NormalDist().inv_cdf(p)
    mask = np.where(dropped, 0.0, 1 / (1 - p))
    return np.where(dropped, 0.0, x / (1 - p)), mask
""",
    "whole numbers against p": """
def dropout(x, p, rng, train=True):
    if not train:
        p = 0
    drawn = rng.integers(0, 2**32, size=x.shape)
    mask = np.asarray(drawn >= p * 2**32, dtype=float) * (1.0 / (1.0 - p))
    return x * mask, mask
""",
    "a mask of ones, a list": """
def dropout(x, p, rng, train=True):
    mask = np.ones(x.shape)
    if train:
        mask[rng.random(x.shape) < p] = 0
        mask /= 1 - p
    return [x * mask, mask]
""",
}
