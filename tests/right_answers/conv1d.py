ANSWERS = {
    "two loops": """
def conv1d(x, w, flip=False):
    n, f = len(x), len(w)
    out = [0.0] * (n - f + 1)
    for i in range(n - f + 1):
        for u in range(f):
            out[i] += x[i + u] * (w[f - 1 - u] if flip else w[u])
    return out
""",
    "NumPy's own two": """
def conv1d(x, w, flip=False):
    if flip:
        return np.convolve(x, w, mode="valid")
    return np.correlate(x, w, mode="valid")
""",
    "sliding windows": """
def conv1d(x, w, flip=False):
    windows = np.lib.stride_tricks.sliding_window_view(x, len(w))
    return windows @ (np.flip(w) if flip else w)
""",
    "tap by tap": """
def conv1d(x, w, flip=False):
    places = x.shape[0] - w.shape[0] + 1
    taps = w[::-1] if flip else w
    total = np.zeros(places)
    for u, weight in enumerate(taps):
        total = total + weight * x[u : u + places]
    return total
""",
    "a matrix with the filter in each row": [
        """
def matrix(w, n):
    M = np.zeros((n - len(w) + 1, n))
    for i in range(len(M)):
        M[i, i : i + len(w)] = w
    return M
""",
        """
def conv1d(x, w, flip=False):
    return matrix(w if not flip else w[::-1], len(x)) @ x
""",
    ],
    "by Fourier": """
def conv1d(x, w, flip=False):
    size = len(x) + len(w)
    taps = w if flip else w[::-1]
    full = np.fft.irfft(np.fft.rfft(x, size) * np.fft.rfft(taps, size), size)
    return full[len(w) - 1 : len(x)]
""",
    "a weight less, recursively": """
def conv1d(x, w, flip=False):
    if flip:
        return conv1d(x, w[::-1])
    if len(w) == 1:
        return w[0] * x
    return conv1d(x[:-1], w[:-1]) + w[-1] * x[len(w) - 1:]
""",
}
