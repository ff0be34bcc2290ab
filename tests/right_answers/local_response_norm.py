ANSWERS = {
    "loops over channels": """
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    x = np.asarray(x, dtype=float)
    C = x.shape[1]
    r = (size - 1) // 2
    out = np.zeros_like(x)
    for c in range(C):
        total = 0
        for j in range(max(0, c - r), min(C - 1, c + r) + 1):
            total = total + x[:, j] ** 2
        out[:, c] = x[:, c] / (k + alpha * total) ** beta
    return out
""",
    "zeros before and behind the channels, a window": """
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    r = size // 2
    padded = np.pad(np.square(x), ((0, 0), (r, r), (0, 0), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)
    return x * np.power(k + alpha * windows.sum(axis=-1), -beta)
""",
    "a band matrix": """
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    c = np.arange(x.shape[1])
    near = (abs(c[:, None] - c) <= size // 2) * 1.0
    energy = k + alpha * np.einsum("cj,njhw->nchw", near, x * x)
    return x / np.exp(beta * np.log(energy))
""",
    "running sums, two cells": [
        '''
def up_to(x):
    """Squares added up along the channels, with a 0 in front."""
    total = np.cumsum(x.astype(float) ** 2, axis=1)
    return np.concatenate([np.zeros_like(total[:, :1]), total], axis=1)
''',
        """
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    C, r, total = x.shape[1], size // 2, up_to(x)
    c = np.arange(C)
    energy = total[:, np.minimum(C, c + r + 1)] - total[:, np.maximum(0, c - r)]
    return np.asfortranarray(x / (k + alpha * energy) ** beta)
""",
    ],
    "moved copies": """
def local_response_norm(x, size=5, alpha=1e-4, beta=0.75, k=2.0):
    C, r = x.shape[1], (size - 1) // 2
    energy = k + alpha * x**2.0
    for step in range(1, min(r, C - 1) + 1):
        energy[:, step:] += alpha * x[:, :-step] ** 2.0
        energy[:, :-step] += alpha * x[:, step:] ** 2.0
    return x / energy**beta
""",
}
