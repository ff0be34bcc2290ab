ANSWERS = {
    "step by step through variance and mean": """
def batch_norm_backward(dout, x, gamma, eps=1e-5):
    n = x.shape[0]
    mu = x.mean(axis=0)
    xc = x - mu
    var = (xc**2).mean(axis=0)
    inv = (var + eps) ** -0.5
    dxhat = dout * gamma
    dvar = (dxhat * xc).sum(axis=0) * -0.5 * inv**3
    dmu = -(dxhat * inv).sum(axis=0) + dvar * (-2 * xc).mean(axis=0)
    dx = dxhat * inv + dvar * 2 * xc / n + dmu / n
    return [dx, (dout * xc * inv).sum(axis=0), dout.sum(axis=0)]
""",
    "a Jacobian for each column": """
def batch_norm_backward(dout, x, gamma, eps=1e-5):
    n, d = x.shape
    dx = np.zeros_like(dout)
    dgamma, dbeta = np.zeros_like(dout[0]), np.zeros_like(dout[0])
    for j in range(d):
        s = np.sqrt(np.var(x[:, j]) + eps)
        h = (x[:, j] - np.mean(x[:, j])) / s
        J = (np.eye(n) - 1 / n - np.outer(h, h) / n) * gamma[j] / s
        dx[:, j] = J @ dout[:, j]
        dgamma[j], dbeta[j] = h @ dout[:, j], dout[:, j].sum()
    return dx, dgamma, dbeta
""",
    "by projection: dout without its mean and its part along x_hat": """
def batch_norm_backward(dout, x, gamma, eps=1e-5):
    centred = x - x.mean(0)
    var = (centred**2).mean(0)
    inv = 1 / np.sqrt(var + eps)
    x_hat = centred * inv
    d = dout * gamma
    d = d - d.mean(axis=0, keepdims=True)
    d = d - x_hat * np.mean(d * x_hat, axis=0)
    return [d * inv, np.einsum("nd,nd->d", dout, x_hat), np.einsum("nd->d", dout)]
""",
    "column by column, a helper": """
def one_column(d, v, g, eps):
    n = len(v)
    s = (v.var() + eps) ** 0.5
    h = (v - v.mean()) / s
    dh = d * g
    dv = (n * dh - dh.sum() - h * (dh @ h)) / (n * s)
    return dv, d @ h, d.sum()


def batch_norm_backward(dout, x, gamma, eps=1e-5):
    columns = [one_column(d, v, g, eps) for d, v, g in zip(dout.T, x.T, gamma)]
    dx, dgamma, dbeta = zip(*columns)
    return np.stack(dx, axis=1), np.array(dgamma), np.array(dbeta)
""",
    "the chain rule, one variable at a time": """
def batch_norm_backward(dout, x, gamma, eps=1e-05):
    N = x.shape[0]
    mu = x.mean(axis=0)
    var = x.var(axis=0)
    std = np.sqrt(var + eps)
    xhat = (x - mu) / std
    dgamma = np.sum(dout * xhat, axis=0)
    dbeta = np.sum(dout, axis=0)
    dxhat = dout * gamma
    dvar = np.sum(dxhat * (x - mu), axis=0) * -0.5 * (var + eps) ** -1.5
    dmu = np.sum(-dxhat / std, axis=0) + dvar * np.mean(-2 * (x - mu), axis=0)
    dx = dxhat / std + dvar * 2 * (x - mu) / N + dmu / N
    return dx, dgamma, dbeta
""",
    "back through the inverse deviation, a list": """
def batch_norm_backward(dout, x, gamma, eps=1e-05):
    N = len(x)
    xc = x - x.sum(axis=0) / N
    ivar = 1 / np.sqrt((xc * xc).sum(axis=0) / N + eps)
    dxhat = dout * gamma
    divar = (dxhat * xc).sum(axis=0)
    dxc = dxhat * ivar + 2 / N * xc * (-0.5 * ivar**3 * divar)
    dgamma, dbeta = np.einsum("nd,nd->d", dout, xc * ivar), np.einsum("nd->d", dout)
    return [dxc - dxc.mean(axis=0), dgamma, dbeta]
""",
}
