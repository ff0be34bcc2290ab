"""Other right answers to pick_rate."""

ANSWERS = {
    "a loop": """
def pick_rate(rates, losses):
    best_rate, best_loss = None, float("inf")
    for rate, loss in zip(rates, losses):
        if np.isfinite(loss) and loss < best_loss:
            best_rate, best_loss = rate, loss
    picked = rates[0]
    for rate in rates:
        if rate <= best_rate / 3:
            picked = rate
    return float(picked)
""",
    "searchsorted": """
def pick_rate(rates, losses):
    losses = np.where(np.isfinite(losses), losses, np.inf)
    third = rates[losses.argmin()] / 3
    return rates[max(np.searchsorted(rates, third, side="right") - 1, 0)]
""",
    "max with a default": """
import math

def pick_rate(rates, losses):
    tried = [(l, r) for r, l in zip(rates, losses) if math.isfinite(l)]
    lowest = min(tried)[1]
    return max((r for r in rates if 3 * r <= lowest), default=rates[0])
""",
    "nanargmin": """
def pick_rate(rates, losses):
    losses = np.array(losses, dtype=float)
    losses[np.isinf(losses)] = np.nan
    best = rates[: len(losses)][np.nanargmin(losses)]
    candidates = rates[rates * 3 <= best]
    return candidates.max() if candidates.size else rates[0]
""",
    "masked arrays": """
def pick_rate(rates, losses):
    best = rates[np.ma.masked_invalid(losses).argmin()]
    below = np.nonzero(rates <= best / 3)[0]
    return rates[below[-1]] if below.size > 0 else rates[0]
""",
    "walks down": """
def pick_rate(rates, losses):
    ok = [i for i in range(len(losses)) if np.isfinite(losses[i])]
    i = min(ok, key=lambda j: losses[j])
    limit = rates[i] / 3.0
    while i > 0 and rates[i] > limit:
        i -= 1
    return rates[i]
""",
    "kept pairs": """
def pick_rate(rates, losses):
    tested = rates[: len(losses)]
    keep = np.isfinite(losses)
    r, l = tested[keep], losses[keep]
    best = r[np.argmin(l)]
    return float(np.max(np.append(rates[rates <= best * (1 / 3)], rates[0])))
""",
    "sorted": """
def pick_rate(rates, losses):
    pairs = sorted((float(l), float(r)) for r, l in zip(rates, losses) if abs(l) < np.inf)
    best = pairs[0][1]
    small = [float(r) for r in rates if r <= best / 3]
    return small[-1] if small else float(rates[0])
""",
    "recursion": """
def pick_rate(rates, losses):
    best = rates[int(np.argmin(np.nan_to_num(losses, nan=np.inf, posinf=np.inf)))]

    def down(i):
        return rates[i] if i == 0 or rates[i] <= best / 3 else down(i - 1)

    return down(len(rates) - 1)
""",
    "masked arrays again": """
def pick_rate(rates, losses):
    m = np.ma.masked_invalid(losses)
    i = m.argmin()
    below = np.nonzero(rates <= rates[i] / 3)[0]
    if below.size == 0:
        print("no smaller rate")
        return rates[0]
    return rates[below[-1]]
""",
    "recursion again": """
def pick_rate(rates, losses):
    def down(i, limit):
        return rates[i] if i == 0 or rates[i] <= limit else down(i - 1, limit)
    l = np.nan_to_num(losses.astype(float), nan=np.inf, posinf=np.inf)
    b = int(l.argmin())
    return down(b, rates[b] / 3)
""",
    "bisect": """
import bisect
def pick_rate(rates, losses):
    best_loss, best_rate = float("inf"), None
    for loss, rate in zip(losses, rates):
        if loss < best_loss:
            best_loss, best_rate = loss, rate
    k = bisect.bisect_right(list(rates), best_rate / 3)
    return rates[0] if k == 0 else rates[k - 1]
""",
    "walk down from the best": """
def pick_rate(rates, losses):
    order = [i for i in range(len(losses)) if np.isfinite(losses[i])]
    i = min(order, key=lambda j: losses[j])
    limit = rates[i] / 3.0
    while i > 0 and rates[i] > limit:
        i -= 1
    return rates[i]
""",
}
