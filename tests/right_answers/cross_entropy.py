ANSWERS = {
    "one-hot targets": """
def cross_entropy(logits, labels):
    s = logits - logits.max(axis=1, keepdims=True)
    log_p = s - np.log(np.exp(s).sum(axis=1, keepdims=True))
    return -(np.eye(s.shape[1], dtype=s.dtype)[labels] * log_p).sum() / len(s)
""",
    "logaddexp": """
def cross_entropy(logits, labels):
    log_sums = np.logaddexp.reduce(logits, axis=1)
    return (log_sums - np.take_along_axis(logits, labels[:, None], axis=1)[:, 0]).mean()
""",
    "row by row": """
import math


def cross_entropy(logits, labels):
    losses = []
    for row, label in zip(logits.tolist(), labels.tolist()):
        top = max(row)
        losses.append(top + math.log(sum(math.exp(v - top) for v in row)) - row[label])
    return sum(losses) / len(losses)
""",
    "einsum with one-hot rows, a float": """
def cross_entropy(logits, labels):
    top = np.max(logits, axis=1)
    log_p = logits - (top + np.log(np.exp((logits.T - top).T).sum(axis=1)))[:, None]
    hot = np.arange(logits.shape[1]) == labels[:, None]
    return float(-np.einsum("nk,nk->", hot, log_p) / logits.shape[0])
""",
    "differences to the true score": """
def cross_entropy(logits, labels):
    true = np.choose(labels, logits.T)[:, None]
    margins = np.logaddexp.reduce(logits - true, axis=-1)
    return np.sum(margins) / margins.size
""",
}
