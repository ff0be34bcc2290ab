ANSWERS = {
    "one formula for both": """
def generator_loss(fake_logits, saturating=False):
    sign = 1 if saturating else -1
    z = sign * fake_logits
    return -sign * np.mean(np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z))))
""",
    "by the identity of the two forms": """
def generator_loss(fake_logits, saturating=False):
    non = np.logaddexp(0, -fake_logits)
    return np.mean(-non - fake_logits) if saturating else np.mean(non)
""",
    "a loop with math, a Python number": """
import math


def generator_loss(fake_logits, saturating=False):
    total = 0.0
    for s in np.asarray(fake_logits).ravel().tolist():
        tail = math.log1p(math.exp(-abs(s)))
        total += -(max(s, 0) + tail) if saturating else max(-s, 0) + tail
    return total / np.size(fake_logits)
""",
    "a table of functions, in two cells": [
        "def log_not_d(s):\n    return -np.logaddexp(0, s)",
        """
def generator_loss(fake_logits, saturating=False):
    wanted = {True: log_not_d, False: lambda s: -log_not_d(-s)}[bool(saturating)]
    return wanted(fake_logits).sum() / fake_logits.size
""",
    ],
}
