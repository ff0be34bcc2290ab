ANSWERS = {
    "spectral norm": """
def largest_stable_rate(H):
    return 2 / np.linalg.norm(H, 2)
""",
    "eigvals, real parts": """
def largest_stable_rate(H):
    return float(2 / max(np.linalg.eigvals(H).real))
""",
    "repeated squaring": """
def largest_stable_rate(H):
    B = np.array(H, dtype=float)
    top = np.ones(len(B))
    for _ in range(60):
        B = B @ B
        B /= np.abs(B).max()
    top = B[:, np.argmax(np.abs(B).max(axis=0))]
    return 2 * (top @ top) / (top @ H @ top)
""",
    "singular values": """
def largest_stable_rate(H):
    U, s, Vt = np.linalg.svd(H)
    return np.array(2 / s[0])
""",
}
