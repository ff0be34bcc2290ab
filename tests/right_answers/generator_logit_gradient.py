ANSWERS = {
    "tanh": """
def generator_logit_gradient(fake_logits, saturating=False):
    D = 0.5 * (1 + np.tanh(fake_logits / 2))
    return (-D if saturating else D - 1) / len(fake_logits)
""",
    "a stable sigmoid by cases": """
def sigmoid(s):
    s = np.asarray(s, dtype=np.result_type(s, np.float32))
    out = np.empty_like(s)
    out[s >= 0] = 1 / (1 + np.exp(-s[s >= 0]))
    e = np.exp(s[s < 0])
    out[s < 0] = e / (1 + e)
    return out


def generator_logit_gradient(fake_logits, saturating=False):
    if saturating:
        return -sigmoid(fake_logits) / fake_logits.shape[0]
    return -sigmoid(-fake_logits) / fake_logits.shape[0]
""",
    "one number at a time, a list": """
import math


def generator_logit_gradient(fake_logits, saturating=False):
    def slope(s):
        s = s if saturating else -s
        e = math.exp(-abs(s))
        return -(1 if s > 0 else e) / (1 + e) / np.size(fake_logits)

    return np.vectorize(slope, otypes=[float])(fake_logits).tolist()
""",
    "the exponential of a logarithm": """
def generator_logit_gradient(fake_logits, saturating=False):
    sign = -1 if saturating else 1
    return -np.exp(-np.logaddexp(0, sign * fake_logits)) / fake_logits.size
""",
}
