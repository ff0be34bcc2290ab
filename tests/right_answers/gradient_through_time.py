ANSWERS = {
    "diagonal matrices": """
def gradient_through_time(hs, Wh):
    J = np.eye(Wh.shape[0])
    norms = [np.sqrt(Wh.shape[0])]
    for t in range(len(hs) - 1, 0, -1):
        J = J @ np.diag(1 - hs[t] ** 2) @ Wh.T
        norms.append(np.sqrt((J**2).sum()))
    return norms[::-1]
""",
    "each product from the start": """
def gradient_through_time(hs, Wh):
    norms = []
    for t in range(len(hs)):
        J = np.eye(len(Wh))
        for h in hs[t + 1 :]:
            J = np.diag(1 - h * h) @ Wh.T @ J
        norms.append(float(np.linalg.norm(J, "fro")))
    return norms
""",
    "transposed, an array": """
def gradient_through_time(hs, Wh):
    T, H = len(hs) - 1, len(Wh)
    out = np.empty(T + 1)
    J = np.eye(H)
    out[T] = np.sqrt(H)
    for t in range(T - 1, -1, -1):
        J = Wh @ ((1 - hs[t + 1] ** 2)[:, None] * J)
        out[t] = np.linalg.norm(J)
    return out
""",
    "backpropagation of each unit": """
def gradient_through_time(hs, Wh):
    H = hs.shape[1]
    squares = np.zeros(len(hs))
    for unit in range(H):
        g = np.zeros(H)
        g[unit] = 1
        squares[-1] += 1
        for t in range(len(hs) - 1, 0, -1):
            g = Wh @ (g * (1 - hs[t] ** 2))
            squares[t - 1] += (g**2).sum()
    return [float(s) ** 0.5 for s in squares]
""",
}
