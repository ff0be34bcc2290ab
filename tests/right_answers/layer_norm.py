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
}
