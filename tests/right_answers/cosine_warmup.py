ANSWERS = {
    "one line": """
def cosine_warmup(step, warmup, total, peak):
    return (
        peak * step / warmup
        if step < warmup
        else 0.5 * peak * (1 + np.cos(np.pi * (step - warmup) / (total - warmup)))
    )
""",
    "the share that is done": """
def cosine_warmup(step, warmup, total, peak):
    if warmup > 0 and step <= warmup:
        return peak * (step / warmup)
    done = (step - warmup) / (total - warmup)
    return np.float64(peak) * (1 + np.cos(np.pi * done)) / 2
""",
    "a squared cosine": """
import math


def cosine_warmup(step, warmup, total, peak):
    if step < warmup:
        rate = step / warmup
    else:
        rate = math.cos(0.5 * math.pi * (step - warmup) / (total - warmup)) ** 2
    return peak * rate
""",
    "np.interp and np.where": """
def cosine_warmup(step, warmup, total, peak):
    rise = np.interp(step, [0, max(warmup, 1)], [0, peak])
    angle = np.interp(step, [warmup, total], [0, np.pi])
    return np.where(step < warmup, rise, (peak + peak * np.cos(angle)) / 2)
""",
    "in two cells, the product of a rise and a fall": [
        '''
def rise(step, warmup):
    """From 0 to 1, then 1."""
    return 1.0 if step >= warmup else step / warmup
''',
        """
def cosine_warmup(step, warmup, total, peak):
    turn = max(0, step - warmup) * np.pi / (total - warmup)
    return float(peak * rise(step, warmup) * (1 - np.sin(turn / 2) ** 2))
""",
    ],
    "an array of one": """
def cosine_warmup(step, warmup, total, peak):
    if step < warmup:
        return np.array(peak * step / warmup)
    return np.array(peak / 2 + peak / 2 * np.cos((step - warmup) / (total - warmup) * np.pi))
""",
    "what is left of the fall": """
def cosine_warmup(step, warmup, total, peak):
    left = (total - step) / (total - warmup)
    return peak * step / warmup if step < warmup else peak * (1 - np.cos(np.pi * left)) / 2
""",
}
