ANSWERS = {
    "the means moved towards the new ones": """
def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    new_m = m + (1 - beta1) * (g - m)
    new_v = v + (1 - beta2) * (g * g - v)
    corrected_m = new_m / (1 - pow(beta1, t))
    corrected_v = new_v / (1 - pow(beta2, t))
    step = corrected_m / (corrected_v**0.5 + eps)
    return w - lr * step, new_m, new_v
""",
    "one number at a time, lists": """
import math


def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    new = [np.zeros(w.shape) for _ in range(3)]
    for i in np.ndindex(w.shape):
        first = beta1 * float(m[i]) + (1 - beta1) * float(g[i])
        second = beta2 * float(v[i]) + (1 - beta2) * float(g[i]) ** 2
        m_hat, v_hat = first / (1 - beta1**t), second / (1 - beta2**t)
        new[0][i] = w[i] - lr * m_hat / (math.sqrt(v_hat) + eps)
        new[1][i], new[2][i] = first, second
    return new
""",
    "the corrections in the rate and in eps": """
def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g**2
    root = (1 - beta2**t) ** 0.5
    rate = lr * root / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + eps * root), m, v
""",
    "as torch writes it, in place on copies": """
def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    param = w.astype(np.result_type(w, np.float32))
    exp_avg = m.astype(param.dtype)
    exp_avg_sq = v.astype(param.dtype)
    exp_avg += (g - exp_avg) * (1 - beta1)
    exp_avg_sq *= beta2
    exp_avg_sq += g * (1 - beta2) * g
    step_size = lr / (1 - beta1**t)
    denom = np.sqrt(exp_avg_sq) / (1 - beta2**t) ** 0.5 + eps
    param += -step_size * exp_avg / denom
    return param, exp_avg, exp_avg_sq
""",
    "powers by a loop, a helper in another cell": [
        '''
def corrected(mean, beta, t):
    """Divide by the shares that have come so far."""
    share = sum((1 - beta) * beta**k for k in range(t))
    return mean / share
''',
        """
def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = np.add(beta1 * m, (1 - beta1) * g)
    v = np.add(beta2 * v, (1 - beta2) * np.square(g))
    print(t, np.linalg.norm(m))
    change = np.divide(corrected(m, beta1, t), np.sqrt(corrected(v, beta2, t)) + eps)
    return np.asfortranarray(w - lr * change), m, v
""",
    ],
    "np.power throughout": """
def adam_step(w, g, m, v, t, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = np.multiply(beta1, m) + (1.0 - beta1) * g
    v = np.multiply(beta2, v) + (1.0 - beta2) * np.power(g, 2)
    m_hat = np.divide(m, 1.0 - np.power(beta1, t))
    v_hat = np.divide(v, 1.0 - np.power(beta2, t))
    return np.subtract(w, lr * m_hat / (np.sqrt(v_hat) + eps)), m, v
""",
}
