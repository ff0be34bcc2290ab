ANSWERS = {
    "logaddexp": """
def bce_with_logits(z, y):
    return (np.logaddexp(0, z) - y * z).mean()
""",
    "softplus of the signed score": """
def bce_with_logits(z, y):
    t = (1 - 2 * y) * z
    out = np.where(t > 0, t, 0) + np.log1p(np.exp(-abs(t)))
    print(out.shape)
    return np.sum(out) / out.size
""",
    "one element at a time": """
import math


def bce_with_logits(z, y):
    total = 0.0
    for s, t in zip(z.ravel().tolist(), y.ravel().tolist()):
        total += max(s, 0) - s * t + math.log(1 + math.exp(-abs(s)))
    return total / z.size
""",
}
