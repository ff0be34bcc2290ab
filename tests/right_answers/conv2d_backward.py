ANSWERS = {
    "four loops": """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    N, C, H, W = x.shape
    K, _, F, _ = w.shape
    p = padding
    xp = np.pad(x, ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw, db = np.zeros(xp.shape), np.zeros(w.shape), np.zeros(K)
    for n in range(N):
        for k in range(K):
            for i in range(dout.shape[2]):
                for j in range(dout.shape[3]):
                    g = dout[n, k, i, j]
                    r, c = i * stride, j * stride
                    dw[k] += g * xp[n, :, r : r + F, c : c + F]
                    dxp[n, :, r : r + F, c : c + F] += g * w[k]
                    db[k] += g
    return dxp[:, :, p : p + H, p : p + W], dw, db
""",
    "tap by tap, a list": """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    N, C, H, W = x.shape
    F, s, p = w.shape[2], stride, padding
    H2, W2 = dout.shape[2:]
    big = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
    dbig, dw = np.zeros(big.shape, dout.dtype), np.zeros(w.shape, dout.dtype)
    for u in range(F):
        for v in range(F):
            tap = np.s_[:, :, u : u + s * H2 : s, v : v + s * W2 : s]
            dw[:, :, u, v] = np.einsum("nkij,ncij->kc", dout, big[tap])
            dbig[tap] += np.einsum("nkij,kc->ncij", dout, w[:, :, u, v])
    return [dbig[:, :, p : H + p, p : W + p], dw, np.einsum("nkij->k", dout)]
""",
    "a convolution of the spread dout with the turned filter": """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    view = np.lib.stride_tricks.sliding_window_view
    N, C, H, W = x.shape
    K, _, F, _ = w.shape
    Hp, Wp = H + 2 * padding, W + 2 * padding
    spread = np.zeros((N, K, Hp - F + 1, Wp - F + 1))
    spread[:, :, ::stride, ::stride] = dout
    xp = np.zeros((N, C, Hp, Wp))
    xp[:, :, padding : padding + H, padding : padding + W] = x
    dw = np.einsum("nkij,ncuvij->kcuv", spread, view(xp, spread.shape[2:], axis=(2, 3)))
    edge = F - 1
    wide = np.pad(spread, [(0, 0), (0, 0), (edge, edge), (edge, edge)])
    dx = np.einsum("nkhwuv,kcuv->nchw", view(wide, (F, F), axis=(2, 3)), w[:, :, ::-1, ::-1])
    return dx[:, :, padding : padding + H, padding : padding + W], dw, dout.sum((0, 2, 3))
""",
    "columns and back, in two cells": [
        """
def places(H, W, F, s):
    return [(i, j) for i in range(0, H - F + 1, s) for j in range(0, W - F + 1, s)]
""",
        """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    K, C, F, _ = w.shape
    rows = w.reshape(K, -1)
    dx, dw = np.zeros(x.shape), np.zeros(rows.shape)
    for n in range(len(x)):
        image = np.pad(x[n], [(0, 0), (padding, padding), (padding, padding)])
        where = places(*image.shape[1:], F, stride)
        columns = np.stack([image[:, i : i + F, j : j + F].ravel() for i, j in where], axis=1)
        d = dout[n].reshape(K, -1)
        dw += d @ columns.T
        dimage = np.zeros(image.shape)
        for (i, j), column in zip(where, (rows.T @ d).T):
            dimage[:, i : i + F, j : j + F] += column.reshape(C, F, F)
        dx[n] = dimage[:, padding : padding + x.shape[2], padding : padding + x.shape[3]]
    return dx, dw.reshape(w.shape), dout.sum(axis=3).sum(axis=2).sum(axis=0)
""",
    ],
    "the layer is linear: one number of dx or dw at a time": """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    def forward(x, w):
        p, F = padding, w.shape[2]
        x = np.pad(x, [(0, 0), (0, 0), (p, p), (p, p)])
        windows = np.lib.stride_tricks.sliding_window_view(x, (F, F), axis=(2, 3))
        return np.einsum("nchwuv,kcuv->nkhw", windows[:, :, ::stride, ::stride], w)

    dx, dw = np.zeros(x.shape), np.zeros(w.shape)
    for at in np.ndindex(x.shape[1:]):
        one = np.zeros((1, *x.shape[1:]))
        one[(0, *at)] = 1
        dx[(slice(None), *at)] = (dout * forward(one, w)).sum(axis=(1, 2, 3))
    for k, *at in np.ndindex(w.shape):
        one = np.zeros((1, *w.shape[1:]))
        one[(0, *at)] = 1
        dw[(k, *at)] = (dout[:, k] * forward(x, one)[:, 0]).sum()
    return dx, dw, np.array([d.sum() for d in dout.swapaxes(0, 1)])
""",
    "the matrix of the layer": """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    N, C, H, W = x.shape
    K, _, F, _ = w.shape
    Ho, Wo = dout.shape[2:]
    A = np.zeros((K, Ho, Wo, C, H + 2*padding, W + 2*padding))
    for i in range(Ho):
        for j in range(Wo):
            A[:, i, j, :, i*stride:i*stride+F, j*stride:j*stride+F] = w
    A = A[..., padding:padding+H, padding:padding+W]
    dx = np.tensordot(dout, A, axes=3)
    xp = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    dw = np.zeros((K, C, F, F))
    for u in range(F):
        for v in range(F):
            part = xp[:, :, u:u+(Ho-1)*stride+1:stride, v:v+(Wo-1)*stride+1:stride]
            dw[:, :, u, v] = np.einsum("nkij,ncij->kc", dout, part)
    return dx, dw, dout.sum(axis=3).sum(axis=2).sum(axis=0)
""",
    "places, and pads cut where there are any": """
def conv2d_backward(dout, x, w, stride=1, padding=0):
    p, s, F = padding, stride, w.shape[2]
    xp = np.pad(x.astype(float), ((0, 0), (0, 0), (p, p), (p, p)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w, dtype=float)
    for i in range(dout.shape[2]):
        for j in range(dout.shape[3]):
            here = np.s_[:, :, i*s:i*s+F, j*s:j*s+F]
            dw += np.tensordot(dout[:, :, i, j], xp[here], axes=(0, 0))
            dxp[here] += np.tensordot(dout[:, :, i, j], w, axes=1)
    if p:
        dxp = dxp[:, :, p:-p, p:-p]
    return dxp, dw, dout.sum((0, 2, 3))
""",
}
