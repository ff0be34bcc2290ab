ANSWERS = {
    "six loops": """
def max_pool2d(x, kernel_size=2, stride=2):
    N, C, H, W = x.shape
    H2, W2 = (H - kernel_size) // stride + 1, (W - kernel_size) // stride + 1
    out = np.full((N, C, H2, W2), -np.inf)
    for n in range(N):
        for c in range(C):
            for i in range(H2):
                for j in range(W2):
                    for u in range(kernel_size):
                        for v in range(kernel_size):
                            value = x[n, c, i * stride + u, j * stride + v]
                            out[n, c, i, j] = max(out[n, c, i, j], value)
    return out
""",
    "sliding windows": """
def max_pool2d(x, kernel_size=2, stride=2):
    F = kernel_size
    windows = np.lib.stride_tricks.sliding_window_view(x, (F, F), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(-1, -2))
""",
    "tap by tap": """
def max_pool2d(x, kernel_size=2, stride=2):
    rows = (x.shape[2] - kernel_size) // stride + 1
    cols = (x.shape[3] - kernel_size) // stride + 1
    best = None
    for u in range(kernel_size):
        for v in range(kernel_size):
            tap = x[:, :, u : u + rows * stride : stride, v : v + cols * stride : stride]
            best = tap if best is None else np.maximum(best, tap)
    return best.copy()
""",
    "rows first, then columns, in two cells": [
        """
def along_the_last_axis(a, F, s):
    starts = range(0, a.shape[-1] - F + 1, s)
    return np.stack([a[..., i : i + F].max(axis=-1) for i in starts], axis=-1)
""",
        """
def max_pool2d(x, kernel_size=2, stride=2):
    half = along_the_last_axis(x, kernel_size, stride)
    return along_the_last_axis(half.swapaxes(2, 3), kernel_size, stride).swapaxes(2, 3)
""",
    ],
    "lists": """
def max_pool2d(x, kernel_size=2, stride=2):
    if len(x) == 0:
        H2, W2 = [(n - kernel_size) // stride + 1 for n in x.shape[2:]]
        return np.zeros((0, x.shape[1], H2, W2))
    tops = range(0, x.shape[2] - kernel_size + 1, stride)
    lefts = range(0, x.shape[3] - kernel_size + 1, stride)
    return [
        [
            [[m[i : i + kernel_size, j : j + kernel_size].max() for j in lefts] for i in tops]
            for m in image
        ]
        for image in x
    ]
""",
    "the last of the sorted": """
def max_pool2d(x, kernel_size=2, stride=2):
    size = (kernel_size, kernel_size)
    w = np.lib.stride_tricks.sliding_window_view(x, size, axis=(2, 3))[:, :, ::stride, ::stride]
    return np.sort(w.reshape(*w.shape[:4], kernel_size * kernel_size), axis=-1)[..., -1]
""",
    "fancy indices": """
def max_pool2d(x, kernel_size=2, stride=2):
    i = np.arange(0, x.shape[2] - kernel_size + 1, stride)[:, None] + np.arange(kernel_size)
    j = np.arange(0, x.shape[3] - kernel_size + 1, stride)[:, None] + np.arange(kernel_size)
    return x[:, :, i[:, None, :, None], j[None, :, None, :]].max(axis=(4, 5))
""",
    "tiles where they fit, loops otherwise": """
def max_pool2d(x, kernel_size=2, stride=2):
    N, C, H, W = x.shape
    if kernel_size == stride and H % stride == 0 and W % stride == 0:
        return x.reshape(N, C, H // stride, stride, W // stride, stride).max(axis=3).max(axis=4)
    H_out = 1 + (H - kernel_size) // stride
    W_out = 1 + (W - kernel_size) // stride
    out = np.zeros((N, C, H_out, W_out))
    for i in range(H_out):
        for j in range(W_out):
            rows = slice(i * stride, i * stride + kernel_size)
            columns = slice(j * stride, j * stride + kernel_size)
            out[:, :, i, j] = np.max(x[:, :, rows, columns], axis=(2, 3))
    return out
""",
}
