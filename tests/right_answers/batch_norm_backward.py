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
}
