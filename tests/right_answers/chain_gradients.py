ANSWERS = {
    "recursive": """
def chain_gradients(x, y, weights, biases):
    def back(a, layer):
        if layer == len(weights):
            return a - y, [], []
        out = 1 / (1 + np.exp(-(weights[layer] * a + biases[layer])))
        upstream, dw, db = back(out, layer + 1)
        delta = upstream * out * (1 - out)
        return delta * weights[layer], [delta * a] + dw, [delta] + db

    _, dw, db = back(x, 0)
    return dw, db
""",
    "products of local slopes, arrays": """
def chain_gradients(x, y, weights, biases):
    L = len(weights)
    a = np.zeros(L + 1)
    a[0] = x
    for l in range(L):
        a[l + 1] = 1 / (1 + np.exp(-weights[l] * a[l] - biases[l]))
    slopes = a[1:] * (1 - a[1:])
    db = np.array(
        [(a[-1] - y) * np.prod(slopes[l:]) * np.prod(np.array(weights[l + 1 :])) for l in range(L)]
    )
    return db * a[:-1], db
""",
    "forward mode: one pass a parameter": """
def chain_gradients(x, y, weights, biases):
    def slope(layer, of_weight):
        a, da = float(x), 0.0
        for l, (w, b) in enumerate(zip(weights, biases)):
            ds = w * da + (l == layer) * (a if of_weight else 1.0)
            a = 1 / (1 + np.exp(-(w * a + b)))
            da = a * (1 - a) * ds
        return (a - y) * da

    layers = range(len(weights))
    return [[slope(l, kind) for l in layers] for kind in (True, False)]
""",
}
