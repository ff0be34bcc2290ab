ANSWERS = {
    "slices and a helper": """
def squash(s):
    return 1.0 / (1.0 + np.exp(-s))


def lstm_step(x, h, c, Wx, Wh, b):
    H = h.shape[1]
    s = x @ Wx + h @ Wh + b
    i, f = squash(s[:, :H]), squash(s[:, H : 2 * H])
    g, o = np.tanh(s[:, 2 * H : 3 * H]), squash(s[:, 3 * H :])
    new = f * c + i * g
    return [o * np.tanh(new), new]
""",
    "a product a gate": """
def lstm_step(x, h, c, Wx, Wh, b):
    sums = [
        x @ A + h @ B + d
        for A, B, d in zip(
            np.hsplit(Wx, 4), np.hsplit(Wh, 4), np.split(b, 4)
        )
    ]
    gates = [np.exp(s) / (np.exp(s) + 1) for s in sums]
    c = gates[1] * c + gates[0] * np.tanh(sums[2])
    return gates[3] * np.tanh(c), c
""",
    "sigmoids by tanh": """
def lstm_step(x, h, c, Wx, Wh, b):
    both = np.concatenate([x, h], axis=1)
    s = both @ np.concatenate([Wx, Wh]) + b
    n, H = h.shape
    s = s.reshape(n, 4, H)
    gate = (1 + np.tanh(s / 2)) / 2
    c_new = c * gate[:, 1] + gate[:, 0] * np.tanh(s[:, 2])
    h_new = np.tanh(c_new) * gate[:, 3]
    return h_new, c_new
""",
    "row by row": """
def lstm_step(x, h, c, Wx, Wh, b):
    H = h.shape[1]
    h_new, c_new = np.zeros_like(h), np.zeros_like(c)
    for n in range(len(x)):
        s = np.dot(x[n], Wx) + np.dot(h[n], Wh) + b
        for j in range(H):
            i, f, o = (1 / (1 + np.exp(-s[j + k * H])) for k in (0, 1, 3))
            c_new[n, j] = f * c[n, j] + i * np.tanh(s[j + 2 * H])
            h_new[n, j] = o * np.tanh(c_new[n, j])
    return h_new, c_new
""",
    "einsum on weights with an axis for the gates": """
def lstm_step(x, h, c, Wx, Wh, b):
    H = h.shape[1]
    s = np.einsum("nd,dgh->gnh", x, Wx.reshape(len(Wx), 4, H))
    s = s + np.einsum("nk,kgh->gnh", h, Wh.reshape(H, 4, H)) + b.reshape(4, 1, H)
    i, f, o = 1 / (1 + np.exp(-s[[0, 1, 3]]))
    c = f * c + i * np.tanh(s[2])
    return np.multiply(o, np.tanh(c)), c
""",
}
