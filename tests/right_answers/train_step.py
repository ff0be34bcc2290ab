ANSWERS = {
    "helpers in cells of their own": [
        """
def clip(grads, max_norm):
    norm = np.sqrt(sum(np.sum(g**2) for g in grads))
    return [g * (max_norm / max(norm, max_norm)) for g in grads]
""",
        """
def rate(t, warmup, total, peak):
    if t < warmup:
        return peak * t / warmup
    return float(0.5 * peak * (1 + np.cos(np.pi * (t - warmup) / (total - warmup))))
""",
        """
def adamw(w, g, m, v, t, lr, weight_decay):
    w = w - lr * weight_decay * w
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g**2
    return w - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8), m, v
""",
        """
def train_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    lr = rate(t, warmup, total, peak)
    grads = clip(grads, max_norm)
    new_params, new_m, new_v = [], [], []
    for i in range(len(params)):
        one, two, three = adamw(params[i], grads[i], m[i], v[i], t, lr, weight_decay)
        new_params.append(one)
        new_m.append(two)
        new_v.append(three)
    return new_params, new_m, new_v
""",
    ],
    "one long vector": """
def train_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    w, g, first, second = (np.concatenate([a.ravel() for a in x]) for x in (params, grads, m, v))
    norm = np.linalg.norm(g)
    if norm > max_norm:
        g = g / norm * max_norm
    done = (t - warmup) / (total - warmup)
    lr = peak * t / warmup if t < warmup else peak / 2 * (1 + float(np.cos(np.pi * done)))
    first = first + (1 - 0.9) * (g - first)
    second = second + (1 - 0.999) * (g * g - second)
    w = w * (1 - lr * weight_decay)
    w = w - lr * first / (1 - 0.9**t) / (np.sqrt(second / (1 - 0.999**t)) + 1e-8)
    cuts = np.cumsum([p.size for p in params])[:-1]
    return [
        [part.reshape(p.shape) for part, p in zip(np.split(flat, cuts), params)]
        for flat in (w, first, second)
    ]
""",
    "copies that are changed in place": """
import math


def train_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    params, grads, m, v = ([a.copy() for a in x] for x in (params, grads, m, v))
    norm = math.sqrt(sum(float((g * g).sum()) for g in grads))
    if norm > max_norm:
        for g in grads:
            g *= max_norm / norm
    if t < warmup:
        lr = t / warmup * peak
    else:
        lr = peak * math.cos(math.pi / 2 * (t - warmup) / (total - warmup)) ** 2
    root = math.sqrt(1 - 0.999**t)
    for p, g, a, b in zip(params, grads, m, v):
        a *= 0.9
        a += (1 - 0.9) * g
        b *= 0.999
        b += (1 - 0.999) * g**2
        p -= lr * weight_decay * p
        p -= lr / (1 - 0.9**t) * a / (np.sqrt(b) / root + 1e-8)
    return params, m, v
""",
    "zip of the steps, tuples": """
def train_step(params, grads, m, v, t, peak, warmup, total, max_norm, weight_decay=1e-2):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
    factor = min(1.0, max_norm / norm) if norm > 0 else 1.0
    angle = np.pi * max(0, t - warmup) / (total - warmup)
    lr = float((1 + np.cos(angle)) / 2 * peak * (min(1, t / warmup) if warmup else 1))

    def step(w, g, a, b):
        g = g * float(factor)
        a, b = 0.9 * a + 0.1 * g, 0.999 * b + 0.001 * g * g
        change = (a / (1 - 0.9**t)) / ((b / (1 - 0.999**t)) ** 0.5 + 1e-8) + weight_decay * w
        return w - lr * change, a, b

    return tuple(zip(*[step(*arrays) for arrays in zip(params, grads, m, v)]))
""",
}
