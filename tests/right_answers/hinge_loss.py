ANSWERS = {
    "two cases": """
def hinge_loss(scores, y, margin=1.0):
    terms = np.where(y == 1, margin - scores, margin + scores)
    return terms[terms > 0].sum() / scores.shape[0]
""",
    "sums of rows": """
def hinge_loss(scores, y, margin=1.0):
    rows = scores.reshape(len(scores), -1)
    t = np.where(y.reshape(rows.shape) > 0, 1.0, -1.0)
    return np.clip(margin - t * rows, 0, None).sum(axis=1).mean()
""",
    "loops": """
def hinge_loss(scores, y, margin=1.0):
    total = 0
    for s, t in zip(scores.ravel(), y.ravel()):
        total = total + max(0, margin - (s if t else -s))
    return total / len(scores)
""",
    "fancy slicing of two groups": """
def hinge_loss(scores, y, margin=1.0):
    on = y.astype(bool)
    costs = np.append(margin - scores[on], margin + scores[~on])
    return np.float64(costs.clip(min=0).sum(dtype=float)) / np.shape(scores)[0]
""",
    "the average of a maximum and a modulus": """
def hinge_loss(scores, y, margin=1.0):
    gap = margin - np.where(y, 1, -1) * scores
    return ((gap + abs(gap)) / 2).sum() / len(y)
""",
}
