ANSWERS = {
    "a loop over columns": """
def batch_norm(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-5, train=True):
    out = np.zeros(x.shape, gamma.dtype)
    mean, var = running_mean.copy(), running_var.copy()
    n = len(x)
    for j in range(x.shape[1]):
        m, v = running_mean[j], running_var[j]
        if train:
            m = x[:, j].sum() / n
            v = ((x[:, j] - m) ** 2).sum() / n
            mean[j] += momentum * (m - mean[j])
            var[j] += momentum * (v * n / (n - 1) - var[j])
        out[:, j] = gamma[j] * (x[:, j] - m) / (v + eps) ** 0.5 + beta[j]
    return [out, mean, var]
""",
    "one affine map, a helper in another cell": [
        """
def affine(gamma, beta, mean, var, eps):
    a = gamma / np.sqrt(var + eps)
    return a, beta - a * mean
""",
        """
def batch_norm(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-5, train=True):
    if not train:
        a, b = affine(gamma, beta, running_mean, running_var, eps)
        return a * x + b, running_mean, running_var
    mean, var = np.mean(x, 0), np.var(x, 0)
    a, b = affine(gamma, beta, mean, var, eps)
    unbiased = var * (len(x) / (len(x) - 1))
    new_mean = running_mean * (1 - momentum) + momentum * mean
    return a * x + b, new_mean, running_var * (1 - momentum) + momentum * unbiased
""",
    ],
    "a list, statistics by sums, a view of the running ones": """
def batch_norm(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-5, train=True):
    if not train:
        scale = gamma / (running_var + eps) ** 0.5
        return [x * scale + (beta - running_mean * scale), running_mean[:], running_var[:]]
    n = x.shape[0]
    mean = x.sum(0) / n
    centred = x - mean
    squares = np.einsum("nd,nd->d", centred, centred)
    out = centred / np.sqrt(squares / n + eps) * gamma + beta
    new_mean = running_mean + momentum * (mean - running_mean)
    new_var = running_var + momentum * (squares / (n - 1) - running_var)
    return [out, new_mean, new_var]
""",
    "two functions and a lambda": [
        """
normalized = lambda x, mean, var, eps: (x - mean) * (var + eps) ** -0.5
mix = lambda old, new, m: np.add(old * (1 - m), new * m)
""",
        """
def batch_norm(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-5, train=True):
    statistics = (np.mean(x, 0), np.var(x, 0)) if train else (running_mean, running_var)
    out = np.asfortranarray(gamma * normalized(x, *statistics, eps) + beta)
    if train:
        n = len(x)
        running_mean = mix(running_mean, statistics[0], momentum)
        running_var = mix(running_var, statistics[1] * n / (n - 1), momentum)
    return out, running_mean, running_var
""",
    ],
    "closures, the batch added by its difference": """
def batch_norm(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-05, train=True):
    def blend(old, new):
        return old + momentum * (new - old)
    def scale(m, v):
        return gamma * ((x - m) * (v + eps) ** -0.5) + beta
    if not train:
        return scale(running_mean, running_var), running_mean, running_var
    n = x.shape[0]
    m = x.sum(axis=0) / n
    d = x - m
    ss = (d * d).sum(axis=0)
    return scale(m, ss / n), blend(running_mean, m), blend(running_var, ss / (n - 1))
""",
    "folded into one line, einsum": """
def batch_norm(x, gamma, beta, running_mean, running_var, momentum=0.1, eps=1e-05, train=True):
    if train:
        N = len(x)
        mu = np.einsum("nd->d", x) / N
        xc = x - mu
        var_u = np.einsum("nd,nd->d", xc, xc) / (N - 1)
        var = var_u * (N - 1) / N
        new_mean = (1 - momentum) * running_mean + momentum * mu
        new_var = (1 - momentum) * running_var + momentum * var_u
    else:
        mu, var = new_mean, new_var = running_mean.copy(), running_var.copy()
    a = gamma / np.sqrt(var + eps)
    return a * x + (beta - a * mu), new_mean, new_var
""",
}
