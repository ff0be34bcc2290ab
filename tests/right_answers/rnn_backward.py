ANSWERS = {
    "deltas first, then one product for all steps": """
def rnn_backward(dhs, xs, hs, Wx, Wh):
    T = len(dhs)
    deltas = np.zeros_like(hs[1:])
    after = np.zeros_like(hs[0])
    for t in range(T - 1, -1, -1):
        deltas[t] = (dhs[t] + after) * (1 - hs[t + 1] ** 2)
        after = deltas[t] @ Wh.T
    dWx = np.einsum("tnd,tnh->dh", xs, deltas)
    dWh = np.einsum("tnk,tnh->kh", hs[:-1], deltas)
    return [dWx, dWh, deltas.sum(axis=(0, 1)), after]
""",
    "recursion from the first step": """
def rnn_backward(dhs, xs, hs, Wx, Wh):
    dh = dhs[0]
    later = None
    if len(xs) > 1:
        *later, dnext = rnn_backward(dhs[1:], xs[1:], hs[1:], Wx, Wh)
        dh = dh + dnext
    s = dh * (1 + hs[1]) * (1 - hs[1])
    own = xs[0].T @ s, hs[0].T @ s, s.sum(0)
    if later is not None:
        own = [a + b for a, b in zip(own, later)]
    return (*own, np.dot(s, Wh.T))
""",
    "each pair of a step and a reading state apart": """
def rnn_backward(dhs, xs, hs, Wx, Wh):
    dWx, dWh, db = 0 * Wx, 0 * Wh, 0 * Wh[0]
    dh0 = 0 * hs[0]
    for end in range(len(dhs)):
        d = dhs[end]
        for t in range(end, -1, -1):
            s = d * (1 - np.square(hs[t + 1]))
            dWx, dWh, db = dWx + xs[t].T @ s, dWh + hs[t].T @ s, db + s.sum(axis=0)
            d = s @ Wh.T
        dh0 = dh0 + d
    return dWx, dWh, db, dh0
""",
    "row by row": """
def rnn_backward(dhs, xs, hs, Wx, Wh):
    T, N, H = dhs.shape
    dWx, dWh = np.zeros(Wx.shape, Wx.dtype), np.zeros(Wh.shape, Wh.dtype)
    db = np.zeros(H, Wh.dtype)
    dh0 = np.zeros((N, H), Wh.dtype)
    for n in range(N):
        back = np.zeros(H, Wh.dtype)
        for t in reversed(range(T)):
            back = back + dhs[t, n]
            s = back * (1 - hs[t + 1, n] ** 2)
            dWx += np.outer(xs[t, n], s)
            dWh += np.outer(hs[t, n], s)
            db += s
            back = Wh @ s
        dh0[n] = back
    return dWx, dWh, db, dh0
""",
    "inputs and state side by side": """
def rnn_backward(dhs, xs, hs, Wx, Wh):
    D = len(Wx)
    W = np.vstack([Wx, Wh])
    dW, db, dh = np.zeros_like(W), 0, 0
    for dout, x, h, new in zip(dhs[::-1], xs[::-1], hs[-2::-1], hs[:0:-1]):
        delta = (dout + dh) * (1 - new * new)
        both = np.hstack([x, h])
        dW += both.T @ delta
        db = db + delta.sum(axis=0)
        dh = (delta @ W.T)[:, D:]
    return dW[:D], dW[D:], db, dh
""",
}
