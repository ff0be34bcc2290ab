ANSWERS = {
    "loops over pixels": """
def residual_block(x, w1, b1, w2, b2, shortcut=None):
    def relu(s):
        return np.where(s > 0, s, 0)

    def conv(x, w, b):
        N, C, H, W = x.shape
        K, _, F, _ = w.shape
        p = (F - 1) // 2
        padded = np.zeros((N, C, H + 2 * p, W + 2 * p))
        padded[:, :, p : p + H, p : p + W] = x
        out = np.zeros((N, K, H, W))
        for k in range(K):
            for i in range(H):
                for j in range(W):
                    window = padded[:, :, i : i + F, j : j + F]
                    out[:, k, i, j] = np.sum(window * w[k], axis=(1, 2, 3)) + b[k]
        return out

    if w1.ndim == 4:
        s = conv(relu(conv(x, w1, b1)), w2, b2)
    else:
        s = relu(x @ w1 + b1) @ w2 + b2
    if shortcut is None:
        shortcut = lambda x: x
    return relu(s + shortcut(x))
""",
    "windows and einsum": """
def layer(x, w, b):
    if w.ndim == 2:
        return np.einsum("nd,dm->nm", x, w) + b[None]
    F = w.shape[-1]
    padded = np.pad(x, ((0, 0), (0, 0), (F // 2, F // 2), (F // 2, F // 2)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (F, F), axis=(2, 3))
    return np.einsum("nchwij,kcij->nkhw", windows, w) + b.reshape(-1, 1, 1)


def residual_block(x, w1, b1, w2, b2, shortcut=None):
    hidden = layer(x, w1, b1).clip(min=0)
    out = layer(hidden, w2, b2)
    out += x if shortcut is None else shortcut(x)
    return out.clip(0)
""",
    "columns and a matrix product, two cells": [
        '''
def columns(x, F):
    """All patches of side F, (N, H, W, C F F)."""
    N, C, H, W = x.shape
    p = F // 2
    x = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)], constant_values=0)
    out = np.empty((N, H, W, C, F, F), x.dtype)
    for i in range(F):
        for j in range(F):
            out[..., i, j] = x[:, :, i : i + H, j : j + W].transpose(0, 2, 3, 1)
    return out.reshape(N, H, W, C * F * F)
''',
        """
def residual_block(x, w1, b1, w2, b2, shortcut=None):
    around = shortcut(x) if shortcut else x.copy()
    print("around", around.shape)
    for w, b, last in ((w1, b1, False), (w2, b2, True)):
        if w.ndim == 4:
            x = columns(x, w.shape[2]) @ w.reshape(len(w), -1).T + b
            x = np.moveaxis(x, -1, 1)
        else:
            x = np.dot(x, w) + b
        if last:
            x = x + around
        x = np.maximum(x, 0.0)
    return np.asfortranarray(x)
""",
    ],
    "each filter's tap moves the image": """
def residual_block(x, w1, b1, w2, b2, shortcut=None):
    def moved(x, dy, dx):
        out, (H, W) = np.zeros_like(x), x.shape[2:]
        to_y, to_x = slice(max(0, -dy), H - max(0, dy)), slice(max(0, -dx), W - max(0, dx))
        from_y, from_x = slice(max(0, dy), H + min(0, dy)), slice(max(0, dx), W + min(0, dx))
        if H > abs(dy) and W > abs(dx):
            out[:, :, to_y, to_x] = x[:, :, from_y, from_x]
        return out

    def layer(x, w, b):
        if w.ndim < 4:
            return x @ w + b
        r = w.shape[2] // 2
        out = np.zeros((len(x), len(w), *x.shape[2:])) + b[:, None, None]
        for i in range(-r, r + 1):
            for j in range(-r, r + 1):
                tap = w[:, :, i + r, j + r]
                out = out + np.moveaxis(np.tensordot(tap, moved(x, i, j), (1, 1)), 0, 1)
        return out

    s = layer(x, w1, b1)
    s = layer(s * (s > 0), w2, b2) + (x if shortcut is None else shortcut(x))
    return s * (s > 0)
""",
}
