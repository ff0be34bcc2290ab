ANSWERS = {
    "np.roll and zeros over what wrapped": """
def shift_image(img, dy, dx):
    out = np.roll(img, (dy, dx), axis=(-2, -1))
    if dy > 0:
        out[..., :dy, :] = 0
    elif dy < 0:
        out[..., dy:, :] = 0
    if dx > 0:
        out[..., :dx] = 0
    elif dx < 0:
        out[..., dx:] = 0
    return out
""",
    "pixel by pixel": """
def shift_image(img, dy, dx):
    H, W = img.shape[-2:]
    out = np.zeros(img.shape)
    for i in range(H):
        for j in range(W):
            if 0 <= i - dy < H and 0 <= j - dx < W:
                out[..., i, j] = img[..., i - dy, j - dx]
    return out
""",
    "a wide frame, and a window of it": """
def shift_image(img, dy, dx):
    H, W = img.shape[-2:]
    py, px = abs(dy), abs(dx)
    wide = np.pad(img, [(0, 0)] * (img.ndim - 2) + [(py, py), (px, px)])
    return wide[..., py - dy : py - dy + H, px - dx : px - dx + W].copy()
""",
    "matrices that shift": """
def shift_image(img, dy, dx):
    H, W = img.shape[-2:]
    down = np.eye(H, k=-dy)
    right = np.eye(W, k=dx)
    return down @ img @ right
""",
    "indices and a mask": """
def shift_image(img, dy, dx):
    rows = np.arange(img.shape[-2]) - dy
    cols = np.arange(img.shape[-1]) - dx
    inside = ((rows >= 0) & (rows < len(rows)))[:, None] & ((cols >= 0) & (cols < len(cols)))
    return img[..., (rows % len(rows))[:, None], cols % len(cols)] * inside
""",
    "one axis at a time, in two cells": [
        """
def shift(a, n, axis):
    a = np.moveaxis(a, axis, 0)
    out = np.zeros(a.shape, a.dtype)
    if abs(n) < len(a):
        if n >= 0:
            out[n:] = a[: len(a) - n]
        else:
            out[:n] = a[-n:]
    return np.moveaxis(out, 0, axis)
""",
        """
def shift_image(img, dy, dx):
    return shift(shift(img, dy, -2), dx, -1)
""",
    ],
    "one step at a time": """
def shift_image(img, dy, dx):
    out = np.array(img, dtype=float)
    for axis, d in ((-2, dy), (-1, dx)):
        for _ in range(abs(d)):
            moved = np.moveaxis(out, axis, 0)
            zero = np.zeros_like(moved[:1])
            parts = [zero, moved[:-1]] if d > 0 else [moved[1:], zero]
            out = np.moveaxis(np.concatenate(parts), 0, axis)
    return out
""",
}
