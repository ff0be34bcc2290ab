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
}
