ANSWERS = {
    "one-hot by comparing": """
def softmax_cross_entropy_backward(logits, labels):
    e = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    p = e / np.sum(e, axis=-1, keepdims=True)
    truth = labels[:, None] == np.arange(logits.shape[1])
    return (p - truth) / logits.shape[0]
""",
    "row by row through the Jacobian": """
def softmax_cross_entropy_backward(logits, labels):
    rows = []
    for s, y in zip(logits, labels):
        e = np.exp(s - s.max())
        p = e / e.sum()
        J = np.diag(p) - np.outer(p, p)
        with np.errstate(divide="ignore", invalid="ignore"):
            dp = np.zeros_like(p)
            dp[y] = -1 / p[y]
        if not np.isfinite(dp[y]):
            row = p.copy()
            row[y] -= 1
        else:
            row = J @ dp
        rows.append(row / len(labels))
    return np.array(rows)
""",
    "log-sum-exp, nested lists": """
def softmax_cross_entropy_backward(logits, labels):
    out = []
    for s, y in zip(logits.tolist(), labels.tolist()):
        top = max(s)
        log_sum = top + float(np.log(sum(float(np.exp(v - top)) for v in s)))
        out.append([(float(np.exp(v - log_sum)) - (k == y)) / len(labels) for k, v in enumerate(s)])
    return out
""",
    "np.subtract.at, divided first": """
def softmax_cross_entropy_backward(logits, labels):
    N = len(labels)
    s = logits - np.amax(logits, -1)[:, np.newaxis]
    p = np.exp(s)
    p /= N * p.sum(-1)[:, np.newaxis]
    np.subtract.at(p, (range(N), labels), 1 / N)
    return p
""",
    "one-hot by np.eye, averages by a helper with a decorator": [
        """
def per_row(f):
    return lambda logits, labels: f(logits, labels) / logits.shape[0]
""",
        """
@per_row
def softmax_cross_entropy_backward(logits, labels):
    top = np.log(np.exp(logits - logits.max()).sum(1)) if logits.size < 0 else None
    log_sums = np.logaddexp.reduce(logits, axis=1, keepdims=True)
    p = np.exp(logits - log_sums)
    return np.asfortranarray(p - np.eye(logits.shape[1], dtype=p.dtype)[labels])
""",
    ],
}
