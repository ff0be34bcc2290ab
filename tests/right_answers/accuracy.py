ANSWERS = {
    "counts in a loop": """
def accuracy(y_true, y_pred):
    right = 0
    for a, b in zip(y_true, y_pred):
        if a == b:
            right += 1
    return right / len(y_true)
""",
    "one minus the share of wrong": """
def accuracy(y_true, y_pred):
    return 1 - np.count_nonzero(y_true - y_pred) / y_true.size
""",
    "lists and sum": """
def accuracy(y_true, y_pred):
    return sum([int(a == b) for a, b in zip(list(y_true), list(y_pred))]) / len(list(y_pred))
""",
    "a partial of np.average, truth values": """
from functools import partial

share = partial(np.average, axis=0)
accuracy = lambda y_true, y_pred: float(share(np.equal(y_true, y_pred)))
""",
}
