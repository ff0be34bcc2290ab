ANSWERS = {
    "maximum and log1p": """
def softplus(s):
    return np.maximum(s, 0) + np.log1p(np.exp(-np.abs(s)))


def discriminator_loss(real_logits, fake_logits):
    return np.mean(softplus(-real_logits)) + np.mean(softplus(fake_logits))
""",
    "one logit at a time, math": """
import math


def discriminator_loss(real_logits, fake_logits):
    total = 0.0
    for logits, sign in ((real_logits, -1), (fake_logits, 1)):
        flat = [sign * float(s) for s in np.ravel(logits)]
        total += sum(max(s, 0) + math.log1p(math.exp(-abs(s))) for s in flat) / len(flat)
    return total
""",
    "binary cross-entropy with targets, weighted": """
def discriminator_loss(real_logits, fake_logits):
    n, m = len(real_logits), len(fake_logits)
    z = np.concatenate([real_logits, fake_logits]).ravel()
    y = np.repeat([1, 0], [n, m])
    losses = np.logaddexp(0, z) - y * z
    print("losses", losses.shape)
    return losses @ np.repeat([1 / n, 1 / m], [n, m])
""",
    "log-probabilities of both answers": """
def discriminator_loss(real_logits, fake_logits):
    log_real = np.minimum(real_logits, 0) - np.log1p(np.exp(-np.abs(real_logits)))
    log_fake = np.minimum(-fake_logits, 0) - np.log1p(np.exp(-np.abs(fake_logits)))
    return -np.average(log_real) - np.average(log_fake)
""",
}
