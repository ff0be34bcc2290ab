ANSWERS = {
    "the positives sorted, counted without rounding": """
def choose_threshold(scores, y, min_recall):
    found = sorted(scores[y == 1].tolist(), reverse=True)
    if min_recall == 0:
        return float(max(scores))
    for k, t in enumerate(found, 1):
        if k / len(found) >= min_recall:
            return float(t)
""",
    "a walk down the scores": """
def choose_threshold(scores, y, min_recall):
    positives = int((y == 1).sum())
    for t in sorted(set(scores.tolist()), reverse=True):
        caught = sum(1 for s, label in zip(scores, y) if label == 1 and s >= t)
        if caught / positives >= min_recall:
            return t
""",
    "cumulative sums, NumPy's scalar": """
def choose_threshold(scores, y, min_recall):
    levels = np.unique(scores)[::-1]
    recall = ((scores[None, :] >= levels[:, None]) & (y == 1)).sum(axis=1) / np.sum(y == 1)
    return levels[np.argmax(recall >= min_recall)]
""",
    "max over a list": """
def choose_threshold(scores, y, min_recall):
    P = np.count_nonzero(y == 1)

    def recall(t):
        return np.count_nonzero((scores >= t) & (y == 1)) / P

    return float(max(t for t in scores if recall(t) >= min_recall))
""",
    "binary search over sorted scores": """
def choose_threshold(scores, y, min_recall):
    levels = np.sort(scores)
    low, high = 0, len(levels)
    while high - low > 1:
        middle = (low + high) // 2
        if np.mean(scores[y == 1] >= levels[middle]) >= min_recall:
            low = middle
        else:
            high = middle
    return float(levels[low])
""",
    "in two cells": [
        "def recall_at(t, s, y):\n    return ((s >= t) * y).sum() / y.sum()",
        """
def choose_threshold(scores, y, min_recall):
    y = y.astype(int)
    best = scores.min()
    for t in scores:
        if recall_at(t, scores, y) >= min_recall and t > best:
            best = t
    return float(best)
""",
    ],
}
