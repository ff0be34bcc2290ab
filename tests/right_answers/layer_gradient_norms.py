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
    "numerical gradients by a complex step": """
def loss(X, labels, weights, g):
    for W in weights[:-1]:
        X = g(X @ W)
    s = X @ weights[-1]
    return np.mean(np.log(np.sum(np.exp(s), axis=1)) - s[np.arange(len(s)), labels])


def layer_gradient_norms(X, labels, weights, g, g_prime):
    norms = []
    for layer, W in enumerate(weights):
        total = 0
        for i in np.ndindex(W.shape):
            nudged = [V.astype(complex) for V in weights]
            nudged[layer][i] += 1e-20j
            total += (loss(X, labels, nudged, g).imag / 1e-20) ** 2
        norms.append(total**0.5)
    return norms
""",
    "norms of outer products, a tuple": """
def layer_gradient_norms(X, labels, weights, g, g_prime):
    xs, ss = [X], []
    for W in weights:
        ss.append(xs[-1].dot(W))
        xs.append(g(ss[-1]))
    p = np.exp(ss[-1])
    p = p / p.sum(1, keepdims=True)
    d = (p - np.eye(p.shape[1])[labels]) / len(X)
    found = {}
    for i in reversed(range(len(weights))):
        gradient = sum(np.outer(x, row) for x, row in zip(xs[i], d))
        found[i] = np.sqrt(np.square(gradient).sum())
        if i:
            d = np.einsum("nk,hk,nh->nh", d, weights[i], g_prime(ss[i - 1]))
    return tuple(found[i] for i in range(len(weights)))
""",
}
