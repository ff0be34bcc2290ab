"""Other right answers to log_uniform."""

ANSWERS = {
    "powers of ten": """
def log_uniform(low, high, size, rng):
    return 10 ** rng.uniform(np.log10(low), np.log10(high), size=size)
""",
    "powers of two": """
def log_uniform(low, high, size, rng):
    exponents = np.log2(low) + (np.log2(high) - np.log2(low)) * rng.random(size)
    return 2.0 ** exponents
""",
    "a power of the ratio": """
def log_uniform(low, high, size, rng):
    return low * (high / low) ** rng.random(size)
""",
    "from the top": """
def log_uniform(low, high, size, rng):
    u = rng.uniform(size=size)
    return high * (low / high) ** u
""",
    "a geometric mean with weights": """
def log_uniform(low, high, size, rng):
    u = rng.random(size)
    return low ** (1 - u) * high**u
""",
    "a loop and math": """
import math

def log_uniform(low, high, size, rng):
    numbers = []
    for _ in range(size):
        numbers.append(math.exp(rng.uniform(math.log(low), math.log(high))))
    return numbers
""",
    "a comprehension into an array": """
def log_uniform(low, high, size, rng):
    return np.array([np.exp(rng.uniform(np.log(low), np.log(high))) for i in range(size)])
""",
    "an inverse distribution function by interpolation": """
def log_uniform(low, high, size, rng):
    logs = np.interp(rng.random(size), [0, 1], np.log([low, high]))
    return np.exp(logs)
""",
    "an inverse distribution function in float32": """
def log_uniform(low, high, size, rng):
    u = rng.random(size, dtype=np.float32)
    return np.float32(low) * np.exp(u * np.float32(np.log(high / low)))
""",
    "an array filled place by place": """
def log_uniform(low, high, size, rng):
    a, b = np.log(low), np.log(high)
    out = np.empty(size)
    for i in range(size):
        out[i] = np.exp(a + (b - a) * rng.random())
    return out
""",
    "clipped": """
def log_uniform(low, high, size, rng):
    x = np.exp(np.log(low) + rng.random(size) * np.log(high / low))
    return np.clip(x, low, high)
""",
    "ratio to the power u": """
def log_uniform(low, high, size, rng):
    return low * (high / low) ** rng.random(size)
""",
    "geometric mean of weights": """
def log_uniform(low, high, size, rng):
    u = rng.random(size)
    return low ** (1 - u) * high**u
""",
    "rejection sampling with density 1/x": """
def log_uniform(low, high, size, rng):
    kept = []
    while len(kept) < size:
        lx = rng.uniform(np.log(low) - 1, np.log(high) + 1)
        if np.log(low) <= lx <= np.log(high):
            kept.append(np.exp(lx))
    return np.array(kept)
""",
}
