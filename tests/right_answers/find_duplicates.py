ANSWERS = {
    "a set of tuples": """
def find_duplicates(A, B):
    known = {tuple(row) for row in B.tolist()}
    return np.array([i for i, row in enumerate(A.tolist()) if tuple(row) in known], dtype=int)
""",
    "two loops, a list": """
def find_duplicates(A, B):
    found = []
    for i in range(len(A)):
        for j in range(len(B)):
            if np.array_equal(A[i], B[j]):
                found.append(i)
                break
    return found
""",
    "largest distance zero": """
def find_duplicates(A, B):
    if len(A) == 0 or len(B) == 0:
        return np.zeros(0, dtype=int)
    apart = np.abs(A[:, None] - B[None]).max(axis=2)
    return np.flatnonzero(apart.min(axis=1) == 0)
""",
    "one row of A at a time": """
def find_duplicates(A, B):
    return np.array([i for i, row in enumerate(A) if (B == row).all(axis=1).any()], dtype=int)
""",
    "np.unique over both": """
def find_duplicates(A, B):
    both = np.concatenate([A, B])
    if len(A) == 0:
        return np.arange(0)
    _, place = np.unique(both, axis=0, return_inverse=True)
    place = place.reshape(-1)
    return np.flatnonzero(np.isin(place[: len(A)], place[len(A) :]))
""",
    "counts of equal numbers": """
def find_duplicates(A, B):
    agree = np.sum(A[:, None] == B[None], axis=-1)
    return np.arange(len(A))[(agree == A.shape[1]).any(axis=1)]
""",
}
