ANSWERS = {
    "probe the two layers": """
def fold_batch_norm(W, b, gamma, beta, mean, var, eps=1e-5):
    def both(x):
        return gamma * (x @ W + b - mean) / np.sqrt(var + eps) + beta

    zero = both(np.zeros(len(W), W.dtype))
    return [both(np.eye(len(W), dtype=W.dtype)) - zero, zero]
""",
    "a diagonal matrix": """
def fold_batch_norm(W, b, gamma, beta, mean, var, eps=1e-5):
    S = np.diag(gamma * (var + eps) ** -0.5)
    return np.asfortranarray(W @ S), (b - mean) @ S + beta
""",
    "a loop over units": """
def fold_batch_norm(W, b, gamma, beta, mean, var, eps=1e-5):
    columns, biases = [], []
    for j in range(W.shape[1]):
        scale = gamma[j] / (var[j] + eps) ** 0.5
        columns.append(W[:, j] * scale)
        biases.append((b[j] - mean[j]) * scale + beta[j])
    return np.stack(columns, axis=1), np.array(biases, W.dtype)
""",
    "the bias as one more row": """
def fold_batch_norm(W, b, gamma, beta, mean, var, eps=1e-5):
    both = np.vstack([W, b - mean]) * (gamma * (var + eps) ** -0.5)
    return both[:-1], both[-1] + beta
""",
    "transposed, a list": """
def fold_batch_norm(W, b, gamma, beta, mean, var, eps=1e-5):
    inv = 1 / np.sqrt(var + eps)
    folded = ((gamma * inv)[:, None] * W.T).T
    return [folded, gamma * inv * b - gamma * inv * mean + beta]
""",
}
