ANSWERS = {
    "one axis after the other": """
def global_average_pool(x):
    return np.mean(np.mean(x, axis=3), axis=2)
""",
    "flattened maps": """
def global_average_pool(x):
    N, C, H, W = x.shape
    return x.reshape(N, C, H * W).mean(axis=-1)
""",
    "a sum and a count": """
def global_average_pool(x):
    return np.sum(x, (-1, -2)) / (x.shape[-1] * x.shape[-2])
""",
    "einsum in another cell": [
        "def added(x):\n    return np.einsum('ncij->nc', x * 1.0)",
        "def global_average_pool(x):\n    return added(x) / x[0:1, 0].size if len(x) else added(x)",
    ],
    "loops": """
def global_average_pool(x):
    N, C, H, W = x.shape
    out = np.zeros((N, C))
    for n in range(N):
        for c in range(C):
            total = 0.0
            for i in range(H):
                for j in range(W):
                    total += x[n, c, i, j]
            out[n, c] = total / (H * W)
    print(out.shape)
    return out
""",
    "lists": """
def global_average_pool(x):
    return [[float(np.average(m)) for m in image] for image in x]
""",
}
