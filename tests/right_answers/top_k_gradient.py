ANSWERS = {
    "a loop over rows": """
def top_k_gradient(delta, k):
    out = np.zeros_like(delta)
    for n in range(len(delta)):
        for d in np.argsort(-np.abs(delta[n]))[:k]:
            out[n, d] = delta[n, d]
    return out
""",
    "put and take along the axis": """
def top_k_gradient(delta, k):
    order = np.argsort(np.abs(delta), axis=-1)[:, ::-1][:, :k]
    out = np.zeros(delta.shape)
    np.put_along_axis(out, order, np.take_along_axis(delta, order, -1), -1)
    return out
""",
    "the others are cleared in a copy": """
def top_k_gradient(delta, k):
    out = delta.copy()
    D = delta.shape[1]
    k = min(k, D)
    small = np.argsort(np.abs(delta), axis=1)[:, : D - k]
    out[np.arange(len(delta))[:, None], small] = 0
    return out
""",
    "a partition, both ends apart": """
def top_k_gradient(delta, k):
    N, D = delta.shape
    if k <= 0:
        return np.zeros_like(delta)
    if k >= D:
        return delta.copy()
    size = np.abs(delta)
    bar = np.partition(size, D - k, axis=1)[:, D - k][:, None]
    return np.where(size >= bar, delta, 0)
""",
    "how many are larger, in two cells": [
        "def beaten(size):\n    return (size[:, None, :] > size[:, :, None]).sum(axis=2)",
        """
def top_k_gradient(delta, k):
    return delta * (beaten(np.abs(delta)) < k)
""",
    ],
    "sorted lists": """
def top_k_gradient(delta, k):
    rows = []
    for row in delta.tolist():
        best = sorted(range(len(row)), key=lambda d: abs(row[d]), reverse=True)[:k]
        rows.append([v if d in best else 0.0 for d, v in enumerate(row)])
    return np.array(rows).reshape(delta.shape)
""",
    "a heap for each row": """
import heapq

def top_k_gradient(delta, k):
    out = np.zeros(delta.shape)
    for n, row in enumerate(delta):
        for i in heapq.nlargest(k, range(len(row)), key=lambda i: abs(row[i])):
            out[n, i] = row[i]
    return out
""",
    "the largest is taken away, k times": """
def top_k_gradient(delta, k):
    left = np.abs(delta).astype(float)
    mask = np.zeros(delta.shape, dtype=bool)
    rows = np.arange(len(delta))
    for _ in range(min(k, delta.shape[1])):
        best = left.argmax(axis=1)
        mask[rows, best] = True
        left[rows, best] = -1
    return delta * mask
""",
}
