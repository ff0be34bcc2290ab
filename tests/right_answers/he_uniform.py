ANSWERS = {
    "numbers from 0 to 1, moved and scaled": """
def he_uniform(n_in, n_out, rng):
    a = np.sqrt(6 / n_in)
    return 2 * a * rng.random((n_in, n_out)) - a
""",
    "from the standard deviation": """
import math


def he_uniform(n_in, n_out, rng):
    std = np.sqrt(2 / n_in)
    return rng.uniform(-1, 1, size=n_in * n_out).reshape(n_in, n_out) * (math.sqrt(3) * std)
""",
    "sizes and signs apart": """
def he_uniform(n_in, n_out, rng):
    signs = rng.choice([-1.0, 1.0], size=(n_in, n_out))
    return signs * rng.uniform(0, np.sqrt(6 / n_in), size=(n_in, n_out))
""",
    "a triangle of two ends, in place": """
def he_uniform(n_in, n_out, rng):
    W = rng.random((n_out, n_in)).T
    W *= 2
    W -= 1
    W *= np.sqrt(6 / n_in)
    return W
""",
    "one unit at a time, float32": """
from functools import partial


def he_uniform(n_in, n_out, rng):
    a = np.sqrt(6 / n_in)
    draw = partial(rng.uniform, low=-a, high=a)
    columns = [draw(size=n_in).astype("float32") for _ in range(n_out)]
    return np.column_stack(columns)
""",
}
