ANSWERS = {
    "a loop over rows": """
def layer_norm(x, gamma, beta, eps=1e-5):
    out = np.empty(x.shape, np.result_type(gamma, beta))
    for i in np.ndindex(x.shape[:-1]):
        row = x[i]
        m = row.sum() / len(row)
        v = ((row - m) ** 2).sum() / len(row)
        out[i] = (row - m) / (v + eps) ** 0.5 * gamma + beta
    return out
""",
    "einsum and the features first": """
def layer_norm(x, gamma, beta, eps=1e-5):
    z = x - np.mean(x, axis=-1)[..., None]
    s = np.sqrt(np.einsum("...d,...d->...", z, z) / x.shape[-1] + eps)
    return np.asfortranarray(np.moveaxis(np.moveaxis(z, -1, 0) / s, 0, -1) * gamma + beta)
""",
    "transposed, a lambda": """
core = lambda z, eps: (z - z.mean(0)) / np.sqrt(z.var(0) + eps)


def layer_norm(x, gamma, beta, eps=1e-5):
    moved = np.moveaxis(x, -1, 0)
    return np.moveaxis(core(moved, eps), 0, -1) * gamma + beta
""",
    "second moments, in place": """
def layer_norm(x, gamma, beta, eps=1e-5):
    out = np.array(x, dtype=x.dtype if x.dtype.kind == "f" else float)
    out -= out.mean(axis=-1)[..., None]
    size = np.einsum("...d,...d->...", out, out) / x.shape[-1]
    out /= np.sqrt(size + eps)[..., None]
    out *= gamma
    out += beta
    return out
""",
    "rows made of all axes but the last": """
def layer_norm(x, gamma, beta, eps=1e-05):
    D = x.shape[-1]
    rows = x.reshape(-1, D)
    mu = rows.sum(axis=1, keepdims=True) / D
    d = rows - mu
    y = gamma * d / np.sqrt((d * d).sum(axis=1, keepdims=True) / D + eps) + beta
    return y.reshape(x.shape)
""",
    "row by row, by index": """
def layer_norm(x, gamma, beta, eps=1e-05):
    y = np.empty(x.shape, np.result_type(gamma, beta, x) if x.dtype.kind == 'f' else float)
    for i in np.ndindex(*x.shape[:-1]):
        r = x[i]
        y[i] = gamma * (r - np.mean(r)) / np.sqrt(np.var(r) + eps) + beta
    return y
""",
    "an axis a call, recursively": """
def layer_norm(x, gamma, beta, eps=1e-05):
    if x.ndim > 1:
        rows = [layer_norm(r, gamma, beta, eps) for r in x]
        return np.array(rows, dtype=(x[..., :1] * gamma).dtype).reshape(x.shape)
    return (x - x.mean()) / np.sqrt(x.var() + eps) * gamma + beta
""",
}
