ANSWERS = {
    "divide with where": """
def optimal_discriminator(p_data, p_model):
    total = np.asarray(p_data + p_model, dtype=np.result_type(p_data, p_model, np.float32))
    out = np.full_like(total, 0.5)
    return np.divide(p_data, total, out=out, where=total > 0)
""",
    "nan replaced": """
def optimal_discriminator(p_data, p_model):
    with np.errstate(invalid="ignore"):
        D = p_data / (p_data + p_model)
    D[np.isnan(D)] = 0.5
    return D
""",
    "nan replaced, with NumPy's report": """
def optimal_discriminator(p_data, p_model):
    D = p_data / (p_data + p_model)
    return np.where((p_data == 0) & (p_model == 0), 0.5, D)
""",
    "a loop over places, nested lists": """
def optimal_discriminator(p_data, p_model):
    D = np.zeros(p_data.shape)
    for place in np.ndindex(p_data.shape):
        p, q = float(p_data[place]), float(p_model[place])
        D[place] = p / (p + q) if p + q > 0 else 0.5
    return D.tolist()
""",
    "one over one plus a ratio": """
def optimal_discriminator(p_data, p_model):
    def best(p, q):
        if p > 0:
            return 1 / (1 + q / p)
        return 0.0 if q > 0 else 0.5

    return np.vectorize(best, otypes=[float])(p_data, p_model)
""",
}
