ANSWERS = {
    "standard normal numbers, scaled": """
def xavier_normal(n_in, n_out, rng):
    return rng.standard_normal((n_in, n_out)) * np.sqrt(2 / (n_in + n_out))
""",
    "one unit at a time": """
def xavier_normal(n_in, n_out, rng):
    units = [rng.normal(scale=np.sqrt(2 / (n_in + n_out)), size=n_in) for unit in range(n_out)]
    return np.stack(units, axis=1)
""",
    "float32, a helper in another cell": [
        """
def spread(n_in, n_out):
    return np.sqrt(2 / (n_in + n_out))
""",
        """
def xavier_normal(n_in, n_out, rng):
    print(n_in, n_out)
    W = rng.standard_normal((n_out, n_in), dtype=np.float32)
    return W.T * np.float32(spread(n_in, n_out))
""",
    ],
    "Box and Muller, a lambda": """
def normal(rng, n):
    r = np.sqrt(-2 * np.log1p(-rng.random(n)))
    return r * np.cos(2 * np.pi * rng.random(n))


xavier_normal = lambda n_in, n_out, rng: np.reshape(
    (2 / (n_in + n_out)) ** 0.5 * normal(rng, n_in * n_out), (n_in, n_out), order="F"
)
""",
    "one number at a time, a nested list": """
def xavier_normal(n_in, n_out, rng):
    std = (2 / (n_in + n_out)) ** 0.5
    return [[rng.normal(0.0, std) for _ in range(n_out)] for _ in range(n_in)]
""",
}
