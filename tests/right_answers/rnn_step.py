ANSWERS = {
    "one product of what stands side by side": """
def rnn_step(x, h, Wx, Wh, b):
    return np.tanh(np.concatenate([x, h], axis=1) @ np.concatenate([Wx, Wh], axis=0) + b)
""",
    "loops over rows and units": """
def rnn_step(x, h, Wx, Wh, b):
    new = np.zeros_like(h)
    for n in range(len(x)):
        for j in range(len(b)):
            s = b[j]
            for d in range(x.shape[1]):
                s = s + x[n, d] * Wx[d, j]
            for k in range(h.shape[1]):
                s = s + h[n, k] * Wh[k, j]
            new[n, j] = np.tanh(s)
    return new
""",
    "transposed, as columns": """
def rnn_step(x, h, Wx, Wh, b):
    s = Wx.T @ x.T + Wh.T @ h.T + b.reshape(-1, 1)
    print(s.shape)
    return np.tanh(s).T
""",
    "tanh by a sigmoid": """
def rnn_step(x, h, Wx, Wh, b):
    s = np.dot(x, Wx) + np.dot(h, Wh) + b
    return 2 / (1 + np.exp(-2 * s)) - 1
""",
    "einsum": """
def rnn_step(x, h, Wx, Wh, b):
    return np.tanh(np.einsum("nd,dh->nh", x, Wx) + np.einsum("nk,kh->nh", h, Wh) + b[None])
""",
}
