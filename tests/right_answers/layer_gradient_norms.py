ANSWERS = {
    "recursive": """
def layer_gradient_norms(X, labels, weights, g, g_prime):
    def back(x, layer):
        s = x @ weights[layer]
        if layer == len(weights) - 1:
            p = np.exp(s) / np.exp(s).sum(1, keepdims=True)
            delta = (p - np.eye(p.shape[1])[labels]) / len(X)
            norms = []
        else:
            dx, norms = back(g(s), layer + 1)
            delta = dx * g_prime(s)
        return delta @ weights[layer].T, [np.sqrt(np.sum((x.T @ delta) ** 2))] + norms

    return back(X, 0)[1]
""",
    "keeps all gradients, an array": """
def layer_gradient_norms(X, labels, weights, g, g_prime):
    xs, ss = [X], []
    for W in weights[:-1]:
        ss.append(xs[-1] @ W)
        xs.append(g(ss[-1]))
    s = xs[-1] @ weights[-1]
    d = np.exp(s - np.log(np.exp(s).sum(axis=1, keepdims=True)))
    d[range(len(X)), labels] -= 1
    d /= len(X)
    grads = [np.einsum("ni,nj->ij", xs[-1], d)]
    for W, s, x in zip(weights[:0:-1], ss[::-1], xs[-2::-1]):
        d = (d @ W.T) * g_prime(s)
        grads.append(np.einsum("ni,nj->ij", x, d))
    return np.array([np.linalg.norm(dW.ravel()) for dW in reversed(grads)])
""",
}
