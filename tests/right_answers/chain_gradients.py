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
    "a unit as a class, a list for the tuple": """
class Unit:
    def __init__(self, w, b):
        self.w, self.b = w, b

    def forward(self, a):
        self.inside = a
        self.out = 1 / (1 + np.exp(-(self.w * a + self.b)))
        return self.out

    def backward(self, gradient):
        self.delta = gradient * self.out * (1 - self.out)
        return self.delta * self.w


def chain_gradients(x, y, weights, biases):
    units = list(map(Unit, weights, biases))
    for unit in units:
        x = unit.forward(x)
    gradient = x - y
    for unit in reversed(units):
        gradient = unit.backward(gradient)
    return [[u.delta * u.inside for u in units], [u.delta for u in units]]
""",
    "tanh for the sigmoid, arrays filled from behind": """
import math


def chain_gradients(x, y, weights, biases):
    L = len(weights)
    a = np.empty(L + 1)
    a[0] = x
    for l in range(L):
        a[l + 1] = (1 + math.tanh((weights[l] * a[l] + biases[l]) / 2)) / 2
    delta = np.empty(L)
    slopes = a[1:] - a[1:] ** 2
    delta[-1] = (a[-1] - y) * slopes[-1]
    for l in range(L - 2, -1, -1):
        delta[l] = weights[l + 1] * delta[l + 1] * slopes[l]
    return delta * a[:-1], delta
""",
}
