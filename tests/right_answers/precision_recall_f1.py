ANSWERS = {
    "four counts": """
def precision_recall_f1(y_true, y_pred):
    tp = fp = fn = 0
    for t, p in zip(y_true, y_pred):
        tp += t == 1 and p == 1
        fp += t == 0 and p == 1
        fn += t == 1 and p == 0
    precision = tp / (tp + fp) if tp + fp > 0 else 0
    recall = tp / (tp + fn) if tp + fn > 0 else 0
    f1 = 2 * tp / (2 * tp + fp + fn) if 2 * tp + fp + fn else 0
    return [precision, recall, f1]
""",
    "products, an array": """
def precision_recall_f1(y_true, y_pred):
    tp = float(np.dot(y_true, y_pred))
    p = tp / max(y_pred.sum(), 1)
    r = tp / max(y_true.sum(), 1)
    return np.array([p, r, 2 * p * r / max(p + r, 1e-300)])
""",
    "quiet division": [
        """
def ratio(a, b):
    with np.errstate(all="ignore"):
        return np.nan_to_num(np.divide(a, b), nan=0.0)
""",
        """
def precision_recall_f1(y_true, y_pred):
    tp = np.sum(y_true * y_pred)
    p, r = ratio(tp, np.sum(y_pred)), ratio(tp, np.sum(y_true))
    return p, r, ratio(2 * p * r, p + r)
""",
    ],
    "a confusion table, a generator of ratios": """
def precision_recall_f1(y_true, y_pred):
    table = np.zeros((2, 2))
    np.add.at(table, (y_true.astype(int), y_pred.astype(int)), 1)
    hits = table[1, 1]
    pairs = [(hits, table[:, 1].sum()), (hits, table[1].sum())]
    pairs.append((2 * hits, pairs[0][1] + pairs[1][1]))
    return tuple(float(a / b) if b > 0 else 0.0 for a, b in pairs)
""",
    "sets of row numbers, the harmonic mean": """
from statistics import harmonic_mean


def precision_recall_f1(y_true, y_pred):
    true, called = ({int(i) for i in np.flatnonzero(y)} for y in (y_true, y_pred))
    both = len(true & called)
    p = both / len(called) if called else 0
    r = both / len(true) if true else 0
    return np.array([p, r, harmonic_mean([p, r])])
""",
}
