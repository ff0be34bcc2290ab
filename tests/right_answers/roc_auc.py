ANSWERS = {
    "average ranks": """
def roc_auc(y_true, scores):
    ranks = np.array([(scores < s).sum() + ((scores == s).sum() + 1) / 2 for s in scores])
    n1 = (y_true == 1).sum()
    n0 = len(y_true) - n1
    return (ranks[y_true == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0)
""",
    "trapezoids under the curve": """
def roc_auc(y_true, scores):
    points = [(0.0, 0.0)]
    for threshold in sorted(set(scores.tolist()), reverse=True):
        called = scores >= threshold
        points.append((called[y_true == 0].mean(), called[y_true == 1].mean()))
    area = 0.0
    for (x0, y0), (x1, y1) in zip(points, points[1:]):
        area += (x1 - x0) * (y0 + y1) / 2
    return area
""",
    "loops over pairs": """
def roc_auc(y_true, scores):
    won = pairs = 0
    for t, s in zip(y_true, scores):
        for u, r in zip(y_true, scores):
            if t > u:
                pairs += 1
                won += 1 if s > r else 0.5 if s == r else 0
    return won / pairs
""",
    "sorted with np.searchsorted": """
def roc_auc(y_true, scores):
    negatives = np.sort(scores[y_true == 0])
    positives = scores[y_true != 0]
    below = np.searchsorted(negatives, positives, side="left")
    up_to = np.searchsorted(negatives, positives, side="right")
    return float((below + up_to).sum() / 2 / len(negatives) / len(positives))
""",
    "signs of all differences": """
def roc_auc(y_true, scores):
    difference = np.subtract.outer(scores[y_true == 1], scores[y_true == 0])
    return (1 + np.sign(difference).mean()) / 2
""",
}
