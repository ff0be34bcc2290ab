ANSWERS = {
    "sliding windows and a transpose": """
def im2col(x, kernel_size, stride=1, padding=0):
    p = padding
    x = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    windows = np.lib.stride_tricks.sliding_window_view(x, (kernel_size,) * 2, axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    N, C, H2, W2, F, _ = windows.shape
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * F * F, H2 * W2)
""",
    "row by row, as the index is defined": """
def im2col(x, kernel_size, stride=1, padding=0):
    N, C, H, W = x.shape
    F = kernel_size
    H2 = (H + 2 * padding - F) // stride + 1
    W2 = (W + 2 * padding - F) // stride + 1
    out = np.zeros((N, C * F * F, H2 * W2))
    for n, c, u, v, i, j in np.ndindex(N, C, F, F, H2, W2):
        row, col = i * stride + u - padding, j * stride + v - padding
        if 0 <= row < H and 0 <= col < W:
            out[n, (c * F + u) * F + v, i * W2 + j] = x[n, c, row, col]
    return out
""",
    "fancy indices": """
def im2col(x, kernel_size, stride=1, padding=0):
    F, C = kernel_size, x.shape[1]
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)), mode="constant")
    H2 = (x.shape[2] - F) // stride + 1
    W2 = (x.shape[3] - F) // stride + 1
    i0 = np.tile(np.repeat(np.arange(F), F), C)
    j0 = np.tile(np.arange(F), F * C)
    i1 = stride * np.repeat(np.arange(H2), W2)
    j1 = stride * np.tile(np.arange(W2), H2)
    k = np.repeat(np.arange(C), F * F).reshape(-1, 1)
    return x[:, k, i0.reshape(-1, 1) + i1, j0.reshape(-1, 1) + j1]
""",
    "a slice for each tap": """
def im2col(x, kernel_size, stride=1, padding=0):
    N, C, H, W = x.shape
    rows = (H + 2 * padding - kernel_size) // stride + 1
    cols = (W + 2 * padding - kernel_size) // stride + 1
    img = np.pad(x, [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    col = np.zeros((N, C, kernel_size, kernel_size, rows, cols), x.dtype)
    for u in range(kernel_size):
        down = slice(u, u + stride * rows, stride)
        for v in range(kernel_size):
            col[:, :, u, v] = img[:, :, down, v : v + stride * cols : stride]
    return col.reshape(N, C * kernel_size**2, -1)
""",
    "a list of columns for each image": [
        """
def windows(image, F, s):
    for i in range(0, image.shape[1] - F + 1, s):
        for j in range(0, image.shape[2] - F + 1, s):
            yield image[:, i : i + F, j : j + F].flatten()
""",
        """
def im2col(x, kernel_size, stride=1, padding=0):
    out = []
    for image in x:
        image = np.pad(image, [(0, 0), (padding, padding), (padding, padding)])
        out.append(np.array(list(windows(image, kernel_size, stride))).T)
    return out
""",
    ],
}
