ANSWERS = {
    "what is cut off is taken away": """
def soft_threshold(w, t):
    return w - np.clip(w, -t, t)
""",
    "three pieces": """
def soft_threshold(w, t):
    return np.where(w > t, w - t, np.where(w < -t, w + t, 0.0))
""",
    "two ReLUs": """
def soft_threshold(w, t):
    relu = lambda z: np.maximum(z, 0)
    return relu(w - t) - relu(-w - t)
""",
    "number by number": """
def soft_threshold(w, t):
    out = np.zeros(w.shape)
    for i in np.ndindex(w.shape):
        if abs(w[i]) > t:
            out[i] = w[i] - t if w[i] > 0 else w[i] + t
    return out
""",
    "masks on a copy, in two cells": [
        "def copied(w):\n    return np.array(w, dtype=np.result_type(w, np.float32))",
        """
def soft_threshold(w, t):
    out = copied(w)
    out[np.abs(w) <= t] = 0
    out[w > t] -= t
    out[w < -t] += t
    return out
""",
    ],
    "a factor, as the proof has it": """
def soft_threshold(w, t):
    size = np.abs(w)
    return w * np.maximum(1 - t / np.where(size == 0, 1, size), 0)
""",
    "the sign put on what is left": """
def soft_threshold(w, t):
    size = np.abs(w) - t
    return np.copysign(size * (size > 0), w)
""",
}
