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
}
