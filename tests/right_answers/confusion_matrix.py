ANSWERS = {
    "loop": """
def confusion_matrix(y_true, y_pred, n_classes):
    table = np.zeros((n_classes, n_classes), dtype=np.int64)
    for t, p in zip(y_true, y_pred):
        table[t, p] += 1
    return table
""",
    "bincount": """
def confusion_matrix(y_true, y_pred, n_classes):
    places = y_true.astype(int) * n_classes + y_pred
    return np.bincount(places, minlength=n_classes**2).reshape(n_classes, n_classes)
""",
    "one-hot matrices": """
def confusion_matrix(y_true, y_pred, n_classes):
    eye = np.eye(n_classes, dtype=int)
    return eye[y_true].T @ eye[y_pred]
""",
    "nested lists": """
def confusion_matrix(y_true, y_pred, n_classes):
    return [
        [int(np.sum((y_true == i) & (y_pred == j))) for j in range(n_classes)]
        for i in range(n_classes)
    ]
""",
    "np.histogram2d": """
def confusion_matrix(y_true, y_pred, n_classes):
    edges = np.arange(n_classes + 1) - 0.5
    counts, _, _ = np.histogram2d(y_true, y_pred, bins=[edges, edges])
    return counts.astype(int)
""",
    "a Counter of pairs": """
from collections import Counter


def confusion_matrix(y_true, y_pred, n_classes):
    seen = Counter(zip(y_true.tolist(), y_pred.tolist()))
    table = np.empty((n_classes, n_classes), dtype=np.uint16, order="F")
    for place in np.ndindex(table.shape):
        table[place] = seen[place]
    return table
""",
}
