ANSWERS = {
    "a loop over the labels": """
def class_weights(y):
    weights = np.zeros(int(y.max()) + 1)
    classes = set(y.tolist())
    for k in classes:
        weights[k] = len(y) / (len(classes) * np.sum(y == k))
    return weights
""",
    "np.unique": """
def class_weights(y):
    labels, counts = np.unique(y, return_counts=True)
    weights = np.zeros(labels[-1] + 1)
    weights[labels] = y.size / (labels.size * counts)
    return weights
""",
    "a list of Python's numbers": """
def class_weights(y):
    y = [int(label) for label in y]
    present = len(set(y))
    return [
        len(y) / (present * y.count(k)) if k in y else 0.0 for k in range(max(y) + 1)
    ]
""",
    "a one-hot matrix": """
def class_weights(y):
    hot = np.asarray(y, int)[:, None] == np.arange(int(max(y)) + 1)
    counts = hot.sum(axis=0)
    weights = np.zeros(counts.shape)
    np.divide(len(y) / np.count_nonzero(counts), counts, out=weights, where=counts > 0)
    return weights
""",
    "a Counter": """
from collections import Counter


def class_weights(y):
    counts = Counter(np.asarray(y).tolist())
    total = sum(counts.values())
    w = [0.0] * (max(counts) + 1)
    for label, count in counts.items():
        w[label] = total / len(counts) / count
    return np.array(w)
""",
    "in two cells": [
        "def count(y):\n    return np.bincount(np.asarray(y, dtype=np.int64))",
        """
def class_weights(y):
    counts = count(y).astype(float)
    counts[counts == 0] = np.inf
    return len(y) / (np.isfinite(counts).sum() * counts)
""",
    ],
}
