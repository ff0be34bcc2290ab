ANSWERS = {
    "shrinks first, as torch does": """
def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    w = w * (1 - lr * weight_decay)
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    w = w - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return w, m, v
""",
    "the decay inside the bracket, as the paper prints it": """
def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    new_m = m + (1 - beta1) * (g - m)
    new_v = v + (1 - beta2) * (g * g - v)
    m_hat, v_hat = new_m / (1 - beta1**t), new_v / (1 - beta2**t)
    return [w - lr * (m_hat / (v_hat**0.5 + eps) + weight_decay * w), new_m, new_v]
""",
    "Adam in a cell of its own": [
        '''
def adam(w, g, m, v, t, lr, betas, eps):
    """A step without decay."""
    beta1, beta2 = betas
    m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
    root = (1 - beta2**t) ** 0.5
    return w - lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root), m, v
''',
        """
def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    return adam(w - lr * weight_decay * w, g, m, v, t, lr, (beta1, beta2), eps)
""",
    ],
    "in place on copies, the decay last but from the old w": """
def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    new = np.array(w, dtype=np.result_type(w, np.float32), order="F")
    m = m * beta1
    m += g * (1 - beta1)
    v = v * beta2
    v += np.square(g) * (1 - beta2)
    m_hat = m / (1 - np.power(beta1, float(t)))
    v_hat = v / (1 - np.power(beta2, float(t)))
    new -= lr * np.divide(m_hat, np.sqrt(v_hat) + eps)
    new -= lr * weight_decay * w
    return new, m, v
""",
    "one number at a time": """
import math


def adamw_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=1e-2):
    new_w, new_m, new_v = (np.zeros(w.shape) for _ in range(3))
    for i in np.ndindex(w.shape):
        a = beta1 * float(m[i]) + (1 - beta1) * float(g[i])
        b = beta2 * float(v[i]) + (1 - beta2) * float(g[i]) ** 2
        shrunk = float(w[i]) - lr * weight_decay * float(w[i])
        new_w[i] = shrunk - lr * (a / (1 - beta1**t)) / (math.sqrt(b / (1 - beta2**t)) + eps)
        new_m[i], new_v[i] = a, b
    return new_w, new_m, new_v
""",
}
