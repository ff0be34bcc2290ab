ANSWERS = {
    "one long vector": """
def clip_by_norm(grads, max_norm):
    flat = np.concatenate([g.ravel() for g in grads])
    norm = np.linalg.norm(flat)
    if norm <= max_norm:
        return [g.copy() for g in grads]
    return [g * (max_norm / norm) for g in grads]
""",
    "a loop, as in a first course": """
import math


def clip_by_norm(grads, max_norm):
    total = 0.0
    for g in grads:
        for number in g.flat:
            total = total + float(number) ** 2
    norm = math.sqrt(total)
    clipped = []
    for g in grads:
        if norm > max_norm:
            clipped.append(g / norm * max_norm)
        else:
            clipped.append(g)
    return clipped
""",
    "a factor of 1 at most, a tuple": """
def clip_by_norm(grads, max_norm):
    norm = np.linalg.norm([np.linalg.norm(g) for g in grads])
    return tuple(map(lambda g: g * min(1.0, max_norm / norm) if norm else g, grads))
""",
    "the norm divides by no less than max_norm": """
def clip_by_norm(grads, max_norm):
    norm = sum((g**2).sum() for g in grads) ** 0.5
    return [np.asfortranarray(max_norm * g / max(norm, max_norm)) for g in grads]
""",
    "einsum in another cell, zeros first": [
        "def square(g):\n    return np.einsum('i,i->', g.ravel() * 1.0, g.ravel() * 1.0)",
        """
def clip_by_norm(grads, max_norm):
    if not any(g.any() for g in grads):
        return [g * 1.0 for g in grads]
    norm = np.sqrt(np.sum([square(g) for g in grads]))
    print("norm", norm)
    scale = np.clip(max_norm / norm, None, 1)
    return [scale * g for g in grads]
""",
    ],
    "in place on copies": """
def clip_by_norm(grads, max_norm):
    out = [np.array(g, dtype=np.result_type(g, np.float32)) for g in grads]
    norm = np.sqrt(sum(np.vdot(g, g) for g in out))
    if norm > max_norm:
        for g in out:
            g *= max_norm / norm
    return out
""",
    "math.hypot of the norms, nested lists": """
import math


def clip_by_norm(grads, max_norm):
    norm = math.hypot(*[float(np.linalg.norm(g)) for g in grads])
    k = 1.0 if norm <= max_norm else max_norm / norm
    return [(g * k).tolist() for g in grads]
""",
    "an epsilon that nobody sees": """
def clip_by_norm(grads, max_norm):
    norm = np.sqrt(sum((g**2).sum() for g in grads))
    return [g * min(1.0, max_norm / (norm + 1e-12)) for g in grads]
""",
}
